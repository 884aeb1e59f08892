/**
 * The project that a command is about: its config, its database and its migrator.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as VariantSchema from "effect/schema/VariantSchema"
import { pathToFileURL } from "node:url"
import { messageOf } from "../model/messageOf.ts"
import * as Alembic from "../migration/Alembic.ts"
import { Migrator } from "../migration/Migrator.ts"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { Database } from "../session/Database.ts"
import type { Session } from "../session/Session.ts"
import { type EnumStructure, fullName, type SequenceStructure, type ViewStructure } from "../sql/Structure.ts"
import { ConfigInvalid, DatabaseUnavailable } from "./CommandError.ts"
import type { Config } from "./Config.ts"
import { ConfigFile } from "./manner.ts"

/** The names that a config is looked for by. */
const names = ["andamios.config.ts", "andamios.config.mts", "andamios.config.js", "andamios.config.mjs"]

/** The config of the project, and where its files are. */
export class Project extends Context.Service<Project, {
  readonly config: Config
  /** The file of the config, and the directory of the revisions, from the root of the file system on. */
  readonly file: string
  readonly migrations: string
}>()("andamios/cli/Project") {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function*() {
      const path = yield* Path.Path
      const file = yield* configFile
      const resolved = (place: string) => path.resolve(path.dirname(file), place)
      const { alembic, ...config } = yield* loaded(file)
      return {
        config: alembic === undefined ? config : yield* withAlembic(config, alembic, resolved),
        file,
        migrations: resolved(config.migrations ?? "migrations")
      }
    })
  )
}

/** The project and its database. */
export const database = Layer.unwrap(
  Effect.map(
    Project,
    ({ config }) =>
      config.database.pipe(
        Layer.catch((cause): Layer.Layer<Session | Database, DatabaseUnavailable> =>
          Layer.effectContext(Effect.fail(new DatabaseUnavailable({ reason: messageOf(cause), cause })))
        )
      )
  )
).pipe(Layer.provideMerge(Project.layer))

/** The migrator of the project's revisions, as they are in their files when it is built. It leaves the database as it is. */
export const ownRevisions = Layer.unwrap(Effect.gen(function*() {
  const { config: { alembic, table }, file, migrations } = yield* Project
  const files = yield* FileSystem.FileSystem
  if (!(yield* Effect.orElseSucceed(files.exists(migrations), () => false))) {
    return yield* new ConfigInvalid({
      file,
      reason: `There is no directory ${migrations} of revisions. Make it, or say another as \`migrations\`.`
    })
  }
  return Migrator.layer({
    directory: migrations,
    onStart: "nothing",
    ...(table === undefined ? {} : { table }),
    ...(alembic === undefined ? {} : { alembic })
  })
}))

/** The project, its database, and the migrator of its revisions. */
export const migrator = ownRevisions.pipe(Layer.provideMerge(database))

/** The config with Alembic's files in their places. Its version table is nobody's model. */
const withAlembic = (config: Config, alembic: Alembic.Options, resolved: (place: string) => string) => {
  const placed = "ini" in alembic
    ? { ...alembic, ini: resolved(alembic.ini) }
    : { ...alembic, directory: resolved(alembic.directory) }
  return Effect.map(Alembic.versionTableOf(placed), (table): Config => ({
    ...config,
    alembic: placed,
    ignore: [...config.ignore ?? [], fullName(table)]
  }))
}

const configFile = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const given = yield* ConfigFile
  for (const name of Option.match(given, { onNone: () => names, onSome: Array.of })) {
    const file = path.resolve(name)
    if (yield* files.exists(file)) return file
  }
  return yield* new ConfigInvalid({
    file: Option.getOrElse(given, () => "andamios.config.ts"),
    reason: Option.isSome(given)
      ? "There is no such file."
      : "There is no config in this directory. Write one with `andamios init`, or name its file with --config."
  })
}).pipe(
  Effect.catchTag("PlatformError", ({ message }) => new ConfigInvalid({ file: "andamios.config.ts", reason: message }))
)

