/**
 * A unit of work that met another one runs again with nothing: what it tells and stores is that of the attempt that committed.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database, Facts } from "./Subject.ts"

class Jar extends Model.Class<Jar>("Jar")({
  id: Column.primaryKey(Column.int32),
  value: Column.int32
}, { table: "retried_work_jars" }) {}

/** A jar that others change at the same time, beside those that are stored at the beginning, and those that are added. */
const contended = 20
const fresh = Schema.Literals([0, 1, 2])
const old = Schema.Literals([10, 11, 12])

const Step = Schema.Union([
  Schema.TaggedStruct("Add", { id: fresh }),
  Schema.TaggedStruct("Change", { id: old }),
  Schema.TaggedStruct("Remove", { id: old }),
  Schema.TaggedStruct("Flush", {}),
  Schema.TaggedStruct("Find", {})
])
const Steps = Schema.Array(Step).check(Schema.isMinLength(2), Schema.isMaxLength(8))

/** Runs steps where they make sense; each attempt stores other values. */
const run = Effect.fnUntraced(function*(steps: typeof Steps.Type, attempt: number) {
  const work = yield* UnitOfWork.UnitOfWork
  for (const step of steps) {
    if (step._tag === "Flush") yield* work.flush
    else if (step._tag === "Find") yield* Query.from(Jar).all
    else {
      const found = yield* work.find(Jar, step.id)
      if (step._tag === "Add") {
        if (Option.isNone(found)) yield* work.add(Jar, { id: step.id, value: attempt })
      } else if (Option.isSome(found)) {
        yield* step._tag === "Change"
          ? work.change(Jar, found.value, { value: attempt })
          : work.remove(Jar, found.value)
      }
    }
  }
})

const prepared = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM retried_work_jars`
  yield* sql`INSERT INTO retried_work_jars (id, value) VALUES (10, 0), (11, 0), (12, 0), (20, 0)`
})

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id, value FROM retried_work_jars ORDER BY id`)

/** Changes the contended jar in another transaction, of a fiber of its own context. */
const interfere = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    Effect.promise(() => Effect.runPromise(sql`UPDATE retried_work_jars SET value = value - 1 WHERE id = ${contended}`))
)

export const retriedWork = (label: string, database: Database, { sharded }: Facts) => {
  // where rows are spread no transaction sees that others changed what it has read: that it does is made up
  const meeting = sharded ? Effect.fail(new OrmError.Conflict({ reason: "made up" })) : interfere
  const isolation = sharded ? "read committed" : "repeatable read"
  return layer(TestDatabase.layerOn(database, [Jar]), { timeout: "120 seconds" })(
    `${label}: retried units of work`,
    (it) => {
      it.effect.prop(
        "begin with nothing, and tell and store what the last attempt did",
        { before: Steps, after: Steps, conflicts: Schema.Literals([0, 1, 2]) },
        ({ after, before, conflicts }) =>
          Effect.gen(function*() {
            yield* prepared
            let attempt = 0
            const unit = Effect.gen(function*() {
              attempt += 1
              const work = yield* UnitOfWork.UnitOfWork
              assert.deepStrictEqual(yield* work.pending, [])
              assert.deepStrictEqual(yield* work.changes, [])
              const jar = yield* work.get(Jar, contended)
              assert.strictEqual(jar.value, sharded ? 0 : 1 - attempt, "what the others have left")
              yield* run(before, attempt)
              if (attempt <= conflicts) yield* meeting
              yield* work.change(Jar, jar, { value: attempt })
              yield* run(after, attempt)
              return yield* work.changes
            })
            const changes = yield* Session.unitOfWork(unit, { isolation, retry: Schedule.recurs(3) })
            assert.strictEqual(attempt, conflicts + 1)
            const values = changes.flatMap(({ operation, values: { value } }) => operation === "delete" ? [] : [value])
            assert.isTrue(values.every((value) => value === attempt))
            const made = yield* stored
            yield* prepared
            yield* Session.replay([Jar], changes)
            assert.deepStrictEqual(yield* stored, made)
          }),
        { arbitrary: { runs: 30 } }
      )
    }
  )
}
