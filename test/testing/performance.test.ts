/**
 * What an effect takes is measured, and compared with what it took before.
 */
import { assert, layer } from "@effect/vitest"
import { Performance } from "andamios-orm/testing"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"

const inDirectory = <A, E, R>(use: (directory: string) => Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.flatMap(Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped()), use)
  )

const took = (name: string, median: number, ratio?: number): Performance.Measurement => ({
  name,
  runs: 3,
  median,
  p95: median,
  fastest: median,
  ...(ratio !== undefined && { ratio })
})

layer(NodeFileSystem.layer)("what an effect takes", (it) => {
  it.effect("is the median of its runs, after those that warm up", () =>
    Effect.gen(function*() {
      let runs = 0
      let references = 0
      const measured = yield* Performance.measure("count", Effect.sync(() => ++runs), {
        runs: 7,
        warmUp: 2,
        reference: Effect.sync(() => ++references)
      })
      assert.deepStrictEqual([runs, references], [9, 9])
      assert.strictEqual(measured.name, "count")
      assert.strictEqual(measured.runs, 7)
      assert.isAbove(measured.fastest, 0)
      assert.isAtLeast(measured.p95, measured.median)
      assert.isAbove(measured.ratio ?? 0, 0)
      const alone = yield* Performance.measure("count", Effect.sync(() => ++runs))
      assert.notProperty(alone, "ratio")
      assert.deepStrictEqual([runs, alone.runs], [44, 30])
    }))

  it.effect("fails as the effect fails", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Effect.flip(Performance.measure("no", Effect.fail("no"))), "no")
    }))

  it.effect("is stored the first time, and where that is asked for", () =>
    inDirectory((directory) =>
      Effect.gen(function*() {
        const files = yield* FileSystem.FileSystem
        const file = `${directory}/baseline.json`
        yield* Performance.compare(file)(took("b", 2))
        yield* Performance.compare(file)(took("a", 1))
        yield* Performance.compare(file)(took("b", 2.2))
        yield* Performance.compare(file, { update: true })(took("a", 5))
        const stored: unknown = JSON.parse(yield* files.readFileString(file))
        assert.deepStrictEqual(stored, [took("a", 5), took("b", 2)])
        assert.deepStrictEqual(yield* files.readDirectory(directory), ["baseline.json"])
      })
    ))

  it.effect("is refused where it is more than is allowed, by ratios where there are some", () =>
    inDirectory((directory) =>
      Effect.gen(function*() {
        const file = `${directory}/baseline.json`
        const compare = Performance.compare(file, { tolerance: 0.5 })
        yield* compare(took("alone", 2))
        yield* compare(took("compared", 2, 3))
        const slower = yield* Effect.flip(compare(took("alone", 4)))
        assert.strictEqual(
          slower.message,
          `alone takes 2.00 times as long as in ${file}, and 1.50 are allowed: 2.000 ms before, 4.000 ms now. ` +
            "Make it faster, or store what it takes now with the option `update`."
        )
        // on a slower machine the reference is slower, too
        yield* compare(took("compared", 20, 4.4))
        const worse = yield* Effect.flip(compare(took("compared", 2, 6)))
        assert.include(worse.message, "2.000 ms, 3.00 times its reference, before")
        // one that has no ratio any more is compared by its median
        yield* compare(took("compared", 3))
      })
    ))

  it.effect("can't be compared with what is no baseline, or can't be stored", () =>
    inDirectory((directory) =>
      Effect.gen(function*() {
        const files = yield* FileSystem.FileSystem
        yield* files.writeFileString(`${directory}/broken.json`, "{")
        for (const file of [`${directory}/broken.json`, directory, `${directory}/no/such/baseline.json`]) {
          const error = yield* Effect.flip(Performance.compare(file)(took("a", 1)))
          assert.strictEqual(error._tag, "BaselineUnusable")
          assert.include(error.message, `The baseline ${file}: `)
        }
      })
    ))
})
