/**
 * Writes revisions as a script of SQL, for those who may not run anything but scripts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { checksumOf } from "../../migration/running/checksum.ts"
import { historyModel } from "../../migration/running/history.ts"
import type { Revision } from "../../migration/Migration.ts"
import type { PlannedRevision, PlannedStatement, PlannedStep } from "../../migration/MigrationPlan.ts"
import * as Type from "../../migration/Type.ts"
import { planned } from "../../migration/planning/planned.ts"
import type { Revisions } from "../../migration/graph/revisions.ts"
import { tableOf } from "../../model/Table.ts"
import { createTable } from "../../sql/compileTable.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import type { Operation } from "../../sql/operation.ts"
import { evolve } from "../../sql/evolve.ts"
import { quoted } from "../../sql/quoted.ts"
import { empty, type TableStructure } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { tableStructure } from "../../sql/tableStructure.ts"

/** What a script is about. */
interface Script {
  readonly revisions: Revisions
  /** The revisions that it runs, in order. */
  readonly shown: ReadonlyArray<string>
  readonly direction: "up" | "down"
  readonly dialect: Dialect
  /** The name of the table of the history. */
  readonly history: string
}

/** The text of a script, and what it leaves to whoever runs it. */
export const scripted = Effect.fnUntraced(function*({ dialect, direction, history, revisions, shown }: Script) {
  const isUp = direction === "up"
  const needed = [...revisions.needsOf(shown)]
  const before = revisions.ordered.filter(({ id }) => needed.includes(id) && !(isUp && shown.includes(id)))
  const structure = evolve(
    empty,
    before.flatMap(({ up }) => up.filter((step): step is Operation => step._tag !== "Run"))
  )
  const moving = revisions.ordered.filter(({ id }) => shown.includes(id))
  const moves = (isUp ? moving : moving.toReversed()).map((revision) => ({ revision, direction }))
  const plan = yield* planned({ dialect, name: "" }, moves, structure, before.map(({ id }) => id))

  const own = tableStructure(tableOf(historyModel(history)), dialect)
  const note = isUp ? remembering : forgetting
  return {
    text: [
      `-- ${isUp ? "Applies" : "Undoes"} ${moves.map(({ revision: { id } }) => id).join(", ")} on ${dialect.name}.`,
      ...(isUp ? [createTable(own, dialect, "keep").map((statement) => `${statement};`).join("\n")] : []),
      ...moves.flatMap(({ revision }, index) =>
        plan.revisions.slice(index, index + 1).map((block) => blockOf(block, note(revision, own, dialect)))
      )
    ].join("\n\n"),
    left: plan.revisions.flatMap(({ id, steps }) =>
      steps.filter(isLeft).map(({ what }) => ({ revision: id, step: what }))
    )
  }
})

const blockOf = ({ id, name, steps, transaction }: PlannedRevision, note: string): string =>
  [
    `-- ${id} ${name}`.trimEnd(),
    ...(transaction ? ["BEGIN;"] : []),
    ...steps.flatMap(stepLines),
    `${note};`,
    ...(transaction ? ["COMMIT;"] : [])
  ].join("\n")

const stepLines = (step: PlannedStep): ReadonlyArray<string> => {
  const { operations, statements, what } = step
  if (operations.length === 0) return [`-- NOT IN THIS SCRIPT: ${what}, which is a program. Run it here.`]
  return statements.flatMap(statementLines)
}

const statementLines = (statement: PlannedStatement): ReadonlyArray<string> => {
  if (typeof statement === "string") return [`${statement};`]
  if ("repeat" in statement) {
    return ["-- NOT IN THIS SCRIPT: run this again and again, until it changes no rows.", `-- ${statement.repeat};`]
  }
  return [
    "-- NOT IN THIS SCRIPT: put the answer of the first statement in the place of {answer} in the second, and run that.",
    `-- ${statement.ask};`,
    `-- ${statement.sql};`
  ]
}

/** Whether a step can't be a part of a script. */
const isLeft = ({ operations, statements }: PlannedStep): boolean =>
  operations.length === 0 || statements.some((statement) => typeof statement !== "string")

/** The statement that writes a revision into the history. */
const remembering = (revision: Revision<unknown>, history: TableStructure, dialect: Dialect): string => {
  const name = tableName(history, dialect)
  const place = dialect.identifier("place")
  const values: Readonly<Record<string, string>> = {
    id: quoted(revision.id),
    name: quoted(revision.name),
    checksum: quoted(checksumOf(revision)),
    appliedAt: dialect.databaseDefault("now", Type.timestamp),
    milliseconds: "0",
    appliedBy: quoted("a script"),
    manner: quoted("run"),
    place: `(SELECT coalesce(max(${place}), 0) + 1 FROM ${name})`
  }
  const columns = Object.keys(values).map(dialect.identifier).join(", ")
  return `INSERT INTO ${name} (${columns}) VALUES (${Object.values(values).join(", ")})`
}

const forgetting = ({ id }: Revision<unknown>, history: TableStructure, dialect: Dialect): string =>
  `DELETE FROM ${tableName(history, dialect)} WHERE ${dialect.identifier("id")} = ${quoted(id)}`
