/**
 * Checks what the linter of workflows can't know: that each npm script named in them, and wherever else people or machines are told to
 * run one, exists; that each action is pinned by its commit; and that each job has a time limit and least permissions.
 */
import { validate } from "dockerfile-utils"
import * as Schema from "effect/Schema"
import { globSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parse } from "yaml"

const Manifest = Schema.fromJsonString(Schema.Struct({ scripts: Schema.Record(Schema.String, Schema.String) }))

const Workflow = Schema.Struct({
  // jobs say what they need more
  permissions: Schema.Record(Schema.String, Schema.Literal("read")),
  concurrency: Schema.Struct({ group: Schema.String }),
  jobs: Schema.Record(Schema.String, Schema.Struct({ "timeout-minutes": Schema.Number }))
})

const root = resolve(import.meta.dirname, "..")
const read = (file: string) => readFileSync(join(root, file), "utf8")
const found = (...patterns: ReadonlyArray<string>) => globSync(patterns, { cwd: root }).toSorted()

const { scripts } = Schema.decodeUnknownSync(Manifest)(read("package.json"))
const workflows = found(".github/workflows/*.yml")
const actions = found(".github/actions/*/action.yml")
const dockerfiles = found("Dockerfile", ".devcontainer/Dockerfile")
const instructions = found(
  "compose.yaml",
  ".devcontainer/devcontainer.json",
  ".ci/run",
  "README.md",
  "AGENTS.md",
  "CONTRIBUTING.md",
  "test/performance/README.md",
  ".github/*.md",
  ".github/ISSUE_TEMPLATE/*.yml",
  ".changeset/README.md"
)

const problems: Array<string> = []

/** The npm scripts that are named but not there. */
for (const file of [...workflows, ...actions, ...dockerfiles, ...instructions]) {
  for (const [line, name = ""] of read(file).matchAll(/npm run (?:--?[\w-]+ )*([\w:-]+)/g)) {
    if (scripts[name] === undefined) problems.push(`${file}: "${line}", but package.json has no script "${name}"`)
  }
}

/** A tag can be moved to other code, a commit can't; the version behind it is for people, and for what keeps it up to date. */
for (const file of [...workflows, ...actions]) {
  for (const [, action = ""] of read(file).matchAll(/\buses: (.+)/g)) {
    const isPinned = action.startsWith("./") || /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)
    if (!isPinned) problems.push(`${file}: "${action}" is to be pinned as "owner/name@<commit> # v1.2.3"`)
  }
}

for (const file of workflows) {
  const decoded = Schema.decodeUnknownExit(Workflow)(parse(read(file)))
  if (decoded._tag === "Failure") problems.push(`${file}: ${String(decoded.cause)}`)
}

for (const file of dockerfiles) {
  for (const { message, range } of validate(read(file))) {
    problems.push(`${file}:${range.start.line + 1}: ${typeof message === "string" ? message : message.value}`)
  }
}

for (const problem of problems) console.error(problem)
const files = workflows.length + actions.length + dockerfiles.length + instructions.length
if (problems.length > 0) process.exitCode = 1
else console.log(`${files} files name only scripts that exist, and workflows are pinned and bounded.`)
