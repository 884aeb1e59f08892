/**
 * A change that can't be stored is refused before it is sent, alone and among others.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

class Note extends Model.Class<Note>("Note")({ title: Column.primaryKey(Schema.String), text: Schema.String }, {
  table: "notes"
}) {}

const half = "half of a character: \ud800"

for (
  const [name, database] of [["DuckDB", TestDatabase.layer([Note])], [
    "PostgreSQL",
    TestDatabase.layerPostgres([Note])
  ]] as const
) {
  layer(database, { timeout: "60 seconds" })(`${name}: a change that can't be stored`, (it) => {
    it.effect("is Invalid, and nothing is changed", () =>
      Effect.gen(function*() {
        const notes = yield* Repository.make(Note)
        yield* notes.insertMany([{ title: "first", text: "one" }, { title: "second", text: "two" }])
        const refused = <A, E, R>(change: Effect.Effect<A, E, R>) =>
          Effect.map(Effect.flip(change), (failure) => {
            assert.instanceOf(failure, OrmError.Invalid)
            return failure.issues.map(({ path }) => path)
          })
        assert.deepStrictEqual(yield* refused(notes.patch({ title: "first", text: half })), [["text"]])
        const among = notes.patchMany([{ title: "first", text: "1" }, { title: "second", text: half }])
        assert.deepStrictEqual(yield* refused(among), [["text"]])
        assert.deepStrictEqual((yield* notes.all).map(({ text }) => text).toSorted(), ["one", "two"])
      }))

    it.effect("tells of the key before all else", () =>
      Effect.gen(function*() {
        const notes = yield* Repository.make(Note)
        const failure = yield* Effect.flip(notes.patch({ title: half, text: half }))
        assert.instanceOf(failure, OrmError.Invalid)
        assert.deepStrictEqual(failure.issues.map(({ path }) => path), [["title"]])
      }))
  })
}
