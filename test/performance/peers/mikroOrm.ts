/**
 * MikroORM on SQLite in memory, with its own public benchmark: its unit of work in the way of its documentation.
 */
import { defineEntity, MikroORM, p } from "@mikro-orm/sqlite"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { newUsers } from "../work/users.ts"

const UserSchema = defineEntity({
  name: "User",
  tableName: "users",
  properties: {
    id: p.integer().primary(),
    id2: p.integer(),
    ready: p.boolean(),
    priority: p.integer(),
    name: p.string()
  }
})

class User extends UserSchema.class {}
UserSchema.setClass(User)

/** MikroORM with a database of its own. */
export const make = Effect.fnUntraced(function*() {
  const orm = yield* Effect.acquireRelease(
    Effect.promise(() => MikroORM.init({ dbName: ":memory:", entities: [UserSchema] })),
    (opened) => Effect.promise(() => opened.close())
  )
  yield* Effect.promise(() => orm.schema.create())

  const competitor: Competitor = {
    name: "@mikro-orm/sqlite",
    sql: (text) => Effect.promise(() => orm.em.getConnection().execute(text)),
    userLoop: (endPhase) =>
      Effect.gen(function*() {
        const em = orm.em.fork()
        for (const user of newUsers) em.create(User, user)
        yield* Effect.promise(() => em.flush())
        yield* endPhase
        em.clear()
        const users = yield* Effect.promise(() => em.find(User, {}))
        yield* endPhase
        for (const user of users) user.priority++
        yield* Effect.promise(() => em.flush())
        yield* endPhase
        for (const user of users) em.remove(user)
        yield* Effect.promise(() => em.flush())
      })
  }
  return competitor
})
