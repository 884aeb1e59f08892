/**
 * The tables, the same for all: ours are made from the models, the peers' by the same statements.
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "./competitor.ts"
import { connect, plainSql } from "./peers/connection.ts"
import { fillReadings } from "./reading.ts"

/** Makes our tables on the peers' instance too, and fills `readings` on both. */
export const prepare = Effect.fnUntraced(function*(ours: Competitor, peers: DuckDBInstance) {
  const peersSql = plainSql(yield* connect(peers))
  yield* peersSql(yield* creation(ours, "readings"))
  yield* peersSql(yield* creation(ours, "incoming"))
  yield* ours.sql(fillReadings)
  yield* peersSql(fillReadings)
}, Effect.scoped)

/** Makes `incoming` anew. */
export const emptyIncoming = Effect.fnUntraced(function*(competitor: Competitor) {
  const create = yield* creation(competitor, "incoming")
  yield* competitor.sql("DROP TABLE incoming")
  yield* competitor.sql(create)
})

const creation = ({ sql }: Competitor, table: string) =>
  Effect.map(sql(`SELECT sql FROM duckdb_tables() WHERE table_name = '${table}'`), ([row]) => String(row?.["sql"]))
