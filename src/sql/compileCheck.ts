/**
 * Turns what a schema says of a column's values into a condition of a dialect.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { ColumnCheck } from "../model/columnCheck.ts"
import { type ColumnType, integerRange, isInteger, type TextLength } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Dialect } from "./Dialect.ts"
import { hasLiteral, literal } from "./literal.ts"
import { quoted } from "./quoted.ts"
import { storer } from "./storable.ts"

/** The condition that a column's values meet, as far as a database can say exactly the same; a null meets every one. */
export const checkCondition = (column: TableColumn, dialect: Dialect): string | undefined => {
  const conditions = column.checks.flatMap((check) => conditionsOf(check, column, dialect))
  return conditions.length === 0 ? undefined : conditions.join(" AND ")
}

const conditionsOf = (check: ColumnCheck, column: TableColumn, dialect: Dialect): ReadonlyArray<string> => {
  const name = dialect.identifier(column.name)
  switch (check._tag) {
    case "AtLeast":
    case "AtMost":
      return boundText(check, column, dialect)
    case "Length":
      return column.type._tag === "Text" ? lengthText(check, name, column.type.length, dialect) : []
    case "Pattern":
      return column.type._tag === "Text" ? [dialect.matchesRegex(name, quoted(check.pattern))] : []
    case "OneOf":
      // a type that has its values keeps others out by itself
      if (!hasLiteral(column.type)) return []
      return [`${name} IN (${check.values.map((value) => literal(column.type, value, dialect)).join(", ")})`]
  }
}

type Bound = ColumnCheck & { readonly _tag: "AtLeast" | "AtMost" }

const boundText = (check: Bound, { name, type }: TableColumn, dialect: Dialect): ReadonlyArray<string> => {
  const { bound, excluded } = isInteger(type) ? wholeBound(check) : check
  if (isImplied({ ...check, bound }, type)) return []
  const stored = Result.try(() => storer({ type, nullable: false }, dialect.features)(bound))
  // a bound that is no value of the column itself can't be told exactly
  if (Result.isFailure(stored)) return []
  const column = dialect.identifier(name)
  const operator = `${check._tag === "AtLeast" ? ">" : "<"}${excluded ? "" : "="}`
  const condition = `${column} ${operator} ${literal(type, stored.success, dialect)}`
  // databases sort NaN behind all numbers, and JavaScript nowhere
  return check._tag === "AtLeast" && (type._tag === "Double" || type._tag === "Float")
    ? [condition, `${column} <> ${literal(type, Number.NaN, dialect)}`]
    : [condition]
}

/** Between whole numbers, what is above 1.5 is at least 2. */
const wholeBound = ({ _tag, bound, excluded }: Bound) => {
  if (typeof bound !== "number" || Number.isInteger(bound)) return { bound, excluded }
  return { bound: _tag === "AtLeast" ? Math.ceil(bound) : Math.floor(bound), excluded: false }
}

/** Whether no value of an integer type is beyond the bound anyway. */
const isImplied = ({ _tag, bound }: Bound, type: ColumnType): boolean => {
  if (!isInteger(type) || (!Predicate.isNumber(bound) && !Predicate.isBigInt(bound))) return false
  const [least, greatest] = integerRange(type)
  return _tag === "AtLeast" ? bound <= least : bound >= greatest
}

const lengthText = (
  { maximum, minimum, unit }: ColumnCheck & { readonly _tag: "Length" },
  name: string,
  within: TextLength | undefined,
  dialect: Dialect
): ReadonlyArray<string> => {
  const length = dialect.length[unit](name)
  // what the type keeps out anyway
  const isLongEnough = minimum === 0 || (unit === "codePoints" && within !== undefined && within.least >= minimum)
  const isShortEnough = maximum === undefined ||
    (unit === "codePoints" && within !== undefined && within.most <= maximum)
  return [
    ...isLongEnough ? [] : [minimum === 1 ? `${name} <> ''` : `${length} >= ${minimum}`],
    ...isShortEnough ? [] : [`${length} <= ${maximum}`]
  ]
}
