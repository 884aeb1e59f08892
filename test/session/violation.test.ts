/**
 * A broken constraint is told by what the model declares, and where it declares no such thing, as what nobody expects.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Index, Model, OrmError } from "andamios-orm"
import * as Schema from "effect/Schema"
import { tableOf } from "../../src/model/Table.ts"
import { foreignKeyViolation, uniqueViolation } from "../../src/session/violation.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Schema.Int),
  next: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Shelf, "id"),
  aisle: Schema.String,
  placeInAisle: Schema.Int
}, { table: "shelves", columns: "snake_case", indexes: [Index.unique("aisle", "placeInAisle")] }) {}

class Loan extends Model.Class<Loan>("Loan")({
  reader: Column.primaryKey(Schema.Int),
  book: Column.primaryKey(Schema.Int)
}, { table: "loans" }) {}

class Note extends Model.Class<Note>("Note")({ text: Schema.String }, { table: "notes" }) {}

const broken = (model: Model.Any | undefined, columns: ReadonlyArray<string>) => ({
  table: "a table",
  written: model && tableOf(model),
  columns,
  reason: "the database's words",
  sql: "INSERT …"
})

const keyOf = (model: Model.Any | undefined, columns: ReadonlyArray<string>) => {
  const failure = uniqueViolation(broken(model, columns))
  return failure instanceof OrmError.UniqueViolation ? [failure.key, failure.columns] : failure.hint
}

const tagOf = (model: Model.Any | undefined, columns: ReadonlyArray<string>) =>
  foreignKeyViolation(broken(model, columns), "1")._tag

describe("a key that is taken", () => {
  it("has the name of the model's key with these fields, whatever their order", () => {
    assert.deepStrictEqual(keyOf(Shelf, ["id"]), ["id", ["id"]])
    assert.deepStrictEqual(keyOf(Shelf, ["placeInAisle", "aisle"]), ["aisle, placeInAisle", ["aisle", "placeInAisle"]])
    assert.deepStrictEqual(keyOf(Loan, ["reader", "book"]), ["primary key", ["reader", "book"]])
  })

  it("is the only one that there is, where nothing tells its fields", () => {
    assert.deepStrictEqual(keyOf(Loan, []), ["primary key", ["reader", "book"]])
    assert.deepStrictEqual(keyOf(Shelf, []), [undefined, []])
  })

  it("has no name where no model is known", () => {
    assert.deepStrictEqual(keyOf(undefined, ["id"]), [undefined, ["id"]])
  })

  it("is nothing that anybody expects where the model declares no such key", () => {
    const hint = "The table has a key that its model doesn't declare: declare it, by Column.unique or Index.unique."
    assert.strictEqual(keyOf(Shelf, ["aisle"]), hint)
    assert.strictEqual(keyOf(Loan, ["reader"]), hint)
    assert.strictEqual(keyOf(Note, []), hint)
  })
})

describe("a row that there isn't", () => {
  it("is referred to by what the model declares, or is nothing that anybody expects", () => {
    assert.strictEqual(tagOf(Shelf, ["next"]), "ForeignKeyViolation")
    assert.strictEqual(tagOf(Shelf, []), "ForeignKeyViolation")
    assert.strictEqual(tagOf(undefined, ["next"]), "ForeignKeyViolation")
    assert.strictEqual(tagOf(Shelf, ["aisle"]), "QueryFailed")
    assert.strictEqual(tagOf(Note, []), "QueryFailed")
  })
})
