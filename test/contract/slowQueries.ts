/**
 * A statement that takes longer than a threshold is logged as a warning and counted, and every statement is logged at Debug level.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LogLevel } from "effect/LogLevel"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { logged } from "./logged.ts"
import { slowly } from "./slowly.ts"
import type { Database } from "./Subject.ts"

class Parcel extends Model.Class<Parcel>("Parcel")({
  id: Column.primaryKey(Column.int32),
  sender: Schema.String
}, { table: "slow_parcels" }) {}

const atLevel = (level: LogLevel) => Effect.provideService(References.MinimumLogLevel, level)

const slowStatements = Effect.map(Metric.snapshot, (metrics) =>
  metrics.reduce(
    (sum, metric) =>
      metric.id === "db.client.operation.slow" && metric.type === "Counter" ? sum + Number(metric.state.count) : sum,
    0
  ))

const within = (threshold: "200 millis" | "1 hour", parameters?: boolean) =>
  Effect.provide(Session.slowQueries({ threshold, ...(parameters !== undefined && { parameters }) }))

export const slowQueries = (name: string, database: Database) => {
  layer(TestDatabase.layerOn(database, [Parcel]), { timeout: "60 seconds" })(`${name}: slow statements`, (it) => {
    it.effect("are told with what they are, how long they took, how many rows they gave and who ran them", () =>
      Effect.gen(function*() {
        const parcels = yield* Repository.make(Parcel)
        yield* parcels.insert({ id: 1, sender: "Ada" })
        const before = yield* slowStatements
        const [, lines] = yield* logged(
          parcels.findById(1).pipe(within("200 millis"), slowly)
        )
        assert.lengthOf(lines, 1)
        const [line] = lines
        assert.strictEqual(line?.level, "Warn")
        assert.strictEqual(line?.message, "Slow statement: SELECT slow_parcels took 300 ms")
        const { "db.query.text": text, ...annotations } = line?.annotations ?? {}
        assert.match(String(text), /^SELECT .*\$1/)
        assert.deepInclude(annotations, {
          "db.operation.name": "SELECT",
          "db.collection.name": "slow_parcels",
          milliseconds: 300,
          rows: 1,
          by: "Repository.findById"
        })
        assert.notProperty(annotations, "parameters")
        assert.strictEqual(yield* slowStatements, before + 1)
      }))

    it.effect("are told with their values where that is asked for", () =>
      Effect.gen(function*() {
        const parcels = yield* Repository.make(Parcel)
        const sql = yield* SqlClient.SqlClient
        const parametersOf = <E, R>(effect: Effect.Effect<unknown, E, R>) =>
          Effect.map(
            logged(effect.pipe(within("200 millis", true), slowly)),
            ([, lines]) => lines.map(({ annotations }) => annotations["parameters"])
          )
        assert.deepStrictEqual(yield* parametersOf(parcels.insert({ id: 10, sender: "Bob" })), [[10, "Bob"]])
        assert.deepStrictEqual(yield* parametersOf(Query.from(Parcel).where((one) => one.sender.eq("Bob")).all), [[
          "Bob"
        ]])
        assert.deepStrictEqual(yield* parametersOf(parcels.deleteMany([10, 11])), [undefined])
        // nobody says what is secret in plain SQL
        assert.deepStrictEqual(yield* parametersOf(sql`SELECT * FROM slow_parcels WHERE sender = ${"Bob"}`), [
          undefined
        ])
      }))

    it.effect("are told of writes with the rows that they changed, and of failures with their kind", () =>
      Effect.gen(function*() {
        const parcels = yield* Repository.make(Parcel)
        yield* parcels.insertMany([{ id: 20, sender: "Cyd" }, { id: 21, sender: "Cyd" }])
        const [, [updated]] = yield* logged(
          Query.update(Parcel).set(() => ({ sender: "Dan" })).where((one) => one.sender.eq("Cyd")).pipe(
            within("200 millis"),
            slowly
          )
        )
        assert.deepInclude(updated?.annotations, { "db.operation.name": "UPDATE", rows: 2 })
        const [, [failed]] = yield* logged(
          Effect.flip(parcels.insert({ id: 20, sender: "Eve" })).pipe(within("200 millis"), slowly)
        )
        assert.deepInclude(failed?.annotations, { "error.type": "UniqueViolation" })
        assert.notProperty(failed?.annotations, "rows")
      }))

    it.effect("are none where nobody asks, where they are fast enough, and of a stream", () =>
      Effect.gen(function*() {
        const parcels = yield* Repository.make(Parcel)
        const before = yield* slowStatements
        const read = Effect.all([parcels.findById(1), Stream.runDrain(Query.from(Parcel).stream)])
        assert.deepStrictEqual((yield* logged(slowly(read)))[1], [])
        assert.deepStrictEqual((yield* logged(read.pipe(within("1 hour"), slowly)))[1], [])
        const [, streamed] = yield* logged(
          Stream.runDrain(Query.from(Parcel).stream).pipe(within("200 millis"), slowly)
        )
        assert.deepStrictEqual(streamed, [])
        assert.strictEqual(yield* slowStatements, before)
      }))

    it.effect("at Debug level, each statement and each end of a transaction is one line", () =>
      Effect.gen(function*() {
        const parcels = yield* Repository.make(Parcel)
        const sql = yield* SqlClient.SqlClient
        const [, lines] = yield* logged(
          Session.transaction(Effect.andThen(parcels.insert({ id: 30, sender: "Fay" }), sql`SELECT 1 AS one`)).pipe(
            Effect.withSpan("sending"),
            atLevel("Debug")
          )
        )
        const namespace = String(lines[0]?.annotations["db.namespace"])
        assert.deepStrictEqual(lines.map(({ level, message }) => [level, message]), [
          ["Debug", `BEGIN ${namespace}`],
          ["Debug", "INSERT slow_parcels"],
          ["Debug", `SELECT ${namespace}`],
          ["Debug", `COMMIT ${namespace}`]
        ])
        assert.isNumber(lines[1]?.annotations["milliseconds"])
        assert.deepStrictEqual(lines.map(({ annotations }) => annotations["by"]), [
          "sending",
          "Repository.insert",
          "sending",
          "sending"
        ])
        const streamed = logged(Stream.runDrain(Query.from(Parcel).stream).pipe(atLevel("Debug")))
        assert.deepStrictEqual((yield* streamed)[1].map(({ message }) => message), ["SELECT slow_parcels"])
        assert.deepStrictEqual((yield* logged(parcels.get(30)))[1], [])
      }))
  })

  layer(
    TestDatabase.layerOn(database.pipe(Layer.provide(Session.slowQueries({ threshold: "200 millis" }))), [Parcel]),
    { timeout: "60 seconds" }
  )(`${name}: slow statements of a database`, (it) => {
    it.effect("are told when the database was made so, unless a fiber has a threshold of its own", () =>
      Effect.gen(function*() {
        const parcels = yield* Repository.make(Parcel)
        const [, lines] = yield* logged(slowly(parcels.findById(1)))
        assert.lengthOf(lines, 1)
        const [, none] = yield* logged(parcels.findById(1).pipe(within("1 hour"), slowly))
        assert.deepStrictEqual(none, [])
      }))
  })
}
