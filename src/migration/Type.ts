/**
 * The types of columns, as revisions say them.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot, TextLength } from "../model/ColumnType.ts"

/**
 * Texts of any length.
 *
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * const created = Migration.createTable({
 *   name: "parcels",
 *   columns: [
 *     Migration.column("id", Type.uuid),
 *     Migration.column("label", Type.text, { nullable: true }),
 *     Migration.column("country", Type.textOf({ least: 2, most: 2 })),
 *     Migration.column("state", Type.oneOf("packed", "sent", "lost")),
 *     Migration.column("is_fragile", Type.boolean, { default: "FALSE" }),
 *     Migration.column("customs", Type.json, { nullable: true }),
 *     Migration.column("photo", Type.blob, { nullable: true }),
 *     Migration.column("posted_on", Type.date),
 *     Migration.column("picked_up_at", Type.time),
 *     Migration.column("sent_at", Type.timestamp),
 *     Migration.column("arrived_at", Type.timestampZoned, { nullable: true }),
 *     Migration.column("promised_within", Type.interval)
 *   ],
 *   primaryKey: { columns: ["id"] }
 * })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const text: ColumnType = { _tag: "Text" }

/**
 * Whole numbers of 8 bits.
 *
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * const measured = Migration.createTable({
 *   name: "measurements",
 *   columns: [
 *     Migration.column("id", Type.int64, { identity: true }),
 *     Migration.column("temperature", Type.int8),
 *     Migration.column("altitude", Type.int16),
 *     Migration.column("offset_grams", Type.int32),
 *     Migration.column("drift", Type.int128),
 *     // without a sign
 *     Migration.column("hour", Type.uint8),
 *     Migration.column("year", Type.uint16),
 *     Migration.column("address", Type.uint32),
 *     Migration.column("ticks", Type.uint64),
 *     Migration.column("network", Type.uint128),
 *     // with a point: 4 bytes, 8 bytes, and exact
 *     Migration.column("humidity", Type.float),
 *     Migration.column("latitude", Type.double),
 *     Migration.column("price", Type.decimal(12, 2))
 *   ]
 * })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const int8: ColumnType = { _tag: "Int8" }

/**
 * Whole numbers of 16 bits.
 *
 * @category types
 * @since 0.1.0
 */
export const int16: ColumnType = { _tag: "Int16" }

/**
 * Whole numbers of 32 bits.
 *
 * @category types
 * @since 0.1.0
 */
export const int32: ColumnType = { _tag: "Int32" }

/**
 * Whole numbers of 64 bits.
 *
 * @category types
 * @since 0.1.0
 */
export const int64: ColumnType = { _tag: "Int64", as: "bigint" }

/**
 * Whole numbers of 128 bits.
 *
 * @category types
 * @since 0.1.0
 */
export const int128: ColumnType = { _tag: "Int128" }

/**
 * Whole numbers of 8 bits without a sign.
 *
 * @category types
 * @since 0.1.0
 */
export const uint8: ColumnType = { _tag: "UInt8" }

/**
 * Whole numbers of 16 bits without a sign.
 *
 * @category types
 * @since 0.1.0
 */
export const uint16: ColumnType = { _tag: "UInt16" }

/**
 * Whole numbers of 32 bits without a sign.
 *
 * @category types
 * @since 0.1.0
 */
export const uint32: ColumnType = { _tag: "UInt32" }

/**
 * Whole numbers of 64 bits without a sign.
 *
 * @category types
 * @since 0.1.0
 */
export const uint64: ColumnType = { _tag: "UInt64" }

/**
 * Whole numbers of 128 bits without a sign.
 *
 * @category types
 * @since 0.1.0
 */
export const uint128: ColumnType = { _tag: "UInt128" }

/**
 * Floating point numbers of 32 bits.
 *
 * @category types
 * @since 0.1.0
 */
export const float: ColumnType = { _tag: "Float" }

/**
 * Floating point numbers of 64 bits.
 *
 * @category types
 * @since 0.1.0
 */
export const double: ColumnType = { _tag: "Double" }

