/**
 * Which database services reach.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { SqlClient } from "effect/sql/SqlClient"
import { ConnectionPool } from "./ConnectionPool.ts"
import { Database } from "./Database.ts"
import { Session } from "./Session.ts"

/** Those of some services by which their database is reached. */
export const databaseOf = (services: Context.Context<never>): Context.Context<never> =>
  Context.merge(shared(services), Context.getOrUndefined(services, Database)?.ownServices ?? Context.empty())

/** What the Layers of all databases provide. */
const shared: (services: Context.Context<never>) => Context.Context<never> = Context.pick(
  Session,
  Database,
  ConnectionPool,
  SqlClient
)
