/**
 * The tables, the same for all: ours are made from the models, the peers' by the same statements.
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { type Model, Session, Table } from "../../src/index.ts"
import type { Competitor } from "./competitor.ts"
import { connect, plainSql } from "./peers/connection.ts"

/** Tables, and the statements that fill them. */
export interface Dataset {
  readonly models: ReadonlyArray<Model.Any>
  readonly fill: ReadonlyArray<string>
}

/** Makes the tables here and on the peers' instance, and fills them. */
export const prepare = Effect.fnUntraced(function*(ours: Competitor, peers: DuckDBInstance, { fill, models }: Dataset) {
  const peersSql = plainSql(yield* connect(peers))
  yield* Effect.orDie(Session.createTables(models))
  for (const model of models) {
    for (const statement of yield* creation(ours, Table.tableOf(model).name)) yield* peersSql(statement)
  }
  for (const statement of fill) yield* Effect.all([ours.sql(statement), peersSql(statement)])
}, Effect.scoped)

/** Makes `incoming` anew. */
export const emptyIncoming = Effect.fnUntraced(function*(competitor: Competitor) {
  const statements = yield* creation(competitor, "incoming")
  yield* competitor.sql("DROP TABLE incoming")
  for (const statement of statements) yield* competitor.sql(statement)
})

/** The statements that make a table and its indexes. */
const creation = ({ sql }: Competitor, table: string) =>
  Effect.map(
    sql(`
      SELECT sql FROM duckdb_tables() WHERE table_name = '${table}'
      UNION ALL SELECT sql FROM duckdb_indexes() WHERE table_name = '${table}'
    `),
    (rows) => rows.map((row) => String(row["sql"]))
  )
