/**
 * Installs the packed packages in an empty folder, as a user does, and there holds DuckDB to a promise of each area.
 *
 * What it prints is a scorecard: each promise with `yes`, or why it is refused or not kept. It needs the dist/ of both packages.
 */
import * as Schema from "effect/Schema"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

const Manifest = Schema.fromJsonString(Schema.Struct({
  name: Schema.String,
  version: Schema.String,
  devDependencies: Schema.optional(Schema.Record(Schema.String, Schema.String)),
  peerDependencies: Schema.Record(Schema.String, Schema.String)
}))

/** What vitest reports of each test: the suites that it is in, from the outermost on. */
const Report = Schema.fromJsonString(Schema.Struct({
  testResults: Schema.Array(Schema.Struct({
    assertionResults: Schema.Array(Schema.Struct({ ancestorTitles: Schema.Array(Schema.String) }))
  }))
}))

const root = resolve(import.meta.dirname, "..")
const folder = mkdtempSync(join(tmpdir(), "andamios-consumer-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
process.once("SIGINT", () => process.exit(130))
process.once("SIGTERM", () => process.exit(143))

const read = <A>(schema: Schema.Codec<A, string>, path: string): A =>
  Schema.decodeUnknownSync(schema)(readFileSync(path, "utf8"))

const manifest = (path: string) => read(Manifest, join(root, path, "package.json"))

/** Runs a program in the folder of the user, and ends where it fails. */
const run = (program: string, ...given: ReadonlyArray<string>): void => {
  const { error, status, stderr, stdout } = spawnSync(program, given, { cwd: folder, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status === 0) return
  console.error(`${program} ${given.join(" ")}\n${stdout}${stderr}`)
  process.exit(1)
}

/** The tarball of a package. */
const packed = (path: string): string => {
  run("npm", "pack", join(root, path), "--ignore-scripts", "--pack-destination", folder)
  const { name, version } = manifest(path)
  return `file:${name}-${version}.tgz`
}

const { devDependencies = {} } = manifest(".")
const contract = manifest("packages/contract")
const needed = ["typescript", "@types/node", ...Object.keys(contract.peerDependencies)]

writeFileSync(
  join(folder, "package.json"),
  JSON.stringify({
    type: "module",
    dependencies: {
      ...Object.fromEntries(needed.map((name) => [name, devDependencies[name]])),
      "andamios-orm": packed("."),
      [contract.name]: packed("packages/contract")
    }
  })
)
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      module: "nodenext",
      target: "es2024",
      types: ["node"],
      strict: true,
      skipLibCheck: true,
      noEmit: true
    }
  })
)
writeFileSync(
  join(folder, "promises.test.ts"),
  `import { Contract } from "andamios-orm-contract"
import { DuckDb } from "andamios-orm/duckdb"

const database = DuckDb.layer({ path: ":memory:" })

Contract.all("DuckDB", database, {
  ...Contract.duckDb,
  only: ["columns", "comments", "rowLocks", "transaction", "saving", "aggregateWrites", "migrator", "fixtures"],
  except: { comments: "Nobody reads them." }
})
// @ts-expect-error Type '"colums"' is not assignable to type
Contract.models("DuckDB", database, { ...Contract.duckDb, only: ["colums"] })
`
)

run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error")
run(process.execPath, "node_modules/typescript/bin/tsc")
run(
  process.execPath,
  "node_modules/vitest/vitest.mjs",
  "run",
  "--reporter=dot",
  "--reporter=json",
  "--outputFile.json=report.json"
)

const tests = read(Report, join(folder, "report.json")).testResults.flatMap((file) => file.assertionResults)
const scorecard = new Map<string, string>()
for (const { ancestorTitles: [title = ""] } of tests) {
  const [, promise, verdict = "yes"] = /^(\w+\/\w+)(?: \((.*)\))?$/s.exec(title) ?? []
  if (promise !== undefined) scorecard.set(promise, verdict)
}
for (const [promise, verdict] of scorecard) console.log(`${promise}: ${verdict}`)

const expected = {
  "models/columns": "yes",
  "models/comments": "not kept: Nobody reads them.",
  "queries/rowLocks": "refused: it has no row locks",
  "sessions/transaction": "yes",
  "repositories/saving": "yes",
  "aggregates/aggregateWrites": "yes",
  "migrations/migrator": "yes",
  "testing/fixtures": "yes"
}
for (const [promise, verdict] of Object.entries(expected)) {
  if (scorecard.get(promise) !== verdict) throw new Error(`${promise} should be "${verdict}"`)
}
