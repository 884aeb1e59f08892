/**
 * Tables of every name and schema are found on the shards, and none is taken for another.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Migration, Model, Repository, Session, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import { sharded } from "../../src/postgres/sharding/dialect.ts"
import { introspected } from "../migration/carryOut.ts"
import { executeAt, layerOf, places, rowsAt } from "./shardedServers.ts"

const fields = { id: Column.primaryKey(Column.int32) }

class Dotted extends Model.Class<Dotted>("Dotted")(fields, { table: "s1.x", distribution: { by: "id" } }) {}

class Within extends Model.Class<Within>("Within")(fields, { table: "x", schema: "s1", distribution: { by: "id" } }) {}

class DotFirst extends Model.Class<DotFirst>("DotFirst")(fields, {
  table: ".x",
  schema: "s1",
  distribution: { by: "id" }
}) {}

class DotLast extends Model.Class<DotLast>("DotLast")(fields, {
  table: "x",
  schema: "s1.",
  distribution: { by: "id" }
}) {}

class Plain extends Model.Class<Plain>("Plain")(fields, { table: "plains", distribution: { by: "id" } }) {}

const rows = Array.from({ length: 8 }, (_, index) => ({ id: index + 1 }))

describe("sharded PostgreSQL: names", () => {
  it.effect("with dots are not those of tables of a schema", () =>
    Effect.flatMap(places, (all) =>
      Effect.gen(function*() {
        const models = [Dotted, Within, DotFirst, DotLast]
        yield* Session.createTables(models)
        for (const [index, model] of models.entries()) {
          const repository = yield* Repository.make(model)
          yield* repository.insertMany(rows.slice(index))
        }
        for (const [index, model] of models.entries()) {
          const repository = yield* Repository.make(model)
          assert.strictEqual(yield* repository.count(), 8 - index)
        }
      }).pipe(Effect.provide(layerOf(all)))))

  it.effect("are found in the schema in which the coordinator has the table, whatever the user of the shards has", () =>
    Effect.gen(function*() {
      const all = yield* places
      const { coordinator, shards: [first] } = all
      if (first === undefined) return assert.fail("no shard")
      yield* executeAt(first, `CREATE SCHEMA ${first.username}`)
      const use = Effect.gen(function*() {
        yield* Session.createTables([Plain])
        const plains = yield* Repository.make(Plain)
        yield* plains.insertMany(rows)
        assert.strictEqual(yield* plains.count(), 8)
        const { tables } = yield* introspected
        assert.deepStrictEqual(tables.map(({ name, primaryKey }) => [name, primaryKey?.columns]), [["plains", ["id"]]])
      })
      yield* Effect.provide(use, Layer.fresh(layerOf(all)))
      assert.isNotEmpty(yield* rowsAt(first, "SELECT * FROM public.plains"))

      const other = yield* places
      yield* executeAt(other.coordinator, `CREATE SCHEMA ${coordinator.username}`)
      yield* Effect.provide(use, Layer.fresh(layerOf(other)))
      for (const shard of other.shards) {
        assert.isNotEmpty(yield* rowsAt(shard, `SELECT * FROM ${coordinator.username}.plains`))
      }
    }))

  it("of keys that Citus is told are cut behind what tells them apart", () => {
    const long = "a_column_whose_name_is_about_as_long_as_a_name_can_be_".slice(0, 50)
    const columns = [`${long}_1`, `${long}_2`]
    const table = Migration.createTable({
      name: "tickets_of_a_tenant",
      columns: [Migration.column("id", Type.int32), ...columns.map((name) => Migration.column(name, Type.int32))],
      primaryKey: { columns: ["id"] },
      foreignKeys: columns.map((name) => ({ columns: [name], references: { name: "states" }, targets: ["id"] })),
      distribution: "reference"
    })
    const statements = compileOperation(table, sharded({ strategy: "citus" }), { existing: "keep" })
    const names = statements.flatMap((statement) => /ADD CONSTRAINT "([^"]*)"/.exec(statement)?.[1] ?? [])
    assert.lengthOf(names, 2)
    assert.lengthOf(new Set(names.map((name) => name.slice(0, 63))), 2)
    assert.isTrue(names.every((name) => Buffer.byteLength(name) <= 63))
  })
})
