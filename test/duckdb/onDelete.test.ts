/**
 * What DuckDB can't do to the rows that refer to others is refused before anything is deleted.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Root extends Model.Class<Root>("Root")({ id: Column.primaryKey(Schema.Int) }, { table: "roots" }) {}

class Branch extends Model.Class<Branch>("Branch")({
  id: Column.primaryKey(Schema.Int),
  root: Column.references(Schema.NullOr(Schema.Int), () => Root, "id", { onDelete: "setNull" })
}, { table: "branches" }) {}

class Leaf extends Model.Class<Leaf>("Leaf")({
  id: Column.primaryKey(Schema.Int),
  branch: Column.references(Schema.Int, () => Branch, "id")
}, { table: "leaves" }) {}

class Ring extends Model.Class<Ring>("Ring")({
  id: Column.primaryKey(Schema.Int),
  next: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Ring, "id", { onDelete: "cascade" })
}, { table: "rings" }) {}

/** A model that no table can be made of keeps none from being deleted. */
export class Broken extends Model.Class<Broken>("Broken")({
  root: Column.references(Schema.Boolean, () => Root, "id", { onDelete: "cascade" })
}, { table: "broken" }) {}

layer(TestDatabase.layer([Root, Branch, Leaf]), { timeout: "60 seconds" })(
  "rows that refer to others on DuckDB",
  (it) => {
    it.effect("are not set to null while others refer to them", () =>
      Effect.gen(function*() {
        const roots = yield* Repository.make(Root)
        const branches = yield* Repository.make(Branch)
        const leaves = yield* Repository.make(Leaf)
        yield* roots.insert({ id: 1 })
        yield* branches.insert({ id: 1, root: 1 })
        yield* leaves.insert({ id: 1, branch: 1 })
        const refused = yield* Effect.flip(roots.delete(1))
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "Delete or change the rows of leaves first")
        yield* leaves.delete(1)
        yield* roots.delete(1)
        assert.deepStrictEqual(yield* Query.from(Branch).select(({ root }) => ({ root })), [{ root: null }])
      }))

    it.effect("are not deleted in a circle", () =>
      Effect.gen(function*() {
        const rings = yield* Repository.make(Ring)
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE rings (id BIGINT PRIMARY KEY, next BIGINT)`
        yield* rings.insertMany([{ id: 1, next: 2 }, { id: 2, next: 1 }])
        const refused = yield* Effect.flip(rings.delete(1))
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "in a circle")
      }))
  }
)
