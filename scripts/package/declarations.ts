/**
 * The built declarations as data: what each file declares, and what it imports and exports.
 */
import { readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { type ESTree, parseSync } from "rolldown/utils"
import { root } from "./distribution.ts"

const dist = join(root, "dist")

/** A name of a file; every name of it, where it is `*`. */
export interface Place {
  readonly file: string
  readonly name: string
}

/** A file of declarations, named from dist/ on without its ending. */
export interface Declarations {
  /** The text of each declaration without comments, by its name: several where it is overloaded. */
  readonly declared: ReadonlyMap<string, ReadonlyArray<string>>
  /** What names stand for that come from other files of ours. */
  readonly imported: ReadonlyMap<string, Place>
  /** What the names that it exports stand for. */
  readonly exported: ReadonlyMap<string, Place>
  /** The files of which it exports all names. */
  readonly all: ReadonlyArray<string>
}

const read = new Map<string, Declarations>()

/** Reads a file once. */
export const declarationsOf = (file: string): Declarations => {
  const known = read.get(file) ?? parsed(file)
  read.set(file, known)
  return known
}

const textOf = (name: ESTree.ModuleExportName): string => name.type === "Literal" ? name.value : name.name

/** The names that a statement declares. */
const namesOf = (declaration: ESTree.Node): ReadonlyArray<string> => {
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) => id.type === "Identifier" ? id.name : [])
  }
  return "id" in declaration && declaration.id?.type === "Identifier" ? [declaration.id.name] : []
}

const parsed = (file: string): Declarations => {
  const path = join(dist, `${file}.d.ts`)
  const text = readFileSync(path, "utf8")
  const { comments, program } = parseSync(path, text)

  /** The file of ours that an import leads to; nothing where it leads to a package. */
  const leadsTo = (source: string): string | undefined =>
    source.startsWith(".")
      ? relative(dist, resolve(dirname(path), source)).replaceAll("\\", "/").replace(/\.ts$/, "")
      : undefined

  const declared = new Map<string, Array<string>>()
  const imported = new Map<string, Place>()
  const exported = new Map<string, Place>()
  const all: Array<string> = []

  const declare = (statement: ESTree.Node, declaration: ESTree.Node): void => {
    const inside = comments.filter(({ end, start }) => start >= statement.start && end <= statement.end)
    const bare = inside.toReversed().reduce(
      (rest, { end, start }) => rest.slice(0, start - statement.start) + rest.slice(end - statement.start),
      text.slice(statement.start, statement.end)
    )
    const lines = bare.replace(/^export /, "").replace(/^declare /, "").split("\n").map((line) => line.trimEnd())
    for (const name of namesOf(declaration)) {
      declared.set(name, [...declared.get(name) ?? [], lines.filter((line) => line !== "").join("\n")])
    }
  }

  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") {
      const from = leadsTo(statement.source.value)
      for (const specifier of from === undefined ? [] : statement.specifiers) {
        const name = specifier.type === "ImportSpecifier" ? textOf(specifier.imported) : "*"
        imported.set(specifier.local.name, { file: from ?? "", name })
      }
    } else if (statement.type === "ExportAllDeclaration") {
      const from = leadsTo(statement.source.value)
      if (from === undefined) continue
      if (statement.exported === null) all.push(from)
      else exported.set(textOf(statement.exported), { file: from, name: "*" })
    } else if (statement.type === "ExportNamedDeclaration") {
      const from = statement.source === null ? file : leadsTo(statement.source.value)
      for (const specifier of from === undefined ? [] : statement.specifiers) {
        exported.set(textOf(specifier.exported), { file: from ?? "", name: textOf(specifier.local) })
      }
      if (statement.declaration === null) continue
      declare(statement, statement.declaration)
      for (const name of namesOf(statement.declaration)) exported.set(name, { file, name })
    } else {
      declare(statement, statement)
    }
  }
  return { declared, imported, exported, all }
}
