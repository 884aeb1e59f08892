/**
 * The text of comments as Markdown of a page: names of the reference lead to where they are told.
 */
import type { Here, Links } from "./links.ts"

/** Some text of a comment. Blocks of code stay as they are. */
export const prose = (links: Links, here: Here, text: string): string =>
  text.split(/(^```[\s\S]*?^```$)/m).map((part) => part.startsWith("```") ? part : linked(links, here, part)).join("")

const linked = (links: Links, here: Here, text: string): string =>
  text.split(/(\{@link [^}]+\}|`[^`]+`)/).map((part) => {
    const [, code] = /^`([^`]+)`$/.exec(part) ?? []
    if (code !== undefined) return codeOf(links, here, code)
    const [, link] = /^\{@link ([^}]+)\}$/.exec(part) ?? []
    return link === undefined ? escaped(part) : codeOf(links, here, link.trim())
  }).join("")

/** A name or some code, which is a link where it means something of the reference. */
export const codeOf = (links: Links, here: Here, code: string): string => {
  const address = links(here, code.replace(/\(.*\)$|\($/, ""))
  return address === undefined ? `\`${code}\`` : `[\`${code}\`](${address})`
}

/** What a site would take for HTML, or for an expression of its own. */
const escaped = (text: string): string => text.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;")

/** The first sentence of a text, on one line. */
export const firstSentence = (text: string): string =>
  (/^[\s\S]*?\.(?=\s|$)/.exec(text)?.[0] ?? text).replaceAll("\n", " ")

/** A block of TypeScript. */
export const block = (code: string): string => `\`\`\`ts\n${code}\n\`\`\``
