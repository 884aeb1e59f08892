/**
 * A relation that fits no tables is told where it is first used, with what is wrong.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Computed, InvalidModel, Model, Query, Relation } from "andamios-orm"
import * as Schema from "effect/Schema"

class Box extends Model.Class<Box>("Box")({
  code: Column.primaryKey(Schema.String),
  part: Column.primaryKey(Schema.Int),
  label: Column.unique(Schema.String),
  badge: Column.uuid,
  small: Column.int16,
  tags: Schema.Array(Schema.String)
}, { table: "boxes" }) {}

/** Includes what the types don't let through. */
const included = (query: object, relations: object): unknown => {
  const include: unknown = Reflect.get(query, "include")
  const made: unknown = typeof include === "function" ? Reflect.apply(include, query, [relations]) : undefined
  return made
}

/** The message that a relation from a model with these fields is refused with. */
const refusal = (declared: (target: () => typeof Box) => unknown, name = "box"): string => {
  class Owner extends Model.Class<Owner>("Owner")({
    id: Column.primaryKey(Schema.Int),
    code: Schema.String,
    tags: Schema.Array(Schema.String)
  }, { table: "owners" }) {
    static readonly relations = () => ({ [name]: declared(() => Box) })
    get label() {
      return this.code
    }
  }
  try {
    included(Query.from(Owner), { [name]: true })
  } catch (error) {
    return error instanceof Relation.InvalidRelation ? error.message : String(error)
  }
  return "accepted"
}

describe("a relation", () => {
  it("leads from fields to fields, as the model says", () => {
    assert.strictEqual(refusal((box) => Relation.hasMany(box, { from: "code", to: "code" })), "accepted")
    assert.strictEqual(refusal((box) => Relation.hasOne(box, { from: "code", to: "label" })), "accepted")
    assert.strictEqual(
      refusal((box) => Relation.belongsTo(box, { from: ["id", "code"], to: ["part", "code"] })),
      "accepted"
    )
  })

  it("may compare integers of any width", () => {
    assert.strictEqual(refusal((box) => Relation.hasMany(box, { from: "id", to: "small" })), "accepted")
  })

  it("has to be declared", () => {
    assert.throws(
      () => included(Query.from(Box), { boxes: true }),
      "The query.boxes can't be a relation: it is not declared"
    )
  })

  it.each([
    [
      "of a field that is none",
      (box: () => typeof Box) => Relation.hasMany(box, { from: "cod", to: "code" }),
      "Owner.box can't be a relation: Owner has no field cod"
    ],
    [
      "of different numbers of fields",
      (box: () => typeof Box) => ({ ...Relation.hasMany(box, { from: "code", to: "code" }), to: ["code", "label"] }),
      "Owner.box can't be a relation: it compares 1 fields with 2"
    ],
    [
      "of more fields than there are on the other side",
      (box: () => typeof Box) => ({ ...Relation.hasMany(box, { from: "code", to: "code" }), from: ["code", "id"] }),
      "Owner.box can't be a relation: it compares 2 fields with 1"
    ],
    [
      "of no fields",
      (box: () => typeof Box) => Relation.hasMany(box, { from: [], to: [] }),
      "Owner.box can't be a relation: it compares 0 fields with 0"
    ],
    [
      "of values that databases don't compare",
      (box: () => typeof Box) => Relation.hasMany(box, { from: "code", to: "badge" }),
      "Owner.box can't be a relation: Owner.code is a Text, and Box.badge a Uuid; Column.references stores a field as what it " +
      "refers to is stored"
    ],
    [
      "of lists",
      (box: () => typeof Box) => Relation.hasMany(box, { from: "tags", to: "tags" }),
      "Owner.box can't be a relation: Owner.tags is a List, which is no key"
    ],
    [
      "to one row of several",
      (box: () => typeof Box) => Relation.belongsTo(box, { from: "code", to: "code" }),
      "Owner.box can't be a relation: it leads to one row, but code of Box is no key: make it unique, or use Relation.hasMany"
    ]
  ])("is refused %s", (_, declared, message) => {
    assert.strictEqual(refusal(declared), message)
  })

  it("is refused under the name of a field, a getter or a method", () => {
    const refused = "the model has a field, a getter or a method of this name"
    for (const name of ["code", "label", "toString"]) {
      assert.strictEqual(
        refusal((box) => Relation.hasMany(box, { from: "code", to: "code" }), name),
        `Owner.${name} can't be a relation: ${refused}`
      )
    }
  })
})

describe("a computed column", () => {
  it("is refused under the name of a field or of a relation", () => {
    class Crate extends Model.Class<Crate>("Crate")({ id: Column.primaryKey(Schema.Int), code: Schema.String }, {
      table: "crates"
    }) {
      static readonly relations = () => ({ boxes: Relation.hasMany(() => Box, { from: "code", to: "code" }) })
      static readonly computed = () => Computed.of(Crate, (crate) => ({ boxes: crate.id.add(1) }))
    }
    assert.throws(() => Query.from(Crate), "Crate.boxes can't be a column: a computed column has this name, too")
    assert.throws(() => Query.from(Crate), InvalidModel)
  })
})
