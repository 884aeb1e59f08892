/**
 * A model that no table can be made of says so where it is defined: which field, why, and what to do.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Index, InvalidModel, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"

class Owner extends Model.Class<Owner>("Owner")({
  id: Column.id(Schema.String.pipe(Schema.brand("OwnerId"))),
  name: Schema.String,
  age: Column.int32
}, { table: "owners" }) {}

/** Why a model is refused. */
const refusal = (define: () => unknown): string => {
  try {
    define()
  } catch (error) {
    assert.instanceOf(error, InvalidModel)
    return error.message
  }
  return "it was not refused"
}

/** The same for a model that can only be judged with those that it refers to. */
const refusalOfTable = (define: () => Model.Any): string => refusal(() => Table.tableOf(define()))

describe("an invalid model", () => {
  it("has a default that its database can't make for such a column", () => {
    const message = refusal(() =>
      Model.Class<object>("Visit")({ at: Column.databaseDefault(Schema.String, "now") }, { table: "visits" })
    )
    assert.strictEqual(message, "Visit.at can't be a column: its default \"now\" is a Timestamp")
  })

  it("has a schema that is not loaded yet, whatever else is said of the field", () => {
    class Later {
      declare readonly schema: typeof Schema.Int
    }
    const later = new Later()
    for (
      const define of [
        () => Column.serial(later.schema),
        () => Column.primaryKey(later.schema),
        () => Column.unique(later.schema),
        () => Column.sensitive(later.schema),
        () => Column.generated(later.schema)
      ]
    ) {
      const message = refusal(() => Model.Class<object>("Visit")({ at: define() }, { table: "visits" }))
      assert.include(message, "Visit.at can't be a column: its schema is undefined here")
    }
  })

  it("sets a field to null that is never null", () => {
    class Pet extends Model.Class<Pet>("Pet")({
      owner: Column.references(Schema.String, () => Owner, "id", { onDelete: "setNull" })
    }, { table: "pets" }) {}
    assert.include(refusalOfTable(() => Pet), "Pet.owner can't be a column: it can't be set to null")
  })

  it("has an index over a field that it hasn't", () => {
    class Pet extends Model.Class<Pet>("Pet")({ id: Schema.Int }, {
      table: "pets",
      // @ts-expect-error Type 'Index<"size">' is not assignable to type 'Index<"id">'
      indexes: [Index.on("size")]
    }) {}
    assert.include(refusalOfTable(() => Pet), "Pet.size can't be a column: an index names it")
  })

  it("names the model, the field, the reason and the remedy", () => {
    const message = refusal(() => {
      class Pet extends Model.Class<Pet>("Pet")({ id: Schema.Int, size: Schema.Tuple([Schema.Int, Schema.Int]) }, {
        table: "pets"
      }) {}
      return Pet
    })
    assert.strictEqual(
      message,
      "Pet.size can't be a column: a tuple has no column type; use Column.json(schema), or Schema.Array for a list"
    )
  })

  it("names the part of a field that has no column type", () => {
    const message = refusal(() => {
      class Pet extends Model.Class<Pet>("Pet")({
        id: Schema.Int,
        collar: Schema.NullOr(
          Schema.Struct({ tags: Schema.Array(Schema.Struct({ text: Schema.optionalKey(Schema.String) })) })
        )
      }, { table: "pets" }) {}
      return Pet
    })
    assert.match(message, /^Pet\.collar/)
    assert.include(message, "text")
  })

  it("has a field that may be left out", () => {
    const message = refusal(() => {
      class Pet extends Model.Class<Pet>("Pet")({ id: Schema.Int, nickname: Schema.optionalKey(Schema.String) }, {
        table: "pets"
      }) {}
      return Pet
    })
    assert.strictEqual(
      message,
      "Pet.nickname can't be a column: a column is never absent; use Schema.NullOr, or Schema.OptionFromNullOr"
    )
  })

  it("has a field of unknown values", () => {
    const message = refusal(() => {
      class Pet extends Model.Class<Pet>("Pet")({ id: Schema.Int, anything: Schema.Unknown }, { table: "pets" }) {}
      return Pet
    })
    assert.match(message, /^Pet\.anything can't be a column: .*Column\.json\(schema\)/)
  })

  it("has a decimal without digits", () => {
    const message = refusal(() => {
      class Pet extends Model.Class<Pet>("Pet")({ id: Schema.Int, weight: Schema.BigDecimal }, { table: "pets" }) {}
      return Pet
    })
    assert.strictEqual(
      message,
      "Pet.weight can't be a column: a decimal column needs a precision and a scale; use Column.decimal({ precision, scale })"
    )
  })

  it("refers to a field that the other model hasn't", () => {
    const message = refusalOfTable(() => {
      class Pet extends Model.Class<Pet>("Pet")({
        id: Schema.Int,
        owner: Column.references(Schema.String, (): Model.Any => Owner, "identifier")
      }, { table: "pets" }) {}
      return Pet
    })
    assert.strictEqual(message, "Pet.owner can't be a column: it refers to Owner.identifier, which does not exist")
  })

  it("refers to a field of another type", () => {
    const message = refusalOfTable(() => {
      class Pet extends Model.Class<Pet>("Pet")({
        id: Schema.Int,
        owner: Column.references(Schema.Int, () => Owner, "id")
      }, { table: "pets" }) {}
      return Pet
    })
    assert.match(message, /^Pet\.owner can't be a column: it refers to Owner\.id/)
  })

  for (
    const digits of [{ precision: 0, scale: 0 }, { precision: 39, scale: 0 }, { precision: 2, scale: 3 }, {
      precision: 2,
      scale: -1
    }, { precision: 2.5, scale: 1 }]
  ) {
    it(`has a decimal of ${digits.precision} digits, ${digits.scale} behind the point`, () => {
      const message = refusal(() => {
        class Pet
          extends Model.Class<Pet>("Pet")({ id: Schema.Int, weight: Column.decimal(digits) }, { table: "pets" })
        {}
        return Pet
      })
      assert.notStrictEqual(message, "it was not refused")
    })
  }

  it("has a primary key that may be null", () => {
    const message = refusal(() => {
      class Pet
        extends Model.Class<Pet>("Pet")({ id: Column.primaryKey(Schema.NullOr(Schema.Int)) }, { table: "pets" })
      {}
      return Pet
    })
    assert.match(message, /^Pet\.id/)
  })

  it("lets the database number what is no integer", () => {
    const message = refusal(() => {
      class Pet extends Model.Class<Pet>("Pet")({ id: Column.serial(Schema.String) }, { table: "pets" }) {}
      return Pet
    })
    assert.match(message, /^Pet\.id/)
  })
})
