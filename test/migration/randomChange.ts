/**
 * Random changes of a structure, after which it is one that a database can have, and what was renamed on the way.
 */
import { Structure } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { mentions } from "../../src/sql/namesIn.ts"
import { isSamePlace, placeOf } from "../../src/sql/Structure.ts"
import { type Chooser, chooser, type Tape, tapes } from "./chooser.ts"
import { about, computedColumn, isDistinct, isWhole, randomColumn, randomComment } from "./randomColumn.ts"
import {
  fresh,
  inTable,
  randomStructure,
  refers,
  withCheck,
  withIndex,
  withReference,
  withTable,
  withUnique,
  withViews
} from "./randomStructure.ts"

type Whole = Structure.Structure
type Table = Structure.TableStructure

export interface Pair {
  readonly from: Whole
  readonly to: Whole
  /** By the names before: `books`, `books.title`. */
  readonly renames: Readonly<Record<string, string>>
  /** Whether `to` is `from` with changes that keep the rows which `inserts` makes, as far as they can be kept. */
  readonly isRelated: boolean
}

/** Pairs of structures: one in five of them have nothing to do with each other. */
export const pairs = (dialect: Dialect): Arbitrary.Arbitrary<Pair> =>
  Arbitrary.map(
    Arbitrary.all([tapes(400), tapes(400)]),
    ([first, second]) => pairOf(chooser(first), chooser(second), second, dialect)
  )

const pairOf = (first: Chooser, second: Chooser, tape: Tape, dialect: Dialect): Pair => {
  const from = randomStructure(first, dialect)
  return second.oneIn(5)
    ? { from, to: randomStructure(chooser(tape.slice(1)), dialect), renames: {}, isRelated: false }
    : { ...changed(from, second, dialect), isRelated: true }
}

interface Changing {
  readonly from: Whole
  readonly structure: Whole
  readonly renames: Readonly<Record<string, string>>
  /** Columns that have got another type or name: once is enough, or their rows are lost on the way. */
  readonly touched: ReadonlySet<string>
}

type Change = (changing: Changing, choose: Chooser, dialect: Dialect) => Changing

const changed = (from: Whole, choose: Chooser, dialect: Dialect): Omit<Pair, "isRelated"> => {
  const begun: Changing = { from, structure: from, renames: {}, touched: new Set() }
  const { renames, structure } = Array.from({ length: choose.upTo(5) + 1 }).reduce<Changing>(
    (changing) => choose.oneOf(changes)(changing, choose, dialect),
    begun
  )
  return {
    from,
    to: structure,
    renames: Object.fromEntries(Object.entries(renames).filter(isStillThere(from, structure, renames)))
  }
}

/** Tells whether what was renamed is there in the end: a computed column may have gone with one that it was computed from. */
const isStillThere = (from: Whole, { tables }: Whole, renames: Changing["renames"]) => {
  const isTable = (old: string) => from.tables.some((table) => Structure.fullName(table) === old)
  const before = (table: Table) =>
    Object.keys(renames).find((old) => isTable(old) && renames[old] === table.name) ?? Structure.fullName(table)
  return ([old, name]: readonly [old: string, name: string]): boolean =>
    isTable(old) ||
    tables.some((table) => old.startsWith(`${before(table)}.`) && table.columns.some((column) => column.name === name))
}

/** Whether the table, or a column of it, goes under another name: then it stays. */
const isRenamed = ({ renames }: Changing, table: Table): boolean =>
  table.name.startsWith("renamed") || Object.keys(renames).some((name) => name.startsWith(Structure.fullName(table)))

const keyOf = (table: Structure.Place, column: string): string => `${Structure.fullName(table)}.${column}`

/** A change of a table, of which nothing else knows. */
const ofTable =
  (change: (table: Table, choose: Chooser, dialect: Dialect, all: Whole) => Table): Change =>
  (changing, choose, dialect) => {
    const table = choose.anyOf(changing.structure.tables)
    if (table === undefined) return changing
    const structure = inTable(
      changing.structure,
      table,
      () => change(table, choose, dialect, changing.structure)
    )
    return { ...changing, structure }
  }

