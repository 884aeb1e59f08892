/**
 * The answers of Andamios ORM, the way its users write it. What Drizzle's benchmark prepares is prepared here, too.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Query, Repository, Session } from "../../../src/index.ts"
import { Customer, Detail, Employee, Order, Product, Supplier } from "./models.ts"
import type { Northwind } from "./questions.ts"

/** Rows, alone or with what is related to them. */
type Asked<A> = Query.Query<A> | Query.AskedWith<A, never>

const page = { limit: Schema.Int, offset: Schema.Int }

const term = { pattern: Schema.String }

/** All of them in the current session. */
export const northwindOfOurs = Effect.gen(function*() {
  const session = yield* Session.Session
  const inSession = Effect.provideService(Session.Session, session)
  const customers = yield* Repository.make(Customer)
  const suppliers = yield* Repository.make(Supplier)

  const all = <A extends object>(query: Asked<A>) => Effect.orDie(inSession(query.all))
  const first = <A extends object>(query: Asked<A>) => Effect.orDie(inSession(Effect.map(query.first, Arr.fromOption)))

  const customersInOrder = Query.from(Customer).orderBy(({ id }) => id.asc())
  const employeesInOrder = Query.from(Employee).orderBy(({ id }) => id.asc())
  const suppliersInOrder = Query.from(Supplier).orderBy(({ id }) => id.asc())
  const productsInOrder = Query.from(Product).orderBy(({ id }) => id.asc())

  const withOrders = { orders: { orderBy: ({ id }: Query.Scope<typeof Order>) => id.asc() } }
  const customersWithOrders = customersInOrder.include(withOrders)
  const ordersWithProducts = Query.from(Order).include({
    details: { orderBy: ({ productId }) => productId.asc(), include: { product: true } }
  })

  const orders = Query.from(Order, "order")
    .leftJoin(Detail, "detail", ({ detail, order }) => detail.orderId.eq(order.id))

  const ordersWithDetails = (some: typeof orders) =>
    some
      .groupBy(({ order: { id, shipCity, shipCountry, shipName, shippedDate } }) => ({
        id,
        shippedDate,
        shipName,
        shipCity,
        shipCountry
      }))
      .select(({ detail }) => ({
        productsCount: Query.count(detail.productId),
        quantitySum: Query.sum(detail.quantity),
        totalPrice: Query.sum(detail.quantity.multiply(detail.unitPrice))
      }))

  const customersPage = Query.prepare(page, ({ limit, offset }) => customersInOrder.limit(limit).offset(offset))
  const employeesPage = Query.prepare(page, ({ limit, offset }) => employeesInOrder.limit(limit).offset(offset))
  const suppliersPage = Query.prepare(page, ({ limit, offset }) => suppliersInOrder.limit(limit).offset(offset))
  const productsPage = Query.prepare(page, ({ limit, offset }) => productsInOrder.limit(limit).offset(offset))
  const ordersPage = Query.prepare(
    page,
    ({ limit, offset }) => ordersWithDetails(orders).orderBy(({ id }) => id.asc()).limit(limit).offset(offset)
  )
  const customersNamed = Query.prepare(
    term,
    ({ pattern }) => customersInOrder.where(({ companyName }) => companyName.ilike(pattern))
  )
  const productsNamed = Query.prepare(term, ({ pattern }) => productsInOrder.where(({ name }) => name.ilike(pattern)))
  const employeeById = Query.prepare(
    { id: Employee.fields.id },
    ({ id }) => Query.from(Employee).include({ recipient: true }).where((employee) => employee.id.eq(id))
  )
  const productById = Query.prepare({ id: Product.fields.id }, ({ id }) =>
    Query.from(Product, "product")
      .join(Supplier, "supplier", ({ product, supplier }) => supplier.id.eq(product.supplierId))
      .where(({ product }) => product.id.eq(id)))
  const orderById = Query.prepare(
    { id: Order.fields.id },
    ({ id }) => ordersWithDetails(orders.where(({ order }) => order.id.eq(id)))
  )
  const orderWithProducts = Query.prepare(
    { id: Order.fields.id },
    ({ id }) => ordersWithProducts.where((order) => order.id.eq(id))
  )

  const answers: Northwind = {
    customers: (some) => all(customersPage(some)),
    customerById: (id) => Effect.orDie(Effect.map(customers.get(id), Arr.of)),
    searchCustomer: (part) => all(customersNamed({ pattern: `%${part}%` })),
    employees: (some) => all(employeesPage(some)),
    employeeWithRecipient: (id) => all(employeeById({ id })),
    suppliers: (some) => all(suppliersPage(some)),
    supplierById: (id) => Effect.orDie(Effect.map(suppliers.get(id), Arr.of)),
    products: (some) => all(productsPage(some)),
    productWithSupplier: (id) =>
      Effect.map(all(productById({ id })), Arr.map((found) => ({ ...found.product, supplier: found.supplier }))),
    searchProduct: (part) => all(productsNamed({ pattern: `%${part}%` })),
    ordersWithDetails: (some) => all(ordersPage(some)),
    orderWithDetails: (id) => all(orderById({ id })),
    orderWithDetailsAndProducts: (id) => all(orderWithProducts({ id })),

    findMany: (limit) => all(customersInOrder.limit(limit)),
    findManyFilterPaginateOrder: (country, { limit, offset }) =>
      all(
        Query.from(Customer)
          .where((customer) => customer.country.eq(country))
          .orderBy(({ companyName, id }) => [companyName.desc(), id.asc()])
          .limit(limit).offset(offset)
      ),
    findManyNested: (limit) => all(customersWithOrders.limit(limit)),
    findFirst: () => first(customersInOrder),
    findFirstNested: () => first(customersWithOrders),
    findUnique: (id) => Effect.orDie(Effect.map(customers.get(id), Arr.of)),
    findUniqueNested: (id) => all(Query.from(Customer).where((customer) => customer.id.eq(id)).include(withOrders)),
    create: (customer) => Effect.orDie(Effect.map(customers.insert(customer), Arr.of)),
    update: (id, companyName) => Effect.orDie(Effect.map(customers.patch({ id, companyName }), Arr.of)),
    upsert: (customer) => Effect.orDie(Effect.map(customers.upsert(customer, { update: ["companyName"] }), Arr.of)),
    delete: (id) => Effect.orDie(customers.delete(id))
  }
  return answers
})
