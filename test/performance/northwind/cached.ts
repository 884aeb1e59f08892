/**
 * What a cache saves and costs: the same requests to the trading company with and without one, in turn.
 */
import * as Effect from "effect/Effect"
import { QueryCache } from "../../../src/index.ts"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Rows, Work } from "../competitor.ts"
import type { Plan } from "../interleave.ts"
import { northwind } from "./data.ts"
import type { Northwind } from "./questions.ts"

/** A page of a hundred rows, of a program that may have a cache. */
export interface Repeated {
  /** Asked again, and again. */
  readonly hits: Work<Rows>
  /** Asked after all answers were forgotten. */
  readonly misses: Work<Rows>
}

const plan: Plan = { rounds: 200, warmUps: 20, garbage: "minor", quantile: 0.5 }

/** How often it is asked in one measurement. */
const times = 20

/** What is asked, of a program that runs all of it in this way. */
export const repeatedOf = (answers: Northwind, run: (work: Work<Rows>) => Work<Rows>): Repeated => {
  const page = answers.customers?.({ limit: 100, offset: 100 }) ?? Effect.succeed<Rows>([])
  const repeated = (work: Work<Rows>) =>
    run(Effect.map(Effect.forEach(Array.from({ length: times }, () => work), (each) => each), (rows) => rows.flat()))
  return { hits: repeated(page), misses: repeated(Effect.andThen(QueryCache.clear, page)) }
}

const asking = (name: string, asked: (repeated: Repeated) => Work<Rows>): Case => ({
  name: `cache: ${name}`,
  dataset: northwind,
  operations: times,
  plan,
  contestant: ({ name: competitor, repeated }) =>
    repeated && {
      name: competitor,
      before: Effect.void,
      measured: () => Effect.map(asked(repeated), (rows) => Effect.sync(() => ofAll(rows)))
    }
})

/** All of them. */
export const cachedCases: ReadonlyArray<Case> = [
  asking("100 rows that are kept", ({ hits }) => hits),
  asking("100 rows that are not", ({ misses }) => misses)
]
