/**
 * Random batches of writes leave behind what they leave behind in a `Map`, and say the same of it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

class Item extends Model.Class<Item>("Item")({
  shelf: Column.primaryKey(Schema.Literals(["left", "right"])),
  place: Column.primaryKey(Column.int32),
  label: Schema.NullOr(Schema.String),
  count: Column.int32
}, { table: "random_items" }) {}

const place = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 }))
const label = Schema.NullOr(Schema.Literals(["a", "b", ""]))
const count = Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 3 }))
const key = { shelf: Schema.Literals(["left", "right"]), place }

const Batch = Schema.Union([
  Schema.TaggedStruct("Insert", { rows: Schema.Array(Schema.Struct({ ...key, label, count })) }),
  Schema.TaggedStruct("Upsert", {
    rows: Schema.Array(Schema.Struct({ ...key, label, count })),
    update: Schema.Literals(["all", "count", "none"])
  }),
  Schema.TaggedStruct("Patch", {
    changes: Schema.Array(
      Schema.Struct({ ...key, label: Schema.optionalKey(label), count: Schema.optionalKey(count) })
    )
  }),
  Schema.TaggedStruct("Delete", { keys: Schema.Array(Schema.Struct(key)) })
])
type Batch = typeof Batch.Type

interface Row {
  readonly shelf: "left" | "right"
  readonly place: number
  readonly label: string | null
  readonly count: number
}

type Rows = ReadonlyMap<string, Row>

/** What a batch answers, and what it leaves behind: an answer that is a text is the tag of a failure, which leaves all as it was. */
interface Outcome {
  readonly answer: ReadonlyArray<object> | number | string
  readonly rows: Rows
}

const nameOf = (row: Pick<Row, "shelf" | "place">) => `${row.shelf} ${row.place}`

const isDistinct = (rows: ReadonlyArray<Pick<Row, "shelf" | "place">>) => new Set(rows.map(nameOf)).size === rows.length

const computed = (batch: Batch, before: Rows): Outcome => {
  const failed = (answer: string): Outcome => ({ answer, rows: before })
  const stored = (changed: ReadonlyArray<Row>): Outcome => ({
    answer: changed,
    rows: new Map([...before, ...changed.map((row) => [nameOf(row), row] as const)])
  })
  switch (batch._tag) {
    case "Insert":
      return !isDistinct(batch.rows) || batch.rows.some((row) => before.has(nameOf(row)))
        ? failed("UniqueViolation")
        : stored(batch.rows)
    case "Upsert": {
      if (!isDistinct(batch.rows)) return failed("Invalid")
      const overwritten = (known: Row, row: Row): Row =>
        ({ all: row, count: { ...known, count: row.count }, none: known })[batch.update]
      return stored(batch.rows.map((row) => {
        const known = before.get(nameOf(row))
        return known === undefined ? row : overwritten(known, row)
      }))
    }
    case "Patch": {
      if (!isDistinct(batch.changes)) return failed("Invalid")
      const changed = batch.changes.flatMap((change) => {
        const known = before.get(nameOf(change))
        return known === undefined ? [] : [{ ...known, ...change }]
      })
      return changed.length < batch.changes.length ? failed("NotFound") : stored(changed)
    }
    case "Delete": {
      const gone = new Set(batch.keys.map(nameOf).filter((name) => before.has(name)))
      return { answer: gone.size, rows: new Map([...before].filter(([name]) => !gone.has(name))) }
    }
  }
}

const updates = { all: {}, count: { update: ["count"] }, none: { update: [] } } as const

const asked = Effect.fnUntraced(function*(items: Repository.Repository<typeof Item>, batch: Batch) {
  switch (batch._tag) {
    case "Insert":
      return (yield* items.insertMany(batch.rows)).map(fieldsOf)
    case "Upsert":
      return (yield* items.upsertMany(batch.rows, updates[batch.update])).map(fieldsOf)
    case "Patch":
      return (yield* items.patchMany(batch.changes)).map(fieldsOf)
    case "Delete":
      return yield* items.deleteMany(batch.keys)
  }
})

const byKey = (one: Row, other: Row) =>
  one.shelf < other.shelf ? -1 : one.shelf > other.shelf ? 1 : one.place - other.place

const batches = Arbitrary.array(Arbitrary.schema(Batch), { minLength: 1, maxLength: 8 })
const transactions = Arbitrary.array(
  Arbitrary.schema(Schema.Struct({ batches: Schema.Array(Batch), commit: Schema.Boolean })),
  { minLength: 1, maxLength: 4 }
)

export const randomWrites = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Item]), { timeout: "120 seconds" })(`${name}: random writes`, (it) => {
    const stored = Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<Row>`SELECT shelf, place, label, count FROM random_items ORDER BY shelf, place`
    )
    const emptied = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM random_items`)

    it.effect.prop("answer and store what a Map would", { batches }, ({ batches: given }) =>
      Effect.gen(function*() {
        yield* emptied
        const items = yield* Repository.make(Item)
        let rows: Rows = new Map()
        for (const batch of given) {
          const outcome = computed(batch, rows)
          const answer = yield* asked(items, batch).pipe(Effect.catch(({ _tag }) => Effect.succeed(_tag)))
          assert.deepStrictEqual(answer, outcome.answer)
          rows = outcome.rows
          assert.deepStrictEqual(yield* stored, [...rows.values()].toSorted(byKey))
        }
      }), { arbitrary: { runs: 150 } })

    it.effect.prop(
      "are kept with their transaction, and undone with it",
      { transactions },
      ({ transactions: given }) =>
        Effect.gen(function*() {
          yield* emptied
          const items = yield* Repository.make(Item)
          let rows: Rows = new Map()
          for (const { batches: inside, commit } of given) {
            let within: Rows | undefined = rows
            for (const batch of inside) {
              const outcome: Outcome | undefined = within === undefined ? undefined : computed(batch, within)
              within = typeof outcome?.answer === "string" ? undefined : outcome?.rows
            }
            const all = Effect.forEach(inside, (batch) => asked(items, batch))
            const body = commit ? all : Effect.andThen(all, Effect.fail("undo"))
            const exit = yield* Effect.exit(Session.transaction(body))
            assert.strictEqual(exit._tag, commit && within !== undefined ? "Success" : "Failure")
            if (commit && within !== undefined) rows = within
            assert.deepStrictEqual(yield* stored, [...rows.values()].toSorted(byKey))
          }
        }),
      { arbitrary: { runs: 100 } }
    )
  })
