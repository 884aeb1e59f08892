/**
 * What is stored is what comes back: an insert fills in what was left out, an update stores a whole row, and `save` knows which is
 * meant.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Generated, Mixin, Model, Repository } from "andamios-orm"
import { expectState, TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Model as EffectModel } from "effect/schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { changed } from "./changed.ts"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

/** A row with everything that somebody else than its writer fills in. */
class Article extends Model.Class<Article>("Article")({
  id: Column.serial(Schema.Int),
  title: Schema.NonEmptyString,
  state: Column.withDefault(Schema.Literals(["draft", "public"]), "draft"),
  badge: Column.databaseDefault(Column.uuid, "uuid"),
  words: Column.withDefault(Column.int32, 0),
  double: Column.generated(Column.int32),
  note: Schema.OptionFromNullOr(Schema.String),
  read: EffectModel.DateTimeUpdateFromDate,
  key: Column.sensitive(Schema.String),
  ...Mixin.timestamps,
  ...Mixin.version
}, { table: "saving_articles" }) {
  static readonly generated = () => Generated.of(Article, (article) => ({ double: article.words.add(article.words) }))
  get isLong() {
    return this.words > 1_000
  }
}

class Place extends Model.Class<Place>("Place")({
  aisle: Column.primaryKey(Schema.String),
  shelf: Column.primaryKey(Column.int16),
  what: Schema.NullOr(Schema.String)
}, { table: "saving_places" }) {}

const article = (title: string) => ({ title, note: Option.none(), key: Redacted.make("k3y") })

const storedArticle = Effect.fnUntraced(function*(id: number) {
  const sql = yield* SqlClient.SqlClient
  const [row = {}] = yield* sql<Record<string, unknown>>`
    SELECT title, state, words, "double", note, "key", version FROM saving_articles WHERE id = ${id}`
  return row
})

export const saving = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Article, Place]), { timeout: "60 seconds" })(`${name}: saving`, (it) => {
    it.effect("insert answers with the row as it is stored, with all that was filled in", () =>
      Effect.gen(function*() {
        const articles = yield* Repository.make(Article)
        const inserted = yield* articles.insert({ ...article("new"), words: 600 })
        const { badge, createdAt, id, read, updatedAt } = inserted
        assert.isTrue(inserted instanceof Article)
        assert.deepStrictEqual([inserted.state, inserted.double, inserted.version, inserted.isLong], [
          "draft",
          1_200,
          1,
          false
        ])
        assert.match(badge, /^[0-9a-f-]{36}$/)
        const now = yield* DateTime.now
        assert.deepStrictEqual([createdAt, updatedAt, read], [now, now, now])
        assert.deepStrictEqual(yield* articles.get(id), inserted)
        assert.deepInclude(yield* storedArticle(id), {
          title: "new",
          state: "draft",
          words: 600,
          double: 1_200,
          note: null,
          key: "k3y"
        })
      }))

    it.effect("update stores a whole row and keeps what is not the writer's", () =>
      Effect.gen(function*() {
        const articles = yield* Repository.make(Article)
        const before = yield* articles.insert({ ...article("before"), state: "public" })
        yield* TestClock.adjust("1 hour")
        const { badge, id, version } = before
        const whole = { id, version, badge, title: "after", state: "draft", words: 7, note: Option.some("n") } as const
        const after = yield* articles.update({ ...whole, key: Redacted.make("other") })
        assert.deepStrictEqual(fieldsOf(after), {
          ...fieldsOf(before),
          ...whole,
          key: after.key,
          double: 14,
          version: 2,
          updatedAt: DateTime.add(before.updatedAt, { hours: 1 }),
          read: DateTime.add(before.read, { hours: 1 })
        })
        assert.deepStrictEqual(yield* articles.get(id), after)
        assert.deepInclude(yield* storedArticle(id), { title: "after", state: "draft", key: "other", version: 2 })
      }))

    it.effect("save overwrites the row that an instance was read from, and counts its version", () =>
      Effect.gen(function*() {
        const articles = yield* Repository.make(Article)
        const first = yield* articles.save({ ...article("first"), state: "public", words: 3 })
        assert.strictEqual(first.version, 1)
        yield* TestClock.adjust("1 hour")
        const second = yield* articles.save(new Article(changed(first, { title: "second" })))
        assert.deepStrictEqual(fieldsOf(second), {
          ...fieldsOf(first),
          title: "second",
          version: 2,
          updatedAt: DateTime.add(first.updatedAt, { hours: 1 }),
          read: DateTime.add(first.read, { hours: 1 })
        })
        assert.deepStrictEqual((yield* articles.save(second)).version, 3)
        const stale = yield* Effect.flip(articles.save(first))
        assert.strictEqual(stale._tag, "StaleRow")
        assert.deepInclude(yield* storedArticle(first.id), { title: "second", state: "public", words: 3, version: 3 })
        assert.strictEqual(yield* articles.count((row) => row.title.in(["first", "second"])), 1)
      }))

    it.effect("save inserts what is no instance, also where it looks like one", () =>
      Effect.gen(function*() {
        const places = yield* Repository.make(Place)
        const saved = yield* places.save({ aisle: "A", shelf: 1, what: "tea" })
        assert.strictEqual((yield* Effect.flip(places.save(Object.assign({}, saved))))._tag, "UniqueViolation")
        const emptied = yield* places.save(new Place(changed(saved, { what: null })))
        assert.deepStrictEqual(fieldsOf(emptied), { aisle: "A", shelf: 1, what: null })
        const gone = new Place({ aisle: "B", shelf: 1, what: null })
        assert.strictEqual((yield* Effect.flip(places.save(gone)))._tag, "NotFound")
        yield* expectState([Place, [{ aisle: "A", shelf: 1, what: null }]])
      }))

    it.effect("save of a row with another key never moves it", () =>
      Effect.gen(function*() {
        const places = yield* Repository.make(Place)
        const one = yield* places.save({ aisle: "C", shelf: 1, what: "one" })
        yield* places.save({ aisle: "C", shelf: 2, what: "two" })
        yield* places.save(new Place(changed(one, { shelf: 2 })))
        const rows = yield* places.find((place) => place.aisle.eq("C"))
        assert.sameDeepMembers(rows.map(({ shelf, what }) => [shelf, what]), [[1, "one"], [2, "one"]])
      }))
  })
