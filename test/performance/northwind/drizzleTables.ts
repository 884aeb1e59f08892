/**
 * The tables as Drizzle declares them.
 */
import { duckDbDate } from "@leonardovida-md/drizzle-neo-duckdb"
import { doublePrecision, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core"

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
  birthDate: duckDbDate("birthDate").notNull(),
  hireDate: duckDbDate("hireDate").notNull(),
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
  orderDate: duckDbDate("orderDate").notNull(),
  requiredDate: duckDbDate("requiredDate").notNull(),
  shippedDate: duckDbDate("shippedDate"),
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
