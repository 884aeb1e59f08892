/**
 * The pages for assistants: `llms.txt` lists them, `llms-full.txt` is all guides, and each page is there as Markdown beside its page.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { docs, type Page, pagesOf, parts } from "./pages.ts"

const about = `# Andamios ORM

> The typed ORM of the Effect ecosystem: models are Effect Schemas, every operation is a typed, resource-safe Effect, and every moving part is a
> service wired by Layers. DuckDB is embedded; PostgreSQL, its replicas and its shards are one Layer away. TypeScript, Node 22.19 or later, Effect 4.1.
`

export const writeForAssistants = (site: string, base: string): void => {
  const line = ({ file, summary, title }: Page) => `- [${title}](${base}${file})${summary === "" ? "" : `: ${summary}`}`
  const list = parts.map((part) => `## ${part.title}\n\n${pagesOf(part).map(line).join("\n")}\n`)
  writeFileSync(join(site, "llms.txt"), [about, ...list].join("\n"))

  const guides = parts.flatMap(pagesOf).filter(({ file }) => !/^(?:api|examples)\//.test(file))
  writeFileSync(
    join(site, "llms-full.txt"),
    [about, ...guides.map(({ file, text }) => `<!-- ${file} -->\n\n${text}`)].join("\n")
  )

  for (const { file } of parts.flatMap(pagesOf)) {
    mkdirSync(dirname(join(site, file)), { recursive: true })
    cpSync(resolve(docs, file), join(site, file))
  }
}
