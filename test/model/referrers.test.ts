/**
 * Who refers to a table is known once its model is defined, whatever else is defined wrongly.
 */
import { assert, it } from "@effect/vitest"
import { Column, InvalidModel, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { referrersOf } from "../../src/model/referrers.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({ id: Column.primaryKey(Schema.Int) }, { table: "shelves" }) {}

class Volume extends Model.Class<Volume>("Volume")({
  shelf: Column.references(Schema.Int, () => Shelf, "id")
}, { table: "volumes" }) {}

class Broken extends Model.Class<Broken>("Broken")({
  shelf: Column.references(Schema.String, () => Shelf, "id")
}, { table: "broken" }) {}

it("a model that can't be a table refers to none", () => {
  assert.throws(() => Table.tableOf(Broken), InvalidModel)
  assert.strictEqual(Table.tableOf(Volume).name, "volumes")
  assert.deepStrictEqual(referrersOf(Table.tableOf(Shelf)).map(({ table }) => table.name), ["volumes"])
})
