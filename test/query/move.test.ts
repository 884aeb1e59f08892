/**
 * Rows of models moved from one database to another.
 */
import { duckDbInMemory, postgres } from "../databases.ts"
import { customTypes } from "./moving/customTypes.ts"
import { everyType } from "./moving/everyType.ts"
import { moves } from "./moving/moves.ts"

const pairs = [
  ["DuckDB to DuckDB", duckDbInMemory, duckDbInMemory],
  ["DuckDB to PostgreSQL", duckDbInMemory, postgres],
  ["PostgreSQL to DuckDB", postgres, duckDbInMemory],
  ["PostgreSQL to PostgreSQL", postgres, postgres]
] as const

for (const [label, from, to] of pairs) {
  moves(label, from, to)
  everyType(label, from, to)
  customTypes(label, from, to)
}
