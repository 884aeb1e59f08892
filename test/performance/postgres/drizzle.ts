/**
 * Drizzle over `pg`, with its relational queries. As in the public benchmarks, its own questions are statements that were prepared once,
 * and Prisma's are asked as they are.
 */
import { asc, count, desc, eq, ilike, sql, sum } from "drizzle-orm"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import type { Northwind } from "../northwind/questions.ts"
import { plainReading } from "../reading.ts"
import * as schema from "./drizzleTables.ts"
import { customers, details, employees, incoming, orders, products, suppliers } from "./drizzleTables.ts"
import { mostParameters, type Place, plainSql, poolOf } from "./pg.ts"

/** Drizzle on a pool of its own. */
export const make = Effect.fnUntraced(function*(place: Place) {
  const pool = yield* poolOf(place)
  const db = drizzle(pool, { schema })

  const competitor: Competitor = {
    name: "drizzle-orm",
    sql: plainSql(pool),
    northwind: northwindOf(db),
    load: (ids) => {
      const rows = ids.map(plainReading)
      const size = Math.floor(mostParameters / Object.keys(rows[0] ?? {}).length)
      return Effect.promise(() =>
        db.transaction(async (transaction) => {
          for (let start = 0; start < rows.length; start += size) {
            await transaction.insert(incoming).values(rows.slice(start, start + size))
          }
        })
      )
    }
  }
  return competitor
})

const northwindOf = (db: ReturnType<typeof drizzle<typeof schema>>): Northwind => {
  const limit = sql.placeholder("limit")
  const offset = sql.placeholder("offset")
  const id = sql.placeholder("id")
  const term = sql.placeholder("term")
  const { query } = db

  const customersPage = query.customers.findMany({ orderBy: asc(customers.id), limit, offset }).prepare("p1")
  const customerById = query.customers.findMany({ where: eq(customers.id, id) }).prepare("p2")
  const customersWith = query.customers
    .findMany({ where: ilike(customers.companyName, term), orderBy: asc(customers.id) }).prepare("p3")
  const employeesPage = query.employees.findMany({ orderBy: asc(employees.id), limit, offset }).prepare("p4")
  const employeeWithRecipient = query.employees.findMany({ where: eq(employees.id, id), with: { recipient: true } })
    .prepare("p5")
  const suppliersPage = query.suppliers.findMany({ orderBy: asc(suppliers.id), limit, offset }).prepare("p6")
  const supplierById = query.suppliers.findMany({ where: eq(suppliers.id, id) }).prepare("p7")
  const productsPage = query.products.findMany({ orderBy: asc(products.id), limit, offset }).prepare("p8")
  const productWithSupplier = query.products.findMany({ where: eq(products.id, id), with: { supplier: true } })
    .prepare("p9")
  const productsWith = query.products.findMany({ where: ilike(products.name, term), orderBy: asc(products.id) })
    .prepare("p10")

  const ordersWithDetails = () =>
    db.select({
      id: orders.id,
      shippedDate: orders.shippedDate,
      shipName: orders.shipName,
      shipCity: orders.shipCity,
      shipCountry: orders.shipCountry,
      productsCount: count(details.productId),
      quantitySum: sum(details.quantity),
      totalPrice: sql<number>`sum(${details.quantity} * ${details.unitPrice})`
    }).from(orders).leftJoin(details, eq(details.orderId, orders.id))
  const ordersPage = ordersWithDetails().groupBy(orders.id).orderBy(asc(orders.id)).limit(limit).offset(offset)
    .prepare("p11")
  const orderWithDetails = ordersWithDetails().where(eq(orders.id, id)).groupBy(orders.id).prepare("p12")
  const orderTree = query.orders.findMany({
    where: eq(orders.id, id),
    with: { details: { orderBy: asc(details.productId), with: { product: true } } }
  }).prepare("p13")

  const inOrder = asc(customers.id)
  const withOrders = { orders: { orderBy: asc(orders.id) } } as const
  const manyNested = (most: number) =>
    query.customers.findMany({ orderBy: inOrder, limit: most, with: withOrders }).execute()

  return {
    customers: (page) => Effect.promise(() => customersPage.execute({ ...page })),
    customerById: (value) => Effect.promise(() => customerById.execute({ id: value })),
    searchCustomer: (text) => Effect.promise(() => customersWith.execute({ term: `%${text}%` })),
    employees: (page) => Effect.promise(() => employeesPage.execute({ ...page })),
    employeeWithRecipient: (value) => Effect.promise(() => employeeWithRecipient.execute({ id: value })),
    suppliers: (page) => Effect.promise(() => suppliersPage.execute({ ...page })),
    supplierById: (value) => Effect.promise(() => supplierById.execute({ id: value })),
    products: (page) => Effect.promise(() => productsPage.execute({ ...page })),
    productWithSupplier: (value) => Effect.promise(() => productWithSupplier.execute({ id: value })),
    searchProduct: (text) => Effect.promise(() => productsWith.execute({ term: `%${text}%` })),
    ordersWithDetails: (page) => Effect.promise(() => ordersPage.execute({ ...page })),
    orderWithDetails: (value) => Effect.promise(() => orderWithDetails.execute({ id: value })),
    orderWithDetailsAndProducts: (value) => Effect.promise(() => orderTree.execute({ id: value })),

    findMany: (most) => Effect.promise(() => query.customers.findMany({ orderBy: inOrder, limit: most }).execute()),
    findManyFilterPaginateOrder: (country, page) =>
      Effect.promise(() =>
        query.customers.findMany({
          where: eq(customers.country, country),
          orderBy: [desc(customers.companyName), inOrder],
          ...page
        }).execute()
      ),
    findManyNested: (most) => Effect.promise(() => manyNested(most)),
    findFirst: () => Effect.promise(() => query.customers.findMany({ orderBy: inOrder, limit: 1 }).execute()),
    findFirstNested: () => Effect.promise(() => manyNested(1)),
    findUnique: (value) => Effect.promise(() => query.customers.findMany({ where: eq(customers.id, value) }).execute()),
    findUniqueNested: (value) =>
      Effect.promise(() => query.customers.findMany({ where: eq(customers.id, value), with: withOrders }).execute()),
    create: (customer) => Effect.promise(async () => await db.insert(customers).values(customer).returning()),
    update: (value, companyName) =>
      Effect.promise(async () =>
        await db.update(customers).set({ companyName }).where(eq(customers.id, value)).returning()
      ),
    upsert: (customer) =>
      Effect.promise(async () =>
        await db.insert(customers).values(customer)
          .onConflictDoUpdate({ target: customers.id, set: { companyName: customer.companyName } }).returning()
      ),
    delete: (value) => Effect.promise(async () => await db.delete(customers).where(eq(customers.id, value)))
  }
}
