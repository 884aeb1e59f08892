/**
 * What an input says of a relation, read into lists.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Row } from "../session/validate.ts"
import { keyFields } from "../sql/rowKey.ts"
import type { Place } from "./graph.ts"
import type { Branch, Member } from "./members.ts"

/** A row that is given, and where. */
export interface Given {
  readonly place: Place
  readonly row: Row
}

/** What is to become of the rows that a relation of one row leads to. */
export interface Operations {
  readonly create: ReadonlyArray<Given>
  readonly update: ReadonlyArray<Given>
  readonly upsert: ReadonlyArray<Given>
  readonly connect: ReadonlyArray<Row>
  readonly disconnect: ReadonlyArray<Row> | "all"
  readonly delete: ReadonlyArray<Row> | "all"
  /** The rows that it leads to from then on, and no others. */
  readonly set: ReadonlyArray<Row> | undefined
}

/** A row in two: its own fields, and what is said of its relations. */
export interface Split {
  readonly fields: Row
  readonly relations: ReadonlyMap<Branch, unknown>
  /** What is neither a field nor a relation of the aggregate. */
  readonly unknown: ReadonlyArray<string>
}

/** Parts a row that is given. Fields that relations fill in count for nothing. */
export const split = ({ branches, filled, table }: Member, row: Row): Split => {
  const relations = new Map<Branch, unknown>()
  const fields: Record<string, unknown> = {}
  const unknown: Array<string> = []
  for (const name of Object.keys(row)) {
    const branch = branches.find(({ link }) => link.name === name)
    if (branch !== undefined) {
      if (row[name] !== undefined) relations.set(branch, row[name])
    } else if (!Object.hasOwn(table.model.fields, name)) unknown.push(name)
    else if (!filled.has(name)) fields[name] = row[name]
  }
  return { fields, relations, unknown }
}

/** What a relation of the row at a place is told to do. */
export const operationsOf = ({ link, member: { table } }: Branch, { path, root }: Place, said: unknown): Operations => {
  const given = recordOf(said)
  const isMany = link.arity === "many"
  const listOf = (name: string): ReadonlyArray<unknown> => {
    const value = given[name]
    if (value === undefined) return []
    return Array.isArray(value) ? value : [value]
  }
  const rows = (name: string): ReadonlyArray<Given> =>
    listOf(name).map((row, index) => ({
      place: { root, path: [...path, link.name, name, ...isMany ? [String(index)] : []] },
      row: recordOf(row)
    }))
  const keys = (name: string): ReadonlyArray<Row> => listOf(name).map((key) => keyFields(table, key))
  const keysOrAll = (name: string) => given[name] === true ? "all" : keys(name)
  return {
    create: rows("create"),
    update: rows("update"),
    upsert: rows("upsert"),
    connect: keys("connect"),
    disconnect: keysOrAll("disconnect"),
    delete: keysOrAll("delete"),
    set: given["set"] === undefined ? undefined : keys("set")
  }
}

/** The rows that a whole tree has for a relation. */
export const rowsOf = ({ link }: Branch, { path, root }: Place, said: unknown): ReadonlyArray<Given> => {
  if (said === null) return []
  return Array.isArray(said)
    ? said.map((row, index) => ({ place: { root, path: [...path, link.name, String(index)] }, row: recordOf(row) }))
    : [{ place: { root, path: [...path, link.name] }, row: recordOf(said) }]
}

/** What is wrong with a field that is none. */
export const noSuchField = (field: string) => ({
  path: [field],
  message: "there is no such field, and no such relation in the aggregate"
})

const recordOf = (value: unknown): Row => Predicate.isObject(value) ? value : {}
