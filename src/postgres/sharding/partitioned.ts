/**
 * Tables whose rows are in hash partitions on other servers, each of which is a table of its own there.
 *
 * The coordinator has the columns and checks, and gives defaults and numbers. Each shard has the keys and indexes besides.
 *
 * @since 0.1.0
 */
import { createTable } from "../../sql/compileTable.ts"
import type { Around, Dialect, Existing, Sharding } from "../../sql/Dialect.ts"
import type { Operation } from "../../sql/operation.ts"
import { identifier, quoted } from "../../sql/quoted.ts"
import { at as found, type DistributionStructure, type Place, type TableStructure } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { at, schemaOf, serverOf } from "./shards.ts"

/** A table that is spread by a column. */
interface Spread extends TableStructure {
  readonly distribution: Exclude<DistributionStructure, "reference">
}

/** The statements of changes, of a dialect that is made with them. */
export const partitioning = (shards: number, dialect: () => Dialect): Sharding["change"] => {
  const numbers = Array.from({ length: shards }, (_, shard) => shard)

  /** Statements that every shard executes. */
  const everywhere = (statements: ReadonlyArray<string>) =>
    numbers.flatMap((shard) => statements.map((statement) => at(shard, statement)))

  const create = (table: Spread, existing: Existing) => [
    ...createTable(
      atCoordinator(table),
      dialect(),
      existing,
      ` PARTITION BY HASH (${identifier(table.distribution.by)})`
    ),
    ...everywhere(createTable(atShard(table), dialect(), existing)),
    ...numbers.map((shard) => partition(table, shard, existing))
  ]

  /** A statement that is made where it runs: only there it is known in which schema a table is whose model names none. */
  const partition = (table: Spread, shard: number, existing: Existing) => {
    const ifMissing = existing === "keep" ? "IF NOT EXISTS " : ""
    const text = `CREATE FOREIGN TABLE ${ifMissing}${partitionName(table, shard)} ` +
      `PARTITION OF ${tableName(table, dialect())} FOR VALUES WITH (MODULUS ${shards}, REMAINDER ${shard}) ` +
      `SERVER ${serverOf(shard)} OPTIONS (table_name ${quoted(table.name)}, schema_name `
    const schema = table.schema === undefined ? "current_schema()" : quoted(table.schema)
    return `DO ${quoted(`BEGIN EXECUTE ${quoted(text)} || quote_literal(${schema}) || ')'; END`)}`
  }

  return (operation, around, alone) => {
    switch (operation._tag) {
      case "CreateTable":
        return isSpread(operation.table) ? create(operation.table, around.existing) : alone(operation)
      case "DropTable":
        return [...alone(operation), ...(isSpread(operation.table) ? everywhere(alone(operation)) : [])]
      default:
        void subject(operation, around)
        return alone(operation)
    }
  }
}

const isSpread = (table: TableStructure): table is Spread =>
  table.distribution !== undefined && table.distribution !== "reference"

/** The table that a change is of, as it was before. */
const subject = (operation: Operation, { before }: Around): TableStructure | undefined =>
  "table" in operation ? found(before.tables, operation.table) : undefined

const partitionName = ({ name, schema }: Place, shard: number): string =>
  `${schemaOf(shard)}.${identifier(schema === undefined ? name : `${schema}.${name}`)}`

/** No key can be kept by a server that has not the rows. */
const atCoordinator = ({ primaryKey: _, ...table }: TableStructure): TableStructure => ({
  ...table,
  uniques: [],
  foreignKeys: [],
  indexes: []
})

/** Rows come with all of their values, but for those that are computed. */
const atShard = ({ comment: _, ...table }: TableStructure): TableStructure => ({
  ...table,
  columns: table.columns.map(({ comment, default: value, identity, ...column }) => column)
})
