/**
 * What DuckDB alters in place, and how it makes a table anew where it does not.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { Altered, Rebuilding } from "../sql/Dialect.ts"
import type { ChangeColumn, TableOperation } from "../sql/operation.ts"
import { identifier } from "../sql/quoted.ts"
import { type EnumStructure, type Place, type SqlText, sqlTexts, type TableStructure } from "../sql/Structure.ts"
import { tokensOf } from "../sql/sqlTokens.ts"
import { behind, continued } from "./numbering.ts"
import { unquoted } from "./storedType.ts"
import { columnType } from "./types.ts"
import { conversion } from "./conversion.ts"

/** Whether a change of a table is one that DuckDB makes, given what depends on the table. */
const inPlace = (operation: TableOperation, around: Altered): boolean => {
  const { isWritten, table } = around
  const isHeld = around.isHeld || isWritten
  switch (operation._tag) {
    case "CreateTable":
    case "DropTable":
    case "Comment":
    case "Distribute":
      return true
    case "RenameTable":
      // what refers to a renamed table, or is referred to by it, goes on looking for the old name
      return !isHeld && table.foreignKeys.length === 0 && !table.columns.some(({ identity }) => identity)
    case "AddColumn":
      return !isWritten && !operation.column.identity && operation.column.generated === undefined &&
        (operation.column.nullable || !isHeld) && isLiteral(operation.column.default)
    case "DropColumn":
      return !isHeld && !isUsed(table, operation.column.name) && !isBeforeKey(table, operation.column.name) &&
        table.columns.every(({ generated }) => generated === undefined)
    case "RenameColumn":
      return !isHeld && !isUsed(table, operation.from) &&
        table.columns.every(({ generated, identity, name }) =>
          generated === undefined && (name !== operation.from || !identity)
        )
    case "ChangeColumn":
      return changesInPlace(operation, around, isHeld)
    case "AddPrimaryKey":
      return !isHeld && table.foreignKeys.length === 0
    case "CreateIndex":
    case "DropIndex":
      return !isWritten
    case "DropPrimaryKey":
    case "AddUnique":
    case "DropUnique":
    case "AddCheck":
    case "DropCheck":
    case "AddForeignKey":
    case "DropForeignKey":
      return false
  }
}

const changesInPlace = ({ from, to, using }: ChangeColumn, { table }: Altered, isHeld: boolean): boolean => {
  if (from.generated !== undefined || to.generated !== undefined || from.identity !== to.identity) return false
  const isRetyped = using !== undefined || columnType(from.type) !== columnType(to.type)
  if (!isRetyped) return from.nullable === to.nullable || !isHeld
  return !isHeld && !isUsed(table, from.name) && table.columns.every(({ generated }) => generated === undefined)
}

/** Whether a default is a literal: any other one, a cast too, is written by an update, after which the table can't be altered. */
const isLiteral = (value: SqlText | undefined): boolean =>
  value === undefined || sqlTexts(value).every((text) => literal.test(text))

const literal = /^(?:-?[\d.]+|'(?:[^']|'')*'|NULL)$/i

/** Whether a key or a check is about the column, which the table can't be without then. */
const isUsed = (table: TableStructure, column: string): boolean =>
  keyColumns(table).includes(column) ||
  table.checks.some(({ condition }) => sqlTexts(condition).some((text) => mentions(text, column)))

/** Whether a column behind this one is of a key, whose index counts the columns. */
const isBeforeKey = (table: TableStructure, column: string): boolean => {
  const places = table.columns.map(({ name }) => name)
  return keyColumns(table).some((name) => places.indexOf(name) > places.indexOf(column))
}

const keyColumns = ({ foreignKeys, primaryKey, uniques }: TableStructure): ReadonlyArray<string> =>
  [...(primaryKey === undefined ? [] : [primaryKey]), ...uniques, ...foreignKeys].flatMap(({ columns }) => columns)

const mentions = (text: string, column: string): boolean =>
  tokensOf(text).some(({ end, start }) => unquoted(text.slice(start, end)).toLowerCase() === column.toLowerCase())

/** Whether the values of a type are those of an enum, or hold such. */
const holdsEnum = (type: ColumnType, place: EnumStructure): boolean => {
  if (type._tag === "List") return holdsEnum(type.element.type, place)
  if (type._tag === "Map") return holdsEnum(type.key, place) || holdsEnum(type.value.type, place)
  if (type._tag === "Struct") return type.fields.some((field) => holdsEnum(field.type, place))
  return type._tag === "Custom" && isNamed(type.names["duckdb"] ?? "", place)
}

const isNamed = (text: string, { name, schema }: Place): boolean => {
  const parts = tokensOf(text).map(({ end, start }) => unquoted(text.slice(start, end)))
  return parts.join(" ") === (schema === undefined ? name : `${schema} . ${name}`)
}

/** DuckDB's answers. */
export const rebuilding: Rebuilding = {
  inPlace,
  convert: conversion,
  holdsEnum,
  stage: (name, query) => `CREATE TEMP TABLE ${identifier(name)} AS ${query}`,
  unstage: (name) => `DROP TABLE temp.${identifier(name)}`,
  staged: (name) => `temp.${identifier(name)}`,
  continued,
  behind
}
