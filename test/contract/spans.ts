/**
 * Each statement has one span, which says by OpenTelemetry's names what it does, with spans of its phases inside.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import type * as Tracer from "effect/Tracer"
import { stats, until } from "./busy.ts"
import type { Database, Facts } from "./Subject.ts"
import { withSpans } from "./withSpans.ts"

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Column.int32),
  title: Schema.String,
  pages: Column.int32
}, { table: "span_books" }) {}

const book = (id: number) => ({ id, title: `Book ${id}`, pages: id * 10 })

const books = (first: number, count: number) => Array.from({ length: count }, (_, index) => book(first + index))

const parentOf = (span: Tracer.Span) =>
  span.parent._tag === "Some" && span.parent.value._tag === "Span" ? span.parent.value : undefined

/** The spans of statements, in the order in which they began. */
const clients = (spans: ReadonlyArray<Tracer.Span>) => spans.filter(({ kind }) => kind === "client")

const named = (spans: ReadonlyArray<Tracer.Span>, name: string) => spans.filter((span) => span.name === name)

/** The phases of a statement. That of preparing is left out: it is there the first time, and where a driver shows it. */
const phasesOf = (spans: ReadonlyArray<Tracer.Span>, span: Tracer.Span | undefined) =>
  spans.filter((one) => one.name !== "prepare" && parentOf(one) === span).map(({ name }) => name)

/** The only statement among spans. */
const only = (spans: ReadonlyArray<Tracer.Span>) => {
  const [span, ...more] = clients(spans)
  assert.isEmpty(more)
  if (span === undefined) return assert.fail("no statement has a span")
  return span
}

