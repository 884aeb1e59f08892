/**
 * Writes that a query says: whatever it is told by, a row is written as it is meant, and only where it is meant.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { Model as EffectModel } from "effect/schema"
import type { Database, Facts } from "./Subject.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Schema.Int),
  room: Schema.NonEmptyString
}, { table: "write_shelves" }) {}

class Tome extends Model.Class<Tome>("Tome")({
  id: Column.primaryKey(Schema.Int),
  title: Schema.NonEmptyString,
  subtitle: Schema.OptionFromNullOr(Schema.String),
  pages: Column.int32,
  price: Schema.NullOr(Column.decimal({ precision: 8, scale: 2 })),
  tags: Schema.Array(Schema.String),
  shelf: Column.references(Schema.NullOr(Schema.Int), () => Shelf, "id"),
  changedAt: EffectModel.DateTimeUpdateFromDate
}, { table: "write_tomes", indexes: [Index.on("title")] }) {
  get isLong() {
    return this.pages > 500
  }
}

class Loan extends Model.Class<Loan>("Loan")({
  tome: Column.references(Column.primaryKey(Schema.Int), () => Tome, "id"),
  place: Column.primaryKey(Schema.String),
  days: Column.withDefault(Schema.Int, 14)
}, { table: "write_loans" }) {}

class Entry extends Model.Class<Entry>("Entry")({ what: Schema.String, size: Schema.NullOr(Schema.Int) }, {
  table: "write_entries"
}) {}

const tome = (id: number, more: Partial<Model.Insert<typeof Tome>> = {}) => ({
  id,
  title: `Tome ${id}`,
  subtitle: Option.none(),
  pages: id * 100,
  price: null,
  tags: ["a"],
  shelf: null,
  ...more
})

/** An empty library with these tomes. */
const library = Effect.fnUntraced(function*(...tomes: ReadonlyArray<Model.Insert<typeof Tome>>) {
  const sql = yield* SqlClient.SqlClient
  for (const table of ["write_loans", "write_tomes", "write_shelves", "write_entries"]) {
    yield* sql`DELETE FROM ${sql(table)}`
  }
  yield* Query.insert(Tome).values(tomes)
  return sql
})

/** What a program without types could set. */
const as = (changes: object): {} => changes

const byId = (rows: ReadonlyArray<Tome>) => rows.toSorted((one, other) => one.id - other.id)

