/**
 * What is deleted softly is found by nothing that does not ask for it, comes back, and leaves its unique keys to others.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { Database } from "./Subject.ts"

class Writer extends Model.Class<Writer>("Writer")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  ...Mixin.timestamps,
  ...Mixin.softDelete
}, { table: "deleted_writers" }) {}

class Novel extends Model.Class<Novel>("Novel")({
  id: Column.primaryKey(Schema.Int),
  writer: Column.references(Schema.Int, () => Writer, "id"),
  isbn: Column.unique(Schema.String),
  shelf: Schema.String,
  place: Schema.NullOr(Schema.Int),
  ...Mixin.softDelete
}, { table: "deleted_novels", indexes: [Index.unique("shelf", "place")] }) {}

/** Rows with a key of two columns, under a name of their own. */
class Seat extends Model.Class<Seat>("Seat")({
  row: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Column.int32),
  "gone \"at\"": Mixin.softDelete.deletedAt
}, { table: "deleted \"seats\"" }) {}

const writer = (id: number) => ({ id, name: `writer ${id}` })
const novel = (id: number, by: number, isbn = `isbn ${id}`) => ({ id, writer: by, isbn, shelf: `s${id}`, place: id })

const writersFrom = (first: number) =>
  Query.from(Writer).where((row) => row.id.between(first, first + 99)).orderBy((row) => row.id.asc())

const idsOf = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id)

