/**
 * Pictures of tables in the documentation are those that `andamios schema erd` draws of the examples' models.
 */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Author, Book } from "../examples/advanced/http-api/model.ts"
import { models as applications } from "../examples/app/models/index.ts"
import { dialect } from "../src/duckdb/dialect.ts"
import { mermaid } from "../src/migration/erd/mermaid.ts"
import { tableOf } from "../src/model/Table.ts"
import { tableStructure } from "../src/sql/tableStructure.ts"

/** The pages that have such a picture, and the models that it shows. */
const pages = [["http-api.md", [Author, Book]], ["recipes/example-app.md", applications]] as const

describe("documentation", () => {
  it.each(pages)("%s shows the tables of its models", (page, models) => {
    const text = readFileSync(resolve(import.meta.dirname, "../docs", page), "utf8").replaceAll("\r\n", "\n")
    const shown = /```mermaid\n(erDiagram\n[\s\S]*?)```/.exec(text)?.[1]?.replace(/^ *accTitle:.*\n/m, "")
    assert.strictEqual(shown, mermaid(models.map((model) => tableStructure(tableOf(model), dialect)), dialect))
  })
})
