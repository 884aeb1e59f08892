/**
 * Lookups that fibers make at the same time, gathered into few statements.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import { keyFields, keyTexts } from "../sql/rowKey.ts"

/** A key that is looked up. */
interface Lookup<A> extends Request.Request<A | undefined, ReadError> {
  readonly key: unknown
}

/** Gathers lookups of a model's rows, which `read` answers place by place. */
export const loader = <M extends Model.Any>(
  { gathering }: Session["Service"],
  model: M,
  read: (keys: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<M["Type"] | undefined>, ReadError>
) => {
  const table = tableOf(model)
  const lookup = Request.of<Lookup<M["Type"]>>()

  /** The different keys of lookups, by the texts that tell them apart. */
  const keysOf = (lookups: ReadonlyArray<Lookup<M["Type"]>>) => {
    const rows = lookups.map(({ key }) => keyFields(table, key))
    return keyTexts(table.primaryKey.map(({ field }) => rows.map((row) => row[field])), rows.length)
  }

  const resolver = RequestResolver.makeGrouped<Lookup<M["Type"]>, string>({
    key: ({ context }) => gathering(table, context),
    resolver: (entries) => {
      const texts = keysOf(entries.map(({ request }) => request))
      const places = new Map(texts.map((text, place) => [text, place]))
      const once = [...places.values()]
      return Effect.map(read(once.map((place) => entries[place]?.request.key)), (rows) => {
        const found = new Map([...places.keys()].map((text, index) => [text, rows[index]]))
        entries.forEach((entry, place) => entry.completeUnsafe(Exit.succeed(found.get(texts[place]))))
      })
    }
  })

  return (key: Model.Key<M>): Effect.Effect<Option.Option<M["Type"]>, ReadError> =>
    Effect.map(Effect.request(lookup({ key }), resolver), Option.fromUndefinedOr)
}
