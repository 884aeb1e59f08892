/**
 * A process that moves the data sets: `mover.ts FROM TO BATCH`. It says how far it has come, a line for each batch, and at the end its report.
 */
import { Move } from "andamios-orm"
import * as Effect from "effect/Effect"
import { writeSync } from "node:fs"
import { databaseAt, type Place } from "../../migration/longWay.ts"
import { datasets } from "./datasets.ts"

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the test gives it
const [from, to, batchSize] = process.argv.slice(2).map((word) => JSON.parse(word) as unknown) as [Place, Place, number]

const say = (what: unknown) => Effect.sync(() => void writeSync(1, `${JSON.stringify(what)}\n`))

const report = await Effect.runPromise(
  Move.run(datasets, { from: databaseAt(from), to: databaseAt(to), batchSize, onProgress: say })
)
await Effect.runPromise(say({ report }))
