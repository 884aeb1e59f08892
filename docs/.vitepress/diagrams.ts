/**
 * Mermaid diagrams, drawn while the site is built: a page carries the finished picture, in the colours of the theme.
 */
import { renderMermaidSVG } from "beautiful-mermaid"
import type { MarkdownRenderer } from "vitepress"

const colours = {
  bg: "var(--vp-c-bg)",
  fg: "var(--vp-c-text-1)",
  muted: "var(--vp-c-text-2)",
  line: "var(--vp-c-text-3)",
  accent: "var(--vp-c-brand-1)",
  surface: "var(--vp-c-bg-soft)",
  border: "var(--vp-c-border)",
  transparent: true
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("\"", "&quot;").replaceAll("<", "&lt;")

/** The source as the renderer wants it: without its title, and names of tables without the quotes that Mermaid allows them. */
const drawable = (source: string): string => {
  const untitled = source.replace(/^\s*accTitle:.*\n/m, "")
  return untitled.startsWith("erDiagram") ? untitled.replaceAll(/"(\w+)"/g, "$1") : untitled
}

/** The picture. Its `accTitle` is what it is called where it isn't seen; its fonts and styles are those of the theme. */
const figure = (source: string): string => {
  const title = /^\s*accTitle: *(.+)$/m.exec(source)?.[1] ?? "Diagram"
  const svg = renderMermaidSVG(drawable(source), colours)
    .replaceAll(/<style>[\s\S]*?<\/style>/g, "")
    .replace("<svg ", `<svg role="img" aria-label="${escaped(title)}" `)
  const width = /width="([\d.]+)"/.exec(svg)?.[1] ?? ""
  return `<figure class="diagram" style="--drawn: ${width}px" v-pre>${svg}</figure>\n`
}

export const diagrams = (md: MarkdownRenderer): void => {
  const fence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index]
    return token?.info.trim() === "mermaid" ? figure(token.content) : fence?.(tokens, index, options, env, self) ?? ""
  }
}
