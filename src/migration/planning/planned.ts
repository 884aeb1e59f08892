/**
 * Plans what will run: each revision on the structure that those before it leave.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { attempt } from "../../session/attempt.ts"
import { Inexpressible } from "../../sql/compilation.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { evolve } from "../../sql/evolve.ts"
import type { Structure } from "../../sql/Structure.ts"
import { checksum } from "../running/checksum.ts"
import { lossesOf } from "../proving/losses.ts"
import type { Step } from "../Migration.ts"
import { Irreversible, MigrationFailed } from "../MigrationError.ts"
import type { MigrationPlan, PlannedRevision, PlannedStep } from "../MigrationPlan.ts"
import type { Move } from "../running/pending.ts"
import { described, planSteps } from "./planSteps.ts"

/** Where plans are made: a database of this name. */
export interface Site {
  readonly name: string
  readonly dialect: Dialect
}

/** The steps of a revision in its direction. */
export const stepsOf = <R>({ direction, revision }: Move<R>): Effect.Effect<ReadonlyArray<Step<R>>, Irreversible> => {
  if (direction === "up") return Effect.succeed(revision.up)
  return revision.down === undefined
    ? Effect.fail(new Irreversible({ revision: revision.id }))
    : Effect.succeed(revision.down)
}

/** The plan of these moves on a database of this structure, whose history holds these revisions. */
export const planned = Effect.fnUntraced(function*(
  { dialect, name }: Site,
  moves: ReadonlyArray<Move>,
  before: Structure,
  applied: ReadonlyArray<string>
): Effect.fn.Return<MigrationPlan, Irreversible | MigrationFailed> {
  const revisions: Array<PlannedRevision> = []
  let structure = before
  let isKnown = true
  for (const move of moves) {
    const { direction, revision } = move
    const steps = yield* stepsOf(move)
    const known = planMove(move, steps, structure, dialect)
    // what SQL by hand and effects have made is known when they have run
    const plan = yield* isKnown
      ? known
      : Effect.catchTag(known, "MigrationFailed", () => Effect.succeed(unseen(steps, structure)))
    structure = plan.after
    isKnown &&= !steps.some(isOpaque)
    const { id, transaction } = revision
    revisions.push({ id, name: revision.name, direction, transaction, steps: plan.steps })
  }
  return { database: name, revisions, checksum: checksum({ applied: applied.toSorted(), revisions }) }
})

/** Steps as they will run on a database of this structure, and what it becomes. */
export const planMove = (
  { direction, revision }: Move,
  steps: ReadonlyArray<Step<unknown>>,
  before: Structure,
  dialect: Dialect,
  isWritten: boolean = false
): Effect.Effect<ReturnType<typeof planSteps>, MigrationFailed> =>
  attempt(() => planSteps(steps, before, dialect, isWritten), (thrown) =>
    thrown instanceof Inexpressible
      ? new MigrationFailed({
        revision: revision.id,
        direction,
        step: "plan its steps",
        reason: `${dialect.name} does not do this: ${thrown.feature}. ${thrown.instead}`,
        undone: true
      })
      : undefined)

/** Whether it is not known what a step does to the structure. */
export const isOpaque = ({ _tag }: Step<unknown>): boolean => _tag === "Run" || _tag === "Execute"

/** Steps that can't be planned before others have run. */
const unseen = (steps: ReadonlyArray<Step<unknown>>, before: Structure): ReturnType<typeof planSteps> => ({
  steps: steps.map((step): PlannedStep =>
    step._tag === "Run"
      ? { what: step.name, operations: [], statements: [], rebuilds: [], lock: "none", losses: [] }
      : {
        what: described(step),
        operations: [step],
        statements: [],
        rebuilds: [],
        lock: "everything",
        losses: lossesOf(step, before)
      }
  ),
  after: evolve(before, steps.flatMap((step) => step._tag === "Run" ? [] : [step]))
})