export const writes = (name: string, database: Database, { dialect }: Facts) =>
  layer(TestDatabase.layerOn(database, [Shelf, Tome, Loan, Entry]), { timeout: "60 seconds" })(
    `${name}: writes`,
    (it) => {
      it.effect("inserts a row or several, and says how many, or which", () =>
        Effect.gen(function*() {
          yield* library()
          assert.strictEqual(yield* Query.insert(Tome).values(tome(1)), 1)
          assert.strictEqual(yield* Query.insert(Tome).values([]), 0)
          assert.deepStrictEqual(yield* Query.insert(Tome).values([]).returning(), [])
          const two = yield* Query.insert(Tome).values([tome(6), tome(2)]).returning()
          assert.deepStrictEqual(two.map(({ id, isLong }) => [id, isLong]), [[6, true], [2, false]])
          assert.instanceOf(two[0], Tome)
          assert.deepStrictEqual(
            yield* Query.insert(Tome).values([tome(9), tome(3)]).returning((row) => ({
              id: row.id,
              twice: row.pages.multiply(2)
            })),
            [{ id: 9, twice: 1800 }, { id: 3, twice: 600 }]
          )
          assert.deepStrictEqual(
            yield* Query.insert(Loan).values([{ tome: 9, place: "b" }, { tome: 9, place: "a", days: 3 }])
              .returning((loan) => ({ place: loan.place, days: loan.days })),
            [{ place: "b", days: 14 }, { place: "a", days: 3 }]
          )
          assert.deepStrictEqual(
            yield* Query.insert(Loan).values([]).returning((loan) => ({ place: loan.place })),
            []
          )
        }))

      it.effect("are refused where none of their conditions was given, and change nothing", () =>
        Effect.gen(function*() {
          const before = yield* Query.from(Tome).count
          const form: { readonly id?: number; readonly title?: string } = {}
          const refusals = [
            Query.delete(Tome).where((row) => Query.optional(form.id, (id) => row.id.eq(id))),
            Query.update(Tome).set(() => ({ pages: 1 })).where((row) =>
              Query.and(
                Query.optional(form.id, (id) => row.id.eq(id)),
                Query.optional(form.title, (title) => row.title.eq(title)).not()
              )
            )
          ]
          for (const write of refusals) {
            const refused = yield* Effect.flip(write)
            assert.strictEqual(refused._tag, "Unsupported")
            assert.include(refused.message, "Say `.everywhere()` where all rows are meant.")
          }
          assert.strictEqual(yield* Query.from(Tome).count, before)
        }))

      it.effect("stores no row of an insert that is not valid or not unique", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          const invalid = yield* Effect.flip(Query.insert(Tome).values([tome(2), tome(3, { title: "" })]))
          assert.instanceOf(invalid, OrmError.Invalid)
          const taken = yield* Effect.flip(Query.insert(Tome).values([tome(2), tome(1)]).returning())
          assert.instanceOf(taken, OrmError.UniqueViolation)
          assert.strictEqual(yield* Query.from(Tome).count, 1)
        }))

      it.effect("can't give back values of rows that have no key", () =>
        Effect.gen(function*() {
          yield* library()
          const failure = yield* Effect.flip(
            Query.insert(Entry).values({ what: "x", size: 1 }).returning((entry) => ({ size: entry.size }))
          )
          assert.instanceOf(failure, OrmError.Unsupported)
          assert.strictEqual(yield* Query.from(Entry).count, 0)
          assert.lengthOf(yield* Query.insert(Entry).values({ what: "x", size: 1 }).returning(), 1)
          const rows = Query.from(Entry)
          assert.match(
            (yield* Query.insert(Entry).from(rows).toSql).sql,
            /^INSERT INTO "write_entries" \("what", "size"\) SELECT /
          )
          assert.deepStrictEqual(
            yield* Query.update(Entry).set((entry) => ({ size: entry.size.add(1) })).everywhere()
              .returning((entry) => ({ size: entry.size })),
            [{ size: 2 }]
          )
        }))

      it.effect("gives back what it calculates with rows that have no key, or says what to do", () =>
        Effect.gen(function*() {
          yield* library()
          yield* Query.insert(Entry).values({ what: "x", size: 1 })
          const update = Query.update(Entry).set(() => ({ size: 5 })).everywhere()
            .returning((entry) => ({ more: entry.size.add(1) }))
          if (dialect === "postgres") assert.deepStrictEqual(yield* update, [{ more: 6 }])
          else {
            assert.strictEqual(
              (yield* Effect.flip(update)).message,
              "DuckDB does not do this: calculating with rows of Entry as they are written, which has no " +
                "primary key. Let the columns themselves be given back."
            )
            assert.deepStrictEqual((yield* Query.from(Entry)).map(({ size }) => size), [1])
          }
        }))

      it.effect("inserts what a query gives", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2), tome(3))
          const long = Query.from(Tome).where((row) => row.pages.gt(100))
          assert.strictEqual(
            yield* Query.insert(Entry).from(long.select((row) => ({ what: row.title, size: row.id }))),
            2
          )
          const entries = yield* Query.from(Entry).orderBy((entry) => entry.what.asc())
          assert.deepStrictEqual(entries.map(({ size, what }) => [what, size]), [["Tome 2", 2], ["Tome 3", 3]])

          const lent = Query.insert(Loan).from(long.select((row) => ({ tome: row.id, place: row.title })))
          assert.deepStrictEqual(
            (yield* lent.returning()).toSorted((one, other) => one.tome - other.tome).map((
              { days, place }
            ) => [place, days]),
            [["Tome 2", 14], ["Tome 3", 14]]
          )
          const more = long.select((row) => ({ tome: row.id, place: row.title, days: row.pages })).orderBy((
            { tome: id }
          ) => id.desc()).limit(1)
          yield* Query.delete(Loan).everywhere()
          assert.deepStrictEqual(
            yield* Query.insert(Loan).from(more).returning((loan) => ({ days: loan.days, next: loan.tome.add(1) })),
            [{ days: 300, next: 4 }]
          )
        }))

      it.effect("copies whole rows", () =>
        Effect.gen(function*() {
          yield* library()
          yield* Query.insert(Entry).values([{ what: "x", size: 1 }, { what: "y", size: null }])
          assert.strictEqual(yield* Query.insert(Entry).from(Query.from(Entry).where((entry) => entry.what.eq("y"))), 1)
          assert.strictEqual(yield* Query.from(Entry).where((entry) => entry.size.isNull()).count, 2)
        }))

      it.effect("tells why a query's rows can't be inserted, before it is sent", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          const titles = Query.from(Tome)
          const incomplete = titles.select((row) => ({ tome: row.id }))
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a program without types could insert
          const lacking = yield* Effect.flip(Query.insert(Loan).from(incomplete as never))
          assert.instanceOf(lacking, OrmError.Unsupported)
          const failures = [
            // @ts-expect-error The model has no field colour to insert
            Query.insert(Entry).from(titles.select((row) => ({ what: row.title, size: row.id, colour: row.id }))),
            Query.insert(Entry).from(titles.select((row) => ({ what: row.title, size: row.id.divide(2) })))
          ]
          for (const failing of failures) {
            assert.instanceOf(yield* Effect.flip(failing), OrmError.Unsupported)
          }
          assert.strictEqual(yield* Query.from(Entry).count, 0)
        }))

      it.effect("updates rows that a condition tells, by values and by expressions of what they were", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2), tome(3))
          const update = Query.update(Tome)
            .set((row) => ({ pages: row.pages.add(1), title: "It's \"new\"", subtitle: Option.some("part") }))
            .where((row) => row.id.gt(1))
            .where((row) => row.pages.lt(300))
          assert.strictEqual(yield* update, 1)
          const rows = byId(yield* Query.from(Tome))
          assert.deepStrictEqual(rows.map(({ pages, subtitle, title }) => [title, pages, Option.getOrNull(subtitle)]), [
            ["Tome 1", 100, null],
            ["It's \"new\"", 201, "part"],
            ["Tome 3", 300, null]
          ])
        }))

      it.effect("updates everything where it is told so", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2))
          assert.strictEqual(
            yield* Query.update(Tome).set(() => ({ tags: ["x", "y"], price: BigDecimal.fromStringUnsafe("1.5") }))
              .everywhere(),
            2
          )
          assert.strictEqual(
            yield* Query.update(Tome).set((row) => ({ price: row.price.multiply(BigDecimal.fromBigInt(2n)) }))
              .everywhere(),
            2
          )
          const rows = yield* Query.from(Tome)
          assert.isTrue(
            rows.every(({ price, tags }) => tags.length === 2 && price !== null && BigDecimal.format(price) === "3")
          )
          assert.strictEqual(
            yield* Query.update(Tome).set(() => ({ pages: 1 })).everywhere().where((row) => row.id.eq(2)),
            1
          )
        }))

      it.effect("gives back the rows that an update changed, also where others refer to them", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2), tome(3))
          yield* Query.insert(Loan).values([{ tome: 1, place: "a" }, { tome: 2, place: "b" }])
          const update = Query.update(Tome).set((row) => ({ pages: row.pages.add(1_000) })).where((row) =>
            row.pages.lt(300)
          )
          const changed = byId(yield* update.returning())
          assert.deepStrictEqual(changed.map(({ id, isLong, pages }) => [id, pages, isLong]), [[1, 1100, true], [
            2,
            1200,
            true
          ]])
          assert.deepStrictEqual(yield* update.returning(), [])
          assert.deepStrictEqual(
            yield* Query.update(Loan).set(() => ({ days: 1 })).where((loan) => loan.tome.eq(2))
              .returning((loan) => ({ place: loan.place, more: loan.days.add(1) })),
            [{ place: "b", more: 2 }]
          )
        }))

      it.effect("sets fields by what another query finds", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2))
          yield* Query.insert(Entry).values([{ what: "Tome 2", size: 77 }])
          const changed = Query.update(Tome)
            .set(() => ({ pages: Query.scalar(Query.from(Entry).select((entry) => ({ size: entry.size }))).orElse(0) }))
            .where((row) => row.title.in(Query.from(Entry).select((entry) => ({ what: entry.what }))))
          assert.strictEqual(yield* changed, 1)
          assert.deepStrictEqual(byId(yield* Query.from(Tome)).map(({ pages }) => pages), [100, 77])
        }))

      it.effect("makes what the model's update variant makes by itself", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          const before = yield* Query.from(Tome).one
          yield* Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql`UPDATE write_tomes SET ${sql("changedAt")} = ${new Date(1e9)}`
          )
          yield* Query.update(Tome).set(() => ({ pages: 2 })).everywhere()
          const after = yield* Query.from(Tome).one
          assert.deepStrictEqual(after.changedAt, before.changedAt)
        }))

      it.effect("refuses values that the model doesn't allow, and names the field", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          const refused = [
            [Query.update(Tome).set(() => ({ title: "" })), "title"],
            [Query.update(Tome).set(() => as({ title: undefined })), "title"],
            [Query.update(Tome).set(() => as({ id: 7 })), "id"],
            [Query.update(Tome).set((row) => as({ colour: row.pages })), "colour"],
            [Query.update(Tome).set(() => ({ pages: 2 ** 31 })), "pages"]
          ] as const
          for (const [update, field] of refused) {
            const failure = yield* Effect.flip(update.everywhere())
            assert.instanceOf(failure, OrmError.Invalid)
            assert.deepStrictEqual(failure._tag === "Invalid" ? failure.issues[0]?.path : [], [field])
          }
          assert.deepStrictEqual((yield* Query.from(Tome).one).title, "Tome 1")
        }))

      it.effect("refuses an update that sets nothing, and a fraction for a whole number", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          assert.instanceOf(
            yield* Effect.flip(Query.update(Entry).set(() => ({})).everywhere()),
            OrmError.Unsupported
          )
          const half = yield* Effect.flip(
            Query.update(Tome).set((row) => ({ pages: row.pages.divide(2).orElse(0) })).everywhere()
          )
          assert.instanceOf(half, OrmError.Unsupported)
        }))

      it.effect("deletes rows that a condition tells, or all", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2), tome(3), tome(4))
          assert.strictEqual(yield* Query.delete(Tome).where((row) => row.id.eq(1)), 1)
          assert.strictEqual(
            yield* Query.delete(Tome).where((row) => row.id.gt(1)).where((row) => row.pages.lt(300)),
            1
          )
          const gone = yield* Query.delete(Tome).where((row) => row.id.eq(3)).returning()
          assert.deepStrictEqual(gone.map(({ isLong, title }) => [title, isLong]), [["Tome 3", false]])
          assert.deepStrictEqual(
            yield* Query.delete(Tome).everywhere().returning((row) => ({ id: row.id, half: row.pages.divide(2) })),
            [{ id: 4, half: 200 }]
          )
          assert.strictEqual(yield* Query.delete(Tome).everywhere(), 0)
          assert.strictEqual(yield* Query.from(Tome).count, 0)
        }))

      it.effect("names the constraint that a write would break", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2))
          yield* Query.insert(Loan).values({ tome: 1, place: "a" })
          const referenced = yield* Effect.flip(Query.delete(Tome).everywhere())
          assert.instanceOf(referenced, OrmError.StillReferenced)
          const dangling = yield* Effect.flip(
            Query.update(Tome).set(() => ({ shelf: 99 })).where((row) => row.id.eq(2))
          )
          assert.instanceOf(dangling, OrmError.ForeignKeyViolation)
          assert.strictEqual(yield* Query.from(Tome).count, 2)
        }))

      it.effect("overwrites rows that are stored already", () =>
        Effect.gen(function*() {
          yield* library(tome(1), tome(2))
          assert.strictEqual(yield* Query.upsert(Tome).values([tome(2, { pages: 7 }), tome(3)]), 2)
          assert.deepStrictEqual(
            yield* Query.upsert(Tome, { update: ["title"] }).values([tome(3, { title: "Third", pages: 1 }), tome(1)])
              .returning((row) => ({ title: row.title, pages: row.pages })),
            [{ title: "Third", pages: 300 }, { title: "Tome 1", pages: 100 }]
          )
          const [one] = yield* Query.upsert(Tome).values(tome(2, { tags: [] })).returning()
          assert.deepStrictEqual([one?.id, one?.pages, one?.tags], [2, 200, []])
        }))

      it.effect("writes only when it is run, and each time anew", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          const longer = Query.update(Tome).set((row) => ({ pages: row.pages.add(1) })).everywhere()
          assert.strictEqual((yield* Query.from(Tome).one).pages, 100)
          yield* longer
          yield* longer
          assert.strictEqual((yield* Query.from(Tome).one).pages, 102)
        }))

      it.effect("tells the SQL of a write", () =>
        Effect.gen(function*() {
          const { parameters, sql } = yield* Query.update(Entry).set((entry) => ({ size: entry.size.add(1) }))
            .where((entry) => entry.what.eq("x")).toSql
          assert.match(sql, /^UPDATE "write_entries" AS "write_entries" SET "size" = .* WHERE /)
          assert.deepStrictEqual(parameters, [1, "x"])
          assert.match(
            (yield* Query.delete(Entry).everywhere().toSql).sql,
            /^DELETE FROM "write_entries" AS "write_entries"$/
          )
        }))

      it.effect("is undone with its transaction", () =>
        Effect.gen(function*() {
          yield* library(tome(1))
          yield* Effect.ignore(Session.transaction(Effect.gen(function*() {
            yield* Query.update(Tome).set(() => ({ pages: 5 })).everywhere().returning()
            yield* Query.delete(Tome).everywhere()
            return yield* Effect.fail("no")
          })))
          assert.strictEqual((yield* Query.from(Tome).one).pages, 100)
          yield* Effect.flatMap(Repository.make(Tome), (tomes) => tomes.delete(1))
        }))
    }
  )
