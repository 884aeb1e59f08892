/**
 * What a kind of column is, and values that many kinds have in common.
 */
import { ColumnType } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

/** A column's schema, values for it, and those that are most likely to go wrong. */
export interface Kind {
  readonly name: string
  readonly schema: Schema.Codec<unknown, unknown>
  readonly values: Arbitrary.Arbitrary<unknown>
  readonly edges: ReadonlyArray<unknown>
}

export const kind = <A, I>(
  name: string,
  schema: Schema.Codec<A, I>,
  values: Arbitrary.Arbitrary<A>,
  edges: ReadonlyArray<A>
): Kind => ({ name, schema, values, edges })

export const integers = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

export const bigints = (minimum: bigint, maximum: bigint) =>
  Arbitrary.schema(Schema.BigInt.check(Schema.isBetweenBigInt({ minimum, maximum })))

export const lists = <A>(item: Arbitrary.Arbitrary<A>) => Arbitrary.array(item, { maxLength: 5 })

export const texts = Arbitrary.filter(
  Arbitrary.schema(Schema.String),
  (text) => text.isWellFormed() && !text.includes("\0")
)

/** An instant, and so many microseconds after it. */
export const instant = (text: string, microseconds = 0) =>
  DateTime.mapEpochMillis(DateTime.makeUnsafe(text), (milliseconds) => milliseconds + microseconds / 1_000)

export const instants = [
  instant("1970-01-01T00:00:00Z"),
  instant("1970-01-01T00:00:00Z", 1),
  instant("1969-12-31T23:59:59.999Z", 999),
  instant("1969-12-31T23:59:59.999Z"),
  instant("1900-01-01T00:00:00Z", 123_456),
  instant("2000-02-29T12:00:00Z", 789),
  instant("2038-01-19T03:14:08Z"),
  instant("0001-01-01T00:00:00Z"),
  instant("9999-12-31T23:59:59.999Z")
]

export const microsecond = Arbitrary.map(
  bigints(-(2n ** 43n) * 1_000n + 1n, 2n ** 43n * 1_000n - 1n),
  ColumnType.fromMicroseconds
)
