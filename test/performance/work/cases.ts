/**
 * The unit of work: the loop of MikroORM's public benchmark, whose phases follow each other in one measurement.
 */
import * as Effect from "effect/Effect"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import { allUsers } from "./users.ts"

/** What is measured. */
export const workCases: ReadonlyArray<Case> = [{
  name: "unit of work: MikroORM's loop",
  phases: ["insert", "find", "update", "remove"],
  dataset: { models: [], fill: [] },
  operations: 1,
  plan: { rounds: 15, warmUps: 5, garbage: "minor", quantile: 0.5 },
  contestant: ({ name, sql, userLoop }) =>
    userLoop && {
      name,
      before: Effect.void,
      measured: (endPhase) => {
        const told = Effect.map(sql(allUsers), ofAll)
        return Effect.as(userLoop(endPhase(told)), told)
      }
    }
}]
