/**
 * A process that migrates: `runner.ts PLACE`. For each line of its input, `{"direction":"up"}` or with `"kill"`, it opens the database, goes
 * that way, closes it, and says which revisions it ran, or how it failed.
 */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { databaseAt, go, type Place } from "./longWay.ts"

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
const place = JSON.parse(process.argv[2] ?? "") as Place

const run = (line: string) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
  const { direction, kill } = JSON.parse(line) as { readonly direction: "up" | "down"; readonly kill?: number }
  return go(direction, kill).pipe(
    Effect.provide(databaseAt(place), { local: true }),
    Effect.match({ onFailure: ({ _tag }) => ({ failed: _tag }), onSuccess: (ran) => ({ ran }) }),
    Effect.provide(Logger.layer([]))
  )
}

for await (const line of createInterface(process.stdin)) {
  writeSync(1, `${JSON.stringify(await Effect.runPromise(run(line)))}\n`)
}
