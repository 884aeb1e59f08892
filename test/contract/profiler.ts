/**
 * A profiler counts the statements of the program that it is provided to, tells how long they took, and which were slow.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Profiler, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { slowly } from "./slowly.ts"
import type { Database } from "./Subject.ts"
import { withSpans } from "./withSpans.ts"

class Tram extends Model.Class<Tram>("Tram")({
  id: Column.primaryKey(Column.int32),
  line: Schema.String,
  code: Column.sensitive(Schema.String)
}, { table: "profiled_trams" }) {}

const tram = (id: number) => ({ id, line: `L${id % 3}`, code: Redacted.make(`secret ${id}`) })

const ofTable = ({ statements }: Profiler.Profile) =>
  statements.filter(({ table }) => table?.includes("profiled_trams"))

const slowest = (count: number) => Stream.runCollect(Stream.take(Profiler.slow, count))

export const profiler = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Tram]), { timeout: "60 seconds" })(`${name}: profiler`, (it) => {
    const ofLine = (line: string) => Query.from(Tram).where((one) => one.line.eq(line))

    it.effect("counts calls, rows and failures of each shape of statements", () =>
      Effect.gen(function*() {
        const trams = yield* Repository.make(Tram)
        const [value, profile] = yield* Profiler.profile(Effect.gen(function*() {
          yield* trams.insert(tram(1))
          yield* trams.insert(tram(2))
          yield* trams.insertMany([tram(4), tram(5), tram(6)])
          yield* Effect.flip(trams.insert(tram(1)))
          yield* ofLine("L1").all
          yield* ofLine("L2").all
          yield* Query.update(Tram).set(() => ({ line: "L0" })).where((one) => one.line.eq("L2"))
          return "done"
        }))
        assert.strictEqual(value, "done")
        const counted = ofTable(profile).map(({ calls, failures, operation, rows }) => [
          operation,
          calls,
          rows,
          failures
        ])
        assert.sameDeepMembers(counted, [
          ["INSERT", 3, 2, 1],
          ["BATCH INSERT", 1, 3, 0],
          ["SELECT", 2, 4, 0],
          ["UPDATE", 1, 2, 0]
        ])
        assert.isTrue(profile.statements.every(({ sql }) => !sql.includes("secret") && !sql.includes("L1")))
        yield* Query.delete(Tram).everywhere()
      }))

    it.effect("knows how much of a statement's time each phase took", () =>
      Effect.gen(function*() {
        const trams = yield* Repository.make(Tram)
        yield* trams.insert(tram(10))
        const read = Effect.andThen(trams.findById(10), trams.findById(10))
        const [, profile] = yield* slowly(Profiler.profile(read))
        assert.lengthOf(profile.statements, 1)
        for (const { calls, max, median, p95, p99, phases, total } of profile.statements) {
          assert.strictEqual(calls, 2)
          assert.isAtLeast(phases.acquire, 600)
          assert.isAtLeast(phases.execute, 600)
          assert.isAtLeast(phases.decode, 600)
          assert.isAtMost(phases.acquire + phases.prepare + phases.execute + phases.decode, total)
          assert.isAtMost(median, p95)
          assert.isAtMost(p95, p99)
          assert.isAtMost(p99, max)
          assert.isAtMost(max, total)
        }
        assert.strictEqual(profile.pool.waits, 2)
        assert.strictEqual(profile.pool.total, 600)
        assert.strictEqual(profile.pool.longest, 300)
        assert.isAbove(profile.milliseconds, 600)
        yield* Query.delete(Tram).everywhere()
      }))

    it.effect("counts how transactions end, and that they wait for a connection once", () =>
      Effect.gen(function*() {
        const trams = yield* Repository.make(Tram)
        const [, profile] = yield* Profiler.profile(Effect.gen(function*() {
          yield* Session.transaction(Effect.andThen(trams.insert(tram(20)), trams.findById(20)))
          yield* Effect.flip(Session.transaction(Effect.andThen(trams.insert(tram(21)), Effect.fail("no"))))
        }))
        assert.deepStrictEqual(profile.transactions, { committed: 1, rolledBack: 1 })
        assert.strictEqual(profile.pool.waits, 2)
        yield* Query.delete(Tram).everywhere()
      }))

    it.effect("counts streams and plain SQL", () =>
      Effect.gen(function*() {
        const trams = yield* Repository.make(Tram)
        const sql = yield* SqlClient.SqlClient
        yield* trams.insertMany([tram(30), tram(31)])
        const [, streamed] = yield* slowly(Profiler.profile(Stream.runDrain(Query.from(Tram).stream)))
        assert.deepStrictEqual(streamed.statements.map(({ calls, rows }) => [calls, rows]), [[1, 2]])
        assert.isAtLeast(streamed.statements[0]?.phases.acquire ?? 0, 300)
        const [, plain] = yield* Profiler.profile(sql`SELECT id FROM profiled_trams WHERE line = ${"L0"}`)
        assert.deepStrictEqual(plain.statements.map(({ calls, rows, table }) => [calls, rows, table]), [[1, 1, null]])
        yield* Query.delete(Tram).everywhere()
      }))

    it.effect("counts for all who ask, within what they asked for, and leaves spans as they are", () =>
      Effect.gen(function*() {
        const trams = yield* Repository.make(Tram)
        const read = trams.findById(40)
        const [[inner, outer], all] = yield* Effect.gen(function*() {
          yield* read
          const both = yield* Profiler.profile(
            Effect.andThen(Profiler.profile(read), ([, profile]) => Effect.as(read, profile))
          )
          return [both, yield* Profiler.report] as const
        }).pipe(Effect.provide(Profiler.layer()))
        assert.deepStrictEqual([inner, outer, all].map(({ statements }) => statements[0]?.calls), [1, 2, 3])
        const [, without] = yield* withSpans(read)
        const [, spans] = yield* withSpans(Profiler.profile(read))
        assert.deepStrictEqual(spans.map((span) => span.name), without.map((span) => span.name))
        assert.isTrue(spans.every(({ status }) => status._tag === "Ended"))
      }))

    it.effect("knows so many shapes, and counts the rest under one name", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const profile = yield* Effect.gen(function*() {
          for (let number = 0; number < 5; number++) yield* sql.unsafe(`SELECT ${number} AS number`)
          return yield* Profiler.report
        }).pipe(Effect.provide(Profiler.layer({ shapes: 2 })))
        assert.strictEqual(profile.callsLeftOut, 3)
        assert.sameMembers(profile.statements.map(({ sql: text }) => text), [
          "SELECT 0 AS number",
          "SELECT 1 AS number",
          "(other statements)"
        ])
      }))

    it.effect("tells of slow statements with their plans", () =>
      Effect.gen(function*() {
        const trams = yield* Repository.make(Tram)
        const found = yield* Effect.gen(function*() {
          yield* slowly(Effect.gen(function*() {
            yield* trams.insert(tram(50))
            yield* Session.transaction(ofLine("L2").all)
            yield* Query.from(Tram).where((one) => one.code.eq(Redacted.make("secret 50"))).all
            yield* Stream.runDrain(Query.from(Tram).stream)
            yield* ofLine("L1").all
          }))
          const seen = yield* slowest(6)
          return [seen, yield* Profiler.report] as const
        }).pipe(Effect.provide(Profiler.layer({ slow: "200 millis" })))
        const [events, profile] = found
        const ofTrams = events.filter(({ table }) => table !== null)
        assert.deepStrictEqual(
          ofTrams.map(({ operation, parameters, plan }) => [operation, parameters, plan !== undefined]),
          [
            ["INSERT", [50, "L2", "<redacted>"], false],
            ["SELECT", ["L2"], true],
            // its plan would quote what nobody may see
            ["SELECT", ["<redacted>"], false],
            ["SELECT", ["L1"], true]
          ]
        )
        assert.isTrue(ofTrams.every(({ milliseconds }) => milliseconds >= 300))
        // asking for a plan is no statement of the program
        assert.isTrue(profile.statements.every(({ sql }) => !sql.includes("EXPLAIN")))
        yield* Query.delete(Tram).everywhere()
      }))

    it.effect("a statement whose plan can't be had is told without", () =>
      Effect.gen(function*() {
        const events = yield* Effect.gen(function*() {
          yield* slowly(Effect.flip(Query.from(Missing).all))
          return yield* slowest(1)
        }).pipe(Effect.provide(Profiler.layer({ slow: "200 millis" })))
        assert.deepStrictEqual(events.map(({ plan, table }) => [table, plan]), [["profiled_nowhere", undefined]])
      }))

    it.effect("a statement is told as slow also after its database was closed", () =>
      Effect.gen(function*() {
        const events = yield* Effect.gen(function*() {
          yield* slowly(Query.from(Tram).all).pipe(
            Effect.provide(Layer.fresh(TestDatabase.layerOn(database, [Tram])), { local: true })
          )
          return yield* Stream.runCollect(
            Profiler.slow.pipe(Stream.filter(({ operation }) => operation === "SELECT"), Stream.take(1))
          )
        }).pipe(Effect.provide(Profiler.layer({ slow: "200 millis" })))
        assert.deepStrictEqual(events.map(({ table }) => table), ["profiled_trams"])
      }))

    it.effect("is written as JSON and read again", () =>
      Effect.gen(function*() {
        const [, profile] = yield* Profiler.profile(Query.from(Tram).all)
        const codec = Schema.fromJsonString(Profiler.Profile)
        const text = yield* Schema.encodeEffect(codec)(profile)
        assert.deepStrictEqual(yield* Schema.decodeUnknownEffect(codec)(text), profile)
        assert.deepStrictEqual(JSON.parse(text), profile)
      }))
  })

class Missing extends Model.Class<Missing>("Missing")({
  id: Column.primaryKey(Column.int32)
}, { table: "profiled_nowhere" }) {}
