/**
 * `andamios migrate history`: the graph of revisions, and where in it the database stands.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { drawn, mermaid } from "../../migration/graph/drawing.ts"
import type { Revision } from "../../migration/Migration.ts"
import { Migrator, type Status } from "../../migration/Migrator.ts"
import { range } from "../../migration/graph/targets.ts"
import { answer, duration, type Ink, ink } from "../output.ts"
import { migrator } from "../project.ts"

export const history = Command.make("history", {
  range: Argument.optional(
    Argument.String("range").pipe(
      Argument.withDescription("From one revision to another, as in 8f2c:heads, :current or 8f2c: (both are shown)")
    )
  ),
  verbose: Flag.Boolean("verbose").pipe(
    Flag.withDescription("Tells who applied a revision, when, and what it follows and depends on"),
    Flag.withDefault(false)
  ),
  mermaid: Flag.Boolean("mermaid").pipe(
    Flag.withDescription("Writes the graph as a Mermaid diagram"),
    Flag.withDefault(false)
  )
}, ({ mermaid: asDiagram, range: given, verbose }) =>
  Effect.gen(function*() {
    const { graph, status } = yield* Migrator
    const stand = yield* status
    const paint = yield* ink
    const applied = idsOf(stand)
    const shown = new Set(yield* Effect.fromResult(range(graph, applied, Option.getOrElse(given, () => ":"))))
    const revisions = graph.ordered.filter(({ id }) => shown.has(id))
    yield* answer(
      { revisions: revisions.map((revision) => documentOf(revision, stand)) },
      asDiagram ? mermaid(graph, shown, ({ id, name }) => `${id} ${name}`) : drawn(revisions, {
        mark: ({ id }) => applied.includes(id) ? paint("green", "●") : "○",
        text: (revision) => lineOf(revision, stand, verbose, paint)
      })
    )
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Draws the graph of revisions, the newest first, and tells which are applied")
  )

/** All that the database has, by whichever history. */
const idsOf = ({ applied, elsewhere }: Status): ReadonlyArray<string> => [...elsewhere, ...applied.map(({ id }) => id)]

/** A revision in JSON, with what the history tells of it. */
const documentOf = (
  { dependsOn, id, labels, name, parents }: Revision<unknown>,
  stand: Status
) => {
  const { alembic, applied, edited, heads } = stand
  const { appliedAt, appliedBy, manner, milliseconds } = applied.find((one) => one.id === id) ?? {}
  return {
    id,
    name,
    parents,
    labels,
    dependsOn,
    head: heads.includes(id),
    edited: edited.includes(id),
    alembic: alembic.includes(id),
    applied: idsOf(stand).includes(id),
    appliedAt,
    appliedBy,
    manner,
    milliseconds
  }
}

const lineOf = (revision: Revision<unknown>, stand: Status, isVerbose: boolean, paint: Ink): string => {
  const { dependsOn, id, labels, name, parents } = revision
  const entry = stand.applied.find((one) => one.id === id)
  const marks = [
    ...labels,
    ...(stand.alembic.includes(id) ? ["Alembic"] : []),
    ...(stand.heads.includes(id) ? ["head"] : []),
    ...(stand.edited.includes(id) ? ["edited"] : [])
  ]
  return [
    paint("yellow", id),
    name,
    ...(marks.length === 0 ? [] : [paint("cyan", `(${marks.join(", ")})`)]),
    ...(isVerbose && parents.length > 0 ? [`follows ${parents.join(", ")}`] : []),
    ...(dependsOn.length > 0 ? [`needs ${dependsOn.join(", ")}`] : []),
    ...(isVerbose && entry !== undefined
      ? [
        `${entry.manner === "run" ? "applied" : "stamped"} ${DateTime.formatIso(entry.appliedAt).slice(0, 19)}Z`,
        `by ${entry.appliedBy} in ${duration(entry.milliseconds)}`
      ]
      : [])
  ].join("  ")
}
