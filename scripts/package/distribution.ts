/**
 * What the built package is made of: its files, and what each entrance loads.
 */
import * as Schema from "effect/Schema"
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { parseSync } from "rolldown/utils"

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, "../..")

const dist = join(root, "dist")

if (!existsSync(join(dist, "index.js"))) {
  console.error("There is no dist/ to look at: `npm run build` makes it.")
  process.exit(1)
}

/** What is imported, and the file of dist/ that answers. */
export const entrances = {
  "andamios-orm": "index.js",
  "andamios-orm/duckdb": "duckdb.js",
  "andamios-orm/postgres": "postgres.js",
  "andamios-orm/testing": "testing.js",
  "andamios-orm/cli": "cli.js",
  "the command andamios": "cli/main.js"
}

/** What a file imports as it is loaded; what it imports later, when it needs it, isn't in it. */
const importsOf = (file: string): ReadonlyArray<string> => {
  const { staticExports, staticImports } = parseSync(file, readFileSync(join(dist, file), "utf8")).module
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []))
  ]
}

/** The files of dist/ that are loaded with one of them, itself the first, and the packages and modules of Node that they import. */
export const loadedWith = (
  file: string
): { readonly files: ReadonlyArray<string>; readonly packages: ReadonlyArray<string> } => {
  const files = new Set<string>()
  const packages = new Set<string>()
  const load = (one: string): void => {
    if (files.has(one)) return
    files.add(one)
    for (const name of importsOf(one)) {
      if (name.startsWith(".")) load(relative(dist, resolve(dist, dirname(one), name)).replaceAll("\\", "/"))
      else packages.add(name)
    }
  }
  load(file)
  return { files: [...files], packages: [...packages].toSorted() }
}

/** The bytes of a file of dist/. */
export const sizeOf = (file: string): number => statSync(join(dist, file)).size

const Packed = Schema.fromJsonString(Schema.Tuple([Schema.Struct({
  /** The bytes of the tarball. */
  size: Schema.Int,
  files: Schema.Array(Schema.Struct({ path: Schema.String, size: Schema.Int }))
})]))

/** What `npm pack` takes of a package. */
export const packed = (folder: string): typeof Packed.Type[0] => {
  const { status, stderr, stdout } = spawnSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: join(root, folder),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20
  })
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`)
  return Schema.decodeSync(Packed)(stdout)[0]
}
