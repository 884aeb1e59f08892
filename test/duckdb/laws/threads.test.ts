/**
 * A pool leaves two of Node's threads to others, or says that it can't: law 7.
 */
import { assert, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Bare from "./bare.ts"

/** As many queries as Node has threads, and a file that is read meanwhile: in which order they end. */
const busyThreads = `
  import { DuckDBInstance } from "@duckdb/node-api"
  import { readFile } from "node:fs/promises"
  import { setTimeout as sleep } from "node:timers/promises"
  const instance = await DuckDBInstance.create()
  const connections = await Promise.all([1, 2, 3, 4].map(() => instance.connect()))
  const endless = "SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b"
  let left = connections.length
  const queries = connections.map((connection) =>
    connection.run(endless).catch(() => undefined).then(() => { left--; console.log("a query has ended") }))
  await sleep(500)
  const reading = readFile(${JSON.stringify(import.meta.filename)}).then(() => console.log("the file is read"))
  await sleep(500)
  while (left > 0) {
    for (const connection of connections) connection.interrupt()
    await sleep(1)
  }
  await Promise.all([...queries, reading])`

it.live("the bare binding: with a query on each of Node's threads, a file can't be read until one ends", () =>
  Effect.gen(function*() {
    const { how, said } = yield* Bare.program(busyThreads)
    assert.strictEqual(how, "exit 0")
    assert.include(said, "the file is read")
    assert.strictEqual(said[0], "a query has ended")
  }))

/** What is logged while a pool of this size is opened beside so many threads. */
const logged = Effect.fnUntraced(function*(size: number, threads: string | undefined) {
  const messages: Array<string> = []
  const logger = Logger.make(({ message }) => {
    messages.push(String(message))
  })
  const variables = threads === undefined ? {} : { UV_THREADPOOL_SIZE: threads }
  yield* Layer.build(DuckDb.layer({ path: ":memory:", pool: { size } })).pipe(
    Effect.scoped,
    Effect.provide(Logger.layer([logger])),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(variables)))
  )
  return messages
})

it.live("ours: a pool that would leave too few threads says how many there must be", () =>
  Effect.gen(function*() {
    assert.deepStrictEqual(yield* logged(2, undefined), [])
    assert.deepStrictEqual(yield* logged(14, "16"), [])
    assert.deepStrictEqual(yield* logged(2, "as many as there are"), [])
    for (const [size, threads] of [[3, undefined], [15, "16"]] as const) {
      const [warning = "", ...more] = yield* logged(size, threads)
      assert.include(warning, `UV_THREADPOOL_SIZE=${size + 2}`)
      assert.deepStrictEqual(more, [])
    }
  }))