/** A change of a column, of which nothing else knows. */
const ofColumn = (
  change: (column: Structure.ColumnStructure, choose: Chooser, table: Table) => Structure.ColumnStructure
): Change =>
  ofTable((table, choose) => {
    const column = choose.anyOf(table.columns)
    return {
      ...table,
      columns: table.columns.map((one) => one === column ? change(one, choose, table) : one)
    }
  })

/** The structure without whatever would not be there if the column were not. */
const withoutMentions = (structure: Whole, table: Structure.Place, column: string): Whole => {
  const isOf = (place: Structure.Place) => isSamePlace(place, table)
  const computed = structure.tables.flatMap((one) =>
    isOf(one) ? one.columns.filter(({ generated }) => generated !== undefined && mentions(generated, column)) : []
  )
  const less = inTable(structure, table, ({ primaryKey, ...one }) => ({
    ...one,
    ...(primaryKey === undefined || primaryKey.columns.includes(column) ? {} : { primaryKey }),
    columns: one.columns.filter((other) => !computed.includes(other)),
    uniques: one.uniques.filter(({ columns }) => !columns.includes(column)),
    checks: one.checks.filter(({ condition }) => !mentions(condition, column)),
    foreignKeys: one.foreignKeys.filter(({ columns }) => !columns.includes(column)),
    indexes: one.indexes.filter(({ on, where = "" }) => ![...on, where].some((part) => mentions(part, column)))
  }))
  return {
    ...less,
    tables: less.tables.map((one) => ({
      ...one,
      foreignKeys: one.foreignKeys.filter(({ references, targets }) => !isOf(references) || !targets.includes(column))
    })),
    views: []
  }
}

const dropTable: Change = (changing, choose) => {
  const { structure } = changing
  const table = choose.anyOf(structure.tables)
  if (table === undefined || structure.tables.length === 1 || isRenamed(changing, table)) return changing
  const tables = structure.tables.filter((one) => one !== table).map((one) => ({
    ...one,
    foreignKeys: one.foreignKeys.filter(({ references }) => !isSamePlace(references, table))
  }))
  return { ...changing, structure: { ...structure, tables, views: [] } }
}

const dropColumn: Change = (changing, choose) => {
  const { structure } = changing
  const table = choose.anyOf(structure.tables)
  const column = choose.anyOf(table?.columns.slice(1) ?? [])
  if (table === undefined || column === undefined || isRenamed(changing, table)) return changing
  const less = inTable(withoutMentions(structure, table, column.name), table, (one) => ({
    ...one,
    columns: one.columns.filter(({ name }) => name !== column.name)
  }))
  return { ...changing, structure: less }
}

const addColumn = ofTable((table, choose, _, { enums }) => {
  const column = randomColumn(choose, fresh(table.columns, "new"), enums)
  const isPossible = column.nullable || column.default !== undefined
  return { ...table, columns: [...table.columns, isPossible ? column : { ...column, nullable: true }] }
})

const retype: Change = (changing, choose) => {
  const { structure, touched } = changing
  const table = choose.anyOf(structure.tables)
  const column = choose.anyOf(table?.columns ?? [])
  const type = column === undefined ? undefined : choose.anyOf(about(column.type).casts)
  if (table === undefined || column?.generated !== undefined || column === undefined || type === undefined) {
    return changing
  }
  const isReferring = structure.tables.some(({ foreignKeys }) =>
    foreignKeys.some(({ references, targets }) => isSamePlace(references, table) && targets.includes(column.name))
  )
  if (touched.has(keyOf(table, column.name)) || refers(table, column.name) || isReferring) return changing
  const isKey = table.primaryKey?.columns.includes(column.name) === true
  const lost = isKey ? structure : withoutMentions(structure, table, column.name)
  const { default: _, identity: __, ...rest } = column
  const becomes = { ...rest, type, ...(choose.oneIn(3) ? { default: about(type).default } : {}) }
  return {
    ...changing,
    structure: inTable(isKey ? withoutTexts(lost, table, column.name) : lost, table, (one) => ({
      ...one,
      columns: one.columns.map((other) => other.name === column.name ? becomes : other)
    })),
    touched: new Set([...touched, keyOf(table, column.name)])
  }
}

