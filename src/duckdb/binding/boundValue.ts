/**
 * The binding's value of a parameter.
 *
 * @since 0.1.0
 */
import {
  arrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBMapValue,
  type DuckDBPreparedStatement,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
  type DuckDBValue,
  listValue,
  structValue
} from "@duckdb/node-api"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { CalendarInterval, ColumnType, StructField } from "../../model/ColumnType.ts"
import { clockMicroseconds, daysOf, intervalParts, microsecondsOf, unscaledOf, uuidBits } from "../stored.ts"
import { valueType } from "../types.ts"

/**
 * Binds a storable value to a placeholder, as its type. The kinds that are bound most have calls of their own, which cost less
 * than making a value of the binding's first.
 *
 * @category running
 * @since 0.1.0
 */
export const bindParameter = (
  prepared: DuckDBPreparedStatement,
  index: number,
  type: ColumnType,
  value: unknown
): void => {
  if (typeof value === "string" && type._tag === "Text") return prepared.bindVarchar(index, value)
  if (typeof value === "number" && type._tag === "Int32") return prepared.bindInteger(index, value)
  if (typeof value === "number" && type._tag === "Int64") return prepared.bindBigInt(index, BigInt(value))
  if (typeof value === "bigint" && type._tag === "Int64") return prepared.bindBigInt(index, value)
  if (typeof value === "number" && type._tag === "Double") return prepared.bindDouble(index, value)
  if (typeof value === "boolean" && type._tag === "Boolean") return prepared.bindBoolean(index, value)
  prepared.bindValue(index, boundValue(type, value), valueType(type))
}

/**
 * The binding's value of a storable one, to be bound with its type: `statement.bindValue(index, boundValue(type, value), valueType(type))`.
 *
 * @category conversions
 * @since 0.1.0
 */
export const boundValue = (type: ColumnType, value: unknown): DuckDBValue => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return bind<string>(value, (text) => text)
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Float":
    case "Double":
      return bind<number>(value, (number) => number)
    case "Int64":
    case "Int128":
    case "UInt64":
    case "UInt128":
      return bind<number | bigint>(value, BigInt)
    case "Decimal":
      return bind<BigDecimal.BigDecimal>(
        value,
        (decimal) => new DuckDBDecimalValue(unscaledOf(decimal, type.scale), type.precision, type.scale)
      )
    case "Boolean":
      return bind<boolean>(value, (boolean) => boolean)
    case "Date":
      return bind<DateTime.Utc>(value, (day) => new DuckDBDateValue(daysOf(day)))
    case "Timestamp":
      return bind<DateTime.Utc | Date>(
        value,
        (instant) =>
          type.zoned === true
            ? new DuckDBTimestampTZValue(microsecondsOf(instant))
            : new DuckDBTimestampValue(microsecondsOf(instant))
      )
    case "Time":
      return bind<string>(value, (time) => new DuckDBTimeValue(clockMicroseconds(time)))
    case "Interval":
      return bind<Duration.Duration | CalendarInterval>(value, (interval) => {
        const { days, microseconds, months } = intervalParts(interval)
        return new DuckDBIntervalValue(months, days, microseconds)
      })
    case "Blob":
      return bind<Uint8Array>(value, (bytes) => new DuckDBBlobValue(bytes))
    case "Uuid":
      return bind<string>(value, (uuid) => DuckDBUUIDValue.fromUint128(uuidBits(uuid)))
    case "Json":
      return bind<unknown>(value, (json) => JSON.stringify(json))
    case "List":
      return bind<ReadonlyArray<unknown>>(
        value,
        (items) =>
          (type.size === undefined ? listValue : arrayValue)(
            items.map((item) => boundValue(type.element.type, item))
          )
      )
    case "Struct":
      return bind<Readonly<Record<string, unknown>>>(value, (struct) => structValue(boundFields(type.fields, struct)))
    case "Map":
      return bind<ReadonlyMap<unknown, unknown>>(value, (map) =>
        new DuckDBMapValue(
          Array.from(map, ([key, one]) => ({
            key: boundValue(type.key, key),
            value: boundValue(type.value.type, one)
          }))
        ))
    case "Custom":
      return boundValue(type.base, value)
  }
}

const bind = <A>(value: unknown, make: (value: A) => DuckDBValue): DuckDBValue =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller has checked that the value is one of the column's type
  value === null ? null : make(value as A)

const boundFields = (fields: ReadonlyArray<StructField>, struct: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(fields.map(({ name, type }) => [name, boundValue(type, struct[name])]))
