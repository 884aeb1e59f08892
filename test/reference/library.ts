/**
 * A small library on disk, and the reference that is read from it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { read } from "../../scripts/api/read.ts"
import type { Entrance, Module, Name } from "../../scripts/api/reference.ts"

/** What effects are known by, without Effect. */
const effect = `
export interface Variance<A, E, R> { readonly a: A; readonly e: E; readonly r: R }
export interface Effect<A, E = never, R = never> { readonly "~effect/Effect": Variance<A, E, R> }
export interface Layer<A, E = never, R = never> { readonly layer: Variance<A, E, R> }
export declare const Schema: {
  readonly TaggedError: <Self>() => <F extends object>(tag: string, fields: F) => new(fields: F) => F & Error & { readonly _tag: string }
  readonly Class: <Self>(name: string) => <F extends object>(fields: F) => new(fields: F) => F
  readonly String: string
}
export declare const Context: { readonly Service: <Self, Shape>() => (id: string) => new() => { readonly service: Shape } }
`

/** Reads a library of one entrance, `shop`, from its modules by their names; `index` is the entrance itself. */
export const library = (modules: Readonly<Record<string, string>>): Entrance => {
  const folder = mkdtempSync(join(tmpdir(), "andamios-reference-"))
  try {
    const names = Object.keys(modules).filter((name) => name !== "index")
    const exported = names.map((name) => `export * as ${name} from "./${name}.ts"`).join("\n")
    writeFileSync(join(folder, "effect.ts"), effect)
    writeFileSync(join(folder, "index.ts"), `/** A shop. */\n${exported}\n${modules["index"] ?? ""}`)
    for (const name of names) writeFileSync(join(folder, `${name}.ts`), modules[name] ?? "")
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          module: "nodenext",
          target: "es2024",
          strict: true,
          noEmit: true,
          types: [],
          skipLibCheck: true,
          allowImportingTsExtensions: true
        },
        files: ["index.ts"]
      })
    )
    const [entrance] = read(folder, "tsconfig.json", [{ path: "shop", folder: "shop", source: "index.ts" }])
    if (entrance === undefined) throw new Error("nothing is read")
    return entrance
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A module of an entrance. */
export const moduleOf = ({ modules }: Entrance, name: string): Module => {
  const module = modules.find((one) => one.name === name)
  if (module === undefined) throw new Error(`there is no module ${name}`)
  return module
}

/** A name of a module. */
export const nameOf = ({ names }: Module, name: string): Name => {
  const found = names.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