/** The structure without expressions over the column, which may not be ones over another type. */
const withoutTexts = (structure: Whole, table: Structure.Place, column: string): Whole => ({
  ...inTable(structure, table, (one) => ({
    ...one,
    columns: one.columns.filter(({ generated }) => generated === undefined || !mentions(generated, column)),
    checks: one.checks.filter(({ condition }) => !mentions(condition, column)),
    indexes: one.indexes.filter(({ on, where = "" }) => ![...on, where].some((part) => mentions(part, column)))
  })),
  views: []
})

const renameTable: Change = (changing, choose) => {
  const { renames, structure } = changing
  const table = choose.anyOf(structure.tables)
  const isOld = table !== undefined && changing.from.tables.some((one) => isSamePlace(one, table))
  if (!isOld || Object.hasOwn(renames, Structure.fullName(table))) return changing
  const name = fresh(structure.tables, "renamed")
  return {
    ...changing,
    structure: {
      ...evolve(structure, [{ _tag: "RenameTable", table: placeOf(table), to: name }]),
      views: []
    },
    renames: { ...renames, [Structure.fullName(table)]: name }
  }
}

const renameColumn: Change = (changing, choose) => {
  const { renames, structure, touched } = changing
  const table = choose.anyOf(structure.tables)
  const old = changing.from.tables.find((one) => table !== undefined && isSamePlace(one, table))
  const column = choose.anyOf(table?.columns.filter(({ name }) => old?.columns.some((one) => one.name === name)) ?? [])
  if (table === undefined || column === undefined || Object.hasOwn(renames, Structure.fullName(table))) return changing
  if (touched.has(keyOf(table, column.name))) return changing
  const name = fresh(table.columns, choose.oneOf(["renamed", "Renamed column"]))
  return {
    ...changing,
    structure: {
      ...evolve(structure, [{ _tag: "RenameColumn", table: placeOf(table), from: column.name, to: name }]),
      views: []
    },
    renames: { ...renames, [keyOf(table, column.name)]: name },
    touched: new Set([...touched, keyOf(table, name)])
  }
}

const nullability = ofColumn((column, _, table) =>
  // rows may have nulls where they are allowed, so that nothing takes that back
  table.primaryKey?.columns.includes(column.name) === true || column.identity === true
    ? column
    : { ...column, nullable: true }
)

const defaults = ofColumn(({ default: old, ...column }, choose) =>
  old !== undefined || column.identity === true || column.generated !== undefined || choose.oneIn(4)
    ? { ...column, ...(old === undefined || choose.oneIn(2) ? {} : { default: old }) }
    : { ...column, default: about(column.type).default }
)

const identity = ofColumn(({ default: _, identity: old, ...column }) =>
  old === true || !isWhole(column) || column.type._tag === "Int16" || column.nullable
    ? { ...column, ..._ === undefined ? {} : { default: _ } }
    : { ...column, identity: true as const }
)

const computed = ofTable((table, choose, dialect) => {
  const old = table.columns.find(({ generated }) => generated !== undefined)
  const base = choose.anyOf(table.columns.filter((column) => isWhole(column) && !mentions("computed", column.name)))
  if (old === undefined) {
    return base === undefined || table.columns.some(({ name }) => name === "computed")
      ? table
      : { ...table, columns: [...table.columns, computedColumn(choose, "computed", base, dialect)] }
  }
  const { generated: _, ...plain } = old
  const becomes = base === undefined || choose.oneIn(2) ? plain : computedColumn(choose, old.name, base, dialect)
  return { ...table, columns: table.columns.map((column) => column === old ? becomes : column) }
})

/** Takes the primary key away where nothing refers to it, or makes one of columns that can be. */
const primaryKey: Change = (changing, choose) => {
  const { structure } = changing
  const table = choose.anyOf(structure.tables)
  if (table === undefined) return changing
  const key = table.primaryKey
  const isReferred = structure.tables.some(({ foreignKeys }) =>
    foreignKeys.some(({ references }) => isSamePlace(references, table))
  )
  const { primaryKey: _, ...rest } = table
  if (key !== undefined && !isReferred) return { ...changing, structure: inTable(structure, table, () => rest) }
  const columns = table.columns.filter((column) =>
    isDistinct(column) && !column.nullable && !refers(table, column.name)
  )
    .slice(0, choose.oneOf([1, 2])).map(({ name }) => name)
  return key !== undefined || columns.length === 0 ||
      table.uniques.some((unique) => unique.columns.join() === columns.join())
    ? changing
    : { ...changing, structure: inTable(structure, table, () => ({ ...rest, primaryKey: { columns } })) }
}

