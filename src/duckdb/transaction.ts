/**
 * The transaction of a connection: whether it still holds, and how to undo a part of it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Failure } from "./failure.ts"
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
  /** Fails where the transaction is over already, before its end. */
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
  const places = new Map<number, TransactionRecord.Mark & { readonly isBroken: boolean }>()
  let broken: Failure | undefined
  let lost: Failure | undefined
  let hasChangedStructure = false

  yield* control(statement)

  const lose = (reason: string, sql: string) =>
    Effect.andThen(
      Effect.ignore(control("ROLLBACK")),
      Effect.sync(() => {
        lost = new Failure({ kind: "SavepointLost", reason, sql })
      })
    )

  /** Begins again and does what was done before the place; the program has seen the answers, so they must be the same. */
  const replay = Effect.fnUntraced(function*(entries: ReadonlyArray<TransactionRecord.Entry>) {
    yield* control("ROLLBACK")
    yield* control(statement)
    broken = undefined
    for (const entry of entries) {
      const again = yield* means.repeat(entry)
      if (TransactionRecord.isSame(entry.answer, again)) continue
      return yield* new Failure({
        kind: "SavepointLost",
        reason: "a statement of the outer transaction gave another answer when it ran again",
        sql: entry.statement.sql
      })
    }
  })

  const rollbackTo = Effect.fnUntraced(function*(id: number) {
    const place = places.get(id)
    if (place === undefined || place.isBroken || lost !== undefined) return
    if (broken === undefined && record.isUnchanged(place)) return void record.returnTo(place)
    if (!place.isWhole) return yield* lose("it had run more statements, or seen more rows, than are recorded", "")
    const entries = record.returnTo(place)
    const stuck = entries.find((entry) => !TransactionRecord.isRepeatable(entry))
    if (stuck !== undefined) return yield* lose("it has run a statement that can't be done twice", stuck.statement.sql)
    const replayed = yield* Effect.exit(replay(entries))
    if (Exit.isSuccess(replayed)) return
    const failure = replayed.cause.reasons.find((reason) => reason._tag === "Fail")?.error
    yield* lose(failure?.reason ?? "it could not be run again", failure?.sql ?? "")
  })

  const commit = Effect.gen(function*() {
    if (lost !== undefined) return yield* lost
    // DuckDB answers COMMIT of an aborted transaction with success, and rolls back: only another statement tells
    if (broken === undefined || Exit.isSuccess(yield* Effect.exit(control("SELECT 1")))) {
      return yield* hasChangedStructure ? means.commitStructure : control("COMMIT")
    }
    const first = broken
    yield* Effect.ignore(control("ROLLBACK"))
    return yield* aborted(first)
  })

  const transaction: Transaction = {
    check: Effect.suspend(() => lost ?? Effect.void),
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
    commit,
    rollback: Effect.suspend(() => lost === undefined ? control("ROLLBACK") : Effect.void),
    savepoint: (id) =>
      Effect.suspend(() => {
        if (savepoints === "refuse") {
          return new Failure({
            kind: "Unsupported",
            reason: "a nested transaction",
            hint: "Join the outer transaction instead, or open the database with `savepoints: \"replay\"`.",
            sql: ""
          })
        }
        places.set(id, { ...record.mark(), isBroken: broken !== undefined })
        return Effect.void
      }),
    rollbackTo
  }
  return transaction
})

const aborted = ({ cause, reason, sql }: Failure) => new Failure({ kind: "Aborted", reason, sql, cause })
