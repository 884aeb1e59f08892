/**
 * What the doc comments of exported names leave out.
 */
import { type Comment, tagged } from "./comment.ts"
import { type Shown, shownIn } from "./examples.ts"
import type { Entrance, Member, Name } from "./reference.ts"
import { type Unions, unionsOf } from "./unions.ts"

/** Something that a comment should say. */
export interface Gap {
  readonly module: string
  /** The name, or a member of it: `Options.table`. */
  readonly name: string
  readonly file: string
  readonly line: number
  readonly what: "description" | "category" | "since" | "errors" | "example"
  /** The errors that are not named. */
  readonly errors: ReadonlyArray<string>
}

/** All that is left out. A name that several modules have is told once. */
export const gapsOf = (entrances: ReadonlyArray<Entrance>): ReadonlyArray<Gap> => {
  const unions = unionsOf(entrances)
  const shown = shownIn(entrances)
  const gaps = entrances.flatMap(({ modules, names, path }) => [
    ...names.flatMap((name) => gapsOfName({ module: path, name, unions, shown })),
    ...modules.flatMap((module) => {
      const of = { module: module.name, ...module.place, name: "(the module)", errors: [] }
      const opening: ReadonlyArray<Gap> = module.comment.text === "" ? [{ ...of, what: "description" }] : []
      return [...opening, ...module.names.flatMap((name) => gapsOfName({ module: module.name, name, unions, shown }))]
    })
  ])
  return [...new Map(gaps.map((gap) => [`${gap.file}:${gap.line} ${gap.name} ${gap.what}`, gap])).values()]
}

interface Asked {
  readonly module: string
  readonly name: Name
  readonly unions: Unions
  readonly shown: Shown
}

const gapsOfName = ({ module, name, shown, unions }: Asked): ReadonlyArray<Gap> => {
  const { comment } = name
  const of = { module, name: name.name, ...name.place, errors: [] }
  const errors = isUsed(name) && name.kind !== "error" ? unnamed(name, unions) : []
  const gaps: Array<Gap> = []
  if (comment.text === "") gaps.push({ ...of, what: "description" })
  else gaps.push(...untagged(comment).map((what) => ({ ...of, what })))
  if (errors.length > 0) gaps.push({ ...of, what: "errors", errors })
  if (isUsed(name) && shown(module, name) === undefined) gaps.push({ ...of, what: "example" })
  return [...gaps, ...undescribed(name).map((member) => ({ ...of, name: member, what: "description" as const }))]
}

const untagged = (comment: Comment) =>
  (["category", "since"] as const).filter((tag) => tagged(comment, tag).length === 0)

/** Whether a name is called, provided, asked for or caught; others are what people are handed. */
const isUsed = ({ kind }: Name): boolean => kind !== "interface" && kind !== "type" && kind !== "data"

/** The errors that neither by themselves nor in a union are named in a comment. */
const unnamed = ({ comment, errors }: Name, unions: Unions): ReadonlyArray<string> => {
  const said = new Set([comment.text, ...tagged(comment, "errors")].join("\n").match(/\w+/g))
  const named = new Set([...said].flatMap((word) => [word, ...unions.get(word) ?? []]))
  return errors.filter((error) => !named.has(error))
}

/** The members that have no description, but should: all of a class, options, and methods. A record is described, or what is in it. */
const undescribed = ({ kind, members, name }: Name): ReadonlyArray<string> => {
  const all = kind === "class" || kind === "error" || name.endsWith("Options")
  const without = (path: string, inner: ReadonlyArray<Member>): ReadonlyArray<string> =>
    inner.flatMap((member) => {
      const of = `${path}.${member.name}`
      if (member.comment.text !== "") return []
      if (member.members.length > 0) return without(of, member.members)
      return all || member.kind === "method" ? [of] : []
    })
  return without(name, members)
}
