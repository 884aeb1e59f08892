/**
 * Identifiers that tell nothing.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { generatorOf } from "./uuidV7.ts"

/** A new UUID of version 4 (RFC 9562) from Effect's `Random`: the same again under `Random.withSeed`. */
export const uuidV4: Effect.Effect<string> = Effect.flatMap(Random.Random, (random) => generatorOf(random).uuidV4())
