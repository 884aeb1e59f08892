/**
 * What the contract lists of this repository say of each promise and each database, without running them or after they have run.
 *
 * A list is a file such as test/duckdb.models.test.ts. Its suites have titles such as `queries/rowLocks (refused: it has no row locks)`.
 */
import * as Schema from "effect/Schema"
import { spawnSync } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, resolve } from "node:path"

/** The databases that have lists, by how the names of these begin. */
export const databases = { duckdb: "DuckDB", postgres: "PostgreSQL", sharded: "Sharded PostgreSQL" } as const

/** The beginning of the names of a database's lists. */
export type Key = keyof typeof databases

/** What became of a promise of one database. */
export type Verdict =
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Refused"; readonly because: string }
  | { readonly _tag: "NotKept"; readonly because: string }

/** A promise that a database is held to. */
export interface Held {
  readonly database: Key
  readonly area: string
  readonly promise: string
  readonly verdict: Verdict
}

const root = resolve(import.meta.dirname, "..")

const keys: ReadonlyArray<Key> = ["duckdb", "postgres", "sharded"]

const keyOf = (file: string): Key | undefined => keys.find((key) => basename(file).startsWith(`${key}.`))

const lists = (): ReadonlyArray<string> =>
  globSync("test/*.test.ts", { cwd: root }).filter((file) => keyOf(file) !== undefined).toSorted()

/** Runs vitest on all lists, which writes JSON to the file that it is given, and decodes that. */
const vitest = <A>(schema: Schema.Codec<A, string>, argumentsOf: (file: string) => ReadonlyArray<string>): A => {
  const folder = mkdtempSync(join(tmpdir(), "andamios-scorecard-"))
  try {
    const file = join(folder, "vitest.json")
    const program = join(root, "node_modules/vitest/vitest.mjs")
    const { stderr, stdout } = spawnSync(process.execPath, [program, ...argumentsOf(file), ...lists()], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"]
    })
    if (!globSync(file).includes(file)) throw new Error(`vitest told nothing:\n${stdout}${stderr}`)
    return Schema.decodeUnknownSync(schema)(readFileSync(file, "utf8"))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a suite's title says; nothing where it is no promise. */
const heldBy = (file: string, title: string): Held | undefined => {
  const database = keyOf(file)
  const [, area, promise, kind, because = ""] = /^(\w+)\/(\w+)(?: \((refused|not kept): (.*)\))?$/s.exec(title) ?? []
  if (database === undefined || area === undefined || promise === undefined) return undefined
  const of = { database, area, promise }
  if (kind === undefined) return { ...of, verdict: { _tag: "Kept" } }
  return { ...of, verdict: { _tag: kind === "refused" ? "Refused" : "NotKept", because } }
}

const textOf = ({ area, database, promise }: Held): string => `${database} ${area}/${promise}`

/** Each promise once for each database: a list may hold it to some in two ways, and the less is what counts. */
const once = (all: ReadonlyArray<Held>): ReadonlyArray<Held> => {
  const found = new Map<string, Held>()
  for (const held of all) {
    const before = found.get(textOf(held))
    if (before === undefined || before.verdict._tag === "Kept") found.set(textOf(held), held)
  }
  return [...found.values()]
}

const Listed = Schema.fromJsonString(Schema.Array(Schema.Struct({ name: Schema.String, file: Schema.String })))

/** What the lists are to hold the databases to; nothing is run. */
export const listed = (): ReadonlyArray<Held> =>
  once(
    vitest(Listed, (file) => ["list", "--no-static-parse", `--json=${file}`]).flatMap(({ file, name }) => {
      const held = heldBy(file, name.split(" > ")[0] ?? "")
      return held === undefined ? [] : [held]
    })
  )

const Report = Schema.fromJsonString(Schema.Struct({
  testResults: Schema.Array(Schema.Struct({
    name: Schema.String,
    status: Schema.String,
    message: Schema.String,
    assertionResults: Schema.Array(
      Schema.Struct({ ancestorTitles: Schema.Array(Schema.String), fullName: Schema.String, status: Schema.String })
    )
  }))
}))

/** What became of the promises when all lists were run, and the names of the tests that failed. */
export const ran = (): { readonly held: ReadonlyArray<Held>; readonly failed: ReadonlyArray<string> } => {
  const { testResults } = vitest(Report, (file) => ["run", "--reporter=json", `--outputFile=${file}`])
  const failed: Array<string> = []
  const held: Array<Held> = []
  for (const { assertionResults, message, name, status } of testResults) {
    if (status === "failed" && assertionResults.length === 0) throw new Error(`${name} could not be run: ${message}`)
    for (const { ancestorTitles: [title = ""], fullName, status: became } of assertionResults) {
      const found = heldBy(name, title)
      if (became === "failed") failed.push(`${basename(name)}: ${fullName}`)
      if (found === undefined) continue
      held.push(became === "failed" ? { ...found, verdict: { _tag: "NotKept", because: "its tests fail" } } : found)
    }
  }
  return { held: once(held), failed }
}
