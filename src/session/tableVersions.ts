/**
 * How often tables were written to, by which one knows whether what was read of them still holds.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { SqlError } from "effect/sql/SqlError"
import { getOrInsert } from "../model/getOrInsert.ts"
import { referredByName } from "../model/referrers.ts"
import { identityOf, type Table } from "../model/Table.ts"
import type { Catalog } from "../sql/catalog.ts"
import { unknownCalls } from "../sql/calledFunctions.ts"
import { reachOf, writtenThrough } from "../sql/reach.ts"
import type { Tables } from "../sql/readSet.ts"
import { textWrites } from "../sql/writtenTables.ts"
import { CommitOutcomeUnknown, ConnectionFailed } from "./OrmError.ts"
import { dependentsOf } from "./references.ts"
import {
  type RowsWritten,
  rowsWritten,
  type RowVersions,
  rowVersions,
  type VersionsOfRow,
  versionsOfRows
} from "./rowVersions.ts"
import {
  any,
  close,
  type Names,
  namesOf,
  open,
  stampOf,
  tell,
  unknown,
  type Version,
  version,
  type Versions
} from "./versions.ts"

/** The version of a table. */
interface TableVersion extends Version {
  readonly table: Table
  readonly rows: RowVersions
}

/** The version of all tables of a name, whatever schemas they are in. */
interface NameVersion extends Version {
  /** Goes up where rows of them are deleted. */
  readonly deletions: Version
  /** Goes up where an SQL text by hand writes to one of them, which tells no schema. */
  readonly texts: Version
  /** Those that there are models of. */
  readonly tables: Array<TableVersion>
}

/** Somebody who is told before a write can be seen, and when that is over. */
export type Watcher = (written: Names) => Effect.Effect<Effect.Effect<void>>

/** What was written in a transaction that has not ended. */
interface Pending {
  readonly written: Set<Version>
  /** Those of them that no nested transaction took back. */
  kept: ReadonlySet<Version>
}

/** What the database knew of names when its structure had a number, and what was found in it of names that are written through. */
interface Learned {
  readonly catalog: Catalog
  readonly structure: number
  readonly through: Map<string, ReadonlySet<string> | undefined>
}

