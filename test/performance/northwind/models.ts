/**
 * A trading company in the shape of Northwind, as Drizzle's public benchmark has it.
 */
import * as Schema from "effect/Schema"
import { Column, Index, Model, Relation } from "../../../src/index.ts"

/** A company that buys. */
export class Customer extends Model.Class<Customer>("Customer")({
  id: Column.primaryKey(Column.int32),
  companyName: Schema.String,
  contactName: Schema.String,
  contactTitle: Schema.String,
  address: Schema.String,
  city: Schema.String,
  postalCode: Schema.NullOr(Schema.String),
  region: Schema.NullOr(Schema.String),
  country: Schema.String,
  phone: Schema.String,
  fax: Schema.NullOr(Schema.String)
}, { table: "customers" }) {
  static readonly relations = () => ({ orders: Relation.hasMany(() => Order, { from: "id", to: "customerId" }) })
}

/** Somebody who sells, and reports to somebody else. DuckDB fills no table that refers to itself, so that is no foreign key. */
export class Employee extends Model.Class<Employee>("Employee")({
  id: Column.primaryKey(Column.int32),
  lastName: Schema.String,
  firstName: Schema.NullOr(Schema.String),
  title: Schema.String,
  titleOfCourtesy: Schema.String,
  birthDate: Column.date,
  hireDate: Column.date,
  address: Schema.String,
  city: Schema.String,
  postalCode: Schema.String,
  country: Schema.String,
  homePhone: Schema.String,
  extension: Column.int32,
  notes: Schema.String,
  recipientId: Schema.NullOr(Column.int32)
}, { table: "employees", indexes: [Index.on("recipientId")] }) {
  static readonly relations = () => ({
    recipient: Relation.belongsTo(() => Employee, { from: "recipientId", to: "id" })
  })
}

/** A company that is bought from. */
export class Supplier extends Model.Class<Supplier>("Supplier")({
  id: Column.primaryKey(Column.int32),
  companyName: Schema.String,
  contactName: Schema.String,
  contactTitle: Schema.String,
  address: Schema.String,
  city: Schema.String,
  region: Schema.NullOr(Schema.String),
  postalCode: Schema.String,
  country: Schema.String,
  phone: Schema.String
}, { table: "suppliers" }) {}

/** What is sold. */
export class Product extends Model.Class<Product>("Product")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String,
  quantityPerUnit: Schema.String,
  unitPrice: Schema.Number,
  unitsInStock: Column.int32,
  unitsOnOrder: Column.int32,
  reorderLevel: Column.int32,
  discontinued: Column.int32,
  supplierId: Column.references(Column.int32, () => Supplier, "id")
}, { table: "products" }) {
  static readonly relations = () => ({ supplier: Relation.belongsTo(() => Supplier, { from: "supplierId", to: "id" }) })
}

/** What a customer has ordered at once. */
export class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Column.int32),
  orderDate: Column.date,
  requiredDate: Column.date,
  shippedDate: Schema.NullOr(Column.date),
  shipVia: Column.int32,
  freight: Schema.Number,
  shipName: Schema.String,
  shipCity: Schema.String,
  shipRegion: Schema.NullOr(Schema.String),
  shipPostalCode: Schema.NullOr(Schema.String),
  shipCountry: Schema.String,
  customerId: Column.references(Column.int32, () => Customer, "id"),
  employeeId: Column.references(Column.int32, () => Employee, "id")
}, { table: "orders" }) {
  static readonly relations = () => ({ details: Relation.hasMany(() => Detail, { from: "id", to: "orderId" }) })
}

/** One product of an order. */
export class Detail extends Model.Class<Detail>("Detail")({
  orderId: Column.primaryKey(Column.references(Column.int32, () => Order, "id")),
  productId: Column.primaryKey(Column.references(Column.int32, () => Product, "id")),
  unitPrice: Schema.Number,
  quantity: Column.int32,
  discount: Schema.Number
}, { table: "order_details" }) {
  static readonly relations = () => ({ product: Relation.belongsTo(() => Product, { from: "productId", to: "id" }) })
}

/** All of them, those first that others refer to. */
export const models = [Customer, Employee, Supplier, Product, Order, Detail]
