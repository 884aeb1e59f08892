/**
 * Puts a column's values together, part by part, into the one array that a `Vector` has.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import { type ArrayKind, arrayKind } from "../model/arrayKind.ts"
import { type ColumnType, toMicroseconds } from "../model/ColumnType.ts"
import { dayLength } from "../model/timeLimits.ts"
import type { ResultColumn } from "./CompiledQuery.ts"
import type { Vector } from "./Vector.ts"

/** A vector in the making. */
export interface VectorBuilder {
  /** Appends the values of rows as a model has them. */
  readonly add: (values: ArrayLike<unknown>) => void
  /** Appends numbers as the vector's own array has them; those of rows that aren't valid may be anything. */
  readonly copy: (
    numbers: ArrayLike<number> | ArrayLike<bigint>,
    isValid: ((row: number) => boolean) | undefined
  ) => void
  readonly vector: () => Vector<ArrayLike<unknown>>
}

/** The kind of array that a column of a result becomes. */
export const kindOf = ({ field, type }: ResultColumn): ArrayKind =>
  field === undefined ? kindOfType(type) : arrayKind(field.schema)

/** What is computed has the array of its JavaScript type. */
const kindOfType = (type: ColumnType): ArrayKind => {
  switch (type._tag) {
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Float":
    case "Double":
      return "Float64"
    case "Int128":
    case "UInt64":
    case "UInt128":
      return "BigInt64"
    case "Int64":
      return type.as === "number" ? "Float64" : "BigInt64"
    case "Boolean":
      return "Boolean"
    case "Date":
    case "Timestamp":
      return "Instant"
    case "Text":
    case "Uuid":
    case "Enum":
    case "Decimal":
    case "Json":
    case "List":
    case "Struct":
    case "Time":
    case "Interval":
    case "Blob":
    case "Map":
      return "Values"
    case "Custom":
      return kindOfType(type.base)
  }
}

/** A builder of a vector of `count` rows. */
export const vectorBuilder = (kind: ArrayKind, count: number): VectorBuilder => {
  switch (kind) {
    case "Int8":
      return typedBuilder(new Int8Array(count), 0, Number)
    case "Int16":
      return typedBuilder(new Int16Array(count), 0, Number)
    case "Int32":
      return typedBuilder(new Int32Array(count), 0, Number)
    case "UInt8":
      return typedBuilder(new Uint8Array(count), 0, Number)
    case "UInt16":
      return typedBuilder(new Uint16Array(count), 0, Number)
    case "UInt32":
      return typedBuilder(new Uint32Array(count), 0, Number)
    case "UInt64":
      return typedBuilder(new BigUint64Array(count), 0n, bigintOf)
    case "Float32":
      return typedBuilder(new Float32Array(count), 0, Number)
    case "Float64":
      return typedBuilder(new Float64Array(count), 0, Number)
    case "Boolean":
      return typedBuilder(new Uint8Array(count), 0, Number)
    case "Day":
      return typedBuilder(new Int32Array(count), 0, (day) => Math.floor(instantOf(day).epochMilliseconds / dayLength))
    case "BigInt64":
      return typedBuilder(new BigInt64Array(count), 0n, bigintOf)
    case "Instant":
      return typedBuilder(new BigInt64Array(count), 0n, (instant) => toMicroseconds(instantOf(instant)))
    case "Values":
      return plainBuilder(count)
  }
}

const instantOf = (value: unknown): DateTime.Utc =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of a column of this kind has only these
  value instanceof Date ? DateTime.fromDateUnsafe(value) : value as DateTime.Utc

const bigintOf = (value: unknown): bigint =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the array itself takes nothing else
  value as bigint

/** A typed array of numbers or bigints. */
interface Target<N> extends ArrayLike<N> {
  [index: number]: N
  set(numbers: ArrayLike<N>, offset: number): void
}

/** `zero` stands where there is no value. */
const typedBuilder = <N extends number | bigint>(
  target: Target<N>,
  zero: N,
  toNumber: (value: unknown) => N
): VectorBuilder => {
  const validity = bitmap(target.length)
  let filled = 0

  const blank = (count: number, isValid: (row: number) => boolean) => {
    for (let row = 0; row < count; row++) {
      if (isValid(row)) continue
      target[filled + row] = zero
      validity.clear(filled + row)
    }
  }

  return {
    add: (values) => {
      for (let row = 0; row < values.length; row++) {
        const value = values[row]
        if (value === null) validity.clear(filled + row)
        else target[filled + row] = toNumber(value)
      }
      filled += values.length
    },
    copy: (numbers, isValid) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- who copies into a kind of array has numbers of that kind
      target.set(numbers as ArrayLike<N>, filled)
      if (isValid !== undefined) blank(numbers.length, isValid)
      filled += numbers.length
    },
    vector: () => ({ values: target, validity: validity.bits() })
  }
}

const plainBuilder = (count: number): VectorBuilder => {
  const validity = bitmap(count)
  const all: Array<unknown> = []
  const add = (values: ArrayLike<unknown>) => {
    for (let row = 0; row < values.length; row++) {
      if (values[row] === null) validity.clear(all.length)
      all.push(values[row])
    }
  }
  return { add, copy: add, vector: () => ({ values: all, validity: validity.bits() }) }
}

/** The validity of that many rows: there is a bitmap from the first row on that is not valid. */
const bitmap = (count: number) => {
  let bits: Uint8Array | undefined
  return {
    clear: (row: number) => {
      bits ??= allSet(count)
      bits[row >> 3] = Number(bits[row >> 3]) & ~(1 << (row & 7))
    },
    bits: () => bits
  }
}

/** A bit for each row, and none beyond the last. */
const allSet = (count: number): Uint8Array => {
  const bits = new Uint8Array(Math.ceil(count / 8)).fill(0xff)
  if (count % 8 !== 0) bits[bits.length - 1] = (1 << count % 8) - 1
  return bits
}
