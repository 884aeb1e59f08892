/**
 * What a page says of errors: which there are, by exported unions where these are what a signature says, and when.
 */
import { type Comment, tagged } from "./comment.ts"
import type { Here, Links } from "./links.ts"
import { codeOf, firstSentence, prose } from "./prose.ts"
import type { Entrance } from "./reference.ts"
import { type Unions, unionsOf } from "./unions.ts"

/** What can fail, how it is declared, and what its comment says. */
export interface Failing {
  readonly comment: Comment
  readonly signatures: ReadonlyArray<string>
  readonly errors: ReadonlyArray<string>
}

/** Tells the errors of something as Markdown, in a list or in one line. */
export interface Failures {
  readonly listed: (here: Here, of: Failing) => ReadonlyArray<string>
  readonly inLine: (here: Here, of: Failing) => ReadonlyArray<string>
}

/** How the errors of a reference are told. */
export const failuresOf = (entrances: ReadonlyArray<Entrance>, links: Links): Failures => {
  const unions = unionsOf(entrances)
  const texts = new Map(
    entrances.flatMap((entrance) => entrance.modules.flatMap((module) => module.names))
      .filter(({ kind }) => kind === "error").map(({ comment, name }) => [name, firstSentence(comment.text)])
  )

  const line = (here: Here, said: ReadonlyMap<string, string>) => (name: string): string => {
    const members = unions.get(name)?.map((error) => codeOf(links, here, error)).join(", ")
    const text = [said.get(name) ?? texts.get(name) ?? "", members ?? ""].filter((part) => part !== "").join(" ")
    return `- ${codeOf(links, here, name)}${
      text === "" ? "" : `: ${members === undefined ? prose(links, here, text) : text}`
    }`
  }

  return {
    listed: (here, of) => {
      const names = gathered(unions, of)
      return names.length === 0 ? [] : [`**Errors**\n\n${names.map(line(here, saidIn(of.comment))).join("\n")}`]
    },
    inLine: (here, of) => {
      const names = gathered(unions, of)
      return names.length === 0 ? [] : [`Fails with ${names.map((name) => codeOf(links, here, name)).join(", ")}.`]
    }
  }
}

/** The greatest of the unions that a signature names, and the errors that are in none of them. */
const gathered = (unions: Unions, { errors, signatures }: Failing): ReadonlyArray<string> => {
  const words = new Set(signatures.join(" ").match(/\w+/g))
  const told = [...unions].filter(([name, of]) => words.has(name) && of.every((error) => errors.includes(error)))
  const named = told.filter(([name, of]) =>
    !told.some(([other, wider]) => other !== name && of.every((error) => wider.includes(error)))
  )
  const inUnions = new Set(named.flatMap(([, of]) => of))
  return [...named.map(([name]) => name), ...errors.filter((error) => !inUnions.has(error))]
}

/** What `@errors NAME text` says of each name. */
const saidIn = (comment: Comment): ReadonlyMap<string, string> =>
  new Map(
    tagged(comment, "errors").flatMap((text): ReadonlyArray<[string, string]> => {
      const [, name = "", said = ""] = /^`?(\w+)`?[\s:-]*([\s\S]*)$/.exec(text) ?? []
      return said === "" ? [] : [[name, said]]
    })
  )
