/**
 * The answers of Andamios ORM, the way its users write it.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { Query, Repository, Session } from "../../../src/index.ts"
import { Customer, Detail, Employee, Order, Product, Supplier } from "./models.ts"
import type { Northwind } from "./questions.ts"

/** Rows, alone or with what is related to them. */
type Asked<A> = Query.Query<A> | Query.Included<unknown, A>

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

  const answers: Northwind = {
    customers: ({ limit, offset }) => all(customersInOrder.limit(limit).offset(offset)),
    customerById: (id) => Effect.orDie(Effect.map(customers.get(id), Arr.of)),
    searchCustomer: (term) => all(customersInOrder.where(({ companyName }) => companyName.ilike(`%${term}%`))),
    employees: ({ limit, offset }) => all(employeesInOrder.limit(limit).offset(offset)),
    employeeWithRecipient: (id) =>
      Effect.map(
        all(
          Query.from(Employee, "employee")
            .leftJoin(Employee, "recipient", ({ employee, recipient }) => recipient.id.eq(employee.recipientId))
            .where(({ employee }) => employee.id.eq(id))
        ),
        Arr.map(({ employee, recipient }) => ({ ...employee, recipient }))
      ),
    suppliers: ({ limit, offset }) => all(suppliersInOrder.limit(limit).offset(offset)),
    supplierById: (id) => Effect.orDie(Effect.map(suppliers.get(id), Arr.of)),
    products: ({ limit, offset }) => all(productsInOrder.limit(limit).offset(offset)),
    productWithSupplier: (id) =>
      Effect.map(
        all(
          Query.from(Product, "product")
            .join(Supplier, "supplier", ({ product, supplier }) => supplier.id.eq(product.supplierId))
            .where(({ product }) => product.id.eq(id))
        ),
        Arr.map(({ product, supplier }) => ({ ...product, supplier }))
      ),
    searchProduct: (term) => all(productsInOrder.where(({ name }) => name.ilike(`%${term}%`))),
    ordersWithDetails: ({ limit, offset }) =>
      all(ordersWithDetails(orders).orderBy(({ id }) => id.asc()).limit(limit).offset(offset)),
    orderWithDetails: (id) => all(ordersWithDetails(orders.where(({ order }) => order.id.eq(id)))),
    orderWithDetailsAndProducts: (id) => all(ordersWithProducts.where((order) => order.id.eq(id))),

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
