/**
 * The type of an effect tells which databases it runs on. Functions of calls are compiled, and never run.
 */
import { Column, Database, Model, type OrmError, Query, Repository, Session, UnitOfWork } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql"
import type * as Stream from "effect/Stream"
import { describe, expectTypeOf, it } from "vitest"

class Sale extends Model.Class<Sale>("Sale")({ id: Column.primaryKey(Schema.Int) }, { table: "sales" }) {}

class Analytics extends Database.Service<Analytics>()("test/Analytics") {}

class Archive extends Database.Service<Archive, Postgres.Provided>()("test/Archive") {}

class Sales extends Repository.Service<Sales>()("test/Sales", Sale) {}

const duckDb = DuckDb.layer({ path: ":memory:" })
const counted = Analytics.run(Query.from(Sale).count)

describe("a database as a service", () => {
  it("is what an effect needs that runs on it, and the session of another is not", () => {
    expectTypeOf(counted).toEqualTypeOf<Effect.Effect<number, OrmError.ReadError, Analytics>>()
    expectTypeOf(Analytics.run(Effect.andThen(counted, Session.transaction(Query.from(Sale).all)))).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Sale>, OrmError.ReadError | OrmError.TransactionError, Analytics>
    >()
    expectTypeOf(Effect.andThen(counted, Query.from(Sale).all)).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Sale>, OrmError.ReadError, Analytics | Session.Session>
    >()
    expectTypeOf(Analytics.stream(Query.from(Sale).stream)).toEqualTypeOf<
      Stream.Stream<Sale, OrmError.StreamError, Analytics>
    >()
  })

  it("keeps what an effect needs beside a database", () => {
    const needed = Effect.andThen(Sales, Effect.andThen(Query.from(Sale).count, counted))
    expectTypeOf(Archive.run(needed)).toEqualTypeOf<
      Effect.Effect<number, OrmError.ReadError, Sales | Analytics | Archive>
    >()
    const onEach = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.all([Analytics.run(effect), Archive.run(effect)])
    expectTypeOf(onEach(Query.from(Sale).count)).toEqualTypeOf<
      Effect.Effect<[number, number], OrmError.ReadError, Analytics | Archive>
    >()
  })

  it("has a Layer that provides nothing else, and fails as that of the database", () => {
    expectTypeOf(Analytics.layer(duckDb)).toEqualTypeOf<
      Layer.Layer<Analytics, OrmError.ConnectionFailed | OrmError.DatabaseLocked>
    >()
    expectTypeOf(Sales.layer.pipe(Layer.provide(Analytics.services))).toEqualTypeOf<
      Layer.Layer<Sales, never, Analytics>
    >()
  })

  it("may provide more than any database does, which its Layer must bring then", () => {
    const heard = Archive.stream(Postgres.listen("sales"))
    expectTypeOf<Stream.Services<typeof heard>>().toEqualTypeOf<Archive>()
    Archive.layer(Postgres.layer({ database: "archive" }))
    expectTypeOf((client: Layer.Layer<SqlClient.SqlClient>) => {
      // @ts-expect-error Type 'ConnectionPool | Database | Notices | PgClient | Session | SqlClient' is not assignable to type 'Provided'
      Archive.layer(duckDb)
      // @ts-expect-error Type 'Provided' is not assignable to type 'SqlClient'
      Analytics.layer(client)
    }).toBeFunction()
  })

  it("is named where its Layer was forgotten, and a default one can't stand in for it", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'Analytics' is not assignable to type 'never'
      void Effect.runPromise(counted)
      // @ts-expect-error Type 'Analytics' is not assignable to type 'never'
      void Effect.runPromise(Effect.provide(counted, duckDb))
      // @ts-expect-error Type 'Session' is not assignable to type 'never'
      void Effect.runPromise(Effect.provide(Query.from(Sale).count, Analytics.layer(duckDb)))
    }).toBeFunction()
  })

  it("has units of work of its own: one that was begun outside is none of its", () => {
    const pending = Effect.flatMap(UnitOfWork.UnitOfWork, (work) => work.pending)
    expectTypeOf(Analytics.run(Session.unitOfWork(pending))).toExtend<Effect.Effect<unknown, unknown, Analytics>>()
    expectTypeOf(() => {
      const work = Session.unitOfWork(Analytics.run(pending))
      // @ts-expect-error Type 'UnitOfWorkBegunOutside' is not assignable to type 'Analytics | Session'
      work satisfies Effect.Effect<unknown, unknown, Analytics | Session.Session>
    }).toBeFunction()
  })
})
