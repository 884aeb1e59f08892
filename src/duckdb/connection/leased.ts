/**
 * A connection for the time of a lease.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Connection } from "./connection.ts"
import { Failure } from "../failure/failure.ts"

/** A lease, and how to end it. */
export interface Leased {
  readonly connection: Connection
  readonly end: () => void
}

/**
 * A fiber that is forked inside a transaction and not joined there keeps its connection when somebody else has it already: from
 * the end of the lease on, whatever it asks fails.
 */
export const make = (connection: Connection): Leased => {
  let hasEnded = false
  const inTime = <A, E>(sql: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | Failure> =>
    Effect.suspend((): Effect.Effect<A, E | Failure> =>
      hasEnded ? new Failure({ kind: "Unsupported", sql, ...ended }) : effect
    )
  return {
    connection: {
      ...connection,
      run: (statement, read) => inTime(statement.sql, connection.run(statement, read)),
      start: (statement) => inTime(statement.sql, connection.start(statement)),
      savepoint: (id) => inTime("", connection.savepoint(id)),
      rollbackTo: (id) => Effect.ignore(inTime("", connection.rollbackTo(id)))
    },
    end: () => {
      hasEnded = true
    }
  }
}

const ended = {
  reason: "a statement on a connection that was given back",
  hint: "A fiber that is forked inside a transaction has to end there: join it, or fork it outside."
}
