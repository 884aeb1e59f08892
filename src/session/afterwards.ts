/**
 * What runs after a transaction: when it has committed, or was rolled back.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { SqlClient } from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import type { TableVersions } from "./tableVersions.ts"

/** What waits for the end of the transaction that a connection is lent to; each is an object of its own. */
const waiting = new WeakMap<Connection, Array<Waiting>>()

interface Waiting {
  readonly effect: Effect.Effect<void>
  isCommitted: boolean
}

type WithTransaction = SqlClient["withTransaction"]

/**
 * A client's transactions, after which runs what waits for their being rolled back: when the outermost has ended, and its connection
 * is given back. What they have written is told then, too.
 */
export const minded = (
  client: SqlClient,
  withTransaction: WithTransaction,
  versions: TableVersions
): WithTransaction => {
  const current = Effect.serviceOption(client.transactionService)

  const outermost: WithTransaction = (effect) =>
    Effect.suspend(() => {
      const mine: Array<Waiting> = []
      let own: Connection | undefined
      const remember = Effect.map(
        current,
        Option.map(([connection]) => {
          own = connection
          waiting.set(connection, mine)
        })
      )
      const rolledBack = Effect.suspend(() =>
        Effect.forEach(mine, ({ effect: run, isCommitted }) => isCommitted ? Effect.void : run, { discard: true })
      )
      const ended = Effect.sync(() => {
        if (own !== undefined) versions.ended(own)
      })
      return Effect.ensuring(withTransaction(Effect.andThen(remember, effect)), Effect.andThen(ended, rolledBack))
    })

  return (effect) =>
    Effect.flatMap(
      current,
      (outer) => Option.isNone(outer) ? outermost(effect) : versions.nested(outer.value[0], withTransaction(effect))
    )
}

const logged = Effect.ignoreCause({ log: "Error", message: "What was to run after a rollback has failed" })

/** Keeps effects for after the commit of the outermost transaction. */
export const afterCommitOf =
  (client: SqlClient) => <R>(effect: Effect.Effect<unknown, never, R>): Effect.Effect<void, never, R> =>
    client.afterCommit(
      Effect.ignoreCause(effect, { log: "Error", message: "What was to run after a commit has failed" })
    )

/**
 * Keeps effects for after a rollback. What is committed in the end is told by the client, whatever becomes of the transactions
 * around it; all else was rolled back.
 */
export const afterRollbackOf =
  (client: SqlClient) => <R>(effect: Effect.Effect<unknown, never, R>): Effect.Effect<void, never, R> =>
    Effect.contextWith((services: Context.Context<R>) => {
      const transaction = Context.getOption(services, client.transactionService)
      const list = Option.isNone(transaction) ? undefined : waiting.get(transaction.value[0])
      if (list === undefined) return Effect.void
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody asks for the client's transaction by its key
      const outside = Context.omit(client.transactionService)(services) as Context.Context<R>
      const entry: Waiting = { effect: Effect.provideContext(logged(effect), outside), isCommitted: false }
      const committed = Effect.sync(() => {
        entry.isCommitted = true
      })
      return Effect.andThen(client.afterCommit(committed), Effect.sync(() => void list.push(entry)))
    })
