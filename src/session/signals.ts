/**
 * Tells when something was written to tables.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Tables } from "../sql/readSet.ts"
import type { Database } from "./Database.ts"
import { listen, stampOf } from "./tableVersions.ts"

/**
 * A signal at once, and one after commits that have written to one of these tables. Those that come while nobody asks for the next are
 * one, and there is none for what was seen with the one before.
 */
export const signals = ({ versions }: Pick<Database["Service"], "versions">) => (tables: Tables): Stream.Stream<void> =>
  Stream.unwrap(Effect.gen(function*() {
    const read = versions.read(tables)
    const queue = yield* Queue.sliding<void>(1)
    yield* Effect.acquireRelease(
      Effect.sync(() => listen(read, () => void Queue.offerUnsafe(queue, undefined))),
      (stop) => Effect.sync(stop)
    )
    Queue.offerUnsafe(queue, undefined)
    let seen: number | undefined
    return Stream.filter(Stream.fromQueue(queue), () => {
      const stamp = stampOf(read)
      const isNew = stamp === undefined || stamp !== seen
      seen = stamp
      return isNew
    })
  }))
