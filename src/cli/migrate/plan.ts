/**
 * `andamios migrate plan`: what a run would do, step by step.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { lossesOf, type MigrationPlan, type PlannedStatement, type PlannedStep } from "../../migration/MigrationPlan.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { answer, counted, indented, type Ink, ink } from "../output.ts"
import { migrator } from "../project.ts"
import { planned } from "./planning.ts"

export const plan = Command.make("plan", planned, ({ direction, target }) =>
  Effect.gen(function*() {
    const found = yield* Migrator.use((service) => service.plan(Option.getOrUndefined(target), direction))
    yield* answer(found, planText(found, yield* ink))
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Tells what a run would do: steps, SQL, locks, tables made anew, and what may be lost")
  )

/** A plan as a tree: revisions, their steps, and what each does. */
export const planText = (found: MigrationPlan, paint: Ink): ReadonlyArray<string> => {
  const { database, revisions } = found
  if (revisions.length === 0) return [`${database}: nothing to do.`]
  const losses = lossesOf(found)
  const steps = revisions.reduce((sum, revision) => sum + revision.steps.length, 0)
  return [
    `${database}: ${counted(revisions.length, "revision")}, ${counted(steps, "step")}`,
    ...revisions.flatMap(({ direction, id, name, steps: own, transaction }) => [
      "",
      `${paint("bold", `${direction === "up" ? "apply" : "undo"} ${id}`)}  ${name}`,
      ...(transaction ? [] : ["  outside of a transaction: what fails half-way stays as it is"]),
      ...own.flatMap((step, index) => branch(stepText(step, paint), index === own.length - 1))
    ]),
    ...(losses.length === 0 ? [] : [
      "",
      `${paint("red", "May be lost:")} ${losses.map(({ what }) => what).join(", ")}`,
      `Prove that it is not with --prove, or allow it with --allow-loss ${losses.map(({ what }) => what).join(",")}`
    ])
  ]
}

const branch = ([first = "", ...others]: ReadonlyArray<string>, isLast: boolean): ReadonlyArray<string> => [
  `${isLast ? "└─" : "├─"} ${first}`,
  ...indented(others, isLast ? "     " : "│    ")
]

const stepText = ({ lock, losses, rebuilds, statements, what }: PlannedStep, paint: Ink): ReadonlyArray<string> => [
  what,
  ...losses.map((loss) => paint("red", `may lose ${loss.what}: ${loss.reason}`)),
  ...rebuilds.map((table) => paint("yellow", `makes ${table} anew`)),
  ...{ none: [], writes: ["whoever writes to it waits"], everything: ["whoever reads or writes it waits"] }[lock],
  ...statements.map((statement) => paint("dim", `${statementText(statement)};`))
]

const statementText = (statement: PlannedStatement): string => {
  if (typeof statement === "string") return statement
  return "repeat" in statement
    ? `${statement.repeat} (again and again, until it changes nothing)`
    : statement.sql.replace("{answer}", `(${statement.ask})`)
}
