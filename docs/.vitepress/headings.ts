/**
 * Headings that say their id, `### from {#from}`, keep it: another heading of the page with that name, such as its title, gets a longer one.
 */
import { slug } from "github-slugger"
import type { MarkdownRenderer } from "vitepress"

export const headings = (md: MarkdownRenderer): void => {
  md.core.ruler.before("anchor", "headings", ({ tokens }) => {
    const opening = tokens.filter(({ type }) => type === "heading_open")
    const taken = new Set(opening.map((token) => token.attrGet("id")))
    for (const [index, token] of tokens.entries()) {
      if (token.type !== "heading_open" || token.attrGet("id") !== null) continue
      const id = slug(tokens[index + 1]?.content ?? "")
      if (taken.has(id)) token.attrSet("id", `about-${id}`)
    }
  })
}
