/**
 * A model says all that its table needs to know.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Index, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { Class as EffectClass, Field as EffectField } from "effect/schema/Model"

const PublisherId = Schema.String.pipe(Schema.brand("PublisherId"))

class Publisher extends Model.Class<Publisher>("Publisher")({
  id: Column.id(PublisherId),
  name: Column.unique(Schema.NonEmptyString)
}, { table: "publishers" }) {}

class Edition extends Model.Class<Edition>("Edition")({
  number: Column.serial(Schema.Int),
  publisher: Column.references(PublisherId, () => Publisher, "id"),
  co: Column.references(Schema.NullOr(Schema.String), () => Publisher, "id"),
  via: Column.references(Schema.OptionFromNullOr(PublisherId), () => Publisher, "id"),
  isbn: Column.unique(Schema.NullOr(Schema.String)),
  year: Column.withDefault(Column.int16, 2024),
  format: Column.unique(Column.withDefault(Schema.Literals(["paper", "audio"]), "paper")),
  price: Column.decimal({ precision: 9, scale: 2 }),
  notes: Column.json(Schema.Array(Schema.String))
}, {
  table: "editions",
  indexes: [Index.on("year"), Index.unique("publisher", "year"), Index.on("format", "price")]
}) {}

class Employee extends Model.Class<Employee>("Employee")({
  id: Column.primaryKey(Schema.Int),
  boss: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Employee, "id")
}, { table: "employees" }) {}

class Line extends Model.Class<Line>("Line")({
  text: Schema.String,
  order: Column.primaryKey(Schema.Int),
  position: Column.primaryKey(Schema.Int)
}, { table: "lines" }) {}

class Log extends Model.Class<Log>("Log")({ what: Schema.String }, { table: "log" }) {}

class Password extends Model.Class<Password>("Password")({
  id: Column.primaryKey(Schema.Int),
  secret: EffectField({ insert: Schema.String }),
  hash: EffectField({ select: Schema.String, insert: Schema.String })
}, { table: "passwords" }) {}

const column = (model: Model.Any, field: string) => {
  const found = Table.tableOf(model).columns.find((one) => one.field === field)
  if (found === undefined) throw new Error(`there is no column ${field}`)
  return found
}

describe("the table of a model", () => {
  it("has the name of the model, where it is one of Effect's own", () => {
    class Plain extends EffectClass<Plain>("Plain")({ id: Schema.Int }) {}
    const table = Table.tableOf(Plain)
    assert.deepStrictEqual([table.name, table.columns.map(({ name }) => name)], ["Plain", ["id"]])
  })

  it("has the model's name for it, and a column for each field, in order", () => {
    const table = Table.tableOf(Edition)
    assert.strictEqual(table.name, "editions")
    assert.strictEqual(table.model, Edition)
    assert.deepStrictEqual(table.columns.map(({ field, name }) => [field, name]), [
      ["number", "number"],
      ["publisher", "publisher"],
      ["co", "co"],
      ["via", "via"],
      ["isbn", "isbn"],
      ["year", "year"],
      ["format", "format"],
      ["price", "price"],
      ["notes", "notes"]
    ])
  })

  it("has defaults that JSON may leave out, and that whoever makes a row gets", () => {
    const { format, year } = Edition.jsonCreate.fields
    const some = Schema.Struct({ format, year })
    assert.deepStrictEqual(Schema.decodeUnknownSync(some)({}), {})
    assert.deepStrictEqual(Schema.decodeUnknownSync(some)({ year: 1999 }), { year: 1999 })
    assert.deepStrictEqual(some.make({}), { format: "paper", year: 2024 })
  })

  it("is read once", () => {
    assert.strictEqual(Table.tableOf(Edition), Table.tableOf(Edition))
  })

  it("has its keys: primary, unique, and plain indexes", () => {
    const table = Table.tableOf(Edition)
    assert.deepStrictEqual(table.primaryKey.map(({ name }) => name), ["number"])
    assert.deepStrictEqual(table.uniques, [["isbn"], ["format"], ["publisher", "year"]])
    assert.deepStrictEqual(table.indexes, [["year"], ["format", "price"]])
  })

  it("has a composite key in the model's order, or none at all", () => {
    assert.deepStrictEqual(Table.tableOf(Line).primaryKey.map(({ name }) => name), ["order", "position"])
    assert.deepStrictEqual(Table.tableOf(Log).primaryKey, [])
  })

  it("knows what the database generates, and what it puts where a value is missing", () => {
    assert.deepStrictEqual(
      Table.tableOf(Edition).columns.filter(({ generated }) => generated).map(({ name }) => name),
      ["number"]
    )
    assert.deepStrictEqual(column(Edition, "year").default, { _tag: "Value", value: 2024 })
    assert.deepStrictEqual(column(Edition, "format").default, { _tag: "Value", value: "paper" })
    assert.strictEqual(column(Edition, "isbn").default, undefined)
  })

  it("knows which columns may be null", () => {
    const nullable = Table.tableOf(Edition).columns.filter((one) => one.nullable)
    assert.deepStrictEqual(nullable.map(({ name }) => name), ["co", "via", "isbn"])
  })

  it("stores a reference as what it refers to", () => {
    assert.deepStrictEqual(column(Publisher, "id").type, { _tag: "Uuid" })
    for (const field of ["publisher", "co", "via"]) {
      assert.deepStrictEqual(column(Edition, field).type, { _tag: "Uuid" })
      assert.strictEqual(column(Edition, field).reference?.model(), Publisher)
      assert.strictEqual(column(Edition, field).reference?.field, "id")
    }
    assert.strictEqual(column(Employee, "boss").reference?.model(), Employee)
    assert.strictEqual(column(Employee, "boss").nullable, true)
  })

  it("has a codec only where a schema transforms its value", () => {
    const decoded = Table.tableOf(Edition).columns.filter(({ codec }) => codec !== undefined)
    assert.deepStrictEqual(decoded.map(({ name }) => name), ["via", "notes"])
  })

  it("has the columns that can be read, and not those that are only given", () => {
    assert.deepStrictEqual(Table.tableOf(Password).columns.map(({ name }) => name), ["id", "hash"])
  })

  it("leaves a field's part in its table where another model has the field too", () => {
    class Imprint extends Model.Class<Imprint>("Imprint")({
      id: Column.primaryKey(Schema.Int),
      publisher: PublisherId
    }, { table: "imprints" }) {}
    assert.deepStrictEqual(Table.tableOf(Imprint).primaryKey.map(({ name }) => name), ["id"])
    assert.strictEqual(column(Imprint, "publisher").reference, undefined)
  })
})
