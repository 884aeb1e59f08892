/**
 * What hangs on columns, and has to be away while PostgreSQL changes them.
 *
 * @since 0.1.0
 */
import { mentions } from "../sql/namesIn.ts"
import type { Operation } from "../sql/operation.ts"
import {
  type ColumnStructure,
  isSamePlace,
  type KeyStructure,
  type Place,
  type Structure,
  type TableStructure,
  type ViewStructure
} from "../sql/Structure.ts"

/** Columns of a table that change. */
export interface Touched {
  readonly table: TableStructure
  readonly columns: ReadonlyArray<string>
  /** What hangs on them and is not changed along by PostgreSQL: views alone, or all that speaks of their values, too. */
  readonly hanging: "views" | "all"
  /** Those that are dropped, and added again as they are here. */
  readonly remade: ReadonlyArray<ColumnStructure>
}

/** What takes away all that hangs on columns, and what puts it back. */
export interface Dependents {
  readonly off: ReadonlyArray<Operation>
  readonly on: ReadonlyArray<Operation>
}

/** The columns that the database computes of these. */
export const computedOf = (table: TableStructure, names: ReadonlyArray<string>): ReadonlyArray<ColumnStructure> =>
  table.columns.filter(({ generated }) => generated !== undefined && mentionsAny(generated, names))

/** What hangs on the columns of tables, in an order in which it can be taken away and put back. */
export const dependents = (all: ReadonlyArray<Touched>, before: Structure): Dependents => {
  const parts = all.map(partsOf)
  const views = readersOf(all, before)
  const references = referencesOf(all, before)
  return {
    off: [
      ...views.map((view) => ({ _tag: "DropView", view }) as const),
      ...references.map((one) => ({ _tag: "DropForeignKey", ...one }) as const),
      ...parts.flatMap(({ off }) => off)
    ],
    on: [
      ...parts.flatMap(({ on }) => on),
      ...references.map((one) => ({ _tag: "AddForeignKey", ...one }) as const),
      ...views.toReversed().map((view) => ({ _tag: "CreateView", view }) as const)
    ]
  }
}

/** The names of the columns that are dropped, and of those that all that hangs on them is taken off. */
const namesOf = ({ columns, hanging, remade }: Touched) => {
  const dropped = remade.map(({ name }) => name)
  return { dropped, bare: hanging === "all" ? [...columns, ...dropped] : dropped }
}

/** What is the table's own. */
const partsOf = (touched: Touched): Dependents => {
  const { remade, table } = touched
  const { bare, dropped } = namesOf(touched)
  const checks = table.checks.filter(({ condition }) => mentionsAny(condition, bare))
  const indexes = table.indexes.filter(({ on, where = "" }) => [...on, where].some((sql) => mentionsAny(sql, bare)))
  const { primaryKey } = table
  return {
    off: [
      ...checks.map((check) => ({ _tag: "DropCheck", table, check }) as const),
      ...indexes.map((index) => ({ _tag: "DropIndex", table, index }) as const),
      // the keys that it is in go with a column
      ...remade.map((column) => ({ _tag: "DropColumn", table, column }) as const)
    ],
    on: [
      ...remade.map((column) => ({ _tag: "AddColumn", table, column }) as const),
      ...(primaryKey !== undefined && holdsAny(primaryKey, dropped)
        ? [{ _tag: "AddPrimaryKey", table, key: primaryKey } as const]
        : []),
      ...table.uniques
        .filter((key) => holdsAny(key, dropped))
        .map((key) => ({ _tag: "AddUnique", table, key }) as const),
      ...checks.map((check) => ({ _tag: "AddCheck", table, check }) as const),
      ...indexes.map((index) => ({ _tag: "CreateIndex", table, index }) as const)
    ]
  }
}

/** The foreign keys that columns are in, at either end. */
const referencesOf = (all: ReadonlyArray<Touched>, before: Structure) =>
  before.tables
    .flatMap((table) => table.foreignKeys.map((key) => ({ table, key })))
    .filter(({ key, table }) =>
      all.some((touched) => {
        const { bare } = namesOf(touched)
        return (isSamePlace(table, touched.table) && holdsAny(key, bare)) ||
          (isSamePlace(key.references, touched.table) && key.targets.some((name) => bare.includes(name)))
      })
    )

/** The views that read any of the columns, and those that read such a view, each behind those that read it. */
const readersOf = (all: ReadonlyArray<Touched>, { views }: Structure): ReadonlyArray<ViewStructure> => {
  const ordered = new Set<ViewStructure>()
  const visit = (view: ViewStructure): void => {
    if (ordered.has(view)) return
    views.filter((other) => reads(other, view)).forEach(visit)
    ordered.add(view)
  }
  views.filter((view) => all.some((touched) => readsColumns(view, touched))).forEach(visit)
  return [...ordered]
}

const readsColumns = (view: ViewStructure, { columns, remade, table }: Touched): boolean =>
  reads(view, table) &&
  // a star stands for all columns
  (JSON.stringify(view.sql).includes("*") ||
    mentionsAny(view.sql, [...columns, ...remade.map(({ name }) => name)]))

const reads = (view: ViewStructure, place: Place): boolean =>
  view.reads === undefined ? mentions(view.sql, place.name) : view.reads.some((read) => isSamePlace(read, place))

const holdsAny = ({ columns }: KeyStructure, names: ReadonlyArray<string>): boolean =>
  columns.some((name) => names.includes(name))

const mentionsAny = (sql: Parameters<typeof mentions>[0], names: ReadonlyArray<string>): boolean =>
  names.some((name) => mentions(sql, name))
