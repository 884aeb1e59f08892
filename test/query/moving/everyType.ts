/**
 * Values of every column type arrive as they were, and those that can be keys lead a move on.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, type ColumnType, Model, Move, Query, Repository, Table } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Kind, kinds } from "../../contract/columnKinds.ts"
import { assertSame } from "../../contract/columnTypes.ts"
import type { Database } from "../../databases.ts"

/** An instant whose microseconds a number can't hold, and whose milliseconds it can. */
const farAway = new Date("9999-12-31T23:46:40.014Z")

/** Every kind alone, as a nullable column, an option, a list, and fields of an object. */
const valuesOf = ({ name, schema, ...kind }: Kind, index: number) => {
  class Value extends Model.Class<Value>(`Moved ${name}`)({
    id: Column.primaryKey(Schema.Int),
    value: schema,
    option: Schema.OptionFromNullOr(schema),
    list: Schema.Array(Schema.NullOr(schema)),
    object: Schema.NullOr(Schema.Struct({ here: schema, none: Schema.NullOr(schema) }))
  }, { table: `moved_values_${index}` }) {}
  const edges = name === "Timestamp as a Date" ? [farAway, ...kind.edges] : kind.edges
  return { ...kind, edges, Value }
}

/** The same as a key. */
const keyOf = ({ name, schema, ...kind }: Kind, index: number) => {
  class Keyed extends Model.Class<Keyed>(`Moved by ${name}`)({
    key: Column.primaryKey(schema),
    second: Column.primaryKey(Column.int8)
  }, { table: `moved_keys_${index}` }) {}
  return { ...kind, Keyed }
}

const keyTypes: ReadonlyArray<ColumnType.ColumnType["_tag"]> = [
  "Text",
  "Int8",
  "Int16",
  "Int32",
  "Int64",
  "Int128",
  "UInt8",
  "UInt16",
  "UInt32",
  "UInt64",
  "UInt128",
  "Decimal",
  "Boolean",
  "Date",
  "Time",
  "Timestamp",
  "Uuid",
  "Enum",
  "Blob"
]

const values = kinds.map(valuesOf)
const keys = kinds.map(keyOf).filter(({ Keyed }) => {
  const [key] = Table.tableOf(Keyed).columns
  return key !== undefined && keyTypes.includes(key.type._tag)
})

export const everyType = (label: string, from: Database, to: Database) =>
  describe(`a move from ${label}`, { timeout: 240_000 }, () => {
    const opened = (models: ReadonlyArray<Model.Stored>) =>
      Effect.all({
        from: Layer.build(TestDatabase.layerOn(from, models)),
        to: Layer.build(TestDatabase.layerOn(to, models))
      })

    it.effect("brings values of every type as they were", () =>
      Effect.gen(function*() {
        const models = values.map(({ Value }) => Value)
        const both = yield* opened(models)
        yield* Effect.forEach(values, ({ edges, Value, values: arbitrary }) =>
          Effect.gen(function*() {
            const sample = [...edges, ...yield* Arbitrary.sampleEffect(arbitrary, { count: 8, size: 10 })]
            const rows = sample.map((value, id) => ({
              id,
              value,
              option: id % 3 === 0 ? Option.none() : Option.some(value),
              list: [[], [null, value], [value]][id % 3] ?? [],
              object: id % 4 === 3 ? null : { here: value, none: id % 2 === 0 ? null : value }
            }))
            yield* Effect.flatMap(Repository.make(Value), (all) => all.insertMany(rows))
          })).pipe(Effect.provideContext(both.from))
        yield* Move.run(models, { ...both, batchSize: 5 })
        for (const { Value } of values) {
          const all = Query.from(Value).orderBy(({ id }) => id.asc()).all
          const [here, there] = yield* Effect.all([
            Effect.provideContext(all, both.from),
            Effect.provideContext(all, both.to)
          ])
          assert.isNotEmpty(here)
          assertSame(there, here)
        }
      }))

    it.effect("goes on behind keys of every type that can be one", () =>
      Effect.gen(function*() {
        const models = keys.map(({ Keyed }) => Keyed)
        const both = yield* opened(models)
        assert.isAbove(keys.length, 20)
        yield* Effect.forEach(keys, ({ edges, Keyed, values: arbitrary }) =>
          Effect.gen(function*() {
            const sample = [...edges, ...yield* Arbitrary.sampleEffect(arbitrary, { count: 8, size: 10 })]
            const all = yield* Repository.make(Keyed)
            // some are the same to a database
            yield* Effect.forEach(sample, (key) => all.upsert({ key, second: 1 }))
            yield* Effect.forEach(sample.slice(0, 3), (key) => all.upsert({ key, second: 2 }))
          })).pipe(Effect.provideContext(both.from))
        let runs = 0
        let isDone = false
        while (!isDone) {
          runs++
          let left = 40
          const onProgress = ({ doing }: Move.Progress) =>
            Effect.suspend(() => doing === "copying" && left-- === 0 ? Effect.interrupt : Effect.void)
          isDone = Exit.isSuccess(yield* Effect.exit(Move.run(models, { ...both, batchSize: 2, onProgress })))
        }
        assert.isAbove(runs, 3)
        const report = yield* Move.run(models, both)
        assert.isTrue(report.every(({ resumedAt, rows }) => resumedAt === rows && rows > 1))
        for (const { Keyed } of keys) {
          const all = Effect.map(Query.from(Keyed).all, (rows) => rows.map((row) => Object.entries(row)))
          const [here, there] = yield* Effect.all([
            Effect.provideContext(all, both.from),
            Effect.provideContext(all, both.to)
          ])
          assert.strictEqual(here.length, there.length)
        }
      }))
  })
