/**
 * What `schema erd` and `schema export` are about: what the models want, or what the database has.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Flag from "effect/cli/Flag"
import * as Path from "effect/Path"
import { messageOf } from "../../model/messageOf.ts"
import { tableOf } from "../../model/Table.ts"
import { Unsupported } from "../../session/OrmError.ts"
import { Database } from "../../session/Database.ts"
import { Inexpressible } from "../../sql/compilation.ts"
import { creation } from "../../sql/creation.ts"
import type { Structure } from "../../sql/Structure.ts"
import { tableStructure } from "../../sql/tableStructure.ts"
import { FileUnusable } from "../CommandError.ts"
import { Project } from "../project.ts"

/** Whose structure it is. */
export const ofFlag = Flag.Literals("of", ["models", "database"]).pipe(
  Flag.withDescription("What the models want, or what the database has"),
  Flag.withDefault("models")
)

/** Where the answer goes, where it is not the terminal. */
export const outFlag = Flag.String("out").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("The file to write; the answer is shown, if none is given"),
  Flag.optional
)

/** The structure of the models, or of the database. */
export const structureOf = Effect.fnUntraced(function*(of: "models" | "database") {
  const { dialect, introspect } = yield* Database
  if (of === "database") return yield* introspect
  const { config } = yield* Project
  const tables = yield* Effect.try({
    try: () =>
      config.models.map(tableOf).filter(({ isView }) => !isView).map((table) => tableStructure(table, dialect)),
    catch: (cause) => {
      const [feature, instead] = cause instanceof Inexpressible
        ? [cause.feature, cause.instead]
        : ["a model", messageOf(cause)]
      return new Unsupported({ database: dialect.name, feature, instead })
    }
  })
  const schemas = creation(tables).flatMap((operation) =>
    operation._tag === "CreateSchema" ? [operation.schema.name] : []
  )
  const { enums = [], sequences = [], views = [] } = config
  return { schemas, enums, sequences, tables, views } satisfies Structure
})

/** Writes a file anew. */
export const writeFile = Effect.fnUntraced(function*(name: string, text: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(name)
  yield* files.makeDirectory(path.dirname(file), { recursive: true }).pipe(
    Effect.andThen(files.writeFileString(file, text)),
    Effect.mapError(({ message }) => new FileUnusable({ file, reason: message }))
  )
})
