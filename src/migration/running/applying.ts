/**
 * Carries out plans: all steps of a revision, and its row in the history, in one transaction where there can be one.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Database } from "../../session/Database.ts"
import type { ReadError, TransactionError } from "../../session/OrmError.ts"
import type { Structure } from "../../sql/Structure.ts"
import { carrying } from "./carrying.ts"
import { failed, type Refusal } from "./failing.ts"
import { entryOf, withoutHistory } from "./history.ts"
import type { Ledger } from "./ledger.ts"
import type { Run, Step } from "../Migration.ts"
import { LossRefused, MigrationFailed } from "../MigrationError.ts"
import type { Loss, MigrationPlan } from "../MigrationPlan.ts"
import type { Move } from "./pending.ts"
import { isOpaque, planMove, stepsOf } from "../planning/planned.ts"
import { type Proof, proving } from "../proving/proof.ts"
import { type Done, isProved, notAllowed, type RunOptions } from "./running.ts"

/** What plans are carried out with. */
export interface Tools {
  readonly database: Database["Service"]
  readonly history: Ledger
  readonly appliedBy: string
  /** What the effects of revisions need. */
  readonly services: Context.Context<never>
}

/** A plan to be carried out. */
export interface Course {
  readonly plan: MigrationPlan
  readonly moves: ReadonlyArray<Move>
  readonly options: RunOptions
  /** What the database has before. */
  readonly applied: ReadonlySet<string>
  /** The last place in the history that is taken. */
  readonly place: number
}

/** What carries out plans. */
export const applying = ({ appliedBy, database, history, services }: Tools) => {
  const carryOut = carrying(database, services)
  const look = (move: Move) =>
    Effect.mapBoth(database.introspect, {
      onFailure: failed(move, "look at the structure"),
      onSuccess: withoutHistory(history)
    })

  /** The steps of a revision. What SQL by hand and effects have made is looked up before steps that may need to know it. */
  const stepping = Effect.fnUntraced(function*(
    course: Course,
    move: Move,
    before: Structure,
    told: Told,
    isWritten: boolean = false
  ) {
    let structure = before
    for (const [index, part] of partsOf(yield* stepsOf(move)).entries()) {
      if (index > 0) structure = yield* look(move)
      const { steps } = yield* planMove(move, part, structure, database.dialect, isWritten || index > 0)
      yield* refuse(steps.flatMap(({ losses }) => losses), [move], course.options)
      yield* carryOut(move, steps, part.filter(isRun), told(move))
    }
  })

  const comparing = (
    plan: Pick<MigrationPlan, "checksum" | "revisions">,
    before: Structure,
    [move]: ReadonlyArray<Move>,
    change: Effect.Effect<unknown, Refusal>
  ): Effect.Effect<Proof, Refusal> => {
    const compared = proving(database)(plan, before, change)
    return move === undefined ? Effect.orDie(compared) : Effect.mapError(compared, failed(move, "compare the rows"))
  }

  const revise = Effect.fnUntraced(function*(course: Course, move: Move, place: number, told: Told) {
    const { options, plan } = course
    const { direction, revision } = move
    const begun = yield* Clock.currentTimeMillis
    const before = yield* look(move)
    const change = stepping(course, move, before, told)
    const own = { ...plan, revisions: plan.revisions.filter(({ id }) => id === revision.id) }
    const proof = isProved(options) && revision.transaction
      ? yield* comparing(own, before, [move], change)
      : yield* Effect.as(change, undefined)
    if (proof !== undefined && proof.obstacles.length > 0) return yield* obstructed(move, proof)
    const lost = notAllowed(proof?.losses ?? [], options)
    if (lost.length > 0) return yield* new LossRefused({ losses: lost, proved: true })

    const milliseconds = (yield* Clock.currentTimeMillis) - begun
    const entry = yield* entryOf(revision, { appliedBy, manner: "run", milliseconds, place })
    const written = direction === "up" ? history.enter(entry) : history.strike(revision.id)
    yield* Effect.mapError(written, failed(move, "write the history"))
    return { id: revision.id, name: revision.name, direction, milliseconds, proof } satisfies Done
  })

  /** Carries out a plan, each revision by itself. */
  const apply = Effect.fnUntraced(function*(course: Course): Effect.fn.Return<ReadonlyArray<Done>, Refusal> {
    const told = telling(course)
    yield* refuse(course.plan.revisions.flatMap(lossesIn), course.moves, course.options)
    return yield* Effect.forEach(course.moves, (move, index) => {
      const one = revise(course, move, course.place + index + 1, told)
      return Effect.tap(
        move.revision.transaction ? Effect.mapError(database.transaction(one), failed(move, "commit")) : one,
        logged
      )
    })
  })

  /** Carries out a plan in one transaction, tells what it did to the rows, and undoes it. */
  const prove = Effect.fnUntraced(
    function*(course: Course): Effect.fn.Return<Proof, Refusal | ReadError | TransactionError> {
      const alone = course.moves.find(({ revision }) => !revision.transaction)
      if (alone !== undefined) return yield* unprovable(alone)
      const options: RunOptions = { ...course.options, allowLoss: "everything" }
      const told = telling(course)
      const trial = Effect.gen(function*() {
        const before = withoutHistory(history)(yield* database.introspect)
        const change = Effect.forEach(course.moves, (move, index) =>
          Effect.flatMap(
            index === 0 ? Effect.succeed(before) : look(move),
            (structure) => stepping({ ...course, options }, move, structure, told, index > 0)
          ))
        return yield* Effect.fail(new Tried(yield* comparing(course.plan, before, course.moves, change)))
      })
      return yield* Effect.catchIf(
        database.transaction(trial),
        (error) => error instanceof Tried,
        ({ proof }) => Effect.succeed(proof)
      )
    }
  )

  return { apply, prove }
}

