/**
 * The pages of a reference, as Markdown by their paths: an index, all names, and a page for each entrance and each module.
 */
import { dirname, relative } from "node:path/posix"
import { tagged } from "./comment.ts"
import { entry, type Writer } from "./entry.ts"
import { shownIn } from "./examples.ts"
import { failuresOf } from "./failures.ts"
import { type Here, linksOf, pageOfEntrance, pageOfModule } from "./links.ts"
import { block, firstSentence, prose } from "./prose.ts"
import type { Entrance, Module, Name } from "./reference.ts"

/** All pages. `source` is the way from the folder of the pages to the root of the repository, such as `../../`. */
export const pagesOf = (entrances: ReadonlyArray<Entrance>, source: string): ReadonlyMap<string, string> => {
  const links = linksOf(entrances)
  const writer: Writer = {
    links,
    failures: failuresOf(entrances, links),
    shown: shownIn(entrances),
    source: `../${source}`
  }
  return new Map([
    ["index.md", indexOf(writer, entrances)],
    ["names.md", allNames(entrances)],
    ...entrances.flatMap((entrance, index) => [
      [pageOfEntrance(entrance), entrancePage(writer, entrance, index)] as const,
      ...entrance.modules.map((module) =>
        [pageOfModule(entrance, module.name), modulePage(writer, entrance, module)] as const
      )
    ])
  ])
}

/** The order is that among the pages of a folder, or among the folders. */
const front = (order: number): string => `---\neditLink: false\norder: ${order}\n---`

const indexOf = (writer: Writer, entrances: ReadonlyArray<Entrance>): string =>
  [
    front(1),
    "# API reference",
    "Every exported name, with its errors and an example. [All names](names.md) lists them from A to Z.",
    ...entrances.flatMap((entrance) => {
      const page = pageOfEntrance(entrance)
      return [`## [${entrance.path}](${page})`, list(writer, { page: "index.md", names: [] }, entrance)]
    })
  ].join("\n\n") + "\n"

/** The modules of an entrance, each with what it is about. */
const list = ({ links }: Writer, here: Here, entrance: Entrance): string =>
  [
    ...entrance.modules.map(({ comment, name }) =>
      `- [${name}](${relative(dirname(here.page), pageOfModule(entrance, name))}): ${
        prose(links, here, firstSentence(comment.text))
      }`
    ),
    ...entrance.names.map(({ comment, name }) =>
      `- [${name}](${here.page === "index.md" ? pageOfEntrance(entrance) : ""}#${name}): ${
        prose(links, here, firstSentence(comment.text))
      }`
    )
  ].join("\n")

const allNames = (entrances: ReadonlyArray<Entrance>): string => {
  const lines = entrances.flatMap((entrance) => [
    ...entrance.names.map(({ name }) => ({
      name,
      line: `- [${name}](${pageOfEntrance(entrance)}#${name}) of \`${entrance.path}\``
    })),
    ...entrance.modules.flatMap((module) =>
      module.names.map(({ name }) => ({
        name,
        line: `- [${name}](${pageOfModule(entrance, module.name)}#${name}) of [${module.name}](${
          pageOfModule(entrance, module.name)
        })`
      }))
    )
  ]).toSorted((one, other) => one.name.localeCompare(other.name))
  const letters = Map.groupBy(lines, ({ name }) => name.charAt(0).toUpperCase())
  return [
    front(2),
    "# All names",
    ...[...letters].map(([letter, of]) => `## ${letter}\n\n${of.map(({ line }) => line).join("\n")}`)
  ].join("\n\n") + "\n"
}

const entrancePage = (writer: Writer, entrance: Entrance, order: number): string => {
  const here: Here = { page: pageOfEntrance(entrance), names: entrance.names }
  return [
    front(order),
    `# ${entrance.path}`,
    prose(writer.links, here, entrance.comment.text),
    list(writer, here, entrance),
    ...(entrance.names.length === 0 ? [] : ["## Names"]),
    ...entrance.names.map((name) => entry(writer, here, entrance.path, name))
  ].join("\n\n") + "\n"
}

const modulePage = (writer: Writer, entrance: Entrance, module: Module): string => {
  const here: Here = { page: pageOfModule(entrance, module.name), names: module.names }
  const categories = categoriesOf(module.names)
  return [
    front(3),
    `# ${module.name}`,
    prose(writer.links, here, module.comment.text),
    block(`import { ${module.name} } from "${entrance.path}"`),
    categories.map(([title, names]) => `- ${title}: ${names.map(({ name }) => `[${name}](#${name})`).join(", ")}`).join(
      "\n"
    ),
    ...categories.flatMap(([title, names]) => [
      `## ${title}`,
      ...names.map((name) => entry(writer, here, module.name, name))
    ])
  ].join("\n\n") + "\n"
}

/** What people look for first, in this order; other categories come between by their names. */
const first = ["constructors", "layers", "services"]
const last = ["models", "types", "errors"]

const rank = (category: string): number =>
  first.includes(category)
    ? first.indexOf(category) - first.length
    : last.indexOf(category) + 1

/** The names by their categories, both from A to Z. */
const categoriesOf = (names: ReadonlyArray<Name>): ReadonlyArray<readonly [string, ReadonlyArray<Name>]> => {
  const categories = Map.groupBy(names, ({ comment }) => tagged(comment, "category")[0] ?? "others")
  return [...categories].toSorted(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other)).map(
    ([category, of]) => [
      `${category.charAt(0).toUpperCase()}${category.slice(1)}`,
      of.toSorted((one, other) => one.name.localeCompare(other.name))
    ]
  )
}
