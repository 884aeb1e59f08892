/**
 * A look at the finished site: each link of each page leads to a page, a file and a heading that are there, and nothing is loaded from elsewhere.
 */
import { existsSync, globSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"

const decoded = (text: string): string =>
  decodeURI(text.replaceAll("&quot;", "\"").replaceAll("&#39;", "'").replaceAll("&amp;", "&"))

const all = (html: string, pattern: RegExp): ReadonlyArray<string> =>
  [...html.matchAll(pattern)].map(([, found = ""]) => decoded(found))

const isElsewhere = (address: string): boolean => /^(?:[a-z]+:)?\/\//i.test(address)

/** What is wrong with the links of the site in this folder, which is read at `base`. */
export const wrongLinks = (site: string, base: string): ReadonlyArray<string> => {
  const pages = new Map(
    globSync("**/*.html", { cwd: site }).map((file) => [join(site, file), readFileSync(join(site, file), "utf8")])
  )
  const headings = new Map([...pages].map(([file, html]) => [file, new Set(all(html, /\sid="([^"]*)"/g))]))

  const fileOf = (page: string, path: string): string => {
    if (path === "") return page
    const file = path.startsWith("/") ? join(site, path.slice(base.length)) : join(dirname(page), path)
    return existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file
  }

  return [...pages].flatMap(([page, html]) => {
    const name = page.slice(site.length + 1)
    const links = all(html, /<a\b[^>]*?\shref="([^"]*)"/g).filter((link) =>
      !/^[a-z]+:/i.test(link) && !isElsewhere(link)
    )
    const loaded = [
      ...all(html, /<(?:img|script|iframe|source)\b[^>]*?\ssrc="([^"]*)"/g),
      ...all(html, /<link\b[^>]*?\shref="([^"]*)"/g)
    ]
    return [
      ...new Set([
        ...links.flatMap((link) => {
          const [path = "", heading] = link.split("#")
          const file = fileOf(page, path)
          if (!existsSync(file)) return [`${name}: there is no ${link}`]
          return heading === undefined || heading === "" || headings.get(file)?.has(heading) === true
            ? []
            : [`${name}: there is no heading ${link}`]
        }),
        ...loaded.filter(isElsewhere).map((link) => `${name} loads ${link} from elsewhere`),
        ...loaded.filter((link) => !/^[a-z]+:/i.test(link) && !isElsewhere(link) && !existsSync(fileOf(page, link)))
          .map((link) => `${name}: there is no file ${link}`)
      ])
    ]
  })
}
