/**
 * What a cache saves and costs: the same requests to the trading company with and without one, in turn.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { QueryCache, Repository } from "../../../src/index.ts"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Rows, Work } from "../competitor.ts"
import type { Plan } from "../interleave.ts"
import { northwind, sizes } from "./data.ts"
import { Customer } from "./models.ts"
import type { Northwind } from "./questions.ts"

/** A page of a hundred rows, and rows by their keys, of a program that may have a cache. */
export interface Repeated {
  /** Asked again, and again. */
  readonly hits: Work<Rows>
  /** Asked after all answers were forgotten. */
  readonly misses: Work<Rows>
  /** A customer is changed beside the answers that are kept. */
  readonly writes: Work<Rows>
  /** Asks for what is to be kept before them. */
  readonly filled: Work<void>
  /** One row. */
  readonly row: Work<Rows>
  /** A hundred rows, ten of which were forgotten. */
  readonly rows: Work<Rows>
  /** A hundred lookups at the same time. */
  readonly lookUps: Work<Rows>
}

/** Customers by their keys. */
export interface Customers {
  readonly get: (id: number) => Work<Rows>
  readonly findMany: (ids: ReadonlyArray<number>) => Work<Rows>
  readonly lookUp: (ids: ReadonlyArray<number>) => Work<Rows>
}

/** The customers of our repository. */
export const customersByKey = Effect.map(Repository.make(Customer), ({ findMany, get, loader }): Customers => ({
  get: (id) => Effect.orDie(Effect.map(get(id), Arr.of)),
  findMany: (wanted) => Effect.orDie(Effect.map(findMany(wanted), Arr.getSomes)),
  lookUp: (wanted) =>
    Effect.orDie(Effect.map(Effect.forEach(wanted, loader, { concurrency: "unbounded" }), Arr.getSomes))
}))

const ids = Array.from({ length: 100 }, (_, number) => 1 + number * 7919 % sizes.customers)

/** What is kept by the tag is forgotten before each lookup, and read by it again. */
const forgotten = "forgotten"
const forgetting = (work: Work<Rows>): Work<Rows> =>
  Effect.andThen(QueryCache.invalidateTags(forgotten), QueryCache.withPolicy({ tags: [forgotten] })(work))

const plan: Plan = { rounds: 200, warmUps: 20, garbage: "minor", quantile: 0.5 }

/** How often it is asked in one measurement. */
const times = 20

/** Answers that are kept beside a write, and those of them that are read again before each measurement. */
const [keptAnswers, readAgain] = [sizes.customers, 100]

/** What is asked, of a program that runs all of it in this way; beside its writes, it may have to keep many answers. */
export const repeatedOf = (
  answers: Northwind,
  { findMany, get, lookUp }: Customers,
  run: <A>(work: Work<A>) => Work<A>,
  keeps = false
): Repeated => {
  const page = answers.customers?.({ limit: 100, offset: 100 }) ?? Effect.succeed<Rows>([])
  const repeated = (work: Work<Rows>) =>
    run(Effect.map(Effect.forEach(Array.from({ length: times }, () => work), (each) => each), (rows) => rows.flat()))
  const change = answers.update?.(815, "John Doe") ?? Effect.succeed<Rows>([])
  const customer = (_: unknown, index: number) => answers.customerById?.(index + 1) ?? page
  const customers = (count: number) => run(Effect.all(Array.from({ length: count }, customer), { discard: true }))
  let isFilled = false
  return {
    hits: repeated(page),
    misses: repeated(Effect.andThen(QueryCache.clear, page)),
    row: repeated(get(4711)),
    rows: run(Effect.andThen(findMany(ids.slice(10)), repeated(forgetting(findMany(ids))))),
    lookUps: repeated(lookUp(ids)),
    writes: repeated(change),
    filled: Effect.suspend(() => {
      // whoever keeps nothing has read the same before
      if (!keeps) return Effect.andThen(customers(readAgain), run(QueryCache.clear))
      const some = customers(isFilled ? readAgain : keptAnswers)
      isFilled = true
      return some
    })
  }
}

/** The write outdates the answers of before, and lets go of none. */
const writing: Case = {
  name: "cache: a write beside kept answers",
  dataset: northwind,
  operations: times,
  plan,
  contestant: ({ crowded, name, repeated }) => {
    const work = crowded ?? repeated
    return work && {
      name,
      before: work.filled,
      measured: () => Effect.map(work.writes, (rows) => Effect.sync(() => ofAll(rows)))
    }
  }
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
  asking("100 rows that are not", ({ misses }) => misses),
  writing,
  asking("one row by key", ({ row }) => row),
  asking("100 rows by key, of which 90 are kept", ({ rows }) => rows),
  asking("100 lookups at the same time", ({ lookUps }) => lookUps)
]
