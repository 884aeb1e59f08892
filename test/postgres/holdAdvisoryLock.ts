/**
 * A process that keeps a lock of a program's for as long as it lives.
 */
import { Postgres } from "andamios-orm/postgres"
import type { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import process from "node:process"

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
const address = JSON.parse(process.argv[2] ?? "") as TestDatabase.Address

const held = Effect.andThen(Effect.sync(() => process.stdout.write("held\n")), Effect.never).pipe(
  Postgres.withAdvisoryLock("report")
)

Effect.runFork(Effect.provide(held, Postgres.layer(address)))
