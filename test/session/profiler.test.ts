/**
 * A profile's figures are those of what was counted, and its table lines up.
 */
import { assert, describe, it } from "@effect/vitest"
import { Profiler } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { observedText } from "../../src/session/observed.ts"
import * as TableVersions from "../../src/session/tableVersions.ts"
import * as Observer from "../../src/session/observer.ts"
import { nothing, open } from "../../src/session/profiling.ts"

const attributes = { "db.system.name": "duckdb", "db.namespace": "memory" }

const milliseconds = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))
  .check(Schema.isMinLength(1))

/** The value that so many percent of all are not above. */
const percentile = (values: ReadonlyArray<number>, percent: number) =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * percent / 100) - 1)] ?? 0

describe("profiler", () => {
  it.effect.prop("tells totals as they are, and percentiles a hundredth off at most", { taken: milliseconds }, ({
    taken
  }) =>
    Effect.gen(function*() {
      const { ended, report } = yield* open(10)
      for (const time of taken) {
        const spent = { ...nothing(), execute: time * 1e6 }
        const observed = observedText("SELECT 1")
        ended({ observed, nanoseconds: time * 1e6, spent, rows: 2, isFailed: time % 2 === 0, canBeSlow: true })
      }
      const { statements: [statement] } = yield* report
      if (statement === undefined) return assert.fail("nothing was counted")
      assert.strictEqual(statement.calls, taken.length)
      assert.strictEqual(statement.rows, 2 * taken.length)
      assert.strictEqual(statement.failures, taken.filter((time) => time % 2 === 0).length)
      assert.strictEqual(statement.max, Math.max(...taken))
      const total = taken.reduce((sum, time) => sum + time, 0)
      assert.approximately(statement.total, total, 1e-6 * total)
      assert.strictEqual(statement.phases.execute, statement.total)
      for (const [told, percent] of [[statement.median, 50], [statement.p95, 95], [statement.p99, 99]] as const) {
        const exact = percentile(taken, percent)
        assert.approximately(told, exact, exact / 100)
      }
    }))

  it.effect("takes its time from the clock, which a test moves", () =>
    Effect.gen(function*() {
      const { observe } = yield* Observer.make(attributes, TableVersions.make())
      const [, profile] = yield* Profiler.profile(
        observe(observedText("SELECT 1"), TestClock.adjust("2 seconds"), () => undefined)
      )
      assert.strictEqual(profile.began, "1970-01-01T00:00:00.000Z")
      assert.strictEqual(profile.milliseconds, 2000)
      assert.deepInclude(profile.statements[0], { calls: 1, total: 2000, median: 2000, max: 2000 })
    }))

  it.effect("what takes more than an hour is known by its maximum", () =>
    Effect.gen(function*() {
      const { observe } = yield* Observer.make(attributes, TableVersions.make())
      const [, profile] = yield* Profiler.profile(
        observe(observedText("SELECT 1"), TestClock.adjust("3 hours"), () => undefined)
      )
      assert.strictEqual(profile.statements[0]?.max, 10_800_000)
      assert.isAtLeast(profile.statements[0]?.median ?? 0, 3_564_000)
    }))

  it.effect("an interrupted statement is counted as failed, and a COMMIT that fails as rolled back", () =>
    Effect.gen(function*() {
      const { observe } = yield* Observer.make(attributes, TableVersions.make())
      const [, profile] = yield* Profiler.profile(Effect.gen(function*() {
        yield* Effect.exit(observe(observedText("SELECT 1"), Effect.interrupt, () => undefined))
        yield* Effect.exit(observe(observedText("COMMIT"), Effect.fail("broken"), () => undefined))
      }))
      assert.strictEqual(profile.statements.find(({ sql }) => sql === "SELECT 1")?.failures, 1)
      assert.deepStrictEqual(profile.transactions, { committed: 0, rolledBack: 1 })
    }))

  it("draws a table that lines up", () => {
    const statement: Profiler.StatementProfile = {
      sql: "SELECT *\n  FROM books WHERE id = $1",
      operation: "SELECT",
      table: "books",
      calls: 12,
      rows: 340,
      single: 2,
      failures: 0,
      total: 1234.5,
      median: 90,
      p95: 120.25,
      p99: 130,
      max: 131,
      phases: { acquire: 4, prepare: 1.5, execute: 1000, decode: 20 }
    }
    const profile: Profiler.Profile = {
      began: "2026-01-02T03:04:05.000Z",
      milliseconds: 2000,
      statements: [statement, { ...statement, sql: `SELECT ${"x".repeat(200)}`, calls: 1, rows: 0, total: 5 }],
      callsLeftOut: 0,
      transactions: { committed: 2, rolledBack: 1 },
      pool: { waits: 5, total: 10, longest: 4.25 }
    }
    assert.strictEqual(
      Profiler.draw(profile),
      `13 statements in 2000.00 ms since 2026-01-02T03:04:05.000Z

calls  rows  failed  total ms  median     p95     p99     max  acquire  prepare  execute  decode  statement
   12   340       0   1234.50   90.00  120.25  130.00  131.00     4.00     1.50  1000.00   20.00  SELECT * FROM books WHERE id = $1
    1     0       0      5.00   90.00  120.25  130.00  131.00     4.00     1.50  1000.00   20.00  SELECT ${
        "x".repeat(92)
      }…

transactions: 2 committed, 1 rolled back
connections: asked for 5 times, 10.00 ms of waiting, 4.25 ms at most`
    )
    assert.isTrue(
      Profiler.draw({ ...profile, callsLeftOut: 7 }).endsWith("7 calls are of more shapes than are told apart")
    )
    assert.include(Profiler.draw({ ...profile, statements: [] }), "0 statements")
  })

  it.live("sees the memory that an effect takes and gives back", () =>
    Effect.gen(function*() {
      const megabytes = 64
      const [length, { external, heap, rss }] = yield* Profiler.memory(
        Effect.gen(function*() {
          const bytes = Buffer.alloc(megabytes * 2 ** 20, 1)
          yield* Effect.sleep("50 millis")
          return bytes.length
        })
      )
      assert.strictEqual(length, megabytes * 2 ** 20)
      assert.isAtLeast(external.peak - external.before, length)
      for (const { after, before, peak } of [external, heap, rss]) {
        assert.isAtLeast(peak, before)
        assert.isAtLeast(peak, after)
      }
      assert.strictEqual(yield* Effect.flip(Profiler.memory(Effect.fail("no"))), "no")
    }))
})
