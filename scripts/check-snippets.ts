/**
 * Type-checks every ts example in README.md, docs/, the pages of packages/ and the doc comments of src/, all in one run of tsc.
 *
 * Each example becomes a module of its own, in which `andamios-orm` is src/ and `andamios-orm-contract` is test/contract/. There is no
 * way to skip one: what is not TypeScript goes into a fence without a language.
 */
import { spawnSync } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"

interface Line {
  readonly text: string
  /** Where it stands in its file, from 1 on. */
  readonly number: number
  /** How many characters stand before `text` on that line. */
  readonly indent: number
}

interface Snippet {
  readonly file: string
  readonly lines: ReadonlyArray<Line>
}

const root = resolve(import.meta.dirname, "..")

const markdownLines = (text: string): ReadonlyArray<Line> =>
  text.split("\n").map((line, index) => ({ text: line, number: index + 1, indent: 0 }))

/** The doc comments of a source, one after another, each without its stars. */
const docComments = (text: string): ReadonlyArray<ReadonlyArray<Line>> =>
  [...text.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)].map((comment) => {
    const first = text.slice(0, comment.index).split("\n").length
    return comment[0].split("\n").map((line, index) => {
      const stars = /^\s*(?:\/\*\*|\*(?!\/))? ?/.exec(line)?.[0].length ?? 0
      return { text: line.slice(stars).replace(/\s*\*\/$/, ""), number: first + index, indent: stars }
    })
  })

/** The ts fences in these lines. */
const fenced = (file: string, lines: ReadonlyArray<Line>): ReadonlyArray<Snippet> => {
  const snippets: Array<Snippet> = []
  let fence: { readonly mark: string; readonly indent: number; readonly lines: Array<Line> | undefined } | undefined
  for (const line of lines) {
    const [, space = "", mark, language] = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)/.exec(line.text) ?? []
    if (fence === undefined) {
      if (mark === undefined) continue
      fence = { mark, indent: space.length, lines: language === "ts" || language === "typescript" ? [] : undefined }
    } else if (mark !== undefined && mark.startsWith(fence.mark) && line.text.trim() === mark) {
      if (fence.lines !== undefined) snippets.push({ file, lines: fence.lines })
      fence = undefined
    } else {
      const cut = Math.min(fence.indent, line.text.length - line.text.trimStart().length)
      fence.lines?.push({ ...line, text: line.text.slice(cut), indent: line.indent + cut })
    }
  }
  if (fence !== undefined) throw new Error(`${file}: a code fence is never closed`)
  return snippets
}

/** The code of each `@example` that is written without a fence. */
const unfenced = (file: string, comment: ReadonlyArray<Line>): ReadonlyArray<Snippet> =>
  comment.flatMap((line, index) => {
    if (!line.text.startsWith("@example")) return []
    const after = comment.slice(index + 1)
    const end = after.findIndex(({ text }) => /^@[a-z]/.test(text))
    const lines = end === -1 ? after : after.slice(0, end)
    return lines.some(({ text }) => text.startsWith("```")) ? [] : [{ file, lines }]
  })

const read = (file: string) => readFileSync(join(root, file), "utf8").replaceAll("\r\n", "\n")

const pages = globSync(["README.md", "docs/**/*.md", "packages/*/README.md"], {
  cwd: root,
  exclude: ["**/node_modules/**"]
}).toSorted()
const sources = globSync(["src/**/*.ts", "test/contract/Contract.ts"], { cwd: root }).toSorted()
const snippets = [
  ...pages.flatMap((file) => fenced(file, markdownLines(read(file)))),
  ...sources.flatMap((file) =>
    docComments(read(file)).flatMap((comment) => [...fenced(file, comment), ...unfenced(file, comment)])
  )
]

/** Says where an error of tsc stands in the page or source that the snippet came from. */
const located = (folder: string, error: string): string =>
  error.replace(
    /^(\S*?)(\d+)\.ts\((\d+),(\d+)\)/,
    (whole, path: string, name: string, line: string, column: string) => {
      const snippet = resolve(root, `${path}${name}.ts`).startsWith(folder) ? snippets[Number(name)] : undefined
      const origin = snippet?.lines[Number(line) - 1] ?? snippet?.lines.at(-1)
      return snippet === undefined || origin === undefined
        ? whole
        : `${snippet.file}:${origin.number}:${origin.indent + Number(column)}`
    }
  )

const folder = mkdtempSync(join(root, ".snippets-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
process.once("SIGINT", () => process.exit(130))
process.once("SIGTERM", () => process.exit(143))

writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: "../tsconfig.json",
    compilerOptions: { paths: { "andamios-orm-contract": ["../test/contract/index.ts"] } },
    include: ["*.ts"],
    exclude: []
  })
)
for (const [name, { lines }] of snippets.entries()) {
  writeFileSync(join(folder, `${name}.ts`), lines.map(({ text }) => text).join("\n") + "\n")
}

if (snippets.length > 0) {
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "--project", folder, "--pretty", "false"],
    { cwd: root, encoding: "utf8" }
  )
  const output = `${tsc.stdout}${tsc.stderr}`.trimEnd()
  if (tsc.error !== undefined) throw tsc.error
  if (tsc.status !== 0) {
    console.error(output.split("\n").map((line) => located(folder, line)).join("\n"))
    process.exit(1)
  }
}
console.log(`${snippets.length} snippets of README.md, docs/, packages/ and src/ type-check.`)
