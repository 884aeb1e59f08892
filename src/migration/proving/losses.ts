/**
 * Tells what an operation may lose, before it is tried.
 *
 * What only fails over rows that are in its way, such as a new key over duplicates, loses nothing: a proof finds these rows. An effect
 * is code of the application, of which nothing is known here: a proof tells what it does.
 *
 * @since 0.1.0
 */
import type { ChangeColumn, Operation } from "../../sql/operation.ts"
import { fullName, type SqlText, type Structure } from "../../sql/Structure.ts"
import { lostBetween } from "./fitting.ts"
import type { Loss } from "../MigrationPlan.ts"

/** What may be lost by an operation on a database of this structure. */
export const lossesOf = (operation: Operation, before: Structure): ReadonlyArray<Loss> => {
  switch (operation._tag) {
    case "DropTable":
      return [{ what: fullName(operation.table), reason: "all rows of the table" }]
    case "DropColumn":
      return operation.column.generated === undefined
        ? [{ what: `${fullName(operation.table)}.${operation.column.name}`, reason: "all values of the column" }]
        : []
    case "DropSequence":
      return [{ what: fullName(operation.sequence), reason: "the number that the sequence has come to" }]
    case "ChangeEnum": {
      const gone = operation.from.values.filter((value) => !operation.to.values.includes(value))
      return gone.length === 0
        ? []
        : [{ what: fullName(operation.from), reason: `the values ${gone.join(", ")} where columns have them` }]
    }
    case "ChangeColumn": {
      const reason = lostByChange(operation)
      return reason === undefined ? [] : [{ what: `${fullName(operation.table)}.${operation.to.name}`, reason }]
    }
    case "Execute":
      return lostByHand(operation.sql)
    // a schema and a type go when nothing is left that needs them
    case "DropSchema":
      return before.tables.filter(({ schema }) => schema === operation.schema.name).map((table) => ({
        what: fullName(table),
        reason: "all rows of the table, where the schema goes with what is in it"
      }))
    case "DropEnum":
    case "CreateSchema":
    case "CreateEnum":
    case "CreateSequence":
    case "CreateTable":
    case "RenameTable":
    case "AddColumn":
    case "RenameColumn":
    case "AddPrimaryKey":
    case "DropPrimaryKey":
    case "AddUnique":
    case "DropUnique":
    case "AddCheck":
    case "DropCheck":
    case "AddForeignKey":
    case "DropForeignKey":
    case "CreateIndex":
    case "DropIndex":
    case "Comment":
    case "Distribute":
    case "CreateView":
    case "DropView":
      return []
  }
}

/** What values of a column may lose when it changes: nothing where they were computed before. */
const lostByChange = ({ from, to, using }: ChangeColumn): string | undefined => {
  if (from.generated !== undefined) return undefined
  if (to.generated !== undefined) return "all values of the column, which are computed from now on"
  if (using !== undefined) return `what ${anyText(using)} makes other of them`
  return lostBetween(from.type, to.type)
}

const lostByHand = (sql: SqlText): ReadonlyArray<Loss> => {
  const text = anyText(sql)
  return takesAway(text) ? [{ what: "SQL", reason: `what this takes away: ${shortened(text)}` }] : []
}

const anyText = (sql: SqlText): string => typeof sql === "string" ? sql : Object.values(sql).join("; ")

/** Whether SQL has a word in it that takes something away; what is quoted or a comment is no word. */
const takesAway = (sql: string): boolean =>
  /\b(?:delete|drop|truncate|update|merge|replace|alter\s+(?:column\s+)?\w+\s+(?:set\s+data\s+)?type)\b/i.test(
    sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g, " ")
      .replace(/"(?:[^"]|"")*"/g, "name")
      .replace(/\bon\s+(?:delete|update)\b|\bfor\s+(?:no\s+key\s+)?update\b|\breplace\s*\(/gi, " ")
      .replace(/\b(?:before|after|instead\s+of)(?:\s+(?:or\s+)?(?:insert|update|delete|truncate)\b)+/gi, " ")
      .replace(/\bor\s+replace\s+(?:view|function|macro|procedure|trigger)\b/gi, " ")
  )

const shortened = (sql: string): string => {
  const line = sql.replace(/\s+/g, " ").trim()
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`
}
