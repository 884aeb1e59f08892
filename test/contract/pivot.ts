/**
 * Values of rows become columns, columns become rows, and sums say which keys they leave out.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Income extends Model.Class<Income>("Income")({
  id: Column.serial(Schema.Int),
  shop: Schema.String,
  category: Schema.NullOr(Schema.Literals(["books", "tea", "it's \"else\""])),
  amount: Schema.Int
}, { table: "pivot_incomes" }) {}

const incomes = [
  { shop: "a", category: "books", amount: 1 },
  { shop: "a", category: "books", amount: 2 },
  { shop: "a", category: "tea", amount: 4 },
  { shop: "b", category: "it's \"else\"", amount: 8 },
  { shop: "b", category: null, amount: 16 }
] as const

export const pivot = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Income]), { timeout: "60 seconds" })(`${name}: pivot`, (it) => {
    const stored = Effect.gen(function*() {
      if (yield* Query.from(Income).exists) return
      yield* Effect.flatMap(Repository.make(Income), (repository) => repository.insertMany(incomes))
    })

    it.effect("makes a column of each value", () =>
      Effect.gen(function*() {
        yield* stored
        const found = yield* Query.from(Income)
          .groupBy(({ shop }) => ({ shop }))
          .select((income) => ({
            ...Query.pivot(income.category, ["books", "tea", "it's \"else\""], (isIt) =>
              Query.sum(income.amount).filter(isIt)),
            all: Query.sum(income.amount)
          }))
          .orderBy(({ shop }) =>
            shop.asc()
          )
        assert.deepStrictEqual(found, [
          { shop: "a", books: 3, tea: 4, "it's \"else\"": null, all: 7 },
          { shop: "b", books: null, tea: null, "it's \"else\"": 8, all: 24 }
        ])
      }))

    it.effect("makes a row of each column", () =>
      Effect.gen(function*() {
        yield* stored
        const pivoted = Query.from(Income)
          .groupBy(({ shop }) => ({ shop }))
          .select((income) => ({
            ...Query.pivot(income.category, ["books", "tea"], (isIt) => Query.sum(income.amount).filter(isIt))
          }))
        const found = yield* Query.from(pivoted, "wide")
          .joinLateral("part", ({ wide }) => Query.unpivot({ books: wide.books, tea: wide.tea }))
          .where(({ part }) => part.value.isNotNull())
          .select(({ part, wide }) => ({ shop: wide.shop, category: part.name, amount: part.value }))
          .orderBy(({ amount }) => amount.asc())
        assert.deepStrictEqual(found, [
          { shop: "a", category: "books", amount: 3 },
          { shop: "a", category: "tea", amount: 4 }
        ])
      }))

    it.effect("tells a key that is left out from one that is null", () =>
      Effect.gen(function*() {
        yield* stored
        const found = yield* Query.from(Income)
          .where((income) => income.shop.eq("b"))
          .rollup(({ category }) => ({ category }))
          .select((income, { category }) => ({ all: Query.grouping(category), sum: Query.sum(income.amount) }))
          .orderBy(({ sum }) => sum.asc())
        assert.deepStrictEqual(found, [
          { category: "it's \"else\"", all: 0, sum: 8 },
          { category: null, all: 0, sum: 16 },
          { category: null, all: 1, sum: 24 }
        ])
      }))
  })
