/**
 * What holds for every row, and what is computed of its columns, is said with the query language and kept by the database.
 */
import { assert, layer } from "@effect/vitest"
import { Check, Column, Generated, Index, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { expectTypeOf } from "vitest"
import type { Database } from "./Subject.ts"

const zero = BigDecimal.make(0n, 0)
const hostile = "it's; DROP TABLE \"x\"; -- \\ $1"

class Order extends Model.Class<Order>("Order")({
  orderId: Column.serial(Schema.Int),
  unitPrice: Column.decimal({ precision: 9, scale: 2 }),
  pieces: Column.int32,
  note: Schema.NullOr(Schema.String),
  orderedAt: Column.timestamp,
  sentAt: Schema.NullOr(Column.timestamp),
  doubled: Column.generated(Column.int32),
  sameNote: Column.generated(Schema.NullOr(Schema.String))
}, { table: "row_checks \"orders\"", columns: "snake_case", indexes: [Index.on("pieces")] }) {
  static readonly checks = () =>
    Check.of(Order, (order) => ({
      positivePrice: order.unitPrice.gt(zero),
      "it's \"fine\"": order.note.ne(hostile).or(order.pieces.in([1, 2, 3])),
      sentLater: order.sentAt.gte(order.orderedAt),
      since2000: order.orderedAt.gte(DateTime.makeUnsafe("2000-01-01T00:00:00Z")),
      never: order.pieces.notIn([])
    }))
  static readonly generated = () =>
    Generated.of(Order, (order) => ({ doubled: order.pieces.add(order.pieces), sameNote: order.note }))
  get label() {
    return `${this.pieces}`
  }
}

class Silent extends Model.Class<Silent>("Silent")({
  id: Column.primaryKey(Schema.Int),
  computed: Column.generated(Schema.Int)
}, { table: "row_checks_silent" }) {}

class Sum extends Model.Class<Sum>("Sum")({
  a: Schema.NullOr(Schema.Int),
  b: Column.generated(Schema.Int)
}, { table: "row_checks_sums" }) {
  static readonly generated = () => {
    // @ts-expect-error Type 'null' is not assignable to type 'number'
    return Generated.of(Sum, (sum) => ({ b: sum.a }))
  }
}

const order = (pieces: number) => ({
  unitPrice: BigDecimal.make(150n, 2),
  pieces,
  note: null,
  orderedAt: DateTime.makeUnsafe("2024-01-01T00:00:00Z"),
  sentAt: null
})

export const rowChecks = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Order, Sum]), { timeout: "60 seconds" })(`${name}: checks of rows`, (it) => {
    it.effect("refuse rows that break them, by their names", () =>
      Effect.gen(function*() {
        const orders = yield* Repository.make(Order)
        const refused = (change: Partial<Model.Insert<typeof Order>>) =>
          Effect.map(
            Effect.flip(orders.insert({ ...order(5), ...change })),
            (error) => error._tag === "CheckViolation" ? error.constraint : error.message
          )
        assert.strictEqual(yield* refused({ unitPrice: BigDecimal.make(0n, 2) }), "positivePrice")
        assert.strictEqual(yield* refused({ note: hostile }), "it's \"fine\"")
        assert.strictEqual(yield* refused({ sentAt: DateTime.makeUnsafe("2023-12-31T23:59:59Z") }), "sentLater")
        assert.strictEqual(yield* refused({ orderedAt: DateTime.makeUnsafe("1999-12-31T00:00:00Z") }), "since2000")
        yield* orders.insert({ ...order(2), note: hostile })
        yield* orders.insert(order(5))
      }))

    it.effect("refuse plain SQL", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const orders = yield* Repository.make(Order)
        yield* orders.insert(order(1))
        const refused = yield* Effect.flip(sql`UPDATE ${sql("row_checks \"orders\"")} SET unit_price = -1`)
        assert.strictEqual(refused.reason._tag, "ConstraintError")
      }))

    for (const count of [1, 5_000]) {
      it.effect(`come with computed columns, which are read and never written: ${count} rows`, () =>
        Effect.gen(function*() {
          const orders = yield* Repository.make(Order)
          const pieces = Array.from({ length: count }, (_, index) => 1_000 + index)
          const inserted = yield* orders.insertMany(pieces.map((number) => ({ ...order(number), note: `${number}` })))
          assert.deepStrictEqual(inserted.map(({ doubled }) => doubled), pieces.map((number) => number * 2))
          assert.deepStrictEqual(inserted.map(({ sameNote }) => sameNote), pieces.map(String))
          const patched = yield* orders.patchMany(inserted.map(({ orderId }) => ({ orderId, pieces: 7 })))
          assert.deepStrictEqual(patched.map(({ doubled }) => doubled), pieces.map(() => 14))
          const [first] = yield* Query.from(Order).where((one) => one.doubled.eq(14)).limit(1)
          assert.strictEqual(first?.label, "7")
          yield* orders.deleteMany(inserted.map(({ orderId }) => orderId))
        }))
    }

    it.effect("keep nulls out of a computed column that has none", () =>
      Effect.gen(function*() {
        const sums = yield* Repository.make(Sum)
        const stored = yield* sums.insert({ a: 1 })
        assert.strictEqual(stored.b, 1)
        const missing = yield* Effect.flip(sums.insert({ a: null }))
        assert.deepInclude(missing, { _tag: "CheckViolation", columns: ["b"] })
      }))

    it.effect("have to say what a computed column is", () =>
      Effect.gen(function*() {
        const refused = yield* Effect.flip(Session.createTables([Silent]))
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "Silent.computed")
      }))

    it("know computed fields by their types", () => {
      expectTypeOf<keyof Model.Insert<typeof Order>>().toEqualTypeOf<
        "unitPrice" | "pieces" | "note" | "orderedAt" | "sentAt"
      >()
      expectTypeOf<Model.GeneratedField<typeof Order>>().toEqualTypeOf<"doubled" | "sameNote">()
      expectTypeOf<Model.ChangeableField<typeof Order>>().toEqualTypeOf<
        "unitPrice" | "pieces" | "note" | "orderedAt" | "sentAt"
      >()
    })
  })
