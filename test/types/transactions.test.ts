/**
 * A transaction's type tells of its effect, its schedule, and its own failures.
 */
import { type OrmError, Session } from "andamios-orm"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { describe, expectTypeOf, it } from "vitest"

class Mine {
  readonly _tag = "Mine"
}

interface Needed {
  readonly needed: Context.Key<"needed", string>
}

const effect: Effect.Effect<number, Mine, Needed> = Effect.succeed(1)

const demanding: Schedule.Schedule<number, OrmError.Conflict, Error, "random"> = Schedule.forever

type Transaction = Effect.Effect<number, Mine | OrmError.TransactionError, Needed | Session.Session>

describe("a transaction", () => {
  it("has the type of its effect, with what a transaction fails with", () => {
    expectTypeOf(Session.transaction(effect)).toEqualTypeOf<Transaction>()
    expectTypeOf(Session.transaction(effect, {})).toEqualTypeOf<Transaction>()
    expectTypeOf(Session.transaction(effect, { readOnly: true })).toEqualTypeOf<Transaction>()
    expectTypeOf(effect.pipe(Session.transaction)).toEqualTypeOf<Transaction>()
    expectTypeOf<OrmError.TransactionError>().extract<{ readonly _tag: "Conflict" }>().toEqualTypeOf<
      OrmError.Conflict
    >()
  })

  it("takes any schedule that needs no more than the conflict", () => {
    const schedules = [
      Schedule.recurs(3),
      Schedule.exponential("10 millis"),
      Schedule.exponential("10 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 5 })),
      Schedule.forever.pipe(Schedule.setInputType<OrmError.Conflict>())
    ]
    for (const retry of schedules) {
      expectTypeOf(
        Session.transaction(effect, { isolation: "serializable", readOnly: false, retry, timeout: "1 second" })
      ).toEqualTypeOf<Transaction>()
    }
  })

  it("fails with what its schedule fails with, and needs what that needs", () => {
    expectTypeOf(Session.transaction(effect, { retry: demanding })).toEqualTypeOf<
      Effect.Effect<number, Mine | Error | OrmError.TransactionError, Needed | "random" | Session.Session>
    >()
  })

  it("is what the session's own method gives, which needs no session any more", () => {
    Effect.map(Session.Session, (session) => {
      expectTypeOf(session.transaction(effect, { retry: demanding })).toEqualTypeOf<
        Effect.Effect<number, Mine | Error | OrmError.TransactionError, Needed | "random">
      >()
    })
  })

  it("takes a schedule and not a number, nor one that asks for another failure", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'number' is not assignable to type 'Schedule<unknown, Conflict, never, never>'
      void Session.transaction(effect, { retry: 3 })
      const picky = Schedule.forever.pipe(Schedule.setInputType<OrmError.NotFound>())
      // @ts-expect-error Type 'Conflict' is missing the following properties from type 'NotFound': model, criteria
      void Session.transaction(effect, { retry: picky })
    }).toBeFunction()
  })

  it("takes no other option, nor anything but an effect", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type '"snapshot"' is not assignable to type 'Isolation | undefined'
      void Session.transaction(effect, { isolation: "snapshot" })
      // @ts-expect-error Object literal may only specify known properties, and 'deferrable' does not exist in type 'TransactionOptions<…>'
      void Session.transaction(effect, { deferrable: true })
      // @ts-expect-error Type 'string' is not assignable to type 'boolean | undefined'
      void Session.transaction(effect, { readOnly: "yes" })
      // @ts-expect-error Argument of type '() => Effect.Effect<number, Mine, Needed>' is not assignable to parameter of type 'Effect<…>'
      void Session.transaction(() => effect)
    }).toBeFunction()
  })
})

describe("what runs after a transaction", () => {
  it("keeps what it needs, and gives nothing", () => {
    const letter: Effect.Effect<number, never, Needed> = Effect.succeed(1)
    type After = Effect.Effect<void, never, Needed | Session.Session>
    expectTypeOf(Session.afterCommit(letter)).toEqualTypeOf<After>()
    expectTypeOf(Session.afterRollback(letter)).toEqualTypeOf<After>()
  })

  it("can't fail", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'Mine' is not assignable to type 'never'
      void Session.afterCommit(effect)
      // @ts-expect-error Type 'Mine' is not assignable to type 'never'
      void Session.afterRollback(effect)
    }).toBeFunction()
  })
})

describe("what holds for statements", () => {
  it("leaves the type of an effect as it is", () => {
    expectTypeOf(effect.pipe(Session.statementTimeout("1 second"))).toEqualTypeOf<typeof effect>()
    expectTypeOf(effect.pipe(Session.withContext({ who: "ada" }))).toEqualTypeOf<typeof effect>()
    expectTypeOf(Session.context).toEqualTypeOf<Effect.Effect<Readonly<Record<string, string>>>>()
  })

  it("takes a time, and texts", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type '"soon"' is not assignable to parameter of type 'Input'
      void Session.statementTimeout("soon")
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      void Session.withContext({ who: 1 })
    }).toBeFunction()
  })
})
