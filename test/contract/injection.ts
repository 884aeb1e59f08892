/**
 * Whatever a user may type stays a value or a name: it finds what it is, and changes nothing else.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

/** What those would type who want more than they are asked for. */
const attempts = [
  "'; DROP TABLE injection_guards; --",
  "\"; DROP TABLE injection_guards; --",
  "x' OR '1'='1",
  "x\" OR \"1\"=\"1",
  "') OR 1=1 --",
  "\\'; DELETE FROM injection_guards; --",
  "\\",
  "\\\\'",
  "'",
  "''",
  "\"",
  "\"\"",
  "`",
  "$1",
  "$$; DROP TABLE injection_guards; $$",
  "$tag$",
  "?",
  ":name",
  "@x",
  "%",
  "_",
  "%' OR 1=1 --",
  "/* comment",
  "*/",
  "-- comment",
  "a\nb; DROP TABLE injection_guards",
  ";",
  "{\"a\": 1}",
  "$.a[*]",
  "{x,\"y\"}",
  "NULL",
  "E'\\x27'",
  "U&'\\0027'",
  "０'；",
  "\u2019 OR 1=1",
  "\uFEFF'",
  "a.b",
  "a\"; --.b",
  "é'👩‍🔬\"",
  " ",
  ""
] as const

const hostile = Schema.Literals(attempts)

const texts = Arbitrary.array(Arbitrary.schema(hostile), { minLength: 1, maxLength: 3 })

class Guard extends Model.Class<Guard>("Guard")({
  id: Column.primaryKey(Schema.Int),
  kept: Schema.String
}, { table: "injection_guards" }) {}

class Word extends Model.Class<Word>("Word")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  maybe: Schema.OptionFromNullOr(Schema.String),
  list: Schema.Array(Schema.String),
  json: Column.json(Schema.Record(Schema.String, Schema.String)),
  label: hostile
}, { table: "injection_words" }) {}

/** A model whose every name is one of these. */
const named = (name: string, index: number) => {
  const field = `f${name}`
  class Named extends Model.Class<Named>(`Named${index}`)({
    id: Column.primaryKey(Schema.Int),
    [field]: Schema.String
  }, { table: `injection ${index} ${name}`, indexes: [Index.on(field)] }) {}
  return { field, model: Named }
}

const nameable = attempts.filter((text) => !text.includes("\0"))

const namings = nameable.map(named)

const guarded = Layer.effectDiscard(
  Query.upsert(Guard).values([{ id: 1, kept: "yes" }, { id: 2, kept: "yes" }])
)

const untouched = Effect.gen(function*() {
  assert.deepStrictEqual(
    yield* Query.from(Guard).orderBy((guard) => guard.id.asc()).select((guard) => ({ id: guard.id, kept: guard.kept })),
    [{ id: 1, kept: "yes" }, { id: 2, kept: "yes" }]
  )
})

const word = (id: number, text: string) => ({
  id,
  text,
  maybe: Option.some(text),
  list: [text, "x"],
  json: { [text]: text, text },
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each text is one of the labels
  label: text as typeof hostile.Type
})

