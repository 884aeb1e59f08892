/**
 * Every way to read an item's name, and every way to write one.
 */
import { Query, Repository, Session, Sql } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { Item } from "./servers.ts"

const item = (id: number) => Query.from(Item).where((found) => found.id.eq(id))

/** Reads that may be answered by a replica. */
export const reads = {
  all: (id: number) => Effect.map(item(id).all, ([found]) => found?.name),
  columns: (id: number) => Effect.map(item(id).columns, ({ name: { values } }) => values[0]),
  stream: (id: number) => Effect.map(Stream.runCollect(item(id).stream), ([found]) => found?.name),
  repository: (id: number) =>
    Effect.flatMap(Repository.make(Item), (items) => Effect.map(items.get(id), ({ name }) => name))
}

const update = (id: number, name: string) => Query.update(Item).set(() => ({ name })).where((found) => found.id.eq(id))

const plain = <A, E, R>(run: (sql: SqlClient.SqlClient) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, run)

/** Writes of a row that is there. */
export const writes = {
  update,
  upsert: (id: number, name: string) => Query.upsert(Item).values({ id, name }),
  deletion: (id: number, name: string) =>
    Effect.andThen(
      Query.delete(Item).where((found) => found.id.eq(id)),
      Query.insert(Item).values({ id, name })
    ),
  repository: (id: number, name: string) =>
    Effect.flatMap(Repository.make(Item), (items) => items.update({ id, name })),
  transaction: (id: number, name: string) => Session.transaction(Effect.andThen(reads.all(id), update(id, name))),
  nested: (id: number, name: string) => Session.transaction(Session.transaction(update(id, name))),
  byHand: (id: number, name: string) => Sql.statement`UPDATE items SET name = ${name} WHERE id = ${id}`,
  plain: (id: number, name: string) => plain((sql) => sql`UPDATE items SET name = ${name} WHERE id = ${id}`),
  plainValues: (id: number, name: string) =>
    plain((sql) => sql`UPDATE items SET name = ${name} WHERE id = ${id} RETURNING id`.values),
  plainStream: (id: number, name: string) =>
    plain((sql) => Stream.runDrain(sql`UPDATE items SET name = ${name} WHERE id = ${id} RETURNING id`.stream)),
  plainTransaction: (id: number, name: string) =>
    plain((sql) => sql.withTransaction(sql`UPDATE items SET name = ${name} WHERE id = ${id}`)),
  streamInTransaction: (id: number, name: string) =>
    plain((sql) =>
      sql.withTransaction(
        Stream.runDrain(sql`UPDATE items SET name = ${name} WHERE id = ${id} RETURNING id`.stream)
      )
    ),
  function: (id: number, name: string) => plain((sql) => sql`SELECT rename_item(${id}, ${name})`),
  functionInTransaction: (id: number, name: string) =>
    plain((sql) => sql.withTransaction(sql`SELECT "rename_item"(${id}, ${name})`)),
  common: (id: number, name: string) =>
    plain((sql) =>
      sql`WITH done AS (UPDATE items SET name = ${name} WHERE id = ${id} RETURNING id) SELECT id FROM done`
    ),
  byOwnTransaction: (id: number, name: string) =>
    Effect.scoped(Effect.gen(function*() {
      const connection = yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.reserve)
      yield* connection.execute("BEGIN", [], undefined)
      yield* connection.execute("UPDATE items SET name = $1 WHERE id = $2", [name, id], undefined)
      yield* connection.execute("COMMIT", [], undefined)
    }))
}
