/**
 * Writes the API reference into docs/api/, from the doc comments of all that is exported.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { reference, root } from "./api/entrances.ts"
import { pagesOf } from "./api/pages.ts"

const folder = join(root, "docs/api")

const pages = pagesOf(reference(), "../../")
rmSync(folder, { recursive: true, force: true })
for (const [path, text] of pages) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
console.log(`${pages.size} pages of docs/api/ are written.`)
