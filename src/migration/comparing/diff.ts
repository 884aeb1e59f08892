/**
 * Tells what has to change for one structure to become another.
 *
 * @since 0.1.0
 */
import { type LateKey, withoutCircles } from "../../sql/creation.ts"
import { evolve } from "../../sql/evolve.ts"
import type { Operation } from "../../sql/operation.ts"
import {
  at,
  type EnumStructure,
  type ForeignKeyStructure,
  isSamePlace,
  type KeyStructure,
  type Place,
  placeOf,
  type SequenceStructure,
  type Structure,
  type TableStructure
} from "../../sql/Structure.ts"
import { type Alike, alike, type Answers, apart } from "./alike.ts"
import { type ColumnChanges, columnChanges, commentChange } from "./columnChanges.ts"
import { type ConstraintChanges, constraintChanges } from "./constraintChanges.ts"
import type { Rename } from "./renames.ts"
import { viewChanges } from "./viewChanges.ts"

/** How two structures are compared. */
export interface DiffOptions {
  readonly dialect: Answers
  /** What goes under another name: whatever is not told is dropped and made anew. */
  readonly renames?: ReadonlyArray<Rename>
}

/**
 * The operations that make one structure the other, each possible when it comes. What may lose rows comes late, so that steps which
 * save them can be put before it. The names of constraints don't count, nor does the order of anything but the columns of keys.
 */
export const diff = (
  from: Structure,
  wanted: Structure,
  { dialect, renames = [] }: DiffOptions
): ReadonlyArray<Operation> => {
  const same = alike(dialect)
  const before = evolve(from, renames)
  const to = withFreeNames(wanted, before)
  const views = viewChanges(from, to, same)
  const enums = enumChanges(before, to)
  const sequences = sequenceChanges(before, to)
  const kept = keptTables(before, to, same)
  const goneTables = before.tables.filter((table) => at(to.tables, table) === undefined)
  const newTables = withoutCircles(to.tables.filter((table) => at(before.tables, table) === undefined))
  const keys = foreignKeyChanges(goneTables, kept, same)
  const dropped = withoutCircles(goneTables.map((table) => withoutTaken(keys.without(table), to)))
  return [
    ...views.gone.map((view): Operation => ({ _tag: "DropView", view })),
    ...to.schemas.filter((name) => !before.schemas.includes(name)).map(schema("CreateSchema")),
    ...renames,
    ...enums.early,
    ...sequences.early,
    ...[...keys.gone, ...dropped.late].map(foreignKey("DropForeignKey")),
    ...goneTables.flatMap((table) => takenIndexes(table, to)),
    ...kept.flatMap(({ constraints }) => constraints.drops),
    ...kept.flatMap(({ columns }) => [...columns.first, ...columns.changed]),
    ...kept.flatMap(({ distribution }) => distribution),
    ...kept.flatMap(({ constraints }) => constraints.keys),
    ...newTables.tables.map((table): Operation => ({ _tag: "CreateTable", table })),
    ...kept.flatMap(({ constraints }) => [...constraints.checks, ...constraints.indexes]),
    ...[...newTables.late, ...keys.come].map(foreignKey("AddForeignKey")),
    ...kept.flatMap(({ after, before: old }) => commentChange(after, old.comment, after.comment)),
    ...kept.flatMap(({ columns }) => columns.last),
    ...dropped.tables.toReversed().map((table): Operation => ({ _tag: "DropTable", table })),
    ...sequences.late,
    ...enums.late,
    ...before.schemas.filter((name) => !to.schemas.includes(name)).map(schema("DropSchema")),
    ...views.come.map((view): Operation => ({ _tag: "CreateView", view }))
  ]
}

/** A table that is there before and after, and what changes of it. */
interface KeptTable {
  readonly before: TableStructure
  readonly after: TableStructure
  readonly columns: ColumnChanges
  readonly distribution: ReadonlyArray<Operation>
  readonly constraints: ConstraintChanges
}

const keptTables = (before: Structure, to: Structure, same: Alike): ReadonlyArray<KeptTable> =>
  before.tables.flatMap((old): ReadonlyArray<KeptTable> => {
    const after = at(to.tables, old)
    if (after === undefined) return []
    const columns = columnChanges(old, after, same)
    const constraints = constraintChanges(old, after, same, columns.remade)
    return [{ before: old, after, columns, distribution: distributionChange(old, after, same), constraints }]
  })

const distributionChange = (
  { distribution: from }: TableStructure,
  after: TableStructure,
  same: Alike
): ReadonlyArray<Operation> => {
  const to = after.distribution
  return same.distribution(from, to) ? [] : [{
    _tag: "Distribute",
    table: placeOf(after),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to })
  }]
}

/**
 * References go while the key that they refer to is made anew, while a column of theirs is of another type than the one that it
 * refers to, or while the rows at either end move to other servers.
 */
