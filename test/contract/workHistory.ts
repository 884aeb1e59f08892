/**
 * A unit of work writes down what becomes of rows with the services that there were when they were changed.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class CurrentUser extends Context.Service<CurrentUser, string>()("workHistory/CurrentUser") {}

class CurrentShop extends Context.Service<CurrentShop, string>()("workHistory/CurrentShop") {}

/** A history of which each shop sees its own. */
class Log extends Model.Class<Log>("Log")({
  ...Mixin.history(Schema.String),
  ...Mixin.tenant(CurrentShop, Schema.String),
  ...Mixin.timestamps
}, { table: "work_history_logs" }) {}

class Price extends Model.Class<Price>("Price")({
  id: Column.primaryKey(Schema.Int),
  cents: Column.int32,
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Log })
}, { table: "work_history_prices" }) {}

const as = (user: string, shop: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(Effect.provideService(CurrentUser, user), Effect.provideService(CurrentShop, shop))

const inWork = <A, E, R>(run: (work: UnitOfWork.UnitOfWork["Service"]) => Effect.Effect<A, E, R>) =>
  Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, run))

export const workHistory = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Log, Price]), { timeout: "60 seconds" })(
    `${name}: history of units of work`,
    (it) => {
      const logs = Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql`SELECT key, operation, "by", "tenantId" AS shop FROM work_history_logs ORDER BY key, operation`
      )

      it.effect("each change is written down by who made it, and for the shop that it was made in", () =>
        Effect.gen(function*() {
          const prices = yield* Repository.make(Price)
          const [one, two] = yield* prices.insertMany([{ id: 1, cents: 10 }, { id: 2, cents: 20 }]).pipe(
            as("ada", "acme")
          )
          if (one === undefined || two === undefined) return assert.fail("two were inserted")
          yield* inWork((work) =>
            Effect.gen(function*() {
              yield* work.change(Price, one, { cents: 11 }).pipe(as("blaise", "acme"))
              yield* work.change(Price, two, { cents: 21 }).pipe(as("carl", "globex"))
              yield* work.add(Price, { id: 3, cents: 30 }).pipe(as("dora", "globex"))
            })
          )
          assert.deepStrictEqual(yield* logs, [
            { key: "1", operation: "insert", by: "ada", shop: "acme" },
            { key: "1", operation: "update", by: "blaise", shop: "acme" },
            { key: "2", operation: "insert", by: "ada", shop: "acme" },
            { key: "2", operation: "update", by: "carl", shop: "globex" },
            { key: "3", operation: "insert", by: "dora", shop: "globex" }
          ])
        }))

      it.effect("a change is refused by nobody, as a program could make it that has cast its type away", () =>
        Effect.gen(function*() {
          const before = yield* logs
          const adding = inWork((work) => work.add(Price, { id: 9, cents: 90 }))
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the types refuse
          const untyped = adding as Effect.Effect<Price, Effect.Error<typeof adding>, Session.Session>
          const refused = yield* Effect.flip(untyped)
          assert.include(refused.message, "a statement on Price without workHistory/CurrentUser")
          assert.deepStrictEqual(yield* logs, before)
        }))
    }
  )
