/**
 * Installs the packed package in empty projects, as a user does, and there compiles and runs the first program of the README: in one
 * project with DuckDB, and in one with PostgreSQL and nothing of DuckDB.
 *
 * It is compiled without `skipLibCheck`, so that every declaration of ours is checked. `--all` also compiles it with the TypeScripts
 * before, and runs it on the oldest and the newest Node that are supported. It needs dist/.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"

const { values: { all = false } } = parseArgs({ options: { all: { type: "boolean" } } })

const root = resolve(import.meta.dirname, "..")

const Manifest = Schema.fromJsonString(Schema.Struct({
  version: Schema.String,
  devDependencies: Schema.Record(Schema.String, Schema.String)
}))

const { devDependencies, version } = Schema.decodeSync(Manifest)(readFileSync(join(root, "package.json"), "utf8"))

/** The package of npm that holds Node's binary for this machine. */
const nodePackage = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`

/** Compilers and Nodes by the name that they are installed under, and what they are. */
const compilers = {
  typescript: devDependencies["typescript"],
  ...all && { "typescript-6": "npm:typescript@6", "typescript-5.9": "npm:typescript@5.9" }
}
const nodes = all ? { "node-22": `npm:${nodePackage}@22`, "node-26": `npm:${nodePackage}@26` } : {}

class InstallFailed extends Schema.TaggedError<InstallFailed>()("InstallFailed", {
  step: Schema.String,
  output: Schema.String
}) {
  override get message(): string {
    return `${this.step}\n${this.output}`
  }
}

/** Runs a program in a folder, and yields what it prints. */
const run = (folder: string, step: string, program: string, ...given: ReadonlyArray<string>) =>
  Effect.callback<string, InstallFailed>((resume) => {
    const child = execFile(program, given, { cwd: folder, maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resume(
        error === null
          ? Effect.succeed(stdout)
          : Effect.fail(new InstallFailed({ step, output: `${error.message}\n${stdout}${stderr}` }))
      ))
    return Effect.sync(() => child.kill())
  })

/** An empty folder, for as long as the scope is open. */
const emptyFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-install-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The first program of the README, which ends in an Effect that still has to be run. */
const readme = (): string => {
  const [, program] = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(root, "README.md"), "utf8")) ?? []
  if (program === undefined) throw new Error("README.md has no program")
  return `${program}
const [book] = await Effect.runPromise(program)
if (book === undefined || !(book instanceof Book)) throw new Error("What came back is no book")
console.log(book.title, BigDecimal.format(book.price), book.tags.join())
`
}

/** The same program on another database. */
const onPostgres = ({ database, host, port, username }: PostgresServer.PostgresServer): string => {
  const options = JSON.stringify({ host, port, username, database })
  const program = readme()
    .replace("import { DuckDb } from \"andamios-orm/duckdb\"", "import { Postgres } from \"andamios-orm/postgres\"")
    .replace(/DuckDb\.layer\(\{[^}]*\}\)/, `Postgres.layer(${options})`)
  if (/DuckDb|duckdb/.test(program)) throw new Error("The program of the README still names DuckDB")
  return program
}

/** How a user's project is compiled, where strictness is all there is. */
const compilerOptions = (module: "nodenext" | "bundler") => ({
  module: module === "nodenext" ? "nodenext" : "esnext",
  moduleResolution: module,
  target: "es2024",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true
})

/** Makes a project of a program and the drivers it needs, compiles it in every way, and runs it. */
const project = Effect.fnUntraced(function*(
  name: string,
  program: string,
  drivers: ReadonlyArray<string>,
  absent: ReadonlyArray<string>
) {
  const folder = yield* emptyFolder
  const told = (step: string, result: string) =>
    Effect.sync(() => console.log(`${name.padEnd(10)}  ${step.padEnd(32)}  ${result}`))

  yield* run(folder, "npm pack", "npm", "pack", root, "--ignore-scripts", "--pack-destination", folder)
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({
      type: "module",
      dependencies: {
        "andamios-orm": `file:andamios-orm-${version}.tgz`,
        ...Object.fromEntries(["effect", "@types/node", ...drivers].map((one) => [one, devDependencies[one]]))
      },
      devDependencies: { ...compilers, ...nodes }
    })
  )
  writeFileSync(join(folder, "program.ts"), program)
  yield* run(folder, "npm install", "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error")
  for (const driver of absent) {
    if (existsSync(join(folder, "node_modules", driver))) {
      return yield* new InstallFailed({ step: name, output: `${driver} was installed, and nothing asked for it` })
    }
  }
  yield* told("installed", absent.length === 0 ? "yes" : `yes, without ${absent.join()}`)

  for (const compiler of Object.keys(compilers)) {
    for (const module of ["nodenext", "bundler"] as const) {
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: compilerOptions(module), files: ["program.ts"] })
      )
      const step = `${compiler}, ${module}`
      yield* run(folder, step, process.execPath, join("node_modules", compiler, "bin/tsc"))
      yield* told(step, "compiles")
    }
  }
  for (
    const node of [
      process.execPath,
      ...Object.keys(nodes).map((one) => join(folder, "node_modules", one, "bin/node"))
    ]
  ) {
    rmSync(join(folder, "books.duckdb"), { force: true })
    const answer = yield* run(folder, node, node, "--no-warnings", "--eval", "console.log(process.version)")
    const printed = yield* run(folder, node, node, "--no-warnings", "program.ts")
    yield* told(`node ${answer.trim()}`, printed.trim())
  }
}, Effect.scoped)

const main = Effect.gen(function*() {
  yield* project("DuckDB", readme(), ["@duckdb/node-api", "@duckdb/node-bindings"], ["@effect/sql-pg", "pg"])
  // each run makes the table anew
  const server = yield* PostgresServer.start()
  yield* project("PostgreSQL", onPostgres(server), ["@effect/sql-pg"], ["@duckdb"])
}).pipe(Effect.scoped)

NodeRuntime.runMain(main)
