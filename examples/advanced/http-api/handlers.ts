/**
 * What the endpoints do: a line or two each, over repositories. It knows of no database.
 */
import { Query, Repository, Session } from "andamios-orm"
import { Effect, Layer, Option, Schedule } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Library } from "./api.ts"
import { Author, Book } from "./model.ts"
import { answered } from "./problems.ts"

class Authors extends Repository.Service<Authors>()("library/Authors", Author) {}

class Books extends Repository.Service<Books>()("library/Books", Book, (books) => ({
  /** The books by title, of an author and with a beginning where these are asked for, page by page. */
  page: ({ after, author, size, title }: {
    readonly after?: string
    readonly author?: Author["id"]
    readonly size: number
    readonly title?: string
  }) => {
    const byTitle = books.query.orderBy((book) => book.title.asc())
    const ofAuthor = author === undefined ? byTitle : byTitle.where((book) => book.authorId.eq(author))
    const titled = title === undefined ? ofAuthor : ofAuthor.where((book) => book.title.startsWith(title))
    return Query.page(titled, { after, size })
  }
})) {}

const soon = Schedule.exponential("5 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 10 }))

/**
 * All writes of one request, or none. Where somebody else is at the same rows they are made again, and it is the second run that
 * finds what the other one did: that a key is taken, or that a version is old.
 */
const together = Effect.map(
  Session.Session,
  (session) => <A, E, R>(writes: Effect.Effect<A, E, R>) => session.transaction(writes, { retry: soon })
)

const authorHandlers = HttpApiBuilder.group(
  Library,
  "authors",
  Effect.fnUntraced(function*(handlers) {
    const authors = yield* Authors
    const books = yield* Books
    const inTransaction = yield* together

    return handlers.handleAll({
      create: ({ payload: { books: written, ...input } }) =>
        Effect.gen(function*() {
          const author = yield* authors.insert(input)
          return { author, books: yield* books.insertMany(written.map((book) => ({ ...book, authorId: author.id }))) }
        }).pipe(inTransaction, answered),
      get: ({ params }) => authors.get(params.id).pipe(answered),
      delete: ({ params }) => authors.delete(params.id).pipe(inTransaction, answered)
    })
  })
)

const bookHandlers = HttpApiBuilder.group(
  Library,
  "books",
  Effect.fnUntraced(function*(handlers) {
    const books = yield* Books
    const inTransaction = yield* together

    return handlers.handleAll({
      list: ({ query }) =>
        books.page(query).pipe(
          Effect.map(({ next, rows }) => ({ books: rows, next: Option.getOrNull(next) })),
          answered
        ),
      get: ({ params }) => books.get(params.id).pipe(answered),
      create: ({ payload }) => books.insert(payload).pipe(inTransaction, answered),
      change: ({ params, payload }) => books.patch({ ...payload, id: params.id }).pipe(inTransaction, answered),
      delete: ({ params }) => books.delete(params.id).pipe(inTransaction, answered),
      restore: ({ params }) => books.restore(params.id).pipe(inTransaction, answered)
    })
  })
)

export const Handlers = Layer.mergeAll(authorHandlers, bookHandlers).pipe(Layer.provide([Authors.layer, Books.layer]))
