/**
 * Carries out single steps: statements as they were planned, and effects.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import { Database } from "../../session/Database.ts"
import { asking, telling } from "../../sql/asking.ts"
import { failed, type Refusal } from "./failing.ts"
import type { Run } from "../Migration.ts"
import type { PlannedStatement, PlannedStep } from "../MigrationPlan.ts"
import type { Move } from "./pending.ts"

/** What carries out the planned steps of a revision, in order; its effects are those of the steps without operations. */
export const carrying = (database: Database["Service"], services: Context.Context<never>) => {
  const tell = (sql: string) => database.execute(telling(sql), undefined)

  /** The text with the answer of a query in it. */
  const answered = (ask: string, sql: string) =>
    Effect.map(
      database.read(asking(ask, { answer: { _tag: "Int64", as: "bigint" } })),
      ([row]) => sql.replaceAll("{answer}", String(row?.answer))
    )

  const statement = (move: Move, what: string) => (planned: PlannedStatement): Effect.Effect<unknown, Refusal> => {
    if (typeof planned === "string") return Effect.mapError(tell(planned), failed(move, what, planned))
    if ("repeat" in planned) {
      return Effect.mapError(
        Effect.repeat(tell(planned.repeat), { while: (changed) => changed > 0 }),
        failed(move, what, planned.repeat)
      )
    }
    return answered(planned.ask, planned.sql).pipe(
      Effect.mapError(failed(move, what, planned.ask)),
      Effect.flatMap((sql) => Effect.mapError(tell(sql), failed(move, what, sql)))
    )
  }

  const within = equipping(database, services)
  const effect = (move: Move, { effect: given, name }: Run<unknown>) =>
    within(given).pipe(
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Effect.fail(failed(move, name)(Cause.squash(cause)))
      )
    )

  return Effect.fnUntraced(function*(
    move: Move,
    steps: ReadonlyArray<PlannedStep>,
    effects: ReadonlyArray<Run<unknown>>,
    told: (step: string) => Effect.Effect<void>
  ) {
    const left = [...effects]
    for (const { operations, statements, what } of steps) {
      yield* told(what)
      const run = operations.length === 0 ? left.shift() : undefined
      if (run !== undefined) yield* effect(move, run)
      yield* Effect.forEach(statements, statement(move, what), { discard: true })
    }
  })
}

/**
 * Gives an effect what was there when its migrator was made. What it runs in goes first, such as its transaction, but for another
 * database that is used around it.
 */
const equipping = (database: Database["Service"], services: Context.Context<never>) => {
  const made = Context.omit(Tracer.ParentSpan)(database.withoutTransaction(services))
  return <A, E>(effect: Effect.Effect<A, E, unknown>): Effect.Effect<A, E> =>
    Effect.updateContext(effect, (own: Context.Context<never>) => {
      const other = Context.getOrUndefined(own, Database)
      const all = other === undefined || other === database ? Context.merge(made, own) : Context.merge(own, made)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a migrator's Layer asks for all that its revisions need
      return all as Context.Context<unknown>
    })
}
