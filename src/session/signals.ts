/**
 * Tells when something was written to tables.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Tables } from "../sql/readSet.ts"
import { learning } from "./catalogs.ts"
import type { Database } from "./Database.ts"
import { listen, stampOf, type Versions } from "./versions.ts"

/**
 * A signal at once, and one after commits that have written to one of these tables. Those that come while nobody asks for the next are
 * one, and there is none for what was seen with the one before.
 */
export const signals = (database: Database["Service"]) => (tables: Tables): Stream.Stream<void> =>
  Stream.unwrap(Effect.gen(function*() {
    const { versions } = database
    const queue = yield* Queue.sliding<void>(1)
    const offer = () => void Queue.offerUnsafe(queue, undefined)
    let read: Versions = []
    let seen: number | undefined
    let structure: number | undefined
    let stop = () => {}

    /** What views and SQL by hand read is another thing when the structure has changed. */
    const followed = Effect.gen(function*() {
      if (tables.all) yield* learning(database)
      read = versions.read(tables)
      seen = undefined
      structure = versions.isLearned() ? versions.structure() : undefined
      const before = stop
      // a listener of its own, which the one before doesn't take with it
      stop = listen(read, () => offer())
      before()
    })

    yield* Effect.acquireRelease(followed, () => Effect.sync(() => stop()))
    offer()
    return Stream.filterEffect(Stream.fromQueue(queue), () =>
      Effect.gen(function*() {
        if (tables.all && (structure === undefined || structure !== versions.structure())) yield* followed
        const stamp = stampOf(read)
        const isNew = stamp === undefined || stamp !== seen
        seen = stamp
        return isNew
      }))
  }))