const loaded = Effect.fnUntraced(function*(file: string) {
  const imported = yield* Effect.tryPromise({
    try: (): Promise<{ readonly default?: unknown }> => import(pathToFileURL(file).href),
    catch: (cause) =>
      new ConfigInvalid({ file, reason: `It can't be imported: ${messageOf(cause)}${placeOf(cause, file)}`, cause })
  })
  if (imported.default === undefined) {
    return yield* new ConfigInvalid({
      file,
      reason: "It has no default export. Write `export default defineConfig({ … })`."
    })
  }
  const { models, ...config } = yield* Schema.decodeUnknownEffect(shape)(imported.default, {
    onExcessProperty: "error"
  }).pipe(
    Effect.mapError(({ message }) => new ConfigInvalid({ file, reason: `Its default export is no config. ${message}` }))
  )
  yield* Effect.forEach(models, (model) =>
    Effect.try({
      try: () => tableOf(model),
      catch: (cause) => new ConfigInvalid({ file, reason: `Model ${model.identifier}: ${messageOf(cause)}`, cause })
    }))
  return { ...config, models }
})

const isModel = (value: unknown): value is Model.Any =>
  typeof value === "function" && VariantSchema.TypeId in value && "identifier" in value

const isDatabase = (value: unknown): value is Config["database"] => Layer.isLayer(value)

const isSeed = (value: unknown): value is NonNullable<Config["seed"]> => Effect.isEffect(value)

const isEnum = (value: unknown): value is EnumStructure =>
  Predicate.hasProperty(value, "name") && Predicate.hasProperty(value, "values")

const isSequence = (value: unknown): value is SequenceStructure =>
  Predicate.hasProperty(value, "name") && Predicate.hasProperty(value, "start") &&
  Predicate.hasProperty(value, "increment")

const isView = (value: unknown): value is ViewStructure =>
  Predicate.hasProperty(value, "name") && Predicate.hasProperty(value, "sql")

const sharing = {
  versionTable: Schema.optionalKey(Schema.String),
  versionSchema: Schema.optionalKey(Schema.String),
  write: Schema.optionalKey(Schema.Boolean),
  refuse: Schema.optionalKey(Schema.Literals(["any", "needed"]))
}

const Place = Schema.declare(isDatabase, { expected: "a Layer, such as DuckDb.layer({ … })" })

const shape = Schema.Struct({
  database: Place,
  targets: Schema.optionalKey(Schema.Record(Schema.String, Place)),
  models: Schema.Array(Schema.declare(isModel, { expected: "a model class" })),
  migrations: Schema.optionalKey(Schema.String),
  table: Schema.optionalKey(Schema.String),
  alembic: Schema.optionalKey(Schema.Union([
    Schema.Struct({ ini: Schema.String, section: Schema.optionalKey(Schema.String), ...sharing }),
    Schema.Struct({ directory: Schema.String, ...sharing })
  ])),
  ignore: Schema.optionalKey(Schema.Array(Schema.String)),
  enums: Schema.optionalKey(Schema.Array(Schema.declare(isEnum, { expected: "{ name, values }" }))),
  sequences: Schema.optionalKey(Schema.Array(Schema.declare(isSequence, { expected: "{ name, start, increment }" }))),
  views: Schema.optionalKey(Schema.Array(Schema.declare(isView, { expected: "{ name, sql }" }))),
  seed: Schema.optionalKey(Schema.declare(isSeed, { expected: "an Effect" }))
})

/** Where in the project something failed, if it tells. */
const placeOf = (cause: unknown, file: string): string => {
  const stack = cause instanceof Error ? cause.stack ?? "" : ""
  const project = new URL(".", pathToFileURL(file)).href
  const place = [...stack.matchAll(/file:\/\/[^\s()]+?:\d+(?::\d+)?/g)]
    .map(([found]) => found)
    .find((found) => found.startsWith(project) && !found.includes("/node_modules/"))
  return place === undefined ? "" : ` (at ${place.slice(project.length)})`
}
