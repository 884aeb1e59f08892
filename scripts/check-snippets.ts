/**
 * Type-checks every ts example in README.md, docs/, the pages of packages/ and the doc comments of src/, all in one run of tsc.
 *
 * Each example becomes a module of its own, in which `andamios-orm` is src/ and `andamios-orm-contract` is test/contract/. One that begins
 * with a comment such as `// models.ts` is the file of that name for the others of its page. There is no way to skip one: what is not
 * TypeScript goes into a fence without a language.
 *
 * Examples of other libraries are in fences that begin with `ts theirs`. They are checked with the packages of test/performance, and left
 * out where one of those is not installed.
 */
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

interface Line {
  readonly text: string
  /** Where it stands in its file, from 1 on. */
  readonly number: number
  /** How many characters stand before `text` on that line. */
  readonly indent: number
}

interface Snippet {
  readonly file: string
  /** Whether it is written with another library. */
  readonly theirs: boolean
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
  let fence:
    | {
      readonly mark: string
      readonly indent: number
      readonly theirs: boolean
      readonly lines: Array<Line> | undefined
    }
    | undefined
  for (const line of lines) {
    const [, space = "", mark, language, whose] = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)\s*(\w*)/.exec(line.text) ?? []
    if (fence === undefined) {
      if (mark === undefined) continue
      fence = {
        mark,
        indent: space.length,
        theirs: whose === "theirs",
        lines: language === "ts" || language === "typescript" ? [] : undefined
      }
    } else if (mark !== undefined && mark.startsWith(fence.mark) && line.text.trim() === mark) {
      if (fence.lines !== undefined) snippets.push({ file, theirs: fence.theirs, lines: fence.lines })
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
    return lines.some(({ text }) => text.startsWith("```")) ? [] : [{ file, theirs: false, lines }]
  })

const read = (file: string) => readFileSync(join(root, file), "utf8").replaceAll("\r\n", "\n")

const pages = globSync(["README.md", "AGENTS.md", "docs/**/*.md", "packages/*/README.md"], {
  cwd: root,
  exclude: ["**/node_modules/**", "docs/api/**", "docs/examples/**"]
}).toSorted()
const sources = globSync(["src/**/*.ts", "test/contract/Contract.ts"], { cwd: root }).toSorted()
const snippets = [
  ...pages.flatMap((file) => fenced(file, markdownLines(read(file)))),
  ...sources.flatMap((file) =>
    docComments(read(file)).flatMap((comment) => [...fenced(file, comment), ...unfenced(file, comment)])
  )
]

/** The file of a snippet in the folder that all of them are written to: one folder for each page, and a file for each snippet. */
const written = new Map<string, Snippet>()
const pageNumbers = new Map([...pages, ...sources].map((file, index) => [file, index]))
for (const [number, snippet] of snippets.entries()) {
  const [, name = `${number}.ts`] = /^\/\/ ([\w.-]+\.ts)$/.exec(snippet.lines[0]?.text ?? "") ?? []
  const path = `${snippet.theirs ? "theirs" : "ours"}/${pageNumbers.get(snippet.file)}/${name}`
  if (written.has(path)) throw new Error(`${snippet.file}: two examples are called ${name}`)
  written.set(path, snippet)
}

const textOf = ({ lines }: Snippet): string => lines.map(({ text }) => text).join("\n") + "\n"

/** Whether all that a snippet imports is there: packages, and other snippets of its page. */
const isComplete = (packages: string, path: string, snippet: Snippet): boolean =>
  [...textOf(snippet).matchAll(/(?:from|import) "([^"]+)"/g)].every(([, module = ""]) => {
    if (module.startsWith("node:")) return true
    if (!module.startsWith(".")) {
      return existsSync(join(packages, "node_modules", /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module))
    }
    const imported = join(dirname(path), module)
    const other = written.get(imported)
    return other !== undefined && isComplete(packages, imported, other)
  })

const folders: Array<string> = []
process.once("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))
process.once("SIGINT", () => process.exit(130))
process.once("SIGTERM", () => process.exit(143))

/** Type-checks snippets in a new folder inside of a parent, whose packages they import. */
const check = (parent: string, files: ReadonlyMap<string, Snippet>, compilerOptions: object): boolean => {
  if (files.size === 0) return true
  const folder = mkdtempSync(join(parent, ".snippets-"))
  folders.push(folder)
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: ["**/*.ts"], exclude: [] })
  )
  for (const [path, snippet] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), textOf(snippet))
  }
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "--project", folder, "--pretty", "false"],
    { cwd: root, encoding: "utf8" }
  )
  if (tsc.error !== undefined) throw tsc.error
  if (tsc.status === 0) return true

  /** Says where an error of tsc stands in the page or source that the snippet came from. */
  const located = (error: string): string =>
    error.replace(/^(\S*?\.ts)\((\d+),(\d+)\)/, (whole, path: string, line: string, column: string) => {
      const snippet = files.get(relative(folder, resolve(root, path)).replaceAll("\\", "/"))
      const origin = snippet?.lines[Number(line) - 1] ?? snippet?.lines.at(-1)
      return snippet === undefined || origin === undefined
        ? whole
        : `${snippet.file}:${origin.number}:${origin.indent + Number(column)}`
    })
  console.error(`${tsc.stdout}${tsc.stderr}`.trimEnd().split("\n").map(located).join("\n"))
  return false
}

const performance = join(root, "test/performance")
const all = [...written]
const ours = new Map(all.filter(([, { theirs }]) => !theirs))
const theirs = new Map(all.filter(([path, snippet]) => snippet.theirs && isComplete(performance, path, snippet)))

const passed = [
  check(root, ours, { paths: { "andamios-orm-contract": [join(root, "test/contract/index.ts")] } }),
  // other libraries are not all made for exactOptionalPropertyTypes
  check(performance, theirs, { exactOptionalPropertyTypes: false })
]
if (passed.includes(false)) process.exit(1)

console.log(`${ours.size} snippets of README.md, docs/, packages/ and src/ type-check.`)
const left = all.length - ours.size - theirs.size
if (theirs.size + left > 0) {
  console.log(
    `${theirs.size} of other libraries do, too; ${left} were left out, whose packages are not in test/performance.`
  )
}
