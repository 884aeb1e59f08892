/**
 * Indexes that have a name of their own, and defaults that only the database can make.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Database as Service, Index, Model, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Visit extends Model.Class<Visit>("Visit")({
  id: Column.primaryKey(Schema.Int),
  page: Schema.String,
  number: Column.databaseDefault(Schema.Int, { sql: "40 + 2" }),
  kind: Column.databaseDefault(Schema.String, {
    sql: { duckdb: "'of ' || 'DuckDB'", postgres: "'of ' || 'PostgreSQL'" }
  })
}, {
  table: "visits",
  indexes: [Index.named("by page", Index.on("page")), Index.named("one_a_page", Index.unique("page", "number"))]
}) {}

export const ownNames = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Visit]), { timeout: "60 seconds" })(
    `${name}: names and defaults of one's own`,
    (it) => {
      it.effect("what the database makes by an expression is read back", () =>
        Effect.gen(function*() {
          const { dialect } = yield* Service.Database
          const visits = yield* Repository.make(Visit)
          const made = yield* visits.insert({ id: 1, page: "home" })
          assert.deepStrictEqual([made.number, made.kind], [42, `of ${dialect.name}`])
          assert.strictEqual((yield* visits.insert({ id: 2, page: "home", number: 1 })).number, 1)
          const added = yield* Session.unitOfWork(Effect.gen(function*() {
            const work = yield* UnitOfWork.UnitOfWork
            return yield* work.add(Visit, { id: 3, page: "about" })
          }))
          assert.strictEqual(added.number, 42)
        }))

      it.effect("an index with a name is one of that name, and a key is kept by it", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const visits = yield* Repository.make(Visit)
          yield* visits.insert({ id: 10, page: "key", number: 7 })
          const refused = yield* Effect.flip(visits.insert({ id: 11, page: "key", number: 7 }))
          assert.strictEqual(refused._tag, "UniqueViolation")
          yield* sql`DROP INDEX ${sql("by page")}`
          yield* sql`DROP INDEX ${sql("one_a_page")}`
          yield* visits.insert({ id: 12, page: "key", number: 7 })
        }))
    }
  )
