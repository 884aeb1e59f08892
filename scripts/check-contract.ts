/**
 * Installs the packed packages in an empty folder, as a user does, and there holds DuckDB to what models and queries promise.
 *
 * What it prints is a scorecard: each promise with `yes`, `refused`, or why it is not kept. It needs the dist/ of both packages.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

interface Manifest {
  readonly name: string
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** What a report of vitest says of a test. */
interface Told {
  readonly ancestorTitles: ReadonlyArray<string>
  readonly status: "passed" | "failed" | "pending" | "skipped"
}

const root = resolve(import.meta.dirname, "..")
const folder = mkdtempSync(join(tmpdir(), "andamios-consumer-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
process.once("SIGINT", () => process.exit(130))
process.once("SIGTERM", () => process.exit(143))

const manifest = (path: string): Manifest => JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"))

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

const { devDependencies } = manifest(".")
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

Contract.models("DuckDB", database, { ...Contract.duckDb, except: { comments: "Nobody reads them." } })
Contract.queries("DuckDB", database, { ...Contract.duckDb, only: ["clauses", "rowLocks"] })
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

const report: { readonly testResults: ReadonlyArray<{ readonly assertionResults: ReadonlyArray<Told> }> } = JSON.parse(
  readFileSync(join(folder, "report.json"), "utf8")
)
const scorecard = new Map<string, string>()
for (const { ancestorTitles: [title = ""] } of report.testResults.flatMap((file) => file.assertionResults)) {
  const [, promise, verdict = "yes"] = /^(\w+\/\w+)(?: \((.*)\))?$/s.exec(title) ?? []
  if (promise !== undefined) scorecard.set(promise, verdict)
}
for (const [promise, verdict] of scorecard) console.log(`${promise}: ${verdict}`)

const expected = {
  "models/columnTypes": "yes",
  "models/comments": "not kept: Nobody reads them.",
  "queries/clauses": "yes",
  "queries/rowLocks": "refused"
}
for (const [promise, verdict] of Object.entries(expected)) {
  if (scorecard.get(promise) !== verdict) throw new Error(`${promise} should be "${verdict}"`)
}
