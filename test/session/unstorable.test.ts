/**
 * A change that can't be stored is refused before it is sent, alone and among others.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

class Note extends Model.Class<Note>("Note")({ id: Column.primaryKey(Schema.Int), text: Schema.String }, {
  table: "notes"
}) {}

layer(TestDatabase.layer([Note]))("a change that can't be stored", (it) => {
  it.effect("is Invalid, and nothing is changed", () =>
    Effect.gen(function*() {
      const notes = yield* Repository.make(Note)
      yield* notes.insertMany([{ id: 1, text: "one" }, { id: 2, text: "two" }])
      const half = "half of a character: \ud800"
      const alone = yield* Effect.flip(notes.patch({ id: 1, text: half }))
      const among = yield* Effect.flip(notes.patchMany([{ id: 1, text: "1" }, { id: 2, text: half }]))
      for (const refused of [alone, among]) {
        assert.instanceOf(refused, OrmError.Invalid)
        assert.deepStrictEqual(refused.issues.map(({ path }) => path), [["text"]])
      }
      assert.deepStrictEqual((yield* notes.all).map(({ text }) => text), ["one", "two"])
    }))
})
