/**
 * What a model declares, the database enforces, and the error says what was broken.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, type OrmError, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { expectTypeOf } from "vitest"
import type { Database } from "./Subject.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Schema.Int),
  label: Column.unique(Schema.String)
}, { table: "constraints_shelves" }) {}

class Volume extends Model.Class<Volume>("Volume")({
  id: Column.primaryKey(Schema.Int),
  shelf: Column.references(Schema.NullOr(Schema.Int), () => Shelf, "id"),
  series: Schema.String,
  part: Column.int32,
  binding: Schema.Literals(["cloth", "printer's"])
}, { table: "constraints_volumes", indexes: [Index.unique("series", "part")] }) {}

class Loan extends Model.Class<Loan>("Loan")({
  reader: Column.primaryKey(Schema.String),
  volume: Column.primaryKey(Schema.Int),
  note: Schema.String
}, { table: "constraints_loans" }) {}

/** A table whose only key is its primary key, with texts that look like the database's own words. */
class Quotation extends Model.Class<Quotation>("Quotation")({
  "the \"text\"": Column.primaryKey(Schema.String),
  note: Schema.NullOr(Schema.String)
}, { table: "constraints_quotations" }) {}

/** The table of volumes as a newer program would describe it. */
class NewerVolume extends Model.Class<NewerVolume>("NewerVolume")({
  id: Column.primaryKey(Schema.Int),
  shelf: Schema.NullOr(Schema.Int),
  series: Schema.NullOr(Schema.String),
  part: Column.int32,
  binding: Schema.Literals(["cloth", "printer's", "leather"])
}, { table: "constraints_volumes" }) {}

const volume = (id: number, series: string) => ({ id, shelf: null, series, part: id, binding: "cloth" } as const)

const uniqueViolation = <A, R>(inserted: Effect.Effect<A, OrmError.InsertError, R>) =>
  Effect.flatMap(Effect.flip(inserted), (error) => {
    assert.strictEqual(error._tag, "UniqueViolation", error.message)
    return error._tag === "UniqueViolation"
      ? Effect.succeed({ table: error.table, columns: error.columns })
      : Effect.die(error)
  })

