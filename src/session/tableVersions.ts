/**
 * How often tables were written to, by which one knows whether what was read of them still holds.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { referredByName } from "../model/referrers.ts"
import { identityOf, type Table } from "../model/Table.ts"
import type { Tables } from "../sql/readSet.ts"
import { textWrites } from "../sql/writtenTables.ts"
import { ConnectionFailed } from "./OrmError.ts"
import { dependentsOf } from "./references.ts"

/** The version of a table, or of several at once. */
interface Version {
  /** The table's name in small letters, by which other processes know it, too; or one of those that no table has. */
  readonly name: string
  /** It goes up when a write begins to be seen, and again when it is certain. */
  count: number
  /** Writes that may be seen or not. */
  open: number
  /** What is to be told of each commit. */
  readonly listeners: Set<() => void>
}

/** The version of a table. */
interface TableVersion extends Version {
  readonly table: Table
}

/** What a read depends on, or a write changes. */
export type Versions = ReadonlyArray<Version>

/**
 * Tables by the names that all processes know them by. What is read depends on these, and what is written concerns them: of the names that
 * no table has, `any` stands for writes of any kind, and `unknown` for those that may concern any table.
 */
export type Names = ReadonlyArray<string>

export const any = "*"
export const unknown = "?"

/** Somebody who is told before a write can be seen, and when that is over. */
export type Watcher = (written: Names) => Effect.Effect<Effect.Effect<void>>

/** What was written in a transaction that has not ended. */
interface Pending {
  readonly written: Set<Version>
  /** Those of them that no nested transaction took back. */
  kept: ReadonlySet<Version>
}

