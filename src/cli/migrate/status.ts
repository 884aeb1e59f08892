/**
 * `andamios migrate status`: which revisions the database has, and which are still to be applied.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { Revision } from "../../migration/Migration.ts"
import { Migrator, type Status } from "../../migration/Migrator.ts"
import { Answered } from "../CommandError.ts"
import { exitCodes } from "../ending.ts"
import { answer, counted, type Ink, ink, table } from "../output.ts"
import { migrator } from "../project.ts"

export const status = Command.make("status", {
  check: Flag.Boolean("check").pipe(
    Flag.withDescription("Fails with 2 where revisions are pending, and with 3 where the history differs"),
    Flag.withDefault(false)
  )
}, ({ check }) =>
  Effect.gen(function*() {
    const { graph, status: looking } = yield* Migrator
    const found = yield* looking
    const pending = found.pending.map(({ id }) => id)
    yield* answer({ ...found, pending }, text(found, graph.byId, yield* ink))
    if (check) yield* checked(found)
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Tells which revisions the database has, and which are still to be applied")
  )

const checked = Effect.fnUntraced(function*({ edited, missing, pending }: Status) {
  if (edited.length + missing.length > 0) return yield* new Answered({ exitCode: exitCodes.refused })
  if (pending.length > 0) return yield* new Answered({ exitCode: exitCodes.different })
})

const text = (
  { alembic, applied, database, edited, elsewhere, missing, pending }: Status,
  revisions: ReadonlyMap<string, Revision<unknown>>,
  paint: Ink
): string => {
  const byAlembic = (id: string) => alembic.includes(id) ? "Alembic" : ""
  const rows = [
    ...elsewhere.map((id) => ["applied", id, revisions.get(id)?.name ?? "", "", byAlembic(id)]),
    ...applied.map(({ appliedAt, appliedBy, id, manner, name }) => [
      mark(id),
      id,
      name,
      DateTime.formatIso(appliedAt).replace("T", " ").slice(0, 16),
      manner === "stamped" ? `${appliedBy} (stamped)` : appliedBy
    ]),
    ...pending.map(({ id, name }) => ["pending", id, name, "", byAlembic(id)])
  ]
  function mark(id: string): string {
    if (edited.includes(id)) return "edited"
    return missing.includes(id) ? "missing" : "applied"
  }
  const summary = `${database}: ${
    counted(elsewhere.length + applied.length, "revision")
  } applied, ${pending.length} pending`
  return rows.length === 0 ? summary : `${summary}\n\n${table(["", "revision", "name", "at", "by"], rows, { paint })}`
}