/** The versions of a database's tables. */
export interface TableVersions {
  /** What a read of these tables depends on: on all, where it reads views or is SQL by hand and the catalog isn't known. */
  readonly read: (tables: Tables) => Versions
  /** A number that stays the same as long as the structure does; nothing while that may be changed. */
  readonly structure: () => number | undefined
  /** Says what the database knew of names when its structure had a number. */
  readonly learn: (catalog: Catalog, structure: number) => void
  /** Whether the catalog is known of the structure as it is now. */
  readonly isLearned: () => boolean
  /** What the rows of a table depend on, each by itself. */
  readonly rows: (table: Table) => VersionsOfRow
  /** What a write to rows of a table changes, and where it deletes them, to those that refer to it. */
  readonly written: (table: Table, deletes: boolean, rows: RowsWritten) => Versions
  /** What an SQL text by hand changes: the tables that it writes to, or any where that can't be told. */
  readonly writtenBy: (sql: string) => Versions
  /** What the functions may change that an SQL text by hand calls: any table, where one of them isn't known to leave all as they are. */
  readonly calledBy: (sql: string) => Versions
  /**
   * Begins a write: what it gives is called when that has ended. It counts at once where there is no transaction, or else when that is
   * committed.
   */
  readonly write: (
    transaction: object | undefined,
    versions: Versions
  ) => (exit: Exit.Exit<unknown, unknown>) => void
  /** Says that a transaction has begun. */
  readonly begun: (transaction: object) => void
  /** Runs the commit of a transaction. */
  readonly committing: <A, E, R>(transaction: object, commit: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs a nested transaction: nobody is told of what it wrote when it fails. */
  readonly nested: <A, E, R>(transaction: object, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Tells the listeners what a transaction has written that was committed, when its connection is given back. */
  readonly ended: (transaction: object) => void
  /** What a transaction has written so far. */
  readonly pending: (transaction: object) => Names
  /** Counts what another process has committed. */
  readonly heard: (written: Names) => void
  /** Says that one can't hear what other processes write, until what it gives is called: no answer holds meanwhile. */
  readonly deaf: () => () => void
  /** Tells somebody of the writes from now on, until it is taken away. */
  readonly watch: (watcher: Watcher) => () => void
  /** Tells who watches that a write begins to be seen, which gives what to run when it is over; nothing where nobody is to be told. */
  readonly watched: (
    transaction: object | undefined,
    versions: Versions
  ) => Effect.Effect<Effect.Effect<void>> | undefined
}

/** The versions of a database that nobody has written to yet, and whether functions that a text calls may write to its tables. */
export const make = (
  { functionsWrite }: { readonly functionsWrite: boolean } = { functionsWrite: false }
): TableVersions => {
  /** Goes up with any write: the version of a read that may concern any table. */
  const whole = version(any)
  /** Goes up with writes that may concern any table. */
  const untold = version(unknown)
  const tables = new Map<string, TableVersion>()
  /** By the descriptions of tables, of which one may have several. */
  const described = new WeakMap<Table, TableVersion>()
  const names = new Map<string, NameVersion>()
  const watchers = new Set<Watcher>()
  const pending = new WeakMap<object, Pending>()
  const committed = new WeakSet<object>()
  let learned: Learned | undefined

  const structure = () => stampOf([untold])
  const current = () => learned !== undefined && learned.structure === structure() ? learned : undefined

  /** There is one from the first write on, be it by a model or by a text, so that a later read waits for its end. */
  const ofName = (name: string): NameVersion => {
    const key = name.toLowerCase()
    return getOrInsert(
      names,
      key,
      () => ({ ...version(key), deletions: version(key), texts: version(key), tables: [] })
    )
  }

  const ofTable = (table: Table): TableVersion => getOrInsert(described, table, ofIdentity)

  const ofIdentity = (table: Table): TableVersion => {
    const identity = identityOf(table)
    const known = tables.get(identity)
    if (known !== undefined) return known
    const name = table.name.toLowerCase()
    const made = { ...version(name), table, rows: rowVersions(table, name) }
    tables.set(identity, made)
    ofName(table.name).tables.push(made)
    return made
  }

  /** The version of a table, and those of what may be the same one under another name. */
  const sharing = (table: Table): ReadonlyArray<TableVersion> => {
    const own = ofTable(table)
    return ofName(table.name).tables.filter((other) => mayBeSame(own.table, other.table))
  }

  const ofWritten = (table: Table): Versions => [ofName(table.name), ...sharing(table).flatMap(withAnyRow)]

  const dependents = (table: Table): Versions => [...dependentsOf(table).tables.values()].flatMap(ofWritten)

  const written: TableVersions["written"] = (table, deletes, rows) => {
    const own = sharing(table)
    const ofRows = own.flatMap((one) => rowsWritten(one, table, rows))
    const gone = deletes ? [ofName(table.name).deletions, ...dependents(table)] : []
    return [whole, ...new Set([ofName(table.name), ...own, ...ofRows, ...gone])]
  }

  /** The names of tables that one means. That of no table which is known may be that of a view, through which others are written to. */
  const meant = (name: string, deletes: boolean): Iterable<string> | undefined => {
    const known = current()
    if (ofName(name).tables.length > 0 && known?.catalog.view.has(name) !== true) return [name]
    if (known === undefined) return undefined
    const key = `${deletes} ${name}`
    const reached = known.through.has(key) ? known.through.get(key) : writtenThrough(name, deletes, known.catalog)
    known.through.set(key, reached)
    return reached
  }

  const writtenBy = (sql: string): Versions => {
    const found = textWrites(sql)
    if (found._tag === "Nothing") return []
    if (found._tag === "Anything") return [whole, untold]
    const versions = new Set<Version>([whole])
    for (const name of found.written) {
      const own = meant(name, found.deletes)
      if (own === undefined) return [whole, untold]
      for (const table of own) {
        const all = ofName(table)
        const gone = found.deletes ? [all.deletions, ...referredByName(table).flatMap(dependents)] : []
        for (const each of [all, all.texts, ...gone]) versions.add(each)
      }
    }
    return [...versions]
  }

  const calledBy = (sql: string): Versions => functionsWrite && unknownCalls(sql).some(mayWrite) ? [whole, untold] : []

  const mayWrite = (name: string): boolean => {
    const known = current()?.catalog
    return known === undefined ? !unwriting.test(name) : !known.pure.has(name) && !known.reading.has(name)
  }

  const read: TableVersions["read"] = ({ all, tables: found, texts }) => {
    const own = [...found.values()].filter(({ isView }) => !isView).flatMap((table) => [
      ...sharing(table),
      ofName(table.name).texts
    ])
    if (!all) return [untold, ...own]
    const views = [...found.values()].filter(({ isView }) => isView).map(({ name }) => name)
    const known = current()
    const reach = known && reachOf(views, texts, known.catalog)
    if (reach === undefined) return [whole]
    const deletions = [...reach.deleted].map((name) => ofName(name).deletions)
    return [untold, ...own, ...[...reach.written].map(ofName), ...deletions]
  }

  const write: TableVersions["write"] = (transaction, versions) => {
    const inside = transaction === undefined ? undefined : pending.get(transaction)
    if (inside !== undefined) {
      versions.forEach((one) => inside.written.add(one))
      inside.kept = new Set([...inside.kept, ...versions.filter(({ listeners }) => listeners !== undefined)])
      return () => undefined
    }
    open(versions)
    return (exit) => {
      close(versions)
      if (mayHaveWorked(exit)) tell(versions)
    }
  }

  /** Where no transaction says when they are to be seen, writes are told at once. */
  const watched: TableVersions["watched"] = (transaction, versions) => {
    if (watchers.size === 0 || versions.length === 0) return undefined
    if (transaction !== undefined && pending.has(transaction)) return undefined
    return told(versions)
  }

  const told = (versions: Versions) =>
    Effect.map(
      Effect.forEach(watchers, (watcher) => watcher(namesOf(versions)), { concurrency: "unbounded" }),
      (ends) => Effect.all(ends, { concurrency: "unbounded", discard: true })
    )

  const committing: TableVersions["committing"] = (transaction, commit) =>
    Effect.suspend(() => {
      const versions = [...pending.get(transaction)?.written ?? []]
      open(versions)
      const run = watchers.size === 0 || versions.length === 0
        ? commit
        : Effect.acquireUseRelease(told(versions), () => commit, (end) => end)
      return Effect.onExitPrimitive(run, (exit) => {
        close(versions)
        if (mayHaveWorked(exit)) committed.add(transaction)
        return undefined
      })
    })

  const nested: TableVersions["nested"] = (transaction, effect) =>
    Effect.suspend(() => {
      const before = pending.get(transaction)?.kept ?? new Set()
      return Effect.onExitPrimitive(effect, (exit) => {
        const inside = pending.get(transaction)
        if (inside !== undefined && Exit.isFailure(exit)) inside.kept = before
        return undefined
      })
    })

  return {
    read,
    structure,
    learn: (found, when) => {
      learned = { catalog: found, structure: when, through: new Map() }
    },
    isLearned: () => current() !== undefined,
    rows: (table) => versionsOfRows(table, [untold, ofName(table.name).texts], sharing(table)),
    written,
    writtenBy,
    calledBy,
    write,
    begun: (transaction) => void pending.set(transaction, { written: new Set(), kept: new Set() }),
    committing,
    nested,
    ended: (transaction) => {
      const inside = pending.get(transaction)
      pending.delete(transaction)
      if (committed.has(transaction) && inside !== undefined) tell([...inside.kept])
    },
    pending: (transaction) => namesOf([...pending.get(transaction)?.written ?? []]),
    heard: (found) => {
      // whoever has deleted rows may not know of the tables that refer to them
      const referring = found.flatMap(referredByName).flatMap(dependents)
      const versions = [
        whole,
        ...found.includes(unknown) ? [untold] : [],
        ...new Set([...found.flatMap((name) => everyOf(names.get(name))), ...referring])
      ]
      open(versions)
      close(versions)
      tell(versions)
    },
    deaf: () => {
      const versions = [whole, untold]
      open(versions)
      return () => {
        close(versions)
        tell([...versions, ...[...names.values()].flatMap(everyOf)])
      }
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    watched
  }
}

/** Functions of databases themselves that write, but to no tables. */
const unwriting = /^pg_|^(?:nextval|currval|lastval|setval|set_config|setseed)$/

/** Whether something was written, as far as one can know: what was interrupted, or lost its connection, may have been. */
const mayHaveWorked = (exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit)) return true
  if (Cause.hasInterrupts(exit.cause)) return true
  const failure = Cause.squash(exit.cause)
  const error = failure instanceof SqlError ? failure.reason.cause : failure
  return error instanceof CommitOutcomeUnknown || error instanceof ConnectionFailed ||
    (failure instanceof SqlError && failure.reason._tag === "ConnectionError")
}

/** Whether two descriptions may be of one table: a schema or a database that isn't said may be any. */
const mayBeSame = (one: Table, other: Table): boolean =>
  isSameOrUnsaid(one.schema, other.schema) && isSameOrUnsaid(one.database, other.database)

const isSameOrUnsaid = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase()

/** A table, and whichever of its rows. */
const withAnyRow = (table: TableVersion): Versions => [table, table.rows.any]

/** A name, and all that is known by it. */
const everyOf = (name: NameVersion | undefined): Versions =>
  name === undefined ? [] : [name, name.deletions, name.texts, ...name.tables.flatMap(withAnyRow)]
