/**
 * A program that shares its writes and keeps answers in memory: `program.ts PLACE`. For each line of its input it writes, or says what it
 * reads from its cache, what it reads without one, and what its live query has told last.
 */
import { Query, QueryCache, Repository, Sql } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { writeSync } from "node:fs"
import process from "node:process"
import { createInterface } from "node:readline"
import { Author, Book, Output } from "../../contract/library.ts"
import type { Order } from "./programs.ts"
import { write, writeOn } from "./steps.ts"

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
const place = JSON.parse(process.argv[2] ?? "") as Postgres.Options

const say = (answer: unknown) => void writeSync(1, `${JSON.stringify(answer)}\n`)

const withBooks = Query.from(Author).orderBy((author) => author.id.asc()).include({
  books: { orderBy: (book) => book.id.asc() }
})

/** Where a connection was lost, what has failed is tried again. */
const again = Schedule.spaced("50 millis")

const asked = Effect.gen(function*() {
  const authors = yield* Repository.make(Author)
  return yield* Effect.all({
    authors: withBooks.all,
    long: Query.from(Author).where((author) => author.books.some((book) => book.pages.gt(2))).count,
    output: Effect.map(
      Query.from(Output).orderBy((row) => row.authorId.asc()).all,
      (rows) => rows.map(({ authorId, pages }) => [authorId, Number(pages)])
    ),
    first: Effect.map(authors.findById(1), Option.getOrNull),
    byHand: Sql.query(Schema.Struct({ count: Schema.Int }))`SELECT CAST(COUNT(*) AS INTEGER) AS count FROM ${Book}`.all
      .pipe(QueryCache.withPolicy({ raw: true }))
  })
}).pipe(Effect.retry(again))

const main = Effect.gen(function*() {
  let live: unknown
  yield* Effect.forkScoped(Stream.runForEach(Stream.retry(withBooks.changes, again), (rows) =>
    Effect.sync(() => {
      live = rows
    })))
  const obey = (order: Order) => {
    switch (order._tag) {
      case "Write":
        return Effect.match(write(order.step), {
          onFailure: (error) => ({ failed: String(error) }),
          onSuccess: () => ({ done: true })
        })
      case "WriteOn":
        return Effect.as(writeOn((name) => say({ name })), {})
      case "Read":
        return Effect.gen(function*() {
          const cached = yield* asked
          const fresh = yield* QueryCache.bypass(asked)
          const { queries } = yield* QueryCache.report
          return { cached, fresh, live, hits: queries.reduce((sum, { hits }) => sum + hits, 0) }
        })
    }
  }
  yield* Stream.fromAsyncIterable(createInterface(process.stdin), String).pipe(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
    Stream.runForEach((line) => Effect.map(obey(JSON.parse(line) as Order), say))
  )
})

const Live = Layer.merge(Postgres.layer({ ...place, sharedWrites: true }), QueryCache.layerMemory()).pipe(
  Layer.provideMerge(Logger.layer([]))
)

await Effect.runPromise(Effect.scoped(Effect.provide(main, Live)))
