/**
 * What a unit of work tells of its changes is data, which makes the same of another database.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { Database } from "./Subject.ts"

class CurrentUser extends Context.Service<CurrentUser, string>()("changes/CurrentUser") {}

class Kept extends Model.Class<Kept>("Kept")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String,
  many: Column.int64,
  exact: Column.decimal({ precision: 12, scale: 2 }),
  day: Schema.NullOr(Column.date),
  at: Column.timestamp,
  note: Schema.OptionFromNullOr(Schema.String),
  bytes: Schema.Uint8Array,
  tags: Schema.Array(Schema.String),
  document: Column.json(Schema.Struct({ a: Schema.Number })),
  token: Column.sensitive(Schema.String),
  parent: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Kept, "id"),
  ...Mixin.audit(CurrentUser, Schema.String),
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "changes_kept" }) {}

class Plain extends Model.Class<Plain>("Plain")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String
}, { table: "changes_plain" }) {}

class Numbered extends Model.Class<Numbered>("Numbered")({
  id: Column.serial(Column.int32),
  wide: Schema.String
}, { table: "changes_numbered" }) {}

class Wide extends Model.Class<Wide>("Wide")({
  id: Column.serial(Column.int64),
  name: Schema.String
}, { table: "changes_wide" }) {}

const kept = (id: number, parent: number | null = null): Model.Insert<typeof Kept> => ({
  id,
  text: `text ${id} 👩‍🔬`,
  many: 2n ** 60n + BigInt(id),
  exact: BigDecimal.fromStringUnsafe("10.50"),
  day: id % 2 === 0 ? null : DateTime.makeUnsafe("2024-02-29"),
  at: DateTime.makeUnsafe("2024-02-29T23:59:59.123Z"),
  note: id % 2 === 0 ? Option.none() : Option.some(""),
  bytes: new Uint8Array([0, 255, id]),
  tags: ["a", "b,c"],
  document: { a: id },
  token: Redacted.make(`secret ${id}`),
  parent
})

const asUser = (name: string) => Effect.provideService(CurrentUser, name)

const change = (values: Partial<UnitOfWork.Change>): UnitOfWork.Change =>
  new UnitOfWork.Change({
    model: "Plain",
    operation: "insert",
    key: { id: 1 },
    values: { id: 1, name: "one" },
    ...values
  })

export const changes = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Kept, Plain, Numbered, Wide]), { timeout: "60 seconds" })(
    `${name}: changes`,
    (it) => {
      const stored = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM changes_kept ORDER BY id`)
      const plain = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id, name FROM changes_plain ORDER BY id`)
      /** A row goes after those that refer to it, in a transaction of its own. */
      const emptied = Effect.flatMap(SqlClient.SqlClient, (sql) =>
        sql`DELETE FROM changes_kept WHERE parent = 3`.pipe(
          Effect.andThen(sql`DELETE FROM changes_kept WHERE parent = 1`),
          Effect.andThen(sql`DELETE FROM changes_kept`),
          Effect.andThen(sql`DELETE FROM changes_plain`)
        ))

      it.effect("make the same tables of empty ones: values of all kinds, marks, versions, and who made them when", () =>
        Effect.gen(function*() {
          const made = yield* Session.unitOfWork(Effect.gen(function*() {
            const work = yield* UnitOfWork.UnitOfWork
            const [one, two] = yield* work.addMany(Kept, [kept(1), kept(2), kept(3, 1), kept(4, 3)])
            yield* TestClock.adjust("1 hour")
            yield* work.flush
            if (one === undefined || two === undefined) return assert.fail("they were added")
            yield* work.change(Kept, one, { note: Option.none(), text: "changed" }).pipe(asUser("blaise"))
            yield* work.remove(Kept, two).pipe(asUser("carl"))
            const [first] = yield* work.addMany(Plain, [{ id: 1, name: "one" }, { id: 2, name: "two" }])
            yield* work.flush
            if (first !== undefined) yield* work.remove(Plain, first)
            return yield* work.changes
          })).pipe(asUser("ada"))
          assert.deepStrictEqual(made.map(({ model, operation }) => `${operation} ${model}`), [
            ...Array.from({ length: 4 }, () => "insert Kept"),
            "insert Plain",
            "insert Plain",
            "update Kept",
            "update Kept",
            "delete Plain"
          ])
          assert.deepStrictEqual(Object.keys(made[6]?.values ?? {}).toSorted(), [
            "note",
            "text",
            "updatedAt",
            "updatedBy",
            "version"
          ])
          const before = [yield* stored, yield* plain]
          yield* emptied
          const text = JSON.stringify(yield* Schema.encodeEffect(Schema.Array(UnitOfWork.Change))(made))
          const read = yield* Schema.decodeUnknownEffect(Schema.Array(UnitOfWork.Change))(JSON.parse(text))
          assert.deepStrictEqual(read, made)
          yield* Session.replay([Kept, Plain], read)
          assert.deepStrictEqual([yield* stored, yield* plain], before)
        }))

      it.effect("are those that went through the unit of work alone, and none of what was undone", () =>
        Effect.gen(function*() {
          yield* emptied
          const made = yield* Session.unitOfWork(Effect.gen(function*() {
            const work = yield* UnitOfWork.UnitOfWork
            const sql = yield* SqlClient.SqlClient
            yield* work.add(Plain, { id: 10, name: "ten" })
            yield* sql`INSERT INTO changes_plain (id, name) VALUES (11, 'past it')`
            const undone = Session.transaction(
              work.add(Plain, { id: 12, name: "undone" }).pipe(
                Effect.andThen(work.flush),
                Effect.andThen(Effect.fail("no"))
              )
            )
            yield* Effect.flip(undone)
            return yield* work.changes
          }))
          assert.deepStrictEqual(made, [change({ key: { id: 10 }, values: { id: 10, name: "ten" } })])
        }))

      it.effect("are all done again, in few statements, or none of them", () =>
        Effect.gen(function*() {
          yield* emptied
          const inserts = Array.from({ length: 100 }, (_, id) => change({ key: { id }, values: { id, name: `${id}` } }))
          const renamed = (id: number, to: string) => change({ operation: "update", key: { id }, values: { name: to } })
          const removed = (id: number) => change({ operation: "delete", key: { id }, values: {} })
          yield* Session.replay([Plain], [...inserts, renamed(1, "a"), renamed(1, "b"), renamed(2, "c"), removed(3)])
          const rows = yield* plain
          assert.lengthOf(rows, 99)
          assert.deepStrictEqual(rows.slice(1, 4).map((row) => row["name"]), ["b", "c", "4"])
          const gone = yield* Effect.flip(Session.replay([Plain], [renamed(5, "not kept"), renamed(404, "x")]))
          assert.strictEqual(gone._tag, "NotFound")
          assert.strictEqual((yield* Effect.flip(Session.replay([Plain], [removed(404)])))._tag, "NotFound")
          assert.strictEqual((yield* Effect.flip(Session.replay([Plain], [change({})])))._tag, "UniqueViolation")
          assert.deepStrictEqual(yield* plain, rows)
        }))

      it.effect("are refused where they are of no model that is given, or not as it says", () =>
        Effect.gen(function*() {
          const refused = (...given: ReadonlyArray<UnitOfWork.Change>) =>
            Effect.map(Effect.flip(Session.replay([Plain], given)), ({ message }) => message)
          assert.strictEqual(
            yield* refused(change({ model: "Other" })),
            "Other (row 0) is not valid:\n  the change is of a model that is not given"
          )
          const ok = change({ key: { id: 70 }, values: { id: 70, name: "seventy" } })
          const invalid = yield* refused(ok, change({ key: { id: "x" }, values: { name: 1, nmae: "typo" } }))
          assert.include(invalid, "Plain (row 1) is not valid:")
          for (const field of ["id", "name", "nmae"]) assert.include(invalid, `  ${field}: `)
          assert.include(yield* refused(change({ key: {}, values: { name: "no key" } })), "id: ")
          const half = change({ key: { id: 71 }, values: { id: 71, name: "half \ud800" } })
          assert.include(yield* refused(ok, half), "Plain (row 1) is not valid:\n  name: the text has half")
        }))

      it.effect("bring numbers of rows, after which the database goes on to count", () =>
        Effect.gen(function*() {
          const numbered = (id: number) =>
            new UnitOfWork.Change({
              model: "Numbered",
              operation: "insert",
              key: { id },
              values: { id, wide: `${id}` }
            })
          const numbers = yield* Repository.make(Numbered)
          yield* Session.replay([Numbered], [numbered(7), numbered(3)])
          assert.isAbove((yield* numbers.insert({ wide: "next" })).id, 7)
          yield* Session.replay([Numbered], [numbered(1)])
          const added = yield* Session.unitOfWork(
            Effect.flatMap(UnitOfWork.UnitOfWork, (work) => work.add(Numbered, { wide: "added" }))
          )
          assert.isAbove(added.id, 8)
        }))

      it.effect("bring numbers of several tables, of whatever type", () =>
        Effect.gen(function*() {
          const high = 500n
          const wide = new UnitOfWork.Change({
            model: "Wide",
            operation: "insert",
            key: { id: `${high}` },
            values: { id: `${high}`, name: "high" }
          })
          const numbered = new UnitOfWork.Change({
            model: "Numbered",
            operation: "insert",
            key: { id: 90 },
            values: { id: 90, wide: "ninety" }
          })
          yield* Session.replay([Numbered, Wide], [numbered, wide])
          const next = yield* Effect.flatMap(Repository.make(Wide), (all) => all.insert({ name: "next" }))
          assert.strictEqual(next.id, high + 1n)
          const numbers = yield* Repository.make(Numbered)
          assert.strictEqual((yield* numbers.insert({ wide: "next" })).id, 91)
        }))

      it.effect("are refused where their numbers are too far ahead to count up to, and store nothing", () =>
        Effect.gen(function*() {
          const id = "9007199254740993"
          const far = new UnitOfWork.Change({
            model: "Wide",
            operation: "insert",
            key: { id },
            values: { id, name: "far" }
          })
          const refused = yield* Effect.flip(Session.replay([Wide], [far]))
          assert.strictEqual(refused._tag, "Unsupported")
          assert.include(refused.message, `counting on from ${id}, the highest number of Wide`)
          assert.strictEqual(yield* Query.from(Wide).where((row) => row.name.eq("far")).count, 0)
        }))

      it.effect("can be done again within a unit of work, which knows nothing of the rows before", () =>
        Effect.gen(function*() {
          yield* emptied
          yield* Session.unitOfWork(Effect.gen(function*() {
            const work = yield* UnitOfWork.UnitOfWork
            const row = yield* work.add(Plain, { id: 1, name: "one" })
            yield* Session.replay([Plain], [change({ operation: "update", values: { name: "replayed" } })])
            assert.strictEqual(row.name, "one")
            assert.strictEqual((yield* work.get(Plain, 1)).name, "replayed")
          }))
        }))
    }
  )
