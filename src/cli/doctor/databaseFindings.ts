/**
 * Looks at the database: whether it can be reached, what it is, and whether it is what revisions and models want.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { messageOf } from "../../model/messageOf.ts"
import { comparing } from "../../migration/comparing/desired.ts"
import { diff } from "../../migration/comparing/diff.ts"
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
    Effect.catch((error) => Effect.succeed([unreachable(error)]))
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

/** Whoever holds the file is named in the message. */
const unreachable = (error: unknown): Finding =>
  fail(
    "database",
    messageOf(error),
    Predicate.hasProperty(error, "cause") && Predicate.isTagged(error.cause, "DatabaseLocked")
      ? "Wait until that process ends, or end it."
      : "Start it, or mend the config's database."
  )

const reaching = Effect.gen(function*() {
  const { dialect, read } = yield* Database
  const [row] = yield* read(asking("SELECT version()", { version: { _tag: "Text" } }))
  const pool = yield* Effect.serviceOption(ConnectionPool)
  const found = [ok("database", `${dialect.name}, ${String(row?.version)}`)]
  if (Option.isNone(pool)) return found
  const { size } = yield* pool.value.stats
  const threads = yield* Effect.orElseSucceed(threadPoolSize, () => 4)
  return [
    ...found,
    ok("pool", counted(size, "connection")),
    ...(dialect.features.takesThreads ? [threadFinding(size, threads)] : [])
  ]
})

const threadPoolSize = Config.Int("UV_THREADPOOL_SIZE").pipe(Config.withDefault(4))

/** Files and name look-ups need threads, too. */
const threadFinding = (size: number, threads: number): Finding =>
  threads >= size + 2
    ? ok("UV_THREADPOOL_SIZE", `${threads}`)
    : warn(
      "UV_THREADPOOL_SIZE",
      `${threads}, and a pool of ${size} needs ${size + 2}`,
      `Start programs with UV_THREADPOOL_SIZE=${size + 2}, or make the pool smaller.`
    )

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
  const { alembic, applied, edited, elsewhere, missing, pending } = yield* Migrator.use(({ status }) => status)
  const waiting = pending.map(({ id }) => id)
  const theirs = waiting.filter((id) => alembic.includes(id))
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
    waiting.length === 0
      ? ok("pending", "none")
      : warn("pending", waiting.join(", "), "Run `andamios migrate up`."),
    ...(alembic.length === 0
      ? []
      : [
        theirs.length === 0
          ? ok("Alembic", `${counted(elsewhere.length, "revision")} applied`)
          : warn("Alembic", `not applied: ${theirs.join(", ")}`, "Run `alembic upgrade heads` before ours.")
      ])
  ] satisfies ReadonlyArray<Finding>
})
