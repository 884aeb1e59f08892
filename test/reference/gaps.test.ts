/**
 * What the check of the API reference calls missing.
 */
import { assert, describe, it } from "@effect/vitest"
import { gapsOf } from "../../scripts/api/gaps.ts"
import { library } from "./library.ts"

const tags = "@category models\n * @since 0.1.0"

/** A doc comment with the tags that every name needs. */
const comment = (text: string) => `/**\n * ${text}\n *\n * ${tags}\n */`

const errors = `${comment("No copy is left.")}
export class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", {}) {}
${comment("Nobody works today.")}
export class Closed extends Schema.TaggedError<Closed>()("Closed", {}) {}
${comment("All that can go wrong.")}
export type ShopError = SoldOut | Closed
`

/** What is missing in a module, beside what its errors lack. */
const missing = (text: string): ReadonlyArray<string> =>
  gapsOf([library({
    Shop: `/** Sells things. */\nimport { type Effect, type Layer, Schema } from "./effect.ts"\n${errors}\n${text}`
  })]).filter(({ name }) => !["SoldOut", "Closed"].includes(name))
    .map(({ errors: of, name, what }) => [name, what, ...of].join(" "))

describe("the check of the API reference", () => {
  it("asks every name for a description, a category and a version", () => {
    assert.deepStrictEqual(missing("export interface Book { readonly isbn: string }"), ["Book description"])
    assert.deepStrictEqual(missing("/** A book. */\nexport interface Book { readonly isbn: string }"), [
      "Book category",
      "Book since"
    ])
    assert.deepStrictEqual(missing(`${comment("A book.")}\nexport interface Book { readonly isbn: string }`), [])
  })

  it("asks a module for the comment that its file opens with", () => {
    const gaps = gapsOf([library({ Shop: "export {}" })])
    assert.deepStrictEqual(gaps.map(({ module, what }) => [module, what]), [["Shop", "description"]])
  })

  it("asks what is used for an example, its own or one beside it that uses it", () => {
    const open = `${comment("Opens.")}\nexport const open = (): void => {}\n`
    assert.deepStrictEqual(missing(open), ["open example"])
    assert.deepStrictEqual(
      missing(`${open}${comment("Closes.\n *\n * @example\n * ```ts\n * Shop.open()\n * Shop.close()\n * ```\n *")}
export const close = (): void => {}`),
      []
    )
  })

  it("takes an example that catches an error by its tag, and that of what hands out a class", () => {
    const find = `${
      comment("Finds it.\n *\n * @example\n * ```ts\n * Effect.catchTag(\"SoldOut\", handle)\n * ```\n *")
    }
export const find = (): Found => new Found()
${comment("What is found.")}
export class Found { next(): Further { return new Further() } }
${comment("What is found then.")}
export class Further {}`
    const text = `/** Sells things. */\nimport { Schema } from "./effect.ts"\n${errors}\n${find}`
    assert.deepStrictEqual(
      gapsOf([library({ Shop: text })]).map(({ name, what }) => [name, what]),
      [["Closed", "example"], ["Found.next", "description"]]
    )
  })

  it("asks for each error that a value or a call may fail with, by its name or that of an exported union", () => {
    const sell = (text: string) =>
      missing(`${comment(`${text}\n *\n * @example\n * \`\`\`ts\n * sell()\n * \`\`\`\n *`)}
export declare const sell: <E>(pay: Effect<void, E>) => Effect<void, E | ShopError>`)
    assert.deepStrictEqual(sell("Sells a copy."), ["sell errors Closed SoldOut"])
    assert.deepStrictEqual(sell("Sells a copy. Fails with `SoldOut` where there is none."), ["sell errors Closed"])
    assert.deepStrictEqual(sell("Sells a copy.\n *\n * @errors SoldOut where there is none\n * @errors Closed"), [])
    assert.deepStrictEqual(sell("Sells a copy. All of `ShopError` can be."), [])
  })

  it("asks for descriptions of what a class has, of options and of methods, but not of other properties", () => {
    const members = (kind: string, name: string) =>
      missing(`${comment("A thing.\n *\n * @example\n * ```ts\n * thing\n * ```\n *")}
export ${kind} ${name} { readonly size: number; readonly run: () => void; readonly "~type": never }`)
    assert.deepStrictEqual(members("interface", "Thing"), ["Thing.run description"])
    assert.deepStrictEqual(members("interface", "ThingOptions"), [
      "ThingOptions.size description",
      "ThingOptions.run description"
    ])
    assert.deepStrictEqual(members("declare class", "Thing"), ["Thing.size description", "Thing.run description"])
  })

  it("takes a description of a record for what is in it, or one of each part", () => {
    const options = (record: string, part: string) =>
      missing(
        `${comment("How.")}\nexport interface Options { ${record} readonly pool: { ${part} readonly size: number } }`
      )
    assert.deepStrictEqual(options("", ""), ["Options.pool.size description"])
    assert.deepStrictEqual(options("/** The pool. */", ""), [])
    assert.deepStrictEqual(options("", "/** Its size. */"), [])
  })
})
