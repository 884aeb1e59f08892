/**
 * What is measured on PostgreSQL: the trading company's questions, the inserting of many rows, and what a cache saves and costs.
 */
import * as Effect from "effect/Effect"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Competitor } from "../competitor.ts"
import { cachedCases } from "../northwind/cached.ts"
import { northwindCases } from "../northwind/cases.ts"
import { requestCases } from "../northwind/requests.ts"
import { readings } from "../reading.ts"

const rows = 100_000

const ids = Array.from({ length: rows }, (_, id) => id)

const written = ({ sql }: Competitor) =>
  Effect.map(
    sql("SELECT count(*) AS rows, md5(string_agg(incoming::text, ' ' ORDER BY id)) AS content FROM incoming"),
    (found) => ofAll(found)
  )

const inserting: Case = {
  name: "insertMany of 100,000 rows",
  dataset: readings,
  operations: 1,
  plan: { rounds: 5, warmUps: 2, garbage: "major", quantile: 0.5 },
  contestant: (competitor) => {
    const work = competitor.load?.(ids)
    return work && {
      name: competitor.name,
      before: competitor.sql("TRUNCATE incoming"),
      measured: () => Effect.as(work, written(competitor))
    }
  }
}

/**
 * What reads one row is compiled for good only after some ten thousand calls. Meanwhile the compiler takes time of the other core, where
 * the server is, and the more of it the more code there is.
 */
const warmFor = 6_000

const question = (one: Case): Case => ({ ...one, plan: { ...one.plan, warmFor, onOneCore: true } })

/** All of them. */
export const cases: ReadonlyArray<Case> = [...northwindCases.map(question), inserting, ...requestCases, ...cachedCases]
