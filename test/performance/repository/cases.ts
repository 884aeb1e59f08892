/**
 * The repository's cases: what it costs beside the bare driver, and what its `loader` saves. A read of one row should take at most 1.1
 * times as long as the driver's, which is a ratio of 0.91, and a read of 10,000 rows 1.05 times, which is 0.95.
 */
import * as Effect from "effect/Effect"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Competitor, Rows, Work } from "../competitor.ts"
import type { Plan } from "../interleave.ts"
import { readings, total } from "../reading.ts"
import { counted } from "./counted.ts"

/** Reads that a repository has a verb for. */
export interface Reads {
  /** The readings with these ids, each asked for by itself; none where there is none. */
  readonly findById: (ids: ReadonlyArray<number>) => Work<Rows>
  /** The readings with these ids, each asked for by itself, all of which are there. */
  readonly get: (ids: ReadonlyArray<number>) => Work<Rows>
  /** The readings whose level is at least the first and less than the second. */
  readonly find: (least: number, beyond: number) => Work<Rows>
}

/** Readings that are looked up by many at the same time. */
export interface LookUps {
  readonly lookUp: (ids: ReadonlyArray<number>) => Work<Rows>
  /** The most statements that it may take. */
  readonly statements?: number
}

/** Few operations at a time, and often: so a busy moment meets few of them, and all sides alike. */
const often: Plan = { rounds: 500, warmUps: 50, garbage: "minor", quantile: 0.5 }

const some: Plan = { rounds: 40, warmUps: 10, garbage: "minor", quantile: 0.5 }

/** Ids from all over the table, in no order. */
const scattered = (count: number) => Array.from({ length: count }, (_, index) => index * 611_953 % total)

const reading = (
  head: Omit<Case, "contestant" | "dataset">,
  work: (reads: Reads) => Work<Rows>
): Case => ({
  ...head,
  dataset: readings,
  contestant: ({ name, reads }) =>
    reads && {
      name,
      before: Effect.void,
      measured: () => Effect.map(work(reads), (rows) => Effect.sync(() => ofAll(rows)))
    }
})

const lookingUp = (ids: ReadonlyArray<number>) => ({ lookUps, name }: Competitor) =>
  lookUps && {
    name,
    before: Effect.void,
    measured: () => Effect.map(lookUps.lookUp(ids), (rows) => Effect.as(keeps(lookUps, ids), ofAll(rows)))
  }

/** Fails where looking up takes more statements than it may. */
const keeps = ({ lookUp, statements: most }: LookUps, ids: ReadonlyArray<number>) =>
  most === undefined ?
    Effect.void :
    Effect.flatMap(counted(lookUp(ids)), (statements) =>
      statements > 0 && statements <= most
        ? Effect.void
        : Effect.die(new Error(`${ids.length} lookups took ${statements} statements, and not at most ${most}`)))

const [aFew, many] = [scattered(8), scattered(1000)]

/** All of them. */
export const repositoryCases: ReadonlyArray<Case> = [
  reading({ name: "repository: findById", operations: aFew.length, plan: often }, ({ findById }) => findById(aFew)),
  reading({ name: "repository: get", operations: aFew.length, plan: often }, ({ get }) => get(aFew)),
  reading(
    { name: "repository: find, 10,000 rows", operations: 1, plan: some },
    ({ find }) => find(total / 4, total / 4 + 5000)
  ),
  {
    name: "loader: 1,000 lookups at the same time",
    dataset: readings,
    operations: 1,
    plan: { rounds: 10, warmUps: 3, garbage: "minor", quantile: 0.5 },
    contestant: lookingUp(many)
  }
]
