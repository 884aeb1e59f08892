/**
 * `andamios migrate sql`: revisions as a script of SQL, without a database.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Alembic from "../../migration/Alembic.ts"
import { directoryOf } from "../../migration/files/directory.ts"
import { revisionsOf } from "../../migration/graph/revisions.ts"
import { range } from "../../migration/graph/targets.ts"
import { Database } from "../../session/Database.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { FileUnusable } from "../CommandError.ts"
import { answer } from "../output.ts"
import { database, Project } from "../project.ts"
import { scripted } from "./script.ts"

export const sql = Command.make("sql", {
  range: Argument.optional(
    Argument.String("range").pipe(
      Argument.withDescription(
        "From one revision to another, as in 8f2c:heads (both are in it); all of them, if none is given"
      )
    )
  ),
  direction: Flag.Literals("direction", ["up", "down"]).pipe(
    Flag.withDescription("Whether the script applies the revisions, or undoes them"),
    Flag.withDefault("up")
  ),
  dialect: Flag.Literals("dialect", ["duckdb", "postgres"]).pipe(
    Flag.withDescription("For which database; that of the config is opened and asked, if it is not given"),
    Flag.optional
  ),
  out: Flag.String("out").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Writes the script into a file"),
    Flag.optional
  )
}, ({ dialect, direction, out, range: given }) =>
  Effect.gen(function*() {
    const { config, migrations } = yield* Project
    const found = yield* directoryOf(migrations)
    const ours = new Set(found.map(({ revision }) => revision.id))
    const theirs = config.alembic === undefined ? [] : yield* Alembic.revisions(config.alembic)
    const revisions = yield* Effect.fromResult(
      revisionsOf([...found.map(({ revision }) => revision), ...theirs.filter(({ id }) => !ours.has(id))])
    )
    const asked = yield* Effect.fromResult(range(revisions, [], Option.getOrElse(given, () => ":")))
    const shown = asked.filter((id) => ours.has(id))
    const { left, text } = yield* scripted({
      revisions,
      shown,
      direction,
      dialect: Option.isSome(dialect) ? yield* Effect.promise(dialects[dialect.value]) : yield* ownDialect,
      history: config.table ?? "andamios_migrations"
    })
    for (const { revision, step } of left) yield* Console.error(`warning ${revision}: not in the script: ${step}`)
    for (const { id } of theirs.filter((revision) => shown.includes(revision.id))) {
      yield* Console.error(
        `warning ${id}: Alembic's version table is not in the script: run alembic stamp when it has run`
      )
    }
    if (Option.isNone(out)) return yield* answer({ sql: text, left }, text)
    yield* written(out.value, text)
    yield* answer({ file: out.value, left }, `wrote ${out.value}`)
  }).pipe(Effect.provide(Project.layer))).pipe(
    Command.withDescription("Writes revisions as a script of SQL, which needs no database but to know its kind")
  )

// a project has the driver of its own database alone
const dialects: Readonly<Record<"duckdb" | "postgres", () => Promise<Dialect>>> = {
  duckdb: async () => (await import("../../duckdb/dialect.ts")).dialect,
  postgres: async () => (await import("../../postgres/dialect.ts")).dialect
}

const ownDialect = Database.use((service) => Effect.succeed(service.dialect)).pipe(Effect.provide(database))

const written = Effect.fnUntraced(function*(file: string, text: string) {
  const files = yield* FileSystem.FileSystem
  yield* files.writeFileString(file, `${text}\n`).pipe(
    Effect.mapError(({ message }) => new FileUnusable({ file, reason: message }))
  )
})