export const spans = (name: string, database: Database, { dialect }: Facts) => {
  const isPostgres = dialect === "postgres"
  const system = isPostgres ? "postgresql" : "duckdb"

  return layer(TestDatabase.layerOn(database, [Book]), { timeout: "60 seconds" })(`${name}: spans`, (it) => {
    it.effect("of a read say the database, the operation, the table, the text and the number of rows", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        yield* repository.insert(book(1))
        const [, found] = yield* withSpans(repository.findById(1))
        const span = only(found)
        assert.strictEqual(span.name, "SELECT span_books")
        assert.strictEqual(parentOf(span)?.name, "Repository.findById")
        const { "db.namespace": namespace, "db.query.text": text, ...attributes } = Object.fromEntries(span.attributes)
        assert.match(String(text), /^SELECT .* FROM "span_books" .*\$1/)
        assert.isString(namespace)
        assert.deepStrictEqual(
          Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith("server."))),
          {
            "db.system.name": system,
            "db.operation.name": "SELECT",
            "db.collection.name": "span_books",
            "db.response.returned_rows": 1
          }
        )
        assert.strictEqual("server.address" in attributes, isPostgres)
        assert.strictEqual(typeof attributes["server.port"], isPostgres ? "number" : "undefined")
      }))

    it.effect("have the phases of a statement inside, all of them ended", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        yield* repository.insert(book(2))
        const [, found] = yield* withSpans(repository.get(2))
        assert.deepStrictEqual(phasesOf(found, only(found)), ["acquire", "execute", "decode"])
        assert.isTrue(found.every(({ status }) => status._tag === "Ended"))
        const [, inside] = yield* withSpans(Session.transaction(repository.get(2)))
        const [read] = named(inside, "SELECT span_books")
        // the transaction has its connection already
        assert.deepStrictEqual(phasesOf(inside, read), ["execute", "decode"])
        assert.isTrue(inside.every(({ status }) => status._tag === "Ended"))
      }))

    it.effect("of preparing are there once, where the driver tells", () =>
      Effect.gen(function*() {
        const query = Query.from(Book).where((one) => one.pages.gt(12_345)).all
        const twice = Session.transaction(Effect.andThen(query, query))
        const [, found] = yield* withSpans(twice)
        assert.lengthOf(
          named(found, "prepare").filter((span) => parentOf(span)?.name === "SELECT span_books"),
          isPostgres ? 0 : 1
        )
      }))

    it.effect("of writes say what each does, and how many rows it is given", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        const told = Effect.fnUntraced(function*<E>(write: Effect.Effect<unknown, E, Session.Session>) {
          const [, found] = yield* withSpans(write)
          const [first, ...more] = clients(found).filter(({ attributes }) =>
            attributes.has("db.query.text") && attributes.get("db.operation.name") !== "SELECT" &&
            attributes.get("db.operation.name") !== "BATCH SELECT"
          )
          assert.isEmpty(more)
          assert.strictEqual(first?.attributes.get("db.collection.name"), "span_books")
          return [first?.name, first?.attributes.get("db.operation.batch.size")]
        })
        const merge = isPostgres ? "INSERT" : "MERGE"
        assert.deepStrictEqual(yield* told(repository.insert(book(10))), ["INSERT span_books", undefined])
        assert.deepStrictEqual(yield* told(repository.insertMany(books(11, 9))), ["BATCH INSERT span_books", 9])
        assert.deepStrictEqual(yield* told(repository.insertMany(books(30, 20))), ["BATCH INSERT span_books", 20])
        assert.deepStrictEqual(yield* told(repository.upsert(book(10))), [`${merge} span_books`, undefined])
        assert.deepStrictEqual(yield* told(repository.upsertMany(books(10, 3))), [`BATCH ${merge} span_books`, 3])
        assert.deepStrictEqual(yield* told(repository.patch({ id: 10, pages: 5 })), ["UPDATE span_books", undefined])
        assert.deepStrictEqual(
          yield* told(repository.patchMany([{ id: 10, pages: 5 }, { id: 11, pages: 6 }])),
          ["BATCH UPDATE span_books", 2]
        )
        assert.deepStrictEqual(yield* told(repository.delete(10)), ["DELETE span_books", undefined])
        assert.deepStrictEqual(yield* told(repository.deleteMany([11, 12])), ["BATCH DELETE span_books", 2])
        assert.deepStrictEqual(
          yield* told(Query.update(Book).set(() => ({ pages: 7 })).where((one) => one.id.eq(30))),
          ["UPDATE span_books", undefined]
        )
        assert.deepStrictEqual(
          yield* told(Query.delete(Book).where((one) => one.id.eq(30))),
          ["DELETE span_books", undefined]
        )
      }))

    it.effect("of reads count the rows, also of whole columns and of streams", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        yield* repository.insertMany(books(100, 30))
        const query = Query.from(Book).where((one) => one.id.gte(100))
        const rows = (found: ReadonlyArray<Tracer.Span>) => only(found).attributes.get("db.response.returned_rows")
        assert.strictEqual(rows((yield* withSpans(query.all))[1]), 30)
        assert.strictEqual(rows((yield* withSpans(query.columns))[1]), 30)
        assert.strictEqual(rows((yield* withSpans(query.select(({ id }) => ({ id })).all))[1]), 30)
        const [, streamed] = yield* withSpans(Stream.runCollect(query.stream).pipe(Effect.withSpan("report")))
        const span = only(streamed)
        assert.strictEqual(span.name, "SELECT span_books")
        assert.strictEqual(rows(streamed), 30)
        assert.strictEqual(parentOf(span)?.name, "report")
        assert.include(phasesOf(streamed, span), "acquire")
        assert.isTrue(streamed.every(({ status }) => status._tag === "Ended"))
      }))

    it.effect("of failures say the kind of failure", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        yield* repository.insert(book(200))
        const [error, found] = yield* withSpans(Effect.flip(repository.insert(book(200))))
        assert.strictEqual(error._tag, "UniqueViolation")
        const span = only(found)
        assert.strictEqual(span.attributes.get("error.type"), "UniqueViolation")
        assert.isTrue(span.status._tag === "Ended" && span.status.exit._tag === "Failure")
        assert.isFalse(span.attributes.has("db.response.returned_rows"))
      }))

    it.effect("of an interrupted statement say so", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        yield* repository.insertMany(books(1_000, 3_000))
        const endless = Query.from(Book, "a").crossJoin(Book, "b").crossJoin(Book, "c")
          .where(({ a, b, c }) => a.pages.add(b.pages).add(c.pages).eq(-1)).count
        const [, found] = yield* withSpans(Effect.gen(function*() {
          const running = yield* Effect.forkChild(endless)
          yield* until(1, 0)
          yield* Fiber.interrupt(running)
        }))
        const span = only(found)
        assert.strictEqual(span.attributes.get("error.type"), "interrupted")
        assert.isTrue(found.every(({ status }) => status._tag === "Ended"))
      }))

    it.effect("of a transaction hold its beginning, its statements and its end", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        const [, committed] = yield* withSpans(
          Session.transaction(repository.insert(book(300))).pipe(Effect.withSpan("buying"))
        )
        const [transaction] = named(committed, "Session.transaction")
        assert.strictEqual(transaction && parentOf(transaction)?.name, "buying")
        const inside = clients(committed).map((span) => span.attributes.get("db.operation.name"))
        assert.deepStrictEqual(inside, ["BEGIN", "INSERT", "COMMIT"])
        const operations = named(committed, "sql.transaction").concat(clients(committed), named(committed, "acquire"))
        assert.deepStrictEqual(
          operations.filter((span) => parentOf(span) === transaction).map((span) =>
            span.attributes.get("db.operation.name") ?? span.name
          ),
          ["sql.transaction", "BEGIN", "COMMIT", "acquire"]
        )
        const [insert] = named(committed, "INSERT span_books")
        const above = insert && parentOf(insert)
        assert.strictEqual(above?.name, "Repository.insert")

        const [, undone] = yield* withSpans(
          Effect.flip(Session.transaction(Effect.andThen(repository.insert(book(301)), Effect.fail("no"))))
        )
        assert.deepStrictEqual(
          clients(undone).map((span) => span.attributes.get("db.operation.name")),
          ["BEGIN", "INSERT", "ROLLBACK"]
        )
      }))

    it.effect("of a nested transaction tell what it does to the outer one", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        const nested = (id: number, end: Effect.Effect<void, string>) =>
          Effect.ignore(Session.transaction(Effect.andThen(repository.insert(book(id)), end)))
        const [, found] = yield* withSpans(
          Session.transaction(Effect.andThen(nested(310, Effect.void), nested(311, Effect.fail("no"))))
        )
        const operations = clients(found).map((span) => span.attributes.get("db.operation.name"))
        assert.deepStrictEqual(
          operations,
          isPostgres
            ? [
              "BEGIN",
              "SAVEPOINT",
              "INSERT",
              "RELEASE SAVEPOINT",
              "SAVEPOINT",
              "INSERT",
              "ROLLBACK TO SAVEPOINT",
              "RELEASE SAVEPOINT",
              "COMMIT"
            ]
            : ["BEGIN", "INSERT", "INSERT", "ROLLBACK TO SAVEPOINT", "COMMIT"]
        )
        assert.isTrue(found.every(({ status }) => status._tag === "Ended"))
      }))

    it.effect("of a wait for a connection that is in vain are ended, too", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        const { size } = yield* stats
        const gate = yield* Deferred.make<void>()
        const holders = Array.from({ length: size }, () => Session.transaction(Deferred.await(gate)))
        const held = yield* Effect.forkChild(Effect.all(holders, { concurrency: "unbounded", discard: true }))
        yield* until(size, 0)
        const [, found] = yield* withSpans(Effect.gen(function*() {
          const waiting = yield* Effect.forkChild(repository.findById(1))
          yield* until(size, 1)
          yield* Fiber.interrupt(waiting)
        }))
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(held)
        const [acquire] = named(found, "acquire")
        assert.isTrue(acquire?.status._tag === "Ended" && acquire.status.exit._tag === "Failure")
        assert.deepStrictEqual(phasesOf(found, only(found)), ["acquire"])
      }))

    it.effect("of plain SQL are those of Effect's client, and one for each statement", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const [, found] = yield* withSpans(sql`SELECT count(*) AS n FROM span_books WHERE id > ${5}`)
        const span = only(found)
        assert.strictEqual(span.attributes.get("db.system.name"), system)
        assert.match(String(span.attributes.get("db.query.text")), /WHERE id > \$1/)
        const [, inside] = yield* withSpans(sql.withTransaction(sql`SELECT 1 AS one`))
        assert.deepStrictEqual(clients(inside).map((one) => one.attributes.get("db.query.text")), [
          undefined,
          "SELECT 1 AS one",
          undefined
        ])
      }))

    it.effect("are not made where tracing is off, and none of phases where nobody records the statement", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Book)
        yield* repository.insert(book(400))
        const [, none] = yield* withSpans(Effect.withTracerEnabled(repository.get(400), false))
        assert.isEmpty(none)
        const [, unsampled] = yield* withSpans(Effect.withSpan(repository.get(400), "quiet", { sampled: false }))
        assert.isFalse(only(unsampled).sampled)
        assert.isEmpty(phasesOf(unsampled, only(unsampled)))
      }))
  })
}