type Told = (move: Move) => (step: string) => Effect.Effect<void>

/** Tells how far a run has come. */
const telling = ({ options: { onStep }, plan }: Course): Told => {
  const total = plan.revisions.reduce((sum, { steps }) => sum + steps.length, 0)
  let done = 0
  return ({ direction, revision }) => (step) =>
    onStep === undefined
      ? Effect.void
      : Effect.suspend(() => onStep({ revision: revision.id, direction, step, done: done++, total }))
}

/** Refuses what may be lost, unless it is allowed, or compared where that can be undone. */
const refuse = (losses: ReadonlyArray<Loss>, moves: ReadonlyArray<Move>, options: RunOptions) => {
  const lost = notAllowed(losses, options)
  const isSafe = lost.length === 0 || (isProved(options) && moves.every(({ revision }) => revision.transaction))
  return isSafe ? Effect.void : Effect.fail(new LossRefused({ losses: lost, proved: false }))
}

const lossesIn = ({ steps }: MigrationPlan["revisions"][number]): ReadonlyArray<Loss> =>
  steps.flatMap(({ losses }) => losses)

/** Steps in parts: what comes after SQL by hand or an effect, and is neither, begins a new one. */
const partsOf = (steps: ReadonlyArray<Step<unknown>>): ReadonlyArray<ReadonlyArray<Step<unknown>>> => {
  const parts: Array<Array<Step<unknown>>> = []
  let wasOpaque = true
  for (const step of steps) {
    if (parts.length === 0 || (wasOpaque && !isOpaque(step))) parts.push([step])
    else parts.at(-1)?.push(step)
    wasOpaque = isOpaque(step)
  }
  return parts
}

const isRun = (step: Step<unknown>): step is Run<unknown> => step._tag === "Run"

const unprovable = ({ direction, revision }: Move) =>
  new MigrationFailed({
    revision: revision.id,
    direction,
    step: "try it and undo it",
    reason:
      "it runs outside of a transaction, so it can't be tried; go to the revision before it, or allow what it loses",
    undone: true
  })

/** What is in the way was found before anything was done. */
const obstructed = ({ direction, revision }: Move, { obstacles }: Proof) =>
  new MigrationFailed({
    revision: revision.id,
    direction,
    step: "look for what is in its way",
    reason: obstacles.map(({ reason, what }) => `${what}: ${reason}`).join("; "),
    undone: true
  })

const logged = ({ direction, id, milliseconds, name }: Done) =>
  Effect.logInfo(`${{ up: "applied", down: "undid" }[direction]} ${id}${name === "" ? "" : ` ${name}`}`).pipe(
    Effect.annotateLogs({ revision: id, milliseconds })
  )

/** A proof on its way out of the transaction that it undoes. */
class Tried {
  readonly proof: Proof
  constructor(proof: Proof) {
    this.proof = proof
  }
}
