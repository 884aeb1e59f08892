/**
 * The metrics of a pool say the same as its stats, in OpenTelemetry's names.
 */
import { assert, it } from "@effect/vitest"
import { Session } from "andamios-orm"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import { TestClock } from "effect/testing"
import { stats, until } from "./busy.ts"
import type { Database } from "./Subject.ts"

/** What the gauges of the only pool show. */
const gauges = Effect.map(Metric.snapshot, (metrics) => {
  const value = (id: string, state?: string) => {
    const found = metrics.find((metric) =>
      metric.id === `db.client.connection.${id}` && metric.attributes?.["db.client.connection.state"] === state
    )
    return found?.type === "Gauge" ? Number(found.state.value) : undefined
  }
  return {
    acquired: value("count", "used"),
    idle: value("count", "idle"),
    waiting: value("pending_requests"),
    size: value("max")
  }
})

const waitTimes = Effect.map(Metric.snapshot, (metrics) => {
  const found = metrics.find(({ id }) => id === "db.client.connection.wait_time")
  return found?.type === "Histogram" ? { count: found.state.count, max: found.state.max } : undefined
})

export const poolMetrics = (name: string, database: Database) =>
  it.effect(`${name}: the metrics of a pool say who holds a connection, who waits and for how long`, () =>
    Effect.gen(function*() {
      const { size } = yield* stats
      assert.deepStrictEqual({ ...yield* gauges }, { ...yield* stats })

      const gate = yield* Deferred.make<void>()
      const holders = Array.from({ length: size }, () => Session.transaction(Deferred.await(gate)))
      const held = yield* Effect.forkChild(Effect.all(holders, { concurrency: "unbounded", discard: true }))
      yield* until(size, 0)
      const before = yield* waitTimes
      const waiting = yield* Effect.forkChild(Session.transaction(Effect.void))
      yield* until(size, 1)
      assert.deepStrictEqual(yield* gauges, { acquired: size, idle: 0, waiting: 1, size })
      assert.deepStrictEqual({ ...yield* gauges }, { ...yield* stats })

      yield* TestClock.adjust("7 seconds")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.joinAll([held, waiting])
      assert.deepStrictEqual(yield* gauges, { acquired: 0, idle: size, waiting: 0, size })
      const after = yield* waitTimes
      assert.strictEqual(after?.count, (before?.count ?? 0) + 1)
      assert.strictEqual(after?.max, 7_000)
    }).pipe(Effect.provide(database), Effect.provideService(Metric.MetricRegistry, new Map())))
