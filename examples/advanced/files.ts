/**
 * Models and files: a Parquet file as a table, typed exports and imports, a partitioned dataset, and files that don't fit.
 */
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import { Console, Effect, FileSystem, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

// Three million flights, as somebody else wrote them.
const vega = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data")
const everyFlight = join(vega, "flights-3m.parquet")

class Flight extends Model.Class<Flight>("Flight")({
  date: Schema.Date,
  delay: Schema.Int,
  distance: Schema.Int.check(Schema.isGreaterThan(0)),
  origin: Schema.String.check(Schema.isPattern(/^[A-Z0-9]{3,4}$/)),
  destination: Schema.String
}, { table: "flights" }) {}

// The same columns under another name: flights that leave from California, kept in a table of ours.
class Departure extends Model.Class<Departure>("Departure")(Flight.fields, { table: "departures" }) {}

// And again, over the dataset that this lesson writes.
class Archived extends Model.Class<Archived>("Archived")(Flight.fields, { table: "archive" }) {}

const bindFile = Effect.gen(function*() {
  // The model's table is the file from now on: its columns are compared with the model's, and none of its rows is moved.
  yield* Files.bind(Flight, everyFlight)
  yield* Console.log(`${(yield* Query.from(Flight).count).toLocaleString("en-US")} flights, without an import`)

  const latest = yield* Query.from(Flight).where((flight) => flight.delay.gt(1_200)).orderBy(({ delay }) =>
    delay.desc()
  )
  for (const { delay, destination, origin } of latest.slice(0, 2)) {
    yield* Console.log(`${origin} to ${destination}: ${delay} minutes late`)
  }

  const flights = yield* Repository.make(Flight)
  yield* flights.insert({ date: new Date(0), delay: 0, distance: 1, origin: "SFO", destination: "LAX" }).pipe(
    Effect.catchTag("Unsupported", ({ message }) => Console.log(message))
  )
})

const importFile = Effect.fn("importFile")(function*(directory: string) {
  // A query is exported as it is: the rows never pass through JavaScript.
  const file = join(directory, "california.parquet")
  const fromCalifornia = Query.from(Flight).where((flight) => flight.origin.in(["SFO", "LAX", "OAK"]))
  const { rows } = yield* Files.exportTo(fromCalifornia, file, { compression: "zstd" })
  yield* Console.log(`${rows.toLocaleString("en-US")} flights exported`)

  // All rows or none.
  yield* Session.createTables([Departure])
  const imported = yield* Files.importFrom(Departure, file)
  yield* Console.log(`${imported.toLocaleString("en-US")} imported`)
})

const partition = Effect.fn("partition")(function*(directory: string) {
  const sql = yield* SqlClient.SqlClient
  const archive = join(directory, "archive")
  const { files } = yield* Files.exportTo(Departure, archive, { partitionBy: ["origin"] })
  yield* Console.log(`${files} files: archive/origin=SFO/… and so on`)

  yield* Files.bind(Archived, archive)
  const longest = yield* Query.from(Archived)
    .where((flight) => flight.origin.eq("OAK"))
    .orderBy(({ destination, distance }) => [distance.desc(), destination.asc()])
    .limit(1)
  yield* Console.log(`the longest flight from OAK goes to ${longest.map(({ destination }) => destination).join()}`)

  // The folders of other airports are not even opened.
  const [plan] = yield* sql<{ readonly explain_value: string }>`
    EXPLAIN ANALYZE SELECT count(*) FROM archive WHERE origin = 'OAK'`
  yield* Console.log(/Scanning Files: \d+\/\d+/.exec(plan?.explain_value ?? "")?.[0] ?? "every file was read")
})

const misfits = Effect.fn("misfits")(function*(directory: string) {
  const files = yield* FileSystem.FileSystem
  const csv = join(directory, "late.csv")

  // Cells are read as the model's types, never guessed: a mistake is told with its row and its column.
  yield* files.writeFileString(
    csv,
    `date,delay,distance,origin,destination
2001-01-01T10:00:00Z,12,337,SFO,LAX
2001-01-01T11:00:00Z,soon,337,LAX,SFO
2001-01-01T12:00:00Z,3,-1,oakland,SFO
`
  )
  const before = yield* Query.from(Departure).count
  yield* Files.importFrom(Departure, csv).pipe(
    Effect.catchTag("FileInvalid", ({ message }) => Console.log(message.replaceAll(`${directory}/`, "")))
  )
  yield* Console.log(`stored: ${(yield* Query.from(Departure).count) - before}`)

  // To store the rows that fit, and be told of those that don't, read the file as a stream.
  const departures = yield* Repository.make(Departure)
  const { inserted, rejected } = yield* departures.importFrom(Files.rows(Departure, csv))
  yield* Console.log(`row by row: ${inserted} stored, ${rejected} rejected`)

  // A file with other columns is refused before anything is read.
  yield* files.writeFileString(csv, "date,delay,origin,destination,airline\n")
  yield* Files.importFrom(Departure, csv).pipe(
    Effect.catchTag("FileMismatch", ({ message }) => Console.log(message.replaceAll(`${directory}/`, "")))
  )
})

const lesson = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "andamios-files-" })

  yield* Console.log("1. A file as a table")
  yield* bindFile

  yield* Console.log("\n2. Out and in")
  yield* importFile(directory)

  yield* Console.log("\n3. A dataset in partitions")
  yield* partition(directory)

  yield* Console.log("\n4. Files that don't fit")
  yield* misfits(directory)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.scoped,
  Effect.provide(NodeFileSystem.layer),
  Effect.provide(DuckDb.layer({ path: ":memory:" }))
)

if (import.meta.main) NodeRuntime.runMain(main)
