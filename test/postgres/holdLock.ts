/**
 * A process that keeps the lock of a server for as long as it lives.
 */
import * as Effect from "effect/Effect"
import process from "node:process"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { Database } from "../../src/session/Database.ts"

const [host, port, username] = process.argv.slice(2)

const held = Effect.gen(function*() {
  const { exclusively } = yield* Database
  return yield* exclusively(Effect.andThen(Effect.sync(() => process.stdout.write("held\n")), Effect.never))
})

Effect.runFork(Effect.provide(held, Postgres.layer({ host, port: Number(port), username, database: "postgres" })))
