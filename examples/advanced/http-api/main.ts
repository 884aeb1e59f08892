/**
 * An HTTP API over repositories: it is started, asked over the network, and shut down. Read model.ts first, then api.ts, handlers.ts,
 * problems.ts, requests.ts and server.ts.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Layer, Schema } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest, type HttpMethod, HttpServer } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { Library } from "./api.ts"
import { server } from "./server.ts"

/** What is printed: without what comes of chance and of the clock, and without what mixins fill in. */
const shown = (text: string): string =>
  text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "(id)")
    .replaceAll(/,"(?:created|updated|deleted)(?:At|By)":(?:"[^"]*"|null)/g, "")
    .replaceAll(/(?<="next":")[^"]+|(?<=after=)[\w-]{20,}/g, "(cursor)")

/** Sends a request, and prints it with its answer. */
const ask = Effect.fn("ask")(function*(method: HttpMethod.HttpMethod, path: string, body?: object) {
  const client = yield* HttpClient.HttpClient
  const bare = HttpClientRequest.make(method)(path).pipe(HttpClientRequest.bearerToken("ada"))
  const request = body === undefined ? bare : HttpClientRequest.bodyJsonUnsafe(bare, body)
  const response = yield* client.execute(request)
  const text = yield* response.text
  yield* Console.log(shown(`${method} ${path}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`))
  yield* Console.log(shown(`  ${response.status} ${text}`.trimEnd()))
  return text
})

const Created = Schema.fromJsonString(Schema.Struct({
  author: Schema.Struct({ id: Schema.String }),
  books: Schema.NonEmptyArray(Schema.Struct({ id: Schema.String }))
}))
const Page = Schema.fromJsonString(Schema.Struct({ next: Schema.NullOr(Schema.String) }))

const mary = {
  name: "Mary Shelley",
  email: "mary@example.com",
  books: [
    { isbn: "9780141439471", title: "Frankenstein", copies: 3 },
    { isbn: "9780141198712", title: "The Last Man", copies: 1 },
    { isbn: "9780192840530", title: "Valperga", copies: 1 }
  ]
}

const lesson = Effect.gen(function*() {
  yield* Console.log("1. An author and her books: several writes, one transaction")
  const created = yield* ask("POST", "/authors", mary)
  const { author, books: [{ id }] } = yield* Schema.decodeEffect(Created)(created)

  yield* Console.log("\n2. Page by page")
  const first = yield* ask("GET", "/books?size=2")
  const { next } = yield* Schema.decodeEffect(Page)(first)
  yield* ask("GET", `/books?size=2&after=${next}`)
  yield* ask("GET", "/books?title=Val")
  yield* ask("GET", "/books?after=elsewhere")

  yield* Console.log("\n3. A change carries the version that was read")
  yield* ask("PATCH", `/books/${id}`, { version: 1, lent: 2 })
  yield* ask("PATCH", `/books/${id}`, { version: 1, lent: 3 })

  yield* Console.log("\n4. Every failure has a status")
  yield* ask("POST", "/books", { isbn: "9780141439471", title: "Again", authorId: author.id, copies: 1 })
  yield* ask("POST", "/books", { isbn: "978", title: "", authorId: author.id, copies: 1 })
  yield* ask("POST", "/books", { isbn: "9780143131847", title: "Mathilda", authorId: id, copies: 1 })
  yield* ask("PATCH", `/books/${id}`, { version: 2, lent: 4 })
  yield* ask("DELETE", `/authors/${author.id}`)
  yield* ask("GET", `/books/${author.id}`)

  yield* Console.log("\n5. Deleted, and back again")
  yield* ask("DELETE", `/books/${id}`)
  yield* ask("GET", `/books/${id}`)
  yield* ask("POST", `/books/${id}/restore`)

  // The same value that makes the server makes a client, where an answer is a typed success or a typed failure.
  yield* Console.log("\n6. A client made of the API")
  const library = yield* HttpApiClient.make(Library)
  const { books } = yield* library.books.list({ query: { title: "Fra", size: 10 } })
  for (const book of books) {
    yield* Console.log(`${book.title}: ${book.lent} lent, version ${book.version}`)
    yield* library.books.delete({ params: { id: book.id } }).pipe(
      Effect.catchTag("Unauthorized", ({ message, status }) => Console.log(`${status}: ${message}`))
    )
  }
})

/** A client of the server, by `fetch`. */
const client = HttpServer.layerTestClient.pipe(Layer.provide(FetchHttpClient.layer))

// The one line that names a database. `Postgres.layer({ … })` is the other way to write it.
const database = DuckDb.layer({ path: ":memory:" })

/** What this file shows, from start to end. With the Layers the server is closed, and then the database. */
export const main = lesson.pipe(Effect.provide(client), Effect.provide(server), Effect.provide(database))

if (import.meta.main) NodeRuntime.runMain(main)
