/**
 * A program that migrates until it kills itself: `migrates.ts PLACE`. It waits for a line that says which way, and where to end, and says
 * each revision that was committed.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { Database } from "../../src/session/Database.ts"
import { databaseAt, type Place } from "../migration/longWay.ts"
import { going, type Order, watching } from "./going.ts"

/** Says it at once: what a pipe still holds in memory would go with the process. */
const say = (text: string) =>
  Effect.sync(() => {
    writeSync(1, `${text}\n`)
  })

const end = () => process.kill(process.pid, "SIGKILL")

/** A database that tells when something is about to be committed, and says each revision that was. */
const speaking = (committing: Effect.Effect<void>) =>
  Layer.effect(
    Database,
    Effect.map(Database, (database) =>
      Database.of({
        ...database,
        transaction: (effect, options) =>
          Effect.tap(
            database.transaction(Effect.tap(effect, committing), options),
            (done) => Predicate.hasProperty(done, "id") ? say(`done ${String(done.id)}`) : Effect.void
          )
      }))
  )

const go = (place: Place, order: Order) => {
  let statements = 0
  const tracer = watching(() => {
    statements++
    if ("statement" in order && statements === order.statement) end()
  })
  const committing = Effect.sync(() => {
    if ("commit" in order) setTimeout(end, order.commit)
  })
  return going(order.direction, order.direction === "up" ? "heads" : "base").pipe(
    Effect.withTracer(tracer),
    Effect.provide(Layer.provideMerge(speaking(committing), databaseAt(place)), { local: true }),
    Effect.catchCause((cause) => say(`failed ${Cause.pretty(cause).slice(0, 500)}`)),
    // what is to be killed in its last commit may be faster
    Effect.andThen("commit" in order ? Effect.never : say("was not killed"))
  )
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the soak gives it
const place = JSON.parse(process.argv[2] ?? "") as Place

for await (const line of createInterface(process.stdin)) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the soak gives it
  await Effect.runPromise(go(place, JSON.parse(line) as Order))
}
