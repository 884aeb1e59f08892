/**
 * The tables as Drizzle declares them for PostgreSQL, with the relations that its relational queries follow.
 */
import { relations } from "drizzle-orm"
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid
} from "drizzle-orm/pg-core"

export const customers = pgTable("customers", {
  id: integer("id").primaryKey(),
  companyName: text("companyName").notNull(),
  contactName: text("contactName").notNull(),
  contactTitle: text("contactTitle").notNull(),
  address: text("address").notNull(),
  city: text("city").notNull(),
  postalCode: text("postalCode"),
  region: text("region"),
  country: text("country").notNull(),
  phone: text("phone").notNull(),
  fax: text("fax")
})

export const employees = pgTable("employees", {
  id: integer("id").primaryKey(),
  lastName: text("lastName").notNull(),
  firstName: text("firstName"),
  title: text("title").notNull(),
  titleOfCourtesy: text("titleOfCourtesy").notNull(),
  birthDate: date("birthDate").notNull(),
  hireDate: date("hireDate").notNull(),
  address: text("address").notNull(),
  city: text("city").notNull(),
  postalCode: text("postalCode").notNull(),
  country: text("country").notNull(),
  homePhone: text("homePhone").notNull(),
  extension: integer("extension").notNull(),
  notes: text("notes").notNull(),
  recipientId: integer("recipientId")
})

export const suppliers = pgTable("suppliers", {
  id: integer("id").primaryKey(),
  companyName: text("companyName").notNull(),
  contactName: text("contactName").notNull(),
  contactTitle: text("contactTitle").notNull(),
  address: text("address").notNull(),
  city: text("city").notNull(),
  region: text("region"),
  postalCode: text("postalCode").notNull(),
  country: text("country").notNull(),
  phone: text("phone").notNull()
})

export const products = pgTable("products", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  quantityPerUnit: text("quantityPerUnit").notNull(),
  unitPrice: doublePrecision("unitPrice").notNull(),
  unitsInStock: integer("unitsInStock").notNull(),
  unitsOnOrder: integer("unitsOnOrder").notNull(),
  reorderLevel: integer("reorderLevel").notNull(),
  discontinued: integer("discontinued").notNull(),
  supplierId: integer("supplierId").notNull().references(() => suppliers.id)
})

export const orders = pgTable("orders", {
  id: integer("id").primaryKey(),
  orderDate: date("orderDate").notNull(),
  requiredDate: date("requiredDate").notNull(),
  shippedDate: date("shippedDate"),
  shipVia: integer("shipVia").notNull(),
  freight: doublePrecision("freight").notNull(),
  shipName: text("shipName").notNull(),
  shipCity: text("shipCity").notNull(),
  shipRegion: text("shipRegion"),
  shipPostalCode: text("shipPostalCode"),
  shipCountry: text("shipCountry").notNull(),
  customerId: integer("customerId").notNull().references(() => customers.id),
  employeeId: integer("employeeId").notNull().references(() => employees.id)
})

export const details = pgTable("order_details", {
  orderId: integer("orderId").notNull().references(() => orders.id),
  productId: integer("productId").notNull().references(() => products.id),
  unitPrice: doublePrecision("unitPrice").notNull(),
  quantity: integer("quantity").notNull(),
  discount: doublePrecision("discount").notNull()
}, (table) => [primaryKey({ columns: [table.orderId, table.productId] })])

export const incoming = pgTable("incoming", {
  id: integer("id").primaryKey(),
  serial: bigint("serial", { mode: "bigint" }).notNull(),
  level: doublePrecision("level").notNull(),
  note: text("note"),
  valid: boolean("valid").notNull(),
  takenAt: timestamp("takenAt").notNull(),
  takenOn: date("takenOn", { mode: "date" }).notNull(),
  device: uuid("device").notNull()
})

export const customerRelations = relations(customers, ({ many }) => ({ orders: many(orders) }))

export const employeeRelations = relations(employees, ({ one }) => ({
  recipient: one(employees, { fields: [employees.recipientId], references: [employees.id] })
}))

export const productRelations = relations(products, ({ one }) => ({
  supplier: one(suppliers, { fields: [products.supplierId], references: [suppliers.id] })
}))

export const orderRelations = relations(orders, ({ many, one }) => ({
  customer: one(customers, { fields: [orders.customerId], references: [customers.id] }),
  details: many(details)
}))

export const detailRelations = relations(details, ({ one }) => ({
  order: one(orders, { fields: [details.orderId], references: [orders.id] }),
  product: one(products, { fields: [details.productId], references: [products.id] })
}))
