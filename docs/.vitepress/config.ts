/**
 * The site: what VitePress is told. The pages are the Markdown of docs/, which reads as well on a code host.
 */
import { slug } from "github-slugger"
import { type DefaultTheme, defineConfig } from "vitepress"
import { diagrams } from "./diagrams.ts"
import { wrongLinks } from "./finished.ts"
import { headings } from "./headings.ts"
import { repositoryLinks } from "./links.ts"
import { writeForAssistants } from "./llms.ts"
import { wrongInMarkdown } from "./markdownLinks.ts"
import { firstOf, type Folder, isFolder, isIndex, type Page, pagesOf, parts } from "./pages.ts"
import { address } from "./repository.ts"

/** Where the site stands on its host: `/` or a folder such as `/andamios-orm/`. */
const base = process.env["DOCS_BASE"] ?? "/"

/** The title of a page below the name of its part: "Prisma", not "Coming from Prisma". */
const short = (title: string, part: string): string => {
  const rest = part === "Coming from" ? title.replace(`${part} `, "") : title
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** A page, or a folder that opens below its index. */
const entry = (item: Page | Folder, part: string): DefaultTheme.SidebarItem => {
  if (!isFolder(item)) return { text: short(item.title, part), link: item.link }
  const [first, ...others] = item.items
  const index = first !== undefined && isIndex(first) ? first : undefined
  return {
    text: item.title,
    ...(index === undefined ? {} : { link: index.link }),
    collapsed: true,
    items: (index === undefined ? item.items : others).map((inner) => entry(inner, item.title))
  }
}

const section = ({ items, title }: Folder): DefaultTheme.SidebarItem => ({
  text: title,
  collapsed: false,
  items: items.map((item) => entry(item, title))
})

/** The parts whose pages are in this folder, and with `""` those of the guides: each has a sidebar of its own. */
const partsIn = (folder: "" | "api/" | "examples/"): Array<DefaultTheme.SidebarItem> =>
  parts.filter((part) => (/^(?:api|examples)\//.exec(pagesOf(part)[0]?.file ?? "")?.[0] ?? "") === folder).map(section)

const navigation = (text: string, part: string): ReadonlyArray<DefaultTheme.NavItemWithLink> => {
  const first = firstOf(part)
  if (first === undefined) return []
  const folder = `/${first.file.replace(/[^/]*$/, "")}`
  return [{ text, link: first.link, activeMatch: folder === "/" ? "^/[a-z-]+$" : `^${folder}` }]
}

export default defineConfig({
  base,
  lang: "en",
  title: "Andamios ORM",
  description:
    "The typed ORM of the Effect ecosystem: models are Effect Schemas, DuckDB is embedded, PostgreSQL is one Layer away.",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${base}logo.svg` }]],
  markdown: {
    anchor: { slugify: (heading) => slug(heading) },
    theme: { light: "github-light", dark: "github-dark" },
    config: (md) => {
      headings(md)
      repositoryLinks(md)
      diagrams(md)
    }
  },
  themeConfig: {
    logo: "/logo.svg",
    nav: [
      ...navigation("Guide", "Start"),
      ...navigation("Recipes", "Recipes"),
      ...navigation("Coming from", "Coming from"),
      ...navigation("API", "API"),
      ...navigation("Examples", "Examples")
    ],
    sidebar: {
      "/": partsIn(""),
      "/api/": partsIn("api/"),
      "/examples/": partsIn("examples/")
    },
    notFound: {
      title: "There is no such page",
      quote: "It may have another name by now. Search for it, or begin where the guides begin.",
      linkLabel: "to the first page",
      linkText: "First page"
    },
    outline: { level: [2, 3] },
    search: {
      provider: "local",
      // what is explained comes before what is merely used
      options: {
        miniSearch: { searchOptions: { boostDocument: (id: string) => id.includes("/examples/") ? 0.3 : 1 } }
      }
    },
    ...(address === undefined ? {} : {
      editLink: { pattern: `${address}/edit/main/docs/:path`, text: "Edit this page" },
      socialLinks: [{ icon: "github", link: address }]
    }),
    footer: { message: "MIT" }
  },
  // the index of the search is one large file, which is loaded when somebody searches
  vite: { build: { chunkSizeWarningLimit: 5_000 } },
  transformPageData: ({ frontmatter, relativePath }) => {
    // what is written by a program isn't edited by hand
    if (/^(?:api|examples)\//.test(relativePath)) frontmatter["editLink"] = false
  },
  buildEnd: ({ outDir }) => {
    writeForAssistants(outDir, base)
    const wrong = [...wrongInMarkdown(), ...wrongLinks(outDir, base)]
    if (wrong.length > 0) throw new Error(`Links that lead nowhere:\n${wrong.map((link) => `  ${link}`).join("\n")}`)
  }
})
