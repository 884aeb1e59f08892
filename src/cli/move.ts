/**
 * `andamios move`: copies all rows of the models from one database to another, and compares both.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Move from "../query/Move.ts"
import { confirm } from "./asking.ts"
import { answer, counted, duration, type Ink, ink, progress, table } from "./output.ts"
import { placeNamed } from "./movePlace.ts"
import { Project } from "./project.ts"

export const move = Command.make("move", {
  from: Flag.String("from").pipe(
    Flag.withMetavar("DATABASE"),
    Flag.withDescription(
      "Where the rows are: one of the config's targets, a URL or a file; its own database by default"
    ),
    Flag.optional
  ),
  to: Flag.String("to").pipe(
    Flag.withMetavar("DATABASE"),
    Flag.withDescription("Where they go: one of the config's targets, a URL or a file; its own database by default"),
    Flag.optional
  ),
  batch: Flag.Int("batch").pipe(
    Flag.withDescription("How many rows are copied at a time"),
    Flag.withDefault(10_000)
  ),
  createTables: Flag.Boolean("create-tables").pipe(
    Flag.withDescription("Makes the tables that are not there, as the models want them"),
    Flag.withDefault(false)
  ),
  restart: Flag.Boolean("restart").pipe(
    Flag.withDescription("Empties the tables of a move that did not come to its end, and begins anew"),
    Flag.withDefault(false)
  ),
  dryRun: Flag.Boolean("dry-run").pipe(
    Flag.withDescription("Tells what would be moved, and moves nothing"),
    Flag.withDefault(false)
  )
}, ({ batch: batchSize, createTables, dryRun, restart, ...words }) =>
  Effect.gen(function*() {
    const { config: { models } } = yield* Project
    const from = yield* placeNamed("from", words.from)
    const to = yield* placeNamed("to", words.to)
    const options = { from, to, createTables, restart }
    const paint = yield* ink
    const plan = yield* Move.plan(models, options)
    if (dryRun) return yield* answer(plan, planned(plan, paint))
    if (restart) {
      yield* confirm(`Delete all rows of ${counted(plan.tables.length, "table")} in ${plan.to}, and move again?`)
    }
    const show = yield* progress
    const started = yield* Clock.currentTimeMillis
    const tables = yield* Move.run(models, {
      ...options,
      batchSize,
      onProgress: ({ doing, done, table: name, total }) => show({ done, total, what: `${doing} ${name}` })
    }).pipe(Effect.onInterrupt(() => Console.error(resumable)))
    const milliseconds = (yield* Clock.currentTimeMillis) - started
    yield* answer({ from: plan.from, to: plan.to, tables, milliseconds }, moved(tables, plan, milliseconds, paint))
  }).pipe(Effect.scoped, Effect.provide(Project.layer))).pipe(
    Command.withDescription("Copies all rows of the models from one database to another, and compares both"),
    Command.withExamples([
      { command: "andamios move --to production --dry-run", description: "what would be moved" },
      {
        command: "andamios move --from old.duckdb --to postgres://localhost/app",
        description: "databases by their places"
      }
    ])
  )

const resumable = "Interrupted. What is moved stays: run the same command again to go on."

const planned = ({ from, tables, to }: Move.Plan, paint: Ink): ReadonlyArray<string> => {
  const left = tables.reduce((sum, { moved: done, rows }) => sum + rows - done, 0)
  return [
    `${from} to ${to}: ${counted(left, "row")} of ${counted(tables.length, "table")} to move`,
    "",
    table(
      ["", "table", "rows", "moved"],
      tables.map(({ moved: done, rows, state, table: name }) => [state, name, String(rows), String(done)]),
      { paint, right: ["rows", "moved"] }
    )
  ]
}

const moved = (
  tables: ReadonlyArray<Move.Moved>,
  { from, to }: Move.Plan,
  milliseconds: number,
  paint: Ink
): ReadonlyArray<string> => {
  const rows = tables.reduce((sum, one) => sum + one.rows, 0)
  return [
    table(
      ["table", "rows", "columns"],
      tables.map((
        one
      ) => [one.table, String(one.rows), paint("green", `${counted(one.columns.length, "column")} the same`)]),
      { paint, right: ["rows"] }
    ),
    "",
    `${counted(rows, "row")} moved from ${from} to ${to} in ${duration(milliseconds)}`
  ]
}
