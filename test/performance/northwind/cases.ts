/**
 * The trading company's cases. `Drizzle's` and `Prisma's` say whose public benchmark a question is from.
 */
import * as Effect from "effect/Effect"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import type { Competitor, Rows, Work } from "../competitor.ts"
import type { Plan } from "../interleave.ts"
import { northwind, sizes } from "./data.ts"
import type { NewCustomer, Northwind, Page } from "./questions.ts"

const plan: Plan = { rounds: 40, warmUps: 20, warmFor: 1_000, garbage: "minor", quantile: 0.5 }

/** Reads can be done again. */
const planOfReads: Plan = { ...plan, lastsFor: 10 }

/** Requests in one measurement. */
const requests = 20

const numbers = Array.from({ length: requests }, (_, number) => number)

/** Numbers of rows from all over a table, in no order. */
const scattered = (rows: number) => numbers.map((number) => 1 + number * 7919 % rows)

const pages = (rows: number, limit: number): ReadonlyArray<Page> =>
  scattered(Math.floor(rows / limit)).map((page) => ({ limit, offset: (page - 1) * limit }))

const terms = [
  "ve",
  "or",
  "te",
  "ka",
  "ham",
  "ber",
  "ra",
  "ti",
  "ke",
  "ou",
  "me",
  "to",
  "os",
  "ri",
  "la",
  "st",
  "ach",
  "re",
  "an",
  "lo"
]

type Question<A> = (answers: Northwind) => ((request: A) => Work<Rows>) | undefined

const asked = <A>(name: string, of: ReadonlyArray<A>, question: Question<A>): Case => ({
  name: `northwind: ${name}`,
  dataset: northwind,
  operations: of.length,
  plan: planOfReads,
  contestant: ({ name: competitor, northwind: answers }) => {
    const answer = answers && question(answers)
    return answer && {
      name: competitor,
      before: Effect.void,
      measured: () => Effect.map(Effect.forEach(of, answer), (results) => Effect.sync(() => ofAll(results.flat())))
    }
  }
})

/** Nobody has ordered anything yet under these numbers. */
const newCustomers = numbers.map((number): NewCustomer => ({
  id: sizes.customers + 1 + number,
  companyName: `Andamios ${number}`,
  contactName: "John Doe",
  contactTitle: "Owner",
  address: "1 Scaffold Street",
  city: "Anytown",
  postalCode: null,
  region: null,
  country: "Spain",
  phone: "(123) 4567890",
  fax: null
}))

/** As they are, but for their names, which say that they are old. */
const oldCustomers = scattered(sizes.customers)

const restore = ({ sql }: Competitor) =>
  Effect.andThen(
    sql(`DELETE FROM customers WHERE id > ${sizes.customers}`),
    sql(`UPDATE customers SET "companyName" = 'Old ' || id WHERE id IN (${oldCustomers.join(", ")})`)
  )

const insertNew = ({ sql }: Competitor) =>
  sql(
    `INSERT INTO customers SELECT ${sizes.customers} + i, 'Gone', '', '', '', '', NULL, NULL, '', '', NULL
    FROM generate_series(1, ${requests}) AS numbers (i)`
  )

const changed = ({ sql }: Competitor) =>
  Effect.map(
    sql("SELECT count(*) AS rows, md5(string_agg(customers::text, ' ' ORDER BY id)) AS content FROM customers"),
    (rows) => ofAll(rows)
  )

const written = <A>(
  name: string,
  of: ReadonlyArray<A>,
  question: (answers: Northwind) => ((request: A) => Work<unknown>) | undefined,
  prepare: (competitor: Competitor) => Work<unknown> = () => Effect.void
): Case => ({
  name: `northwind: ${name}`,
  dataset: northwind,
  operations: of.length,
  plan,
  contestant: (competitor) => {
    const write = competitor.northwind && question(competitor.northwind)
    return write && {
      name: competitor.name,
      before: Effect.andThen(restore(competitor), prepare(competitor)),
      measured: () => Effect.as(Effect.forEach(of, write), changed(competitor))
    }
  }
})

/** All of them. */
export const northwindCases: ReadonlyArray<Case> = [
  asked("Drizzle's customers", pages(sizes.customers, 50), (answers) => answers.customers),
  asked("Drizzle's customer-by-id", scattered(sizes.customers), (answers) => answers.customerById),
  asked("Drizzle's search-customer", terms, (answers) => answers.searchCustomer),
  asked("Drizzle's employees", pages(sizes.employees, 20), (answers) => answers.employees),
  asked("Drizzle's employee-with-recipient", scattered(sizes.employees), (answers) => answers.employeeWithRecipient),
  asked("Drizzle's suppliers", pages(sizes.suppliers, 50), (answers) => answers.suppliers),
  asked("Drizzle's supplier-by-id", scattered(sizes.suppliers), (answers) => answers.supplierById),
  asked("Drizzle's products", pages(sizes.products, 50), (answers) => answers.products),
  asked("Drizzle's product-with-supplier", scattered(sizes.products), (answers) => answers.productWithSupplier),
  asked("Drizzle's search-product", terms, (answers) => answers.searchProduct),
  asked("Drizzle's orders-with-details", pages(sizes.orders, 50), (answers) => answers.ordersWithDetails),
  asked("Drizzle's order-with-details", scattered(sizes.orders), (answers) => answers.orderWithDetails),
  asked(
    "Drizzle's order-with-details-and-products",
    scattered(sizes.orders),
    (answers) => answers.orderWithDetailsAndProducts
  ),
  asked("Prisma's findMany", [1000], (answers) => answers.findMany),
  asked("Prisma's findMany, filtered, ordered, a page", ["Spain", "Norway", "Brazil"], (answers) => {
    const { findManyFilterPaginateOrder } = answers
    return findManyFilterPaginateOrder && ((country) => findManyFilterPaginateOrder(country, { limit: 10, offset: 0 }))
  }),
  asked("Prisma's findMany, nested", [1000], (answers) => answers.findManyNested),
  asked("Prisma's findFirst", numbers, (answers) => answers.findFirst),
  asked("Prisma's findFirst, nested", numbers, (answers) => answers.findFirstNested),
  asked("Prisma's findUnique", scattered(sizes.customers), (answers) => answers.findUnique),
  asked("Prisma's findUnique, nested", scattered(sizes.customers), (answers) => answers.findUniqueNested),
  written("Prisma's create", newCustomers, (answers) => answers.create),
  written("Prisma's update", oldCustomers, ({ update }) => update && ((id) => update(id, `John Doe ${id}`))),
  written(
    "Prisma's upsert",
    newCustomers.map((customer, index) => ({ ...customer, id: oldCustomers[index] ?? customer.id })),
    (answers) => answers.upsert
  ),
  written("Prisma's delete", newCustomers.map(({ id }) => id), (answers) => answers.delete, insertNew)
]
