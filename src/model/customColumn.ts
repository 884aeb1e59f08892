/**
 * Columns of types that only some database has.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { withType } from "./columnMark.ts"
import { slotOf } from "./slotOf.ts"

/**
 * What a custom type is called, by database, and what its values travel as.
 *
 * @category models
 * @since 0.1.0
 */
export interface CustomType<As extends Schema.Constraint> {
  /** The column whose values the schema encodes to: they are cast to the type when they are written, and back when they are read. */
  readonly as: As
  /** The type in DuckDB; without it the column is there what `as` is. */
  readonly duckdb?: string
  /** The type in PostgreSQL; without it the column is there what `as` is. */
  readonly postgres?: string
}

/**
 * A column of a type that has no schema of its own here. The names are DDL: they go into statements as they are. The database casts to the
 * type, which may round: a schema should have only values that the type keeps.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * const Flags = Column.custom(Schema.String.check(Schema.isPattern(/^[01]+$/)), {
 *   as: Schema.String,
 *   duckdb: "BIT",
 *   postgres: "BIT VARYING"
 * })
 *
 * class Device extends Model.Class<Device>("Device")({
 *   id: Column.primaryKey(Schema.Int),
 *   flags: Flags
 * }, { table: "devices" }) {}
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const custom = <S extends Schema.Top & { readonly Encoded: As["Type"] }, As extends Schema.Constraint>(
  schema: S,
  { as, ...names }: CustomType<As>
): S => withType(schema, { _tag: "Custom", base: slotOf(as.ast).type, names })
