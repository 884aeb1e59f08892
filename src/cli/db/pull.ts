/**
 * `andamios db pull`: writes the models of a database, or of files.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { ignoring } from "../../migration/ignoring.ts"
import { columnsOf, withViews } from "../../migration/pulling/pull.ts"
import { type Pulled, renderModels } from "../../migration/pulling/renderModels.ts"
import { Database } from "../../session/Database.ts"
import { empty } from "../../sql/Structure.ts"
import { FileUnusable } from "../CommandError.ts"
import { answer, counted, ink } from "../output.ts"
import { database, Project } from "../project.ts"
import { filesOf, inMemory } from "./dataFiles.ts"

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
}, ({ files, force, oneFile, out }) =>
  Effect.gen(function*() {
    const pulled = Option.isSome(files)
      ? yield* Effect.provide(ofFiles(files.value, oneFile), inMemory)
      : yield* Effect.provide(ofDatabase(oneFile), database)
    yield* written(out, pulled, force)
    const paint = yield* ink
    const { names, unsaid } = pulled
    yield* answer({ directory: out, files: pulled.files.map(({ path }) => path), models: names, unsaid }, [
      `${paint("green", "wrote")} ${counted(names.length, "model")} to ${out}`,
      ...(unsaid.length === 0
        ? []
        : ["", "No model can say these, and `ignore` in its index keeps them out of differences:"]),
      ...unsaid.map(({ reason, what }) => `  ${what}: ${reason}`),
      "",
      `Next: give the config what ${out}/index.ts exports.`
    ])
  })).pipe(
    Command.withDescription("Writes the models of what the database has, or of files"),
    Command.withExamples([
      { command: "andamios db pull", description: "a model for each table and view of the config's database" },
      { command: "andamios db pull --files \"data/*.parquet\"", description: "a model for each file" }
    ])
  )

const ofDatabase = Effect.fnUntraced(function*(oneFile: boolean) {
  const { config } = yield* Project
  const { dialect } = yield* Database
  const { structure, views } = yield* withViews()
  // what would stay although no model wants it
  const ignored = ignoring(structure, empty, {
    ignore: [...config.ignore ?? [], config.table ?? "andamios_migrations"]
  })
  const tables = structure.tables.filter((table) => !ignored.tables.includes(table))
  return renderModels({ ...structure, tables }, dialect, { oneFile, views })
})

const ofFiles = Effect.fnUntraced(function*(glob: string, oneFile: boolean) {
  const { dialect } = yield* Database
  const tables = yield* columnsOf(yield* filesOf(glob))
  return renderModels({ ...empty, tables }, dialect, { oneFile })
})

/** Writes all files or, where one is in the way, none. */
const written = Effect.fnUntraced(function*(out: string, { files }: Pulled, force: boolean) {
  const system = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = path.resolve(out)
  yield* Effect.gen(function*() {
    for (const file of force ? [] : files) {
      const name = path.join(directory, file.path)
      if (yield* system.exists(name)) {
        return yield* new FileUnusable({ file: name, reason: "It is there already. Say --force to overwrite it." })
      }
    }
    yield* system.makeDirectory(directory, { recursive: true })
    yield* Effect.forEach(files, (file) => system.writeFileString(path.join(directory, file.path), file.text), {
      discard: true
    })
  }).pipe(
    Effect.catchTag("PlatformError", ({ message }) => new FileUnusable({ file: directory, reason: message }))
  )
})
