/**
 * What begins and ends the transactions of a client, watched: those of a session and of plain SQL alike.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { observedControl } from "./observed.ts"
import type { Observer } from "./observer.ts"

type Watch = <E>(run: Effect.Effect<void, E>) => Effect.Effect<void, E>

/** What begins or ends what is written on a connection. */
type WatchOn = <E>(connection: object, run: Effect.Effect<void, E>) => Effect.Effect<void, E>

/** Watches each step of a transaction. */
export interface Controls {
  readonly begin: WatchOn
  /** One that can't be committed is rolled back. */
  readonly commit: WatchOn
  readonly rollback: Watch
  readonly savepoint: Watch
  readonly releaseSavepoint: Watch
  readonly rollbackSavepoint: Watch
}

/** Watches the transactions of a database, and counts how they end. */
export const controls = ({ metrics, observe, versions }: Observer): Controls => {
  const watched = (operation: string): Watch => {
    const observed = observedControl(operation)
    return (run) => observe(observed, run, () => undefined)
  }
  const ending = (operation: string): Watch => {
    const watch = watched(operation)
    return (run) =>
      Effect.onExitPrimitive(watch(run), (exit) => {
        metrics.transaction(operation === "COMMIT" && Exit.isSuccess(exit) ? "committed" : "rolled_back")
        return undefined
      })
  }
  const begin = watched("BEGIN")
  const commit = ending("COMMIT")
  return {
    begin: (connection, run) => Effect.andThen(begin(run), Effect.sync(() => versions.begun(connection))),
    commit: (connection, run) => commit(versions.committing(connection, run)),
    rollback: ending("ROLLBACK"),
    savepoint: watched("SAVEPOINT"),
    releaseSavepoint: watched("RELEASE SAVEPOINT"),
    rollbackSavepoint: watched("ROLLBACK TO SAVEPOINT")
  }
}
