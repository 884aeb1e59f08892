/**
 * The endpoints of the trading company answer the same on DuckDB, on PostgreSQL and on shards.
 */
import { assert, describe, it } from "@effect/vitest"
import { Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { duckDbInMemory, postgres, sharded } from "./databases.ts"
import { ofAll } from "./performance/answer.ts"
import type { Rows, Work } from "./performance/competitor.ts"
import { models } from "./performance/northwind/models.ts"
import { northwindOfOurs } from "./performance/northwind/ours.ts"
import type { NewCustomer, Northwind } from "./performance/northwind/questions.ts"
import { filling } from "./performance/northwind/rows.ts"

const sizes = { customers: 300, employees: 40, suppliers: 50, products: 5_000, orders: 500 }

/** The rows of all tables, which DuckDB makes. */
const made = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const statement of filling(sizes)) yield* sql.unsafe(statement)
  return yield* Effect.forEach(models, (model) => Effect.map(Query.from(model).all, (rows) => ({ model, rows })))
}).pipe(Effect.provide(TestDatabase.layer(models), { local: true }))

const page = { limit: 20, offset: 10 }

const customer = (id: number, companyName: string): NewCustomer => ({
  id,
  companyName,
  contactName: "John Doe",
  contactTitle: "Owner",
  address: "1 Scaffold Street",
  city: "Anytown",
  postalCode: null,
  region: null,
  country: "Spain",
  phone: "(123) 4567890",
  fax: null
})

/** Every question, in the order in which they are asked. */
const questions: Readonly<Record<keyof Northwind, (answers: Northwind) => Work<Rows> | undefined>> = {
  customers: ({ customers }) => customers?.(page),
  customerById: ({ customerById }) => customerById?.(7),
  searchCustomer: ({ searchCustomer }) => searchCustomer?.("ham"),
  employees: ({ employees }) => employees?.(page),
  employeeWithRecipient: ({ employeeWithRecipient }) => employeeWithRecipient?.(12),
  suppliers: ({ suppliers }) => suppliers?.(page),
  supplierById: ({ supplierById }) => supplierById?.(5),
  products: ({ products }) => products?.(page),
  productWithSupplier: ({ productWithSupplier }) => productWithSupplier?.(99),
  searchProduct: ({ searchProduct }) => searchProduct?.("ric"),
  ordersWithDetails: ({ ordersWithDetails }) => ordersWithDetails?.(page),
  orderWithDetails: ({ orderWithDetails }) => orderWithDetails?.(77),
  orderWithDetailsAndProducts: ({ orderWithDetailsAndProducts }) => orderWithDetailsAndProducts?.(42),
  findMany: ({ findMany }) => findMany?.(100),
  findManyFilterPaginateOrder: ({ findManyFilterPaginateOrder }) => findManyFilterPaginateOrder?.("Spain", page),
  findManyNested: ({ findManyNested }) => findManyNested?.(100),
  findFirst: ({ findFirst }) => findFirst?.(),
  findFirstNested: ({ findFirstNested }) => findFirstNested?.(),
  findUnique: ({ findUnique }) => findUnique?.(123),
  findUniqueNested: ({ findUniqueNested }) => findUniqueNested?.(123),
  create: ({ create }) => create?.(customer(1_001, "Andamios")),
  update: ({ update }) => update?.(1_001, "Andamios and Sons"),
  upsert: ({ findMany, upsert }) =>
    findMany && upsert && Effect.andThen(
      Effect.forEach([1, 1_001, 1_002], (id) => upsert(customer(id, "Andamios Group"))),
      findMany(1_000)
    ),
  delete: ({ delete: remove, findMany }) => findMany && remove && Effect.andThen(remove(1_002), findMany(1_000))
}

/** The answer to each question, in a form in which equal things are equal. */
const answers = (tables: Effect.Success<typeof made>) =>
  Effect.gen(function*() {
    yield* Session.createTables(models)
    for (const { model, rows } of tables) yield* (yield* Repository.make(model)).insertMany(rows)
    const asked = yield* northwindOfOurs
    return yield* Effect.forEach(Object.entries(questions), ([name, question]) =>
      Effect.map(question(asked) ?? Effect.die(`${name} is not answered`), (rows) => [name, ofAll(rows)]))
  })

describe("the trading company", () => {
  it.effect("answers the same on every database", () =>
    Effect.gen(function*() {
      const tables = yield* made
      const asked = answers(tables)
      const expected = yield* Effect.provide(asked, duckDbInMemory, { local: true })
      assert.isTrue(expected.every(([, answer]) => answer !== ofAll([])))
      assert.deepStrictEqual(yield* Effect.provide(asked, postgres, { local: true }), expected)
      assert.deepStrictEqual(yield* Effect.provide(asked, sharded, { local: true }), expected)
    }), 120_000)
})
