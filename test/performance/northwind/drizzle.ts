/**
 * The answers of Drizzle. As in its own benchmark, statements are prepared once. Its relational queries run on DuckDB for flat rows
 * only: `with` needs `json_agg` and `json_build_array`, which DuckDB lacks, so trees are made of joined rows, as its documentation
 * does where it joins.
 */
import type { DuckDBDatabase } from "@leonardovida-md/drizzle-neo-duckdb"
import { asc, count, desc, eq, ilike, sql, sum } from "drizzle-orm"
import { alias } from "drizzle-orm/pg-core"
import * as Effect from "effect/Effect"
import { customers, details, employees, orders, products, suppliers } from "./drizzleTables.ts"
import { nest } from "./nest.ts"
import type { Northwind } from "./questions.ts"

/** All of them on a database of Drizzle's. */
export const northwindOfDrizzle = (db: DuckDBDatabase): Northwind => {
  const limit = sql.placeholder("limit")
  const offset = sql.placeholder("offset")
  const id = sql.placeholder("id")
  const term = sql.placeholder("term")

  const customersPage = db.select().from(customers).orderBy(asc(customers.id)).limit(limit).offset(offset).prepare("p1")
  const customerById = db.select().from(customers).where(eq(customers.id, id)).prepare("p2")
  const customersWith = db.select().from(customers).where(ilike(customers.companyName, term)).orderBy(asc(customers.id))
    .prepare("p3")
  const employeesPage = db.select().from(employees).orderBy(asc(employees.id)).limit(limit).offset(offset).prepare("p4")
  const recipient = alias(employees, "recipient")
  const employeeWithRecipient = db.select().from(employees)
    .leftJoin(recipient, eq(recipient.id, employees.recipientId)).where(eq(employees.id, id)).prepare("p5")
  const suppliersPage = db.select().from(suppliers).orderBy(asc(suppliers.id)).limit(limit).offset(offset).prepare("p6")
  const supplierById = db.select().from(suppliers).where(eq(suppliers.id, id)).prepare("p7")
  const productsPage = db.select().from(products).orderBy(asc(products.id)).limit(limit).offset(offset).prepare("p8")
  const productWithSupplier = db.select().from(products)
    .innerJoin(suppliers, eq(suppliers.id, products.supplierId)).where(eq(products.id, id)).prepare("p9")
  const productsWith = db.select().from(products).where(ilike(products.name, term)).orderBy(asc(products.id))
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
  const eachOrder = [orders.id, orders.shippedDate, orders.shipName, orders.shipCity, orders.shipCountry] as const
  const ordersPage = ordersWithDetails().groupBy(...eachOrder).orderBy(asc(orders.id)).limit(limit).offset(offset)
    .prepare("p11")
  const orderWithDetails = ordersWithDetails().where(eq(orders.id, id)).groupBy(...eachOrder).prepare("p12")
  const orderTree = db.select().from(orders)
    .leftJoin(details, eq(details.orderId, orders.id)).leftJoin(products, eq(products.id, details.productId))
    .where(eq(orders.id, id)).orderBy(asc(details.productId)).prepare("p13")

  const findMany = db.select().from(customers).orderBy(asc(customers.id)).limit(limit).prepare("findMany")
  const findManyFilterPaginateOrder = db.select().from(customers).where(
    eq(customers.country, sql.placeholder("country"))
  )
    .orderBy(desc(customers.companyName), asc(customers.id)).limit(limit).offset(offset)
    .prepare("findManyFilterPaginateOrder")
  const some = db.select().from(customers).orderBy(asc(customers.id)).limit(limit).as("customers")
  const findManyNested = db.select().from(some).leftJoin(orders, eq(orders.customerId, some.id))
    .orderBy(asc(some.id), asc(orders.id)).prepare("findManyNested")
  const findUniqueNested = db.select().from(customers).leftJoin(orders, eq(orders.customerId, customers.id))
    .where(eq(customers.id, id)).orderBy(asc(orders.id)).prepare("findUniqueNested")

  const manyNested = async (most: number) => {
    const rows = await findManyNested.execute({ limit: most })
    return nest(rows, (row) => row.customers, (row) => row.orders).map(([customer, its]) => ({
      ...customer,
      orders: its
    }))
  }

  return {
    customers: (page) => Effect.promise(() => customersPage.execute({ ...page })),
    customerById: (value) => Effect.promise(() => customerById.execute({ id: value })),
    searchCustomer: (text) => Effect.promise(() => customersWith.execute({ term: `%${text}%` })),
    employees: (page) => Effect.promise(() => employeesPage.execute({ ...page })),
    employeeWithRecipient: (value) =>
      Effect.promise(async () => {
        const rows = await employeeWithRecipient.execute({ id: value })
        return rows.map((row) => ({ ...row.employees, recipient: row.recipient }))
      }),
    suppliers: (page) => Effect.promise(() => suppliersPage.execute({ ...page })),
    supplierById: (value) => Effect.promise(() => supplierById.execute({ id: value })),
    products: (page) => Effect.promise(() => productsPage.execute({ ...page })),
    productWithSupplier: (value) =>
      Effect.promise(async () => {
        const rows = await productWithSupplier.execute({ id: value })
        return rows.map((row) => ({ ...row.products, supplier: row.suppliers }))
      }),
    searchProduct: (text) => Effect.promise(() => productsWith.execute({ term: `%${text}%` })),
    ordersWithDetails: (page) => Effect.promise(() => ordersPage.execute({ ...page })),
    orderWithDetails: (value) => Effect.promise(() => orderWithDetails.execute({ id: value })),
    orderWithDetailsAndProducts: (value) =>
      Effect.promise(async () => {
        const rows = await orderTree.execute({ id: value })
        const detailOf = (row: typeof rows[number]) =>
          row.order_details === null ? null : { ...row.order_details, product: row.products }
        return nest(rows, (row) => row.orders, detailOf).map(([order, its]) => ({ ...order, details: its }))
      }),

    findMany: (most) => Effect.promise(() => findMany.execute({ limit: most })),
    findManyFilterPaginateOrder: (country, page) =>
      Effect.promise(() => findManyFilterPaginateOrder.execute({ country, ...page })),
    findManyNested: (most) => Effect.promise(() => manyNested(most)),
    findFirst: () => Effect.promise(() => findMany.execute({ limit: 1 })),
    findFirstNested: () => Effect.promise(() => manyNested(1)),
    findUnique: (value) => Effect.promise(() => customerById.execute({ id: value })),
    findUniqueNested: (value) =>
      Effect.promise(async () => {
        const rows = await findUniqueNested.execute({ id: value })
        return nest(rows, (row) => row.customers, (row) => row.orders)
          .map(([customer, its]) => ({ ...customer, orders: its }))
      }),
    create: (customer) => Effect.promise(async () => await db.insert(customers).values(customer).returning()),
    update: (value, companyName) =>
      Effect.promise(async () => {
        await db.update(customers).set({ companyName }).where(eq(customers.id, value))
        return await customerById.execute({ id: value })
      }),
    upsert: (customer) =>
      Effect.promise(async () => {
        await db.insert(customers).values(customer)
          .onConflictDoUpdate({ target: customers.id, set: { companyName: customer.companyName } })
        return await customerById.execute({ id: customer.id })
      }),
    delete: (value) => Effect.promise(async () => await db.delete(customers).where(eq(customers.id, value)))
  }
}
