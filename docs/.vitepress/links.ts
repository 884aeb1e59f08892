/**
 * Links of a page to files of the repository, which lead to where the site or the code host shows them.
 *
 * Links between pages are VitePress's business, and links to what isn't there are found in the finished pages.
 */
import { existsSync } from "node:fs"
import { dirname, relative, resolve, sep } from "node:path"
import type { MarkdownEnv, MarkdownRenderer } from "vitepress"
import { linkOfExample } from "./examples.ts"
import { docs } from "./pages.ts"
import { addressOf, root } from "./repository.ts"

export const repositoryLinks = (md: MarkdownRenderer): void => {
  md.core.ruler.push("repository-links", (state) => {
    const { path: page }: MarkdownEnv = state.env
    const tokens = state.tokens.flatMap(({ children }) => children ?? [])
    for (const [index, token] of tokens.entries()) {
      const href = token.type === "link_open" ? token.attrGet("href") : null
      if (href === null || /^(?:[a-z]+:|#|\/)/i.test(href)) continue

      const [path = "", heading] = decodeURI(href).split("#")
      const target = resolve(dirname(page), path)
      const isPage = target.startsWith(docs + sep) && path.endsWith(".md")
      if (isPage || !existsSync(target)) continue

      const file = relative(root, target).replaceAll(sep, "/")
      const link = linkOfExample(file) ?? addressOf(file)
      if (link === undefined) {
        // nobody knows where the repository can be seen: the words stay, and say which file is meant
        const end = tokens.find(({ type }, place) => place > index && type === "link_close")
        token.attrs = [["title", file]]
        for (const mark of [token, end]) if (mark !== undefined) mark.tag = "span"
      } else token.attrSet("href", heading === undefined ? link : `${link}#${heading}`)
    }
  })
}
