/**
 * Looks at the database: whether it can be reached, what it is, and whether it is what revisions and models want.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { comparing } from "../../migration/desired.ts"
import { diff } from "../../migration/diff.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { ConnectionPool } from "../../session/ConnectionPool.ts"
import { Database } from "../../session/Database.ts"
import { asking } from "../../sql/asking.ts"
import { counted } from "../output.ts"
import { database, migrator, Project } from "../project.ts"
import { fail, type Finding, ok, warn } from "./finding.ts"

/** What is found of the database; of its history only where it can be reached. */
export const databaseFindings = Effect.gen(function*() {
  const reached = yield* Effect.provide(reaching, database).pipe(
    Effect.catch((error) =>
      Effect.succeed([fail("database", messageOf(error), "Start it, or mend the config's database.")])
    )
  )
  if (reached.some(({ state }) => state === "fail")) return reached
  const history = yield* Effect.provide(historyFindings, migrator).pipe(
    Effect.catch((error) => Effect.succeed([fail("history", messageOf(error), "Mend it, and look again.")]))
  )
  const differences = yield* Effect.provide(differenceFinding, database).pipe(
    Effect.catch((error) => Effect.succeed(fail("differences", messageOf(error), "Mend the models, and look again.")))
  )
  return [...reached, ...history, differences]
})

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)

const reaching = Effect.gen(function*() {
  const { dialect, read } = yield* Database
  const [row] = yield* read(asking("SELECT version()", { version: { _tag: "Text" } }))
  const pool = yield* Effect.serviceOption(ConnectionPool)
  const threads = yield* Config.String("UV_THREADPOOL_SIZE").pipe(Config.option, Effect.orElseSucceed(Option.none))
  return [
    ok("database", `${dialect.name}, ${String(row?.version)}`),
    ...(Option.isSome(pool)
      ? [yield* Effect.map(pool.value.stats, ({ size }) => ok("pool", counted(size, "connection")))]
      : []),
    ok("UV_THREADPOOL_SIZE", Option.getOrElse(threads, () => "4, as Node has it by default"))
  ] satisfies ReadonlyArray<Finding>
})

const differenceFinding = Effect.gen(function*() {
  const { config } = yield* Project
  const { dialect } = yield* Database
  const { live, wanted } = yield* comparing(config.models, config)
  const { length } = diff(live, wanted, { dialect })
  return length === 0
    ? ok("differences", "none between models and database")
    : warn("differences", `${length} between models and database`, "See them with `andamios migrate check`.")
})

const historyFindings = Effect.gen(function*() {
  const { applied, edited, missing, pending } = yield* Migrator.use(({ status }) => status)
  const differing = [
    ...(edited.length === 0
      ? []
      : [fail("edited revisions", edited.join(", "), "Undo the edit and write a new revision, or stamp them again.")]),
    ...(missing.length === 0
      ? []
      : [fail("missing revisions", missing.join(", "), "Bring back their files, or stamp with those that there are.")])
  ]
  return [
    ...(differing.length === 0 ? [ok("history", `${counted(applied.length, "revision")} applied`)] : differing),
    pending.length === 0
      ? ok("pending", "none")
      : warn("pending", pending.map(({ id }) => id).join(", "), "Run `andamios migrate up`.")
  ] satisfies ReadonlyArray<Finding>
})
