/**
 * Packs both packages, each once, for tools that look at what is packed: node_modules/.cache/packed/<name>.tgz. It needs the dist/ of both.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, renameSync } from "node:fs"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const folder = join(root, "node_modules/.cache/packed")
mkdirSync(folder, { recursive: true })

for (const [name, path] of [["andamios-orm", "."], ["andamios-orm-contract", "packages/contract"]] as const) {
  const given = ["pack", `./${path}`, "--silent", "--ignore-scripts", "--pack-destination", folder]
  const { error, status, stdout } = spawnSync("npm", given, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"]
  })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(1)
  renameSync(join(folder, stdout.trim()), join(folder, `${name}.tgz`))
}
