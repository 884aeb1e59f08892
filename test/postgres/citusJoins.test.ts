/**
 * Wherever a statement for Citus brings rows of several servers together, it is refused; and it isn't where they are on one.
 */
import { assert, layer } from "@effect/vitest"
import { type Expression, OrmError, Query, Repository, Sql } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { citus, Offer, Sale, Setting, Store, Visit } from "./citus.ts"

type Whole = Expression.NumberExpression<number | null, number | null>
type Condition = Expression.Expression<boolean | null, Expression.PlainStage>

/** An expression inside of a further one, of each kind that there is. */
const further = {
  sum: (number: Whole): Whole => number.add(1),
  right: (number: Whole): Whole => Query.literal(1, Schema.Int).add(number),
  call: (number: Whole): Whole => number.abs(),
  cast: (number: Whole): Whole => Query.cast(number, Schema.Int),
  field: (number: Whole): Whole => Query.struct({ number }).get("number"),
  when: (number: Whole): Whole => Query.caseWhen(number.gt(1), 1),
  value: (number: Whole): Whole => Query.caseWhen(Query.literal(true), number),
  otherwise: (number: Whole): Whole => Query.caseWhen(Query.literal(true), 1).otherwise(number),
  not: (number: Whole): Whole => chosen(Query.not(number.isNull())),
  among: (number: Whole): Whole => chosen(number.in([1, 2])),
  within: (number: Whole): Whole => chosen(number.in(ids)),
  text: (number: Whole): Whole => chosen(number.toText().startsWith("1")),
  beside: (number: Whole): Whole => chosen(Query.and(number.gt(1), Query.literal(true)))
}

const chosen = (condition: Condition): Whole => Query.caseWhen(condition, 1)

const ids = Query.from(Sale).where((sale) => sale.tenantId.eq(7)).select((sale) => ({ id: sale.id }))

const stores = Query.from(Store, "store").where(({ store }) => store.tenantId.eq(7))

type Counted = (store: Query.Scope<typeof Store>) => Whole

/** The places of a query in which an expression can be. */
const places = {
  where: (counted: Counted) => stores.where(({ store }) => counted(store).gt(1)),
  selected: (counted: Counted) => stores.select(({ store }) => ({ id: store.id, counted: counted(store) })),
  sorted: (counted: Counted) => stores.orderBy(({ store }) => counted(store).desc()),
  distinct: (counted: Counted) =>
    stores.distinctOn(({ store }) => counted(store)).orderBy(({ store }) => counted(store).asc()),
  qualified: (counted: Counted) =>
    stores.qualify(({ store }) => Query.rowNumber().over({ partitionBy: counted(store), orderBy: [] }).eq(1)),
  around: (counted: Counted) =>
    stores.select(({ store }) => ({ before: Query.lag(counted(store)).over({ orderBy: store.id.asc() }) })),
  sorting: (counted: Counted) =>
    stores.select(({ store }) => ({ sum: Query.sum(store.id).over({ orderBy: counted(store).asc() }) })),
  aggregated: (counted: Counted) => stores.select(({ store }) => ({ sum: Query.sum(counted(store)) })),
  filtered: (counted: Counted) =>
    stores.select(({ store }) => ({ sum: Query.sum(store.id).filter(counted(store).gt(1)) })),
  listed: (counted: Counted) =>
    stores.select(({ store }) => ({ ids: Query.list(store.id).orderBy(counted(store).asc()) })),
  grouped: (counted: Counted) =>
    stores.groupBy(({ store }) => ({ counted: counted(store) })).select(() => ({ stores: Query.count() })),
  having: (counted: Counted) =>
    stores.groupBy(({ store }) => ({ region: store.regionId }))
      .having(({ store }) => Query.sum(counted(store)).gt(1))
      .select(() => ({ stores: Query.count() })),
  joined: (counted: Counted) =>
    stores.join(Sale, "sale", ({ sale, store }) => sale.tenantId.eq(store.tenantId).and(sale.id.eq(counted(store)))),
  nearest: (counted: Counted) =>
    stores.asofJoin(Sale, "sale", {
      on: ({ sale, store }) => sale.tenantId.eq(store.tenantId),
      nearest: ({ sale, store }) => counted(store).gte(sale.id)
    }),
  inside: (counted: Counted) => Query.from(stores.select(({ store }) => ({ counted: counted(store) })), "inner"),
  united: (counted: Counted) =>
    stores.select(({ store }) => ({ id: store.id })).union(
      stores.where(({ store }) => counted(store).gt(1)).select(({ store }) => ({ id: store.id }))
    ),
  named: (counted: Counted) =>
    Query.from(Query.cte("counted", stores.select(({ store }) => ({ counted: counted(store) }))), "one"),
  turned: (counted: Counted) =>
    stores.joinLateral("part", ({ store }) => Query.unpivot({ counted: counted(store), id: store.id }))
} satisfies Readonly<Record<string, (counted: Counted) => Query.Query<unknown>>>

