/**
 * Writes by condition do what every write of a model does: they keep times, versions, tenants and signatures, delete softly, and are
 * written down.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, OrmError, Query, Repository, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { Database } from "./Subject.ts"

class CurrentTenant extends Context.Service<CurrentTenant, string>()("test/WritesTenant") {}

class CurrentUser extends Context.Service<CurrentUser, string>()("test/WritesUser") {}

class Change extends Model.Class<Change>("Change")({ ...Mixin.history(Schema.String) }, { table: "mixed_changes" }) {}

class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Schema.Int),
  what: Schema.String,
  pieces: Column.int32,
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version,
  ...Mixin.tenant(CurrentTenant, Schema.String),
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Change })
}, { table: "mixed_orders" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  first: Column.primaryKey(Schema.Int),
  second: Column.primaryKey(Schema.String),
  text: Schema.String,
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Change })
}, { table: "mixed_tickets" }) {}

class Line extends Model.Class<Line>("Line")({
  text: Schema.String,
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Change })
}, { table: "mixed_lines" }) {}

class Draft extends Model.Class<Draft>("Draft")({
  id: Column.primaryKey(Schema.Int),
  title: Schema.String
}, { table: "mixed_drafts" }) {}

/** Whatever is done, it is done as somebody of a tenant. */
const as = (tenant: string, user: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(Effect.provideService(CurrentTenant, tenant), Effect.provideService(CurrentUser, user))

const ada = as("acme", "ada")
const bob = as("acme", "bob")
const eve = as("globex", "eve")

const order = (id: number, pieces = 1) => ({ id, what: "paper", pieces })

const stored = Query.from(Query.acrossTenants(Query.withDeleted(Order))).orderBy((row) => row.id.asc())

const idsOf = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id).toSorted((a, b) => a - b)

const told = (model: string) =>
  Effect.map(
    Query.from(Change).where((change) => change.model.eq(model)).orderBy((change) => change.id.asc()),
    (changes) =>
      changes.map(({ after, before, by, key, operation }) =>
        [operation, key, by, before?.["pieces"] ?? before?.["text"], after?.["pieces"] ?? after?.["text"]] as const
      )
  )

/** What is told of several rows at once is in no order. */
const sorted = (changes: ReadonlyArray<ReadonlyArray<unknown>>) =>
  changes.map((change) => JSON.stringify(change)).toSorted()

/** Nothing is stored any more. */
const empty = Effect.gen(function*() {
  for (const model of [Order, Ticket, Line, Draft, Change]) yield* Sql.statement`DELETE FROM ${model}`
})

