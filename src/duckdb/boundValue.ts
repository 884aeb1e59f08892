/**
 * The binding's value of a parameter.
 *
 * @since 0.1.0
 */
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  DuckDBUUIDValue,
  type DuckDBValue,
  listValue,
  structValue
} from "@duckdb/node-api"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type { ColumnType, StructField } from "../model/ColumnType.ts"
import { daysOf, microsecondsOf, unscaledOf, uuidBits } from "./stored.ts"

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
      return bind<BigDecimal.BigDecimal | string>(
        value,
        (decimal) => new DuckDBDecimalValue(unscaledOf(decimal, type.scale), type.precision, type.scale)
      )
    case "Boolean":
      return bind<boolean>(value, (boolean) => boolean)
    case "Date":
      return bind<DateTime.Utc | string>(value, (day) => new DuckDBDateValue(daysOf(day)))
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
