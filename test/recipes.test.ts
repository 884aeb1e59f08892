/**
 * The programs of the recipes print what their pages say, and the pages quote them.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { main as audit } from "../examples/recipes/audit.ts"
import { main as cliTool } from "../examples/recipes/cli-tool.ts"
import { main as multiTenant } from "../examples/recipes/multi-tenant.ts"
import { main as parquetPipeline } from "../examples/recipes/parquet-pipeline.ts"
import { printed } from "./printed.ts"

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

/** What stands in the fences of a language on a page. */
const fenced = (page: string, language: string): ReadonlyArray<string> =>
  [...read(`docs/recipes/${page}.md`).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))]
    .map(([, text = ""]) => text)

const withoutBlankLines = (text: string): string => text.trim().replaceAll(/\n{2,}/g, "\n")

/** Code without imports, exports and the way its lines are broken. */
const bare = (code: string): string =>
  code
    .replaceAll(/^import (?:.|\n)*? from "[^"]+"$/gm, "")
    .replaceAll(/^export /gm, "")
    .replaceAll(/\s+/g, "")

describe("recipes", () => {
  const programs: Readonly<Record<string, Effect.Effect<void, unknown>>> = {
    audit,
    "cli-tool": cliTool,
    "multi-tenant": multiTenant,
    "parquet-pipeline": parquetPipeline
  }

  for (const [page, main] of Object.entries(programs)) {
    it.live(`${page} prints what its page says`, () =>
      Effect.map(printed(main), (lines) => {
        const output = withoutBlankLines(lines)
        const blocks = fenced(page, "text").map(withoutBlankLines)
        assert.deepStrictEqual(blocks.filter((block) => !`\n${output}\n`.includes(`\n${block}\n`)), [])
        assert.lengthOf(blocks.join("\n").split("\n"), output.split("\n").length)
      }), 60_000)

    it(`the page of ${page} quotes its program`, () => {
      const program = bare(read(`examples/recipes/${page}.ts`))
      const parts = fenced(page, "ts").flatMap((code) => code.replace(/^\/\/ [\w.]+\.ts\n/, "").split("\n\n"))
      assert.deepStrictEqual(parts.filter((part) => !program.includes(bare(part))), [])
    })
  }
})
