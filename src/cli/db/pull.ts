/**
 * `andamios db pull`: writes the models of a database, or of files.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { ignoring } from "../../migration/comparing/ignoring.ts"
import { columnsOf, withViews } from "../../migration/pulling/pull.ts"
import { type Pulled, renderModels } from "../../migration/pulling/renderModels.ts"
import { Database } from "../../session/Database.ts"
import { empty } from "../../sql/Structure.ts"
import { answer, counted, ink } from "../output.ts"
import { database, Project } from "../project.ts"
import { filesOf, inMemory } from "./dataFiles.ts"
import { remaining } from "./remaining.ts"
import { written } from "./written.ts"

export const pull = Command.make("pull", {
  out: Flag.String("out").pipe(
    Flag.withMetavar("DIR"),
    Flag.withDescription("The directory of the models"),
    Flag.withDefault("models")
  ),
  files: Flag.String("files").pipe(
    Flag.withMetavar("GLOB"),
    Flag.withDescription("Parquet, CSV or JSON files to make models of, in the place of the database's tables"),
    Flag.optional
  ),
  oneFile: Flag.Boolean("one-file").pipe(
    Flag.withDescription("Writes all models into one file"),
    Flag.withDefault(false)
  ),
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Overwrites files that are there"),
    Flag.withDefault(false)
  )
}, ({ files, ...how }) =>
  Effect.gen(function*() {
    const { others, pulled } = Option.isSome(files)
      ? yield* Effect.provide(ofFiles(files.value, how), inMemory)
      : yield* Effect.provide(ofDatabase(how), database)
    const paint = yield* ink
    const { names, unsaid } = pulled
    const paths = pulled.files.map(({ path }) => path)
    yield* answer({ directory: how.out, files: paths, models: names, unsaid, differences: others }, [
      `${paint("green", "wrote")} ${counted(names.length, "model")} to ${how.out}`,
      ...(unsaid.length === 0
        ? []
        : ["", "No model can say these, and `ignore` in its index keeps them out of differences:"]),
      ...unsaid.map(({ reason, what }) => `  ${what}: ${reason}`),
      ...(others.length === 0 ? [] : ["", "These still differ:"]),
      ...others.map((difference) => `  ${difference}`),
      "",
      `Next: give the config what ${how.out}/index.ts exports.`
    ])
  })).pipe(
    Command.withDescription("Writes the models of what the database has, or of files"),
    Command.withExamples([
      { command: "andamios db pull", description: "a model for each table and view of the config's database" },
      { command: "andamios db pull --files \"data/*.parquet\"", description: "a model for each file" }
    ])
  )

interface How {
  readonly out: string
  readonly oneFile: boolean
  readonly force: boolean
}

interface Outcome {
  readonly pulled: Pulled
  readonly others: ReadonlyArray<string>
}

/** The models of the database. What they turn out to want otherwise than it is there, is named in their index, too. */
const ofDatabase = Effect.fnUntraced(function*({ force, oneFile, out }: How) {
  const { config } = yield* Project
  const { dialect } = yield* Database
  const path = yield* Path.Path
  const { structure, views } = yield* withViews()
  // what would stay although no model wants it
  const ignore = [...config.ignore ?? [], config.table ?? "andamios_migrations"]
  const ignored = ignoring(structure, empty, { ignore })
  const kept = { ...structure, tables: structure.tables.filter((table) => !ignored.tables.includes(table)) }
  const first = renderModels(kept, dialect, { oneFile, views })
  yield* written(out, first, force)
  const names = [...ignore, ...first.unsaid.map(({ what }) => what)]
  const { others, unsaid } = yield* remaining(path.resolve(out, "index.ts"), kept, names)
  if (unsaid.length === 0) return { pulled: first, others } satisfies Outcome
  const pulled = renderModels(kept, dialect, { oneFile, views, unsaid })
  yield* written(out, pulled, true)
  return { pulled, others } satisfies Outcome
})

const ofFiles = Effect.fnUntraced(function*(glob: string, { force, oneFile, out }: How) {
  const { dialect } = yield* Database
  const tables = yield* columnsOf(yield* filesOf(glob))
  const pulled = renderModels({ ...empty, tables }, dialect, { oneFile })
  yield* written(out, pulled, force)
  return { pulled, others: [] } satisfies Outcome
})
