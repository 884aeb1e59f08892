/**
 * Which kind of array holds a field's values when whole columns are read, at run time and in types.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { markedType, nullableMember } from "./columnMark.ts"
import type { ColumnType } from "./ColumnType.ts"
import { representation } from "./slotOf.ts"

/**
 * A schema whose values stand in an array of their own kind, which their JavaScript type alone doesn't tell.
 *
 * @category models
 * @since 0.1.0
 */
export interface Holds<V> {
  readonly "~andamios/array": V
}

/**
 * The array of a schema that has one of its own kind, also where it is nullable, refined or branded; `never` for all others.
 *
 * @category models
 * @since 0.1.0
 */
export type ArrayOf<S> = S extends Holds<infer V> ? V
  : IsJson<S> extends true ? never
  : S extends { readonly members: readonly [infer Member, Schema.Null] } ? ArrayOf<Member>
  : S extends { readonly schema: infer Inner extends Schema.Constraint; readonly Type: infer A }
    ? [A] extends [Inner["Type"]] ? ArrayOf<Inner> : never
  : never

/** Whether values of a schema are stored as JSON, of any kind. */
type IsJson<S> = S extends { readonly Encoded: infer E } ? [Schema.Json] extends [E] ? true : false : false

/** The schema, whose columns are read whole into arrays of their own kind. */
export const holding = <S extends Schema.Constraint & Holds<unknown>>(schema: Schema.Constraint): S =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind of array is only in the type, to be read by `ArrayOf`
  schema as unknown as S

/**
 * The kinds of arrays: `Day` counts days, `Instant` microseconds, `Values` is a plain array.
 *
 * @category models
 * @since 0.1.0
 */
export type ArrayKind =
  | "Int8"
  | "Int16"
  | "Int32"
  | "UInt8"
  | "UInt16"
  | "UInt32"
  | "UInt64"
  | "Float32"
  | "Float64"
  | "BigInt64"
  | "Boolean"
  | "Day"
  | "Instant"
  | "Values"

/** The kind of a schema's values as a model has them, however they are stored. */
export const arrayKind = (schema: Schema.Constraint): ArrayKind => kindOf(SchemaAST.toType(schema.ast))

const kindOf = (ast: SchemaAST.AST): ArrayKind => {
  const own = ownKind(ast)
  if (own !== undefined) return own
  const member = nullableMember(ast)
  if (member !== undefined) return kindOf(member)
  if (SchemaAST.isNumber(ast)) return "Float64"
  if (SchemaAST.isBigInt(ast)) return "BigInt64"
  if (SchemaAST.isBoolean(ast)) return "Boolean"
  if (SchemaAST.isLiteral(ast)) return literalKinds.get(typeof ast.literal) ?? "Values"
  if (SchemaAST.isUnion(ast)) return commonKind(ast.types.map(kindOf))
  if (SchemaAST.isDeclaration(ast) && isInstant(ast)) return "Instant"
  return "Values"
}

/** The kind that a column's schema has for itself. */
const ownKind = (ast: SchemaAST.AST): ArrayKind | undefined => {
  const marked = markedType(ast)
  return marked === undefined ? undefined : ownKinds.get(marked._tag)
}

const ownKinds = new Map<ColumnType["_tag"], ArrayKind>([
  ["Int8", "Int8"],
  ["Int16", "Int16"],
  ["Int32", "Int32"],
  ["Int128", "Values"],
  ["UInt8", "UInt8"],
  ["UInt16", "UInt16"],
  ["UInt32", "UInt32"],
  ["UInt64", "UInt64"],
  ["UInt128", "Values"],
  ["Float", "Float32"],
  ["Date", "Day"]
])

const literalKinds = new Map<string, ArrayKind>([["number", "Float64"], ["bigint", "BigInt64"], ["boolean", "Boolean"]])

const commonKind = ([first = "Values", ...more]: ReadonlyArray<ArrayKind>): ArrayKind =>
  more.every((kind) => kind === first) ? first : "Values"

const isInstant = ({ annotations }: SchemaAST.Declaration): boolean => {
  const { id } = representation(annotations)
  return id === "effect/schema/Date" || id === "effect/schema/DateTimeUtc"
}
