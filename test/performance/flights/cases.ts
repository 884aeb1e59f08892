/**
 * The flights' cases: ours beside the same question as SQL on the bare driver, whose rows are plain objects. Ours should take 1.05
 * times as long at most, which is a ratio of 0.95.
 */
import * as Effect from "effect/Effect"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Rows, Work } from "../competitor.ts"
import { flights } from "./data.ts"
import { type Question, questions } from "./sql.ts"

/** One side's answers; what it has no way to say is left out. */
export type Flights = { readonly [Name in Question]?: Work<Rows> }

const asked = (question: Question): Case => ({
  name: `flights: ${question}`,
  dataset: flights,
  operations: 1,
  plan: { rounds: 20, warmUps: 3, garbage: "minor", quantile: 0.5 },
  contestant: ({ flights: answers, name }) => {
    const measured = answers?.[question]
    return measured && {
      name,
      before: Effect.void,
      measured: () => Effect.map(measured, (rows) => Effect.sync(() => ofAll(rows)))
    }
  }
})

const isQuestion = (name: string): name is Question => name in questions

/** All of them. */
export const flightCases: ReadonlyArray<Case> = Object.keys(questions).filter(isQuestion).map(asked)
