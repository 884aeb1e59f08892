/**
 * The partitions of a table that is spread: tables of the coordinator that stand for those of the shards, and have no rows themselves.
 *
 * @since 0.1.0
 */
import type { Existing } from "../../sql/Dialect.ts"
import { digest } from "../../sql/hash.ts"
import { identifier, quoted } from "../../sql/quoted.ts"
import type { Place } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { dialect } from "../dialect.ts"
import { schemaOf, serverOf } from "./shards.ts"

/** A statement that is made where it runs: only there it is known in which schema a table is whose model names none. */
export const partition = (table: Place, shard: number, shards: number, existing: Existing): string => {
  const ifMissing = existing === "keep" ? "IF NOT EXISTS " : ""
  const text = `CREATE FOREIGN TABLE ${ifMissing}${partitionName(table, shard)} ` +
    `PARTITION OF ${tableName(table, dialect)} FOR VALUES WITH (MODULUS ${shards}, REMAINDER ${shard}) ` +
    `SERVER ${serverOf(shard)} OPTIONS (table_name ${quoted(table.name)}, schema_name `
  const schema = table.schema === undefined ? "current_schema()" : quoted(table.schema)
  return `DO ${quoted(`BEGIN EXECUTE ${quoted(text)} || quote_literal(${schema}) || ')'; END`)}`
}

/** Takes a partition away, with which no rows go. */
export const unpartition = (table: Place, shard: number): string => `DROP FOREIGN TABLE ${partitionName(table, shard)}`

const partitionName = ({ name, schema }: Place, shard: number): string =>
  `${schemaOf(shard)}.${identifier(shortened(schema === undefined ? name : `${schema}.${name}`))}`

/** PostgreSQL cuts off what is longer than 63 bytes, behind which names may differ. */
const shortened = (name: string): string =>
  Buffer.byteLength(name) <= 63 ? name : `${Array.from(name).slice(0, 11).join("")}_${digest(name)}`
