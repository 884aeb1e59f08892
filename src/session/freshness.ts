/**
 * How new the rows of a read are to be, for databases that have copies of themselves which are a moment behind.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** With all that this program has written, with all that anybody has, or with all but what was written in the last milliseconds. */
export type Freshness =
  | { readonly _tag: "OwnWrites" }
  | { readonly _tag: "Newest" }
  | { readonly _tag: "Within"; readonly milliseconds: number }

/** How new the rows are to be that a fiber reads. */
export const WantedFreshness = Context.Reference<Freshness>("andamios/Freshness", {
  defaultValue: () => ({ _tag: "OwnWrites" })
})

/** Runs an effect whose reads are to find all that anybody has written. */
export const newest: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  WantedFreshness,
  { _tag: "Newest" }
)
