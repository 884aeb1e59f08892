/**
 * Where no transaction can be kept apart from others on all servers at once, one that asks for it is refused before it begins.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Nurse extends Model.Class<Nurse>("Nurse")({ name: Column.primaryKey(Schema.String) }, {
  table: "isolation_nurses"
}) {}

const strict = ["repeatable read", "serializable"] as const

const names = Effect.map(
  Query.from(Nurse).orderBy(({ name }) => name.asc()).all,
  (nurses) => nurses.map(({ name }) => name)
)

export const noIsolation = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Nurse]), { timeout: "60 seconds" })(`${name}: isolation`, (it) => {
    for (const isolation of strict) {
      it.effect(`is refused where it is ${isolation}, and nothing of it runs`, () =>
        Effect.gen(function*() {
          const nurses = yield* Repository.make(Nurse)
          let runs = 0
          const write = Effect.suspend(() => {
            runs += 1
            return nurses.insert({ name: isolation })
          })
          const refused = yield* Effect.flip(Session.transaction(write, { isolation }))
          assert.instanceOf(refused, OrmError.Unsupported)
          assert.strictEqual(refused.feature, `a transaction that is ${isolation}`)
          assert.strictEqual(runs, 0)
          assert.notInclude(yield* names, isolation)
        }))

      it.effect(`is refused where ${isolation} is asked for inside of another, which goes on`, () =>
        Effect.gen(function*() {
          const nurses = yield* Repository.make(Nurse)
          yield* Session.transaction(Effect.gen(function*() {
            const refused = yield* Effect.flip(Session.transaction(nurses.insert({ name: "inner" }), { isolation }))
            assert.instanceOf(refused, OrmError.Unsupported)
            yield* nurses.insert({ name: `outer of ${isolation}` })
          }))
          const found = yield* names
          assert.include(found, `outer of ${isolation}`)
          assert.notInclude(found, "inner")
        }))
    }

    it.effect("is kept where it is read committed", () =>
      Effect.gen(function*() {
        const nurses = yield* Repository.make(Nurse)
        yield* Session.transaction(nurses.insert({ name: "Mary" }), { isolation: "read committed" })
        assert.include(yield* names, "Mary")
      }))
  })
