/**
 * The pages of the table of contents, as they are found in the folder; a page that it leaves out is an error.
 */
import { globSync, readFileSync } from "node:fs"
import { basename, resolve } from "node:path"
import { contents } from "./contents.ts"

export const docs = resolve(import.meta.dirname, "..")

export interface Page {
  /** Its path in docs/, such as `recipes/audit.md`. */
  readonly file: string
  /** Its path on the site, such as `/recipes/audit`. */
  readonly link: string
  readonly title: string
  /** The first sentence below the title. */
  readonly summary: string
  /** The page without front matter. */
  readonly text: string
  readonly order: number
}

export interface Folder {
  /** The title of its index, or its name. */
  readonly title: string
  readonly order: number
  readonly items: ReadonlyArray<Page | Folder>
}

export const isFolder = (item: Page | Folder): item is Folder => "items" in item

/** Markdown without links, emphasis, marks of code and the id of a heading. */
export const plain = (text: string): string =>
  text.replace(/ *\{#\S+\}$/, "").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "").trim()

const page = (file: string): Page => {
  const whole = readFileSync(resolve(docs, file), "utf8").replaceAll("\r\n", "\n")
  const [frontMatter = ""] = /^---\n[\s\S]*?\n---\n/.exec(whole) ?? []
  const text = whole.slice(frontMatter.length).trimStart()
  const title = /^# (.+)$/m.exec(text)?.[1]
  if (title === undefined) throw new Error(`docs/${file} has no title: begin it with "# …"`)
  const paragraph = text.split(/\n{2,}/).find((block) => /^[^#\s|<!>`-]/.test(block)) ?? ""
  return {
    file,
    link: `/${file.replace(/\.md$/, "").replace(/(^|\/)index$/, "$1")}`,
    title: plain(title),
    summary: /^.*?[.:](?=\s|$)/.exec(plain(paragraph.replaceAll("\n", " ")))?.[0].replace(/:$/, ".") ?? "",
    text,
    order: Number(/^order: *(\d+)$/m.exec(frontMatter)?.[1] ?? Number.POSITIVE_INFINITY)
  }
}

export const isIndex = (item: Page | Folder): item is Page => !isFolder(item) && basename(item.file) === "index.md"

/** Pages by `order` of their front matter, then by title; the index first, and folders last. */
const inOrder = (one: Page | Folder, other: Page | Folder): number =>
  Number(isIndex(other)) - Number(isIndex(one)) ||
  Number(isFolder(one)) - Number(isFolder(other)) ||
  (one.order === other.order ? one.title.localeCompare(other.title) : one.order - other.order)

const folder = (name: string): Folder => {
  const items = [
    ...globSync(`${name}/*.md`, { cwd: docs }).map(page),
    ...globSync(`${name}/*/`, { cwd: docs }).map(folder)
  ].toSorted(inOrder)
  const index = items.find(isIndex)
  return { title: index?.title ?? basename(name), order: index?.order ?? Number.POSITIVE_INFINITY, items }
}

/** The parts of the documentation that have pages. */
export const parts: ReadonlyArray<Folder> = Object.entries(contents).flatMap(([title, names]) => {
  const items = names.flatMap((name) =>
    name.endsWith("/") ? folder(name.slice(0, -1)).items : globSync(`${name}.md`, { cwd: docs }).map(page)
  )
  return items.length === 0 ? [] : [{ title, order: 0, items }]
})

export const pagesOf = (item: Page | Folder): ReadonlyArray<Page> =>
  isFolder(item) ? item.items.flatMap(pagesOf) : [item]

const listed = new Set(parts.flatMap(pagesOf).map(({ file }) => file))
const leftOut = globSync("**/*.md", { cwd: docs, exclude: ["node_modules", ".vitepress", "index.md"] })
  .filter((file) => !listed.has(file))
if (leftOut.length > 0) {
  throw new Error(
    `No reader would find ${leftOut.map((file) => `docs/${file}`).join(", ")}: name it in docs/.vitepress/contents.ts`
  )
}

/** The first page of a part, if it has one. */
export const firstOf = (title: string): Page | undefined =>
  parts.filter((part) => part.title === title).flatMap(pagesOf)[0]
