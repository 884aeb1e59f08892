/**
 * What the coordinator and a shard have of a structure, where tables are spread without an extension.
 *
 * The coordinator gives defaults and numbers, and each shard keeps the keys of its own rows. A copy of a reference table is only what
 * others on its shard refer to, by its keys: what its rows have to be, the coordinator has looked at, and reads go there.
 *
 * @since 0.1.0
 */
import type { ColumnStructure, DistributionStructure, Structure, TableStructure } from "../../sql/Structure.ts"
import { empty } from "../../sql/Structure.ts"

/** A table that is spread by a column. */
export interface Spread extends TableStructure {
  readonly distribution: Exclude<DistributionStructure, "reference">
}

/** A table that is spread, or has copies. */
export interface DistributedTable extends TableStructure {
  readonly distribution: DistributionStructure
}

/** Whether rows of a table are on shards. */
export const isDistributed = (table: TableStructure): table is DistributedTable => table.distribution !== undefined

/** Whether a table is spread by a column. */
export const isSpread = (table: TableStructure): table is Spread =>
  table.distribution !== undefined && table.distribution !== "reference"

/** The structure of the coordinator. */
export const ofCoordinator = (structure: Structure): Structure => ({
  ...structure,
  tables: structure.tables.map((table) => isSpread(table) ? atCoordinator(table) : table)
})

/** The structure of a shard: views, numbers and all other tables are on the coordinator alone. */
export const ofShard = ({ enums, tables }: Structure): Structure => ({
  ...empty,
  enums,
  tables: tables.flatMap((table) => table.distribution === undefined ? [] : [atShard(table)])
})

/** No key can be kept by a server that has not the rows. */
export const atCoordinator = ({ primaryKey: _, ...table }: Spread): TableStructure => ({
  ...table,
  uniques: [],
  foreignKeys: [],
  indexes: []
})

/** The table of a shard. */
export const atShard = ({ comment: _, ...table }: TableStructure): TableStructure => ({
  ...table,
  columns: table.columns.map(columnAtShard),
  ...(isSpread(table) ? {} : { checks: [], foreignKeys: [], indexes: [] })
})

/** Rows come with all of their values, but for those that are computed. */
export const columnAtShard = (
  { comment, default: _, identity, ...column }: ColumnStructure
): ColumnStructure => column
