/**
 * A command line over a database: `airports`, which keeps the airports of the United States in a file.
 *
 * `npm run example -- recipes/cli-tool` shows what its commands print. Run by itself, this file is the tool:
 * `node examples/recipes/cli-tool.ts find "San Francisco"`.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { NodeServices } from "@effect/platform-node"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import { Console, Effect, FileSystem, Layer, Option, Schema } from "effect"
import { Argument, CliError, Command, Flag } from "effect/cli"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const Iata = Schema.String.check(Schema.isPattern(/^[A-Z0-9]{3,4}$/)).pipe(Schema.brand("Iata"))

class Airport extends Model.Class<Airport>("Airport")({
  iata: Column.primaryKey(Iata),
  name: Schema.NonEmptyString,
  city: Schema.NonEmptyString,
  state: Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/)),
  country: Schema.NonEmptyString,
  latitude: Schema.Number.check(Schema.isBetween({ minimum: -90, maximum: 90 })),
  longitude: Schema.Number.check(Schema.isBetween({ minimum: -180, maximum: 180 }))
}, { table: "airports", indexes: [Index.on("state")] }) {
  get line() {
    return `${this.iata.padEnd(4)} ${this.name}, ${this.city} ${this.state}`
  }
}

class Airports extends Repository.Service<Airports>()("app/Airports", Airport, (airports) => ({
  /** Airports whose name or city has these words in it. */
  named: (words: string, state: Option.Option<string>, limit: number) =>
    airports.query
      .where((airport) => airport.name.ilike(`%${words}%`).or(airport.city.ilike(`%${words}%`)))
      .where((airport) => Query.optional(Option.getOrUndefined(state), (wanted) => airport.state.eq(wanted)))
      .orderBy((airport) => airport.iata.asc())
      .limit(limit)
})) {}

const root = Command.make("airports").pipe(
  Command.withDescription("Looks up airports"),
  Command.withSharedFlags({
    database: Flag.String("database").pipe(
      Flag.withDescription("The file of the database, made where there is none"),
      Flag.withDefault("airports.duckdb")
    )
  })
)

const load = Command.make("load", { file: Argument.String("file") }, ({ file }) =>
  Effect.gen(function*() {
    const airports = yield* Airports
    const { inserted, reasons, rejected } = yield* airports.importFrom(Files.rows(Airport, file))
    yield* Console.log(`${inserted} airports stored, ${rejected} rejected`)
    for (const { message } of reasons.slice(0, 1)) yield* Console.log(message)
  }).pipe(
    Effect.catchTag("UniqueViolation", () => new CliError.UserError({ cause: "These airports are stored already." }))
  )).pipe(Command.withDescription("Stores the airports of a CSV file"))

const find = Command.make("find", {
  words: Argument.String("words").pipe(Argument.withSchema(Schema.NonEmptyString)),
  state: Flag.String("state").pipe(Flag.withDescription("Two letters"), Flag.optional),
  limit: Flag.Int("limit").pipe(Flag.withDefault(5)),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Answers with JSON"), Flag.withDefault(false))
}, ({ json, limit, state, words }) =>
  Effect.gen(function*() {
    const airports = yield* Airports
    const found = yield* airports.named(words, state, limit)
    if (json) return yield* Console.log(JSON.stringify(yield* Schema.encodeEffect(Schema.Array(Airport.json))(found)))
    yield* Effect.forEach(found, ({ line }) => Console.log(line), { discard: true })
  })).pipe(Command.withDescription("Finds airports by name or city"))

const states = Command.make(
  "states",
  { least: Flag.Int("least").pipe(Flag.withDefault(100)) },
  ({ least }) =>
    Effect.gen(function*() {
      const counted = yield* Query.from(Airport)
        .groupBy((airport) => ({ state: airport.state }))
        .having(() => Query.count().gte(least))
        .select(() => ({ airports: Query.count() }))
        .orderBy(({ airports, state }) => [airports.desc(), state.asc()])
      yield* Effect.forEach(counted, ({ airports, state }) => Console.log(`${state} ${airports}`), { discard: true })
    })
).pipe(Command.withDescription("Counts the airports of each state"))

const rename = Command.make("rename", {
  iata: Argument.String("iata").pipe(Argument.withSchema(Iata)),
  name: Argument.String("name")
}, ({ iata, name }) =>
  Effect.gen(function*() {
    const airports = yield* Airports
    const { line } = yield* airports.patch({ iata, name })
    yield* Console.log(line)
  }).pipe(
    // what the repository tells is a failure of the command, with its message
    Effect.catchTag(["NotFound", "Invalid"], ({ message }) => new CliError.UserError({ cause: message }))
  )).pipe(Command.withDescription("Gives an airport another name"))

// the flag says which database, so its Layer is made when the words were read, and closed when the command ends
export const tool = root.pipe(
  Command.withSubcommands([load, find, states, rename]),
  Command.provide(({ database }) =>
    Airports.layer.pipe(
      Layer.tap(() => Session.createTables([Airport])),
      Layer.provideMerge(DuckDb.layer({ path: database }))
    )
  )
)

const run = Command.runWith(tool, { version: "1.0.0" })

const airportsFile = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data/airports.csv")

const lesson = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "andamios-airports-" })
  const database = join(directory, "airports.duckdb")

  const type = Effect.fn("type")(function*(...words: ReadonlyArray<string>) {
    yield* Console.log(`$ airports ${words.map((word) => word.includes(" ") ? `"${word}"` : word).join(" ")}`)
    yield* run([...words.map((word) => word === "airports.csv" ? airportsFile : word), "--database", database]).pipe(
      Effect.catch((failure) => Console.log(`ends with 1: ${failure.message}`))
    )
  })

  yield* type("load", "airports.csv")
  yield* type("find", "san fran")
  yield* type("find", "municipal", "--state", "AL", "--limit", "1", "--json")
  yield* type("states", "--least", "150")
  yield* type("rename", "SFO", "San Francisco Intl")
  yield* type("rename", "XXX", "Nowhere")
  yield* type("load", "airports.csv")
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.scoped, Effect.provide(NodeServices.layer))

if (import.meta.main) {
  NodeRuntime.runMain(Command.run(tool, { version: "1.0.0" }).pipe(Effect.provide(NodeServices.layer)))
}
