/**
 * The questions that find the rows an operation would fail over, before it is tried.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import { sqlFor } from "../../sql/compileTable.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import type { ChangeColumn, Operation } from "../../sql/operation.ts"
import {
  type ForeignKeyStructure,
  fullName,
  type IndexStructure,
  isSamePlace,
  type Place
} from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import type { FollowedTable } from "./followed.ts"

/** A question for what is in the way of an operation. */
export interface Question {
  /** What the operation changes, by the name that it has then. */
  readonly what: string
  /** A query whose one number counts what is in the way. */
  readonly sql: (dialect: Dialect) => string
  readonly reason: (count: number) => string
  /** What it means that the query fails, where that means something. */
  readonly failure?: string
}

/** What is to be asked before an operation; of what an earlier one of the same plan has put there, nothing can be. */
export const questionsOf = (operation: Operation, tables: ReadonlyArray<FollowedTable>): ReadonlyArray<Question> => {
  if (!("table" in operation) || operation._tag === "CreateTable" || operation._tag === "DropTable") return []
  const table = tables.find(({ now }) => now !== undefined && isSamePlace(now, operation.table))
  if (table === undefined) return []
  const what = fullName(operation.table)
  switch (operation._tag) {
    case "AddColumn": {
      const { default: made, generated, identity, name, nullable } = operation.column
      return nullable || made !== undefined || generated !== undefined || identity ? [] : [{
        what: `${what}.${name}`,
        sql: (dialect) => counting(table, dialect),
        reason: (count) => `${rows(count)} would have no value, and it has no default`
      }]
    }
    case "ChangeColumn":
      return changing(operation, table)
    case "AddPrimaryKey":
      return [
        ...operation.key.columns.flatMap((column) => missing(table, column, what)),
        ...sharing(table, operation.key.columns, what)
      ]
    case "AddUnique":
      return sharing(table, operation.key.columns, what)
    case "CreateIndex":
      return operation.index.unique ? indexing(table, operation.index, what) : []
    case "AddCheck": {
      const { condition, name } = operation.check
      return !isAsBefore(table) ? [] : [{
        what,
        sql: (dialect) => counting(table, dialect, `NOT (${sqlFor(condition, dialect)})`),
        reason: (count) => `${rows(count)} would break the check${name === undefined ? "" : ` ${name}`}`
      }]
    }
    case "AddForeignKey":
      return referring(table, operation.key, tables, what)
    case "RenameTable":
    case "DropColumn":
    case "RenameColumn":
    case "DropPrimaryKey":
    case "DropUnique":
    case "DropCheck":
    case "DropForeignKey":
    case "DropIndex":
    case "Comment":
    case "Distribute":
      return []
  }
}

const changing = ({ from, to, using }: ChangeColumn, table: FollowedTable): ReadonlyArray<Question> => {
  const column = valueOf(table, from.name)
  if (using !== undefined || to.generated !== undefined || column === undefined || table.now === undefined) return []
  const what = `${fullName(table.now)}.${to.name}`
  const isTried = (dialect: Dialect) => dialect.columnType(from.type) !== dialect.columnType(to.type)
  return [
    ...(from.nullable && !to.nullable ? missing(table, from.name, fullName(table.now)) : []),
    {
      what,
      sql: (dialect) => {
        const value = dialect.identifier(column)
        const cast = typeof dialect.tryCast === "function" ? dialect.tryCast : dialect.cast
        return isTried(dialect)
          ? `SELECT ${asText(`count(${value}) - count(${cast(value, to.type)})`, dialect)} FROM ${
            named(table, dialect)
          }`
          : `SELECT ${asText("0", dialect)}`
      },
      reason: (count) => `${count} ${count === 1 ? "value is" : "values are"} none of the new type`,
      failure: "some values are none of the new type"
    }
  ]
}

const missing = (table: FollowedTable, name: string, what: string): ReadonlyArray<Question> => {
  const column = valueOf(table, name)
  return column === undefined ? [] : [{
    what: `${what}.${name}`,
    sql: (dialect) => counting(table, dialect, `${dialect.identifier(column)} IS NULL`),
    reason: (count) => `${rows(count)} ${count === 1 ? "has" : "have"} null there`
  }]
}

