/**
 * The commands on PostgreSQL, as processes.
 */
import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { project } from "./command.ts"
import { library } from "./library.ts"

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("andamios on PostgreSQL", (it) => {
  it.effect("generates, runs, proves and checks", () =>
    Effect.gen(function*() {
      const options = JSON.stringify(yield* TestDatabase.address)
      const config = library["andamios.config.ts"]
        .replace("import { DuckDb } from \"andamios-orm/duckdb\"", "import { Postgres } from \"andamios-orm/postgres\"")
        .replace("DuckDb.layer({ path: \"app.duckdb\" })", `Postgres.layer(${options})`)
      const { run, write } = project({ "andamios.config.ts": config, "migrations/README.md": "" })
      const done = Effect.fnUntraced(function*(code: number, ...args: ReadonlyArray<string>) {
        const ran = yield* Effect.promise(() => run(...args))
        assert.strictEqual(ran.code, code, ran.stdout + ran.stderr)
        return ran.stdout + ran.stderr
      })
      yield* done(0, "generate", "first")
      assert.match(yield* done(0, "migrate", "plan"), /CREATE TABLE "books"/)
      yield* done(0, "migrate", "up")
      yield* done(0, "migrate", "check")

      write("andamios.config.ts", config.replace("title:", "heading:"))
      assert.match(yield* done(2, "migrate", "check"), /drop column books\.title/)
      yield* done(0, "generate", "headings", "--rename", "books.title=heading")
      assert.match(yield* done(0, "migrate", "prove"), /Nothing is lost/)
      yield* done(0, "migrate", "up", "--prove", "--snapshot", "before")
      yield* done(0, "migrate", "check")
      assert.match(yield* done(0, "migrate", "status"), /2 revisions applied, 0 pending/)
      yield* done(3, "migrate", "down", "base")
      yield* done(0, "migrate", "down", "base", "--allow-loss", "everything")
    }), 240_000)
})
