/**
 * The cases: what is measured, for how many operations at a time, and how often.
 */
import * as Effect from "effect/Effect"
import { ofRead, ofWrite } from "./answer.ts"
import type { Competitor, Rows, Work } from "./competitor.ts"
import { flightCases } from "./flights/cases.ts"
import { proofCases } from "./flights/proofs.ts"
import type { Contestant, Plan } from "./interleave.ts"
import { northwindCases } from "./northwind/cases.ts"
import { cachedCases } from "./northwind/cached.ts"
import { requestCases } from "./northwind/requests.ts"
import { readings, total } from "./reading.ts"
import { type Dataset, emptyIncoming } from "./tables.ts"
import { repositoryCases } from "./repository/cases.ts"
import { workCases } from "./work/cases.ts"

/** One comparison. */
export interface Case {
  readonly name: string
  /** The tables that it needs. */
  readonly dataset: Dataset
  /** What the phases of a measurement are called, where it has several. */
  readonly phases?: ReadonlyArray<string>
  /** Operations in one measurement; the time of one of them is reported. */
  readonly operations: number
  readonly plan: Plan
  /** Milliseconds that one operation of ours must stay under. */
  readonly target?: number
  /** A competitor in this case, if it takes part. */
  readonly contestant: (competitor: Competitor) => Contestant | undefined
}

/** For measurements of some milliseconds: many, so that a busy moment of the machine meets few of them. */
const short: Plan = { rounds: 60, warmUps: 10, garbage: "minor", quantile: 0.5 }

/** For those of a tenth of a second. */
const middle: Plan = { rounds: 20, warmUps: 5, garbage: "minor", quantile: 0.5 }

/** For those of a second or more. */
const long: Plan = { rounds: 3, warmUps: 1, garbage: "major", quantile: 0.5 }

/** For how long something takes at worst, but for one time in a hundred. */
const worst: Plan = { rounds: 1000, warmUps: 100, garbage: "minor", quantile: 0.99 }

const reading = (
  head: Omit<Case, "contestant" | "dataset">,
  work: (competitor: Competitor) => Work<Rows | number> | undefined
): Case => ({
  ...head,
  dataset: readings,
  contestant: (competitor) => {
    const measured = work(competitor)
    return measured && {
      name: competitor.name,
      before: Effect.void,
      measured: () => Effect.map(measured, (result) => Effect.sync(() => ofRead(result)))
    }
  }
})

const writing = (
  head: Omit<Case, "contestant" | "dataset">,
  rows: number,
  work: (competitor: Competitor) => Work<unknown> | undefined
): Case => ({
  ...head,
  dataset: readings,
  contestant: (competitor) => {
    const measured = work(competitor)
    return measured && {
      name: competitor.name,
      before: emptyIncoming(competitor),
      measured: () => Effect.as(measured, ofWrite(competitor, rows))
    }
  }
})

/** The first so many ids. */
const first = (count: number) => Array.from({ length: count }, (_, id) => id)

/** Ids from all over the table, in no order. */
const scattered = first(20).map((index) => index * 611_953 % total)

/** All of them. */
export const cases: ReadonlyArray<Case> = [
  reading({ name: "point read by id", operations: 20, plan: short }, ({ readById }) => readById?.(scattered)),
  reading(
    { name: "filtered read of 1,000 rows", operations: 1, plan: short },
    ({ readLevels }) => readLevels?.(total / 4, total / 4 + 500)
  ),
  reading({ name: "read of 1,000,000 rows", operations: 1, plan: long }, ({ readAll }) => readAll?.()),
  reading(
    { name: "strict read of 1,000,000 rows", operations: 1, plan: long },
    ({ readAllStrictly }) => readAllStrictly?.()
  ),
  reading(
    { name: "numeric columns of 1,000,000 rows", operations: 1, plan: long },
    ({ readNumbers }) => readNumbers?.()
  ),
  reading({ name: "stream of 1,000,000 rows", operations: 1, plan: long }, ({ streamAll }) => streamAll?.()),
  reading({ name: "GROUP BY", operations: 1, plan: short }, ({ summarizeDays }) => summarizeDays?.()),
  writing({ name: "insert one", operations: 20, plan: short }, 20, ({ insertEach }) => insertEach?.(first(20))),
  writing(
    { name: "insertMany of 1,000 rows", operations: 1, plan: middle, target: 100 },
    1000,
    ({ insertMany }) => insertMany?.(first(1000))
  ),
  writing(
    { name: "insertMany of 100,000 rows", operations: 1, plan: { ...long, rounds: 5, warmUps: 2 } },
    100_000,
    ({ load }) => load?.(first(100_000))
  ),
  reading(
    { name: "acquiring a connection, 99th percentile", operations: 1, plan: worst, target: 5 },
    ({ connect }) => connect?.(1)
  ),
  reading({ name: "simple query", operations: 20, plan: short, target: 1 }, ({ selectOne }) => selectOne?.(20)),
  reading({ name: "complex query", operations: 1, plan: short, target: 10 }, ({ rankDays }) => rankDays?.()),
  ...repositoryCases,
  ...workCases,
  ...northwindCases,
  ...requestCases,
  ...cachedCases,
  ...flightCases,
  ...proofCases
]
