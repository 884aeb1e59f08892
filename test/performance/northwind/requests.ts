/**
 * What a profiler costs, and a cache saves: the same requests to the trading company with and without them, in turn.
 */
import * as Effect from "effect/Effect"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Rows, Work } from "../competitor.ts"
import type { Plan } from "../interleave.ts"
import { northwind, sizes } from "./data.ts"
import type { Northwind } from "./questions.ts"

/** Requests of a program, which somebody profiles, or which has a cache, or neither. */
export interface Requests {
  /** One request of each kind: pages, searches, joins, trees, a change and reads of one row. */
  readonly mix: Work<Rows>
  /** Reads of one row alone, in which a profiler costs the most. */
  readonly points: Work<Rows>
}

const often: Plan = { rounds: 400, warmUps: 50, garbage: "minor", quantile: 0.5 }

/** Ids from all over a table, in no order. */
const scattered = Array.from({ length: 20 }, (_, number) => 1 + number * 7919 % sizes.customers)

const page = { limit: 50, offset: 100 }

/** What is asked, of a program that runs all of it in this way. */
export const requestsOf = (answers: Northwind, run: (work: Work<Rows>) => Work<Rows>): Requests => {
  const all = (works: ReadonlyArray<Work<Rows> | undefined>) =>
    run(Effect.map(Effect.forEach(works, (work) => work ?? none), (rows) => rows.flat()))
  return {
    mix: all([
      // first, so that whoever is measured first reads what all others do
      answers.update?.(815, "John Doe"),
      answers.customers?.(page),
      answers.customerById?.(4711),
      answers.searchCustomer?.("ham"),
      answers.employees?.({ limit: 20, offset: 40 }),
      answers.employeeWithRecipient?.(17),
      answers.suppliers?.(page),
      answers.supplierById?.(471),
      answers.products?.(page),
      answers.productWithSupplier?.(1742),
      answers.searchProduct?.("ber"),
      answers.ordersWithDetails?.(page),
      answers.orderWithDetails?.(4711),
      answers.orderWithDetailsAndProducts?.(4711),
      answers.findManyFilterPaginateOrder?.("Spain", page),
      answers.findFirstNested?.(),
      answers.findUnique?.(815),
      answers.findUniqueNested?.(815)
    ]),
    points: all(scattered.map((id) => answers.customerById?.(id)))
  }
}

const none = Effect.succeed<Rows>([])

const requesting = (name: string, operations: number, asked: (requests: Requests) => Work<Rows>): Case => ({
  name: `requests: ${name}`,
  dataset: northwind,
  operations,
  plan: often,
  contestant: ({ name: competitor, requests }) =>
    requests && {
      name: competitor,
      before: Effect.void,
      measured: () => Effect.map(asked(requests), (rows) => Effect.sync(() => ofAll(rows)))
    }
})

/** All of them. */
export const requestCases: ReadonlyArray<Case> = [
  requesting("the Northwind mix", 18, ({ mix }) => mix),
  requesting("reads of one row", scattered.length, ({ points }) => points)
]
