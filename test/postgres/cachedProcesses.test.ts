/**
 * Several processes with a cache in one Redis: none is given an answer that is older than what it has seen, also where one of them is
 * killed while it writes.
 */
import { assert, describe, it } from "@effect/vitest"
import { Query, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import process from "node:process"
import { createInterface } from "node:readline"
import * as PostgresServer from "../../src/testing/PostgresServer.ts"
import { isThere, server, unlessThere } from "../redis.ts"
import { type Found, Left, type Place, Right } from "./cachedProcess.ts"

/** A process at work, which ends with the scope. */
const working = (place: Place) =>
  Effect.gen(function*() {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [
          "--conditions=andamios-source",
          `${import.meta.dirname}/cachedProcess.ts`,
          JSON.stringify(place)
        ], { stdio: ["ignore", "pipe", "inherit"] })
      ),
      (one) => Effect.sync(() => one.kill("SIGKILL"))
    )
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const line = Effect.promise(async () => String((await lines.next()).value))
    return {
      ready: line,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the process has found
      found: Effect.map(line, (text) => JSON.parse(text) as Found),
      kill: Effect.sync(() => child.kill("SIGKILL"))
    }
  })

const begin = Effect.gen(function*() {
  yield* Session.createTables([Left, Right])
  yield* Query.insert(Left).values({ id: 1, count: 0 })
  yield* Query.insert(Right).values({ id: 1, count: 0 })
})

describe(`several processes with a cache in Redis${unlessThere}`, () => {
  for (const levels of [1, 2] as const) {
    it.live.skipIf(!isThere)(
      `see what they have seen, with a cache of ${levels === 1 ? "one level" : "two levels"}`,
      () =>
        Effect.gen(function*() {
          const { socket } = yield* server
          const { database, host, port, username } = yield* PostgresServer.start()
          const postgres = { database, host, port, username }
          yield* Effect.provide(begin, Postgres.layer({ ...postgres, pool: { size: 1 } }))
          const place = { postgres, socket, steps: 150, levels }
          const [victim, ...others] = yield* Effect.forEach([1, 2, 3], () => working(place))
          yield* Effect.forEach([victim, ...others], (one) => one?.ready ?? Effect.void)
          yield* Effect.sleep("300 millis")
          yield* victim?.kill ?? Effect.void
          const found = yield* Effect.forEach(others, (one) => one.found)
          assert.deepStrictEqual(found.map(({ outdated }) => outdated), [[], []])
          for (const { hits, misses } of found) assert.isAbove(hits, misses / 10, `${hits} hits, ${misses} misses`)
        }),
      120_000
    )
  }
})
