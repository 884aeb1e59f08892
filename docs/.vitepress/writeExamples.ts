/**
 * Writes a page for each example program into docs/examples: what it is about, how it is run, and its whole text.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { levels, type Program, programs, sourceOf } from "./examples.ts"

const folder = resolve(import.meta.dirname, "../examples")
const openingComment = /^\/\*\*\n([\s\S]*?)\n \*\/\n/

/** What the comment says that a file opens with. */
const opening = (file: string): string =>
  (openingComment.exec(sourceOf(file))?.[1] ?? "").split("\n").map((line) => line.replace(/^ \* ?/, "")).join(" ")

const fence = (file: string): string => `\`\`\`ts\n${sourceOf(file).replace(openingComment, "").trimEnd()}\n\`\`\``

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`

/** `basic/03-crud` is "CRUD", and `intermediate/unit-of-work` is "Unit of work". */
const titleOf = (name: string): string =>
  capital(
    basename(name).replace(/^\d+-/, "").replaceAll("-", " ").replaceAll(/\b(?:api|crud|http|sql)\b/g, (word) =>
      word.toUpperCase())
  )

const page = ({ files, name }: Program): string =>
  [
    "---\naside: false\n---",
    `# ${titleOf(name)}`,
    ...files.slice(0, 1).map(opening),
    `\`\`\`sh\nnpm run example -- ${name}\n\`\`\``,
    ...(files.length === 1
      ? files.map(fence)
      : files.flatMap((file, index) => [`## ${basename(file)}`, index === 0 ? "" : opening(file), fence(file)]))
  ].join("\n\n")

const overview = (): string =>
  [
    "# Examples",
    "Each is a whole program that the tests run. Clone the repository, `npm install`, and run one by its name:",
    "```sh\nnpm run example -- basic/03-crud\n```",
    ...Object.entries(levels).filter(([, those]) => those.length > 0).flatMap(([level, those]) => [
      `## ${capital(level)}`,
      those.map(({ files: [main = ""], name }) => `- [${titleOf(name)}](${name}.md): ${opening(main)}`).join("\n")
    ])
  ].join("\n\n")

const write = (name: string, text: string): void => {
  const file = join(folder, `${name}.md`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${text}\n`)
}

rmSync(folder, { recursive: true, force: true })
write("index", overview())
for (const program of programs) write(program.name, page(program))
