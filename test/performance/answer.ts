/**
 * What a competitor has read or written, in a form in which equal things are equal whatever values stand for them.
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Competitor, Rows } from "./competitor.ts"

/** The number of rows, the first and the last; only the number where that is all there is. */
export const ofRead = (result: Rows | number): string =>
  typeof result === "number" ? JSON.stringify({ rows: result }) : JSON.stringify({
    rows: result.length,
    first: normalRow(result[0]),
    last: normalRow(result.at(-1))
  })

/** At most so many rows are compared whole. */
const compared = 1000

/** The number of rows and what is in them, whatever that is: in all, or in every so manieth where they are many. */
export const ofAll = (rows: Rows): string => {
  const step = Math.ceil(rows.length / compared)
  return JSON.stringify({ rows: rows.length, content: rows.filter((_, index) => index % step === 0).map(normalTree) })
}

/** A hash of all that is in `incoming`; fails unless that is the first so many readings. */
export const ofWrite = Effect.fnUntraced(function*({ name, sql }: Competitor, rows: number) {
  const written = ofRead(yield* sql(`SELECT ${summary} FROM incoming`))
  const expected = ofRead(yield* sql(`SELECT ${summary} FROM readings WHERE id < ${rows}`))
  return written === expected
    ? written
    : yield* Effect.die(new Error(`${name} has written ${written}, not ${expected}`))
})

const summary = "count(*) AS rows, bit_xor(hash(id, serial, level, note, valid, takenAt, takenOn, device)) AS content"

const normalRow = (row: object | undefined) =>
  Object.entries(row ?? {}).map(([name, value]) => `${name}: ${normalValue(value)}`).toSorted()

const isDay = /^\d{4}-\d\d-\d\d$/

const normalValue = (value: unknown): string => {
  if (value instanceof Date) return String(value.getTime())
  if (DateTime.isDateTime(value)) return String(value.epochMilliseconds)
  if (typeof value === "string" && isDay.test(value)) return String(Date.parse(value))
  return String(value)
}

/** Numbers of every kind are alike, to twelve digits: sums of floating point numbers depend on their order. */
const normalTree = (value: unknown): unknown => {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(normalTree)
  if (BigDecimal.isBigDecimal(value)) return normalNumber(BigDecimal.format(value))
  if (typeof value !== "object" || value instanceof Date || DateTime.isDateTime(value)) {
    return normalNumber(normalValue(value))
  }
  return Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, field]) => [name, normalTree(field)])
}

const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/

const normalNumber = (text: string): string | number =>
  isNumber.test(text) ? Number(Number(text).toPrecision(12)) : text
