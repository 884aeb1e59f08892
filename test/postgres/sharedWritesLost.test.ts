/**
 * A program that can't hear what others write, because its connection is lost, answers nothing from memory.
 */
import { assert, layer } from "@effect/vitest"
import { OrmError, Query, QueryCache } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Author, empty, withLibrary } from "../contract/library.ts"
import { proxy } from "./sharing/proxy.ts"

class Way extends Context.Service<Way, Effect.Success<ReturnType<typeof proxy>>>()("test/Way") {}

const database = "postgres"

/** A program beside the way that others take. */
const beside = Layer.unwrap(
  Effect.map(PostgresServer.start(), ({ host, port, username }) =>
    Layer.effect(Way, proxy(host, port)).pipe(
      Layer.provideMerge(withLibrary(Postgres.layer({ database, host, port, username, sharedWrites: true })))
    ))
)

/** A program that takes the way. */
const across = Effect.map(
  Way,
  ({ port }) =>
    Postgres.layer({ database, host: "127.0.0.1", port, username: "postgres", sharedWrites: true }).pipe(
      Layer.merge(QueryCache.layerMemory())
    )
)

const write = (name: number) => Query.upsert(Author).values({ id: 1, name: String(name) })

const read = Effect.map(Query.from(Author).all, ([author]) => Number(author?.name))

const hits = Effect.map(QueryCache.report, ({ queries }) => queries.reduce((sum, query) => sum + query.hits, 0))

/** Waits for something, as long as a person would. */
const until = <E, R>(holds: Effect.Effect<boolean, E, R>) =>
  Effect.gen(function*() {
    const deadline = performance.now() + 20_000
    while (!(yield* holds)) {
      if (performance.now() > deadline) return yield* Effect.die("it has not come to be")
      yield* Effect.promise(() => new Promise((resume) => setTimeout(resume, 5)))
    }
  })

const keptAgain = Effect.gen(function*() {
  const before = yield* hits
  yield* until(Effect.andThen(read, Effect.map(hits, (now) => now > before)))
})

layer(beside, { timeout: "60 seconds", excludeTestServices: true })("a program that hears nothing", (it) => {
  it.effect("answers nothing from memory until it hears again", () =>
    Effect.gen(function*() {
      yield* empty
      yield* write(0)
      const { cut, harm } = yield* Way
      const reader = yield* Layer.build(yield* across)
      const reading = Effect.provide(read, reader)
      yield* Effect.provide(keptAgain, reader)
      for (let round = 1; round <= 3; round++) {
        harm.isRefusing = true
        yield* cut
        yield* write(round * 100)
        yield* until(Effect.map(reading, (found) => found === round * 100))
        for (let name = round * 100 + 1; name < round * 100 + 20; name++) {
          yield* write(name)
          assert.strictEqual(yield* reading, name)
        }
        harm.isRefusing = false
        yield* Effect.provide(keptAgain, reader)
        yield* write(round)
        yield* until(Effect.map(reading, (found) => found === round))
      }
    }).pipe(Effect.scoped), 60_000)

  it.effect("notices by itself that nothing comes any more", () =>
    Effect.gen(function*() {
      yield* empty
      yield* write(0)
      const { freeze } = yield* Way
      const reader = yield* Layer.build(yield* across)
      yield* Effect.provide(keptAgain, reader)
      yield* freeze
      yield* write(1)
      yield* until(Effect.map(Effect.provide(read, reader), (found) => found === 1))
      yield* Effect.provide(keptAgain, reader)
    }).pipe(Effect.scoped), 60_000)

  it.effect("is not begun where notices don't come through", () =>
    Effect.gen(function*() {
      const { harm } = yield* Way
      harm.isMute = true
      const failure = yield* Effect.flip(Effect.scoped(Layer.build(yield* across)))
      harm.isMute = false
      assert.instanceOf(failure, OrmError.ConnectionFailed)
      assert.include(failure.message, "pooler")
    }), 60_000)
})
