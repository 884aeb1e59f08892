/**
 * How the rows of a table are spread where a database has several servers.
 *
 * @since 0.1.0
 */
import { InvalidModel } from "./InvalidModel.ts"
import type { TableColumn } from "./Table.ts"

/**
 * By a field of the primary key, the shard key: rows that share its value are together on one server, also those of other models that
 * are spread by a field of the same type. `"reference"`: every server has all rows, which is for small tables that many others refer to.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Ticket extends Model.Class<Ticket>("Ticket")({
 *   tenantId: Column.primaryKey(Schema.Int),
 *   number: Column.primaryKey(Schema.Int),
 *   title: Schema.NonEmptyString
 * }, { table: "tickets", distribution: { by: "tenantId" } }) {}
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export type Distribution<Field extends string = string> = { readonly by: Field } | "reference"

/**
 * How the rows of a table are spread, by its column.
 *
 * @category models
 * @since 0.1.0
 */
export type TableDistribution = { readonly by: TableColumn } | "reference"

/** The columns and keys of a table that is spread. */
interface Keys {
  readonly columns: ReadonlyArray<TableColumn>
  readonly primaryKey: ReadonlyArray<TableColumn>
  readonly uniques: ReadonlyArray<ReadonlyArray<string>>
}

/** What a model says of its table; throws `InvalidModel` where a key could not be kept, because each server knows its own rows alone. */
export const distributionOf = (
  model: string,
  distribution: Distribution | undefined,
  { columns, primaryKey, uniques }: Keys
): TableDistribution | undefined => {
  if (distribution === undefined || distribution === "reference") return distribution
  const { by } = distribution
  const column = columns.find(({ field }) => field === by)
  const refused = (reason: string) => new InvalidModel({ model, field: by, reason })
  if (column === undefined) throw refused("its rows are distributed by it, and there is no such column")
  if (!primaryKey.includes(column)) {
    throw refused("its rows are distributed by it, so it has to be a part of the primary key")
  }
  const global = uniques.find((names) => !names.includes(column.name))
  if (global !== undefined) {
    throw refused(
      `its rows are distributed by it, so the unique key of ${
        global.join(", ")
      } has to contain it: no server knows the rows of the others`
    )
  }
  return { by: column }
}
