/**
 * The binding's value of a parameter.
 *
 * @since 0.1.0
 */
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  type DuckDBPreparedStatement,
  DuckDBTimestampValue,
  DuckDBUUIDValue,
  type DuckDBValue,
  listValue,
  structValue
} from "@duckdb/node-api"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type { ColumnType, StructField } from "../../model/ColumnType.ts"
import { daysOf, microsecondsOf, unscaledOf, uuidBits } from "../stored.ts"
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
    case "Double":
      return bind<number>(value, (number) => number)
    case "Int64":
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
      return bind<DateTime.Utc | Date>(value, (instant) => new DuckDBTimestampValue(microsecondsOf(instant)))
    case "Uuid":
      return bind<string>(value, (uuid) => DuckDBUUIDValue.fromUint128(uuidBits(uuid)))
    case "Json":
      return bind<unknown>(value, (json) => JSON.stringify(json))
    case "List":
      return bind<ReadonlyArray<unknown>>(
        value,
        (items) => listValue(items.map((item) => boundValue(type.element.type, item)))
      )
    case "Struct":
      return bind<Readonly<Record<string, unknown>>>(value, (struct) => structValue(boundFields(type.fields, struct)))
  }
}

const bind = <A>(value: unknown, make: (value: A) => DuckDBValue): DuckDBValue =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller has checked that the value is one of the column's type
  value === null ? null : make(value as A)

const boundFields = (fields: ReadonlyArray<StructField>, struct: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(fields.map(({ name, type }) => [name, boundValue(type, struct[name])]))
