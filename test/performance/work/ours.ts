/**
 * The loop of MikroORM's public benchmark in units of work of Andamios ORM.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Column, Model, Query, Session, UnitOfWork } from "../../../src/index.ts"
import type { UserLoop } from "../competitor.ts"
import { newUsers } from "./users.ts"

class User extends Model.Class<User>("User")({
  id: Column.serial(Schema.Int),
  id2: Column.int32,
  ready: Schema.Boolean,
  priority: Column.int32,
  name: Schema.String
}, { table: "users" }) {}

/** The loop in the current session, which gets the table for it. */
export const userLoopOfOurs = Effect.gen(function*() {
  const session = yield* Session.Session
  yield* Effect.orDie(session.createTables([User]))

  const add = session.unitOfWork(Effect.gen(function*() {
    const work = yield* UnitOfWork.UnitOfWork
    yield* work.addMany(User, newUsers)
  }))

  const loop: UserLoop = (endPhase) =>
    Effect.gen(function*() {
      yield* add
      yield* endPhase
      yield* session.unitOfWork(Effect.gen(function*() {
        const work = yield* UnitOfWork.UnitOfWork
        const users = yield* Query.from(User).all
        yield* endPhase
        for (const user of users) yield* work.change(User, user, { priority: user.priority + 1 })
        yield* work.flush
        yield* endPhase
        for (const user of users) yield* work.remove(User, user)
      }))
    }).pipe(Effect.provideService(Session.Session, session), Effect.orDie)

  return loop
})
