/**
 * DuckDB keeps keys among the living by an index over an expression: what that costs, and that it outlives the process.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { temporaryDirectory } from "../temporaryDirectory.ts"

class Author extends Model.Class<Author>("Author")({
  id: Column.primaryKey(Schema.Int),
  email: Column.unique(Schema.String),
  "odd \"name\"": Column.unique(Schema.Int),
  ...Mixin.softDelete
}, { table: "living_authors" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Schema.Int),
  author: Column.references(Schema.Int, () => Author, "id")
}, { table: "living_books" }) {}

const author = (id: number) => ({ id, email: `${id}@example.org`, "odd \"name\"": id })

layer(TestDatabase.layer([Author, Book]), { timeout: "60 seconds" })(
  "DuckDB: keys among the living",
  (it) => {
    it.effect("a broken one is told by its columns, whatever they are called", () =>
      Effect.gen(function*() {
        const authors = yield* Repository.make(Author)
        yield* authors.insert(author(1))
        const odd = yield* Effect.flip(authors.insert({ ...author(2), "odd \"name\"": 1 }))
        assert.deepStrictEqual(odd._tag === "UniqueViolation" ? odd.columns : odd, ["odd \"name\""])
        const email = yield* Effect.flip(authors.insert({ ...author(2), email: "1@example.org" }))
        assert.deepStrictEqual(email._tag === "UniqueViolation" ? email.columns : email, ["email"])
      }))

    it.effect("a row with such a key is neither deleted nor restored while others refer to it: DuckDB can't change its index", () =>
      Effect.gen(function*() {
        const authors = yield* Repository.make(Author)
        const books = yield* Repository.make(Book)
        yield* authors.insertMany([author(11), author(12)])
        yield* books.insert({ id: 11, author: 11 })
        const one = yield* Effect.flip(authors.delete(11))
        const many = yield* Effect.flip(authors.deleteMany([12, 11]))
        assert.deepStrictEqual([one._tag, many._tag], ["StillReferenced", "StillReferenced"])
        assert.strictEqual(yield* Query.from(Author).where((row) => row.id.in([11, 12])).count, 2)
        yield* books.delete(11)
        assert.strictEqual(yield* authors.deleteMany([12, 11]), 2)
      }))

    it.effect("two who take one at the same time are told apart when they commit", () =>
      Effect.gen(function*() {
        const authors = yield* Repository.make(Author)
        const taking = (id: number) =>
          Effect.exit(
            Session.transaction(Effect.andThen(authors.insert({ ...author(id), email: "one" }), Effect.yieldNow))
          )
        const exits = yield* Effect.all([taking(21), taking(22)], { concurrency: "unbounded" })
        assert.strictEqual(exits.filter(({ _tag }) => _tag === "Success").length, 1)
      }))

    it.effect("they are kept with the file", () =>
      Effect.gen(function*() {
        const path = `${yield* temporaryDirectory}/living.duckdb`
        const opened = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          Effect.provide(effect, TestDatabase.layerOn(DuckDb.layer({ path }), [Author]))
        yield* opened(Effect.gen(function*() {
          const authors = yield* Repository.make(Author)
          yield* authors.insertMany([author(1), author(2)])
          yield* authors.delete(1)
        }))
        yield* opened(Effect.gen(function*() {
          const authors = yield* Repository.make(Author)
          yield* authors.insert({ ...author(3), email: "1@example.org", "odd \"name\"": 1 })
          assert.strictEqual((yield* Effect.flip(authors.restore(1)))._tag, "UniqueViolation")
          const sql = yield* SqlClient.SqlClient
          assert.lengthOf(yield* sql`SELECT 1 FROM duckdb_indexes() WHERE is_unique`, 2)
        }))
      }))
  }
)
