/**
 * The models that tables would have: their names, their fields, and how they refer to each other.
 *
 * @since 0.1.0
 */
import * as Graph from "effect/Graph"
import type { ColumnType } from "../../model/ColumnType.ts"
import { columnName, type ColumnNaming } from "../../model/naming.ts"
import {
  type ColumnStructure,
  type ForeignKeyStructure,
  isSamePlace,
  type TableStructure
} from "../../sql/Structure.ts"
import { camel, className, take, takenFields, takenNames } from "./names.ts"

/** A field, and the column that it is read from. */
export interface PulledField {
  readonly field: string
  readonly column: ColumnStructure
  /** The column's type, with what tells how its values look in JavaScript. */
  readonly type: ColumnType
}

/** Fields that refer to those of another model. */
export interface PulledKey {
  readonly key: ForeignKeyStructure
  readonly from: ReadonlyArray<PulledField>
  readonly target: PulledModel
  readonly to: ReadonlyArray<PulledField>
  /** Whether the other model leads back to this one, so that TypeScript can't find out their types by itself. */
  readonly isCircular: boolean
}

/** A model to be. */
export interface PulledModel {
  readonly name: string
  readonly table: TableStructure
  readonly isView: boolean
  readonly fields: ReadonlyArray<PulledField>
  readonly naming: ColumnNaming
  readonly keys: ReadonlyArray<PulledKey>
}

/** The models of tables, and of views that are told as if they were tables. */
export const pulledModels = (
  tables: ReadonlyArray<TableStructure>,
  views: ReadonlyArray<TableStructure>
): ReadonlyArray<PulledModel> => {
  const taken = new Set(takenNames)
  const isNumber = numbersIn(tables)
  const circles = circlesOf(tables)
  const models = [...tables, ...views].map((table) => {
    const keys = new Array<PulledKey>()
    const fields = fieldsOf(table, isNumber)
    const name = take(
      taken,
      className(table.name),
      ...(table.schema === undefined ? [] : [className(`${table.schema}_${table.name}`)]),
      className(table.name)
    )
    return { name, table, isView: views.includes(table), fields, naming: namingOf(fields), keys }
  })
  for (const model of models) {
    for (const key of model.table.foreignKeys) {
      const target = models.find((other) => !other.isView && isSamePlace(other.table, key.references))
      if (target === undefined) continue
      const isCircular = target === model ||
        circles.some((circle) => circle.includes(model.table) && circle.includes(target.table))
      const from = named(model, key.columns)
      const to = named(target, key.targets)
      if (from.length === to.length) model.keys.push({ key, from, target, to, isCircular })
    }
  }
  return models
}

const named = ({ fields }: { readonly fields: ReadonlyArray<PulledField> }, columns: ReadonlyArray<string>) =>
  columns.flatMap((name) => fields.filter(({ column }) => column.name === name))

/** The fields, those of the primary key in its order, which a model tells by that of its fields. */
const fieldsOf = (table: TableStructure, isNumber: IsNumber): ReadonlyArray<PulledField> => {
  const key = table.primaryKey?.columns ?? []
  const inKey = key.flatMap((name) => table.columns.filter((column) => column.name === name))
  let next = 0
  const ordered = table.columns.map((column) => {
    if (!inKey.includes(column)) return column
    next += 1
    return inKey[next - 1] ?? column
  })
  const taken = new Set(takenFields)
  return ordered.map((column) => ({
    field: take(taken, camel(column.name)),
    column,
    type: column.type._tag === "Int64" && isNumber(table, column.name) ? { _tag: "Int64", as: "number" } : column.type
  }))
}

/** How all columns are named with the fewest exceptions. */
const namingOf = (fields: ReadonlyArray<PulledField>): ColumnNaming => {
  const exceptions = (naming: ColumnNaming) =>
    fields.filter(({ column, field }) => columnName(field, naming) !== column.name).length
  return exceptions("snake_case") < exceptions("asWritten") ? "snake_case" : "asWritten"
}

type IsNumber = (table: TableStructure, column: string) => boolean

/** What the database numbers is a number in JavaScript, too, and so is what refers to it. */
const numbersIn = (tables: ReadonlyArray<TableStructure>): IsNumber => {
  const isNumber = (table: TableStructure, name: string, path: ReadonlyArray<ColumnStructure>): boolean => {
    const column = table.columns.find((one) => one.name === name)
    if (column === undefined || path.includes(column)) return false
    if (column.identity === true) return true
    return table.foreignKeys.some((key) => {
      const target = tables.find((other) => isSamePlace(other, key.references))
      const other = key.targets[key.columns.indexOf(name)]
      return target !== undefined && other !== undefined && isNumber(target, other, [...path, column])
    })
  }
  return (table, column) => isNumber(table, column, [])
}

/** Tables that lead to each other. */
const circlesOf = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<ReadonlyArray<TableStructure>> => {
  const nodes = new Map<TableStructure, number>()
  const graph = Graph.directed<TableStructure, string>((edges) => {
    for (const table of tables) nodes.set(table, Graph.addNode(edges, table))
    for (const table of tables) {
      for (const key of table.foreignKeys) {
        const from = nodes.get(table)
        const target = tables.find((other) => isSamePlace(other, key.references))
        const to = target === undefined ? undefined : nodes.get(target)
        if (from !== undefined && to !== undefined) Graph.addEdge(edges, from, to, "")
      }
    }
  })
  return Graph.stronglyConnectedComponents(graph).map((circle) =>
    tables.filter((table) => circle.includes(nodes.get(table) ?? -1))
  )
}
