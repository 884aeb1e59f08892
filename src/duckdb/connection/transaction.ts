/**
 * The transaction of a connection: whether it still holds, and how to undo a part of it.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { Failure, failureOf, storing } from "../failure/failure.ts"
import * as TransactionRecord from "./record.ts"

/** What a transaction is carried out with: the connection that it is on, on which nothing else runs meanwhile. */
export interface Means {
  /** Runs a statement that begins, commits or rolls back. */
  readonly control: (sql: string) => Effect.Effect<void, Failure>
  /** Runs `COMMIT` of a transaction that has changed tables, so that the file can be opened again however the process ends. */
  readonly commitStructure: Effect.Effect<void, Failure>
  /** Runs a statement again. */
  readonly repeat: (entry: TransactionRecord.Entry) => Effect.Effect<TransactionRecord.Entry["answer"], Failure>
}

/** A transaction that has begun. */
export interface Transaction {
  /** Fails where the transaction was lost to a nested one. */
  readonly check: Effect.Effect<void, Failure>
  /** Notes a statement that ran. */
  readonly ran: (entry: TransactionRecord.Entry) => void
  /**
   * Notes one that failed while it ran: that has ended the transaction, whatever happens to the failure. Returns what to tell of
   * it: of those that fail for that, the first.
   */
  readonly failed: (failure: Failure) => Failure
  readonly changedStructure: () => void
  /** Commits, or fails where the transaction can't be: then it is rolled back. */
  readonly commit: Effect.Effect<void, Failure>
  readonly rollback: Effect.Effect<void, Failure>
  /** Remembers this place under a number. */
  readonly savepoint: (id: number) => Effect.Effect<void, Failure>
  /** Undoes what was done since the place of that number, or loses the transaction. */
  readonly rollbackTo: (id: number) => Effect.Effect<void>
}

/** How a nested transaction is undone: the outer one is done again up to there, or there are no nested transactions. */
export type Savepoints = "replay" | "refuse"

/** Begins a transaction. */
export const begin = Effect.fnUntraced(function*(means: Means, statement: string, savepoints: Savepoints) {
  const { control } = means
  const record = TransactionRecord.make()
  const places = new Map<number, number>()
  let broken: Failure | undefined
  let lost: Failure | undefined
  let hasChangedStructure = false
  const isReading = statement.endsWith(" READ ONLY")

  yield* control(statement)

  const check = Effect.suspend(() => lost ?? Effect.void)

  const rollback = Effect.suspend(() => lost === undefined ? control("ROLLBACK") : Effect.void)

  /** Fails where the transaction is over already: whether a failed statement has ended it, only another statement tells. */
  const holds = Effect.gen(function*() {
    yield* check
    if (broken === undefined) return
    const first = broken
    yield* Effect.mapError(control("SELECT 1"), () => aborted(first))
    broken = undefined
  })

  const lose = (reason: string, sql = "") => {
    lost = new Failure({ kind: "SavepointLost", reason, sql })
    return Effect.ignore(control("ROLLBACK"))
  }

  /** Begins again and does what was done before; the program has seen the answers, so they must be the same. */
  const replay = Effect.fnUntraced(function*(entries: ReadonlyArray<TransactionRecord.Entry>) {
    yield* control("ROLLBACK")
    yield* control(statement)
    for (const entry of entries) {
      const again = yield* means.repeat(entry)
      if (entry.statement.mayVary === true || TransactionRecord.isSame(entry.answer, again)) continue
      return yield* new Failure({
        kind: "SavepointLost",
        reason: "a statement of it gave another answer when it ran again",
        sql: entry.statement.sql
      })
    }
    broken = undefined
  })

  const rollbackTo = Effect.fnUntraced(function*(id: number) {
    const place = places.get(id)
    if (place === undefined || lost !== undefined) return
    const isBroken = yield* Effect.isFailure(holds)
    if (!isBroken && record.isUnchanged(place)) return
    if (record.hasLasting(place)) {
      return yield* lose("the nested one has changed what no rollback undoes, such as a setting")
    }
    const entries = record.returnTo(place)
    if (entries === undefined) return yield* lose("it has run more statements, or seen more rows, than are recorded")
    const stuck = entries.find((entry) => !TransactionRecord.isRepeatable(entry))
    if (stuck !== undefined) return yield* lose("it has run a statement that can't be done twice", stuck.statement.sql)
    yield* Effect.catchCause(replay(entries), (cause) => {
      const { reason, sql } = failureOf(Cause.squash(cause), "")
      return lose(reason, sql)
    })
  })

  const transaction: Transaction = {
    check,
    ran: (entry) => {
      if (savepoints === "replay") record.add(entry)
    },
    failed: (failure) => {
      broken ??= failure
      return failure.kind === "Aborted" ? aborted(broken) : failure
    },
    changedStructure: () => {
      hasChangedStructure = true
    },
    // DuckDB answers COMMIT of an aborted transaction with success, and rolls back
    commit: Effect.andThen(
      Effect.tapError(holds, () => Effect.ignore(rollback)),
      Effect.suspend(() =>
        Effect.mapError(hasChangedStructure ? means.commitStructure : control("COMMIT"), isReading ? same : storing)
      )
    ),
    rollback,
    savepoint: Effect.fnUntraced(function*(id) {
      if (savepoints === "refuse") return yield* nested
      yield* holds
      places.set(id, record.mark())
    }),
    rollbackTo
  }
  return transaction
})

const same = (failure: Failure) => failure

const aborted = ({ cause, reason, sql }: Failure) => new Failure({ kind: "Aborted", reason, sql, cause })

const nested = new Failure({
  kind: "Unsupported",
  reason: "a nested transaction",
  hint: "Join the outer transaction instead, or open the database with `savepoints: \"replay\"`.",
  sql: ""
})
