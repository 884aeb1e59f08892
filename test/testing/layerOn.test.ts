/**
 * A test's own database gets the tables of models, or what migrations make; and others find that of a test by its address.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Migration, Model, Repository } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { withSpans } from "../contract/withSpans.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}

class Librarian extends Context.Service<Librarian, { readonly isbn: string }>()("test/Librarian") {}

/** The first book is one that a service chooses. */
const revision = Migration.make({
  id: "a1",
  up: [
    Migration.execute("CREATE TABLE books (isbn VARCHAR PRIMARY KEY)", "DROP TABLE books"),
    Migration.run(
      "the first book",
      Effect.gen(function*() {
        const { isbn } = yield* Librarian
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO books VALUES (${isbn})`)
      })
    )
  ]
})

const insert = (isbn: string) => Effect.flatMap(Repository.make(Book), (books) => books.insert({ isbn }))

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly isbn: string }>`SELECT isbn FROM books ORDER BY isbn`,
    (rows) => rows.map(({ isbn }) => isbn)
  ))

describe("a database of one's own", () => {
  it.effect("has the tables of the models, and keeps what it has", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "books.duckdb")
      const opened = TestDatabase.layerOn(DuckDb.layer({ path }), [Book])
      yield* Effect.provide(insert("1"), opened, { local: true })
      yield* Effect.provide(insert("2"), opened, { local: true })
      assert.deepStrictEqual(yield* Effect.provide(stored, DuckDb.layer({ path }), { local: true }), ["1", "2"])
    }))

  it.effect("has what migrations make, with the services that they need, once", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "migrated.duckdb")
      const opened = (isbn: string) =>
        TestDatabase.layerOn(DuckDb.layer({ path }), { migrations: { revisions: [revision] } }).pipe(
          Layer.provide(Layer.succeed(Librarian, { isbn }))
        )
      assert.deepStrictEqual(yield* Effect.provide(stored, opened("1"), { local: true }), ["1"])
      assert.deepStrictEqual(yield* Effect.provide(stored, opened("2"), { local: true }), ["1"])
    }))
})

describe("a test's PostgreSQL database", () => {
  it.effect("is found by others at its address, which can be written down", () =>
    Effect.gen(function*() {
      const address: unknown = JSON.parse(JSON.stringify(yield* TestDatabase.address))
      assert.deepStrictEqual(address, yield* TestDatabase.address)
      const other = Postgres.layer({ ...yield* TestDatabase.address, pool: { size: 1 } })
      yield* Effect.provide(insert("1"), other, { local: true })
      assert.deepStrictEqual(yield* stored, ["1"])
    }).pipe(Effect.provide(TestDatabase.layerPostgres([Book]))))

  it.effect("is made and dropped beside the test, which has no span of that", () =>
    Effect.gen(function*() {
      const database = TestDatabase.layerPostgres([Book])
      yield* Effect.provide(Effect.void, database)
      const [, spans] = yield* withSpans(Effect.provide(Effect.void, database))
      assert.deepStrictEqual(spans.filter(({ kind }) => kind === "client").map(({ name }) => name), [])
    }))
})
