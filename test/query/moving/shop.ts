/**
 * Models with all that moves have to take along as it is: other tenants' rows, deleted ones, versions, numbers, trees, keys of several
 * columns, and rows that nothing tells apart.
 */
import { Column, Generated, Index, Mixin, Model } from "andamios-orm"
import * as Arrays from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Tenant extends Context.Service<Tenant, string>()("test/move/Tenant") {}

class Customer extends Model.Class<Customer>("Customer")({
  id: Column.serial(Schema.Int),
  name: Schema.String,
  secret: Column.sensitive(Schema.String),
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version,
  ...Mixin.tenant(Tenant, Schema.String)
}, { table: "move_customers", columns: "snake_case", indexes: [Index.unique("tenantId", "name")] }) {}

/** A tree: a row refers to its parent, by a key that is not in the order of the tree. */
class Folder extends Model.Class<Folder>("Folder")({
  id: Column.primaryKey(Column.int32),
  parent: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Folder, "id")
}, { table: "move folders" }) {}

class Order extends Model.Class<Order>("Order")({
  region: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Column.int64),
  customer: Column.references(Schema.Int, () => Customer, "id"),
  folder: Column.references(Schema.NullOr(Column.int32), () => Folder, "id"),
  price: Column.decimal({ precision: 12, scale: 4 }),
  pieces: Column.int32,
  pairs: Column.generated(Column.int32)
}, { table: "move_orders" }) {
  static readonly generated = () => Generated.of(Order, (order) => ({ pairs: order.pieces.add(order.pieces) }))
}

/** Rows that nothing tells apart. */
class Visit extends Model.Class<Visit>("Visit")({
  customer: Column.references(Schema.Int, () => Customer, "id"),
  page: Schema.NullOr(Schema.String)
}, { table: "move_visits" }) {}

/** In an order in which no row could be stored. */
export const shop = [Visit, Order, Folder, Customer]

/** Rows of the shop, by plain SQL: of two tenants, some deleted, all with versions and times of their own. */
export const filled = Effect.fnUntraced(function*(counts: Counts) {
  const sql = yield* SqlClient.SqlClient
  const { customers, folders, orders, visits } = counts
  // numbers with gaps, the highest of which is not the last
  for (
    const part of parts(
      Array.from({ length: customers }, (_, index) => customer((index * 7) % (customers * 7 + 1) + 3))
    )
  ) {
    yield* sql`INSERT INTO move_customers ${sql.insert(part)}`
  }
  for (const [id, parent] of folders.entries()) {
    yield* sql`INSERT INTO "move folders" (id, parent) VALUES (${folderId(id)}, ${
      parent === undefined ? null : folderId(parent)
    })`
  }
  const ids = yield* sql<{ readonly id: number }>`SELECT id FROM move_customers ORDER BY id`
  const some = (index: number) => ids[index % ids.length]?.id ?? 0
  const folderOf = (index: number) => folders.length === 0 || index % 3 === 0 ? null : folderId(index % folders.length)
  for (
    const part of parts(Array.from({ length: orders }, (_, index) => ({
      region: ["north", "south", "öst", "O'West"][index % 4] ?? "",
      number: Math.floor(index / 4) * 3,
      customer: some(index),
      folder: folderOf(index),
      price: `${index}.0${index % 10}0${index % 7}`,
      pieces: index
    })))
  ) yield* sql`INSERT INTO move_orders ${sql.insert(part)}`
  // the same row many times
  for (
    const part of parts(Array.from({ length: visits }, (_, index) => ({
      customer: some(index % 5),
      page: index % 3 === 0 ? null : `/page/${index % 2}`
    })))
  ) yield* sql`INSERT INTO move_visits ${sql.insert(part)}`
})

export interface Counts {
  readonly customers: number
  /** The parent of each folder, which is one before it. */
  readonly folders: ReadonlyArray<number | undefined>
  readonly orders: number
  readonly visits: number
}

/** Keys in no order of the tree. */
const folderId = (place: number): number => (place * 7_919) % 10_007 - 5_000

const customer = (id: number) => ({
  id,
  name: `customer ${id}`,
  secret: `secret ${id}`,
  tenant_id: id % 2 === 0 ? "even" : "odd",
  version: id % 9,
  created_at: `2020-01-01 00:00:00.${String(id).padStart(6, "0")}`,
  updated_at: "2021-02-03 04:05:06.789012",
  deleted_at: id % 4 === 0 ? "2022-02-02 02:02:02.000001" : null
})

const parts = (rows: ReadonlyArray<Record<string, unknown>>) => Arrays.chunksOf(rows, 500)

/** All rows, as plain SQL tells them. */
export const told = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  // sorted by the program: databases do not order texts alike
  const asText = (columns: ReadonlyArray<string>) =>
    columns.map((column) => `CAST(${column} AS VARCHAR) AS ${column}`).join(", ")
  const rows = (table: string, columns: ReadonlyArray<string>) =>
    Effect.map(
      sql.unsafe(`SELECT ${asText(columns)} FROM ${table}`),
      (found) => found.map((row) => JSON.stringify(row)).toSorted()
    )
  return {
    customers: yield* rows("move_customers", [
      "id",
      "name",
      "secret",
      "tenant_id",
      "version",
      "created_at",
      "updated_at",
      "deleted_at"
    ]),
    folders: yield* rows("\"move folders\"", ["id", "parent"]),
    orders: yield* rows("move_orders", ["region", "number", "customer", "folder", "price", "pieces", "pairs"]),
    visits: yield* rows("move_visits", ["customer", "page"])
  }
})
