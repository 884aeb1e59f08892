/**
 * The links of all Markdown in the repository, as a code host follows them: the file is there, and so is the heading.
 */
import GithubSlugger from "github-slugger"
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import { plain } from "./pages.ts"
import { root } from "./repository.ts"

const files = globSync([
  "*.md",
  ".github/**/*.md",
  "docs/**/*.md",
  "examples/**/*.md",
  "packages/*/README.md",
  "test/performance/README.md"
], { cwd: root, exclude: ["**/node_modules/**"] })

const withoutCode = (text: string): string =>
  text.replaceAll("\r\n", "\n").replaceAll(/^ *(`{3,}|~{3,})[\s\S]*?^ *\1$/gm, "")

const headings = new Map<string, ReadonlySet<string>>()

/** What a `#` can lead to in a Markdown file. */
const headingsOf = (file: string): ReadonlySet<string> => {
  const slugger = new GithubSlugger()
  const found = headings.get(file) ?? new Set(
    [...withoutCode(readFileSync(file, "utf8")).matchAll(/^#{1,6} +(.+?) *#*$/gm)]
      .map(([, title = ""]) => /\{#(\S+)\}$/.exec(title)?.[1] ?? slugger.slug(plain(title)))
  )
  headings.set(file, found)
  return found
}

/** Links of a file that lead nowhere. */
const wrongIn = (name: string): ReadonlyArray<string> => {
  const file = resolve(root, name)
  const text = withoutCode(readFileSync(file, "utf8")).replaceAll(/(`+)[^`\n]*?\1/g, "code")
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].flatMap(([, link = ""]) => {
    if (/^(?:[a-z]+:|\/)/i.test(link)) return []
    const [path = "", heading] = decodeURI(link).split("#")
    const target = path === "" ? file : resolve(dirname(file), path)
    if (!existsSync(target)) return [`${name}: there is no ${relative(root, target)}`]
    return heading === undefined || !target.endsWith(".md") || headingsOf(target).has(heading)
      ? []
      : [`${name}: there is no heading ${link}`]
  })
}

export const wrongInMarkdown = (): ReadonlyArray<string> => files.flatMap(wrongIn)
