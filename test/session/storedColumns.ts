/**
 * What comes out of the store of a cache is what was read: of every type of column, alone, nullable, optional, in lists and objects, as
 * instances and as plain values.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { TestDatabase } from "../../src/testing.ts"
import type { Database } from "../contract/Subject.ts"
import { kinds } from "../contract/columnKinds.ts"
import { assertSame } from "../contract/columnTypes.ts"
import { inProcess, type Store } from "./persistedCache.ts"

const stored = kinds.map((kind, index) => {
  class Sample extends Model.Class<Sample>(`Stored ${kind.name}`)({
    id: Column.primaryKey(Schema.Int),
    other: Schema.NullOr(Schema.Int),
    value: kind.schema,
    nullable: Schema.NullOr(kind.schema),
    option: Schema.OptionFromNullOr(kind.schema),
    list: Schema.Array(Schema.NullOr(kind.schema)),
    object: Schema.NullOr(Schema.Struct({ here: kind.schema, none: Schema.NullOr(kind.schema) }))
  }, { table: `stored_columns_${index}` }) {}
  return { ...kind, Sample }
})

/** A value in every way, and nothing in its place now and then. */
const rowOf = (value: unknown, id: number) => ({
  id,
  other: id % 2 === 0 ? null : id - 1,
  value,
  nullable: id % 3 === 0 ? null : value,
  option: id % 3 === 1 ? Option.none() : Option.some(value),
  list: id % 4 === 0 ? [] : [null, value],
  object: id % 3 === 2 ? null : { here: value, none: id % 2 === 0 ? null : value }
})

export const storedColumns = (label: string, database: Database, store: Store) =>
  layer(
    Layer.provideMerge(Layer.fresh(store), TestDatabase.layerOn(database, stored.map(({ Sample }) => Sample))),
    { timeout: "60 seconds" }
  )(`${label}: columns in the store of a cache`, (it) => {
    for (const { edges, name, Sample, values } of stored) {
      const random = Arbitrary.array(values, { minLength: 1, maxLength: 5 })
      it.effect.prop(name, { random }, ({ random: found }) =>
        Effect.gen(function*() {
          const rows = [...edges, ...found].map(rowOf)
          yield* inProcess(Effect.gen(function*() {
            yield* Query.delete(Sample).everywhere()
            yield* (yield* Repository.make(Sample)).insertMany(rows)
          }))
          const ask = Effect.all([
            Query.from(Sample).orderBy((row) => row.id.asc()).all,
            Query.from(Sample).orderBy((row) => row.id.asc())
              .select((row) => ({ value: row.value, nullable: row.nullable, option: row.option, list: row.list })).all,
            Query.from(Sample, "one").leftJoin(Sample, "two", ({ one, two }) => two.id.eq(one.other))
              .orderBy(({ one }) => one.id.asc()).all
          ])
          const first = yield* inProcess(ask)
          const second = yield* inProcess(ask)
          assert.strictEqual(second.stored, 3)
          assertSame(second.value, first.value)
          assertSame(second.value[0], rows)
        }), { arbitrary: { runs: 8 } })
    }
  })
