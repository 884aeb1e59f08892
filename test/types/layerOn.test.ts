/**
 * A test's own database provides what its Layer provides, and asks for what its migrations need.
 */
import { expectTypeOf } from "@effect/vitest"
import { Column, type ConnectionPool, Migration, Model, type OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, it } from "vitest"

class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}

class Librarian extends Context.Service<Librarian, string>()("test/Librarian") {}

const memory = DuckDb.layer({ path: ":memory:" })

describe("a database of one's own", () => {
  it("provides the same with the tables of models", () => {
    const layer = TestDatabase.layerOn(memory, [Book])
    expectTypeOf<Layer.Success<typeof layer>>().toEqualTypeOf<DuckDb.Provided>()
    expectTypeOf<Layer.Error<typeof layer>>().toEqualTypeOf<OrmError.DatabaseLocked | OrmError.WriteError>()
    expectTypeOf<Layer.Services<typeof layer>>().toBeNever()
  })

  it("asks for what its migrations need, but not for itself", () => {
    const needs = Migration.make({ id: "a1", up: [Migration.run("asks", Effect.asVoid(Librarian))] })
    const layer = TestDatabase.layerOn(memory, { migrations: { revisions: [needs] } })
    expectTypeOf<Layer.Services<typeof layer>>().toEqualTypeOf<Librarian>()
    expectTypeOf<TestDatabase.MigrationsError>().toExtend<Layer.Error<typeof layer>>()
  })

  it("is a database with a session", () => {
    expectTypeOf((pool: Layer.Layer<ConnectionPool.ConnectionPool>) => {
      // @ts-expect-error No overload matches this call
      void TestDatabase.layerOn(pool, [Book])
    }).toBeFunction()
  })
})