/** The versions of a database's tables. */
export interface TableVersions {
  /** What a read of these tables depends on. */
  readonly read: (tables: Tables) => Versions
  /** What a write to a table changes, and where it deletes rows, to those that refer to it. */
  readonly written: (table: Table, deletes: boolean) => Versions
  /** What an SQL text by hand changes. */
  readonly writtenBy: (sql: string) => Versions
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

/** The names of what a read depends on, or a write changes. */
export const namesOf = (versions: Versions): Names => [...new Set(versions.map(({ name }) => name))]

/** A number that stays the same as long as nothing was written to any of these; nothing while something is. */
export const stampOf = (versions: Versions): number | undefined => {
  let stamp = 0
  for (const { count, open } of versions) {
    if (open > 0) return undefined
    stamp += count
  }
  return stamp
}

/** Calls a listener after each commit that has written to one of these, until it is taken away. */
export const listen = (versions: Versions, listener: () => void): () => void => {
  versions.forEach(({ listeners }) => listeners.add(listener))
  return () => versions.forEach(({ listeners }) => listeners.delete(listener))
}

/** The versions of a database that nobody has written to yet. */
export const make = (): TableVersions => {
  /** Goes up with any write: the version of a read that may concern any table. */
  const whole = version(any)
  /** Goes up with writes that may concern any table. */
  const untold = version(unknown)
  const tables = new Map<string, TableVersion>()
  const named = new Map<string, Array<TableVersion>>()
  const watchers = new Set<Watcher>()
  const pending = new WeakMap<object, Pending>()
  const committed = new WeakSet<object>()

  const ofTable = (table: Table): TableVersion => {
    const identity = identityOf(table)
    const known = tables.get(identity)
    if (known !== undefined) return known
    const name = table.name.toLowerCase()
    const made = { ...version(name), table }
    tables.set(identity, made)
    named.set(name, [...named.get(name) ?? [], made])
    return made
  }

  /** The version of a table, and those of what may be the same one under another name. */
  const sharing = (table: Table): Versions => {
    const own = ofTable(table)
    return named.get(table.name.toLowerCase())?.filter((other) => mayBeSame(own.table, other.table)) ?? []
  }

  const dependents = (table: Table): Versions => [...dependentsOf(table).tables.values()].flatMap(sharing)

  const written: TableVersions["written"] = (table, deletes) => [
    whole,
    ...new Set([...sharing(table), ...deletes ? dependents(table) : []])
  ]

  /** A name that no table has been known by may be that of a view, through which another one is written to. */
  const writtenBy = (sql: string): Versions => {
    const found = textWrites(sql)
    if (found._tag === "Nothing") return []
    if (found._tag === "Anything") return [whole, untold]
    const names = [...found.written]
    if (!names.every((name) => named.has(name))) return [whole, untold]
    const own = names.flatMap((name) => named.get(name) ?? [])
    const referred = found.deletes ? names.flatMap(referredByName) : []
    return [whole, ...new Set([...own, ...referred.flatMap(dependents)])]
  }

  const write: TableVersions["write"] = (transaction, versions) => {
    const inside = transaction === undefined ? undefined : pending.get(transaction)
    if (inside !== undefined) {
      versions.forEach((one) => inside.written.add(one))
      inside.kept = new Set([...inside.kept, ...versions])
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
    read: ({ all, tables: found }) => all ? [whole] : [untold, ...[...found.values()].map(ofTable)],
    written,
    writtenBy,
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
    heard: (names) => {
      const versions = [
        whole,
        ...names.includes(unknown) ? [untold] : [],
        ...names.flatMap((name) => named.get(name) ?? [])
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
        tell([...versions, ...tables.values()])
      }
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    watched
  }
}

/** Runs what writes. */
export const writing = <A, E, R>(
  { watched, write }: TableVersions,
  transaction: object | undefined,
  versions: Versions,
  run: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  versions.length === 0 ? run : Effect.suspend(() => {
    const end = write(transaction, versions)
    const telling = watched(transaction, versions)
    const told = telling === undefined ? run : Effect.acquireUseRelease(telling, () => run, (over) => over)
    return Effect.onExitPrimitive(told, (exit) => {
      end(exit)
      return undefined
    })
  })

/** The rows of a statement by hand, which may write until its last row has come. */
export const writingStream = <A, E, R>(
  { watched, write, writtenBy }: TableVersions,
  transaction: object | undefined,
  sql: string,
  rows: Stream.Stream<A, E, R>
): Stream.Stream<A, E, R> => {
  const versions = writtenBy(sql)
  if (versions.length === 0) return rows
  const held = Effect.acquireRelease(
    Effect.sync(() => write(transaction, versions)),
    (end, exit) => Effect.sync(() => end(exit))
  )
  const told = Effect.acquireRelease(
    Effect.suspend(() => watched(transaction, versions) ?? Effect.succeed(Effect.void)),
    (over) => over
  )
  return Stream.unwrap(Effect.as(Effect.andThen(held, told), rows))
}

const version = (name: string): Version => ({ name, count: 0, open: 0, listeners: new Set() })

const open = (versions: Versions): void => {
  for (const one of versions) {
    one.count++
    one.open++
  }
}

const close = (versions: Versions): void => {
  for (const one of versions) {
    one.count++
    one.open--
  }
}

/** Each is told once, however many of the tables it listens to. */
const tell = (versions: Versions): void => {
  const all = new Set(versions.flatMap(({ listeners }) => [...listeners]))
  all.forEach((listener) => listener())
}

/** Whether something was written, as far as one can know: what was interrupted, or lost its connection, may have been. */
const mayHaveWorked = (exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit)) return true
  if (Cause.hasInterrupts(exit.cause)) return true
  const error = Cause.squash(exit.cause)
  return error instanceof ConnectionFailed || (error instanceof SqlError && error.reason._tag === "ConnectionError")
}

/** Whether two descriptions may be of one table: a schema or a database that isn't said may be any. */
const mayBeSame = (one: Table, other: Table): boolean =>
  isSameOrUnsaid(one.schema, other.schema) && isSameOrUnsaid(one.database, other.database)

const isSameOrUnsaid = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase()