/**
 * True or false.
 *
 * @category types
 * @since 0.1.0
 */
export const boolean: ColumnType = { _tag: "Boolean" }

/**
 * Days.
 *
 * @category types
 * @since 0.1.0
 */
export const date: ColumnType = { _tag: "Date" }

/**
 * Times of a day, to the microsecond.
 *
 * @category types
 * @since 0.1.0
 */
export const time: ColumnType = { _tag: "Time" }

/**
 * Instants in UTC, to the microsecond.
 *
 * @category types
 * @since 0.1.0
 */
export const timestamp: ColumnType = { _tag: "Timestamp", as: "DateTime" }

/**
 * Instants that the database knows the zone of.
 *
 * @category types
 * @since 0.1.0
 */
export const timestampZoned: ColumnType = { _tag: "Timestamp", as: "DateTime", zoned: true }

/**
 * Spans of the calendar.
 *
 * @category types
 * @since 0.1.0
 */
export const interval: ColumnType = { _tag: "Interval", as: "Calendar" }

/**
 * Uuids.
 *
 * @category types
 * @since 0.1.0
 */
export const uuid: ColumnType = { _tag: "Uuid" }

/**
 * Bytes.
 *
 * @category types
 * @since 0.1.0
 */
export const blob: ColumnType = { _tag: "Blob" }

/**
 * JSON documents.
 *
 * @category types
 * @since 0.1.0
 */
export const json: ColumnType = { _tag: "Json" }

/**
 * Texts of so many characters.
 *
 * @category types
 * @since 0.1.0
 */
export const textOf = (length: TextLength): ColumnType => ({ _tag: "Text", length })

/**
 * Exact decimals of so many digits, `scale` of them behind the point.
 *
 * @category types
 * @since 0.1.0
 */
export const decimal = (precision: number, scale: number): ColumnType => ({ _tag: "Decimal", precision, scale })

/**
 * One of these texts.
 *
 * @category types
 * @since 0.1.0
 */
export const oneOf = (...values: ReadonlyArray<string>): ColumnType => ({ _tag: "Enum", values })

/**
 * A place for values that may be `null`, in a list or an object.
 *
 * @category types
 * @since 0.1.0
 */
export const nullable = (type: ColumnType): Slot => ({ type, nullable: true })

const slot = (of: ColumnType | Slot): Slot => "_tag" in of ? { type: of, nullable: false } : of

/**
 * Lists, with a `size` always of this length.
 *
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * const flights = Migration.createTable({
 *   name: "flights",
 *   columns: [
 *     Migration.column("stops", Type.list(Type.text)),
 *     Migration.column("position", Type.list(Type.double, 2)),
 *     Migration.column("captain", Type.struct(["name", Type.text], ["phone", Type.nullable(Type.text)])),
 *     Migration.column("seats", Type.map(Type.text, Type.int32)),
 *     Migration.column("network", Type.custom(Type.text, { duckdb: "INET", postgres: "INET" }))
 *   ]
 * })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const list = (element: ColumnType | Slot, size?: number): ColumnType => ({
  _tag: "List",
  element: slot(element),
  ...(size === undefined ? {} : { size })
})

/**
 * Objects of exactly these fields, in this order.
 *
 * @category types
 * @since 0.1.0
 */
export const struct = (...fields: ReadonlyArray<readonly [name: string, type: ColumnType | Slot]>): ColumnType => ({
  _tag: "Struct",
  fields: fields.map(([name, of]) => ({ name, ...slot(of) }))
})

/**
 * Maps from keys to values.
 *
 * @category types
 * @since 0.1.0
 */
export const map = (key: ColumnType, value: ColumnType | Slot): ColumnType => ({ _tag: "Map", key, value: slot(value) })

/**
 * A type by the name that each database has for it, under `duckdb` and `postgres`; its values travel as those of `base`.
 *
 * @category types
 * @since 0.1.0
 */
export const custom = (base: ColumnType, names: Readonly<Record<string, string>>): ColumnType => ({
  _tag: "Custom",
  base,
  names
})
