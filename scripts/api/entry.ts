/**
 * What a page tells of one name: how it is declared, what it is for, how it fails, and an example.
 */
import { tagged } from "./comment.ts"
import type { Shown } from "./examples.ts"
import type { Failures } from "./failures.ts"
import { anchorOf, type Here, type Links } from "./links.ts"
import { block, codeOf, prose } from "./prose.ts"
import type { Kind, Member, Name } from "./reference.ts"

/** What is known of a whole reference when one of its pages is written. */
export interface Writer {
  readonly links: Links
  readonly failures: Failures
  readonly shown: Shown
  /** The address of a source, seen from a page. */
  readonly source: string
}

const kinds: Readonly<Record<Kind, string>> = {
  function: "function",
  constant: "constant",
  layer: "Layer",
  class: "class",
  error: "error",
  data: "Schema and type",
  interface: "interface",
  type: "type"
}

/** The Markdown of a name. `module` is the name under which it is used, or the path that it is imported from. */
export const entry = ({ failures, links, shown, source }: Writer, here: Here, module: string, name: Name): string => {
  const { comment, kind, place } = name
  const lender = shown(module, name)
  const [since] = tagged(comment, "since")
  const foot = [kinds[kind], ...(since === undefined ? [] : [`since ${since}`])].join(", ")
  return [
    `### ${name.name} {#${name.name}}`,
    block(name.signatures.join("\n")),
    prose(links, here, comment.text),
    ...tagged(comment, "deprecated").map((text) => `**Deprecated** ${prose(links, here, text)}`),
    ...propertiesOf(links, here, name.members),
    // a union of errors tells each of them
    ...(kind === "error" ? [] : failures.listed(here, kind === "type" ? { ...name, signatures: [] } : name)),
    ...tagged(comment, "example").map(exampleOf),
    ...(lender === undefined || lender.name === name.name && lender.module === module
      ? []
      : [
        `**Example** at ${
          codeOf(links, here, lender.module === module ? lender.name : `${lender.module}.${lender.name}`)
        }`
      ]),
    ...name.members.filter(({ kind: of }) => of === "method").map((member) =>
      methodOf({ failures, links }, here, name.name, member)
    ),
    `*${foot}* · [${place.file.replace(/^.*\//, "")}](${source}${place.file}#L${place.line})`
  ].filter((part) => part !== "").join("\n\n")
}

const exampleOf = (text: string): string => `**Example**\n\n${text.includes("```") ? text : block(text)}`

const methodOf = ({ failures, links }: Pick<Writer, "failures" | "links">, here: Here, name: string, member: Member) =>
  [
    `#### ${name}.${member.name} {#${anchorOf(name, member.name)}}`,
    block(member.signatures.join("\n")),
    prose(links, here, member.comment.text),
    ...failures.inLine(here, member),
    ...tagged(member.comment, "example").map(exampleOf)
  ].filter((part) => part !== "").join("\n\n")

/** The properties as one list; those of a record in it are a list in it. */
const propertiesOf = (links: Links, here: Here, members: ReadonlyArray<Member>): ReadonlyArray<string> => {
  const properties = members.filter(({ kind }) => kind === "property")
  return properties.length === 0 ? [] : [properties.map((member) => propertyOf(links, here, member)).join("\n")]
}

const propertyOf = (links: Links, here: Here, member: Member): string => {
  const [signature = member.name] = member.signatures
  const [short = signature] = member.members.length === 0
    ? [signature.replaceAll(/\s*\n\s*/g, " ")]
    : signature.split(":")
  const text = prose(links, here, member.comment.text).replaceAll("\n", "\n  ")
  const inner = member.members.map((one) => `\n  ${propertyOf(links, here, one).replaceAll("\n", "\n  ")}`).join("")
  return `- \`${short}\`${text === "" ? "" : `: ${text}`}${inner}`
}
