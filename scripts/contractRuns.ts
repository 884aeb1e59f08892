/**
 * What the contract lists of this repository say of each promise and each database, without running them or after they have run.
 *
 * A list is a file such as test/duckdb.models.test.ts. Its suites have titles such as `queries/rowLocks (refused: it has no row locks)`.
 */
import * as Schema from "effect/Schema"
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
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

/** From the most to the least. */
const verdicts = ["Kept", "Refused", "NotKept"] satisfies ReadonlyArray<Verdict["_tag"]>

const isLess = (one: Held, other: Held): boolean =>
  verdicts.indexOf(one.verdict._tag) > verdicts.indexOf(other.verdict._tag)

/** Each promise once for each database: of what several tests and lists say of it the least is what counts. */
const once = (all: ReadonlyArray<Held>): ReadonlyArray<Held> => {
  const found = new Map<string, Held>()
  for (const held of all) {
    const before = found.get(textOf(held))
    if (before === undefined || isLess(held, before)) found.set(textOf(held), held)
  }
  return [...found.values()]
}

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

/** What vitest reports of all lists. */
const report = (...options: ReadonlyArray<string>): typeof Report.Type => {
  const folder = mkdtempSync(join(tmpdir(), "andamios-scorecard-"))
  try {
    const file = join(folder, "report.json")
    const vitest = join(root, "node_modules/vitest/vitest.mjs")
    const given = ["run", "--reporter=json", `--outputFile=${file}`, ...options, ...lists()]
    const { stderr, stdout } = spawnSync(process.execPath, [vitest, ...given], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 * 2 ** 20
    })
    if (!existsSync(file)) throw new Error(`vitest has told nothing:\n${stdout}${stderr}`)
    return Schema.decodeUnknownSync(Report)(readFileSync(file, "utf8"))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the lists are to hold the databases to; nothing is run. */
export const listed = (): ReadonlyArray<Held> =>
  once(
    // each file of tests is read once, in one process
    report("--testNamePattern=^no test has this name$", "--no-isolate", "--maxWorkers=1").testResults.flatMap((
      { assertionResults, name }
    ) => assertionResults.flatMap(({ ancestorTitles: [title = ""] }) => heldBy(name, title) ?? []))
  )

/** What became of the promises when all lists were run, and the names of the tests that failed. */
export const ran = (): { readonly held: ReadonlyArray<Held>; readonly failed: ReadonlyArray<string> } => {
  const { testResults } = report()
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
