/**
 * The rows of the trading company, 370,000 of them, at the size that Drizzle's benchmark calls `micro`.
 */
import type { Dataset } from "../tables.ts"
import { models } from "./models.ts"
import { filling, type Sizes } from "./rows.ts"

/** How many there are of each. */
export const sizes = {
  customers: 10_000,
  employees: 200,
  suppliers: 1000,
  products: 5000,
  orders: 50_000
} as const satisfies Sizes

/** The tables, and what fills them. */
export const northwind: Dataset = { models, fill: filling(sizes) }
