/**
 * Columns have names of their own in the database, and fields everywhere else.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import type { Database } from "./Subject.ts"

class Reader extends Model.Class<Reader>("Reader")({
  readerId: Column.primaryKey(Schema.Int),
  fullName: Column.unique(Schema.String),
  homeCity: Column.named("the \"city\"; --", Schema.NullOr(Schema.String)),
  booksRead: Column.withDefault(Column.int32, 0)
}, { table: "column_names_readers", columns: "snake_case", indexes: [Index.unique("homeCity", "booksRead")] }) {}

class ReadBook extends Model.Class<ReadBook>("ReadBook")({
  bookId: Column.named("id", Column.serial(Schema.Int)),
  readBy: Column.references(Schema.Int, () => Reader, "readerId"),
  isbn13Code: Schema.String
}, { table: "column_names_books", columns: "snake_case" }) {}

/** The table of readers as a newer program would describe it. */
class NewerReader extends Model.Class<NewerReader>("NewerReader")({
  readerId: Column.primaryKey(Schema.Int),
  fullName: Schema.NullOr(Schema.String),
  booksRead: Column.int32
}, { table: "column_names_readers", columns: "snake_case" }) {}

const reader = (readerId: number) => ({ readerId, fullName: `Reader ${readerId}`, homeCity: null, booksRead: 0 })

export const columnNames = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Reader, ReadBook]), { timeout: "60 seconds" })(
    `${name}: column names`,
    (it) => {
      it.effect("are those of the policy, or the field's own", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const columns = yield* sql<{ table_name: string; column_name: string }>`
          SELECT table_name, column_name FROM information_schema.columns
          WHERE table_name LIKE 'column_names_%' ORDER BY table_name, ordinal_position`
          assert.deepStrictEqual(columns.map(({ column_name }) => column_name), [
            "id",
            "read_by",
            "isbn13_code",
            "reader_id",
            "full_name",
            "the \"city\"; --",
            "books_read"
          ])
        }))

      for (const count of [1, 5_000]) {
        it.effect(`stores, changes, reads and deletes ${count} rows by their fields`, () =>
          Effect.gen(function*() {
            const readers = yield* Repository.make(Reader)
            const first = count * 10
            const ids = Array.from({ length: count }, (_, index) => first + index)
            const inputs = ids.map((id) => ({ ...reader(id), homeCity: `city ${id}` }))
            const inserted = yield* readers.insertMany(inputs)
            assert.deepStrictEqual(inserted, inputs.map((input) => Reader.make(input)))
            const upserted = yield* readers.upsertMany(
              ids.map((id) => ({ ...reader(id), homeCity: "Rome", booksRead: id }))
            )
            assert.deepStrictEqual(upserted.map(({ booksRead }) => booksRead), ids)
            const patched = yield* readers.patchMany(ids.map((readerId) => ({ readerId, homeCity: null })))
            assert.deepStrictEqual(patched.map(({ homeCity }) => homeCity), ids.map(() => null))
            const isOurs = Query.from(Reader).where((one) => one.booksRead.gte(first)).where((one) =>
              one.booksRead.lt(first + count)
            )
            assert.deepStrictEqual(yield* isOurs.orderBy((one) => one.readerId.asc()), patched)
            assert.deepStrictEqual(
              [...yield* Stream.runCollect(isOurs.orderBy((one) => one.readerId.asc()).stream)],
              patched
            )
            const { booksRead, homeCity } = yield* isOurs.orderBy((one) => one.booksRead.asc()).columns
            assert.deepStrictEqual(Array.from(booksRead.values), ids)
            assert.deepStrictEqual(homeCity.values, ids.map(() => null))
            assert.strictEqual(yield* readers.deleteMany(ids), count)
          }))
      }

      it.effect("joins, groups and sorts by fields", () =>
        Effect.gen(function*() {
          const readers = yield* Repository.make(Reader)
          const books = yield* Repository.make(ReadBook)
          yield* readers.insertMany([reader(1), reader(2)])
          const [first] = yield* books.insertMany([
            { readBy: 1, isbn13Code: "a" },
            { readBy: 1, isbn13Code: "b" },
            { readBy: 2, isbn13Code: "c" }
          ])
          assert.strictEqual(first?.isbn13Code, "a")
          const counts = yield* Query.from(ReadBook, "book")
            .join(Reader, "reader", ({ book, reader: by }) => book.readBy.eq(by.readerId))
            .groupBy(({ reader: by }) => ({ name: by.fullName }))
            .select(() => ({ books: Query.count() }))
            .orderBy(({ name: by }) => by.asc())
          assert.deepStrictEqual(counts, [{ name: "Reader 1", books: 2 }, { name: "Reader 2", books: 1 }])
          const joined = yield* Query.from(ReadBook, "book")
            .leftJoin(Reader, "reader", ({ book, reader: by }) => book.readBy.eq(by.readerId))
            .orderBy(({ book }) => book.bookId.asc())
          assert.strictEqual(joined[2]?.reader?.fullName, "Reader 2")
        }))

      it.effect("tells broken keys, references and missing values by fields", () =>
        Effect.gen(function*() {
          const readers = yield* Repository.make(Reader)
          const books = yield* Repository.make(ReadBook)
          yield* readers.insert({ ...reader(3), homeCity: "Oslo" })
          const same = yield* Effect.flip(readers.insert({ ...reader(4), fullName: "Reader 3" }))
          assert.deepInclude(same, { _tag: "UniqueViolation", columns: ["fullName"] })
          const both = yield* Effect.flip(readers.insert({ ...reader(5), homeCity: "Oslo" }))
          assert.deepInclude(both, { _tag: "UniqueViolation", columns: ["homeCity", "booksRead"] })
          const orphan = yield* Effect.flip(books.insert({ readBy: 404, isbn13Code: "d" }))
          assert.deepInclude(orphan, { _tag: "ForeignKeyViolation", columns: ["readBy"], key: "404" })
          const newer = yield* Repository.make(NewerReader)
          const nameless = yield* Effect.flip(newer.insert({ readerId: 6, fullName: null, booksRead: 0 }))
          assert.deepInclude(nameless, { _tag: "CheckViolation", columns: ["fullName"], constraint: "NOT NULL" })
        }))
    }
  )
