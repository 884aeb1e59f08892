/**
 * Kysely over `pg`, with the helpers that it has for trees on PostgreSQL.
 */
import * as Effect from "effect/Effect"
import { Kysely, PostgresDialect, sql } from "kysely"
import { jsonArrayFrom, jsonObjectFrom } from "kysely/helpers/postgres"
import type { Competitor } from "../competitor.ts"
import type { NorthwindTables } from "../northwind/kysely.ts"
import type { Northwind } from "../northwind/questions.ts"
import { type PlainReading, plainReading } from "../reading.ts"
import { mostParameters, type Place, plainSql, poolOf } from "./pg.ts"

interface Tables extends NorthwindTables {
  readonly incoming: PlainReading
}

/** Kysely on a pool of its own. */
export const make = Effect.fnUntraced(function*(place: Place) {
  const pool = yield* poolOf(place)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })

  const competitor: Competitor = {
    name: "kysely",
    sql: plainSql(pool),
    northwind: northwindOf(db),
    load: (ids) => {
      const rows = ids.map(plainReading)
      const size = Math.floor(mostParameters / Object.keys(rows[0] ?? {}).length)
      return Effect.promise(() =>
        db.transaction().execute(async (transaction) => {
          for (let start = 0; start < rows.length; start += size) {
            await transaction.insertInto("incoming").values(rows.slice(start, start + size)).execute()
          }
        })
      )
    }
  }
  return competitor
})

const eachOrder = ["orders.id", "shippedDate", "shipName", "shipCity", "shipCountry"] as const

const northwindOf = (db: Kysely<Tables>): Northwind => {
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
    .groupBy("orders.id")

  const withOrders = db.selectFrom("customers").selectAll("customers").select(({ selectFrom }) =>
    jsonArrayFrom(
      selectFrom("orders").selectAll("orders").whereRef("orders.customerId", "=", "customers.id").orderBy("orders.id")
    ).as("orders")
  )

  return {
    customers: ({ limit, offset }) => Effect.promise(() => customersInOrder.limit(limit).offset(offset).execute()),
    customerById: (id) => Effect.promise(() => customers.where("id", "=", id).execute()),
    searchCustomer: (term) =>
      Effect.promise(() => customersInOrder.where("companyName", "ilike", `%${term}%`).execute()),
    employees: ({ limit, offset }) =>
      Effect.promise(() => employees.orderBy("id").limit(limit).offset(offset).execute()),
    employeeWithRecipient: (id) =>
      Effect.promise(() =>
        db.selectFrom("employees").selectAll("employees").select(({ selectFrom }) =>
          jsonObjectFrom(
            selectFrom("employees as recipient").selectAll("recipient")
              .whereRef("recipient.id", "=", "employees.recipientId")
          ).as("recipient")
        ).where("id", "=", id).execute()
      ),
    suppliers: ({ limit, offset }) =>
      Effect.promise(() => suppliers.orderBy("id").limit(limit).offset(offset).execute()),
    supplierById: (id) => Effect.promise(() => suppliers.where("id", "=", id).execute()),
    products: ({ limit, offset }) => Effect.promise(() => products.orderBy("id").limit(limit).offset(offset).execute()),
    productWithSupplier: (id) =>
      Effect.promise(() =>
        db.selectFrom("products").selectAll("products").select(({ selectFrom }) =>
          jsonObjectFrom(
            selectFrom("suppliers").selectAll("suppliers").whereRef("suppliers.id", "=", "products.supplierId")
          ).as("supplier")
        ).where("id", "=", id).execute()
      ),
    searchProduct: (term) => Effect.promise(() => products.where("name", "ilike", `%${term}%`).orderBy("id").execute()),
    ordersWithDetails: ({ limit, offset }) =>
      Effect.promise(() => ordersWithDetails.orderBy("orders.id").limit(limit).offset(offset).execute()),
    orderWithDetails: (id) => Effect.promise(() => ordersWithDetails.where("orders.id", "=", id).execute()),
    orderWithDetailsAndProducts: (id) =>
      Effect.promise(() =>
        db.selectFrom("orders").selectAll("orders").select(({ selectFrom }) =>
          jsonArrayFrom(
            selectFrom("order_details").selectAll("order_details").select(({ selectFrom: from }) =>
              jsonObjectFrom(
                from("products").selectAll("products").whereRef("products.id", "=", "order_details.productId")
              ).as("product")
            ).whereRef("order_details.orderId", "=", "orders.id").orderBy("order_details.productId")
          ).as("details")
        ).where("id", "=", id).execute()
      ),

    findMany: (limit) => Effect.promise(() => customersInOrder.limit(limit).execute()),
    findManyFilterPaginateOrder: (country, { limit, offset }) =>
      Effect.promise(() =>
        customers.where("country", "=", country).orderBy("companyName", "desc").orderBy("id")
          .limit(limit).offset(offset).execute()
      ),
    findManyNested: (limit) => Effect.promise(() => withOrders.orderBy("customers.id").limit(limit).execute()),
    findFirst: () => Effect.promise(() => customersInOrder.limit(1).execute()),
    findFirstNested: () => Effect.promise(() => withOrders.orderBy("customers.id").limit(1).execute()),
    findUnique: (id) => Effect.promise(() => customers.where("id", "=", id).execute()),
    findUniqueNested: (id) => Effect.promise(() => withOrders.where("customers.id", "=", id).execute()),
    create: (customer) => Effect.promise(() => db.insertInto("customers").values(customer).returningAll().execute()),
    update: (id, companyName) =>
      Effect.promise(() =>
        db.updateTable("customers").set({ companyName }).where("id", "=", id).returningAll().execute()
      ),
    upsert: (customer) =>
      Effect.promise(() =>
        db.insertInto("customers").values(customer)
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ companyName: customer.companyName }))
          .returningAll().execute()
      ),
    delete: (id) => Effect.promise(() => db.deleteFrom("customers").where("id", "=", id).execute())
  }
}