const nestings = Arbitrary.schema(Schema.Array(Schema.Literals(Record.keys(further))).check(Schema.isMaxLength(4)))

const feature = /^joining Store with Visit, whose rows may be on different servers$/

layer(citus)("Citus: a statement with rows of several servers", (it) => {
  it.effect.prop(
    "is refused wherever these are in it, and one with those of the same server is not",
    { place: Arbitrary.schema(Schema.Literals(Record.keys(places))), nesting: nestings },
    ({ nesting, place }) =>
      Effect.gen(function*() {
        const within = (count: (store: Query.Scope<typeof Store>) => Whole) =>
          places[place]((store) => nesting.reduce((inner, name) => further[name](inner), count(store)))
        const refused = yield* Effect.flip(within((store) => store.visits.count()).toSql)
        assert.instanceOf(refused, OrmError.Unsupported)
        assert.match(refused.feature, feature)
        yield* within((store) => store.sales.count()).toSql
      }),
    { arbitrary: { runs: 300 } }
  )

  it.effect("is refused where it is written, and where the rows of a query are inserted", () =>
    Effect.gen(function*() {
      const copied = (counted: Counted) =>
        Query.insert(Sale).from(
          stores.where(({ store }) => counted(store).gt(1))
            .select(({ store }) => ({ tenantId: store.tenantId, id: store.id, storeId: store.id }))
        )
      yield* copied((store) => store.sales.count()).toSql
      assert.match(
        (yield* Effect.flip(copied((store) => store.visits.count()).toSql)).message,
        /joining Store with Visit/
      )
    }))

  it.effect("is compiled where rows are given, united or named, and still known to be together", () =>
    Effect.gen(function*() {
      const tenants = Query.from(Sale).select((sale) => ({ tenant: sale.tenantId, store: sale.storeId }))
      const visitors = Query.from(Visit).select((visit) => ({ tenant: visit.visitor, store: visit.storeId }))
      const united = stores.join(tenants.union(tenants), "sold", ({ sold, store }) => sold.tenant.eq(store.tenantId))
      yield* united.toSql
      const apart = stores.join(tenants.union(visitors), "one", ({ one, store }) => one.store.eq(store.id))
      assert.instanceOf(yield* Effect.flip(apart.toSql), OrmError.Unsupported)
      const earlier = Query.recursive(
        "earlier",
        tenants,
        (self) =>
          Query.from(Sale, "sale").join(
            self,
            "self",
            ({ sale, self: one }) => one.tenant.eq(sale.tenantId).and(one.store.gt(sale.id))
          )
            .select(({ sale }) => ({ tenant: sale.tenantId, store: sale.storeId }))
      )
      yield* stores.join(earlier, "earlier", ({ earlier: one, store }) => one.tenant.eq(store.tenantId)).toSql
      const given = Query.values([{ number: 7 }], { number: Schema.Int })
      yield* stores.join(given, "given", ({ given: one, store }) => one.number.eq(store.id)).toSql
      const items = Query.literal([7], Schema.Array(Schema.Int))
      yield* stores.joinLateral("item", () => Query.unnest(items)).toSql
      const byHand = Sql.query(Schema.Struct({ number: Schema.Int }))`SELECT 7 AS number`
      yield* stores.join(byHand, "one", ({ one, store }) => one.number.eq(store.id)).toSql
      const since = DateTime.makeUnsafe("2026-01-01T00:00:00Z")
      const settings = Query.from(Setting)
        .where((setting) => setting.isOn.eq(true).and(setting.since.eq(since)))
        .select(({ id }) => ({ id }))
      yield* Query.from(settings, "setting").join(Store, "store", ({ setting, store }) => setting.id.eq(store.id)).toSql
      yield* stores.where(({ store }) => store.tenantId.eq(7))
        .join(settings, "setting", ({ setting, store }) => setting.id.eq(store.id)).toSql
      yield* Query.update(Store).set(() => ({ name: "none" })).everywhere().toSql
      // who writes SQL by hand says by it where the rows are
      yield* Sql.statement`UPDATE ${Store} SET name = ${"none"}`.toSql
      yield* Sql.check(byHand)
    }))

  it.effect("isn't what rows are deleted by, whose keys are many", () =>
    Effect.gen(function*() {
      const keys = [{ tenantId: 1, id: 1 }, { tenantId: 2, id: 1 }]
      const sales = yield* Repository.make(Sale)
      const offers = yield* Repository.make(Offer)
      // they get as far as the database, which has no such tables
      assert.instanceOf(yield* Effect.flip(sales.deleteMany(keys)), OrmError.QueryFailed)
      assert.instanceOf(yield* Effect.flip(offers.deleteMany(keys)), OrmError.QueryFailed)
    }))
})
