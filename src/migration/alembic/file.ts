/**
 * Reads the header of a revision file of Alembic, without running its Python.
 *
 * @since 0.1.0
 */
import type { AlembicIssue } from "../AlembicError.ts"
import { type PythonToken, statementsOf } from "./pythonStatements.ts"

/** What the header of a revision file says. */
export interface AlembicFile {
  readonly id: string
  readonly file: string
  /** The first paragraph of the docstring. */
  readonly message: string
  /** The time of its creation as the docstring has it, where it has one. */
  readonly created: string | undefined
  readonly parents: ReadonlyArray<string>
  readonly labels: ReadonlyArray<string>
  /** Ids or labels, as they are written. */
  readonly dependsOn: ReadonlyArray<string>
}

/** The header of a file, or what can't be understood in it. */
export const readHeader = (file: string, text: string): AlembicFile | ReadonlyArray<AlembicIssue> => {
  const statements = statementsOf(text)
  const issues: Array<AlembicIssue> = []
  const values = new Map<string, ReadonlyArray<string>>()
  for (const tokens of statements) {
    const assigned = assignment(tokens)
    if (assigned === undefined) continue
    const { name, value } = assigned
    const understood = valueOf(value)
    if (understood !== undefined) values.set(name, understood)
    else issues.push({ file, line: tokens[0].line, reason: notUnderstood(name) })
  }
  const documentation = documentationOf(statements)
  const [id = legacyId(file), ...more] = values.get("revision") ?? []
  const parents = values.get("down_revision")
  if (issues.length > 0) return issues
  if (id === undefined) {
    return [{ file, reason: "it has no `revision`: it isn't a revision file, or an old one without an id" }]
  }
  if (more.length > 0) return [{ file, reason: "`revision` has to be one text" }]
  if (parents === undefined) {
    return [{ file, reason: "it has no `down_revision`; the first revision has `down_revision = None`" }]
  }
  if (/[@+-]/.test(id)) {
    return [{ file, reason: `"${id}" can't be the id of a revision: Alembic has other uses for @, + and -` }]
  }
  return {
    id,
    file,
    message: documentation.split(/\r?\n\r?\n/, 1).join("").trim(),
    created: /^Create Date:[ \t]*(.*\S)/m.exec(documentation)?.[1],
    parents,
    labels: values.get("branch_labels") ?? [],
    dependsOn: values.get("depends_on") ?? []
  }
}

const headers = ["revision", "down_revision", "branch_labels", "depends_on"]

const notUnderstood = (name: string): string =>
  `\`${name}\` is not written as a text, None, or texts in brackets. It has to be: Python isn't run here`

/** Files of the first Alembic have their id in their name alone. */
const legacyId = (file: string): string | undefined => /(?:^|[\\/])([a-f0-9]+)\.py$/.exec(file)?.[1]

/** What is assigned to one of the names that matter, with its type taken off. */
const assignment = (
  [name, ...rest]: ReadonlyArray<PythonToken>
): { readonly name: string; readonly value: ReadonlyArray<PythonToken> } | undefined => {
  if (name?.kind !== "name" || !headers.includes(name.source)) return undefined
  const sign = rest[0]?.source
  if (sign === "=") return { name: name.source, value: rest.slice(1) }
  const equals = rest.findIndex(({ source }) => source === "=")
  return sign === ":" && equals > 0 ? { name: name.source, value: rest.slice(equals + 1) } : undefined
}

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }

/** The texts that an expression has; none for `None`, and undefined for what isn't a plain value. */
const valueOf = (tokens: ReadonlyArray<PythonToken>): ReadonlyArray<string> | undefined => {
  const [first, ...rest] = tokens
  if (first === undefined) return undefined
  if (first.source === "None" && rest.length === 0) return []
  const close = closers[first.source]
  if (close === undefined) return texts(tokens)
  return rest.at(-1)?.source === close ? bracketed(rest.slice(0, -1)) : undefined
}

/** What stands in brackets: nothing, or a value, which may be in brackets again. */
const bracketed = (tokens: ReadonlyArray<PythonToken>): ReadonlyArray<string> | undefined =>
  tokens.length === 0 ? [] : valueOf(tokens)

/** Texts with commas between them, and behind the last one perhaps; texts side by side are one. */
const texts = (tokens: ReadonlyArray<PythonToken>): ReadonlyArray<string> | undefined => {
  const found: Array<string> = []
  let isOpen = false
  for (const { kind, source, text } of tokens) {
    if (kind === "text" && text !== undefined) {
      found.push(isOpen ? `${found.pop()}${text}` : text)
      isOpen = true
    } else if (source === "," && isOpen) {
      isOpen = false
    } else {
      return undefined
    }
  }
  return found
}

/** The text that a file opens with, if it opens with one. */
const documentationOf = ([first = []]: ReadonlyArray<ReadonlyArray<PythonToken>>): string =>
  first.every(({ kind }) => kind === "text") ? first.map(({ text }) => text ?? "").join("").trim() : ""
