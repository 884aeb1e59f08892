/**
 * Values such as an application would hold: by a column's type, its bounds, and what its name says.
 *
 * @since 0.1.0
 */
import { faker } from "@faker-js/faker/locale/en"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import { type ColumnType, integerRange, type Slot } from "../../model/ColumnType.ts"
import type { ColumnCheck } from "../../model/columnCheck.ts"
import { realisticText, wordsOf } from "./realisticText.ts"

/** What a value is wanted for. */
export interface Wanted {
  readonly model: string
  readonly field: string
  readonly checks: ReadonlyArray<ColumnCheck>
  /** The day that dates are near, in milliseconds since 1970. */
  readonly today: number
  /** How many values were refused before: the more, the wider the range that the next is from. */
  readonly attempt: number
}

const day = 86_400_000

/** A value as the database has it, or nothing where there is no better one than any that the schema allows. */
export const realistic = (type: ColumnType, wanted: Wanted): unknown => {
  switch (type._tag) {
    case "Text":
      return sized(realisticText(wanted.model, wanted.field), type, wanted.checks)
    case "Enum":
      return faker.helpers.arrayElement(type.values)
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
      return Number(integer(wanted, integerRange(type)))
    case "Int64":
      return type.as === "number" ? Number(integer(wanted, safeIntegers)) : integer(wanted, integerRange(type))
    case "Int128":
    case "UInt64":
    case "UInt128":
      return integer(wanted, integerRange(type))
    case "Float":
      return Math.fround(fraction(wanted))
    case "Double":
      return fraction(wanted)
    case "Decimal":
      return decimal(type, wanted)
    case "Boolean":
      return faker.datatype.boolean()
    case "Date":
      return DateTime.makeUnsafe(Math.floor(instant(wanted) / day) * day)
    case "Time":
      return new Date(instant(wanted)).toISOString().slice(11, 19)
    case "Timestamp":
      return type.as === "Date" ? new Date(instant(wanted)) : DateTime.makeUnsafe(instant(wanted))
    case "Interval":
      return type.as === "Duration"
        ? Duration.minutes(faker.number.int({ min: 1, max: 600 }))
        : { months: 0, days: faker.number.int({ min: 1, max: 60 }), microseconds: 0n }
    case "Uuid":
      return faker.string.uuid()
    case "List":
      return all(Array.from({ length: type.size ?? 2 }, () => inside(type.element, wanted)))
    case "Struct": {
      const values = type.fields.map((field) => inside(field, { ...wanted, field: field.name }))
      return all(values) && Object.fromEntries(type.fields.map(({ name }, index) => [name, values[index]]))
    }
    case "Custom":
      return realistic(type.base, wanted)
    case "Blob":
    case "Json":
    case "Map":
      return undefined
  }
}

const inside = ({ type }: Slot, wanted: Wanted): unknown => realistic(type, { ...wanted, checks: [] })

/** Values, if there are all of them. */
const all = (values: ReadonlyArray<unknown>) => values.includes(undefined) ? undefined : values

/** The text, made as long as it has to be. */
const sized = (text: string, { length }: ColumnType & { _tag: "Text" }, checks: ReadonlyArray<ColumnCheck>): string => {
  const lengths = checks.flatMap((check) => check._tag === "Length" ? [check] : [])
  const least = Math.max(length?.least ?? 0, ...lengths.map(({ minimum }) => minimum))
  const most = Math.min(length?.most ?? Infinity, ...lengths.map(({ maximum = Infinity }) => maximum))
  return text.length < least
    ? text + faker.string.alpha({ length: least - text.length, casing: "lower" })
    : text.slice(0, most).trim().padEnd(Math.min(least, most), "x")
}

type Range = readonly [least: number, most: number]

const safeIntegers = [BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)] as const

/** What numbers are called, and between which they are. */
const ranges: ReadonlyArray<readonly [name: RegExp, range: Range]> = [
  [/\bcents\b/, [100, 100_000]],
  [/\bage\b/, [18, 90]],
  [/\byear\b/, [1_950, 2_030]],
  [/\b(rating|stars|score)\b/, [1, 5]],
  [/\b(percent|percentage|discount)\b/, [0, 100]],
  [/\b(quantity|stock)\b/, [1, 100]],
  [/\bpages\b/, [40, 1_200]],
  [/\b(latitude|lat)\b/, [-90, 90]],
  [/\b(longitude|lng|lon)\b/, [-180, 180]],
  [/\b(salary|income)\b/, [20_000, 150_000]],
  [/\b(price|cost|fee|amount|total)\b/, [1, 500]]
]

/** Where the name's numbers and those that the checks allow meet; wider with each attempt. */
const rangeOf = ({ attempt, checks, field }: Wanted, limits: Range): Range => {
  const name = wordsOf(field)
  const [low, high] = ranges.find(([pattern]) => pattern.test(name))?.[1] ?? [1, 1_000]
  const bounds = (tag: "AtLeast" | "AtMost") =>
    checks.flatMap((check) => check._tag === tag ? [numberOf(check.bound)] : [])
  const least = Math.max(limits[0], ...bounds("AtLeast"))
  const most = Math.min(limits[1], ...bounds("AtMost"))
  const from = low <= most ? Math.max(low, least) : Math.max(least, most - 1_000)
  const to = Math.max(high, from + high - low) * 4 ** attempt
  return [from, Math.max(from, Math.min(to, most))]
}

const numberOf = (bound: unknown): number =>
  BigDecimal.isBigDecimal(bound) ? BigDecimal.toNumberUnsafe(bound) : Number(bound)

const integer = (wanted: Wanted, [least, most]: readonly [bigint, bigint]): bigint => {
  const [from, to] = rangeOf(wanted, [Number(least), Number(most)])
  const [min, max] = [Math.ceil(from), Math.floor(to)]
  return BigInt(faker.number.int({ min: Math.min(min, max), max: Math.min(max, Number.MAX_SAFE_INTEGER) }))
}

const fraction = (wanted: Wanted): number => {
  const [min, max] = rangeOf(wanted, [-1e9, 1e9])
  return faker.number.float({ min, max, fractionDigits: 2 })
}

const decimal = ({ precision, scale }: ColumnType & { _tag: "Decimal" }, wanted: Wanted): BigDecimal.BigDecimal => {
  const places = Math.min(scale, 2)
  const limit = 10 ** Math.min(precision - scale, 9) - 10 ** -places
  const [min, max] = rangeOf(wanted, [-limit, limit])
  const value = BigInt(Math.trunc(faker.number.float({ min, max }) * 10 ** places))
  return BigDecimal.make(value * 10n ** BigInt(scale - places), scale)
}

/** Milliseconds since 1970: before today, but after it where the name says that it is to come. */
const instant = ({ attempt, field, today }: Wanted): number => {
  const name = wordsOf(field)
  if (/\b(born|birth|birthday|birthdate)\b/.test(name)) return today - minutes(20 * 365, 80 * 365)
  const days = 30 * 4 ** Math.min(attempt, 4)
  return /\b(due|expires?|expiry|until|ends?|deadline|next)\b/.test(name)
    ? today + minutes(0, days)
    : today - minutes(0, days)
}

/** So many days, and a random part of the last, in whole minutes. */
const minutes = (least: number, most: number): number =>
  faker.number.int({ min: least * 1_440, max: most * 1_440 }) * 60_000
