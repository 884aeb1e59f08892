/**
 * What to look at when a program is slow: the metrics of the pool and of statements, their spans, a log of the slow ones, DuckDB's own
 * account of a query, and how much a result costs as rows and as columns.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session, Vector } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Logger, Metric, References, Schema, Tracer } from "effect"
import { SqlClient } from "effect/sql"

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.primaryKey(Column.int32),
  sensor: Schema.String,
  celsius: Schema.NullOr(Schema.Number)
}, { table: "readings" }) {}

const place = ":memory:monitoring"

/** Ten thousand readings of ten sensors, of which the last says nothing. */
const readings = Array.from({ length: 10_000 }, (_, id) => ({
  id,
  sensor: `S${id % 10}`,
  celsius: id % 10 === 9 ? null : id % 40
}))

// The pool keeps Effect's metrics, in OpenTelemetry's names. Whatever exports your metrics exports these; a snapshot shows them here.
// Pools are told apart by an attribute, because a program may have several.
const poolMetrics = Effect.gen(function*() {
  const metrics = (yield* Metric.snapshot).filter(({ attributes }) =>
    attributes?.["db.client.connection.pool.name"] === place
  )
  const lines = metrics.map((metric) => {
    const state = metric.attributes?.["db.client.connection.state"]
    const name = state === undefined ? metric.id : `${metric.id} {${state}}`
    if (metric.type === "Gauge") return `${name}: ${metric.state.value}`
    return metric.type === "Histogram" ? `${name}: waited for ${metric.state.count} times` : name
  })
  yield* Effect.forEach(lines.toSorted(), (line) => Console.log(line), { discard: true })
})

/** Runs an effect, and gives the spans in it, in the order in which they began. */
const spansOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const spans: Array<Tracer.Span> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    return Effect.as(Effect.provideService(effect, Tracer.Tracer, tracer), spans)
  })

/** A span and those inside of it, as lines that are further and further in. */
const tree = (spans: ReadonlyArray<Tracer.Span>, span: Tracer.Span): ReadonlyArray<string> => {
  const inside = spans.filter(({ parent }) => parent._tag === "Some" && parent.value === span)
  return [span.name, ...inside.flatMap((one) => tree(spans, one)).map((line) => `  ${line}`)]
}

// Every statement has a span that is named by what it does and to which table, with a span inside for each phase: waiting for a
// connection, preparing, executing and decoding. A program that sends its traces to a collector by OpenTelemetry has nothing to add; here,
// a tracer of a few lines keeps the spans. Plain SQL has the span of Effect's client, which is named by the database.
const spans = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const repository = yield* Repository.make(Reading)
  const correct = Session.transaction(repository.patch({ id: 7, celsius: 21 }))
  const count = sql`SELECT count(*) AS n FROM readings WHERE sensor = ${"S1"}`
  const found = yield* spansOf(Effect.withSpan(Effect.all([repository.findById(7), correct, count]), "morning check"))
  const lines = found.filter(({ name }) => name === "morning check").flatMap((span) => tree(found, span))
  yield* Console.log(lines.join("\n"))

  const read = found.find(({ name }) => name === "SELECT readings")
  yield* Console.log("The attributes of SELECT readings:")
  for (const [name, value] of read?.attributes ?? []) yield* Console.log(`  ${name}: ${String(value)}`)
})

/** Prints warnings with what is always the same of them: not how long it took. */
const printed = Logger.make(({ fiber, logLevel }) => {
  const { by, "db.query.text": text, "error.type": error, parameters } = fiber.getRef(References.CurrentLogAnnotations)
  const ended = typeof error === "string" ? `, which was ${error}` : ""
  const values = Array.isArray(parameters) ? ` with ${parameters.join(", ")}` : ""
  fiber.getRef(Console.Console).log(`${logLevel} in ${String(by)}${ended}: ${String(text)}${values}`)
})

// With a threshold, statements that take longer are logged as warnings. The second one would take an hour. It is stopped after a second:
// then the engine stops too, and the connection is free for others.
const slowStatements = Effect.gen(function*() {
  const hopeless = Query.from(Reading, "a").crossJoin(Reading, "b").crossJoin(Reading, "c")
    .where(({ a, b, c }) => a.id.multiply(2).multiply(b.id).subtract(c.id.multiply(2)).eq(1))
    .where(({ a }) => a.sensor.ne("S1"))
    .select(({ a }) => ({ id: a.id })).first.pipe(
      Effect.timeout("1 second"),
      Effect.catchTag("TimeoutError", () => Console.log("stopped after a second"))
    )
  yield* Query.from(Reading).count
  yield* Effect.withSpan(hopeless, "nightly report")
}).pipe(
  Effect.provide([Session.slowQueries({ threshold: "900 millis", parameters: true }), Logger.layer([printed])])
)

