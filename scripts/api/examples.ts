/**
 * Which example shows a name: its own, or one beside it that uses it.
 */
import { tagged } from "./comment.ts"
import type { Entrance, Module, Name } from "./reference.ts"

/** A name whose example shows another one. */
export interface Lender {
  readonly module: string
  readonly name: string
}

/** Whose example shows a name of a module: itself, another one, or nobody's. */
export type Shown = (module: string, name: Name) => Lender | undefined

/** What the examples of a reference show. */
export const shownIn = (entrances: ReadonlyArray<Entrance>): Shown => {
  const modules = entrances.flatMap((entrance) => entrance.modules)
  return (path, name) => {
    if (examplesOf(name).length > 0) return { module: path, name: name.name }
    const module = modules.find((one) => one.name === path)
    return (module === undefined ? undefined : lentBeside(module, name)) ??
      (name.kind === "error" ? caughtIn(modules, name) : undefined)
  }
}

/** The examples of a name and of its members. */
const examplesOf = ({ comment, members }: Name): ReadonlyArray<string> =>
  [comment, ...members.map((member) => member.comment)].flatMap((one) => tagged(one, "example"))

/** A name of the same module whose example uses a name, as in `Query.sum(…)`, or is of what hands out a class of this name. */
const lentBeside = (module: Module, name: Name, passed: ReadonlyArray<Name> = []): Lender | undefined => {
  const use = new RegExp(`\\b${module.name}\\.${name.name}\\b`)
  const user = module.names.find((other) => examplesOf(other).some((example) => use.test(example)))
  if (user !== undefined) return { module: module.name, name: user.name }
  if (name.kind !== "class") return undefined
  const mention = new RegExp(`\\b${name.name}\\b`)
  const before = [...passed, name]
  const givers = module.names.filter((other) =>
    !before.includes(other) && signaturesOf(other).some((one) => mention.test(one))
  )
  const giver = givers.find((other) => examplesOf(other).length > 0)
  if (giver !== undefined) return { module: module.name, name: giver.name }
  // what hands it out may itself only be handed out
  return givers.map((other) => other.kind === "class" ? lentBeside(module, other, before) : undefined)
    .find((lender) => lender !== undefined)
}

const signaturesOf = ({ members, signatures }: Name): ReadonlyArray<string> => [
  ...signatures,
  ...members.flatMap((member) => member.signatures)
]

/** Any example that catches an error by its tag. */
const caughtIn = (modules: ReadonlyArray<Module>, { name: tag }: Name): Lender | undefined => {
  for (const { name: module, names } of modules) {
    const lender = names.find((other) => examplesOf(other).some((example) => example.includes(`"${tag}"`)))
    if (lender !== undefined) return { module, name: lender.name }
  }
  return undefined
}
