/**
 * What to look at when a program is slow: the metrics of the pool, the spans of statements, DuckDB's own account of a query, and how
 * much a result costs as rows and as columns.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session, Vector } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Duration, Effect, type Exit, Metric, Schema, Tracer } from "effect"
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

/** A span that says when it has ended. */
class HeardSpan extends Tracer.NativeSpan {
  readonly #heard: (span: HeardSpan) => void

  constructor(options: ConstructorParameters<typeof Tracer.NativeSpan>[0], heard: (span: HeardSpan) => void) {
    super(options)
    this.#heard = heard
  }

  /** The SQL, where it is the span of a statement. */
  get text(): unknown {
    return this.attributes.get("db.query.text")
  }

  get elapsed(): Duration.Duration {
    return this.status._tag === "Ended" ? Duration.nanos(this.status.endTime - this.startTime) : Duration.zero
  }

  override end(endTime: bigint, exit: Exit.Exit<unknown, unknown>) {
    super.end(endTime, exit)
    this.#heard(this)
  }
}

/** Runs an effect, and then tells of the spans of statements in it. */
const withStatements = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const ended: Array<HeardSpan> = []
    const tracer = Tracer.make({
      span: (options) => new HeardSpan(options, (span) => span.text === undefined ? 0 : ended.push(span))
    })
    return Effect.as(Effect.provideService(effect, Tracer.Tracer, tracer), ended)
  })

// Every statement has a span, with its SQL as an attribute. A program that sends its traces to a collector by OpenTelemetry has nothing
// to add; here, a tracer of a few lines keeps the spans.
const spans = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const repository = yield* Repository.make(Reading)
  const check = Effect.all([repository.findById(7), sql`SELECT count(*) AS n FROM readings WHERE sensor = ${"S1"}`])
  for (const span of yield* withStatements(Effect.withSpan(check, "morning check"))) {
    const within = span.parent._tag === "Some" && span.parent.value._tag === "Span" ? span.parent.value.name : "nothing"
    yield* Console.log(`in ${within}, on ${String(span.attributes.get("db.system.name"))}: ${String(span.text)}`)
  }
})

// With a limit, that is a log of slow statements. The second one would take an hour. It is stopped after a second: then the engine
// stops too, and the connection is free for others.
const slowStatements = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const hopeless = sql`SELECT count(*) FROM readings a, readings b, readings c WHERE a.id * b.id = c.id + 0.5`.pipe(
    Effect.timeout("1 second"),
    Effect.catchTag("TimeoutError", () => Console.log("stopped after a second"))
  )
  for (const span of yield* withStatements(Effect.all([sql`SELECT max(celsius) FROM readings`, hopeless]))) {
    if (Duration.isGreaterThan(span.elapsed, Duration.millis(900))) yield* Console.log(`slow: ${String(span.text)}`)
  }
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

  yield* Console.log("\n4. What a query did")
  yield* explain

  yield* Console.log("\n5. Rows, and columns")
  yield* wholeColumns
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: place })))

if (import.meta.main) NodeRuntime.runMain(main)