const sharing = (table: FollowedTable, names: ReadonlyArray<string>, what: string): ReadonlyArray<Question> => {
  const columns = names.map((name) => valueOf(table, name)).filter((name) => name !== undefined)
  return columns.length < names.length ? [] : [{
    what,
    sql: (dialect) => countingShared(table, columns.map(dialect.identifier), undefined, dialect),
    reason: shared(names)
  }]
}

const indexing = (table: FollowedTable, index: IndexStructure, what: string): ReadonlyArray<Question> =>
  !isAsBefore(table) ? [] : [{
    what,
    sql: (dialect) =>
      countingShared(
        table,
        index.on.map((part) => `(${sqlFor(part, dialect)})`),
        index.where === undefined ? undefined : sqlFor(index.where, dialect),
        dialect
      ),
    reason: shared([index.name])
  }]

const shared = (names: ReadonlyArray<string>) => (count: number): string =>
  `${rows(count)} have the same ${names.join(", ")} as others`

const referring = (
  table: FollowedTable,
  key: ForeignKeyStructure,
  tables: ReadonlyArray<FollowedTable>,
  what: string
): ReadonlyArray<Question> => {
  const target = tables.find(({ now }) => now !== undefined && isSamePlace(now, key.references))
  const pairs = Arr.zipWith(key.columns, key.targets, (own, other) => ({
    own: valueOf(table, own),
    other: target === undefined ? undefined : valueOf(target, other)
  }))
  const sql = (dialect: Dialect) => {
    const own = pairs.map((pair) => `own.${dialect.identifier(pair.own ?? "")}`)
    const isSame = pairs.map((pair, index) => `other.${dialect.identifier(pair.other ?? "")} = ${own[index]}`)
    return `SELECT ${asText("count(*)", dialect)} FROM ${named(table, dialect)} AS own WHERE ` +
      [
        ...own.map((value) => `${value} IS NOT NULL`),
        ...(target === undefined
          ? []
          : [`NOT EXISTS (SELECT 1 FROM ${named(target, dialect)} AS other WHERE ${isSame.join(" AND ")})`])
      ].join(" AND ")
  }
  const areKnown = pairs.every(({ other, own }) => own !== undefined && (target === undefined || other !== undefined))
  return !areKnown ? [] : [{
    what,
    sql,
    reason: (count) =>
      `${rows(count)} ${count === 1 ? "refers" : "refer"} to nothing in ${fullName(key.references)} by ${
        key.columns.join(", ")
      }`
  }]
}

/** What a column was called before, if its values are still those. */
const valueOf = ({ columns }: FollowedTable, name: string): string | undefined => {
  const column = columns.find(({ now }) => now === name)
  return column === undefined || column.using ? undefined : column.before.name
}

/** Whether an expression over the table means the same before the plan as where it comes. */
const isAsBefore = ({ columns }: FollowedTable): boolean =>
  columns.every(({ before, now, using }) => now === before.name && !using)

const countingShared = (
  table: FollowedTable,
  values: ReadonlyArray<string>,
  where: string | undefined,
  dialect: Dialect
): string => {
  const conditions = [...values.map((value) => `${value} IS NOT NULL`), ...(where === undefined ? [] : [`(${where})`])]
  return `SELECT ${asText("COALESCE(sum(times), 0)", dialect)} FROM (SELECT count(*) AS times FROM ` +
    `${named(table, dialect)} WHERE ${conditions.join(" AND ")} GROUP BY ${
      values.join(", ")
    } HAVING count(*) > 1) AS shared`
}

const counting = (table: FollowedTable, dialect: Dialect, where?: string): string =>
  `SELECT ${asText("count(*)", dialect)} FROM ${named(table, dialect)}${where === undefined ? "" : ` WHERE ${where}`}`

const named = ({ before }: { readonly before: Place }, dialect: Dialect): string => tableName(before, dialect)

const asText = (expression: string, dialect: Dialect): string => dialect.cast(expression, { _tag: "Text" })

const rows = (count: number): string => count === 1 ? "1 row" : `${count} rows`
