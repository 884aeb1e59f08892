/**
 * A unit of work adds, changes and removes rows as instances, and writes them together or not at all.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Generated, Mixin, Model, OrmError, Query, Repository, Session, UnitOfWork } from "andamios-orm"
import { Statements, TestDatabase } from "andamios-orm/testing"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

class CurrentUser extends Context.Service<CurrentUser, string>()("work/CurrentUser") {}

class Person extends Model.Class<Person>("Person")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  age: Schema.NullOr(Column.int32),
  language: Column.withDefault(Schema.String, "en"),
  note: Schema.OptionFromNullOr(Schema.String),
  ...Mixin.timestamps,
  ...Mixin.version
}, { table: "work_people" }) {
  get shout() {
    return this.name.toUpperCase()
  }
}

class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.primaryKey(Column.databaseDefault(Column.uuid, "uuid")),
  day: Column.databaseDefault(Column.date, "today"),
  at: Column.databaseDefault(Schema.Date, "now"),
  seen: Column.databaseDefault(Schema.OptionFromNullOr(Column.timestamp), "now"),
  title: Schema.String,
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "work_tickets" }) {}

class Line extends Model.Class<Line>("Line")({
  id: Column.serial(Schema.Int),
  cents: Column.unique(Column.int32),
  twice: Column.generated(Column.int32)
}, { table: "work_lines" }) {
  static readonly generated = () => Generated.of(Line, (line) => ({ twice: line.cents.multiply(2) }))
}

class Log extends Model.Class<Log>("Log")({ ...Mixin.history(Schema.String) }, { table: "work_logs" }) {}

class Paper extends Model.Class<Paper>("Paper")({
  id: Column.primaryKey(Schema.Int),
  content: Column.json(Schema.Struct({ a: Schema.Union([Schema.String, Schema.Number, Schema.Null]) })),
  tags: Schema.Array(Schema.NullOr(Schema.String)),
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Log }),
  ...Mixin.softDelete
}, { table: "work_papers" }) {}

class Account extends Model.Class<Account>("Account")({
  id: Column.primaryKey(Schema.Int),
  name: Column.unique(Schema.String),
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Log })
}, { table: "work_accounts" }) {}

const asUser = (name: string) => Effect.provideService(CurrentUser, name)

const person = (name: string) => ({ name, age: null, note: Option.none() })

const inWork = <A, E, R>(run: (work: UnitOfWork.UnitOfWork["Service"]) => Effect.Effect<A, E, R>) =>
  Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, run))

export const unitOfWork = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Person, Ticket, Line, Log, Account, Paper]), { timeout: "60 seconds" })(
    `${name}: unit of work`,
    (it) => {
      const sql = SqlClient.SqlClient

      it.effect("adds rows that are whole before they are stored, and stored as they are", () =>
        Effect.gen(function*() {
          const people = yield* sql
          yield* TestClock.adjust("30 hours")
          const now = yield* Clock.currentTimeMillis
          const ada = yield* inWork((work) =>
            Effect.gen(function*() {
              const added = yield* work.add(Person, person("Ada"))
              assert.instanceOf(added, Person)
              assert.strictEqual(added.shout, "ADA")
              assert.deepStrictEqual(
                yield* people`SELECT * FROM work_people`,
                [],
                "nothing is sent before it has to be"
              )
              assert.deepStrictEqual(fieldsOf(added), {
                id: added.id,
                name: "Ada",
                age: null,
                language: "en",
                note: Option.none(),
                createdAt: DateTime.makeUnsafe(now),
                updatedAt: DateTime.makeUnsafe(now),
                version: 1
              })
              assert.strictEqual(yield* work.get(Person, added.id), added)
              return added
            })
          )
          const [stored] = yield* Query.from(Person).all
          assert.deepStrictEqual(stored, ada)
          assert.deepStrictEqual(yield* people`SELECT name, version FROM work_people`, [
            { name: "Ada", version: 1 }
          ])
        }))

      it.effect("keeps the instants that a row brings along", () =>
        Effect.gen(function*() {
          const createdAt = DateTime.makeUnsafe("2001-02-03T04:05:06Z")
          const updatedAt = DateTime.makeUnsafe("2002-03-04T05:06:07Z")
          const old = yield* inWork((work) => work.add(Person, { ...person("Old"), createdAt, updatedAt }))
          assert.deepStrictEqual([old.createdAt, old.updatedAt], [createdAt, updatedAt])
          const all = yield* Repository.make(Person)
          assert.deepStrictEqual(yield* all.get(old.id), old)
        }))

      it.effect("gives many rows numbers in their order, which it draws in few statements", () =>
        Effect.gen(function*() {
          const [added, statements] = yield* Statements.sent(inWork((work) =>
            Effect.gen(function*() {
              const some = yield* work.addMany(Person, ["a", "b", "c"].map(person))
              const more = yield* Effect.forEach(
                Array.from({ length: 300 }, (_, index) => person(`p${index}`)),
                (one) => work.add(Person, one)
              )
              // the numbers that are left are lower than those that are drawn now
              const last = yield* work.addMany(Person, Array.from({ length: 100 }, (_, index) => person(`l${index}`)))
              return [...some, ...more, ...last]
            })
          ))
          const ids = added.map(({ id }) => id)
          assert.deepStrictEqual(ids, ids.toSorted((one, other) => one - other))
          assert.strictEqual(new Set(ids).size, 403)
          assert.isBelow(statements.length, 14)
          const stored = yield* Query.from(Person).where((one) => one.id.in(ids)).orderBy((one) => one.id.asc()).all
          assert.deepStrictEqual(stored, added)
        }))

      it.effect("makes what the database would make", () =>
        Effect.gen(function*() {
          yield* TestClock.adjust("30 hours")
          const now = yield* Clock.currentTimeMillis
          const given = { id: "0b9a1c2e-0000-4000-8000-00000000000a", title: "given" }
          const [left, made] = yield* inWork((work) => work.addMany(Ticket, [{ title: "left out" }, given]))
          assert.match(left?.id ?? "", /^[0-9a-f-]{36}$/)
          assert.deepStrictEqual(left?.at, new Date(now))
          assert.deepStrictEqual(left?.day, DateTime.makeUnsafe(now - now % 86_400_000))
          assert.deepStrictEqual(left?.seen, Option.some(DateTime.makeUnsafe(now)))
          assert.strictEqual(made?.id, given.id)
          const tickets = yield* Repository.make(Ticket)
          assert.deepStrictEqual(yield* tickets.get(left?.id ?? ""), left)
        }))

      it.effect("changes rows into new instances, and writes only what has changed, once", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const before = yield* Effect.flatMap(Repository.make(Person), (all) => all.insert(person("Blaise")))
          yield* TestClock.adjust("1 hour")
          const [after, statements] = yield* Statements.sent(inWork((work) =>
            Effect.gen(function*() {
              const read = yield* work.get(Person, before.id)
              const older = yield* work.change(Person, read, { age: 39 })
              const renamed = yield* work.change(Person, read, { name: "Pascal" })
              assert.strictEqual(read.age, null, "an instance stays as it is")
              assert.deepStrictEqual([older.age, older.name, renamed.age, renamed.name], [39, "Blaise", 39, "Pascal"])
              assert.strictEqual(renamed.version, 2)
              assert.deepStrictEqual((yield* work.pending).map(({ fields, operation }) => [operation, ...fields]), [
                ["update", "age", "name"]
              ])
              return renamed
            })
          ))
          const updates = statements.filter(({ kind }) => kind === "update")
          assert.lengthOf(updates, 1)
          assert.notInclude(updates[0]?.text, "language")
          assert.deepStrictEqual(yield* people`SELECT name, age, version FROM work_people WHERE id = ${before.id}`, [
            { name: "Pascal", age: 39, version: 2 }
          ])
          assert.deepStrictEqual(yield* Effect.flatMap(Repository.make(Person), (all) => all.get(before.id)), after)
        }))

      it.effect("takes a field that is set to what is stored for no change", () =>
        Effect.gen(function*() {
          const before = yield* Effect.flatMap(Repository.make(Person), (all) => all.insert(person("Same")))
          yield* inWork((work) =>
            Effect.gen(function*() {
              const read = yield* work.get(Person, before.id)
              assert.strictEqual(yield* work.change(Person, read, { name: "Same", note: Option.none() }), read)
              const changed = yield* work.change(Person, read, { name: "Other", age: 1 })
              assert.deepStrictEqual((yield* work.change(Person, changed, { name: "Same" })).age, 1)
              assert.deepStrictEqual((yield* work.pending).map(({ fields }) => fields), [["age"]])
              assert.strictEqual(yield* work.change(Person, changed, { age: null }), read)
              assert.strictEqual(yield* work.get(Person, before.id), read)
              assert.deepStrictEqual(yield* work.pending, [])
            })
          )
        }))

      it.effect("changes what is not stored yet, and never sends what was added and removed", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const added = yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.add(Person, person("Before"))
              const other = yield* work.add(Person, person("Gone"))
              yield* work.remove(Person, other)
              assert.deepStrictEqual(yield* work.find(Person, other.id), Option.none())
              return yield* work.change(Person, one, { name: "After" })
            })
          )
          assert.strictEqual(added.version, 1)
          assert.deepStrictEqual(
            yield* people`SELECT name FROM work_people WHERE name IN ('Before', 'After', 'Gone')`,
            [
              { name: "After" }
            ]
          )
        }))

      it.effect("removes rows, which are not found from then on", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const before = yield* Effect.flatMap(Repository.make(Person), (all) => all.insert(person("Removed")))
          yield* inWork((work) =>
            Effect.gen(function*() {
              yield* work.remove(Person, yield* work.change(Person, before, { age: 3 }))
              const missing = yield* Effect.flip(work.get(Person, before.id))
              assert.strictEqual(missing.message, `There is no Person with id = ${before.id}`)
              assert.strictEqual((yield* Effect.flip(work.remove(Person, before)))._tag, "NotFound")
              assert.strictEqual((yield* Effect.flip(work.change(Person, before, { age: 1 })))._tag, "NotFound")
              assert.deepStrictEqual(yield* work.pending, [
                { model: "Person", operation: "delete", key: { id: before.id }, fields: [] }
              ])
              assert.isFalse(yield* Query.from(Person).where((one) => one.id.eq(before.id)).exists)
            })
          )
          assert.deepStrictEqual(yield* people`SELECT 1 FROM work_people WHERE id = ${before.id}`, [])
        }))

      it.effect("marks the rows of models with soft delete, with what was changed of them before", () =>
        Effect.gen(function*() {
          const tickets = yield* sql
          yield* TestClock.adjust("1 hour")
          const { id } = yield* inWork((work) =>
            Effect.gen(function*() {
              const added = yield* work.add(Ticket, { title: "open" })
              yield* work.flush
              yield* work.remove(Ticket, yield* work.change(Ticket, added, { title: "closed" }))
              yield* work.flush
              assert.strictEqual((yield* Effect.flip(work.get(Ticket, added.id)))._tag, "NotFound")
              return added
            })
          )
          assert.deepStrictEqual(
            yield* tickets`SELECT title, version, "deletedAt" IS NOT NULL AS gone FROM work_tickets WHERE id = ${id}`,
            [{ title: "closed", version: 2, gone: true }]
          )
        }))

      it.effect("marks rows in the flush that removes rows of other models", () =>
        Effect.gen(function*() {
          const rows = yield* sql
          const { gone, kept } = yield* inWork((work) =>
            Effect.gen(function*() {
              const added = {
                gone: yield* work.add(Person, person("Gone too")),
                kept: yield* work.add(Ticket, { title: "kept" })
              }
              yield* work.flush
              yield* work.remove(Person, added.gone)
              yield* work.remove(Ticket, added.kept)
              return added
            })
          )
          assert.deepStrictEqual(yield* rows`SELECT 1 FROM work_people WHERE id = ${gone.id}`, [])
          assert.deepStrictEqual(
            yield* rows`SELECT "deletedAt" IS NOT NULL AS marked FROM work_tickets WHERE id = ${kept.id}`,
            [{ marked: true }]
          )
        }))

      it.effect("writes and reads at once where the database computes a part of a row", () =>
        Effect.gen(function*() {
          const lines = yield* sql
          const line = yield* inWork((work) =>
            Effect.gen(function*() {
              const added = yield* work.add(Line, { cents: 3 })
              assert.strictEqual(added.twice, 6)
              const changed = yield* work.change(Line, added, { cents: 5 })
              assert.strictEqual(changed.twice, 10)
              assert.strictEqual(yield* work.get(Line, added.id), changed)
              assert.lengthOf(yield* work.changes, 2)
              return changed
            })
          )
          assert.deepStrictEqual(yield* lines`SELECT cents, twice FROM work_lines WHERE id = ${line.id}`, [
            { cents: 5, twice: 10 }
          ])
        }))

      it.effect("tells why such a row can't be written", () =>
        Effect.gen(function*() {
          const lines = yield* sql
          const failed = yield* Effect.flip(
            inWork((work) => Effect.andThen(work.add(Line, { cents: 77 }), work.add(Line, { cents: 77 })))
          )
          assert.strictEqual(failed._tag, "UniqueViolation")
          assert.deepStrictEqual(yield* lines`SELECT 1 FROM work_lines WHERE cents = 77`, [])
        }))

      it.effect("tells values of documents and lists apart as they are stored", () =>
        Effect.gen(function*() {
          const papers = yield* sql
          const changed = yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.add(Paper, { id: 1, content: { a: 1 }, tags: [null] })
              yield* work.flush
              assert.strictEqual(yield* work.change(Paper, one, { content: { a: 1 }, tags: [null] }), one)
              const text = yield* work.change(Paper, one, { content: { a: "1" } })
              assert.deepStrictEqual(text.content, { a: "1" })
              yield* work.change(Paper, text, { tags: ["null"] })
              return (yield* work.pending).flatMap(({ fields }) => fields)
            })
          ).pipe(asUser("ada"))
          assert.deepStrictEqual(changed, ["content", "tags"])
          const [stored] = yield* Query.from(Paper).all
          assert.deepStrictEqual([stored?.content, stored?.tags], [{ a: "1" }, ["null"]])
          yield* inWork((work) => Effect.flatMap(work.get(Paper, 1), (row) => work.remove(Paper, row))).pipe(
            asUser("carl")
          )
          const logs = yield* papers`SELECT operation, "by" FROM work_logs WHERE model = 'Paper'`
          assert.sameDeepMembers([...logs], [
            { operation: "insert", by: "ada" },
            { operation: "update", by: "ada" },
            { operation: "delete", by: "carl" }
          ])
          if (stored === undefined) return assert.fail("it was stored")
          const late = inWork((work) => work.change(Paper, stored, { tags: [] })).pipe(asUser("dora"))
          assert.strictEqual((yield* Effect.flip(late))._tag, "NotFound", "it was deleted meanwhile")
        }))

      it.effect("leaves statements of another database alone, and is found through its units of work", () =>
        Effect.gen(function*() {
          const built = yield* Layer.build(Layer.fresh(TestDatabase.layerOn(database, [Person])))
          const other = Context.get(built, Session.Session)
          const all = Query.from(Person).where((row) => row.name.eq("here")).all
          yield* inWork((work) =>
            Effect.gen(function*() {
              yield* work.add(Person, person("here"))
              assert.deepStrictEqual(yield* Effect.provideService(all, Session.Session, other), [])
              assert.lengthOf(yield* work.pending, 1)
              yield* other.unitOfWork(Effect.gen(function*() {
                assert.notStrictEqual(yield* UnitOfWork.UnitOfWork, work)
                assert.lengthOf(yield* all, 1)
              }))
              assert.deepStrictEqual(yield* work.pending, [])
            })
          )
        }))

      it.effect("refuses what its model refuses, of many rows each at its place, and a key that is pending already", () =>
        Effect.gen(function*() {
          yield* inWork((work) =>
            Effect.gen(function*() {
              const invalid = yield* Effect.flip(work.add(Person, person("")))
              assert.include(invalid.message, "Person (row 0) is not valid:\n  name: ")
              const unstorable = yield* Effect.flip(work.addMany(Person, [person("fine"), person("half \ud800")]))
              assert.include(unstorable.message, "Person (row 1) is not valid:\n  name: the text has half")
              const ada = yield* work.add(Person, person("Valid"))
              const change = yield* Effect.flip(work.change(Person, ada, { name: "" }))
              assert.include(change.message, "name: ")
              const half = yield* Effect.flip(work.change(Person, ada, { name: "half \ud800" }))
              assert.include(half.message, "name: the text has half")
              // what plain JavaScript could give
              const other: object = { id: 7, version: 2, nmae: "typo" }
              const unknown = yield* Effect.flip(work.change(Person, ada, other))
              for (const field of ["id", "version", "nmae"]) {
                assert.include(unknown.message, `${field}: there is no such field to change`)
              }
              const id = "0b9a1c2e-0000-4000-8000-0000000000bb"
              yield* work.add(Ticket, { id, title: "one" })
              const twice = yield* Effect.flip(work.add(Ticket, { id, title: "two" }))
              assert.include(twice.message, `a row with this key is pending already: id = ${id}`)
              const both = yield* Effect.flip(
                work.addMany(Ticket, ["x", "y"].map((title) => ({ id: id.replace("bb", "cc"), title })))
              )
              assert.include(both.message, "Ticket (row 1) is not valid")
              assert.lengthOf(yield* work.pending, 2)
            })
          )
        }))

      it.effect("takes the key of a row that it has removed", () =>
        Effect.gen(function*() {
          const accounts = yield* sql
          yield* inWork((work) =>
            Effect.gen(function*() {
              yield* work.add(Account, { id: 5, name: "first" })
              yield* work.flush
              yield* work.remove(Account, yield* work.get(Account, 5))
              const half = yield* Effect.flip(
                work.addMany(Account, [{ id: 5, name: "second" }, { id: 6, name: "half \ud800" }])
              )
              assert.include(half.message, "Account (row 1) is not valid:\n  name: the text has half")
              yield* work.add(Account, { id: 5, name: "second" })
            })
          ).pipe(asUser("ada"))
          assert.deepStrictEqual(yield* accounts`SELECT name FROM work_accounts WHERE id = 5`, [{ name: "second" }])
        }))

      it.effect("fails with what was changed since it was read, or is gone, and stores nothing", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const all = yield* Repository.make(Person)
          const [one, two] = yield* all.insertMany(["stale", "gone"].map(person))
          if (one === undefined || two === undefined) return assert.fail("two were inserted")
          yield* all.patch({ id: one.id, age: 1, version: 1 })
          const stale = yield* Effect.flip(
            inWork((work) =>
              Effect.andThen(work.add(Person, person("not stored")), work.change(Person, one, { age: 2 }))
            )
          )
          assert.strictEqual(
            stale.message,
            `Person with id = ${one.id} was changed since version 1 was read, it is at version 2. ` +
              "Read it again, and make the change anew."
          )
          const staleToo = yield* Effect.flip(inWork((work) => work.remove(Person, one)))
          assert.strictEqual(staleToo._tag, "StaleRow")
          yield* all.delete(two.id)
          const gone = yield* Effect.flip(inWork((work) => work.change(Person, two, { age: 2 })))
          assert.strictEqual(gone.message, `There is no Person with id = ${two.id}`)
          assert.strictEqual((yield* Effect.flip(inWork((work) => work.remove(Person, two))))._tag, "NotFound")
          assert.deepStrictEqual(yield* people`SELECT name FROM work_people WHERE name = 'not stored'`, [])
        }))

      it.effect("reads a row again, or forgets it, and with it what was pending", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const row = yield* Effect.flatMap(Repository.make(Person), (all) => all.insert(person("Again")))
          yield* inWork((work) =>
            Effect.gen(function*() {
              const read = yield* work.get(Person, row.id)
              yield* work.change(Person, read, { age: 1 })
              yield* people`UPDATE work_people SET name = 'Elsewhere' WHERE id = ${row.id}`
              assert.strictEqual(
                yield* work.find(Person, row.id).pipe(Effect.map(Option.getOrThrow), Effect.map(({ name: is }) => is)),
                "Again"
              )
              const refreshed = yield* work.refresh(Person, read)
              assert.deepStrictEqual([refreshed.name, refreshed.age], ["Elsewhere", null])
              assert.strictEqual(yield* work.get(Person, row.id), refreshed)
              yield* work.change(Person, refreshed, { age: 2 })
              yield* work.detach(Person, refreshed)
              assert.deepStrictEqual(yield* work.pending, [])
              assert.notStrictEqual(yield* work.get(Person, row.id), refreshed)
              const added = yield* work.add(Person, person("never"))
              assert.strictEqual((yield* Effect.flip(work.refresh(Person, added)))._tag, "NotFound")
              assert.deepStrictEqual(yield* work.pending, [])
            })
          )
        }))

      it.effect("stores nothing where it fails, dies or is interrupted", () =>
        Effect.gen(function*() {
          const people = yield* sql
          for (const end of [Effect.fail("no"), Effect.die("broken"), Effect.interrupt]) {
            const exit = yield* Effect.exit(
              inWork((work) => work.add(Person, person("undone")).pipe(Effect.andThen(work.flush), Effect.andThen(end)))
            )
            assert.isTrue(Exit.isFailure(exit))
          }
          assert.deepStrictEqual(yield* people`SELECT 1 FROM work_people WHERE name = 'undone'`, [])
        }))

      it.effect("takes nothing that it would never write: when it has ended, or a flush was interrupted", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const work = yield* inWork(Effect.succeed)
          const late = yield* Effect.flip(work.add(Person, person("late")))
          assert.include(late.message, "its unit of work has ended")
          assert.strictEqual((yield* Effect.flip(work.flush))._tag, "TransactionAborted")
          const rows = Array.from({ length: 20_000 }, (_, index) => person(`cut ${index}`))
          const cut = yield* Effect.exit(inWork((one) =>
            Effect.gen(function*() {
              yield* one.addMany(Person, rows)
              const flushing = yield* Effect.forkChild(one.flush, { startImmediately: true })
              yield* Fiber.interrupt(flushing)
            })
          ))
          const [{ count } = { count: -1 }] =
            yield* people`SELECT count(*) AS count FROM work_people WHERE name LIKE 'cut %'`
          assert.strictEqual(Number(count), Exit.isSuccess(cut) ? 20_000 : 0)
        }))

      it.effect("begins each try with nothing", () =>
        Effect.gen(function*() {
          let tries = 0
          const counted = Session.unitOfWork(
            Effect.gen(function*() {
              const work = yield* UnitOfWork.UnitOfWork
              assert.deepStrictEqual(yield* work.pending, [])
              yield* work.add(Account, { id: 40, name: `try ${++tries}` })
              yield* work.flush
              if (tries < 3) return yield* new OrmError.Conflict({ reason: "somebody else was faster" })
              return yield* work.changes
            }),
            { retry: Schedule.recurs(5) }
          )
          assert.lengthOf(yield* counted.pipe(asUser("ada")), 1)
          const accounts = yield* sql
          assert.deepStrictEqual(yield* accounts`SELECT name FROM work_accounts WHERE id = 40`, [{ name: "try 3" }])
        }))

      it.effect("undoes what a nested transaction did, in what it knows, what is pending and what it tells of its changes", () =>
        Effect.gen(function*() {
          const people = yield* sql
          const row = yield* Effect.flatMap(Repository.make(Person), (all) => all.insert(person("Outer")))
          const changes = yield* inWork((work) =>
            Effect.gen(function*() {
              const drawn = yield* work.add(Person, person("drawn"))
              yield* work.remove(Person, drawn)
              const outer = yield* work.change(Person, row, { age: 1 })
              const failed = Session.transaction(Effect.gen(function*() {
                assert.deepStrictEqual(yield* work.pending, [], "it is written before")
                const inner = yield* work.change(Person, outer, { age: 2 })
                yield* work.add(Person, person("inner"))
                yield* work.flush
                yield* work.change(Person, inner, { age: 3 })
                yield* work.remove(Person, yield* work.add(Person, person("inner too")))
                return yield* Effect.fail("no")
              }))
              assert.strictEqual(yield* Effect.flip(failed), "no")
              assert.strictEqual(yield* work.get(Person, row.id), outer)
              assert.deepStrictEqual(yield* work.pending, [])
              yield* Session.transaction(work.change(Person, outer, { age: 4 }))
              yield* Session.unitOfWork(Effect.gen(function*() {
                const joined = yield* UnitOfWork.UnitOfWork
                assert.strictEqual(joined, work)
                yield* joined.change(Person, yield* joined.get(Person, row.id), { name: "Joined" })
              }))
              return yield* work.changes
            })
          )
          assert.deepStrictEqual(changes.map(({ values }) => [values["age"], values["name"]]), [
            [1, undefined],
            [4, undefined],
            [undefined, "Joined"]
          ])
          assert.deepStrictEqual(
            yield* people`SELECT name, age FROM work_people WHERE id = ${row.id} OR name LIKE 'inner%'`,
            [
              { name: "Joined", age: 4 }
            ]
          )
        }))

      it.effect("writes down what becomes of rows, in the name of whoever changed them", () =>
        Effect.gen(function*() {
          const logs = yield* sql
          yield* inWork((work) =>
            Effect.gen(function*() {
              const [one, two] = yield* Effect.all([
                work.add(Account, { id: 50, name: "fifty" }).pipe(asUser("ada")),
                work.add(Account, { id: 51, name: "fifty-one" }).pipe(asUser("blaise"))
              ])
              yield* work.flush
              yield* work.change(Account, one, { name: "renamed" }).pipe(asUser("carl"))
              yield* work.flush
              yield* work.remove(Account, two).pipe(asUser("dora"))
            })
          )
          const found = yield* logs`SELECT key, operation, "by" FROM work_logs WHERE key IN ('50', '51')`
          assert.sameDeepMembers([...found], [
            { key: "50", operation: "insert", by: "ada" },
            { key: "51", operation: "insert", by: "blaise" },
            { key: "50", operation: "update", by: "carl" },
            { key: "51", operation: "delete", by: "dora" }
          ])
        }))

      it.effect("writes 10,000 rows in one statement each time", () =>
        Effect.gen(function*() {
          const rows = Array.from({ length: 10_000 }, (_, index) => person(`row ${index}`))
          const isOnce = (statements: ReadonlyArray<Statements.Statement>, kind: Statements.Kind) =>
            assert.lengthOf(statements.filter((one) => one.kind === kind), 1)
          const [added, inserting] = yield* Statements.sent(inWork((work) => work.addMany(Person, rows)))
          isOnce(inserting, "insert")
          const [, changing] = yield* Statements.sent(
            inWork((work) => Effect.forEach(added, (row) => work.change(Person, row, { age: 1 }), { discard: true }))
          )
          isOnce(changing, "update")
          const [, removing] = yield* Statements.sent(inWork((work) =>
            Effect.flatMap(
              Query.from(Person).where((row) => row.name.startsWith("row ")).all,
              Effect.forEach((row) => work.remove(Person, row), { discard: true })
            )
          ))
          isOnce(removing, "delete")
        }))
    }
  )
