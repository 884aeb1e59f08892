/**
 * What DuckDB does to bulk writes by itself, and what becomes of it here.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Part extends Model.Class<Part>("Part")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  count: Column.withDefault(Column.int32, 0)
}, { table: "bulk_parts" }) {}

class Owner extends Model.Class<Owner>("Owner")({
  id: Column.primaryKey(Schema.Int),
  email: Column.unique(Schema.String),
  name: Schema.String,
  rank: Column.int32
}, { table: "bulk_owners", indexes: [Index.on("rank")] }) {}

class Pet extends Model.Class<Pet>("Pet")({
  id: Column.primaryKey(Schema.Int),
  owner: Column.references(Schema.Int, () => Owner, "id")
}, { table: "bulk_pets" }) {}

const owner = (id: number) => ({ id, email: `${id}@example.org`, name: `${id}`, rank: id })

const database = TestDatabase.layerOn(DuckDb.layer({ path: ":memory:", threads: 2 }), [Part, Owner, Pet])

layer(database, { timeout: "120 seconds" })("DuckDB: bulk writes", (it) => {
  const many = 200_000
  const emptied = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM bulk_parts`)
  const halfStored = Effect.gen(function*() {
    yield* emptied
    const parts = yield* Repository.make(Part)
    yield* parts.insertMany(Array.from({ length: many / 2 }, (_, index) => ({ id: index * 2, name: "before" })))
    return parts
  })

  for (const options of [{}, { update: ["name"] }] as const) {
    it.effect(`return all of ${many} rows of which half were stored, ${JSON.stringify(options)}`, () =>
      Effect.gen(function*() {
        const parts = yield* halfStored
        const given = Array.from({ length: many }, (_, index) => ({ id: many - 1 - index, name: "after", count: 1 }))
        const returned = yield* parts.upsertMany(given, options)
        assert.lengthOf(returned, many)
        assert.isTrue(returned.every(({ id, name }, index) => id === given[index]?.id && name === "after"))
        assert.strictEqual(yield* Query.from(Part).where((part) => part.name.eq("after")).count, many)
      }))
  }

  it.effect("are not told whole by DuckDB's own upsert", (test) =>
    Effect.gen(function*() {
      yield* halfStored
      const sql = yield* SqlClient.SqlClient
      const returned = yield* sql`
        INSERT INTO bulk_parts (id, name) SELECT i, 'after' FROM range(${many}) AS numbers (i)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id`
      // it varies from run to run, and no release says that it is mended
      yield* Effect.promise(() => test.annotate(`ON CONFLICT … RETURNING returned ${returned.length} of ${many} rows`))
      assert.isAtMost(returned.length, many)
    }))

  it.effect("change a row that others refer to, which DuckDB refuses where rows are to be returned", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const owners = yield* Repository.make(Owner)
      const pets = yield* Repository.make(Pet)
      yield* owners.insertMany([1, 2, 3].map(owner))
      yield* pets.insertMany([{ id: 1, owner: 1 }])
      const refused = yield* Effect.flip(sql`UPDATE bulk_owners SET name = 'x' WHERE id = 1 RETURNING id`)
      assert.include(refused.message, "still referenced by a foreign key")

      assert.strictEqual((yield* owners.patch({ id: 1, name: "patched" })).name, "patched")
      const upserted = yield* owners.upsertMany([3, 2, 1].map((id) => ({ ...owner(id), name: "upserted" })))
      assert.deepStrictEqual(upserted.map(({ id, name }) => [id, name]), [3, 2, 1].map((id) => [id, "upserted"]))
    }))

  it.effect("fail where they change an indexed field of a row that others refer to, and leave all as it was", () =>
    Effect.gen(function*() {
      const owners = yield* Repository.make(Owner)
      const pets = yield* Repository.make(Pet)
      const before = yield* owners.insertMany([11, 12].map(owner))
      yield* pets.insertMany([{ id: 11, owner: 11 }])
      const changes = [{ ...owner(12), name: "new" }, { ...owner(11), rank: 0 }]
      const patches = [{ id: 12, rank: 1 }, { id: 11, rank: 1 }]
      for (const write of [owners.upsertMany(changes), owners.patchMany(patches)]) {
        assert.strictEqual((yield* Effect.flip(write))._tag, "StillReferenced")
        assert.deepStrictEqual(
          yield* Query.from(Owner).where((row) => row.id.in([11, 12])).orderBy((row) => row.id.asc()),
          before
        )
      }
    }))

  it.effect("fail where unique values move between rows too far apart, and leave all as it was", () =>
    Effect.gen(function*() {
      const owners = yield* Repository.make(Owner)
      const count = 5_000
      const rows = Array.from({ length: count }, (_, index) => owner(100_000 + index))
      yield* owners.insertMany(rows)
      const moved = rows.map(({ id }, index) => ({ id, email: rows[(index + 1) % count]?.email ?? "" }))
      const violation = yield* Effect.flip(owners.patchMany(moved))
      assert.strictEqual(violation._tag, "UniqueViolation")
      if (violation._tag === "UniqueViolation") assert.deepStrictEqual(violation.columns, ["email"])
      const stored = yield* Query.from(Owner).where((row) => row.id.gte(100_000)).orderBy((row) => row.id.asc())
      assert.deepStrictEqual(stored.map(({ email }) => email), rows.map(({ email }) => email))
    }))

  it.effect("delete a row and those that refer to it in two transactions, not in one", () =>
    Effect.gen(function*() {
      const owners = yield* Repository.make(Owner)
      const pets = yield* Repository.make(Pet)
      yield* owners.insertMany([21, 22].map(owner))
      yield* pets.insertMany([{ id: 21, owner: 21 }])
      const both = Effect.andThen(pets.deleteMany([21]), owners.deleteMany([21, 22]))
      assert.strictEqual((yield* Effect.flip(Session.transaction(both)))._tag, "StillReferenced")
      assert.strictEqual(yield* pets.query.where((pet) => pet.id.eq(21)).count, 1)
      assert.strictEqual(yield* both, 2)
    }))

  it.effect("meet a key that another transaction stored in the meantime as a conflict, to be run again", () =>
    Effect.gen(function*() {
      const parts = yield* Repository.make(Part)
      const looked = yield* Deferred.make<void>()
      const other = yield* Effect.forkChild(
        Effect.andThen(Deferred.await(looked), parts.insert({ id: -1, name: "theirs" }))
      )
      const mine = Effect.gen(function*() {
        yield* parts.query.count
        yield* Deferred.succeed(looked, undefined)
        yield* Fiber.join(other)
        return yield* parts.upsert({ id: -1, name: "mine" })
      })
      const upserting = Session.transaction(mine)
      const conflict = yield* Effect.flip(upserting)
      assert.strictEqual(conflict._tag, "Conflict", conflict.message)
      assert.strictEqual((yield* upserting).name, "mine")
    }))
})
