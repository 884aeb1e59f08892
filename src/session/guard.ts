/**
 * Tells valid rows at a glance, so that only the others need the whole of their schema.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import * as SchemaAST from "effect/SchemaAST"
import * as Column from "../model/Column.ts"
import { representation } from "../model/slotOf.ts"
import { dayLength, isInYears } from "../model/timeLimits.ts"

/** Whether a value is one of a schema's. A `false` is a "perhaps not": the schema itself says what is wrong, or that nothing is. */
export type Guard = (value: unknown) => boolean

/** The guard of an object's fields, one by one: a loop over simple checks, where the schema's own would interpret its parts. */
export const rowGuard = (ast: SchemaAST.AST): Guard => {
  if (!SchemaAST.isObjects(ast) || ast.checks !== undefined || ast.indexSignatures.length > 0) return schemaGuard(ast)
  if (ast.propertySignatures.length === 0) return schemaGuard(ast)
  const fields = ast.propertySignatures.map(({ name, type }) => ({
    name,
    fits: guardOf(type),
    optional: SchemaAST.isOptional(type)
  }))
  return (value) => {
    if (typeof value !== "object" || value === null) return false
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any object has properties, known or not
    const row = value as Readonly<Record<PropertyKey, unknown>>
    for (const { fits, name, optional } of fields) {
      if (!fits(row[name]) && !(optional && !(name in row))) return false
    }
    return true
  }
}

const guardOf = (ast: SchemaAST.AST): Guard => {
  const known = columns.get(ast)
  if (known !== undefined) return known
  const isOfType = typeGuard(ast)
  if (isOfType === undefined || ast.encoding !== undefined) return schemaGuard(ast)
  const filters = (ast.checks ?? []).flatMap(filtersOf)
  const [first, second] = filters
  if (first === undefined) return isOfType
  if (second === undefined) return (value) => isOfType(value) && first.run(value, ast, options) === undefined
  return (value) => isOfType(value) && filters.every((filter) => filter.run(value, ast, options) === undefined)
}

const options: SchemaAST.ParseOptions = {}

const filtersOf = (check: SchemaAST.Check<unknown>): ReadonlyArray<SchemaAST.Filter<unknown>> =>
  check._tag === "Filter" ? [check] : check.checks.flatMap(filtersOf)

/** Whether a value is of the schema's type, checks aside; `undefined` where only the schema can tell. */
const typeGuard = (ast: SchemaAST.AST): Guard | undefined => {
  if (SchemaAST.isString(ast)) return (value) => typeof value === "string"
  if (SchemaAST.isNumber(ast)) return (value) => typeof value === "number"
  if (SchemaAST.isBigInt(ast)) return (value) => typeof value === "bigint"
  if (SchemaAST.isBoolean(ast)) return (value) => typeof value === "boolean"
  if (SchemaAST.isNull(ast)) return (value) => value === null
  if (SchemaAST.isUnion(ast) && ast.options?.mode !== "oneOf") return unionGuard(ast.types.map(guardOf))
  if (SchemaAST.isDeclaration(ast)) return declared.get(representation(ast.annotations).id)
  return undefined
}

const unionGuard = (guards: ReadonlyArray<Guard>): Guard => {
  const [first, second, third] = guards
  if (first !== undefined && second !== undefined && third === undefined) {
    return (value) => first(value) || second(value)
  }
  return (value) => guards.some((guard) => guard(value))
}

/** Effect's own classes. */
const declared = new Map<unknown, Guard>([
  ["effect/schema/Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())],
  ["effect/schema/DateTimeUtc", (value) => DateTime.isDateTime(value) && DateTime.isUtc(value)]
])

const isInteger = (bits: number): Guard => {
  const beyond = 2 ** (bits - 1)
  return (value) => typeof value === "number" && Number.isInteger(value) && value >= -beyond && value < beyond
}

const isInstant = (value: unknown): value is DateTime.Utc =>
  DateTime.isDateTime(value) && DateTime.isUtc(value) && isInYears(value.epochMilliseconds)

/** The schemas of `Column`, which most columns have, said shorter. */
const columns = new Map<SchemaAST.AST, Guard>([
  [SchemaAST.toType(Column.int8.ast), isInteger(8)],
  [SchemaAST.toType(Column.int16.ast), isInteger(16)],
  [SchemaAST.toType(Column.int32.ast), isInteger(32)],
  [SchemaAST.toType(Column.int64.ast), (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value],
  [SchemaAST.toType(Column.timestamp.ast), isInstant],
  [SchemaAST.toType(Column.date.ast), (value) => isInstant(value) && value.epochMilliseconds % dayLength === 0]
])

const schemaGuard = (ast: SchemaAST.AST): Guard => {
  SchemaJITCompiler.enable(ast)
  return Schema.is(Schema.make(ast))
}
