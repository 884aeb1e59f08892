/**
 * What the API reference reads from sources.
 */
import { assert, describe, it } from "@effect/vitest"
import { parse, tagged } from "../../scripts/api/comment.ts"
import { library, moduleOf, nameOf } from "./library.ts"

describe("doc comments", () => {
  it("have a text and tags, and what is in a block of code is neither", () => {
    const comment = parse(`/**
 * Sells a book.
 *
 * @example
 * \`\`\`ts
 * @decorated
 * class Book {}
 * \`\`\`
 *
 * @since 0.1.0
 */`)
    assert.strictEqual(comment.text, "Sells a book.")
    assert.deepStrictEqual(tagged(comment, "example"), ["```ts\n@decorated\nclass Book {}\n```"])
    assert.deepStrictEqual(tagged(comment, "since"), ["0.1.0"])
  })
})

describe("the names of a module", () => {
  const shop = moduleOf(
    library({
      Shop: `/** Sells things. */
import { Context, type Effect, type Layer, Schema } from "./effect.ts"

/** No copy is left. */
export class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", { isbn: Schema.String }) {}
/** Nobody works today. */
export class Closed extends Schema.TaggedError<Closed>()("Closed", {}) {}
/** All that can go wrong. */
export type ShopError = SoldOut | Closed

/** Finds a copy. */
export function find(isbn: string): Effect<string>
export function find(isbn: string, shelf: number): Effect<string, SoldOut>
export function find(isbn: string, shelf?: number): Effect<string, SoldOut> {
  return search(isbn, shelf)
}
declare const search: (isbn: string, shelf?: number) => Effect<string, SoldOut>

/** Sells a copy. */
export const sell = <E>(pay: Effect<void, E>, { discount = 0 }: { readonly discount?: number } = {}): Effect<void, E | ShopError> => wait(pay, discount)
declare const wait: (...given: ReadonlyArray<unknown>) => Effect<void, never>

/** A shop with a name. */
export const named = (name: string) => (street: string): string => name + street

/** The shop of this program. */
export declare const layer: Layer<Shop, Closed>

/** Who sells. */
export class Shop extends Context.Service<Shop, {
  /** Opens it. */
  readonly open: (hour: number) => Effect<void, Closed>
  readonly isOpen: boolean
}>()("Shop") {
  /** Of one town. */
  static of(town: string): Shop { return new Shop() }
  private secret(): void {}
  override toString(): string { return "shop" }
}

/** How it sells. */
export interface Options {
  /** Where it is. */
  readonly street?: string
  readonly hours: {
    /** When it opens. */
    readonly from: number
  }
  readonly "~type": never
}
/** @internal */
export const hidden = 1
`
    }),
    "Shop"
  )

  it("are all that it exports and that is not internal", () => {
    assert.deepStrictEqual(
      shop.names.map(({ kind, name }) => `${kind} ${name}`).toSorted(),
      [
        "class Shop",
        "error Closed",
        "error SoldOut",
        "function find",
        "function named",
        "function sell",
        "interface Options",
        "layer layer",
        "type ShopError"
      ]
    )
  })

  it("are shown as they are declared, without bodies", () => {
    assert.deepStrictEqual(nameOf(shop, "find").signatures, [
      "function find(isbn: string): Effect<string>",
      "function find(isbn: string, shelf: number): Effect<string, SoldOut>"
    ])
    assert.deepStrictEqual(nameOf(shop, "named").signatures, [
      "const named: (name: string) => (street: string) => string"
    ])
    assert.deepStrictEqual(nameOf(shop, "SoldOut").signatures, [
      `class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", { isbn: Schema.String })`
    ])
    assert.deepStrictEqual(nameOf(shop, "Shop").signatures, ["class Shop extends Context.Service"])
  })

  it("have the parameters on lines of their own where one would be too long, and one that is taken apart goes by options", () => {
    assert.deepStrictEqual(nameOf(shop, "sell").signatures, [
      "const sell: <E>(\n  pay: Effect<void, E>,\n  options?: { readonly discount?: number }\n) => Effect<void, E | ShopError>"
    ])
  })

  it("tell what they may fail with, each error by its class", () => {
    assert.deepStrictEqual(nameOf(shop, "find").errors, ["SoldOut"])
    assert.deepStrictEqual(nameOf(shop, "sell").errors.toSorted(), ["Closed", "SoldOut"])
    assert.deepStrictEqual(nameOf(shop, "layer").errors, ["Closed"])
    assert.deepStrictEqual(nameOf(shop, "ShopError").errors.toSorted(), ["Closed", "SoldOut"])
    assert.deepStrictEqual(nameOf(shop, "named").errors, [])
  })

  it("have members: what a service promises, what is public, and what is in a record", () => {
    const members = nameOf(shop, "Shop").members
    assert.deepStrictEqual(members.map(({ errors, kind, name }) => [kind, name, ...errors]), [
      ["method", "open", "Closed"],
      ["property", "isOpen"],
      ["method", "of"]
    ])
    assert.deepStrictEqual(members.at(-1)?.signatures, ["static of(town: string): Shop"])

    const options = nameOf(shop, "Options").members
    assert.deepStrictEqual(options.map(({ signatures: [text = ""] }) => text.replace(/\{[\s\S]*/, "{")), [
      "street?: string",
      "hours: {"
    ])
    assert.deepStrictEqual(options.at(-1)?.members.map(({ comment, name }) => [name, comment.text]), [
      ["from", "When it opens."]
    ])
  })

  it("say where they are", () => {
    assert.deepStrictEqual(nameOf(shop, "SoldOut").place, { file: "Shop.ts", line: 5 })
    assert.strictEqual(shop.comment.text, "Sells things.")
  })
})
