/**
 * `andamios init`: the files that a project begins with.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { FileUnusable } from "./CommandError.ts"
import { answer, ink } from "./output.ts"

export const init = Command.make("init", {
  database: Flag.Literals("database", ["duckdb", "postgres"]).pipe(
    Flag.withDescription("The database of the project"),
    Flag.withDefault("duckdb")
  )
}, ({ database }) =>
  Effect.gen(function*() {
    const paint = yield* ink
    const texts = { "andamios.config.ts": config[database], "models.ts": models, "migrations/README.md": readme }
    const written = yield* Effect.forEach(
      Object.entries(texts),
      ([file, text]) => Effect.map(write(file, text), (isNew) => ({ file, written: isNew }))
    )
    yield* answer({ files: written }, [
      ...written.map(({ file, written: isNew }) => isNew ? `${paint("green", "wrote")} ${file}` : `kept  ${file}`),
      "",
      "Next: say in models.ts what your rows are, and run `andamios generate first` and `andamios migrate up`."
    ])
  })).pipe(
    Command.withDescription(
      "Writes a config, a first model and a directory for revisions; files that are there stay as they are"
    )
  )

/** Writes a file, unless there is one. */
const write = Effect.fnUntraced(function*(name: string, text: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(name)
  const unusable = Effect.mapError(({ message }: PlatformError) => new FileUnusable({ file, reason: message }))
  yield* unusable(files.makeDirectory(path.dirname(file), { recursive: true }))
  return yield* unusable(
    files.writeFileString(file, text, { flag: "wx" }).pipe(
      Effect.as(true),
      Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.succeed(false))
    )
  )
})

const config = {
  duckdb: `import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"
import { Book } from "./models.ts"

export default defineConfig({
  database: DuckDb.layer({ path: "app.duckdb" }),
  models: [Book],
  migrations: "migrations"
})
`,
  postgres: `import { defineConfig } from "andamios-orm/cli"
import { Postgres } from "andamios-orm/postgres"
import { Config } from "effect"
import { Book } from "./models.ts"

export default defineConfig({
  database: Postgres.layerConfig({ url: Config.Redacted("DATABASE_URL") }),
  models: [Book],
  migrations: "migrations"
})
`
}

const models = `import { Column, Model } from "andamios-orm"
import { Schema } from "effect"

export class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  title: Schema.NonEmptyString,
  published: Schema.NullOr(Column.date)
}, { table: "books" }) {}
`

const readme =
  `The revisions of the database. \`andamios generate\` writes them, and \`andamios migrate up\` applies them.
`
