/**
 * What a column's schema says of its values that a database can say too.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Order from "effect/Order"
import * as Predicate from "effect/Predicate"
import * as SchemaAST from "effect/SchemaAST"
import { encodedAst, markedType, nullableMember } from "./columnMark.ts"
import { sharedPattern } from "./sharedPattern.ts"
import { representation } from "./slotOf.ts"

/**
 * A condition on the values of a column. What a schema says beyond these the application alone keeps watch over.
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnCheck =
  | { readonly _tag: "AtLeast" | "AtMost"; readonly bound: unknown; readonly excluded: boolean }
  /** A text's length in code points, or in the units of UTF-16 that JavaScript counts. */
  | {
    readonly _tag: "Length"
    readonly unit: "codePoints" | "utf16"
    readonly minimum: number
    readonly maximum: number | undefined
  }
  /** A regular expression that means the same in every database. */
  | { readonly _tag: "Pattern"; readonly pattern: string }
  | { readonly _tag: "OneOf"; readonly values: ReadonlyArray<SchemaAST.LiteralValue> }

/** The conditions on the values of a schema, as they are stored. */
export const checksOf = (schema: SchemaAST.AST): ReadonlyArray<ColumnCheck> => {
  const ast = storedAst(schema)
  return markedType(ast)?._tag === "Json" ? [] : [...literalsOf(ast), ...(ast.checks ?? []).flatMap(checksIn)]
}

/** The schema of what is stored. */
const storedAst = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (markedType(ast) !== undefined) return ast
  if (ast.encoding !== undefined) return storedAst(encodedAst(ast.encoding))
  const member = nullableMember(ast)
  return member === undefined ? ast : storedAst(member)
}

const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<ColumnCheck> => {
  const literals = SchemaAST.isUnion(ast) ? ast.types : [ast]
  return literals.every(SchemaAST.isLiteral)
    ? [{ _tag: "OneOf", values: literals.map(({ literal }) => literal) }]
    : []
}

const checksIn = (check: SchemaAST.Check<never>): ReadonlyArray<ColumnCheck> =>
  check._tag === "FilterGroup" ? check.checks.flatMap(checksIn) : [...boundsIn(check), ...textIn(check)]

/** The orders that databases sort by too. */
const orders: ReadonlyArray<unknown> = [Order.Number, Order.BigInt, Order.Date, BigDecimal.Order, DateTime.Order]

const boundsIn = ({ annotations }: SchemaAST.Filter<never>): ReadonlyArray<ColumnCheck> => {
  const constraint = annotations?.arbitraryConstraint
  if (!Predicate.hasProperty(constraint, "order") || !orders.includes(constraint.order)) return []
  const bounds: Bounds = constraint
  const bound = (_tag: "AtLeast" | "AtMost", value: unknown, excluded: unknown): ReadonlyArray<ColumnCheck> =>
    value === undefined ? [] : [{ _tag, bound: value, excluded: excluded === true }]
  return [
    ...bound("AtLeast", bounds.minimum, bounds.exclusiveMinimum),
    ...bound("AtMost", bounds.maximum, bounds.exclusiveMaximum)
  ]
}

interface Bounds {
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly exclusiveMinimum?: unknown
  readonly exclusiveMaximum?: unknown
}

const textIn = ({ annotations }: SchemaAST.Filter<never>): ReadonlyArray<ColumnCheck> => {
  const { id, payload } = representation(annotations)
  const { flags, maximum, maxCodePoints, maxLength, minCodePoints, minimum, minLength, source = "" } = payloadOf(
    payload
  )
  const length = (
    unit: "codePoints" | "utf16",
    least = 0,
    most?: number
  ) => [{ _tag: "Length", unit, minimum: least, maximum: most } as const]
  switch (id) {
    case "effect/schema/isMinLength":
    case "effect/schema/isMaxLength":
      return length("utf16", minLength, maxLength)
    case "effect/schema/isBetweenLength":
      return length("utf16", minimum, maximum)
    case "effect/schema/isMinCodePoints":
    case "effect/schema/isMaxCodePoints":
      return length("codePoints", minCodePoints, maxCodePoints)
    case "effect/schema/isBetweenCodePoints":
      return length("codePoints", minimum, maximum)
    case "effect/schema/isPattern": {
      const pattern = flags === "" || flags === "u" ? sharedPattern(source) : undefined
      return pattern === undefined ? [] : [{ _tag: "Pattern", pattern }]
    }
  }
  return []
}

interface Payload {
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minCodePoints?: number
  readonly maxCodePoints?: number
  readonly source?: string
  readonly flags?: string
}

/** What Effect tells of a check of its own. */
const payloadOf = (payload: unknown): Payload => payload ?? {}
