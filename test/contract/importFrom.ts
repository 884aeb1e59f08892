/**
 * An import stores the rows that fit, tells of those that don't, and loses none without a word.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Database } from "./Subject.ts"

class Sample extends Model.Class<Sample>("Sample")({
  id: Column.primaryKey(Schema.Int),
  label: Schema.NonEmptyString,
  takenAt: Schema.Date
}, { table: "import_samples" }) {}

const takenAt = new Date("2024-02-29T12:00:00Z")

const samples = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, label: `sample ${index}`, takenAt }))

const stored = (first: number, count: number) =>
  Query.from(Sample).where((sample) => sample.id.between(first, first + count - 1)).count

export const importFrom = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Sample]), { timeout: "60 seconds" })(`${name}: import`, (it) => {
    it.effect("stores all rows, batch by batch", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sample)
        const progress: Array<number> = []
        const imported = yield* repository.importFrom(Stream.fromIterable(samples(0, 2_500)), {
          batch: 1_000,
          onProgress: ({ inserted }) => Effect.sync(() => progress.push(inserted))
        })
        assert.deepStrictEqual(imported, { inserted: 2_500, rejected: 0, reasons: [] })
        assert.deepStrictEqual(progress, [1_000, 2_000, 2_500])
        assert.strictEqual(yield* stored(0, 2_500), 2_500)
      }))

    it.effect("tells of each rejected row where it was and all that is wrong with it", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sample)
        const rows = samples(10_000, 2_500).map((row, index) => index === 1_234 ? { ...row, id: 0.5, label: "" } : row)
        const { inserted, reasons, rejected } = yield* repository.importFrom(Stream.fromIterable(rows), {
          batch: 1_000
        })
        assert.deepStrictEqual([inserted, rejected], [2_499, 1])
        assert.deepStrictEqual(reasons.map(({ row }) => row), [1_234])
        assert.deepStrictEqual(reasons.flatMap(({ issues }) => issues.map(({ path }) => path)), [["id"], ["label"]])
        assert.strictEqual(yield* stored(10_000, 2_500), 2_499)
      }))

    it.effect("counts all rejected rows, and keeps the reasons of a hundred", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sample)
        const { inserted, reasons, rejected } = yield* repository.importFrom(
          Stream.fromIterable(Array.from({ length: 250 }, () => "no row at all")),
          { batch: 70 }
        )
        assert.deepStrictEqual([inserted, rejected, reasons.length], [0, 250, 100])
      }))

    it.effect("ends where the database can't hold a row, and says which", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sample)
        const [first, second, third] = [samples(20_000, 100), samples(20_100, 100), samples(20_200, 100)]
        const half = { label: "half \ud800", takenAt }
        const rows = [
          ...first,
          "no row",
          ...second.with(7, { id: 20_107, ...half }).with(9, { id: 20_109, ...half }),
          ...third
        ]
        const failure = yield* Effect.flip(repository.importFrom(Stream.fromIterable(rows), { batch: 100 }))
        assert.strictEqual(failure._tag, "Invalid")
        if (failure._tag === "Invalid") assert.deepStrictEqual(failure.issues.map(({ row }) => row), [108, 110])
        assert.strictEqual(yield* stored(20_000, 300), 100)
      }))

    it.effect("stores a batch whole or not at all", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sample)
        const rows = [...samples(30_000, 100), ...samples(30_100, 99), ...samples(30_150, 1)]
        const failure = yield* Effect.flip(repository.importFrom(Stream.fromIterable(rows), { batch: 100 }))
        assert.strictEqual(failure._tag, "UniqueViolation")
        assert.strictEqual(yield* stored(30_000, 200), 100)
      }))

    it.effect("ends with the failure of its source", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sample)
        const broken = Stream.concat(Stream.fromIterable(samples(40_000, 10)), Stream.fail("unplugged"))
        assert.strictEqual(yield* Effect.flip(repository.importFrom(broken)), "unplugged")
      }))
  })
