/**
 * What goes under another name: nobody guesses it, so that what is dropped and made anew is only what was meant to be.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Operation } from "../../sql/operation.ts"
import { at, fullName, isSamePlace, placeOf, type Structure, type TableStructure } from "../../sql/Structure.ts"
import { evolve } from "../../sql/evolve.ts"
import { alike, type Answers } from "./alike.ts"

/** A change of a name. */
export type Rename = Extract<Operation, { readonly _tag: "RenameTable" | "RenameColumn" }>

/**
 * A rename that was told can't be: there is nothing of the old name, nothing of the new one is wanted, or it is taken. Renames are told
 * on the command line alone, by `--rename`, so it is none of the errors that programs meet.
 */
export class RenameRefused extends Schema.TaggedError<RenameRefused>()("RenameRefused", {
  from: Schema.String,
  to: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.from} can't be renamed to ${this.to}: ${this.reason}. ` +
      "Name what the database has and what the models want, as in books=works or books.title=heading."
  }
}

/**
 * The renames between two structures, by names such as `{ "books": "works", "books.title": "heading" }`: those of tables and columns as
 * they are, and the new names alone. Columns go first, and whatever takes a name that is in use goes after it is free.
 */
export const renaming = (
  from: Structure,
  to: Structure,
  names: Readonly<Record<string, string>>
): Result.Result<ReadonlyArray<Rename>, RenameRefused> => {
  const told = Object.entries(names).map(([old, name]) => ({ old, name, rename: found(from, old, name) }))
  const unknown = told.find(({ rename }) => rename === undefined)
  if (unknown !== undefined) return refused(unknown, "the database has no such table or column")
  const renames = told.flatMap(({ rename }) => rename === undefined ? [] : [rename])
  const unwanted = told.find(({ rename }) => rename !== undefined && !isWanted(rename, to, renames))
  if (unwanted !== undefined) return refused(unwanted, "nothing of the new name is wanted")
  const { ordered, stuck } = inFreeOrder(from, renames)
  const taken = told.find(({ rename }) => rename !== undefined && stuck.includes(rename))
  return taken === undefined ? Result.succeed(ordered) : refused(taken, "the new name is taken")
}

const refused = ({ name, old }: { readonly old: string; readonly name: string }, reason: string) =>
  Result.fail(new RenameRefused({ from: old, to: name, reason }))

const found = ({ tables }: Structure, old: string, to: string): Rename | undefined => {
  const table = tables.find((one) => fullName(one) === old)
  if (table !== undefined) return { _tag: "RenameTable", table: placeOf(table), to }
  const owner = tables.find((one) => one.columns.some(({ name }) => `${fullName(one)}.${name}` === old))
  return owner === undefined
    ? undefined
    : { _tag: "RenameColumn", table: placeOf(owner), from: old.slice(fullName(owner).length + 1), to }
}

const isWanted = (rename: Rename, to: Structure, all: ReadonlyArray<Rename>): boolean => {
  if (rename._tag === "RenameTable") return at(to.tables, { ...rename.table, name: rename.to }) !== undefined
  const moved = all.find((one) => one._tag === "RenameTable" && isSamePlace(one.table, rename.table))
  const table = at(to.tables, moved === undefined ? rename.table : { ...rename.table, name: moved.to })
  return table?.columns.some(({ name }) => name === rename.to) === true
}

/** Columns before tables, and each when its new name is free; those for which that moment never comes are stuck. */
const inFreeOrder = (from: Structure, renames: ReadonlyArray<Rename>) => {
  const ordered: Array<Rename> = []
  let waiting = renames.toSorted((one, other) => one._tag.localeCompare(other._tag))
  let structure = from
  for (;;) {
    const next = waiting.find((rename) => isFree(structure, rename))
    if (next === undefined) return { ordered, stuck: waiting }
    ordered.push(next)
    waiting = waiting.filter((rename) => rename !== next)
    structure = evolve(structure, [next])
  }
}

const isFree = ({ tables }: Structure, rename: Rename): boolean =>
  rename._tag === "RenameTable"
    ? at(tables, { ...rename.table, name: rename.to }) === undefined
    : at(tables, rename.table)?.columns.every(({ name }) => name !== rename.to) === true

/** Something that would be dropped, and what would be made anew of which it could be the old name. */
export interface Candidate {
  readonly kind: "table" | "column"
  /** As `renaming` takes it: `books`, `books.title`. */
  readonly from: string
  readonly to: ReadonlyArray<string>
}

/**
 * What could be renames, beside those that are told already: a column that goes and one of the same type that comes, a table that goes
 * and one that comes with half of its columns or more.
 */
export const candidates = (
  from: Structure,
  to: Structure,
  { dialect, renames = [] }: { readonly dialect: Answers; readonly renames?: ReadonlyArray<Rename> }
): ReadonlyArray<Candidate> => {
  const same = alike(dialect)
  const before = evolve(from, renames)
  const newTables = to.tables.filter((table) => at(before.tables, table) === undefined)
  const shared = (one: TableStructure, other: TableStructure) =>
    one.columns.filter((column) =>
      other.columns.some(({ name, type }) => name === column.name && same.type(type, column.type))
    ).length
  const nameBefore = (table: TableStructure): string => {
    const rename = renames.find((one) =>
      one._tag === "RenameTable" && isSamePlace({ ...one.table, name: one.to }, table)
    )
    return fullName(rename?.table ?? table)
  }
  return before.tables.flatMap((table): ReadonlyArray<Candidate> => {
    const after = at(to.tables, table)
    if (after === undefined) {
      const like = newTables.filter((other) =>
        other.schema === table.schema && other.database === table.database &&
        shared(table, other) * 2 >= table.columns.length
      )
      return like.length === 0 ? [] : [{ kind: "table", from: fullName(table), to: like.map(({ name }) => name) }]
    }
    const come = after.columns.filter(({ name }) => table.columns.every((column) => column.name !== name))
    return table.columns.filter(({ name }) => after.columns.every((column) => column.name !== name)).flatMap(
      (column): ReadonlyArray<Candidate> => {
        const like = come.filter(({ type }) => same.type(type, column.type)).map(({ name }) => name)
        return like.length === 0 ? [] : [{ kind: "column", from: `${nameBefore(table)}.${column.name}`, to: like }]
      }
    )
  })
}
