/**
 * Two tenants who write at random to one table of soft deletes and versions leave behind, and are told, what a `Map` says.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const Tenant = Schema.Literals(["acme", "globex"])

class CurrentTenant extends Context.Service<CurrentTenant, typeof Tenant.Type>()("random/CurrentTenant") {}

class Thing extends Model.Class<Thing>("Thing")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String,
  note: Schema.String,
  ...Mixin.tenant(CurrentTenant, Tenant),
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "random_things", indexes: [Index.unique("tenantId", "name")] }) {}

const id = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))
const name = Schema.Literals(["a", "b", "c"])
const note = Schema.Literals(["x", "y"])
const ids = Schema.Array(id)

const Write = Schema.Struct({
  tenant: Tenant,
  write: Schema.Union([
    Schema.TaggedStruct("Insert", { id, name, note }),
    Schema.TaggedStruct("Upsert", { id, name, note, on: Schema.Literals(["id", "name"]), update: Schema.Boolean }),
    Schema.TaggedStruct("Patch", { id, name, note, late: Schema.Literals([0, 0, 0, 1]) }),
    Schema.TaggedStruct("Delete", { id }),
    Schema.TaggedStruct("DeleteMany", { ids }),
    Schema.TaggedStruct("Restore", { id }),
    Schema.TaggedStruct("Purge", { id })
  ])
})
type Write = typeof Write.Type

interface Row {
  readonly id: number
  readonly name: string
  readonly note: string
  readonly tenantId: string
  readonly version: number
  readonly deleted: boolean
}

type Rows = ReadonlyArray<Row>

const told = (row: Omit<Row, "deleted">) => [row.id, row.name, row.note, row.version]

/** What a write answers, and what it leaves behind: the tag of a failure leaves all as it was. */
interface Outcome {
  readonly answer: unknown
  readonly rows: Rows
}

const computed = ({ tenant, write }: Write, before: Rows): Outcome => {
  const failed = (answer: string): Outcome => ({ answer, rows: before })
  const isOwn = (row: Row) => row.tenantId === tenant
  const visible = before.filter((row) => isOwn(row) && !row.deleted)
  const isTaken = (row: Row) => visible.some((other) => other.name === row.name && other.id !== row.id)
  const stored = (row: Row): Outcome =>
    isTaken(row) && !row.deleted
      ? failed("UniqueViolation")
      : { answer: told(row), rows: [...before.filter((other) => other.id !== row.id), row] }
  const changed = (row: Row, change: Partial<Row>): Row => ({ ...row, ...change, version: row.version + 1 })
  const deletion = (gone: ReadonlyArray<number>): Outcome => {
    const found = visible.filter((row) => gone.includes(row.id))
    const rows = before.map((row) => found.includes(row) ? changed(row, { deleted: true }) : row)
    return { answer: found.length, rows }
  }
  switch (write._tag) {
    case "Insert": {
      const { id: key, name: given, note: written } = write
      const row = { id: key, name: given, note: written, tenantId: tenant, version: 1, deleted: false }
      return before.some((other) => other.id === row.id) ? failed("UniqueViolation") : stored(row)
    }
    case "Upsert": {
      const known = visible.find((row) => write.on === "id" ? row.id === write.id : row.name === write.name)
      if (known === undefined) return computed({ tenant, write: { ...write, _tag: "Insert" } }, before)
      const { name: given, note: written } = write
      if (write.update) return stored(changed(known, { note: written, ...write.on === "id" && { name: given } }))
      return { answer: told(known), rows: before }
    }
    case "Patch": {
      const known = visible.find((row) => row.id === write.id)
      if (known === undefined) return failed("NotFound")
      return write.late > 0 ? failed("StaleRow") : stored(changed(known, { name: write.name, note: write.note }))
    }
    case "Delete": {
      const outcome = deletion([write.id])
      return outcome.answer === 0 ? failed("NotFound") : { ...outcome, answer: undefined }
    }
    case "DeleteMany":
      return deletion(write.ids)
    case "Restore": {
      const known = before.find((row) => row.id === write.id && isOwn(row) && row.deleted)
      return known === undefined ? failed("NotFound") : stored(changed(known, { deleted: false }))
    }
    case "Purge": {
      const known = before.find((row) => row.id === write.id && isOwn(row))
      return known === undefined
        ? failed("NotFound")
        : { answer: undefined, rows: before.filter((row) => row !== known) }
    }
  }
}

const asked = Effect.fnUntraced(function*(things: Repository.Of<typeof Thing>, { write }: Write, before: Rows) {
  switch (write._tag) {
    case "Insert":
      return told(yield* things.insert({ id: write.id, name: write.name, note: write.note }))
    case "Upsert": {
      const { id: key, name: given, note: written, on, update } = write
      const row = { id: key, name: given, note: written }
      const options = update ? {} : { update: [] }
      if (on === "id") return told(yield* things.upsert(row, options))
      return told(yield* things.upsert(row, { on: ["tenantId", "name"], ...options }))
    }
    case "Patch": {
      const version = (before.find((row) => row.id === write.id)?.version ?? 1) - write.late
      return told(yield* things.patch({ id: write.id, name: write.name, note: write.note, version }))
    }
    case "Delete":
      return yield* things.delete(write.id)
    case "DeleteMany":
      return yield* things.deleteMany(write.ids)
    case "Restore":
      return told(yield* things.restore(write.id))
    case "Purge":
      return yield* things.purge(write.id)
  }
})

const byId = (one: Row, other: Row) => one.id - other.id

const writes = Arbitrary.array(Arbitrary.schema(Write), { minLength: 1, maxLength: 20 })

export const randomMixins = (label: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Thing]), { timeout: "120 seconds" })(`${label}: random mixins`, (it) => {
    const stored = Effect.flatMap(
      SqlClient.SqlClient,
      (sql) =>
        sql<
          Row
        >`SELECT id, name, note, "tenantId", version, "deletedAt" IS NOT NULL AS deleted FROM random_things ORDER BY id`
    )
    const emptied = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM random_things`)

    const seen = (tenant: typeof Tenant.Type) =>
      Query.from(Thing).orderBy((thing) => thing.id.asc()).all.pipe(
        Effect.map((things) => things.map(told)),
        Effect.provideService(CurrentTenant, tenant)
      )

    for (const inside of [false, true]) {
      const where = inside ? "inside a transaction of each" : "one by one"
      it.effect.prop(
        `answer, store and show what a Map would, ${where}`,
        { writes },
        ({ writes: given }) =>
          Effect.gen(function*() {
            yield* emptied
            const things = yield* Repository.make(Thing)
            let rows: Rows = []
            for (const write of given) {
              const outcome = computed(write, rows)
              const run = asked(things, write, rows).pipe(Effect.provideService(CurrentTenant, write.tenant))
              const answer = yield* (inside ? Session.transaction(run) : run).pipe(
                Effect.catch(({ _tag }) => Effect.succeed(_tag))
              )
              assert.deepStrictEqual(answer, outcome.answer, JSON.stringify(write))
              rows = outcome.rows
              assert.deepStrictEqual(yield* stored, [...rows].toSorted(byId))
              for (const tenant of Tenant.literals) {
                const visible = rows.filter((row) => row.tenantId === tenant && !row.deleted).toSorted(byId)
                assert.deepStrictEqual(yield* seen(tenant), visible.map(told))
              }
            }
          }),
        { arbitrary: { runs: 100 } }
      )
    }
  })
