/**
 * What the pages of the API reference show.
 */
import { assert, describe, it } from "@effect/vitest"
import { pagesOf } from "../../scripts/api/pages.ts"
import { library } from "./library.ts"

const shop = library({
  Shop: `/**
 * Sells things. And more.
 */
import { type Effect, Schema } from "./effect.ts"
import type { Book } from "./Stock.ts"

/**
 * No copy is left, as {@link Stock.Book} tells.
 *
 * @category errors
 * @since 0.1.0
 */
export class SoldOut extends Schema.TaggedError<SoldOut>()("SoldOut", {}) {}

/**
 * Sells a \`Stock.Book\`, for \`price\`; a <b> is a text, and so is {{ price }}. See \`find\` and \`find(…)\`.
 *
 * @example
 * \`\`\`ts
 * Shop.find("{{ isbn }}")
 * \`\`\`
 *
 * @errors SoldOut where the last one went to \`find\`
 * @category constructors
 * @since 0.2.0
 */
export declare const sell: (book: Book) => Effect<void, SoldOut>

/**
 * Finds a book.
 *
 * @category searching
 * @since 0.1.0
 */
export declare const find: (isbn: string) => Effect<Book, SoldOut>
`,
  Stock: `/** What there is. */
/**
 * A book.
 *
 * @category models
 * @since 0.1.0
 */
export interface Book {
  /** Its number. */
  readonly isbn: string
  readonly pages: {
    /** Those with text. */
    readonly written: number
  }
  /** Whether it can be sold. */
  readonly isFree: () => boolean
}
`
})

const pages = pagesOf([shop], "../../")
const page = (path: string): string => pages.get(path) ?? assert.fail(`there is no ${path}`)

/** The part of a page about a name. */
const about = (path: string, name: string): string => {
  const [, text = ""] = page(path).split(`\n### ${name} {#${name}}\n`)
  return text.split(/\n##+ /)[0] ?? ""
}

describe("the pages of the API reference", () => {
  it("are an index, all names, and a page for each entrance and each module", () => {
    assert.deepStrictEqual([...pages.keys()], [
      "index.md",
      "names.md",
      "shop/index.md",
      "shop/Shop.md",
      "shop/Stock.md"
    ])
    assert.include(page("index.md"), "- [Shop](shop/Shop.md): Sells things.\n")
    const paths = [...pagesOf([library({ Index: "/** Indexes. */\nexport {}" })], "").keys()]
    assert.strictEqual(new Set(paths.map((path) => path.toLowerCase())).size, paths.length)
    assert.include(page("names.md"), "## F\n\n- [find](shop/Shop.md#find) of [Shop](shop/Shop.md)\n")
  })

  it("begin with their names by category: what makes things first, errors last", () => {
    const contents = page("shop/Shop.md").split("\n").filter((line) => line.startsWith("- ") && line.includes(": ["))
      .slice(0, 3)
    assert.deepStrictEqual(contents, [
      "- Constructors: [sell](#sell)",
      "- Searching: [find](#find)",
      "- Errors: [SoldOut](#SoldOut)"
    ])
    assert.include(page("shop/Shop.md"), `import { Shop } from "shop"`)
  })

  it("lead from what is named in a comment to where it is told", () => {
    assert.include(
      about("shop/Shop.md", "sell"),
      "Sells a [`Stock.Book`](Stock.md#Book), for `price`"
    )
    assert.include(about("shop/Shop.md", "sell"), "See [`find`](#find) and [`find(…)`](#find).")
    assert.include(about("shop/Shop.md", "SoldOut"), "as [`Stock.Book`](Stock.md#Book) tells")
  })

  it("have no HTML and no expressions of a site in what comments say, and leave code as it is", () => {
    assert.include(about("shop/Shop.md", "sell"), "a &lt;b> is a text, and so is &#123;&#123; price }}")
    assert.include(about("shop/Shop.md", "sell"), "Shop.find(\"{{ isbn }}\")")
  })

  it("say when each error comes: as the comment says, or as the error's own does", () => {
    assert.include(about("shop/Shop.md", "sell"), "- [`SoldOut`](#SoldOut): where the last one went to [`find`](#find)")
    assert.include(
      about("shop/Shop.md", "find"),
      "- [`SoldOut`](#SoldOut): No copy is left, as [`Stock.Book`](Stock.md#Book) tells."
    )
  })

  it("show the example of a name, or lead to the one that uses it", () => {
    assert.include(about("shop/Shop.md", "sell"), "**Example**\n\n```ts\n")
    assert.include(about("shop/Shop.md", "find"), "**Example** at [`sell`](#sell)")
  })

  it("tell the source and the version of a name", () => {
    assert.match(
      about("shop/Shop.md", "sell"),
      /\*function, since 0\.2\.0\* · \[Shop\.ts\]\(\.\.\/\.\.\/\.\.\/Shop\.ts#L\d+\)/
    )
  })

  it("list properties, those of a record in a list of its own, and give each method a heading", () => {
    assert.include(
      about("shop/Stock.md", "Book"),
      "- `isbn: string`: Its number.\n- `pages`\n  - `written: number`: Those with text."
    )
    assert.include(
      page("shop/Stock.md"),
      "#### Book.isFree {#Book-isFree}\n\n```ts\nisFree: () => boolean\n```\n\nWhether it can be sold."
    )
  })
})