export const mixinWrites = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Change, Order, Ticket, Line, Draft]), { timeout: "60 seconds" })(
    `${name}: writes of models with mixins`,
    (it) => {
      it.effect("an insert is the tenant's, signed, of this moment and the first version", () =>
        Effect.gen(function*() {
          yield* empty
          yield* TestClock.setTime(60_000)
          assert.strictEqual(yield* ada(Query.insert(Order).values([order(1), order(2)])), 2)
          const [third] = yield* eve(Query.insert(Order).values(order(3)).returning())
          assert.strictEqual(third?.tenantId, "globex")
          const drafts = Array.from({ length: 2 }, (_, index) => ({ id: 11 + index, title: "from a draft" }))
          yield* Query.insert(Draft).values(drafts)
          const moved = Query.insert(Order).from(
            Query.from(Draft).select((draft) => ({ id: draft.id, what: draft.title, pieces: draft.id.add(1) }))
          )
          const inserted = yield* bob(moved.returning())
          assert.deepStrictEqual(idsOf(inserted), [11, 12])
          assert.instanceOf(inserted[0], Order)
          assert.deepStrictEqual(
            (yield* stored).map((row) => [
              row.id,
              row.tenantId,
              row.createdBy,
              row.updatedBy,
              row.version,
              row.createdAt.epochMilliseconds,
              row.updatedAt.epochMilliseconds,
              row.deletedAt
            ]),
            ([[1, "acme", "ada"], [2, "acme", "ada"], [3, "globex", "eve"], [11, "acme", "bob"], [
              12,
              "acme",
              "bob"
            ]] as const)
              .map(([id, tenant, user]) => [id, tenant, user, user, 1, 60_000, 60_000, null])
          )
          assert.deepStrictEqual(
            sorted((yield* told("Order")).map(([operation, key, by]) => [operation, key, by])),
            sorted([["1", "ada"], ["2", "ada"], ["3", "eve"], ["11", "bob"], ["12", "bob"]].map(([key, by]) => [
              "insert",
              key,
              by
            ]))
          )
        }))

      it.effect("an insert from a query of queries, and of distinct rows, too", () =>
        Effect.gen(function*() {
          yield* empty
          yield* Query.insert(Draft).values([{ id: 1, title: "b" }, { id: 2, title: "a" }, { id: 3, title: "a" }])
          const titles = Query.from(Draft).groupBy((draft) => ({ title: draft.title }))
            .select((draft) => ({ least: Query.min(draft.id).orElse(0) }))
          const rows = Query.from(titles, "titles")
            .select(({ titles: title }) => ({ id: title.least, what: title.title, pieces: title.least.add(1) }))
            .distinct()
          assert.strictEqual(yield* ada(Query.insert(Order).from(rows)), 2)
          assert.deepStrictEqual((yield* stored).map((row) => [row.id, row.what, row.createdBy]), [
            [1, "b", "ada"],
            [2, "a", "ada"]
          ])
          const doubled = yield* ada(
            Query.insert(Order).from(
              Query.from(Order).select((row) => ({ id: row.id.add(10), what: row.what, pieces: row.pieces }))
            ).returning((row) => ({ id: row.id, more: row.pieces.add(1) }))
          )
          assert.deepStrictEqual(doubled.toSorted((a, b) => a.id - b.id), [{ id: 11, more: 3 }, { id: 12, more: 4 }])
        }))

      it.effect("an update changes the tenant's living rows, counts itself and is signed", () =>
        Effect.gen(function*() {
          yield* empty
          yield* TestClock.setTime(1_000)
          yield* ada(Query.insert(Order).values([order(1), order(2), order(3)]))
          yield* eve(Query.insert(Order).values(order(4)))
          yield* ada(Query.delete(Order).where((row) => row.id.eq(3)))
          yield* TestClock.setTime(5_000)
          const more = Query.update(Order).set((row) => ({ pieces: row.pieces.add(1) })).everywhere()
          assert.strictEqual(yield* bob(more), 2)
          const [first] = yield* bob(more.where((row) => row.id.eq(1)).returning())
          assert.strictEqual(first?.version, 3)
          assert.deepStrictEqual(
            yield* bob(more.where((row) => row.id.eq(2)).returning((row) => ({ twice: row.pieces.multiply(2) }))),
            [{ twice: 6 }]
          )
          assert.deepStrictEqual(
            (yield* stored).map((row) => [
              row.id,
              row.pieces,
              row.version,
              row.updatedBy,
              row.createdBy,
              row.createdAt.epochMilliseconds,
              row.updatedAt.epochMilliseconds
            ]),
            [
              [1, 3, 3, "bob", "ada", 1_000, 5_000],
              [2, 3, 3, "bob", "ada", 1_000, 5_000],
              [3, 1, 2, "ada", "ada", 1_000, 1_000],
              [4, 1, 1, "eve", "eve", 1_000, 1_000]
            ]
          )
          const updates = (yield* told("Order")).filter(([operation]) => operation === "update")
          assert.deepStrictEqual(
            sorted(updates),
            sorted([
              ["update", "1", "bob", 1, 2],
              ["update", "1", "bob", 2, 3],
              ["update", "2", "bob", 1, 2],
              ["update", "2", "bob", 2, 3]
            ])
          )
        }))

      it.effect("an update sets the time of its change itself where it says so, and the version never", () =>
        Effect.gen(function*() {
          yield* empty
          yield* TestClock.setTime(1_000)
          const [one] = yield* ada(Query.insert(Order).values(order(1)).returning())
          assert.isDefined(one)
          yield* TestClock.setTime(9_000)
          const kept = Query.update(Order).set(() => ({ what: "x", updatedAt: one.createdAt })).everywhere()
          assert.deepStrictEqual(
            (yield* ada(kept.returning())).map((row) => [row.updatedAt.epochMilliseconds, row.version]),
            [[1_000, 2]]
          )
          const forged: {} = { version: 7 }
          const refused = yield* ada(Effect.flip(Query.update(Order).set(() => forged).everywhere()))
          assert.instanceOf(refused, OrmError.Invalid)
          const stale = yield* ada(
            Effect.flip(
              Effect.flatMap(Repository.make(Order), (orders) => orders.patch({ id: 1, version: 1, what: "y" }))
            )
          )
          assert.instanceOf(stale, OrmError.StaleRow)
        }))

      it.effect("a delete marks the tenant's rows, tells them as they were, and finds none twice", () =>
        Effect.gen(function*() {
          yield* empty
          yield* TestClock.setTime(1_000)
          yield* ada(Query.insert(Order).values([order(1, 5), order(2), order(3)]))
          yield* eve(Query.insert(Order).values(order(4)))
          yield* TestClock.setTime(7_000)
          const [gone] = yield* bob(Query.delete(Order).where((row) => row.pieces.gt(4)).returning())
          assert.deepStrictEqual([gone?.id, gone?.version, gone?.deletedAt], [1, 1, null])
          assert.deepStrictEqual(
            yield* bob(Query.delete(Order).where((row) => row.id.eq(2)).returning((row) => ({ next: row.id.add(1) }))),
            [{ next: 3 }]
          )
          assert.strictEqual(yield* bob(Query.delete(Order).everywhere()), 1)
          assert.strictEqual(yield* bob(Query.delete(Order).everywhere()), 0)
          assert.deepStrictEqual(
            (yield* stored).map((row) => [row.id, row.deletedAt?.epochMilliseconds, row.version, row.updatedBy]),
            [[1, 7_000, 2, "bob"], [2, 7_000, 2, "bob"], [3, 7_000, 2, "bob"], [4, undefined, 1, "eve"]]
          )
          const deletes = (yield* told("Order")).filter(([operation]) => operation === "delete")
          assert.deepStrictEqual(
            sorted(deletes),
            sorted([["delete", "1", "bob", 5, null], ["delete", "2", "bob", 1, null], ["delete", "3", "bob", 1, null]])
          )
        }))

      it.effect("an upsert is one of every model, too", () =>
        Effect.gen(function*() {
          yield* empty
          yield* ada(Query.upsert(Order).values(order(1)))
          const [again] = yield* bob(Query.upsert(Order).values(order(1, 2)).returning())
          assert.deepStrictEqual([again?.version, again?.createdBy, again?.updatedBy], [2, "ada", "bob"])
        }))

      it.effect("rows of several keys are written down each as it was, and those that are gone for good", () =>
        Effect.gen(function*() {
          yield* empty
          const tickets = [[1, "a"], [1, "b"], [2, "a"]].map(([first, second]) => ({
            first: Number(first),
            second: String(second),
            text: `${first}${second}`
          }))
          yield* ada(Query.insert(Ticket).values(tickets))
          const longer = Query.update(Ticket).set((ticket) => ({
            text: Sql.expression(Schema.String)`${ticket.text} || '!'`
          }))
          assert.strictEqual(yield* bob(longer.where((ticket) => ticket.first.eq(1))), 2)
          const gone = Query.delete(Ticket).where((ticket) => ticket.second.eq("a"))
          assert.lengthOf(yield* bob(gone.returning()), 2)
          assert.deepStrictEqual(
            sorted((yield* told("Ticket")).filter(([operation]) => operation !== "insert")),
            sorted([
              ["update", "[1,\"a\"]", "bob", "1a", "1a!"],
              ["update", "[1,\"b\"]", "bob", "1b", "1b!"],
              ["delete", "[1,\"a\"]", "bob", "1a!", null],
              ["delete", "[2,\"a\"]", "bob", "2a", null]
            ])
          )
        }))

      it.effect("rows without a key are written down where they come and go, and an update of them is refused", () =>
        Effect.gen(function*() {
          yield* empty
          yield* Query.insert(Draft).values([{ id: 1, title: "a" }])
          const lines = Query.insert(Line).from(Query.from(Draft).select((draft) => ({ text: draft.title })))
          assert.strictEqual(yield* ada(lines), 1)
          assert.lengthOf(yield* ada(lines.returning()), 1)
          const values = yield* ada(Effect.flip(lines.returning((line) => ({ text: line.text }))))
          const update = yield* ada(Effect.flip(Query.update(Line).set(() => ({ text: "b" })).everywhere()))
          assert.deepStrictEqual([values._tag, update._tag], ["Unsupported", "Unsupported"])
          assert.strictEqual(yield* ada(Query.delete(Line).everywhere()), 2)
          assert.deepStrictEqual((yield* told("Line")).map(([operation]) => operation), [
            "insert",
            "insert",
            "delete",
            "delete"
          ])
        }))

      it.effect("what is rolled back is not told", () =>
        Effect.gen(function*() {
          yield* empty
          yield* ada(Query.insert(Order).values(order(1)))
          const failing = Effect.andThen(
            Query.update(Order).set(() => ({ pieces: 9 })).everywhere(),
            Effect.fail("no")
          )
          assert.strictEqual(yield* ada(Effect.flip(Session.transaction(failing))), "no")
          assert.deepStrictEqual((yield* told("Order")).map(([operation]) => operation), ["insert"])
          assert.strictEqual(yield* ada(Query.from(Order).where((row) => row.pieces.eq(1)).count), 1)
        }))

      it.effect("rows that were not found beforehand are a conflict, and stay as they are", () =>
        Effect.gen(function*() {
          yield* empty
          const sql = yield* SqlClient.SqlClient
          yield* sql`CREATE SEQUENCE mixed_places`
          yield* ada(Query.insert(Order).values([order(1), order(2)]))
          // of two rows it holds for none at first, and then for both
          const later = Sql.expression(Schema.Boolean)`nextval('mixed_places') > 2`
          const update = yield* ada(Effect.flip(Query.update(Order).set(() => ({ pieces: 9 })).where(() => later)))
          assert.instanceOf(update, OrmError.Conflict)
          assert.strictEqual(yield* ada(Query.from(Order).where((row) => row.pieces.eq(1)).count), 2)
          assert.deepStrictEqual((yield* told("Order")).map(([operation]) => operation), ["insert", "insert"])
        }))

      it.effect("its text tells what is sent, and SQL by hand has what it says alone", () =>
        Effect.gen(function*() {
          yield* empty
          const { parameters, sql } = yield* ada(Query.delete(Order).where((row) => row.id.eq(1)).toSql)
          assert.match(sql, /^UPDATE "mixed_orders" AS "mixed_orders" SET "deletedAt" = .*"version" \+ .* WHERE /)
          assert.includeMembers([...parameters], ["ada", "acme"])
          yield* ada(Query.insert(Order).values([order(1), order(2)]))
          yield* eve(Query.insert(Order).values(order(3)))
          yield* ada(Query.delete(Order).where((row) => row.id.eq(2)))
          const rows = Sql.columns(Order)
          const seen = Sql.query(Schema.Struct({ id: Schema.Int }))`SELECT ${rows.id} FROM ${rows}`
          assert.deepStrictEqual(yield* ada(seen), [{ id: 1 }])
          assert.strictEqual(yield* Sql.statement`DELETE FROM ${Order}`, 3)
        }))
    }
  )
