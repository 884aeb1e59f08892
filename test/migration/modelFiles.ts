/**
 * Files of models as a project has them: written to a directory, compiled by the real compiler, and imported.
 */
import type { Model } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { ModelFile } from "../../src/migration/pulling/renderModels.ts"

const root = resolve(import.meta.dirname, "../..")

/** A directory in which `andamios-orm` is found, until the scope ends. */
export const projectDirectory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(root, ".snippets-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Writes files into a directory. */
export const writeFiles = (directory: string, files: ReadonlyArray<ModelFile>): void => {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
}

/** What the compiler says of all files in a directory, as strict as it can be; nothing where all is well. */
export const compilerOutput = (directory: string): string => {
  const compilerOptions = { noUnusedLocals: true, noUnusedParameters: true, allowImportingTsExtensions: true }
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({ extends: "../tsconfig.json", compilerOptions, include: ["**/*.ts"], exclude: [] })
  )
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "--project", directory, "--pretty", "false"],
    { cwd: root, encoding: "utf8" }
  )
  // what else the compiler may say of the library is no matter of the models
  return `${tsc.stdout}${tsc.stderr}`.split("\n").filter((line) => line.includes(basename(directory))).join("\n")
}

/** What the models' index exports. */
export interface Imported {
  readonly models: ReadonlyArray<Model.Stored>
  readonly module: Readonly<Record<string, unknown>>
}

/** Imports the index of a directory of models. */
export const importModels = async (directory: string): Promise<Imported> => {
  const module: unknown = await import(join(directory, "index.ts"))
  if (!Predicate.isObject(module) || !Predicate.hasProperty(module, "models") || !Array.isArray(module.models)) {
    throw new Error(`${directory} exports no models`)
  }
  return { models: module.models.filter(isModel), module: { ...module } }
}

const isModel = (value: unknown): value is Model.Stored =>
  typeof value === "function" && Predicate.hasProperty(value, "identifier")

/** What an index of models leaves out of differences. */
export const ignoredIn = ({ ignore }: Imported["module"]): ReadonlyArray<string> =>
  Array.isArray(ignore) ? ignore.map(String) : []
