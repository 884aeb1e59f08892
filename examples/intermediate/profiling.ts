/**
 * Which statements take a program's time: a profile of an effect, a report of a program, its slow statements with their plans, and the
 * memory of a query.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, type Plan, Profiler, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Schema, Stream } from "effect"

class Journey extends Model.Class<Journey>("Journey")({
  id: Column.primaryKey(Column.int32),
  line: Schema.String,
  kilometres: Schema.Number
}, { table: "journeys" }) {}

const journeys = Array.from({ length: 1000 }, (_, id) => ({ id, line: `U${id % 5}`, kilometres: id % 30 }))

const fill = Effect.gen(function*() {
  yield* Session.createTables([Journey])
  const repository = yield* Repository.make(Journey)
  yield* repository.insertMany(journeys)
})

/** Times differ with each run: here they are left out, for `Profiler.draw` to show. */
const counts = ({ callsLeftOut, statements, transactions }: Profiler.Profile) =>
  Effect.gen(function*() {
    const lines = statements.map(({ calls, operation, rows, table }) =>
      `${operation} ${table ?? ""}: ${calls} calls, ${rows} rows`.replace(" :", ":")
    )
    for (const line of lines.toSorted()) yield* Console.log(line)
    yield* Console.log(`${transactions.committed} transactions committed, ${callsLeftOut} calls left out`)
  })

// `Profiler.profile` runs an effect, and tells what it asked. It needs no Layer: so a test or a script looks at one thing.
const oneByOne = Effect.gen(function*() {
  const repository = yield* Repository.make(Journey)
  const [found, profile] = yield* Profiler.profile(Effect.forEach([1, 2, 3, 4], repository.findById))
  yield* Console.log(`${found.length} journeys by`)
  yield* counts(profile)
})

// `Profiler.layer` counts for the whole program, from its start to whenever `Profiler.report` is asked.
const program = Effect.gen(function*() {
  const repository = yield* Repository.make(Journey)
  yield* Session.transaction(
    Effect.forEach([1, 2, 3], (id) => repository.patch({ id, kilometres: 10 }), { discard: true })
  )
  yield* Query.from(Journey).count
  yield* Stream.runDrain(repository.query.stream)
  const report = yield* Profiler.report
  yield* counts(report)
  // for people, who want to see times: printed to where errors go
  yield* Console.error(Profiler.draw(report))
}).pipe(Effect.provide(Profiler.layer()))

// With a threshold, it tells of each statement that takes as long, with the plan of how the database carries it out. Here all are slow.
const slow = Effect.gen(function*() {
  yield* Query.from(Journey)
    .where((journey) => journey.line.eq("U3"))
    .groupBy((journey) => ({ line: journey.line }))
    .select((journey) => ({ kilometres: Query.sum(journey.kilometres) }))
  const [event] = yield* Stream.runCollect(Stream.take(Profiler.slow, 1))
  if (event === undefined) return
  yield* Console.log(`${event.operation} ${event.table ?? ""} with ${event.parameters.join(", ")}`)
  yield* Console.log(event.plan === undefined ? "no plan" : steps(event.plan).join(" < "))
}).pipe(Effect.provide(Profiler.layer({ slow: "0 millis" })))

const steps = ({ children, operator }: Plan.Plan): ReadonlyArray<string> => [operator, ...children.flatMap(steps)]

const memory = Effect.gen(function*() {
  const [rows, { heap, rss }] = yield* Profiler.memory(Query.from(Journey).all)
  yield* Console.log(
    `${rows.length} rows; the heap was measured: ${heap.peak >= heap.before}, ${rss.peak >= rss.after}`
  )
})

const lesson = Effect.gen(function*() {
  yield* fill
  yield* Console.log("1. What an effect asks")
  yield* oneByOne

  yield* Console.log("\n2. What a program asks")
  yield* program

  yield* Console.log("\n3. What is slow, and why")
  yield* slow

  yield* Console.log("\n4. What a query takes of memory")
  yield* memory
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
