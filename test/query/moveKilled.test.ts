/**
 * A move of real data whose process is killed again and again ends with the same as one that runs through, there and back.
 */
import { assert, it } from "@effect/vitest"
import { Move, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { databaseAt, type Place } from "../migration/longWay.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"
import { datasets, loaded, summed } from "./moving/datasets.ts"

const program = fileURLToPath(new URL("moving/mover.ts", import.meta.url))

type Report = ReadonlyArray<Move.Moved>

/** Moves in a process of its own, which is killed so long after so many batches; its report, where it came to its end. */
const moved = (from: Place, to: Place, kill?: { readonly lines: number; readonly milliseconds: number }) =>
  Effect.callback<{ readonly report?: Report; readonly lines: number; readonly said: string }>((resume) => {
    const words = [from, to, 1_000].map((word) => JSON.stringify(word))
    const child = spawn(process.execPath, ["--conditions=andamios-source", program, ...words])
    let lines = 0
    let report: Report | undefined
    let said = ""
    child.stderr.on("data", (text) => said += String(text))
    createInterface(child.stdout).on("line", (line) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what mover.ts writes
      const found = JSON.parse(line) as { readonly report?: Report }
      if (found.report !== undefined) report = found.report
      else if (lines++ === kill?.lines) setTimeout(() => child.kill("SIGKILL"), kill.milliseconds)
    })
    child.once("close", () => resume(Effect.succeed({ lines, said, ...(report === undefined ? {} : { report }) })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Kills it at several places, between batches and within, and lets it come to its end then. */
const killedAndMoved = Effect.fnUntraced(function*(from: Place, to: Place) {
  let last = 0
  for (
    const kill of [{ lines: 0, milliseconds: 0 }, { lines: 4, milliseconds: 3 }, { lines: 9, milliseconds: 1 }, {
      lines: 13,
      milliseconds: 7
    }]
  ) {
    const { report, said } = yield* moved(from, to, kill)
    assert.strictEqual(said, "")
    if (report !== undefined) return report
    const { tables } = yield* Move.plan(datasets, { from: databaseAt(from), to: databaseAt(to) })
    const now = tables.reduce((sum, table) => sum + table.moved, 0)
    assert.isAbove(now, last)
    last = now
  }
  const { report, said } = yield* moved(from, to)
  assert.strictEqual(said, "")
  assert.strictEqual(report?.reduce((sum, { resumedAt }) => sum + resumedAt, 0), last)
  return report ?? []
})

const fingerprints = (report: Report) => new Map(report.map(({ columns, rows, table }) => [table, { rows, columns }]))

it.live("the superstore and the flights, to PostgreSQL and back, killed on the way", () =>
  Effect.gen(function*() {
    const directory = yield* temporaryDirectory
    const first = { path: join(directory, "first.duckdb") }
    const second = yield* TestDatabase.address
    const third = { path: join(directory, "third.duckdb") }
    const asked = <A, E>(place: Place, effect: Effect.Effect<A, E, Layer.Success<ReturnType<typeof databaseAt>>>) =>
      Effect.provide(effect, databaseAt(place), { local: true })
    yield* asked(first, Effect.andThen(Session.createTables(datasets), loaded(20_000)))
    yield* asked(second, Session.createTables(datasets))
    yield* asked(third, Session.createTables(datasets))
    const there = yield* killedAndMoved(first, second)
    const back = yield* killedAndMoved(second, third)
    assert.deepStrictEqual(fingerprints(back), fingerprints(there))
    assert.deepStrictEqual(there.map(({ rows, table }) => [table, rows]), [
      ["airports", 3376],
      ["flights", 20_000],
      ["order_lines", 9994]
    ])
    const sums = yield* asked(first, summed)
    assert.deepStrictEqual(yield* asked(third, summed), sums)
    assert.deepStrictEqual(
      (yield* asked(second, summed)).map(({ last: _, ...row }) => row),
      sums.map(({ last: _, ...row }) => row)
    )
  }).pipe(Effect.scoped, Effect.provide(TestDatabase.layerPostgres([]))), { timeout: 240_000 })
