/**
 * What a unit of work has not written yet may have to wait for somebody, and a statement that needs it written tells how that ended.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"

class Seat extends Model.Class<Seat>("Seat")({ id: Column.primaryKey(Schema.Int) }, { table: "seats" }) {}

layer(TestDatabase.layerPostgres([Seat]), { timeout: "60 seconds", excludeTestServices: true })(
  "what is pending and has to wait",
  (it) => {
    it.effect("is a read's TimedOut where it waits longer than a statement may take", () =>
      Effect.gen(function*() {
        const seats = yield* Repository.make(Seat)
        const [taken, done] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const other = yield* Effect.forkChild(Session.transaction(
          seats.insert({ id: 1 }).pipe(
            Effect.andThen(Deferred.succeed(taken, undefined)),
            Effect.andThen(Deferred.await(done))
          )
        ))
        yield* Deferred.await(taken)
        const work = Session.unitOfWork(Effect.gen(function*() {
          yield* (yield* UnitOfWork.UnitOfWork).add(Seat, { id: 1 })
          return yield* Session.statementTimeout("100 millis")(Query.from(Seat).count)
        }))
        const failure = yield* Effect.flip(work)
        assert.instanceOf(failure, OrmError.TimedOut)
        assert.strictEqual(failure.milliseconds, 100)
        assert.include(failure.sql, "INSERT INTO \"seats\"")
        yield* Deferred.succeed(done, undefined)
        yield* Fiber.join(other)
        assert.strictEqual(yield* Query.from(Seat).count, 1)
      }))
  }
)
