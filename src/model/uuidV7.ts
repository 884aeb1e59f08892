/**
 * Identifiers that sort by the time they were made.
 *
 * @since 0.1.0
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { getOrInsert } from "./getOrInsert.ts"

type Randomness = (typeof Random.Random)["Service"]

const generators = new WeakMap<Randomness, SecureRandom.SecureRandom["Service"]>()

/** One generator for each `Random`, so that its identifiers ascend also within a millisecond. */
export const generatorOf = (random: Randomness) =>
  getOrInsert(
    generators,
    random,
    () => SecureRandom.make((size) => Uint8Array.from({ length: size }, () => random.nextDoubleUnsafe() * 256))
  )

/**
 * A new UUID of version 7 (RFC 9562) from Effect's `Clock` and `Random`: the same again under `TestClock` and `Random.withSeed`.
 */
export const uuidV7: Effect.Effect<string> = Effect.flatMap(Random.Random, (random) => generatorOf(random).uuidV7())