export const constraints = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Shelf, Volume, Loan, Quotation]), { timeout: "60 seconds" })(
    `${name}: constraints`,
    (it) => {
      it.effect("names the primary key that is taken", () =>
        Effect.gen(function*() {
          const shelves = yield* Repository.make(Shelf)
          yield* shelves.insert({ id: 1, label: "first" })
          const again = yield* uniqueViolation(shelves.insert({ id: 1, label: "another" }))
          assert.deepStrictEqual(again, { table: "constraints_shelves", columns: ["id"] })
        }))

      it.effect("names the unique column that is taken", () =>
        Effect.gen(function*() {
          const shelves = yield* Repository.make(Shelf)
          yield* shelves.insert({ id: 2, label: "second, label: \"x\"" })
          const again = yield* uniqueViolation(shelves.insert({ id: 3, label: "second, label: \"x\"" }))
          assert.deepStrictEqual(again, { table: "constraints_shelves", columns: ["label"] })
        }))

      it.effect("names the columns of a composite primary key that is taken", () =>
        Effect.gen(function*() {
          const loans = yield* Repository.make(Loan)
          yield* loans.insert({ reader: "Ada", volume: 1, note: "" })
          yield* loans.insert({ reader: "Ada", volume: 2, note: "" })
          const again = yield* uniqueViolation(loans.insert({ reader: "Ada", volume: 1, note: "again" }))
          assert.deepStrictEqual(again, { table: "constraints_loans", columns: ["reader", "volume"] })
        }))

      it.effect("names the columns of a composite key that is taken", () =>
        Effect.gen(function*() {
          const volumes = yield* Repository.make(Volume)
          yield* volumes.insert(volume(1, "composite"))
          const again = yield* uniqueViolation(volumes.insert({ ...volume(2, "composite"), part: 1 }))
          assert.deepStrictEqual(again, { table: "constraints_volumes", columns: ["series", "part"] })
        }))

      it.effect("names a column whose name and value are full of quotes", () =>
        Effect.gen(function*() {
          const quotations = yield* Repository.make(Quotation)
          const text = "\") violates (\"=(', Key (note)=("
          yield* quotations.insert({ "the \"text\"": text, note: null })
          const again = yield* uniqueViolation(quotations.insert({ "the \"text\"": text, note: null }))
          assert.deepStrictEqual(again, { table: "constraints_quotations", columns: ["the \"text\""] })
        }))

      for (const count of [3, 5_000]) {
        const labelled = (first: number) =>
          Array.from({ length: count }, (_, index) => ({ id: first + index, label: `${first + index}` }))

        it.effect(`names the key among ${count} rows that a stored row has`, () =>
          Effect.gen(function*() {
            const shelves = yield* Repository.make(Shelf)
            const first = count * 10
            yield* shelves.insert({ id: first - 1, label: `${first + 1}` })
            const again = yield* uniqueViolation(shelves.insertMany(labelled(first)))
            assert.deepStrictEqual(again, { table: "constraints_shelves", columns: ["label"] })
            assert.strictEqual(
              yield* Query.from(Shelf).where((shelf) => shelf.id.gte(first)).where((shelf) =>
                shelf.id.lt(first + count)
              ).count,
              0
            )
          }))

        it.effect(`names the key that two of ${count} rows share`, () =>
          Effect.gen(function*() {
            const shelves = yield* Repository.make(Shelf)
            const first = count * 100
            const rows = [...labelled(first), { id: first + count, label: `${first}` }]
            const again = yield* uniqueViolation(shelves.insertMany(rows))
            assert.deepStrictEqual(again, { table: "constraints_shelves", columns: ["label"] })
            assert.strictEqual(
              yield* Query.from(Shelf).where((shelf) => shelf.id.between(first, first + count)).count,
              0
            )
          }))

        it.effect(`names the composite key that two of ${count} rows share`, () =>
          Effect.gen(function*() {
            const volumes = yield* Repository.make(Volume)
            const rows = Array.from({ length: count }, (_, index) => volume(count * 10 + index, `shared ${count}`))
            const again = yield* uniqueViolation(
              volumes.insertMany([...rows, { ...volume(1_000_000, `shared ${count}`), part: count * 10 }])
            )
            assert.deepStrictEqual(again, { table: "constraints_volumes", columns: ["series", "part"] })
            assert.strictEqual(yield* Query.from(Volume).where((row) => row.series.eq(`shared ${count}`)).count, 0)
          }))
      }

      it.effect("names the key also inside a transaction that holds the other row", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const shelves = yield* Repository.make(Shelf)
          const twice = Effect.andThen(
            shelves.insert({ id: 50, label: "in a transaction" }),
            shelves.insert({ id: 51, label: "in a transaction" })
          )
          const again = yield* Effect.flip(sql.withTransaction(twice))
          assert.strictEqual(again._tag, "UniqueViolation")
          if (again._tag !== "UniqueViolation") return
          assert.strictEqual(again.table, "constraints_shelves")
          assert.deepStrictEqual(again.columns, ["label"])
        }))

      it.effect("takes several rows without a value for a unique key's text apart", () =>
        Effect.gen(function*() {
          const shelves = yield* Repository.make(Shelf)
          yield* shelves.insertMany([{ id: 60, label: "" }, { id: 61, label: " " }])
          assert.deepStrictEqual(yield* uniqueViolation(shelves.insert({ id: 62, label: "" })), {
            table: "constraints_shelves",
            columns: ["label"]
          })
        }))

      it.effect("refuses a row that refers to none, alone and among many", () =>
        Effect.gen(function*() {
          const volumes = yield* Repository.make(Volume)
          const orphan = yield* Effect.flip(volumes.insert({ ...volume(300, "orphan"), shelf: 404 }))
          assert.strictEqual(orphan._tag, "ForeignKeyViolation")
          assert.deepInclude(orphan, { table: "constraints_volumes", columns: ["shelf"], key: "404" })

          const rows = Array.from({ length: 5_000 }, (_, index) => volume(1_000 + index, "orphan"))
          const among = yield* Effect.flip(volumes.insertMany([...rows, { ...volume(300, "orphan"), shelf: 404 }]))
          assert.deepInclude(among, { _tag: "ForeignKeyViolation", columns: ["shelf"], key: "404" })
          assert.deepStrictEqual(yield* volumes.find((row) => row.series.eq("orphan")), [])
        }))

      it.effect("refuses to delete a row that another refers to, until that is gone", () =>
        Effect.gen(function*() {
          const shelves = yield* Repository.make(Shelf)
          const volumes = yield* Repository.make(Volume)
          yield* shelves.insert({ id: 70, label: "referred to" })
          yield* volumes.insert({ ...volume(301, "child"), shelf: 70 })
          const referenced = yield* Effect.flip(shelves.delete(70))
          assert.deepInclude(referenced, { _tag: "StillReferenced", table: "constraints_shelves", key: "70" })
          assert.strictEqual((yield* shelves.get(70)).label, "referred to")

          yield* volumes.delete(301)
          yield* shelves.delete(70)
          assert.strictEqual((yield* Effect.flip(shelves.get(70)))._tag, "NotFound")
        }))

      it.effect("refuses a value that an enum doesn't have, from plain SQL and from a newer program", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const plain = yield* Effect.flip(
            sql`INSERT INTO constraints_volumes (id, shelf, series, part, binding) VALUES (302, NULL, 'enum', 1, 'leather')`
          )
          assert.strictEqual(plain.reason._tag, "ConstraintError")

          const newer = yield* Repository.make(NewerVolume)
          const violation = yield* Effect.flip(newer.insert({ ...volume(302, "enum"), binding: "leather" }))
          assert.deepInclude(violation, {
            _tag: "CheckViolation",
            table: "constraints_volumes",
            columns: ["binding"],
            constraint: "constraints_volumes_binding_check"
          })
          yield* newer.insert({ ...volume(302, "enum"), binding: "printer's" })
        }))

      it.effect("refuses a missing value, from plain SQL and from a newer program", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const plain = yield* Effect.flip(
            sql`INSERT INTO constraints_volumes (id, shelf, series, part, binding) VALUES (303, NULL, NULL, 1, 'cloth')`
          )
          assert.strictEqual(plain.reason._tag, "ConstraintError")

          const newer = yield* Repository.make(NewerVolume)
          const violation = yield* Effect.flip(newer.insert({ ...volume(303, ""), series: null }))
          assert.deepInclude(violation, {
            _tag: "CheckViolation",
            table: "constraints_volumes",
            columns: ["series"],
            constraint: "NOT NULL"
          })
        }))

      it.effect("tells plain SQL what was broken too", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO constraints_shelves (id, label) VALUES (80, 'plain')`
          const unique = yield* Effect.flip(sql`INSERT INTO constraints_shelves (id, label) VALUES (80, 'plain too')`)
          assert.strictEqual(unique.reason._tag, "UniqueViolation")
          const orphan = yield* Effect.flip(
            sql`INSERT INTO constraints_volumes (id, shelf, series, part, binding) VALUES (304, 404, 'plain', 1, 'cloth')`
          )
          assert.strictEqual(orphan.reason._tag, "ConstraintError")
        }))

      it.effect("is recovered from by its tag", () =>
        Effect.gen(function*() {
          const shelves = yield* Repository.make(Shelf)
          yield* shelves.insert({ id: 90, label: "recovered" })
          const columns = shelves.insert({ id: 90, label: "recovered" }).pipe(
            Effect.as([]),
            Effect.catchTag("UniqueViolation", (taken) => {
              expectTypeOf(taken).toEqualTypeOf<OrmError.UniqueViolation<"id" | "label">>()
              return Effect.succeed(taken.columns)
            })
          )
          expectTypeOf<Effect.Error<typeof columns>>().toEqualTypeOf<
            Exclude<Repository.InsertErrorOf<typeof Shelf>, { readonly _tag: "UniqueViolation" }>
          >()
          assert.isNotEmpty(yield* columns)
        }))
    }
  )
