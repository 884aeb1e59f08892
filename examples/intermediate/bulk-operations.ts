/**
 * Many rows at once: inserted, found, upserted, patched and deleted, all of them or none, in few statements.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Model, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Option, Schema } from "effect"

class Product extends Model.Class<Product>("Product")({
  sku: Column.primaryKey(Schema.NonEmptyString),
  name: Schema.NonEmptyString,
  cents: Column.int32,
  stock: Column.withDefault(Column.int32, 0),
  note: Schema.OptionFromNullOr(Schema.String)
}, { table: "products" }) {}

// The database numbers these rows. What tells them apart before they are stored is the unique index.
class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.serial(Schema.Int),
  aisle: Schema.String,
  place: Column.int16,
  sku: Column.references(Schema.NullOr(Schema.String), () => Product, "sku")
}, { table: "shelves", indexes: [Index.unique("aisle", "place")] }) {}

const product = (sku: string, name: string, cents: number) => ({ sku, name, cents, note: Option.none() })

const show = (products: ReadonlyArray<Product>) =>
  products.map(({ cents, name, sku, stock }) => `${sku} ${name} ${cents}¢ (${stock})`).join(", ")

const insert = Effect.gen(function*() {
  const products = yield* Repository.make(Product)
  const stored = yield* products.insertMany([
    product("T1", "Tea", 450),
    { ...product("C1", "Coffee", 800), stock: 12 },
    product("M1", "Mate", 600)
  ])
  yield* Console.log(`insertMany: ${show(stored)}`)
})

const find = Effect.gen(function*() {
  const products = yield* Repository.make(Product)

  // One statement for any number of keys. Each row comes at the place of its key, also twice.
  const found = yield* products.findMany(["M1", "X9", "T1", "M1"])
  const names = found.map(Option.match({ onNone: () => "nothing", onSome: ({ name }) => name }))
  yield* Console.log(`findMany:   ${names.join(", ")}`)

  // `getMany` has no `Option`: a key that no row has is a failure, which names it.
  yield* products.getMany(["T1", "X9"]).pipe(
    Effect.catchTag("NotFound", (missing) => Console.log(`getMany:    ${missing.message}`))
  )

  // What fibers look up one by one at the same time, the loader reads together, each key once: 1,000 lookups, one statement.
  const lookups = Array.from({ length: 1_000 }, (_, index) => ["T1", "C1", "M1"][index % 3] ?? "")
  const loaded = yield* Effect.forEach(lookups, products.loader, { concurrency: "unbounded" })
  yield* Console.log(
    `loader:     ${loaded.filter(Option.isSome).length} lookups, ${new Set(loaded.map(Option.getOrNull)).size} rows`
  )
})

const upsert = Effect.gen(function*() {
  const products = yield* Repository.make(Product)

  // A new price list: what is known is overwritten, what is new is inserted. The rows come back at the places of their inputs.
  const listed = yield* products.upsertMany([
    product("H1", "Honey", 900),
    product("T1", "Green tea", 500),
    product("C1", "Coffee", 850)
  ], { update: ["name", "cents"] })
  yield* Console.log(`upsertMany: ${show(listed)}`)

  // With nothing to overwrite it finds or creates: a stored row comes back as it is.
  const found = yield* products.upsert(product("M1", "Yerba mate", 1), { update: [] })
  yield* Console.log(`upsert:     ${show([found])}`)

  // The primary key is the database's here, so `on` must name another key: `{ on: ["place", "aisle"] }` does not compile.
  const shelves = yield* Repository.make(Shelf)
  const place = (number: number, sku: string | null) => ({ aisle: "A", place: number, sku })
  yield* shelves.insertMany([place(1, "T1"), place(2, null)])
  const filled = yield* shelves.upsertMany([place(3, "C1"), place(2, "H1")], { on: ["aisle", "place"] })
  yield* Console.log(
    `by a key:   ${filled.map((shelf) => `${shelf.id} ${shelf.aisle}${shelf.place} ${shelf.sku}`).join(", ")}`
  )
})

const patch = Effect.gen(function*() {
  const products = yield* Repository.make(Product)

  // Each change has the key and whatever else it changes. A field that is left out keeps its value; `null` or `none` empties it.
  const patched = yield* products.patchMany([
    { sku: "C1", stock: 30 },
    { sku: "T1", stock: 8, note: Option.some("organic") },
    { sku: "M1", name: "Yerba mate" }
  ])
  yield* Console.log(`patchMany:  ${show(patched)}`)

  // An increment adds to what is stored by then: of many that are made at the same time none is lost.
  const sold = Effect.retry(products.increment("C1", { stock: -1 }), { while: ({ _tag }) => _tag === "Conflict" })
  yield* Effect.forEach(Array.from({ length: 10 }), () => sold, { concurrency: "unbounded", discard: true })
  yield* Console.log(`increment:  ${show([yield* products.get("C1")])}`)
})

const refusals = Effect.gen(function*() {
  const products = yield* Repository.make(Product)

  // Which of the two would be stored? Databases differ, or choose in silence. Nothing is sent.
  yield* products.upsertMany([product("X1", "Sugar", 100), product("X2", "Salt", 90), product("X1", "Sugar", 110)])
    .pipe(
      Effect.catchTag("Invalid", (invalid) => Console.log(`Invalid: ${invalid.message}`))
    )
  yield* products.patchMany([{ sku: "C1", stock: 0 }, { sku: "X9", stock: 1 }]).pipe(
    Effect.catchTag("NotFound", (missing) => Console.log(`NotFound: ${missing.message}`))
  )
  yield* products.deleteMany(["M1", "H1"]).pipe(
    Effect.catchTag(
      "StillReferenced",
      () => Console.log("StillReferenced: H1 stands on a shelf, so M1 stays too")
    )
  )
  yield* Console.log(`all as before: ${show(yield* products.query.orderBy((row) => row.sku.asc()))}`)
})

const remove = Effect.gen(function*() {
  const products = yield* Repository.make(Product)
  const shelves = yield* Repository.make(Shelf)
  const empty = yield* shelves.query.where((shelf) => shelf.sku.eq("H1"))
  yield* Console.log(`shelves cleared:  ${yield* shelves.deleteMany(empty.map(({ id }) => id))}`)
  // Keys that no row has, or that are given twice, do no harm: the answer says how many rows there were.
  yield* Console.log(`products deleted: ${yield* products.deleteMany(["M1", "H1", "H1", "nothing"])}`)
})

// The same for many: DuckDB takes the columns of all rows straight into its own memory, PostgreSQL as one array for each column.
const many = Effect.gen(function*() {
  const products = yield* Repository.make(Product)
  const skus = Array.from({ length: 20_000 }, (_, index) => `Z${index}`)
  yield* products.insertMany(skus.slice(0, 10_000).map((sku) => product(sku, "Before", 1)))
  const after = yield* products.upsertMany(skus.toReversed().map((sku) => product(sku, "After", 2)))
  const inOrder = after.every(({ name, sku }, index) => name === "After" && sku === skus.at(-1 - index))
  yield* Console.log(`upserted ${after.length}, half of them stored before; all in the order given: ${inOrder}`)
  yield* Console.log(`deleted  ${yield* products.deleteMany(skus)}`)
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Product, Shelf])

  yield* Console.log("1. Insert")
  yield* insert

  yield* Console.log("\n2. Find by keys")
  yield* find

  yield* Console.log("\n3. Upsert: insert, or overwrite what has the same key")
  yield* upsert

  yield* Console.log("\n4. Patch: change some fields of each row")
  yield* patch

  yield* Console.log("\n5. All or none")
  yield* refusals

  yield* Console.log("\n6. Delete")
  yield* remove

  yield* Console.log("\n7. Many")
  yield* many
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
