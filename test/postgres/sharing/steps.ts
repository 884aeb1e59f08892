/**
 * What programs do that share their writes: each step is told to one of them.
 */
import { Query, Session, Sql } from "andamios-orm"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import { Author, Book } from "../../contract/library.ts"

class Undone extends Data.TaggedError("Undone") {}

/** How something is written. */
const How = Schema.Literals([
  "alone",
  "plain",
  "byHand",
  "kept",
  "stream",
  "committed",
  "plainTransaction",
  "nested",
  "work",
  "rolledBack"
])

/** An author is given a name, or goes with their books; a book is given pages. */
export const Step = Schema.Struct({
  what: Schema.Literals(["author", "book", "noAuthor"]),
  id: Schema.Literals([1, 2, 3]),
  value: Schema.Literals([1, 2, 3, 4]),
  how: How
})

const plainText = ({ id, value, what }: typeof Step.Type): string => {
  switch (what) {
    case "author":
      return `INSERT INTO library_authors (id, name) VALUES (${id}, '${value}') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name`
    case "book":
      return `INSERT INTO library_books (id, "authorId", pages) SELECT ${id}, id, ${value} FROM library_authors WHERE id = ${id} ` +
        `ON CONFLICT (id) DO UPDATE SET pages = EXCLUDED.pages`
    case "noAuthor":
      return `DELETE FROM library_authors WHERE id = ${id}`
  }
}

const model = ({ id, value, what }: typeof Step.Type) => {
  switch (what) {
    case "author":
      return Effect.asVoid(Query.upsert(Author).values({ id, name: String(value) }))
    case "book":
      return Effect.asVoid(Query.update(Book).set(() => ({ pages: value })).where((book) => book.id.eq(id)))
    case "noAuthor":
      return Effect.asVoid(Query.delete(Author).where((author) => author.id.eq(id)))
  }
}

/** Does a step, and says so when it is done. */
export const write = Effect.fnUntraced(function*(step: typeof Step.Type) {
  const sql = yield* SqlClient.SqlClient
  const plain = Effect.asVoid(sql.unsafe(plainText(step)))
  switch (step.how) {
    case "alone":
      return yield* model(step)
    case "plain":
      return yield* plain
    case "byHand":
      return yield* Effect.asVoid(Sql.statement`DELETE FROM ${Book} WHERE id = ${step.id}`)
    case "kept": {
      const statements = ["BEGIN", plainText(step), "COMMIT"]
      return yield* Effect.scoped(
        Effect.flatMap(
          sql.reserve,
          (connection) =>
            Effect.forEach(statements, (text) => connection.executeUnprepared(text, [], undefined), { discard: true })
        )
      )
    }
    case "stream":
      return yield* Stream.runDrain(sql.unsafe(`${plainText(step)} RETURNING id`).stream)
    case "committed":
      return yield* Session.transaction(Effect.andThen(plain, model(step)))
    case "plainTransaction":
      return yield* sql.withTransaction(plain)
    case "nested":
      return yield* Session.transaction(
        Effect.andThen(Effect.ignore(Session.transaction(Effect.andThen(plain, new Undone()))), model(step))
      )
    case "work":
      return yield* Session.unitOfWork(plain)
    case "rolledBack":
      return yield* Effect.ignore(Session.transaction(Effect.andThen(plain, new Undone())))
  }
})

/** Gives an author one name after the other, without an end, and says which are stored. */
export const writeOn = (stored: (name: number) => void) =>
  Effect.gen(function*() {
    for (let name = 1;; name++) {
      const named = Query.upsert(Author).values({ id: 1, name: String(name) })
      yield* name % 2 === 0 ? named : Session.transaction(named)
      stored(name)
    }
  })
