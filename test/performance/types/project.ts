/**
 * Projects in fresh folders, type-checked with the compiler that this repository uses.
 */
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import type { SourceFile } from "./schema.ts"

const root = resolve(import.meta.dirname, "../../..")
const compiler = join(root, "node_modules/.bin/tsc")

/** What the compiler says of a project: seconds, and types made of generic ones. */
export interface Cost {
  readonly seconds: number
  readonly instantiations: number
}

const compilerOptions = {
  target: "es2024",
  lib: ["es2024"],
  types: [],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true
}

/** Runs `use` with the path of a folder that is there no longer afterwards. */
export const withFolder = <A>(use: (folder: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "andamios-types-"))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds this library's declarations into a folder, as npm would install them. */
export const declare = (folder: string) => {
  run(root, ["--project", "tsconfig.build.json", "--outDir", join(folder, "dist"), "--emitDeclarationOnly"])
  cpSync(join(root, "package.json"), join(folder, "package.json"))
  link(folder, "effect", packages.effect)
}

const link = (folder: string, name: string, path: string) => {
  if (!existsSync(path)) throw new Error(`${name} is not installed in ${path}`)
  const place = join(folder, "node_modules", name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(path, place)
}

/** Where the packages are that a project imports, by their names. */
export const packages = {
  effect: join(root, "node_modules/effect"),
  kysely: join(root, "test/performance/node_modules/kysely")
}

/** Writes a project into a folder of its own and checks it there. */
export const check = (files: ReadonlyArray<SourceFile>, modules: Readonly<Record<string, string>>): Cost =>
  withFolder((folder) => {
    for (const [name, path] of Object.entries(modules)) link(folder, name, path)
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
    for (const { path, text } of files) writeFileSync(join(folder, path), text)
    // one thread: several would share types, or make them twice, differently each time
    const report = run(folder, ["--extendedDiagnostics", "--singleThreaded"])
    return { seconds: figure(report, "Total time"), instantiations: figure(report, "Instantiations") }
  })

const run = (folder: string, options: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync(compiler, options, { cwd: folder, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`tsc ${options.join(" ")} found errors:\n${stdout.slice(0, 3000)}${stderr}`)
  return stdout
}

const figure = (report: string, name: string): number => {
  const found = new RegExp(`^${name}:\\s*([\\d.]+)`, "m").exec(report)?.[1]
  if (found === undefined) throw new Error(`tsc reports no "${name}":\n${report}`)
  return Number(found)
}