/** Drops one of a table's checks, indexes or references, or a unique key that nothing refers to. */
const dropSomething: Change = (changing, choose) => {
  const { structure } = changing
  const table = choose.anyOf(structure.tables)
  if (table === undefined) return changing
  const less = {
    ...table,
    checks: table.checks.slice(choose.upTo(1)),
    indexes: table.indexes.slice(choose.upTo(1)),
    foreignKeys: table.foreignKeys.slice(choose.upTo(1)),
    uniques: table.uniques.filter((key) =>
      choose.oneIn(2) ||
      structure.tables.some(({ foreignKeys }) =>
        foreignKeys.some(({ references, targets }) =>
          isSamePlace(references, table) && targets.join() === key.columns.join()
        )
      )
    )
  }
  return { ...changing, structure: inTable(structure, table, () => less) }
}

/** Refers by new columns, in which the rows that are there have nothing. */
const reference = ofTable((table, choose, dialect, all) => {
  const referring = withReference(dialect)(table, choose, all)
  const isOld = (name: string) => table.columns.some((column) => column.name === name)
  return {
    ...referring,
    columns: referring.columns.map((column) => isOld(column.name) ? column : { ...column, nullable: true })
  }
})

const onDelete = ofTable((table, choose, { features }) => ({
  ...table,
  foreignKeys: table.foreignKeys.map(({ onDelete: old, ...key }) =>
    !features.onDelete || choose.oneIn(2) || old !== undefined ? key : { ...key, onDelete: "cascade" as const }
  )
}))

const comments = ofTable(({ comment: _, ...table }, choose) => ({
  ...table,
  columns: table.columns.map(({ comment, ...column }) => ({
    ...column,
    ...(choose.oneIn(3) ? { comment: randomComment(choose) } : comment === undefined ? {} : { comment })
  })),
  ...(choose.oneIn(2) ? { comment: randomComment(choose) } : {})
}))

const views: Change = (changing, choose) => ({
  ...changing,
  structure: withViews({ ...changing.structure, views: [] }, choose)
})

/** An enum has one more value or is there at all; the first value is that of all rows. */
const enums: Change = (changing, choose) => {
  const { structure } = changing
  const [old] = structure.enums
  if (old === undefined) {
    return { ...changing, structure: { ...structure, enums: [{ name: "mood", values: ["fine"] }] } }
  }
  const isUsed = structure.tables.some(({ columns }) => columns.some(({ type }) => type._tag === "Custom"))
  const less = choose.oneIn(3) ? old.values.slice(0, 1) : old.values
  const values = choose.oneIn(2) ? [...less, "new"] : less
  return { ...changing, structure: { ...structure, enums: isUsed || values.length > 1 ? [{ ...old, values }] : [] } }
}

const sequences: Change = (changing, choose) => {
  const { structure } = changing
  const isThere = structure.sequences.length > 0
  const made = choose.oneIn(2) || !isThere ? [{ name: "numbers", start: choose.upTo(9) + 1, increment: 5 }] : []
  return { ...changing, structure: { ...structure, sequences: made } }
}

const schemas: Change = (changing, choose, dialect) => {
  const { structure } = changing
  const isUsed = structure.tables.some(({ schema }) => schema !== undefined)
  if (!structure.schemas.includes("sales")) {
    return { ...changing, structure: withTable({ ...structure, schemas: ["sales"] }, choose, dialect) }
  }
  return isUsed ? changing : { ...changing, structure: { ...structure, schemas: [] } }
}

const changes: readonly [Change, ...ReadonlyArray<Change>] = [
  (changing, choose, dialect) => ({ ...changing, structure: withTable(changing.structure, choose, dialect) }),
  dropTable,
  dropColumn,
  addColumn,
  addColumn,
  retype,
  retype,
  renameTable,
  renameColumn,
  nullability,
  defaults,
  identity,
  computed,
  primaryKey,
  dropSomething,
  dropSomething,
  ofTable(withUnique),
  ofTable(withCheck),
  ofTable((table, choose, dialect, all) => withIndex(dialect)(table, choose, all)),
  reference,
  onDelete,
  comments,
  views,
  enums,
  sequences,
  schemas
]
