/**
 * Proofs on three million flights: what each finds, and in how many milliseconds. Nobody else has them; they should take some seconds.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql/SqlClient"
import { Migration, Migrator, Session, Type } from "../../../src/index.ts"
import { Database } from "../../../src/session/Database.ts"
import type { Case } from "../cases.ts"
import type { Work } from "../competitor.ts"
import { flights } from "./data.ts"

const distance = Migration.column("distance", Type.int16)

/** What is tried, and what it must find. */
const trials = {
  "a renamed column": {
    steps: [Migration.renameColumn("flights", "delay", "lateness")],
    found: ""
  },
  "a dropped column": {
    steps: [Migration.dropColumn("flights", distance)],
    found: "flights.distance: 3000000 values of the column"
  },
  "a narrower type": {
    steps: [Migration.changeColumn("flights", { from: distance, to: { ...distance, type: Type.int8 } })],
    found: "flights.distance: 2882407 values are none of the new type"
  },
  "timestamps without their time": {
    steps: [Migration.changeColumn("flights", {
      from: Migration.column("departure", Type.timestamp),
      to: Migration.column("departure", Type.date)
    })],
    found: "flights.departure: 2999665 values of 3000000 became others: the time of the day"
  },
  "a unique over duplicates": {
    steps: [Migration.addUnique("flights", { columns: ["origin", "departure"] })],
    found: "flights: 967788 rows have the same origin, departure as others"
  }
} as const

type Trial = keyof typeof trials

/** What proofs find, by what is tried. */
export type Proofs = { readonly [Name in Trial]: Work<string> }

/** Ours, on the current database. */
export const proofsOfOurs = Effect.gen(function*() {
  const services = yield* Effect.context<Database | Session.Session | SqlClient>()
  const prove = (name: Trial): Work<string> =>
    Migrator.prove().pipe(
      Effect.map(({ losses, obstacles }) =>
        [...losses, ...obstacles].map(({ reason, what }) => `${what}: ${reason}`).join()
      ),
      Effect.provide(
        Migrator.layer({ revisions: [Migration.make({ id: "a1", up: trials[name].steps })], onStart: "nothing" }).pipe(
          Layer.provide(Layer.succeedContext(services))
        ),
        { local: true }
      ),
      Effect.orDie
    )
  return {
    "a renamed column": prove("a renamed column"),
    "a dropped column": prove("a dropped column"),
    "a narrower type": prove("a narrower type"),
    "timestamps without their time": prove("timestamps without their time"),
    "a unique over duplicates": prove("a unique over duplicates")
  } satisfies Proofs
})

const proved = (name: Trial): Case => ({
  name: `proof on the flights of ${name}`,
  dataset: flights,
  operations: 1,
  plan: { rounds: 3, warmUps: 1, garbage: "major", quantile: 0.5 },
  target: 10_000,
  contestant: ({ name: competitor, proofs }) =>
    proofs && {
      name: competitor,
      before: Effect.void,
      measured: () =>
        Effect.flatMap(proofs[name], (found) =>
          found === trials[name].found
            ? Effect.succeed(Effect.succeed(found))
            : Effect.die(new Error(`The proof found "${found}".`)))
    }
})

const isTrial = (name: string): name is Trial => name in trials

/** All of them. */
export const proofCases: ReadonlyArray<Case> = Object.keys(trials).filter(isTrial).map(proved)
