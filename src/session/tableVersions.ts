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
  /** It goes up when a write begins to be seen, and again when it is certain. */
  count: number
  /** Writes that may be seen or not. */
  open: number
  /** What is to be told of each commit. */
  readonly listeners: Set<() => void>
}

/** What a read depends on, or a write changes. */
export type Versions = ReadonlyArray<Version>

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
  /** Runs what writes: at once where there is no transaction, or else its changes count when that is committed. */
  readonly writing: <A, E, R>(
    transaction: object | undefined,
    versions: Versions,
    write: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E, R>
  /** Says that a transaction has begun. */
  readonly begun: (transaction: object) => void
  /** Runs the commit of a transaction. */
  readonly committing: <A, E, R>(transaction: object, commit: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs a nested transaction: nobody is told of what it wrote when it fails. */
  readonly nested: <A, E, R>(transaction: object, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Tells the listeners what a transaction has written that was committed, when its connection is given back. */
  readonly ended: (transaction: object) => void
}

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
  const whole = version()
  /** Goes up with writes that may concern any table. */
  const unknown = version()
  const tables = new Map<string, Version>()
  const named = new Map<string, Set<Version>>()
  const pending = new WeakMap<object, Pending>()
  const committed = new WeakSet<object>()

  const ofTable = (identity: string): Version => {
    const known = tables.get(identity)
    if (known !== undefined) return known
    const made = version()
    tables.set(identity, made)
    const name = nameOf(identity)
    named.set(name, (named.get(name) ?? new Set()).add(made))
    return made
  }

  const ofAll = ({ identities }: Tables): Versions => [...identities].map(ofTable)

  const written: TableVersions["written"] = (table, deletes) => [
    whole,
    ofTable(identityOf(table)),
    ...deletes ? ofAll(dependentsOf(table)) : []
  ]

  /** A name that no table has been known by may be that of a view, through which another one is written to. */
  const writtenBy = (sql: string): Versions => {
    const found = textWrites(sql)
    if (found._tag === "Nothing") return []
    if (found._tag === "Anything") return [whole, unknown]
    const names = [...found.written]
    if (!names.every((name) => named.has(name))) return [whole, unknown]
    const own = names.flatMap((name) => [...named.get(name) ?? []])
    const referred = found.deletes ? names.flatMap(referredByName) : []
    return [whole, ...new Set([...own, ...referred.flatMap((table) => ofAll(dependentsOf(table)))])]
  }

  const writing: TableVersions["writing"] = (transaction, versions, write) => {
    if (versions.length === 0) return write
    return Effect.suspend(() => {
      const inside = transaction === undefined ? undefined : pending.get(transaction)
      if (inside !== undefined) {
        versions.forEach((one) => inside.written.add(one))
        inside.kept = new Set([...inside.kept, ...versions])
        return write
      }
      open(versions)
      return Effect.onExitPrimitive(write, (exit) => {
        close(versions)
        if (mayHaveWorked(exit)) tell(versions)
        return undefined
      })
    })
  }

  const committing: TableVersions["committing"] = (transaction, commit) =>
    Effect.suspend(() => {
      const versions = [...pending.get(transaction)?.written ?? []]
      open(versions)
      return Effect.onExitPrimitive(commit, (exit) => {
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
    read: (found) => found.all ? [whole] : [unknown, ...ofAll(found)],
    written,
    writtenBy,
    writing,
    begun: (transaction) => void pending.set(transaction, { written: new Set(), kept: new Set() }),
    committing,
    nested,
    ended: (transaction) => {
      const inside = pending.get(transaction)
      pending.delete(transaction)
      if (committed.has(transaction) && inside !== undefined) tell([...inside.kept])
    }
  }
}

/** The rows of a statement by hand, which may write as they come. */
export const writingStream = <A, E, R>(
  { writing, writtenBy }: TableVersions,
  connection: object,
  sql: string,
  rows: Stream.Stream<A, E, R>
): Stream.Stream<A, E, R> => {
  const versions = writtenBy(sql)
  return versions.length === 0
    ? rows
    : Stream.unwrap(Effect.as(
      Effect.acquireRelease(Effect.void, () => writing(connection, versions, Effect.void)),
      rows
    ))
}

const version = (): Version => ({ count: 0, open: 0, listeners: new Set() })

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

/** The name of a table without its schema, in small letters. */
const nameOf = (identity: string): string => {
  const parts: unknown = JSON.parse(identity)
  const last: unknown = Array.isArray(parts) ? parts.at(-1) : identity
  return String(last).toLowerCase()
}
