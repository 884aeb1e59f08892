/**
 * Holds the files of both packages to the kinds that are meant to be published: each file is of one of them, and each kind is there.
 */
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { packed, root } from "./package/distribution.ts"

/** What each package may hold, and must hold something of. */
const kinds: Record<string, ReadonlyArray<RegExp>> = {
  ".": [
    /^(?:package\.json|README\.md|AGENTS\.md|CHANGELOG\.md|LICENSE)$/,
    // a file for each entrance, and what these share
    /^dist\/(?:index|duckdb|postgres|testing|cli|cli\/main)\.js(?:\.map)?$/,
    /^dist\/chunks\/[\w-]+\.js(?:\.map)?$/,
    // the types, with their doc comments, and where each was written
    /^dist\/(?:[a-z][A-Za-z]*\/)*[A-Za-z0-9]+\.d\.ts(?:\.map)?$/,
    // what an editor opens, and what a stack trace names
    /^src\/(?:[a-z][A-Za-z]*\/)*[A-Za-z0-9]+\.ts$/
  ],
  "packages/contract": [
    /^(?:package\.json|README\.md|LICENSE)$/,
    /^dist\/(?:areas\/)?[A-Za-z]+\.js$/,
    /^dist\/(?:index|Contract|holding|Subject)\.d\.ts$/
  ]
}

const SourceMap = Schema.fromJsonString(Schema.Struct({ sources: Schema.Array(Schema.String) }))

const problems: Array<string> = []

/** The pictures that a Markdown file shows and that are not elsewhere. */
const picturesOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/!\[[^\]]*\]\(([^)\s#]+)/g)].flatMap(([, path = ""]) => /^\w+:/.test(path) ? [] : path)

for (const [folder, allowed] of Object.entries(kinds)) {
  const { files } = packed(folder)
  const paths = new Set(files.map(({ path }) => path))
  const complain = (problem: string): void =>
    void problems.push(`${folder === "." ? "andamios-orm" : folder}: ${problem}`)

  for (const path of paths) {
    if (!allowed.some((kind) => kind.test(path))) complain(`${path} is of no kind that is published`)
  }
  for (const kind of allowed) {
    if (![...paths].some((path) => kind.test(path))) complain(`nothing is like ${kind.source}`)
  }
  for (const path of ["README.md", "AGENTS.md", "CHANGELOG.md"].filter((name) => paths.has(name))) {
    for (const picture of picturesOf(readFileSync(join(root, folder, path), "utf8"))) {
      if (!paths.has(posix.normalize(picture))) complain(`${path} shows ${picture}, which isn't in the package`)
    }
  }
  for (const { path } of files.filter(({ path: name }) => name.endsWith(".map"))) {
    const { sources } = Schema.decodeSync(SourceMap)(readFileSync(join(root, folder, path), "utf8"))
    const lost = sources.filter((source) => !existsSync(join(root, folder, posix.dirname(path), source)))
    if (lost.length > 0) complain(`${path} leads to ${lost[0]}, which isn't there`)
  }
  console.log(`${(folder === "." ? "andamios-orm" : folder).padEnd(20)} ${String(files.length).padStart(5)} files`)
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
