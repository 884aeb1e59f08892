/**
 * The answers of Kysely. Its `jsonArrayFrom` needs `json_agg`, which DuckDB lacks, so children are read by a query of their own and
 * put to their parents here, and a single row of another table is joined.
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { type Kysely, sql } from "kysely"
import type * as Models from "./models.ts"
import type { NewCustomer, Northwind } from "./questions.ts"

/** A row as the dialect reads it. */
type Row<A> = { readonly [K in keyof A]: Plain<A[K]> }
type Plain<A> = A extends DateTime.Utc ? Date : A

/** The tables. */
export interface NorthwindTables {
  readonly customers: NewCustomer
  readonly employees: Row<Models.Employee>
  readonly suppliers: Row<Models.Supplier>
  readonly products: Row<Models.Product>
  readonly orders: Row<Models.Order>
  readonly order_details: Row<Models.Detail>
}

const eachOrder = ["orders.id", "shippedDate", "shipName", "shipCity", "shipCountry"] as const

/** All of them on a database of Kysely's. */
export const northwindOfKysely = (db: Kysely<NorthwindTables>): Northwind => {
  const customers = db.selectFrom("customers").selectAll()
  const customersInOrder = customers.orderBy("id")
  const employees = db.selectFrom("employees").selectAll()
  const suppliers = db.selectFrom("suppliers").selectAll()
  const products = db.selectFrom("products").selectAll()

  const ordersWithDetails = db.selectFrom("orders")
    .leftJoin("order_details", "orderId", "orders.id")
    .select(({ fn, ref }) => [
      ...eachOrder,
      fn.count("productId").as("productsCount"),
      fn.sum("quantity").as("quantitySum"),
      sql`sum(${ref("quantity")} * ${ref("unitPrice")})`.as("totalPrice")
    ])
    .groupBy(eachOrder)

  const withOrders = async (parents: ReadonlyArray<NewCustomer>) => {
    const children = await db.selectFrom("orders").selectAll()
      .where("customerId", "in", parents.map(({ id }) => id)).orderBy("id").execute()
    const byCustomer = Map.groupBy(children, ({ customerId }) => customerId)
    return parents.map((parent) => ({ ...parent, orders: byCustomer.get(parent.id) ?? [] }))
  }

  return {
    customers: ({ limit, offset }) => Effect.promise(() => customersInOrder.limit(limit).offset(offset).execute()),
    customerById: (id) => Effect.promise(() => customers.where("id", "=", id).execute()),
    searchCustomer: (term) =>
      Effect.promise(() => customersInOrder.where("companyName", "ilike", `%${term}%`).execute()),
    employees: ({ limit, offset }) =>
      Effect.promise(() => employees.orderBy("id").limit(limit).offset(offset).execute()),
    employeeWithRecipient: (id) =>
      Effect.promise(() =>
        db.selectFrom("employees as employee")
          .leftJoin("employees as recipient", "recipient.id", "employee.recipientId")
          .selectAll("employee")
          .select(sql`CASE WHEN recipient.id IS NOT NULL THEN recipient END`.as("recipient"))
          .where("employee.id", "=", id).execute()
      ),
    suppliers: ({ limit, offset }) =>
      Effect.promise(() => suppliers.orderBy("id").limit(limit).offset(offset).execute()),
    supplierById: (id) => Effect.promise(() => suppliers.where("id", "=", id).execute()),
    products: ({ limit, offset }) => Effect.promise(() => products.orderBy("id").limit(limit).offset(offset).execute()),
    productWithSupplier: (id) =>
      Effect.promise(() =>
        db.selectFrom("products as product")
          .innerJoin("suppliers as supplier", "supplier.id", "product.supplierId")
          .selectAll("product").select(sql`supplier`.as("supplier"))
          .where("product.id", "=", id).execute()
      ),
    searchProduct: (term) => Effect.promise(() => products.where("name", "ilike", `%${term}%`).orderBy("id").execute()),
    ordersWithDetails: ({ limit, offset }) =>
      Effect.promise(() => ordersWithDetails.orderBy("orders.id").limit(limit).offset(offset).execute()),
    orderWithDetails: (id) => Effect.promise(() => ordersWithDetails.where("orders.id", "=", id).execute()),
    orderWithDetailsAndProducts: (id) =>
      Effect.promise(async () => {
        const orders = await db.selectFrom("orders").selectAll().where("id", "=", id).execute()
        const details = await db.selectFrom("order_details as detail")
          .innerJoin("products as product", "product.id", "detail.productId")
          .selectAll("detail").select(sql`product`.as("product"))
          .where("detail.orderId", "in", orders.map((order) => order.id)).orderBy("detail.productId").execute()
        const byOrder = Map.groupBy(details, ({ orderId }) => orderId)
        return orders.map((order) => ({ ...order, details: byOrder.get(order.id) ?? [] }))
      }),

    findMany: (limit) => Effect.promise(() => customersInOrder.limit(limit).execute()),
    findManyFilterPaginateOrder: (country, { limit, offset }) =>
      Effect.promise(() =>
        customers.where("country", "=", country).orderBy("companyName", "desc").orderBy("id")
          .limit(limit).offset(offset).execute()
      ),
    findManyNested: (limit) => Effect.promise(async () => withOrders(await customersInOrder.limit(limit).execute())),
    findFirst: () => Effect.promise(() => customersInOrder.limit(1).execute()),
    findFirstNested: () => Effect.promise(async () => withOrders(await customersInOrder.limit(1).execute())),
    findUnique: (id) => Effect.promise(() => customers.where("id", "=", id).execute()),
    findUniqueNested: (id) => Effect.promise(async () => withOrders(await customers.where("id", "=", id).execute())),
    create: (customer) => Effect.promise(() => db.insertInto("customers").values(customer).returningAll().execute()),
    update: (id, companyName) =>
      Effect.promise(async () => {
        await db.updateTable("customers").set({ companyName }).where("id", "=", id).execute()
        return await customers.where("id", "=", id).execute()
      }),
    upsert: (customer) =>
      Effect.promise(async () => {
        await db.insertInto("customers").values(customer)
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ companyName: customer.companyName })).execute()
        return await customers.where("id", "=", customer.id).execute()
      }),
    delete: (id) => Effect.promise(() => db.deleteFrom("customers").where("id", "=", id).execute())
  }
}
