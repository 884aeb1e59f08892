/**
 * Which rows refer to which others, told by the values of their keys.
 *
 * @since 0.1.0
 */
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { referrersOf } from "../model/referrers.ts"
import { type ForeignKey, identityOf, type Table, type TableColumn, tableOf, targetsOf } from "../model/Table.ts"
import { keyTexts } from "../sql/rowKey.ts"
import type { Tables } from "../sql/readSet.ts"
import type { Row } from "./validate.ts"

/** A text for the row that one refers to by a key; nothing where it refers to none. */
export const referenceText = (key: ForeignKey, row: Row): string | undefined =>
  textOf(tableOf(key.model()), key.targets, key.columns, row)

/** The texts of the references that a row may be referred to by. */
export const referredTexts = (table: Table, row: Row): ReadonlyArray<string> =>
  referrersOf(table).flatMap(({ key }) => {
    const text = textOf(table, key.targets, targetsOf(key), row)
    return text === undefined ? [] : [text]
  })

const textOf = (
  target: Table,
  targets: ReadonlyArray<string>,
  columns: ReadonlyArray<TableColumn>,
  row: Row
): string | undefined => {
  const [text] = keyTexts(columns.map((column) => [storedValue(column, row[column.field])]), 1)
  return text === undefined ? undefined : JSON.stringify([identityOf(target), targets, text])
}

/** What the schema of a column makes of a value to store it. One that it can't store is refused with the statement. */
export const storedValue = ({ codec }: TableColumn, value: unknown): unknown =>
  codec === undefined ? value : Option.getOrElse(Exit.getSuccess(codec.encode(value)), () => value)

/** The tables whose rows a database may change or delete by itself when rows of one are deleted. */
export const dependentsOf = (table: Table, found: Map<string, Table> = new Map()): Tables => {
  for (const { key: { onDelete }, table: referring } of referrersOf(table)) {
    const identity = identityOf(referring)
    if ((onDelete === "cascade" || onDelete === "setNull") && !found.has(identity)) {
      found.set(identity, referring)
      dependentsOf(referring, found)
    }
  }
  return { all: false, tables: found, texts: [] }
}
