/**
 * Schemas of columns that hold values of other columns' types. Lists are `Schema.Array`, and objects `Schema.Struct`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { type Float, float } from "./numberColumns.ts"
import { json } from "./textColumns.ts"

/**
 * An array of exactly so many values.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Cube extends Model.Class<Cube>("Cube")({
 *   id: Column.serial(Schema.Int),
 *   sides: Column.array(Column.float, 3),
 *   labels: Column.map(Schema.String, Column.int32)
 * }, { table: "cubes" }) {}
 *
 * const cube = Cube.insert.make({ sides: [1, 2, 3], labels: new Map([["front", 1]]) })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const array = <S extends Schema.Constraint>(item: S, size: number): Schema.$Array<S> =>
  Schema.Array(item).check(Schema.isBetweenLength(size, size))

/**
 * A vector of so many dimensions, such as an embedding: numbers of 32 bits.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Passage extends Model.Class<Passage>("Passage")({
 *   id: Column.serial(Schema.Int),
 *   text: Schema.String,
 *   embedding: Column.vector(384)
 * }, { table: "passages" }) {}
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const vector = (dimensions: number): Schema.$Array<Float> => array(float, dimensions)

/**
 * A map of values by keys, which are texts, uuids or integers: what `Schema.ReadonlyMap` is stored as. Its entries have no order,
 * and two maps with the same entries are equal.
 *
 * @category types
 * @since 0.1.0
 */
export const map = <K extends Schema.Constraint, V extends Schema.Constraint>(
  key: K,
  value: V
): Schema.$ReadonlyMap<K, V> => Schema.ReadonlyMap(key, value)

/**
 * One of several shapes, as a rule objects told apart by their `_tag`. It is JSON in every database: PostgreSQL has no unions, and
 * those of DuckDB lose their tag in casts and in Parquet files.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Payment extends Model.Class<Payment>("Payment")({
 *   id: Column.serial(Schema.Int),
 *   method: Column.union([
 *     Schema.TaggedStruct("Card", { last4: Column.char(4) }),
 *     Schema.TaggedStruct("Transfer", { iban: Schema.String, at: Column.timestamp })
 *   ])
 * }, { table: "payments" }) {}
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const union = <const M extends ReadonlyArray<Schema.Top>>(members: M): Schema.toCodecJson<Schema.Union<M>> =>
  json(Schema.Union(members))
