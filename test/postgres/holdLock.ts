/**
 * A process that keeps the lock of a server for as long as it lives.
 */
import type { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import process from "node:process"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { Database } from "../../src/session/Database.ts"

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
const address = JSON.parse(process.argv[2] ?? "") as TestDatabase.Address

const held = Effect.gen(function*() {
  const { exclusively } = yield* Database
  return yield* exclusively(Effect.andThen(Effect.sync(() => process.stdout.write("held\n")), Effect.never))
})

Effect.runFork(Effect.provide(held, Postgres.layer(address)))
