/**
 * `andamios db reset`: drops everything, applies all revisions, and seeds.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { diff } from "../../migration/comparing/diff.ts"
import { ignoring } from "../../migration/comparing/ignoring.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { Database } from "../../session/Database.ts"
import { telling } from "../../sql/asking.ts"
import { compileOperation } from "../../sql/compileOperation.ts"
import { empty, fullName } from "../../sql/Structure.ts"
import { confirm } from "../asking.ts"
import { SeedFailed } from "../CommandError.ts"
import { answer, counted } from "../output.ts"
import { migrator, Project } from "../project.ts"
import { refuseProduction } from "./development.ts"
import { seeding } from "./seed.ts"

export const reset = Command.make("reset", {
  noSeed: Flag.Boolean("no-seed").pipe(Flag.withDescription("Leaves the tables empty"), Flag.withDefault(false)),
  force: Flag.Boolean("force").pipe(Flag.withDescription("Also where NODE_ENV is production"), Flag.withDefault(false))
}, ({ force, noSeed }) =>
  Effect.gen(function*() {
    if (!force) yield* refuseProduction("db reset")
    const { config } = yield* Project
    const { dialect, execute, introspect, transaction } = yield* Database
    const live = yield* introspect
    const { ignore = [], table = "andamios_migrations" } = config
    const kept = ignoring(live, empty, { ignore })
    // the history of what is dropped goes with it
    const wanted = { ...kept, tables: kept.tables.filter((one) => fullName(one) !== table) }
    const operations = diff(live, wanted, { dialect })
    const { database } = yield* Migrator.use(({ status }) => status)
    const tables = operations.filter(({ _tag }) => _tag === "DropTable").length
    yield* confirm(`Drop everything in ${database}: ${counted(tables, "table")} and their rows?`)
    const statements = operations.flatMap((operation) => compileOperation(operation, dialect))
    yield* transaction(
      Effect.forEach(statements, (statement) => execute(telling(statement), undefined), { discard: true })
    )
    const applied = yield* Migrator.use(({ up }) => up())
    const seeded = noSeed ? undefined : yield* Effect.mapError(
      seeding,
      (cause) => new SeedFailed({ database, revisions: applied.length, cause })
    )
    yield* answer({ dropped: tables, applied: applied.map(({ id }) => id), seeded: seeded !== undefined }, [
      `${counted(tables, "table")} dropped, ${counted(applied.length, "revision")} applied` +
      (seeded === undefined ? "" : ", seeded")
    ])
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Drops everything in the database, applies all revisions, and seeds")
  )
