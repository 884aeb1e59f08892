/**
 * Runs a repository's writes with the hooks around them, each in one transaction.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import type { Session } from "../session/Session.ts"
import type { Hooks } from "./hooks.ts"
import type { Loaded } from "./reading.ts"

/** What runs before an operation and may change its inputs, and what runs after it. */
interface Around<I, A> {
  readonly before: ((inputs: ReadonlyArray<I>) => Effect.Effect<ReadonlyArray<I>, unknown, unknown>) | undefined
  readonly after: ((rows: ReadonlyArray<A>) => Effect.Effect<unknown, unknown, unknown>) | undefined
}

/** Puts the hooks of a repository around its writes of many rows. */
export const hooking = <M extends Model.Any>(
  { transaction }: Session["Service"],
  { afterDelete, afterInsert, afterUpdate, afterUpsert, beforeDelete, beforeInsert, beforeUpdate }: Hooks<M>
) => {
  const around = <I, A>({ after, before }: Around<I, A>) =>
  <Rest extends ReadonlyArray<unknown>, E, R>(
    write: (inputs: ReadonlyArray<I>, ...rest: Rest) => Effect.Effect<ReadonlyArray<A>, E, R>
  ) => {
    if (before === undefined && after === undefined) return write
    return (inputs: ReadonlyArray<I>, ...rest: Rest): Effect.Effect<ReadonlyArray<A>, E, R> => {
      if (inputs.length === 0) return write(inputs, ...rest)
      return hooked(transaction(Effect.gen(function*() {
        const rows = yield* write(before === undefined ? inputs : yield* before(inputs), ...rest)
        if (after !== undefined) yield* after(rows)
        return rows
      })))
    }
  }

  const aroundDelete = <A, E, R>(remove: (keys: ReadonlyArray<Model.Key<M>>) => Effect.Effect<A, E, R>) => {
    if (beforeDelete === undefined && afterDelete === undefined) return remove
    return (keys: ReadonlyArray<Model.Key<M>>): Effect.Effect<A, E, R> => {
      if (keys.length === 0) return remove(keys)
      return hooked(transaction(Effect.gen(function*() {
        if (beforeDelete !== undefined) yield* beforeDelete(keys)
        const removed = yield* remove(keys)
        if (afterDelete !== undefined) yield* afterDelete(keys)
        return removed
      })))
    }
  }

  return {
    insert: around<Model.Insert<M>, M["Type"]>({
      before: oneForEach("beforeInsert", beforeInsert),
      after: afterInsert
    }),
    upsert: around<Model.Insert<M>, M["Type"]>({
      before: oneForEach("beforeInsert", beforeInsert),
      after: afterUpsert
    }),
    change: around<Model.Patch<M>, M["Type"]>({ before: oneForEach("beforeUpdate", beforeUpdate), after: afterUpdate }),
    /** What changes rows without saying to what. */
    touch: around<Model.Key<M>, M["Type"]>({ before: undefined, after: afterUpdate }),
    remove: aroundDelete
  }
}

/** What is done with rows when they are read; where there are none, nothing. */
export const loading = <M extends Model.Any>({ afterLoad }: Hooks<M>): Loaded<M["Type"]> | undefined => {
  const load = oneForEach("afterLoad", afterLoad)
  return load && ((rows) => rows.length === 0 ? Effect.succeed(rows) : hooked(load(rows)))
}

/** A hook that answers with as many as it is given, or is a mistake of its maker's: each answer is the one of its place. */
const oneForEach = <A>(
  name: keyof Hooks<Model.Any>,
  hook: ((given: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<A>, unknown, unknown>) | undefined
) =>
  hook && ((given: ReadonlyArray<A>) =>
    Effect.flatMap(hook(given), (answered) =>
      answered.length === given.length
        ? Effect.succeed(answered)
        : Effect.die(
          new Error(`${name} answered with ${answered.length} for ${given.length}: it has to be one for each`)
        )))

/** What hooks fail with and need is told where the repository is made, by the types of the hooks themselves. */
const hooked = <A, E, R>(effect: Effect.Effect<A, unknown, unknown>): Effect.Effect<A, E, R> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  effect as Effect.Effect<A, E, R>
