/**
 * A model that makes no sense doesn't compile, and one that does is an ordinary model of Effect.
 */
import { Column, Index, Model } from "andamios-orm"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import { Author, AuthorId, type Book, type BookId } from "./library.ts"

describe("a model", () => {
  it("has the variants of Effect's models", () => {
    expectTypeOf<typeof Author.update.Type>().toEqualTypeOf<{
      readonly id: AuthorId
      readonly name: string
      readonly born: DateTime.Utc | null
      readonly royalty: BigDecimal.BigDecimal
      readonly mood: "glad" | "sad"
    }>()
    expectTypeOf<keyof typeof Book.insert.fields>().toEqualTypeOf<Exclude<keyof typeof Book.fields, "id">>()
    expectTypeOf<typeof Book.json.Type["id"]>().toEqualTypeOf<BookId>()
    expectTypeOf<keyof typeof Book.jsonCreate.fields>().toEqualTypeOf<Exclude<keyof typeof Book.fields, "id">>()
    expectTypeOf<typeof Author.jsonCreate.Type["mood"]>().toEqualTypeOf<"glad" | "sad" | undefined>()
    expectTypeOf<typeof Author.jsonCreate.Type>().toExtend<Model.Insert<typeof Author>>()
  })

  it("needs no services to be decoded", () => {
    expectTypeOf<typeof Book.DecodingServices>().toEqualTypeOf<never>()
    expectTypeOf<typeof Book>().toExtend<Model.Any>()
  })
})

describe("a model doesn't compile", () => {
  it("without the type of its instances", () => {
    // @ts-expect-error Type '"Missing `Self` generic - use `class Self extends Model.Class<Self>(...)`"' is not a …
    class Nameless extends Model.Class("Nameless")({ id: Column.primaryKey(Schema.Int) }, { table: "nameless" }) {}
    expectTypeOf(Nameless).not.toBeAny()
  })

  it("without a table", () => {
    expectTypeOf(() => {
      // @ts-expect-error Expected 2 arguments, but got 1
      return Model.Class<Author>("Tableless")({ id: Column.primaryKey(Schema.Int) })
    }).toBeFunction()
  })

  it("with an index on a field that it hasn't", () => {
    expectTypeOf(() =>
      Model.Class<Author>("Indexed")({ id: Column.primaryKey(Schema.Int) }, {
        table: "indexed",
        // @ts-expect-error Type 'Index<"nmae">' is not assignable to type 'Index<"id">'
        indexes: [Index.on("nmae")]
      })
    ).toBeFunction()
  })

  it("with an identifier that is not a text with a brand", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type 'String' is not assignable to parameter of type 'brand<String, string>'
      Column.id(Schema.String)
      // @ts-expect-error Type 'number & Brand<"Id">' is not assignable to type 'string'
      Column.id(Schema.Int.pipe(Schema.brand("Id")))
    }).toBeFunction()
  })

  it("with a default of another type", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
      Column.withDefault(Schema.Int, "7")
      // @ts-expect-error Argument of type '"c"' is not assignable to parameter of type '"a" | "b"'
      Column.withDefault(Schema.Literals(["a", "b"]), "c")
    }).toBeFunction()
  })

  it("with a reference to what is no model", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'String' is not assignable to type 'Any'
      Column.references(AuthorId, () => Schema.String, "id")
    }).toBeFunction()
  })

  it("with a reference to a field that the other model hasn't", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type '"identifier"' is not assignable to parameter of type '"born" | "id" | "mood" | "name" | "royalty"'
      Column.references(AuthorId, () => Author, "identifier")
    }).toBeFunction()
  })

  it("with a field that is no schema", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'StringConstructor' is not assignable to type 'Top'
      return Model.Class<Author>("Odd")({ id: Column.primaryKey(Schema.Int), name: String }, { table: "odd" })
    }).toBeFunction()
  })

  it("with a decimal that has no scale", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'scale' is missing in type '{ precision: number; }' but required in type '{ …
      Column.decimal({ precision: 12 })
    }).toBeFunction()
  })
})
