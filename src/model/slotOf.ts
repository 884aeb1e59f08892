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
const encodedSlot = (encoding: SchemaAST.Encoding): SchemaSlot => {
  const inner = slotOf(encoding[encoding.length - 1]?.to ?? SchemaAST.never)
  return { type: encodedType(inner.type), nullable: inner.nullable, native: false }
}

/** The same type with the JavaScript value that the encoded side of our own column schemas has. */
const encodedType = (type: ColumnType): ColumnType => {
  switch (type._tag) {
    case "Decimal":
      return { ...type, as: "string" }
    case "Date":
      return { ...type, as: "string" }
    case "Timestamp":
      return { ...type, as: "Date" }
    case "List":
      return { ...type, element: encodedPlace(type.element) }
    case "Struct":
      return { ...type, fields: type.fields.map((field) => ({ ...encodedPlace(field), name: field.name })) }
    case "Text":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Double":
    case "Boolean":
    case "Uuid":
    case "Json":
    case "Enum":
      return type
  }
}

const encodedPlace = (slot: Slot): Slot => ({ type: encodedType(slot.type), nullable: slot.nullable })

const native = (type: ColumnType): SchemaSlot => ({ type, nullable: false, native: true })

const plainSlot = (ast: SchemaAST.AST): SchemaSlot => {
  if (SchemaAST.isString(ast)) return native({ _tag: checked(ast, "isUUID") ? "Uuid" : "Text" })
  if (SchemaAST.isTemplateLiteral(ast)) return native({ _tag: "Text" })
  if (SchemaAST.isNumber(ast)) return native(numberType(ast))
  if (SchemaAST.isBigInt(ast)) return native({ _tag: "Int64", as: "bigint" })
  if (SchemaAST.isBoolean(ast)) return native({ _tag: "Boolean" })
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
  if (texts.length === values.length) return native({ _tag: "Enum", values: texts })
  if (values.every((value) => typeof value === "boolean")) return native({ _tag: "Boolean" })
  if (values.every(Number.isSafeInteger)) return native({ _tag: "Int64", as: "number" })
  throw new NoColumnType("literals of a column are all texts, all booleans or all integers")
}

const declaredSlot = (ast: SchemaAST.Declaration): SchemaSlot => {
  switch (representation(ast.annotations)) {
    case "effect/schema/Date":
      return native({ _tag: "Timestamp", as: "Date" })
    case "effect/schema/DateTimeUtc":
      return native({ _tag: "Timestamp", as: "DateTime" })
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
  const slot = slotOf(element)
  const place = slot.native ? slot : encodedPlace(slot)
  return {
    type: { _tag: "List", element: { type: place.type, nullable: slot.nullable } },
    nullable: false,
    native: slot.native
  }
}

const structSlot = (ast: SchemaAST.Objects): SchemaSlot => {
  if (ast.indexSignatures.length > 0 || ast.propertySignatures.length === 0) {
    throw new NoColumnType("only an object with named fields has a column type; use Column.json(schema)")
  }
  const slots = ast.propertySignatures.map(({ name, type }) => ({ name: String(name), slot: slotOf(type) }))
  const isNative = slots.every(({ slot }) => slot.native)
  const fields = slots.map(({ name, slot }) => ({
    name,
    type: isNative ? slot.type : encodedType(slot.type),
    nullable: slot.nullable
  }))
  return { type: { _tag: "Struct", fields }, nullable: false, native: isNative }
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
