/**
 * Refuses values that DuckDB would change without a word when it casts them to the type of their column.
 *
 * @since 0.1.0
 */
import { type DuckDBPreparedStatement, type DuckDBType, DuckDBTypeId, StatementType } from "@duckdb/node-api"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import { toUnscaled } from "../../model/ColumnType.ts"
import type { Places } from "../calendar.ts"
import { keyStep } from "./encodeNested.ts"
import { decimalOf, isDouble } from "./encodeNumber.ts"
import { nanosecondsOf, refuseFiner } from "./encodeTime.ts"
import { fieldOf, itemOf } from "./inferType.ts"
import { refuse, within } from "./notBindable.ts"
import { clockPlaces, instantPlaces } from "../timePlaces.ts"

/** Whether the statement puts parameters into columns. */
export const changesTables = ({ statementType }: DuckDBPreparedStatement): boolean =>
  statementType === StatementType.INSERT || statementType === StatementType.UPDATE ||
  statementType === StatementType.MERGE_INTO

/** Refuses a value that a type holds only after a change; what DuckDB itself refuses is left to it. */
export const refuseLoss = (type: DuckDBType, value: unknown): void => {
  if (value === null || value === undefined) return
  if (Array.isArray(value)) {
    const item = itemOf(type)
    if (item !== undefined) value.forEach((one, index) => within(index, () => refuseLoss(item, one)))
  } else if (value instanceof Map) {
    if (type.typeId === DuckDBTypeId.MAP) {
      for (const entry of value) refuseEntry(type.keyType, type.valueType, entry)
    }
  } else if (type.typeId === DuckDBTypeId.STRUCT && typeof value === "object") {
    for (const [name, one] of Object.entries(value)) refuseField(type, name, one)
  } else refuseScalarLoss(type, value)
}

const refuseEntry = (keyType: DuckDBType, valueType: DuckDBType, [key, value]: [unknown, unknown]): void => {
  within("key", () => refuseLoss(keyType, key))
  within(keyStep(key), () => refuseLoss(valueType, value))
}

/** A field that the column's struct lacks would be left out. */
const refuseField = (type: DuckDBType, name: string, value: unknown): void => {
  const field = fieldOf(type, name)
  if (field === undefined) return refuse(name, `is no field of ${type.toString()}`)
  within(name, () => refuseLoss(field, value))
}

const refuseScalarLoss = (type: DuckDBType, value: unknown): void => {
  if (integers.has(type.typeId)) return refuseFraction(type, value)
  if (type.typeId === DuckDBTypeId.DECIMAL) return refusePlaces(type, value)
  if (type.typeId === DuckDBTypeId.DOUBLE || type.typeId === DuckDBTypeId.FLOAT) return refuseRounding(type, value)
  if (type.typeId === DuckDBTypeId.BOOLEAN) return refuseTruth(value)
  refuseTime(type, value)
}

const integers = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT
])

const refuseFraction = (type: DuckDBType, value: unknown): void => {
  const decimal = decimalOf(value)
  if (decimal !== undefined && toUnscaled(decimal, 0) === undefined) {
    refuse(plain(value), `is no ${type.toString()}, and DuckDB would round it: round it first`)
  }
}

const refusePlaces = (type: DuckDBType & { readonly scale: number }, value: unknown): void => {
  const decimal = decimalOf(value)
  if (decimal === undefined) return
  const unscaled = toUnscaled(decimal, type.scale)
  if (unscaled === undefined) {
    refuse(
      plain(value),
      `has more than ${type.scale} decimal places, and DuckDB would round it to a ${type.toString()}: round it first`
    )
  } else if (typeof value === "number" && !Number.isInteger(value) && !Number.isSafeInteger(Number(unscaled))) {
    refuse(value, `is not exact as a ${type.toString()}: pass a BigDecimal`)
  }
}

const refuseRounding = (type: DuckDBType, value: unknown): void => {
  const isKept = BigDecimal.isBigDecimal(value) ? isShortest(value) : typeof value !== "bigint" || isDouble(value)
  if (!isKept) refuse(plain(value), `is no ${type.toString()}, and DuckDB would round it: round it first`)
  const whole = typeof value === "bigint" ? Number(value) : value
  if (type.typeId === DuckDBTypeId.FLOAT && typeof whole === "number" && Number.isInteger(whole)) {
    if (Math.fround(whole) !== whole) refuse(value, "is no FLOAT, and DuckDB would round it: round it first")
  }
}

/** Whether the nearest double is printed with these digits. */
const isShortest = (decimal: BigDecimal.BigDecimal): boolean => {
  const double = BigDecimal.fromNumber(BigDecimal.toNumberUnsafe(decimal))
  return Option.isSome(double) && BigDecimal.equals(double.value, decimal)
}

const refuseTruth = (value: unknown): void => {
  const isNumber = typeof value === "number" || typeof value === "bigint"
  if (isNumber && Number(value) !== 0 && Number(value) !== 1) refuse(value, "is neither true nor false")
}

const plain = (value: unknown): unknown => BigDecimal.isBigDecimal(value) ? BigDecimal.format(value) : value

const refuseTime = (type: DuckDBType, value: unknown): void => {
  const places = instantPlaces.get(type.typeId) ?? clockPlaces.get(type.typeId)
  if (typeof value === "string") {
    if (places !== undefined) refuseText(type, places, value)
    else if (type.typeId === DuckDBTypeId.DATE && /\d:\d/.test(value) && !/[ T]00:00(:00(\.0*)?)?Z?$/.test(value)) {
      refuse(value, "has a time of day, which a DATE would lose")
    }
    return
  }
  const nanoseconds = nanosecondsOf(value)
  if (nanoseconds === undefined) return
  if (clockPlaces.has(type.typeId)) {
    refuse(value, `is more than a time of day, and a ${type.toString()} would lose its day`)
  }
  if (type.typeId === DuckDBTypeId.DATE && nanoseconds % 86_400_000_000_000n !== 0n) {
    refuse(value, "has a time of day (UTC), which a DATE would lose")
  }
  if (places !== undefined && nanoseconds % 10n ** BigInt(9 - places) !== 0n) {
    refuseFiner(value, type.toString(), places)
  }
}

const refuseText = (type: DuckDBType, places: Places, text: string): void => {
  const fraction = /:\d\d\.(\d+?)0*(?!\d)/.exec(text)?.[1] ?? ""
  if (fraction.length > places && !/^0*$/.test(fraction)) {
    refuseFiner(text, type.toString(), places)
  }
  if (!withoutOffset.has(type.typeId)) return
  const offset = /\d[+-](\d\d(?::?\d\d){0,2})$/.exec(text)?.[1]
  if (offset !== undefined && /[1-9]/.test(offset) && /:\d\d/.test(text)) {
    refuse(
      text,
      `has an offset from UTC, which a ${type.toString()} would lose: pass a Date or DateTime, or cast it to TIMESTAMPTZ`
    )
  }
}

/** Types that read an offset over; `TIMESTAMP_NS` heeds it. */
const withoutOffset = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIME
])