export const injection = (name: string, database: Database) =>
  layer(guarded.pipe(Layer.provideMerge(TestDatabase.layerOn(database, [Guard, Word]))), { timeout: "120 seconds" })(
    `${name}: injection`,
    (it) => {
      it.effect.prop(
        "does nothing in a value, wherever that goes",
        { texts },
        ({ texts: given }) =>
          Effect.gen(function*() {
            yield* Query.delete(Word).everywhere()
            const words = yield* Repository.make(Word)
            const rows = given.map((text, id) => word(id, text))
            assert.deepStrictEqual(
              (yield* words.insertMany(rows)).map(({ json, label, list, text }) => ({ json, label, list, text })),
              rows.map(
                ({ json, label, list, text }) => ({ json, label, list, text })
              )
            )
            const ids = (holds: (text: string) => boolean) => given.flatMap((text, id) => holds(text) ? [id] : [])
            for (const text of given) {
              const same = ids((other) => other === text)
              const found = (where: Repository.Where<typeof Word>) =>
                Effect.map(
                  Query.from(Word).where(where).orderBy((row) => row.id.asc()),
                  (all) => all.map(({ id }) => id)
                )
              assert.deepStrictEqual(yield* found((row) => row.text.eq(text)), same)
              assert.deepStrictEqual(yield* found((row) => row.text.in([text, "no such text"])), same)
              assert.deepStrictEqual(yield* found((row) => row.maybe.eq(Option.some(text))), same)
              assert.deepStrictEqual(yield* found((row) => row.label.eq(word(0, text).label)), same)
              assert.deepStrictEqual(yield* found((row) => row.text.between(text, text)), same)
              assert.deepStrictEqual(
                yield* found((row) => row.text.startsWith(text)),
                ids((other) => other.startsWith(text))
              )
              assert.deepStrictEqual(
                yield* found((row) => row.text.endsWith(text)),
                ids((other) => other.endsWith(text))
              )
              assert.deepStrictEqual(
                yield* found((row) => row.text.contains(text)),
                ids((other) => other.includes(text))
              )
              const pattern = text.replace(/[\\%_]/g, "\\$&")
              assert.deepStrictEqual(yield* found((row) => row.text.like(pattern)), same)
              yield* Effect.ignore(found((row) => row.text.like(text)))
              yield* Effect.ignore(found((row) => row.text.ilike(`%${text}`)))
              assert.deepStrictEqual(
                yield* Query.from(Word).where((row) => row.text.eq(text)).limit(1).select((row) => ({
                  joined: row.text.orElse(text),
                  [text === "" ? "empty" : text]: row.text
                })),
                [{ joined: text, [text === "" ? "empty" : text]: text }]
              )
            }
            yield* untouched
          }),
        { arbitrary: { runs: 40 } }
      )

      it.effect.prop("does nothing in SQL by hand", { texts }, ({ texts: given }) =>
        Effect.gen(function*() {
          yield* Query.delete(Word).everywhere()
          yield* Query.insert(Word).values(given.map((text, id) => word(id, text)))
          const row = Sql.columns(Word)
          for (const text of given) {
            const same = given.flatMap((other, id) => other === text ? [{ id }] : [])
            const asked = Sql.fragment`${row.text} = ${text} AND ${row.text} IN (${Sql.join([text, text])})`
            const found = Sql.query(Schema.Struct({ id: Schema.Int }))`
              SELECT id FROM ${Word} WHERE ${asked} AND ${Sql.value(Schema.String, text)} = ${row.text} ORDER BY id`
            assert.deepStrictEqual(yield* found, same)
            assert.strictEqual(
              yield* Sql.statement`UPDATE ${Word} SET text = ${text} WHERE text = ${text}`,
              same.length
            )
            const echoed = Query.from(Guard).where((guard) => guard.id.eq(1)).select(() => ({
              text: Sql.expression(Schema.String)`${Sql.value(Schema.String, text)}`
            }))
            assert.deepStrictEqual(yield* echoed, [{ text }])
          }
          yield* untouched
        }), { arbitrary: { runs: 25 } })

      it.effect.prop("does nothing in a write", { texts }, ({ texts: given }) =>
        Effect.gen(function*() {
          yield* Query.delete(Word).everywhere()
          yield* Query.insert(Word).values(given.map((_, id) => word(id, "x\" OR \"1\"=\"1")))
          for (const [id, text] of given.entries()) {
            const { json, label, list, maybe } = word(id, text)
            const changed = yield* Query.update(Word).set(() => ({ text, json, list, maybe, label })).where((row) =>
              row.id.eq(id)
            )
              .returning()
            assert.deepStrictEqual(changed.map((row) => [row.text, row.json, row.list, row.label]), [[
              text,
              json,
              list,
              label
            ]])
            yield* Query.upsert(Word).values(word(id, text))
          }
          for (const text of new Set(given)) {
            const count = given.filter((other) => other === text).length
            assert.strictEqual(yield* Query.delete(Word).where((row) => row.text.eq(text)), count)
          }
          assert.strictEqual(yield* Query.from(Word).count, 0)
          yield* untouched
        }), { arbitrary: { runs: 25 } })

      it.effect("does nothing in the names of tables, columns, indexes, sources, selected values and common table expressions", () =>
        Effect.gen(function*() {
          yield* Session.createTables(namings.map(({ model }) => model))
          for (const [index, { field, model }] of namings.entries()) {
            const source = nameable[index] === "" ? "empty" : nameable[index] ?? "empty"
            yield* Query.delete(model).everywhere()
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the field's name is only known here
            yield* Query.insert(model).values({ id: 1, [field]: source } as never)
            const from = Query.from(model, source)
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the source's name is only known here
            const columns = (scope: object) => Reflect.get(scope, source) as Query.ColumnsOf<typeof Guard>
            assert.lengthOf(yield* from, 1)
            const joined = from.join(
              Guard,
              `${source}2`,
              (scope) => columns(scope).id.eq(Reflect.get(scope, `${source}2`).id)
            )
            assert.strictEqual(yield* joined.count, 1)
            const selected = from.select((scope) => ({ [source]: columns(scope).id }))
            assert.deepStrictEqual(yield* selected, [{ [source]: 1 }])
            const cte = Query.cte(source, selected)
            assert.strictEqual(yield* Query.from(cte, `${source}3`).count, 1)
            assert.strictEqual(yield* Sql.query(Schema.Struct({ id: Schema.Int }))`SELECT id FROM ${model}`.count, 1)
            const count = yield* Sql.statement`UPDATE ${model} SET ${Sql.identifier(model, field)} = ${source}`
            assert.strictEqual(count, 1)
          }
          yield* untouched
        }))
    }
  )
