/**
 * Where each name of a reference is told: its page, and the heading on it.
 */
import { dirname, relative } from "node:path/posix"
import type { Entrance, Name } from "./reference.ts"
import { type Unions, unionsOf } from "./unions.ts"

/** The page that a text stands on, and the names that it may use by themselves. */
export interface Here {
  /** Its path in the folder of the pages, such as `core/Query.md`. */
  readonly page: string
  readonly names: ReadonlyArray<Name>
}

/** The address of what a word means, seen from a page; nothing where it means nothing of the reference. */
export type Links = (here: Here, word: string) => string | undefined

/** The page of a module. Where case tells no files apart, that of `Index` would be the one of its entrance. */
export const pageOfModule = ({ folder }: Entrance, module: string): string =>
  `${folder}/${module.toLowerCase() === "index" ? `${module}Module` : module}.md`

/** The page of an entrance, which tells the names that are in no module. */
export const pageOfEntrance = ({ folder }: Entrance): string => `${folder}/index.md`

/** The heading of a member. */
export const anchorOf = (name: string, member: string): string => `${name}-${member}`

/** The addresses of all names: of `Query` and `Query.from`, of members, and of errors and unions of errors by their names alone. */
export const linksOf = (entrances: ReadonlyArray<Entrance>): Links => {
  const everywhere = new Map<string, string>()
  const unions = unionsOf(entrances)
  for (const entrance of entrances) {
    for (const [word, address] of addressesIn(entrance, unions)) {
      if (!everywhere.has(word)) everywhere.set(word, address)
    }
  }
  return ({ names, page }, word) => {
    const [first = "", member] = word.split(".")
    const own = names.find(({ name }) => name === first)
    if (own !== undefined && member === undefined) return `#${own.name}`
    if (own !== undefined && isTold(own, member)) return `#${anchorOf(own.name, member ?? "")}`
    const address = everywhere.get(word)
    return address === undefined ? undefined : seenFrom(page, address)
  }
}

const addressesIn = (entrance: Entrance, unions: Unions): ReadonlyArray<readonly [string, string]> => [
  ...entrance.names.map(({ name }) => [name, `${pageOfEntrance(entrance)}#${name}`] as const),
  ...entrance.modules.flatMap(({ name: module, names }) => {
    const page = pageOfModule(entrance, module)
    return [
      [module, page] as const,
      ...names.flatMap(({ kind, name }) => [
        [`${module}.${name}`, `${page}#${name}`] as const,
        ...(kind === "error" || unions.has(name) ? [[name, `${page}#${name}`] as const] : [])
      ])
    ]
  })
]

/** Whether a member has a heading of its own. */
const isTold = ({ members }: Name, member: string | undefined): boolean =>
  members.some(({ kind, name }) => name === member && kind === "method")

const seenFrom = (page: string, address: string): string =>
  address.startsWith(`${page}#`) ? address.slice(page.length) : relative(dirname(page), address)
