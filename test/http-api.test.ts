/**
 * The example of an HTTP API answers real requests, over either database, and each failure with its status.
 */
import { assert, layer } from "@effect/vitest"
import { Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { FetchHttpClient, HttpClient, HttpClientRequest, type HttpMethod, HttpServer } from "effect/http"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql"
import { server } from "../examples/advanced/http-api/server.ts"
import { busy, eventually, nobody, stats, until } from "./contract/busy.ts"
import { type Database, duckDbInMemory, postgres, sharded } from "./databases.ts"

/** What the server has logged; nothing of it is printed. */
const logged: Array<string> = []
const log = Logger.layer([
  Logger.map(Logger.formatSimple, (line) => {
    logged.push(line)
  })
])

const client = HttpServer.layerTestClient.pipe(Layer.provide(FetchHttpClient.layer))

/** The server over a database, and a client of it. */
const served = (database: Database) =>
  client.pipe(Layer.provideMerge(server), Layer.provide(log), Layer.provideMerge(database))

interface Options {
  readonly body?: object
  /** Who asks; `ada` by default, and nobody with `""`. */
  readonly token?: string
}

const send = Effect.fnUntraced(function*(
  method: HttpMethod.HttpMethod,
  path: string,
  { body, token = "ada" }: Options = {}
) {
  const http = yield* HttpClient.HttpClient
  const bare = HttpClientRequest.make(method)(path)
  const signed = token === "" ? bare : HttpClientRequest.bearerToken(bare, token)
  const response = yield* http.execute(body === undefined ? signed : HttpClientRequest.bodyJsonUnsafe(signed, body))
  const text = yield* response.text
  return { status: response.status, type: response.headers["content-type"], text }
})

const Answer = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

/** Sends a request, and gives the status with the fields of the answer. */
const ask = Effect.fnUntraced(function*(method: HttpMethod.HttpMethod, path: string, body?: object) {
  const { status, text } = yield* send(method, path, body === undefined ? {} : { body })
  const answer: Readonly<Record<string, unknown>> = {
    status,
    ...text === "" ? {} : yield* Schema.decodeEffect(Answer)(text)
  }
  return answer
})

const Row = Schema.Struct({ id: Schema.String })
const CreatedAuthor = Schema.fromJsonString(Schema.Struct({ author: Row, books: Schema.Array(Row) }))
const Page = Schema.fromJsonString(Schema.Struct({
  books: Schema.Array(Schema.Struct({ id: Schema.String, title: Schema.String })),
  next: Schema.NullOr(Schema.String)
}))

const isbn = (number: number) => String(9_780_000_000_000 + number)

const book = (number: number, title = `Book ${number}`) => ({ isbn: isbn(number), title, copies: 2 })

/** An author with books of these numbers, and the ids of all. */
const create = Effect.fnUntraced(function*(...numbers: ReadonlyArray<number>) {
  const body = { name: "Ada", email: "ada@example.com", books: numbers.map((number) => book(number)) }
  const { status, text } = yield* send("POST", "/authors", { body })
  assert.strictEqual(status, 201)
  const { author, books } = yield* Schema.decodeEffect(CreatedAuthor)(text)
  return { author: author.id, books: books.map(({ id }) => id) }
})

const count = (answers: ReadonlyArray<Readonly<Record<string, unknown>>>, wanted: number) =>
  answers.filter(({ status }) => status === wanted).length

const missing = "00000000-0000-7000-8000-000000000000"

const promises = (name: string, database: Database) =>
  layer(served(database), { timeout: "60 seconds", excludeTestServices: true })(`${name}: an HTTP API`, (it) => {
    it.effect("creates an author and her books, all or none, and tells nobody her address", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const body = { name: "Ada", email: "secret@example.com", books: [book(1), { ...book(2), lent: 1 }] }
        const { status, text } = yield* send("POST", "/authors", { body, token: "bob" })
        assert.strictEqual(status, 201)
        assert.notInclude(text, "secret@example.com")
        const { author, books } = yield* Schema.decodeEffect(CreatedAuthor)(text)
        assert.deepStrictEqual(
          yield* sql`SELECT "name", email, "createdBy" FROM authors WHERE id = ${author.id}`,
          [{ name: "Ada", email: "secret@example.com", createdBy: "bob" }]
        )
        assert.deepStrictEqual(
          yield* sql`SELECT isbn, lent FROM books WHERE "authorId" = ${author.id} ORDER BY isbn`,
          [{ isbn: isbn(1), lent: 0 }, { isbn: isbn(2), lent: 1 }]
        )
        for (const path of [`/authors/${author.id}`, `/books/${books[0]?.id}`, "/books"]) {
          const read = yield* send("GET", path, { token: "" })
          assert.strictEqual(read.status, 200)
          assert.notInclude(read.text, "secret@example.com")
        }

        const again = { ...body, name: "Eve", books: [book(3), book(1)] }
        assert.deepInclude(yield* ask("POST", "/authors", again), { status: 409, failure: "UniqueViolation" })
        assert.lengthOf(yield* sql`SELECT id FROM authors WHERE name = 'Eve'`, 0)
        assert.lengthOf(yield* sql`SELECT id FROM books WHERE isbn = ${isbn(3)}`, 0)
      }))

    it.effect("lists books page by page, and by author and title", () =>
      Effect.gen(function*() {
        const { author } = yield* create(13, 11, 12, 14, 15)
        yield* create(16)
        const pages: Array<ReadonlyArray<string>> = []
        let after = ""
        for (let next: string | null = ""; next !== null; after = `&after=${next}`) {
          const { status, text } = yield* send("GET", `/books?author=${author}&size=2${after}`)
          assert.strictEqual(status, 200)
          const page = yield* Schema.decodeEffect(Page)(text)
          pages.push(page.books.map(({ title }) => title))
          next = page.next
        }
        assert.deepStrictEqual(pages, [["Book 11", "Book 12"], ["Book 13", "Book 14"], ["Book 15"]])

        const { text } = yield* send("GET", "/books?title=Book%2016")
        assert.lengthOf((yield* Schema.decodeEffect(Page)(text)).books, 1)

        assert.deepInclude(yield* ask("GET", "/books?after=elsewhere"), { status: 400, title: "Bad Request" })
        const refused = yield* ask("GET", "/books?size=0")
        assert.deepInclude(refused, { status: 400 })
        assert.deepNestedPropertyVal(refused, "errors[0].path", ["size"])
      }))

    it.effect("answers what is missing, taken, wrong, refers to nothing or is referred to, each with its status", () =>
      Effect.gen(function*() {
        const { author, books: [id] } = yield* create(21)

        for (const path of [`/books/${missing}`, `/authors/${missing}`]) {
          assert.deepInclude(yield* ask("GET", path), { status: 404, title: "Not Found" })
        }
        for (const path of ["/books/1", "/books?author=1", "/books?size=many"]) {
          assert.deepInclude(yield* ask("GET", path), { status: 400, title: "Bad Request" })
        }
        const change = { version: 1, title: "Other" }
        assert.deepInclude(yield* ask("PATCH", `/books/${missing}`, change), { status: 404 })
        assert.deepInclude(yield* ask("DELETE", `/books/${missing}`), { status: 404 })
        assert.deepInclude(yield* ask("POST", `/books/${id}/restore`), { status: 404 })

        const taken = { ...book(21, "Again"), authorId: author }
        assert.deepInclude(yield* ask("POST", "/books", taken), {
          status: 409,
          failure: "UniqueViolation",
          key: ["isbn"],
          detail: "isbn is taken"
        })

        // refused by the schema of the body, and, half a surrogate pair, by the repository: one answer for both
        assert.deepInclude(yield* ask("POST", "/books", { isbn: "978", title: "", copies: 1.5, authorId: author }), {
          status: 422,
          failure: "Invalid",
          issues: [
            { path: ["isbn"], message: "not an ISBN of 13 digits" },
            { path: ["title"], message: "Expected a value with a length of at least 1" },
            { path: ["copies"], message: "Expected an integer" }
          ]
        })
        const half = yield* ask("POST", "/books", { ...book(22, "\uD800"), authorId: author })
        assert.deepInclude(half, { status: 422, failure: "Invalid" })
        assert.deepNestedPropertyVal(half, "issues[0].path", ["title"])
        assert.deepInclude(yield* ask("PATCH", `/books/${id}`, { title: "Other" }), {
          status: 422,
          failure: "Invalid",
          issues: [{ path: ["version"], message: "Missing key" }]
        })

        assert.deepInclude(yield* ask("POST", "/books", { ...book(23), authorId: missing }), {
          status: 422,
          failure: "ForeignKeyViolation",
          issues: [{ path: ["authorId"], message: "refers to nothing" }]
        })
        assert.deepInclude(yield* ask("PATCH", `/books/${id}`, { version: 1, lent: 3 }), {
          status: 422,
          failure: "CheckViolation",
          issues: [{ path: [], message: "breaks lentAtMostCopies" }]
        })
        assert.deepInclude(yield* ask("DELETE", `/authors/${author}`), { status: 409, failure: "StillReferenced" })

        const { status, type } = yield* send("POST", "/books", { body: taken })
        assert.deepStrictEqual({ status, type }, { status: 409, type: "application/problem+json" })
      }))

    it.effect("changes what it is told at the version that was read, and nothing else", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { books: [id] } = yield* create(31)
        const body = { version: 1, title: "Renamed" }
        const changed = yield* send("PATCH", `/books/${id}`, { body, token: "bob" })
        assert.strictEqual(changed.status, 200)
        assert.deepStrictEqual(
          yield* sql`SELECT title, copies, version, "createdBy", "updatedBy" FROM books WHERE isbn = ${isbn(31)}`,
          [{ title: "Renamed", copies: 2, version: 2, createdBy: "ada", updatedBy: "bob" }]
        )
        assert.deepInclude(yield* ask("PATCH", `/books/${id}`, { version: 1, title: "Late" }), {
          status: 409,
          failure: "StaleRow",
          stored: 2
        })
      }))

    it.effect("deletes and restores", () =>
      Effect.gen(function*() {
        const { author, books: [id] } = yield* create(41)
        const { status, text } = yield* send("DELETE", `/books/${id}`)
        assert.deepStrictEqual({ status, text }, { status: 204, text: "" })
        assert.deepInclude(yield* ask("GET", `/books/${id}`), { status: 404 })
        const instead = yield* ask("POST", "/books", { ...book(41), authorId: author })
        assert.deepInclude(instead, { status: 201, version: 1 })
        assert.deepInclude(yield* ask("POST", `/books/${id}/restore`), { status: 409, failure: "UniqueViolation" })
        assert.deepInclude(yield* ask("DELETE", `/books/${String(instead["id"])}`), { status: 204 })
        assert.deepInclude(yield* ask("POST", `/books/${id}/restore`), { status: 200, id, version: 3 })
        const alone = yield* create()
        assert.deepInclude(yield* ask("DELETE", `/authors/${alone.author}`), { status: 204 })
      }))

    it.effect("lets only librarians write", () =>
      Effect.gen(function*() {
        const { books: [id] } = yield* create(51)
        for (const token of ["", "eve"]) {
          assert.strictEqual((yield* send("DELETE", `/books/${id}`, { token })).status, 401)
          assert.strictEqual((yield* send("POST", "/books", { token, body: book(52) })).status, 401)
        }
        assert.strictEqual((yield* send("GET", `/books/${id}`, { token: "" })).status, 200)
      }))

    it.effect("stores one of fifty creates of the same key at the same time", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { author } = yield* create()
        const creates = Array.from(
          { length: 50 },
          (_, index) => ask("POST", "/books", { ...book(61, `Take ${index}`), authorId: author })
        )
        const answers = yield* Effect.all(creates, { concurrency: "unbounded" })
        assert.strictEqual(count(answers, 201), 1)
        answers.filter(({ status }) => status !== 201).forEach((answer) =>
          assert.deepInclude(answer, { status: 409, failure: "UniqueViolation", key: ["isbn"] })
        )
        assert.lengthOf(yield* sql`SELECT id FROM books WHERE isbn = ${isbn(61)}`, 1)
      }))

    it.effect("carries out one of twenty changes of the same version at the same time", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { books: [id] } = yield* create(71)
        const changes = Array.from(
          { length: 20 },
          (_, index) => ask("PATCH", `/books/${id}`, { version: 1, title: `Title ${index}` })
        )
        const answers = yield* Effect.all(changes, { concurrency: "unbounded" })
        assert.strictEqual(count(answers, 200), 1)
        answers.filter(({ status }) => status !== 200).forEach((answer) =>
          assert.deepInclude(answer, { status: 409, failure: "StaleRow", stored: 2 })
        )
        const changed = answers.find(({ status }) => status === 200)
        assert.deepStrictEqual(
          yield* sql`SELECT title, version FROM books WHERE isbn = ${isbn(71)}`,
          [{ title: String(changed?.["title"]), version: 2 }]
        )
      }))

    it.effect("gives back the connections of requests that are given up", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const sql = yield* SqlClient.SqlClient
        const { author, books: [id] } = yield* create(81)
        const holding = sql.withTransaction(
          Effect.andThen(sql`UPDATE books SET copies = 9 WHERE isbn = ${isbn(81)}`, Deferred.await(gate))
        )
        const held = yield* Effect.forkChild(holding)
        yield* until(1, 0)
        const creates = Array.from(
          { length: 10 },
          (_, index) => ask("POST", "/books", { ...book(82 + index), authorId: author })
        )
        const writes = [...creates, ask("PATCH", `/books/${id}`, { version: 1, copies: 3 })]
        const asking = yield* Effect.forkChild(Effect.all(writes, { concurrency: "unbounded" }))
        yield* eventually(busy, ({ acquired }) => acquired > 1)
        yield* Fiber.interrupt(asking)
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(held)
        yield* until(0, 0)
      }))

    it.effect("answers 500 to what nobody expects, with the reason in the log alone", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`DROP TABLE books`
        logged.length = 0
        const { status, text } = yield* send("GET", "/books")
        assert.deepStrictEqual(
          { status, text },
          { status: 500, text: "{\"type\":\"about:blank\",\"status\":500,\"title\":\"Internal Server Error\"}" }
        )
        assert.include(logged.join("\n"), "SELECT")
      }))

    it.effect("holds no connection in the end", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* busy, nobody)
      }))
  })

