/**
 * Finds the column type of a schema.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { markedType, nullableMember } from "./columnMark.ts"
import type { ColumnType, Slot } from "./ColumnType.ts"

/** A schema's place in a table. `native` says that the model's value is the database's value, so that nothing needs decoding. */
export interface SchemaSlot extends Slot {
  readonly native: boolean
}

/** Why a schema has no column type. */
export class NoColumnType extends Error {}

/** The place a schema's values take in a table; throws `NoColumnType`. */
export const slotOf = (ast: SchemaAST.AST): SchemaSlot => {
  if (SchemaAST.isOptional(ast)) {
    throw new NoColumnType("a column is never absent; use Schema.NullOr, or Schema.OptionFromNullOr")
  }
  const marked = markedType(ast)
  const member = nullableMember(ast)
  if (marked === undefined && member !== undefined && ast.encoding === undefined) {
    return { ...slotOf(member), nullable: true }
  }
  if (marked !== undefined) return { type: marked, nullable: member !== undefined, native: marked._tag !== "Json" }
  return ast.encoding === undefined ? plainSlot(ast) : encodedSlot(ast.encoding)
}

/** A transformation is stored as what it encodes to. */
const encodedSlot = (encoding: SchemaAST.Encoding): SchemaSlot => ({
  ...slotOf(encoding[encoding.length - 1]?.to ?? SchemaAST.never),
  native: false
})

const nativeSlot = (type: ColumnType): SchemaSlot => ({ type, nullable: false, native: true })

const plainSlot = (ast: SchemaAST.AST): SchemaSlot => {
  if (SchemaAST.isString(ast)) return nativeSlot({ _tag: checked(ast, "isUUID") ? "Uuid" : "Text" })
  if (SchemaAST.isTemplateLiteral(ast)) return nativeSlot({ _tag: "Text" })
  if (SchemaAST.isNumber(ast)) return nativeSlot(numberType(ast))
  if (SchemaAST.isBigInt(ast)) return nativeSlot({ _tag: "Int64", as: "bigint" })
  if (SchemaAST.isBoolean(ast)) return nativeSlot({ _tag: "Boolean" })
  if (SchemaAST.isLiteral(ast)) return literalsSlot([ast])
  if (SchemaAST.isUnion(ast) && ast.types.every(SchemaAST.isLiteral)) return literalsSlot(ast.types)
  if (SchemaAST.isDeclaration(ast)) return declaredSlot(ast)
  if (SchemaAST.isArrays(ast)) return listSlot(ast)
  if (SchemaAST.isObjects(ast)) return structSlot(ast)
  throw new NoColumnType(
    `a ${ast._tag} has no column type; give it one with Column.json(schema), or encode it to one that has`
  )
}

const numberType = (ast: SchemaAST.Number): ColumnType => {
  if (checked(ast, "isInt32")) return { _tag: "Int32" }
  return checked(ast, "isInt") ? { _tag: "Int64", as: "number" } : { _tag: "Double" }
}

const literalsSlot = (literals: ReadonlyArray<SchemaAST.Literal>): SchemaSlot => {
  const values = literals.map((literal) => literal.literal)
  const texts = values.filter((value) => typeof value === "string")
  if (texts.length === values.length) return nativeSlot({ _tag: "Enum", values: texts })
  if (values.every((value) => typeof value === "boolean")) return nativeSlot({ _tag: "Boolean" })
  if (values.every(Number.isSafeInteger)) return nativeSlot({ _tag: "Int64", as: "number" })
  throw new NoColumnType("literals of a column are all texts, all booleans or all integers")
}

const declaredSlot = (ast: SchemaAST.Declaration): SchemaSlot => {
  switch (representation(ast.annotations)) {
    case "effect/schema/Date":
      return nativeSlot({ _tag: "Timestamp", as: "Date" })
    case "effect/schema/DateTimeUtc":
      return nativeSlot({ _tag: "Timestamp", as: "DateTime" })
    case "effect/schema/BigDecimal":
      throw new NoColumnType("a decimal column needs a precision and a scale; use Column.decimal({ precision, scale })")
  }
  throw new NoColumnType(
    "this schema has no column type; give it one with Column.json(schema), or encode it to one that has"
  )
}

const listSlot = (ast: SchemaAST.Arrays): SchemaSlot => {
  const [element, ...more] = ast.rest
  if (ast.elements.length > 0 || element === undefined || more.length > 0) {
    throw new NoColumnType("a tuple has no column type; use Column.json(schema), or Schema.Array for a list")
  }
  const { native, nullable, type } = slotOf(element)
  return { type: { _tag: "List", element: { type, nullable } }, nullable: false, native }
}

const structSlot = (ast: SchemaAST.Objects): SchemaSlot => {
  if (ast.indexSignatures.length > 0 || ast.propertySignatures.length === 0) {
    throw new NoColumnType("only an object with named fields has a column type; use Column.json(schema)")
  }
  const slots = ast.propertySignatures.map(({ name, type }) => ({ name: String(name), slot: slotOf(type) }))
  const fields = slots.map(({ name, slot: { nullable, type } }) => ({ name, type, nullable }))
  return { type: { _tag: "Struct", fields }, nullable: false, native: slots.every(({ slot }) => slot.native) }
}

/** Whether a schema carries one of Effect's own checks. */
const checked = (ast: SchemaAST.AST, check: string): boolean => (ast.checks ?? []).some((own) => isCheck(own, check))

const isCheck = (check: SchemaAST.Check<never>, name: string): boolean =>
  representation(check.annotations) === `effect/schema/${name}` ||
  (check._tag === "FilterGroup" && check.checks.some((inner) => isCheck(inner, name)))

/** The identity that Effect gives its own declarations and checks. */
const representation = (annotations: Schema.Annotations.Annotations | undefined): unknown => {
  const found = annotations?.["representation"]
  return Predicate.hasProperty(found, "id") ? found.id : undefined
}
