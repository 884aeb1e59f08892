/**
 * Does what docs/getting-started.md says, word for word and in its order, in an empty folder, with the package as it would be published.
 *
 * A fence that begins with a comment such as `// main.ts` is written to that file, and a `diff` fence changes one. A `sh` fence is run.
 * The `text` fence after it is what it prints, in which `…` stands for what differs from run to run. It needs the dist/ of the package.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const page = "docs/getting-started.md"
const home = mkdtempSync(join(tmpdir(), "andamios-getting-started-"))
process.once("exit", () => rmSync(home, { recursive: true, force: true }))
process.once("SIGINT", () => process.exit(130))
process.once("SIGTERM", () => process.exit(143))

/** Says where on the page something went wrong, and ends. */
const fail = (line: number, message: string): never => {
  console.error(`${page}:${line}: ${message}`)
  process.exit(1)
}

interface Fence {
  readonly line: number
  readonly language: string
  readonly text: string
}

const markdown = readFileSync(join(root, page), "utf8").replaceAll("\r\n", "\n")
const fences: ReadonlyArray<Fence> = [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((
  { 1: language = "", 2: text = "", index }
) => ({ line: markdown.slice(0, index).split("\n").length, language, text }))

/** The programs that a user has: the Node that runs this, and nothing that this project has installed. */
const path = [
  dirname(process.execPath),
  ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"))
].join(delimiter)

/** What npm and this project have set; where packages come from is the machine's. */
const ours =
  /^(?:npm_(?!config_(?:registry|cache|userconfig|https?_proxy|proxy|noproxy|cafile)$)|NODE_OPTIONS$|NODE_ENV$|CI$)/i

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !ours.test(name))
)

let folder = home

/** Runs commands where the last ones have ended, and tells what they print. */
const run = (line: number, commands: string): string => {
  const place = join(home, ".place")
  const { error, status, stderr, stdout } = spawnSync(
    "bash",
    ["-euo", "pipefail", "-c", `${commands}\npwd > '${place}'`],
    {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...environment,
        PATH: path,
        NO_COLOR: "1",
        npm_config_prefer_offline: "true",
        npm_config_update_notifier: "false"
      }
    }
  )
  if (error !== undefined) throw error
  if (status !== 0) fail(line, `this ended with ${status}:\n${commands}\n${stdout}${stderr}`)
  folder = readFileSync(place, "utf8").trim()
  return stdout
}

/** Whether text is what the page quotes, but for what `…` stands for and spaces at the ends of lines. */
const isLike = (quoted: string, text: string): boolean => {
  const lines = (all: string) => all.trim().split("\n").map((line) => line.trimEnd()).join("\n")
  const pattern = lines(quoted).split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*")
  return new RegExp(`^${pattern}$`).test(lines(text))
}

/** Changes a file as a `diff` fence says. */
const change = ({ line, text }: Fence): void => {
  const [first = "", ...lines] = text.trimEnd().split("\n")
  const file = join(folder, /^ \/\/ ([\w./-]+)$/.exec(first)?.[1] ?? fail(line, "no file is named in the first line"))
  const side = (mark: string) =>
    lines.filter((changed) => [mark, " "].includes(changed.charAt(0))).map((changed) => changed.slice(1)).join("\n")
  const parts = readFileSync(file, "utf8").split(side("-"))
  if (parts.length !== 2) fail(line, `${file} has no such lines, or has them more than once:\n${side("-")}`)
  writeFileSync(file, parts.join(side("+")))
}

const version = run(0, `npm pack '${root}' --ignore-scripts --silent`).trim()
const published = /npm install andamios-orm(?= )/
if (!published.test(markdown)) fail(0, "nothing installs andamios-orm")

let printed = ""
for (const fence of fences) {
  const { language, line, text } = fence
  const began = performance.now()
  const file = /^\/\/ ([\w./-]+)\n/.exec(text)?.[1]
  if (language === "sh") {
    printed = run(line, text.replace(published, `npm install ${join(home, version)}`))
  } else if (language === "text") {
    if (!isLike(text, printed)) fail(line, `the page says\n${text}\nand the commands before it print\n${printed}`)
  } else if (language === "diff") {
    change(fence)
  } else if (file !== undefined) {
    writeFileSync(join(folder, file), text)
  }
  if (language === "sh") {
    console.log(
      `${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text.trim().replaceAll("\n", " ; ")}`
    )
  }
}
console.log(`${page} holds, in ${fences.length} steps.`)