// Statements are counted, too: how long each took, by what it does and to which table, how many rows it returned, how transactions ended.
const statementMetrics = Effect.gen(function*() {
  const metrics = (yield* Metric.snapshot).filter(({ attributes }) => attributes?.["db.namespace"] === place)
  const lines = metrics.map((metric) => {
    const { attributes = {}, id } = metric
    const about = ["db.operation.name", "db.collection.name", "error.type", "db.client.transaction.outcome"]
    const labels = about.flatMap((name) => attributes[name] ?? [])
    const count = metric.type === "Histogram" || metric.type === "Counter" ? metric.state.count : 0
    return `${id} {${labels.join(", ")}}: ${count}`
  })
  yield* Effect.forEach(lines.toSorted(), (line) => Console.log(line), { discard: true })
})

/** A step of a plan, as far as we want to know it: its name, the rows that came out of it, and the steps that it took them from. */
interface Step {
  readonly operator_name?: string
  readonly operator_cardinality?: number
  readonly children: ReadonlyArray<Step>
}

const Step: Schema.Codec<Step> = Schema.Struct({
  operator_name: Schema.optionalKey(Schema.String),
  operator_cardinality: Schema.optionalKey(Schema.Number),
  children: Schema.Array(Schema.suspend(() => Step))
})

const Plans = Schema.Array(Schema.Struct({ explain_value: Schema.fromJsonString(Step) }))

const lines = (step: Step): ReadonlyArray<string> => [
  ...step.operator_name === undefined ? [] : [`${step.operator_name}: ${step.operator_cardinality} rows`],
  ...step.children.flatMap(lines).map((line) => `  ${line}`)
]

// `EXPLAIN ANALYZE` runs a query and tells what each step of it did, the last one first. As a text it is a picture with times; as JSON
// it can be asked. It is plain SQL, put before the SQL of a query.
const explain = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const query = Query.from(Reading)
    .where((reading) => reading.celsius.gt(30))
    .groupBy((reading) => ({ sensor: reading.sensor }))
    .select(() => ({ hot: Query.count() }))
  const { parameters, sql: text } = yield* query.toSql
  const found = yield* sql.unsafe(`EXPLAIN (ANALYZE, FORMAT json) ${text}`, parameters)
  for (const { explain_value } of yield* Schema.decodeUnknownEffect(Plans)(found)) {
    yield* Console.log(explain_value.children.flatMap(lines).join("\n"))
  }
})

// A row is an object; ten thousand rows are ten thousand objects. Who only computes takes whole columns instead: typed arrays, as the
// engine has them, and a bitmap of the rows that have a value.
const wholeColumns = Effect.gen(function*() {
  const rows = yield* Query.from(Reading).orderBy((reading) => reading.id.asc())
  const warm = rows.filter(({ celsius }) => celsius !== null && celsius > 20).length

  const { celsius } = yield* Query.from(Reading).orderBy((reading) => reading.id.asc()).columns
  let count = 0
  celsius.values.forEach((value, row) => {
    if (Vector.isValid(celsius, row) && value > 20) count++
  })
  yield* Console.log(`as rows: ${warm} warm of ${rows.length}`)
  yield* Console.log(`as a ${celsius.values.constructor.name}: ${count} warm of ${celsius.values.length}`)
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Reading])
  const repository = yield* Repository.make(Reading)
  yield* repository.insertMany(readings)

  yield* Console.log("1. The metrics of the pool, in a transaction")
  yield* Session.transaction(poolMetrics)

  yield* Console.log("\n2. The spans of statements")
  yield* spans

  yield* Console.log("\n3. A log of slow statements")
  yield* slowStatements

  yield* Console.log("\n4. The metrics of statements")
  yield* statementMetrics

  yield* Console.log("\n5. What a query did")
  yield* explain

  yield* Console.log("\n6. Rows, and columns")
  yield* wholeColumns
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: place })))

if (import.meta.main) NodeRuntime.runMain(main)
