/**
 * Rows of several models beside each other, what can be made of many rows, and queries that are built of queries.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, DateTime, Effect, Schema } from "effect"

class Shop extends Model.Class<Shop>("Shop")({
  city: Column.primaryKey(Schema.String),
  country: Schema.Literals(["ES", "FR"])
}, { table: "shops" }) {}

class Sale extends Model.Class<Sale>("Sale")({
  id: Column.serial(Schema.Int),
  // Where a sale was made online there is no shop.
  city: Column.references(Schema.NullOr(Schema.String), () => Shop, "city"),
  book: Schema.String,
  copies: Column.int32,
  price: Column.decimal({ precision: 8, scale: 2 }),
  at: Column.timestamp
}, { table: "sales" }) {}

class Price extends Model.Class<Price>("Price")({
  book: Column.primaryKey(Schema.String),
  from: Column.primaryKey(Column.timestamp),
  list: Column.decimal({ precision: 8, scale: 2 })
}, { table: "prices" }) {}

const euros = BigDecimal.fromStringUnsafe
const day = (text: string) => DateTime.makeUnsafe(`2026-${text}T12:00:00Z`)

const fill = Effect.gen(function*() {
  yield* Session.createTables([Shop, Sale, Price])
  const shops = yield* Repository.make(Shop)
  const sales = yield* Repository.make(Sale)
  const prices = yield* Repository.make(Price)
  yield* shops.insertMany([
    { city: "Madrid", country: "ES" },
    { city: "Bilbao", country: "ES" },
    { city: "Lyon", country: "FR" }
  ])
  yield* sales.insertMany([
    { city: "Madrid", book: "Emma", copies: 3, price: euros("9.50"), at: day("01-10") },
    { city: "Madrid", book: "Faust", copies: 1, price: euros("14.00"), at: day("02-10") },
    { city: "Lyon", book: "Emma", copies: 2, price: euros("8.00"), at: day("02-20") },
    { city: null, book: "Emma", copies: 5, price: euros("8.00"), at: day("03-01") }
  ])
  yield* prices.insertMany([
    { book: "Emma", from: day("01-01"), list: euros("10.00") },
    { book: "Emma", from: day("02-15"), list: euros("9.00") },
    { book: "Faust", from: day("01-01"), list: euros("14.00") }
  ])
})

const joins = Effect.gen(function*() {
  // A source with a name gives callbacks its columns under that name, and rows the instances.
  const both = yield* Query.from(Sale, "sale")
    .join(Shop, "shop", ({ sale, shop }) => sale.city.eq(shop.city))
    .where(({ sale }) => sale.copies.gt(1))
    .orderBy(({ sale }) => sale.id.asc())
  for (const { sale, shop } of both) yield* Console.log(`join       ${sale.book}: ${shop.city}, ${shop.country}`)

  // A left join keeps sales without a shop. The type says so: `shop` is `Shop | null`, and `shop.country` can be null.
  const all = yield* Query.from(Sale, "sale")
    .leftJoin(Shop, "shop", ({ sale, shop }) => sale.city.eq(shop.city))
    .select(({ sale, shop }) => ({ book: sale.book, country: shop.country }))
    .orderBy(({ book, country }) => [book.asc(), country.asc()])
  yield* Console.log(`leftJoin   ${all.map(({ book, country }) => `${book} ${country ?? "online"}`).join(", ")}`)

  // A full join keeps the lonely of both sides.
  const lonely = yield* Query.from(Sale, "sale")
    .fullJoin(Shop, "shop", ({ sale, shop }) => sale.city.eq(shop.city))
    .where(({ sale, shop }) => sale.id.isNull().or(shop.city.isNull()))
    .orderBy(({ sale }) => sale.id.asc())
  for (const { sale, shop } of lonely) {
    yield* Console.log(`fullJoin   ${sale === null ? `nothing sold in ${shop?.city}` : `${sale.copies} online`}`)
  }

  // For each sale the last price list before it. PostgreSQL has no ASOF join; there the same query looks row by row.
  const discounts = yield* Query.from(Sale, "sale")
    .asofJoin(Price, "price", {
      on: ({ price, sale }) => price.book.eq(sale.book),
      nearest: ({ price, sale }) => price.from.lte(sale.at)
    })
    .select(({ price, sale }) => ({ id: sale.id, off: price.list.subtract(sale.price) }))
    .orderBy(({ id }) => id.asc())
  yield* Console.log(`asofJoin   discounts of ${discounts.map(({ off }) => BigDecimal.format(off)).join(", ")}`)
})

const groups = Effect.gen(function*() {
  // What `groupBy` names are the keys. Anything else goes through an aggregate, or it does not compile.
  const perBook = Query.from(Sale)
    .groupBy((sale) => ({ book: sale.book }))
    .having((sale) => Query.sum(sale.copies).gte(1))
    .select((sale) => ({
      sold: Query.sum(sale.copies),
      online: Query.sum(sale.copies).filter(sale.city.isNull()).orElse(0),
      revenue: Query.sum(sale.price.multiply(euros("0.9")))
    }))
    .orderBy(({ sold }) => sold.desc())
  for (const { book, online, revenue, sold } of yield* perBook) {
    yield* Console.log(`groupBy    ${book}: ${sold} copies, ${online} of them online; ${BigDecimal.format(revenue)}`)
  }

  // @ts-expect-error -- Type '"of each row"' is not assignable to type 'GroupStage': which of the prices of a group should it be?
  Query.from(Sale).groupBy((sale) => ({ book: sale.book })).select((sale) => ({ price: sale.price }))

  // Of all rows an aggregate may be null, because there may be none: `sold` is `number | null`, and `sales` a number.
  const [total] = yield* Query.from(Sale).where((sale) => sale.book.eq("Ulysses"))
    .select((sale) => ({ sales: Query.count(), sold: Query.sum(sale.copies) }))
  yield* Console.log(`no rows    ${total?.sales} sales, ${total?.sold} copies`)

  // Subtotals: for each city of each country, for each country, and for all of them.
  const subtotals = yield* Query.from(Sale, "sale")
    .join(Shop, "shop", ({ sale, shop }) => sale.city.eq(shop.city))
    .rollup(({ shop }) => ({ country: shop.country, city: shop.city }))
    .select(({ sale }) => ({ sold: Query.sum(sale.copies) }))
    .orderBy(({ city, country }) => [country.asc(), city.asc()])
  for (const { city, country, sold } of subtotals) {
    yield* Console.log(`rollup     ${country ?? "everywhere"} ${city ?? "in all"}: ${sold}`)
  }
})

const queriesOfQueries = Effect.gen(function*() {
  // A query can be asked like a table …
  const perCity = Query.from(Sale)
    .groupBy((sale) => ({ city: sale.city }))
    .select((sale) => ({ sold: Query.sum(sale.copies) }))
  const best = yield* Query.from(Shop, "shop")
    .leftJoin(perCity, "each", ({ each, shop }) => shop.city.eq(each.city))
    .select(({ each, shop }) => ({ city: shop.city, sold: each.sold.orElse(0) }))
    .orderBy(({ city, sold }) => [sold.desc(), city.asc()])
  yield* Console.log(`source     ${best.map(({ city, sold }) => `${city} ${sold}`).join(", ")}`)

  // … give a condition its values, or one value …
  const idle = yield* Query.from(Shop).where((shop) =>
    Query.notExists(Query.from(Sale).where((sale) => sale.city.eq(shop.city)))
  )
  yield* Console.log(`notExists  ${idle.map(({ city }) => city).join(", ")}`)
  const mean = Query.scalar(Query.from(Sale).select((sale) => ({ mean: Query.avg(sale.copies) })))
  const above = yield* Query.from(Sale).where((sale) => sale.copies.divide(1).gt(mean)).count
  yield* Console.log(`scalar     ${above} sales above the mean`)

  // … stand under a name in several places, be united with others, and read from itself.
  const halves = Query.recursive(
    "halves",
    Query.from(Sale).where((sale) => sale.copies.eq(5)).select(({ copies }) => ({ copies: copies.divide(1) })),
    (self) =>
      Query.from(self, "last").where(({ last }) => last.copies.gt(1)).select(({ last }) => ({
        copies: last.copies.divide(2)
      }))
  )
  const steps = yield* Query.from(halves, "step").orderBy(({ step }) => step.copies.desc())
  yield* Console.log(`recursive  ${steps.map(({ copies }) => copies).join(", ")}`)
  const cities = yield* Query.from(Shop).select(({ city }) => ({ city }))
    .except(Query.from(Sale).where((sale) => sale.city.isNotNull()).select(({ city }) => ({ city: city.orElse("") })))
  yield* Console.log(`except     ${cities.map(({ city }) => city).join(", ")}`)
})

const lesson = Effect.gen(function*() {
  yield* fill
  yield* Console.log("1. Joins")
  yield* joins
  yield* Console.log("\n2. Groups")
  yield* groups
  yield* Console.log("\n3. Queries of queries")
  yield* queriesOfQueries
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
