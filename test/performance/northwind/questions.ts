/**
 * What is asked of the trading company: the queries of Prisma's public benchmark and the endpoints of Drizzle's, under their names.
 * Left out are Prisma's three nested writes: with foreign keys that DuckDB keeps, they are several statements for everyone.
 */
import type { Rows, Work } from "../competitor.ts"

/** A part of a table, in order of its key. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

/** A customer, as all take it. */
export interface NewCustomer {
  readonly id: number
  readonly companyName: string
  readonly contactName: string
  readonly contactTitle: string
  readonly address: string
  readonly city: string
  readonly postalCode: string | null
  readonly region: string | null
  readonly country: string
  readonly phone: string
  readonly fax: string | null
}

/** One side's answers. What it has no way for is left out. */
export interface Northwind {
  // ---- Drizzle's, each one request ----
  readonly customers?: (page: Page) => Work<Rows>
  readonly customerById?: (id: number) => Work<Rows>
  /** The customers with that in their company's name, whatever its case, in order of id. */
  readonly searchCustomer?: (term: string) => Work<Rows>
  readonly employees?: (page: Page) => Work<Rows>
  /** An employee, with the employee it reports to as `recipient`: null where there is none. */
  readonly employeeWithRecipient?: (id: number) => Work<Rows>
  readonly suppliers?: (page: Page) => Work<Rows>
  readonly supplierById?: (id: number) => Work<Rows>
  readonly products?: (page: Page) => Work<Rows>
  /** A product, with its `supplier`. */
  readonly productWithSupplier?: (id: number) => Work<Rows>
  /** The products with that in their name, whatever its case, in order of id. */
  readonly searchProduct?: (term: string) => Work<Rows>
  /** Of each order: id, shippedDate, shipName, shipCity, shipCountry, productsCount, quantitySum and totalPrice. */
  readonly ordersWithDetails?: (page: Page) => Work<Rows>
  /** The same of one order. */
  readonly orderWithDetails?: (id: number) => Work<Rows>
  /** An order with its `details` in order of product, each with its `product`. */
  readonly orderWithDetailsAndProducts?: (id: number) => Work<Rows>

  // ---- Prisma's ----
  /** The first so many customers, in order of id. */
  readonly findMany?: (limit: number) => Work<Rows>
  /** The customers of a country, the last by name first, and one page of those. */
  readonly findManyFilterPaginateOrder?: (country: string, page: Page) => Work<Rows>
  /** The first so many customers, each with its `orders` in order of id. */
  readonly findManyNested?: (limit: number) => Work<Rows>
  /** The first customer by id. */
  readonly findFirst?: () => Work<Rows>
  /** The first customer by id, with its `orders` in order of id. */
  readonly findFirstNested?: () => Work<Rows>
  readonly findUnique?: (id: number) => Work<Rows>
  readonly findUniqueNested?: (id: number) => Work<Rows>
  /** Inserts, and gives the row as it is stored. */
  readonly create?: (customer: NewCustomer) => Work<Rows>
  /**
   * Renames a customer, and gives the row as it is stored. `RETURNING` can't be used: DuckDB then writes the row anew, which it
   * refuses for a customer with orders. The peers read the row afterwards.
   */
  readonly update?: (id: number, companyName: string) => Work<Rows>
  /** Inserts a customer, or renames the one that there is with that id; gives the row as it is stored. */
  readonly upsert?: (customer: NewCustomer) => Work<Rows>
  /** Deletes a customer who has no orders. */
  readonly delete?: (id: number) => Work<unknown>
}
