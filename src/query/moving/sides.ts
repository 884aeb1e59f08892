/**
 * The two databases of a move.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Database } from "../../session/Database.ts"
import type { ReadError } from "../../session/OrmError.ts"
import { Session } from "../../session/Session.ts"

/**
 * A database to move from or to: the Layer of one, which is open for as long as the move takes, or the services of one that is open.
 *
 * @category models
 * @since 0.1.0
 */
export type Place<E, R> = Layer.Layer<Session | Database, E, R> | Context.Context<Session | Database>

/** A database that is open. */
export interface Side {
  readonly database: Database["Service"]
  readonly session: Session["Service"]
}

/** Opens a database until the scope ends. */
export const open = <E, R>(place: Place<E, R>): Effect.Effect<Side, E, R | Scope.Scope> =>
  Effect.map(
    Context.isContext(place) ? Effect.succeed(place) : Layer.build(place),
    (services) => ({ database: Context.get(services, Database), session: Context.get(services, Session) })
  )

/** What tells a database from others, in all processes where it outlives this one. */
export const identityOf = ({ database }: Side): Effect.Effect<string, ReadError> =>
  Effect.map(database.identity, (identity) => identity?.database ?? database.name)

/** Whether two open databases are one. */
export const areOne = (one: Side, other: Side): Effect.Effect<boolean, ReadError> =>
  Effect.map(
    Effect.all([one.database.identity, other.database.identity]),
    ([first, second]) => one.database === other.database || (first !== undefined && first.database === second?.database)
  )
