/**
 * Numbers as the binding's values of DuckDB's numeric types, exactly or not at all.
 *
 * @since 0.1.0
 */
import { DuckDBDecimalValue, type DuckDBValue } from "@duckdb/node-api"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import { decimalText, toUnscaled } from "../../model/ColumnType.ts"
import { refuse } from "./notBindable.ts"
import type { Range } from "../reading/readNumber.ts"

/** Makes the binding's value of what has a type; it throws `NotBindable`. */
export type Encode = (value: unknown) => DuckDBValue

const integer = (name: string, [least, greatest]: Range, value: unknown): bigint => {
  const whole = typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value
  if (typeof whole !== "bigint") return refuse(value, `is no ${name}: pass a whole number`)
  if (whole >= least && whole <= greatest) return whole
  return refuse(value, `is no ${name}, which goes from ${least} to ${greatest}`)
}

/** Integers that the binding takes as numbers. */
export const encodeSmall = (name: string, range: Range): Encode => (value) => Number(integer(name, range, value))

/** Integers that the binding takes as bigints. */
export const encodeBig = (name: string, range: Range): Encode => (value) => integer(name, range, value)

/** `BIGNUM` has no end; it travels as its digits, since the binding can't make a zero of it. */
export const encodeBignum: Encode = (value) => {
  if (typeof value === "number" && Number.isInteger(value)) return String(BigInt(value))
  return typeof value === "bigint" ? String(value) : refuse(value, "is no BIGNUM: pass a whole number")
}

/** `BOOLEAN`. */
export const encodeBoolean: Encode = (value) =>
  typeof value === "boolean" ? value : refuse(value, "is no BOOLEAN: pass true or false")

/** Numbers of 64 bits. An integer that lies between two of them is refused. */
export const encodeDouble: Encode = (value) => {
  if (typeof value === "number") return value
  if (typeof value !== "bigint") return refuse(value, "is no DOUBLE: pass a number")
  const double = Number(value)
  return isDouble(value) ? double : refuse(value, `is no DOUBLE: the nearest is ${double}`)
}

/** Whether a double is exactly that integer. */
export const isDouble = (value: bigint): boolean => Number.isFinite(Number(value)) && BigInt(Number(value)) === value

/** Numbers of 32 bits: fractions are rounded to the nearest one, as the type has it, but nothing becomes infinite. */
export const encodeFloat: Encode = (value) => {
  if (typeof value !== "number") return refuse(value, "is no FLOAT: pass a number")
  const float = Math.fround(value)
  if (Number.isFinite(value) && !Number.isFinite(float)) return refuse(value, "is beyond the range of FLOAT")
  return Number.isInteger(value) && float !== value ? refuse(value, `is no FLOAT: the nearest is ${float}`) : float
}

/** Decimals of that many digits, from a `BigDecimal`, its digits, or a number as it is printed. */
export const encodeDecimal = (width: number, scale: number): Encode => {
  const limit = 10n ** BigInt(width)
  return (value) => {
    const decimal = decimalOf(value)
    if (decimal === undefined) {
      return refuse(value, `is no DECIMAL(${width}, ${scale}): pass a BigDecimal or its digits`)
    }
    const unscaled = toUnscaled(decimal, scale)
    if (unscaled !== undefined && unscaled < limit && unscaled > -limit) {
      return new DuckDBDecimalValue(unscaled, width, scale)
    }
    return refuse(
      decimal === value ? BigDecimal.format(decimal) : value,
      `is no DECIMAL(${width}, ${scale}), which has at most ${width} digits, ${scale} of them behind the point`
    )
  }
}

/** What has a decimal's digits, as a decimal. */
export const decimalOf = (value: unknown): BigDecimal.BigDecimal | undefined => {
  if (BigDecimal.isBigDecimal(value)) return value
  if (typeof value === "bigint") return BigDecimal.make(value, 0)
  if (typeof value === "number") return Option.getOrUndefined(BigDecimal.fromNumber(value))
  return typeof value === "string" && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?\s*$/i.test(value)
    ? Option.getOrUndefined(BigDecimal.fromString(value.trim()))
    : undefined
}

/** How many digits a decimal needs on both sides of its point. */
export const digitsOfDecimal = (decimal: BigDecimal.BigDecimal): { readonly whole: number; readonly scale: number } => {
  const scale = Math.max(0, decimal.scale)
  const text = decimalText(decimal.value * 10n ** BigInt(scale - decimal.scale), scale).replace("-", "")
  return { whole: text.replaceAll(/^0+|\..*$/g, "").length, scale }
}
