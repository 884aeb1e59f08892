/**
 * The partitions of a table that is spread: tables of the coordinator that stand for those of the shards, and have no rows themselves.
 *
 * @since 0.1.0
 */
import type { Existing } from "../../sql/Dialect.ts"
import { identifier, quoted } from "../../sql/quoted.ts"
import type { Place } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { dialect } from "../dialect.ts"
import type { DistributedTable } from "./parts.ts"
import { schemaOf, serverOf } from "./shards.ts"
import { hashed, shortened } from "./shortened.ts"

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

/** Refuses a table that is there and spread otherwise: the rows that it has would be looked for in the wrong place. */
export const refuseOtherwise = (table: DistributedTable): string => {
  const name = tableName(table, dialect)
  const { distribution } = table
  const spread =
    `SELECT FROM pg_partitioned_table JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0] ` +
    `WHERE partrelid = ${quoted(name)}::regclass`
  const [isOtherwise, how] = distribution === "reference"
    ? [`EXISTS (${spread})`, "spread"]
    : [`NOT EXISTS (${spread} AND attname = ${quoted(distribution.by)})`, `not spread by ${distribution.by}`]
  const reason = `the table ${name} is there, and its rows are ${how}`
  return `DO ${
    quoted(
      `BEGIN IF ${isOtherwise} THEN ` +
        `RAISE EXCEPTION USING MESSAGE = ${quoted(reason)}, HINT = 'Distribute it by a migration.'; END IF; END`
    )
  }`
}

const partitionName = (table: Place, shard: number): string => `${schemaOf(shard)}.${identifier(unlikeOthers(table))}`

/** A dot of a name is not the one behind a schema. */
const unlikeOthers = ({ name, schema }: Place): string => {
  const parts = schema === undefined ? [name] : [schema, name]
  return parts.some((part) => part.includes(".")) ? hashed(JSON.stringify(parts)) : shortened(parts.join("."))
}
