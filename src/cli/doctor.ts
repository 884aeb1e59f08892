/**
 * `andamios doctor`: looks at all that a project stands on, and says what to do about what is wrong.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { Answered } from "./CommandError.ts"
import { fail, type Finding } from "./doctor/finding.ts"
import { databaseFindings } from "./doctor/databaseFindings.ts"
import { packageFindings } from "./doctor/packageFindings.ts"
import { exitCodes } from "./ending.ts"
import { answer, type Ink, ink, table } from "./output.ts"
import { Project } from "./project.ts"

export const doctor = Command.make("doctor", {}, () =>
  Effect.gen(function*() {
    const packages = yield* packageFindings
    const config = yield* Project.use(({ config: { models }, file }) =>
      Effect.succeed<ReadonlyArray<Finding>>([
        { name: "config", state: "ok", found: `${file}, with ${models.length} models` }
      ])
    ).pipe(
      Effect.provide(Project.layer),
      Effect.catch(({ message }) => Effect.succeed([fail("config", message, "Mend it, and look again.")]))
    )
    const database = config.some(({ state }) => state === "fail") ? [] : yield* databaseFindings
    const checks = [...packages, ...config, ...database]
    const isWell = checks.every(({ state }) => state !== "fail")
    yield* answer({ well: isWell, checks }, text(checks, yield* ink))
    if (!isWell) return yield* new Answered({ exitCode: exitCodes.failed })
  })).pipe(Command.withDescription("Looks at Node, packages, config, database, history and differences"))

const text = (checks: ReadonlyArray<Finding>, paint: Ink): string => {
  const colors = { ok: "green", warn: "yellow", fail: "red" } as const
  const rows = checks.flatMap(({ found, name, state, todo }) => [
    [paint(colors[state], state), name, found],
    ...(todo === undefined ? [] : [["", "", `→ ${todo}`]])
  ])
  return table([], rows, { paint })
}
