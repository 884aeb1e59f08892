/**
 * What PostgreSQL's own columns take is known to the compiler.
 */
import { Column, Model, Query } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { expectTypeOf, it } from "vitest"

class Offer extends Model.Class<Offer>("Offer")({
  id: Column.primaryKey(Schema.Int),
  ages: Postgres.int4range,
  price: Postgres.numeric,
  from: Postgres.inet
}, { table: "offers" }) {}

const offers = Query.from(Offer)

it("refuses a range of other values, or without its bounds", () => {
  offers.where((offer) => offer.ages.eq(Postgres.range(1, null)).and(offer.ages.ne("empty")))
  // @ts-expect-error Argument of type 'Range<bigint>' is not assignable to parameter of type 'Operand<Range<number>, never>'
  offers.where((offer) => offer.ages.eq(Postgres.range<bigint>(1n, 5n)))
  // @ts-expect-error Property 'bounds' is missing in type '{ lower: number; upper: number; }'
  offers.where((offer) => offer.ages.eq({ lower: 1, upper: 5 }))
  // @ts-expect-error Type '"<>"' is not assignable to type 'Bounds'
  offers.where((offer) => offer.ages.eq({ lower: 1, upper: 5, bounds: "<>" }))
  expectTypeOf<Offer["ages"]>().toEqualTypeOf<Postgres.Range<number>>()
  expectTypeOf<typeof Postgres.tstzrange.Type>().toEqualTypeOf<Postgres.Range<DateTime.Utc>>()
})

it("refuses values of another type", () => {
  offers.where((offer) => offer.price.gt(BigDecimal.make(150n, 2)).and(offer.from.eq("10.0.0.1")))
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<BigDecimal, never>'
  offers.where((offer) => offer.price.gt(1.5))
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<string, never>'
  offers.where((offer) => offer.from.eq(1))
  expectTypeOf<Offer["price"]>().toEqualTypeOf<BigDecimal.BigDecimal>()
})