export const mixinSoftDelete = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Writer, Novel, Seat]), { timeout: "60 seconds" })(
    `${name}: softDelete`,
    (it) => {
      it.effect("a deleted row stays in the table, with the time of the clock, and is found by no read", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const writers = yield* Repository.make(Writer)
          yield* writers.insertMany([writer(1), writer(2), writer(3)])
          yield* TestClock.adjust("1 minute")
          yield* writers.delete(2)
          const [row] = yield* sql<{ at: Date; changed: Date }>`
          SELECT "deletedAt" AS at, "updatedAt" AS changed FROM deleted_writers WHERE id = 2`
          assert.deepStrictEqual([row?.at.getTime(), row?.changed.getTime()], [60_000, 60_000])

          const query = writersFrom(1)
          assert.deepStrictEqual(idsOf(yield* query), [1, 3])
          assert.deepStrictEqual(idsOf(yield* writers.find((one) => one.id.lte(3))), [1, 3])
          assert.strictEqual(yield* query.count, 2)
          assert.isFalse(yield* query.where((one) => one.id.eq(2)).exists)
          assert.isTrue(Option.isNone(yield* writers.findById(2)))
          assert.isTrue(Option.isNone(yield* writers.findOne((one) => one.id.eq(2))))
          assert.strictEqual((yield* Effect.flip(writers.get(2)))._tag, "NotFound")
          assert.deepStrictEqual(idsOf(yield* Stream.runCollect(query.stream)), [1, 3])
          assert.deepStrictEqual(Array.from((yield* query.columns).id.values), [1, 3])
          const counted = Query.from(Writer).where((one) => one.id.lte(3)).select((one) => ({
            most: Query.max(one.id),
            all: Query.count()
          }))
          assert.deepStrictEqual(yield* counted, [
            { most: 3, all: 2 }
          ])
          const named = Query.from(Writer, "one").where(({ one }) => one.id.lte(3)).groupBy(({ one }) => ({
            name: one.name
          }))
          assert.lengthOf(yield* named.select(() => ({ rows: Query.count() })), 2)
        }))

      it.effect("nor by a join, a subquery or a common table expression", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const novels = yield* Repository.make(Novel)
          yield* writers.insertMany([writer(101), writer(102)])
          yield* novels.insertMany([novel(101, 101), novel(102, 101), novel(103, 102)])
          yield* novels.delete(101)
          yield* writers.delete(102)

          const pairs = Query.from(Novel, "novel").where(({ novel: { id } }) => id.between(101, 199))
            .orderBy(({ novel: { id } }) => id.asc())
          const inner = yield* pairs.join(Writer, "writer", ({ novel: { writer: by }, writer: { id } }) => by.eq(id))
          assert.deepStrictEqual(inner.map((row) => [row.novel.id, row.writer.id]), [[102, 101]])
          const left = yield* pairs.leftJoin(Writer, "writer", ({ novel: { writer: by }, writer: { id } }) => by.eq(id))
          assert.deepStrictEqual(left.map((row) => [row.novel.id, row.writer?.id]), [[102, 101], [103, undefined]])

          const written = Query.from(Writer).where((one) => one.id.between(101, 199)).orderBy((one) => one.id.asc())
          const withNovel = written.where((one) =>
            Query.exists(Query.from(Novel).where((row) => row.writer.eq(one.id)))
          )
          assert.deepStrictEqual(idsOf(yield* withNovel), [101])
          const ids = Query.from(Novel).select((row) => ({ id: row.id }))
          assert.isFalse(yield* Query.from(Novel).where((row) => row.id.eq(101).and(row.id.in(ids))).exists)
          const counts = written.select((one) => ({
            id: one.id,
            novels: Query.scalar(
              Query.from(Novel).where((row) => row.writer.eq(one.id)).select(() => ({ count: Query.count() }))
            )
          }))
          assert.deepStrictEqual(yield* counts, [{ id: 101, novels: 1 }])
          const cte = Query.cte("living", Query.from(Writer).select((one) => ({ id: one.id })))
          assert.strictEqual(yield* Query.from(cte, "living").where(({ living }) => living.id.eq(102)).count, 0)
        }))

      it.effect("who asks for deleted rows finds them: in a query, a join, a subquery and the repository", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const novels = yield* Repository.make(Novel)
          yield* writers.insertMany([writer(201), writer(202)])
          yield* novels.insert(novel(201, 202))
          yield* writers.delete(202)

          const all = writersFrom(201)
          assert.deepStrictEqual(idsOf(yield* all.withDeleted()), [201, 202])
          assert.strictEqual(yield* all.withDeleted().where((one) => one.deletedAt.isNotNull()).count, 1)
          assert.deepStrictEqual(idsOf(yield* all), [201], "a query is a value: the first one stays as it was")
          const [deleted] = yield* writers.withDeleted.where((one) => one.id.eq(202))
          assert.instanceOf(deleted, Writer)
          assert.isTrue(DateTime.isDateTime(deleted?.deletedAt))

          const joined = yield* Query.from(Novel, "novel").where(({ novel: { id } }) => id.eq(201))
            .join(Query.withDeleted(Writer), "writer", ({ novel: { writer: by }, writer: { id } }) => by.eq(id))
          assert.deepStrictEqual(joined.map((row) => [row.novel.id, row.writer.name]), [[201, "writer 202"]])
          assert.instanceOf(joined[0]?.writer, Writer)
          const optional = yield* Query.from(Novel, "novel").where(({ novel: { id } }) => id.eq(201))
            .leftJoin(Query.withDeleted(Writer), "writer", ({ novel: { writer: by }, writer: { id } }) => by.eq(id))
          assert.strictEqual(optional[0]?.writer?.id, 202)
          const source = Query.from(Query.withDeleted(Writer), "one").where(({ one }) => one.id.eq(202))
          assert.strictEqual(yield* source.count, 1)
          const inside = Query.exists(Query.from(Query.withDeleted(Writer)).where((one) => one.id.eq(202)))
          assert.isTrue(yield* Query.from(Writer).where((one) => one.id.eq(201).and(inside)).exists)
        }))

      it.effect("no change reaches a deleted row", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          yield* writers.insertMany([writer(301), writer(302)])
          yield* writers.delete(301)
          assert.strictEqual((yield* Effect.flip(writers.delete(301)))._tag, "NotFound")
          assert.strictEqual(yield* writers.deleteMany([301]), 0)
          assert.strictEqual((yield* Effect.flip(writers.patch({ id: 301, name: "no" })))._tag, "NotFound")
          const some = yield* Effect.flip(writers.patchMany([{ id: 302, name: "no" }, { id: 301, name: "no" }]))
          assert.deepStrictEqual(some._tag === "NotFound" ? some.rows : some, [1])
          for (const update of [undefined, ["name"], []] as const) {
            const upserted = writers.upsertMany(
              [writer(302), { id: 301, name: "no" }],
              update === undefined ? {} : { update }
            )
            const taken = yield* Effect.flip(upserted)
            assert.strictEqual(taken._tag, "UniqueViolation")
            if (taken._tag === "UniqueViolation") assert.deepStrictEqual(taken.columns, ["id"])
          }
          assert.strictEqual((yield* Effect.flip(writers.insert(writer(301))))._tag, "UniqueViolation")
          const rows = yield* writersFrom(301).withDeleted()
          assert.deepStrictEqual(rows.map((row) => row.name), ["writer 301", "writer 302"])
        }))

      it.effect("restore brings it back as it was, and only what was deleted", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const inserted = yield* writers.insert(writer(401))
          assert.strictEqual((yield* Effect.flip(writers.restore(401)))._tag, "NotFound")
          yield* writers.delete(401)
          yield* TestClock.adjust("1 minute")
          const restored = yield* writers.restore(401)
          assert.instanceOf(restored, Writer)
          assert.strictEqual(restored.deletedAt, null)
          assert.strictEqual(
            restored.updatedAt.epochMilliseconds - inserted.updatedAt.epochMilliseconds,
            60_000,
            "it is a change"
          )
          assert.deepStrictEqual(yield* writers.get(401), restored)
          const missing = yield* Effect.flip(writers.restore(499))
          assert.strictEqual(missing.message, "There is no Writer with id = 499")
        }))

      it.effect("purge removes it for good, whether it was deleted before or not", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          yield* writers.insertMany([writer(501), writer(502)])
          yield* writers.delete(501)
          yield* writers.purge(501)
          yield* writers.purge(502)
          assert.deepStrictEqual(yield* writersFrom(501).withDeleted(), [])
          assert.strictEqual((yield* Effect.flip(writers.purge(501)))._tag, "NotFound")
        }))

      it.effect("a key that is unique is so among the living", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const novels = yield* Repository.make(Novel)
          yield* writers.insert(writer(601))
          yield* novels.insert(novel(601, 601, "shared"))
          const taken = yield* Effect.flip(novels.insert(novel(602, 601, "shared")))
          assert.strictEqual(taken._tag, "UniqueViolation")
          if (taken._tag === "UniqueViolation") assert.deepStrictEqual(taken.columns, ["isbn"])
          yield* novels.delete(601)
          yield* novels.insert(novel(602, 601, "shared"))
          yield* novels.delete(602)
          yield* novels.insert(novel(603, 601, "shared"))
          assert.strictEqual(
            yield* Query.from(Query.withDeleted(Novel)).where((row) => row.isbn.eq("shared")).count,
            3,
            "any number of deleted rows may have had it, also at the same moment"
          )
          const restored = yield* Effect.flip(novels.restore(602))
          assert.strictEqual(restored._tag, "UniqueViolation")
          if (restored._tag === "UniqueViolation") assert.deepStrictEqual(restored.columns, ["isbn"])
          yield* novels.purge(603)
          assert.strictEqual((yield* novels.restore(602)).isbn, "shared")
        }))

      it.effect("also a key of several columns, within a transaction and in bulk", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const novels = yield* Repository.make(Novel)
          yield* writers.insert(writer(701))
          const row = (id: number) => ({ id, writer: 701, isbn: `k${id}`, shelf: "one", place: 1 })
          yield* novels.insert(row(701))
          const taken = yield* Effect.flip(novels.insertMany([novel(702, 701), row(703)]))
          assert.strictEqual(taken._tag, "UniqueViolation")
          if (taken._tag === "UniqueViolation") assert.deepStrictEqual(taken.columns, ["shelf", "place"])
          yield* Session.transaction(Effect.gen(function*() {
            yield* novels.delete(701)
            yield* novels.insert(row(703))
            yield* novels.delete(703)
            yield* novels.insert(row(704))
          }))
          const twice = yield* Effect.flip(
            Session.transaction(Effect.andThen(novels.delete(704), novels.insertMany([row(705), row(706)])))
          )
          assert.strictEqual(twice._tag, "UniqueViolation")
          yield* novels.insertMany([
            { ...row(707), place: null, isbn: "n1" },
            { ...row(708), place: null, isbn: "n2" }
          ])
          const found = yield* Query.from(Novel).where((one) => one.shelf.eq("one")).orderBy((one) => one.id.asc())
          assert.deepStrictEqual(idsOf(found), [704, 707, 708])
        }))

      it.effect("an upsert by a unique key meets the living row alone", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const novels = yield* Repository.make(Novel)
          yield* writers.insert(writer(801))
          yield* novels.insertMany([novel(801, 801), novel(802, 801)])
          yield* novels.delete(801)
          const upserted = yield* novels.upsertMany(
            [{ ...novel(811, 801), isbn: "isbn 801" }, { ...novel(812, 801), isbn: "isbn 802" }],
            { on: "isbn" }
          )
          assert.deepStrictEqual(idsOf(upserted), [811, 802], "the deleted one stays deleted, the living one its key")
          assert.deepStrictEqual(upserted.map(({ place }) => place), [811, 812])
          const [kept] = yield* Query.from(Query.withDeleted(Novel)).where((row) => row.id.eq(801))
          assert.strictEqual(kept?.place, 801)
          const same = yield* novels.upsert({ ...novel(813, 801), shelf: "s812", place: 812 }, {
            on: ["shelf", "place"],
            update: ["isbn"]
          })
          assert.deepStrictEqual([same.id, same.isbn], [802, "isbn 813"])
        }))

      it.effect("a name that means something to SQL, and a key of two columns", () =>
        Effect.gen(function*() {
          const seats = yield* Repository.make(Seat)
          yield* seats.insertMany(["A", "B"].flatMap((row) => [1, 2].map((number) => ({ row, number }))))
          yield* seats.delete({ row: "A", number: 2 })
          assert.strictEqual(yield* seats.deleteMany([{ row: "B", number: 1 }, { row: "B", number: 1 }]), 1)
          assert.strictEqual(yield* seats.query.count, 2)
          assert.strictEqual((yield* seats.restore({ row: "A", number: 2 })).number, 2)
          assert.strictEqual(yield* seats.withDeleted.where((seat) => seat["gone \"at\""].isNotNull()).count, 1)
        }))

      it.effect("20,000 rows at once, undone with the transaction around it", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const ids = Array.from({ length: 20_000 }, (_, index) => 100_000 + index)
          yield* writers.insertMany(ids.map(writer))
          const many = Query.from(Writer).where((row) => row.id.gte(100_000))
          const failing = Effect.gen(function*() {
            assert.strictEqual(yield* writers.deleteMany([...ids, ...ids]), 20_000)
            assert.strictEqual(yield* many.count, 0)
            return yield* Effect.fail("no")
          })
          assert.strictEqual(yield* Effect.flip(Session.transaction(failing)), "no")
          assert.strictEqual(yield* many.count, 20_000)
          assert.strictEqual(yield* writers.deleteMany(ids.filter((id) => id % 2 === 0)), 10_000)
          assert.strictEqual(yield* many.count, 10_000)
          assert.strictEqual(yield* many.withDeleted().count, 20_000)
        }))

      it.effect("a row that others refer to can be deleted, and its rows remain", () =>
        Effect.gen(function*() {
          const writers = yield* Repository.make(Writer)
          const novels = yield* Repository.make(Novel)
          yield* writers.insert(writer(901))
          yield* novels.insert(novel(901, 901))
          yield* writers.delete(901)
          assert.isTrue(Option.isSome(yield* novels.findById(901)))
          assert.strictEqual((yield* Effect.flip(writers.purge(901)))._tag, "StillReferenced")
          yield* writers.restore(901)
        }))
    }
  )
