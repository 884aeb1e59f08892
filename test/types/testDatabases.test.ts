/**
 * A test's database asks for what its migrations need, and fails with what making it can fail with. Functions of calls are compiled, and
 * never run.
 */
import { Column, Migration, Model, type OrmError, Repository } from "andamios-orm"
import type { DuckDb } from "andamios-orm/duckdb"
import type { Postgres } from "andamios-orm/postgres"
import { type PostgresServer, TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"

class Note extends Model.Class<Note>("Note")({ id: Column.primaryKey(Schema.String) }, { table: "notes" }) {}

class Seen extends Model.View<Seen>("Seen")({ id: Schema.String }, { view: "seen" }) {}

class Author extends Context.Service<Author, string>()("test/Author") {}

class Path extends Context.Service<Path, string>()("test/Path") {}

class Notes extends Repository.Service<Notes>()("test/Notes", Note) {}

/** What any DuckDB of a test can fail with, and any PostgreSQL database. */
type Opening = OrmError.WriteError
type Starting = OrmError.WriteError | PostgresServer.PostgresUnavailable

const plain = { migrations: { revisions: [Migration.make({ id: "000000000001", up: [] })] } }

const told = Migration.run("tells the author", Effect.asVoid(Author))
const asking = { migrations: { revisions: [Migration.make({ id: "000000000002", up: [told] })] } }

describe("a test's database", () => {
  it("of models needs nothing, and fails with what creating tables does", () => {
    expectTypeOf(TestDatabase.layer([Note])).toEqualTypeOf<Layer.Layer<DuckDb.Provided, Opening>>()
    expectTypeOf(TestDatabase.layerShared([Note])).toEqualTypeOf<Layer.Layer<DuckDb.Provided, Opening>>()
    expectTypeOf(TestDatabase.layerPostgres([Note])).toEqualTypeOf<Layer.Layer<Postgres.Provided, Starting>>()
    expectTypeOf(TestDatabase.layerSharedPostgres([Note])).toEqualTypeOf<Layer.Layer<Postgres.Provided, Starting>>()
  })

  it("of migrations fails with what they fail with, too", () => {
    type Failing<E> = E | TestDatabase.MigrationsError
    expectTypeOf(TestDatabase.layer(plain)).toEqualTypeOf<Layer.Layer<DuckDb.Provided, Failing<Opening>>>()
    expectTypeOf(TestDatabase.layerShared(plain)).toEqualTypeOf<Layer.Layer<DuckDb.Provided, Failing<Opening>>>()
    expectTypeOf(TestDatabase.layerPostgres(plain)).toEqualTypeOf<Layer.Layer<Postgres.Provided, Failing<Starting>>>()
    expectTypeOf(TestDatabase.layerSharedPostgres(plain)).toEqualTypeOf<
      Layer.Layer<Postgres.Provided, Failing<Starting>>
    >()
  })

  it("asks for what its migrations need beside a database", () => {
    type Needs<L extends Layer.Any> = Layer.Services<L>
    const [duckDb, postgres] = [TestDatabase.layer(asking), TestDatabase.layerPostgres(asking)]
    const [shared, sharedPostgres] = [TestDatabase.layerShared(asking), TestDatabase.layerSharedPostgres(asking)]
    expectTypeOf<Needs<typeof duckDb>>().toEqualTypeOf<Author>()
    expectTypeOf<Needs<typeof postgres>>().toEqualTypeOf<Author>()
    expectTypeOf<Needs<typeof shared>>().toEqualTypeOf<Author>()
    expectTypeOf<Needs<typeof sharedPostgres>>().toEqualTypeOf<Author>()
  })

  it("on a Layer of one's own keeps what that provides, asks for and fails with", () => {
    class Missing extends Data.TaggedError("Missing")<{ readonly file: string }> {}
    type Own = Layer.Layer<DuckDb.Provided | Author, Missing, Path>
    const on = (own: Own) => [TestDatabase.layerOn(own, [Note]), TestDatabase.layerOn(own, plain)] as const
    type On = ReturnType<typeof on>
    expectTypeOf<On[0]>().toEqualTypeOf<Layer.Layer<DuckDb.Provided | Author, Missing | OrmError.WriteError, Path>>()
    expectTypeOf<On[1]>().toEqualTypeOf<
      Layer.Layer<DuckDb.Provided | Author, Missing | OrmError.WriteError | TestDatabase.MigrationsError, Path>
    >()
  })

  it("has the repositories that it was asked for, and their database", () => {
    const [notes, postgres] = [TestDatabase.layerOf(Notes), TestDatabase.layerOfPostgres(Notes)]
    expectTypeOf<Layer.Success<typeof notes>>().toEqualTypeOf<Notes | DuckDb.Provided>()
    expectTypeOf<Layer.Success<typeof postgres>>().toEqualTypeOf<Notes | Postgres.Provided>()
    expectTypeOf<Layer.Services<typeof notes>>().toEqualTypeOf<never>()
    expectTypeOf<Layer.Error<typeof notes>>().toEqualTypeOf<Opening>()
    expectTypeOf<Layer.Error<typeof postgres>>().toEqualTypeOf<Starting>()
  })

  it("has no tables of views, and isn't made of migrations without their name", () => {
    const impossible = () => [
      // @ts-expect-error No overload matches this call
      TestDatabase.layer([Seen]),
      // @ts-expect-error No overload matches this call
      TestDatabase.layer(plain.migrations)
    ]
    expectTypeOf(impossible).toBeFunction()
  })
})
