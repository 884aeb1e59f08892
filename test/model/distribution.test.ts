/**
 * A model that says how its rows are distributed: keys that no server could keep are refused where the model is used first.
 */
import { assert, it } from "@effect/vitest"
import { Column, Index, InvalidModel, Model } from "andamios-orm"
import * as Schema from "effect/Schema"
import { distributionOf } from "../../src/model/Distribution.ts"
import { tableOf } from "../../src/model/Table.ts"

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int),
  code: Schema.String
}, {
  table: "tickets",
  columns: "snake_case",
  distribution: { by: "tenantId" },
  indexes: [Index.unique("code", "tenantId"), Index.on("code")]
}) {}

class Tariff extends Model.Class<Tariff>("Tariff")({
  id: Column.primaryKey(Schema.Int),
  name: Column.unique(Schema.String)
}, { table: "tariffs", distribution: "reference" }) {}

class Code extends Model.Class<Code>("Code")({
  tenantId: Column.primaryKey(Schema.Int),
  code: Column.unique(Schema.String)
}, { table: "codes", distribution: { by: "tenantId" } }) {}

class Name extends Model.Class<Name>("Name")({
  tenantId: Column.primaryKey(Schema.Int),
  name: Schema.String,
  place: Schema.Int
}, { table: "names", distribution: { by: "tenantId" }, indexes: [Index.unique("name", "place")] }) {}

it("is by a column of its primary key, or a copy everywhere", () => {
  const { distribution } = tableOf(Ticket)
  assert.isTrue(typeof distribution === "object" && distribution.by.name === "tenant_id")
  assert.strictEqual(tableOf(Tariff).distribution, "reference")
})

it("refuses unique keys without the shard key, which no server could keep", () => {
  const refused = [
    [
      () => tableOf(Code),
      /Code\.tenantId can't be a column: .*the unique key of code has to contain it: no server knows the rows of the others/
    ],
    [() => tableOf(Name), /Name\.tenantId can't be a column: .*the unique key of name, place has to contain it/]
  ] as const
  for (const [make, message] of refused) {
    assert.throws(make, InvalidModel)
    assert.throws(make, message)
  }
})

it("refuses what the types don't let through: other columns than those of the primary key, or none", () => {
  const { columns, primaryKey, uniques } = tableOf(Ticket)
  const keys = { columns, primaryKey, uniques }
  assert.throws(
    () => distributionOf("Ticket", { by: "code" }, keys),
    /Ticket\.code can't be a column: .*it has to be a part of the primary key/
  )
  assert.throws(
    () => distributionOf("Ticket", { by: "nothing" }, keys),
    /Ticket\.nothing can't be a column: .*there is no such column/
  )
  assert.isUndefined(distributionOf("Ticket", undefined, keys))
})
