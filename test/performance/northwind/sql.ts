/**
 * The answers as SQL written by hand, on DuckDB's own driver: what all answers are compared to. Trees are made by the database.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { NewCustomer, Northwind } from "./questions.ts"

const orders = `
  SELECT orders.id, shippedDate, shipName, shipCity, shipCountry, count(productId) AS productsCount,
    sum(quantity) AS quantitySum, sum(quantity * unitPrice) AS totalPrice
  FROM orders LEFT JOIN order_details ON orderId = orders.id
`

const eachOrder = "GROUP BY orders.id, shippedDate, shipName, shipCity, shipCountry ORDER BY orders.id"

const someWithOrders = `
  WITH page AS (SELECT * FROM customers ORDER BY id LIMIT $1), theirs AS (
    SELECT customerId, list(orders ORDER BY id) AS orders
    FROM orders WHERE customerId IN (SELECT id FROM page) GROUP BY customerId
  )
  SELECT page.*, coalesce(orders, []) AS orders FROM page LEFT JOIN theirs ON customerId = page.id ORDER BY page.id
`

const oneWithOrders = `
  SELECT *, coalesce((SELECT list(orders ORDER BY id) FROM orders WHERE customerId = $1), []) AS orders
  FROM customers WHERE id = $1
`

const orderTree = `
  SELECT orders.*, coalesce((
    SELECT list(struct_insert(details, product := products) ORDER BY productId)
    FROM order_details AS details JOIN products ON products.id = productId WHERE orderId = orders.id
  ), []) AS details
  FROM orders WHERE id = $1
`

const values = (customer: NewCustomer): Array<DuckDBValue> => [
  customer.id,
  customer.companyName,
  customer.contactName,
  customer.contactTitle,
  customer.address,
  customer.city,
  customer.postalCode,
  customer.region,
  customer.country,
  customer.phone,
  customer.fax
]

const insert = "INSERT INTO customers VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"

/** All of them on a connection. */
export const northwindBySql = (connection: DuckDBConnection): Northwind => {
  const rows = (sql: string, parameters: Array<DuckDBValue> = []) =>
    Effect.promise(async () => {
      const reader = await connection.runAndReadAll(sql, parameters)
      return reader.getRowObjectsJS()
    })

  const page = (table: string): NonNullable<Northwind["customers"]> => ({ limit, offset }) =>
    rows(`SELECT * FROM ${table} ORDER BY id LIMIT $1 OFFSET $2`, [limit, offset])

  const byId = (table: string): NonNullable<Northwind["customerById"]> => (id) =>
    rows(`SELECT * FROM ${table} WHERE id = $1`, [id])

  const search = (table: string, column: string): NonNullable<Northwind["searchCustomer"]> => (term) =>
    rows(`SELECT * FROM ${table} WHERE ${column} ILIKE $1 ORDER BY id`, [`%${term}%`])

  return {
    customers: page("customers"),
    customerById: byId("customers"),
    searchCustomer: search("customers", "companyName"),
    employees: page("employees"),
    employeeWithRecipient: (id) =>
      rows(
        `SELECT employee.*, CASE WHEN recipient.id IS NOT NULL THEN recipient END AS recipient FROM employees AS employee
        LEFT JOIN employees AS recipient ON recipient.id = employee.recipientId WHERE employee.id = $1`,
        [id]
      ),
    suppliers: page("suppliers"),
    supplierById: byId("suppliers"),
    products: page("products"),
    productWithSupplier: (id) =>
      rows(
        `SELECT product.*, supplier FROM products AS product
        JOIN suppliers AS supplier ON supplier.id = product.supplierId WHERE product.id = $1`,
        [id]
      ),
    searchProduct: search("products", "name"),
    ordersWithDetails: ({ limit, offset }) => rows(`${orders} ${eachOrder} LIMIT $1 OFFSET $2`, [limit, offset]),
    orderWithDetails: (id) => rows(`${orders} WHERE orders.id = $1 ${eachOrder}`, [id]),
    orderWithDetailsAndProducts: (id) => rows(orderTree, [id]),

    findMany: (limit) => rows("SELECT * FROM customers ORDER BY id LIMIT $1", [limit]),
    findManyFilterPaginateOrder: (country, { limit, offset }) =>
      rows(
        "SELECT * FROM customers WHERE country = $1 ORDER BY companyName DESC, id LIMIT $2 OFFSET $3",
        [country, limit, offset]
      ),
    findManyNested: (limit) => rows(someWithOrders, [limit]),
    findFirst: () => rows("SELECT * FROM customers ORDER BY id LIMIT 1"),
    findFirstNested: () => rows(someWithOrders, [1]),
    findUnique: byId("customers"),
    findUniqueNested: (id) => rows(oneWithOrders, [id]),
    create: (customer) => rows(`${insert} RETURNING *`, values(customer)),
    update: (id, companyName) =>
      Effect.andThen(
        rows("UPDATE customers SET companyName = $2 WHERE id = $1", [id, companyName]),
        byId("customers")(id)
      ),
    upsert: (customer) =>
      Effect.andThen(
        rows(`${insert} ON CONFLICT (id) DO UPDATE SET companyName = excluded.companyName`, values(customer)),
        byId("customers")(customer.id)
      ),
    delete: (id) => rows("DELETE FROM customers WHERE id = $1", [id])
  }
}