const foreignKeyChanges = (goneTables: ReadonlyArray<TableStructure>, kept: ReadonlyArray<KeptTable>, same: Alike) => {
  const of = (place: Place) => kept.find(({ after }) => isSamePlace(after, place))
  const moves = (place: Place, columns: ReadonlyArray<string>): boolean => {
    const { remade = [], retyped = [] } = of(place)?.columns ?? {}
    return columns.some((name) => remade.includes(name) || retyped.includes(name))
  }
  const isSpread = (place: Place): boolean => (of(place)?.distribution ?? []).length > 0
  const goesWith = (table: Place, key: ForeignKeyStructure): boolean =>
    isSpread(table) || isSpread(key.references) ||
    moves(table, key.columns) || moves(key.references, key.targets) ||
    (of(key.references)?.constraints.droppedKeys ?? []).some(({ columns }) =>
      columns.toSorted().join("\0") === key.targets.toSorted().join("\0")
    )
  const changes = kept.map(({ after, before }) => ({
    table: after,
    ...apart(
      before.foreignKeys,
      after.foreignKeys,
      (one, other) => !goesWith(after, one) && same.foreignKey(one, other)
    )
  }))
  const late = (table: TableStructure, found: ReadonlyArray<ForeignKeyStructure>): ReadonlyArray<LateKey> =>
    found.map((key) => ({ table, key }))
  return {
    gone: [
      ...changes.flatMap(({ gone, table }) => late(table, gone)),
      ...goneTables.flatMap((table) => late(table, table.foreignKeys.filter((key) => goesWith(table, key))))
    ],
    come: changes.flatMap(({ come, table }) => late(table, come)),
    /** A table that is dropped, without the references that go before it. */
    without: (table: TableStructure): TableStructure => ({
      ...table,
      foreignKeys: table.foreignKeys.filter((key) => !goesWith(table, key))
    })
  }
}

const foreignKey = (_tag: "AddForeignKey" | "DropForeignKey") => ({ key, table }: LateKey): Operation => ({
  _tag,
  table: placeOf(table),
  key
})

const schema = (_tag: "CreateSchema" | "DropSchema") => (name: string): Operation => ({ _tag, schema: { name } })

/** Values that are new come before columns can have them, and values that are gone go when no column has them any more. */
const enumChanges = (before: Structure, to: Structure) => {
  const gone = before.enums.filter((one) => at(to.enums, one) === undefined)
  const come = to.enums.filter((one) => at(before.enums, one) === undefined)
  const changes = before.enums.flatMap((old) => {
    const after = at(to.enums, old)
    return after === undefined ? [] : [valueChanges(old, after)]
  })
  return {
    early: [
      ...come.map((one): Operation => ({ _tag: "CreateEnum", enum: one })),
      ...changes.flatMap(({ early }) => early)
    ],
    late: [
      ...changes.flatMap(({ late }) => late),
      ...gone.map((one): Operation => ({ _tag: "DropEnum", enum: one }))
    ]
  }
}

const valueChanges = (from: EnumStructure, to: EnumStructure) => {
  const gone = from.values.filter((value) => !to.values.includes(value))
  const isWider = to.values.some((value) => !from.values.includes(value))
  const both = isWider ? { ...to, values: [...to.values, ...gone] } : from
  return { early: changeEnum(from, both), late: changeEnum(both, to) }
}

const changeEnum = (from: EnumStructure, to: EnumStructure): ReadonlyArray<Operation> =>
  from.values.join("\0") === to.values.join("\0") ? [] : [{ _tag: "ChangeEnum", from, to }]

/** One that starts or counts otherwise is made anew at once; one that is gone goes when no default asks it any more. */
const sequenceChanges = (before: Structure, to: Structure) => {
  const { come, gone } = apart(before.sequences, to.sequences, isSameSequence)
  const isAnew = (sequence: SequenceStructure) => at(come, sequence) !== undefined
  const drop = (sequence: SequenceStructure): Operation => ({ _tag: "DropSequence", sequence })
  return {
    early: [
      ...gone.filter(isAnew).map(drop),
      ...come.map((sequence): Operation => ({ _tag: "CreateSequence", sequence }))
    ],
    late: gone.filter((sequence) => !isAnew(sequence)).map(drop)
  }
}

const isSameSequence = (one: SequenceStructure, other: SequenceStructure): boolean =>
  isSamePlace(one, other) && one.start === other.start && one.increment === other.increment

/** Names of indexes are those of their schema: one that is wanted elsewhere is free before its table is dropped. */
const takenIndexes = (table: TableStructure, to: Structure): ReadonlyArray<Operation> =>
  table.indexes.filter(({ name }) => isTaken(table, name, to)).map((index) => ({
    _tag: "DropIndex",
    table: placeOf(table),
    index
  }))

const withoutTaken = (table: TableStructure, to: Structure): TableStructure => ({
  ...table,
  indexes: table.indexes.filter(({ name }) => !isTaken(table, name, to))
})

const isTaken = ({ database, schema: within }: Place, index: string, to: Structure): boolean =>
  to.tables.some((table) =>
    table.schema === within && table.database === database && table.indexes.some(({ name }) => name === index)
  )

/**
 * Keys have names among those of indexes and tables, which a table keeps that is renamed: where the name is in use elsewhere, the
 * database finds another one.
 */
const withFreeNames = (wanted: Structure, before: Structure): Structure => {
  const free = (table: TableStructure) => <K extends KeyStructure>({ name, ...key }: K) =>
    name === undefined || before.tables.some((other) => !isSamePlace(other, table) && hasNamed(other, table, name))
      ? key
      : { ...key, name }
  return {
    ...wanted,
    tables: wanted.tables.map(({ primaryKey, ...table }) => ({
      ...table,
      ...(primaryKey === undefined ? {} : { primaryKey: free(table)(primaryKey) }),
      uniques: table.uniques.map(free(table))
    }))
  }
}

const hasNamed = (
  { database, indexes, primaryKey, schema: within, uniques }: TableStructure,
  beside: Place,
  wanted: string
) =>
  within === beside.schema && database === beside.database &&
  [primaryKey, ...uniques, ...indexes].some((thing) => thing?.name === wanted)
