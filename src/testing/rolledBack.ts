/**
 * A database inside a transaction that is rolled back with its Layer.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Database } from "../session/Database.ts"
import type { TransactionError } from "../session/OrmError.ts"

/** Whatever runs with this Layer is inside one transaction of the database, for which a fiber of its own waits with the end. */
export const rolledBack = <Provided, E, R>(
  database: Layer.Layer<Provided | Database, E, R>
): Layer.Layer<Provided | Database, E | TransactionError, R> =>
  Layer.effectContext(Effect.gen(function*() {
    const { transaction } = yield* Database
    const outside = yield* Effect.context()
    const begun = yield* Deferred.make<Context.Context<never>>()
    const open = Effect.flatMap(Effect.context(), (inside) => Deferred.succeed(begun, inside))
    const held = yield* Effect.forkScoped(transaction(Effect.andThen(open, Effect.never)))
    const inside = yield* Effect.raceFirst(Deferred.await(begun), Fiber.join(held))
    return addedTo(outside, inside)
  })).pipe(Layer.provideMerge(database))

/** The services that a transaction has added to those outside of it. */
const addedTo = (outside: Context.Context<never>, inside: Context.Context<never>): Context.Context<never> =>
  Context.makeUnsafe(new Map([...inside.mapUnsafe].filter(([key, service]) => outside.mapUnsafe.get(key) !== service)))
