/**
 * Recovery from a key that is taken, by which one it is.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { UniqueViolation } from "../session/OrmError.ts"

/** The keys that an effect can find taken. */
type KeyOf<E> = E extends UniqueViolation<infer Key> ? Key : never

/** What an effect can fail with, once a key is seen to: where it was the last one, no violation is left. */
type Other<E, K> = E extends UniqueViolation<infer Key>
  ? [Exclude<Key, K>] extends [never] ? never : UniqueViolation<Exclude<Key, K>>
  : E

/**
 * Recovers where a row has taken this key already, which has to be one of the model's: a field, the fields of a unique index as
 * `"aisle, place"`, or `"primary key"` where that has several. What else fails is left as it is. The key is none of the failures any
 * more; where it was the last one, `UniqueViolation` is gone from the type.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.serial(Schema.Int),
 *   email: Column.unique(Schema.String)
 * }, { table: "authors" }) {}
 *
 * const signUp = Effect.fn("signUp")(function*(email: string) {
 *   const authors = yield* Repository.make(Author)
 *   return yield* authors.insert({ email }).pipe(
 *     Repository.catchKey("email", () => authors.query.where((author) => author.email.eq(email)).one)
 *   )
 * })
 * ```
 *
 * @category recovery
 * @since 0.1.0
 */
export const catchKey = <const K extends KeyOf<E>, E, A2, E2, R2>(
  key: K,
  handle: (taken: UniqueViolation<NoInfer<K>>) => Effect.Effect<A2, E2, R2>
) =>
<A, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A | A2, Other<E, K> | E2, R | R2> =>
  self.pipe(Effect.catch((error): Effect.Effect<A2, Other<E, K> | E2, R2> => {
    if (isTaken(error, key)) return handle(error)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left has another key, which the guard can't tell
    return Effect.fail(error as Other<E, K>)
  }))

const isTaken = <K extends string>(error: unknown, key: K): error is UniqueViolation<K> =>
  error instanceof UniqueViolation && error.key === key
