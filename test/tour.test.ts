/**
 * The tour prints what its readers are promised, and finds its data again.
 */
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as TestConsole from "effect/testing/TestConsole"
import { tour } from "../examples/tour.ts"
import { printed } from "./printed.ts"

/** A file for the tour in a folder of its own, gone afterwards. */
const withFile = <A, E, R>(use: (database: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    return yield* use(`${yield* files.makeTempDirectoryScoped({ prefix: "andamios-test-" })}/andamios-tour.duckdb`)
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

const flights = 50_000

/** A console that tells when something was printed. */
const listening = (text: string) =>
  Effect.gen(function*() {
    const heard = yield* Deferred.make<void>()
    const console = yield* TestConsole.make
    const log = (...words: ReadonlyArray<unknown>) => {
      if (words.join(" ").includes(text)) Deferred.doneUnsafe(heard, Effect.void)
    }
    return { heard: Deferred.await(heard), console: { ...console, log } }
  })

describe("the tour", () => {
  it.live("imports, asks, and finds its data the second time", () =>
    withFile((database) =>
      Effect.gen(function*() {
        const first = yield* printed(tour({ database, flights, fresh: false }))
        const [imported = "", ...answers] = first.split(/(?=^1\. )/m)
        assert.strictEqual(
          imported,
          `Importing: every row is decoded and checked by its model on the way in

  airports      3,376 stored     0 rejected   (time)
  flights      50,000 stored     0 rejected   (time)
  orders        9,994 stored     0 rejected   (time)

`
        )
        const shown = answers.join("")
        assert.include(shown, `  const latestStates = Query.from(Flight, "flight")\n    .join(Airport, "origin"`)
        assert.include(
          shown,
          `┌───────┬─────────┬───────┐
│ state │ flights │ delay │
├───────┼─────────┼───────┤
│ UT    │     632 │  29.1 │
│ ME    │     101 │  27.5 │
│ WY    │      12 │  26.5 │
│ PR    │     216 │  25.6 │
│ GA    │   1,986 │  22.4 │
└───────┴─────────┴───────┘`
        )
        assert.include(
          shown,
          `┌────────┬─────────────┬─────────┬───────┬───────┐
│ origin │ destination │ flights │ miles │ delay │
├────────┼─────────────┼─────────┼───────┼───────┤
│ LAS    │ LAX         │     141 │   236 │  13.1 │
│ LAX    │ LAS         │     141 │   236 │  14.0 │
│ PHX    │ LAX         │     136 │   370 │   9.7 │
│ LAX    │ PHX         │     133 │   370 │  19.5 │
│ LAX    │ SFO         │     110 │   337 │   7.2 │
└────────┴─────────────┴─────────┴───────┴───────┘`
        )
        assert.include(shown, "San Francisco International, San Francisco, CA, USA\n(time)")
        assert.include(shown, "▁▁▁▁▁▁▃▃▄▃▅▄▅▅▅▅▄▇▅▅▅█▅▂  1,066 late flights, from 0 to 23 o'clock")
        assert.include(
          shown,
          `┌─────────────────┬────────┬──────────────┬──────────────┐
│ category        │ pieces │        sales │       profit │
├─────────────────┼────────┼──────────────┼──────────────┤
│ Technology      │  6,939 │ 836,154.0330 │ 145,454.9481 │
│ Office Supplies │ 22,906 │ 719,047.0320 │ 122,490.8008 │
│ Furniture       │  8,028 │ 741,999.7953 │  18,451.2728 │
└─────────────────┴────────┴──────────────┴──────────────┘`
        )
        assert.include(shown, "refused: table flights knows no airport OZ00")
        assert.isTrue(
          shown.endsWith(
            `Closed. andamios-tour.duckdb has (size). Opened again, read only:
      3,376 Airports
     50,000 Flights
      9,994 Orders`
          )
        )

        const second = yield* printed(tour({ database, flights, fresh: false }))
        assert.strictEqual(
          second,
          `Found 50,000 flights in andamios-tour.duckdb ((size)): nothing to import. --fresh starts anew.\n\n${shown}`
        )

        assert.strictEqual(yield* printed(tour({ database, flights, fresh: true })), first)
      })
    ), 120_000)

  it.live("imports anew what an ended run left incomplete", () =>
    withFile((database) =>
      Effect.gen(function*() {
        const { console, heard } = yield* listening("airports")
        const ended = Effect.provideService(tour({ database, flights, fresh: false }), Console.Console, console)
        yield* Effect.raceFirst(Effect.asVoid(ended), heard)

        const output = yield* printed(tour({ database, flights, fresh: false }))
        assert.include(output, "andamios-tour.duckdb does not hold all of this data: an import was ended early")
        assert.include(output, "  flights      50,000 stored     0 rejected   (time)")
      })
    ), 120_000)
})