promises("DuckDB", duckDbInMemory)
promises("PostgreSQL", postgres)
promises("sharded PostgreSQL", sharded)

const impatient = DuckDb.layer({ path: ":memory:", pool: { size: 1, acquireTimeout: "50 millis" } })

layer(served(impatient), { excludeTestServices: true })("an HTTP API", (it) => {
  it.effect("answers 503 while the database is busy", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const held = yield* Effect.forkChild(Session.transaction(Deferred.await(gate)))
      yield* until(1, 0)
      assert.deepInclude(yield* ask("GET", "/books"), { status: 503, title: "Service Unavailable" })
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(held)
      assert.deepInclude(yield* ask("GET", "/books"), { status: 200, books: [] })
    }))

  it.effect("that is closed answers what it was asked before, and takes nothing more", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const another = Layer.fresh(served(duckDbInMemory))
      const services = yield* Layer.buildWithScope(another, scope)
      yield* Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const { size } = yield* stats
        const work = Array.from({ length: size }, () => Session.transaction(Deferred.await(gate)))
        const held = yield* Effect.forkChild(Effect.all(work, { concurrency: "unbounded" }))
        yield* until(size, 0)
        const asked = yield* Effect.forkChild(create(1))
        yield* until(size, 1)

        const closed = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
        yield* eventually(Effect.exit(send("GET", "/openapi.json")), Exit.isFailure)
        yield* Deferred.succeed(gate, undefined)
        assert.lengthOf((yield* Fiber.join(asked)).books, 1)
        yield* Fiber.join(held)
        yield* Fiber.join(closed)
      }).pipe(Effect.provideContext(services))
    }))
})
