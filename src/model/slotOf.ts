/**
 * Finds the column type of a schema.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { encodedAst, markedType, nullableMember } from "./columnMark.ts"
import { type ColumnType, isInteger, type Slot } from "./ColumnType.ts"
import { rethrow } from "./rethrow.ts"
import { isUnloaded, whyUnloaded } from "./unloaded.ts"

/** A schema's place in a table. `native` says that the model's value is the database's value, so that nothing needs decoding. */
export interface SchemaSlot extends Slot {
  readonly native: boolean
}

/** Why a schema has no column type. */
export class NoColumnType extends Error {}

/** The place a schema's values take in a table; throws `NoColumnType`. */
export const slotOf = (ast: SchemaAST.AST): SchemaSlot => {
  if (isUnloaded(ast)) throw new NoColumnType(whyUnloaded)
  if (SchemaAST.isOptional(ast)) {
    throw new NoColumnType("a column is never absent; use Schema.NullOr, or Schema.OptionFromNullOr")
  }
  const marked = markedType(ast)
  const member = nullableMember(ast)
  if (marked === undefined && member !== undefined && ast.encoding === undefined) {
    return { ...slotOf(member), nullable: true }
  }
  if (marked !== undefined) {
    const native = marked._tag !== "Json" && marked._tag !== "Custom"
    return { type: possible(marked), nullable: member !== undefined, native }
  }
  return ast.encoding === undefined ? plainSlot(ast) : encodedSlot(ast.encoding)
}

/** The type, where databases have such a one. */
const possible = (type: ColumnType): ColumnType => {
  if (type._tag === "Decimal" && !(isWithin(type.precision, 1, 38) && isWithin(type.scale, 0, type.precision))) {
    throw new NoColumnType("a decimal has a precision of 1 to 38 digits, and a scale of 0 up to that")
  }
  if (type._tag === "Text" && type.length !== undefined && !isWithin(type.length.most, 1, mostCharacters)) {
    throw new NoColumnType(
      "a text that is limited has 1 to 10,485,760 characters; use Schema.String for one without a limit"
    )
  }
  return type
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most

/** The most that a `VARCHAR` of PostgreSQL can be limited to. */
const mostCharacters = 10_485_760

/** A transformation is stored as what it encodes to. */
const encodedSlot = (encoding: SchemaAST.Encoding): SchemaSlot => ({
  ...slotOf(encodedAst(encoding)),
  native: false
})

const nativeSlot = (type: ColumnType): SchemaSlot => ({ type, nullable: false, native: true })

const plainSlot = (ast: SchemaAST.AST): SchemaSlot => {
  if (SchemaAST.isString(ast)) return nativeSlot({ _tag: checks(ast).includes("isUUID") ? "Uuid" : "Text" })
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
  if (!checks(ast).includes("isInt")) return { _tag: "Double" }
  return checks(ast).includes("isInt32") ? { _tag: "Int32" } : { _tag: "Int64", as: "number" }
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
  switch (representation(ast.annotations).id) {
    case "effect/schema/Date":
      return nativeSlot({ _tag: "Timestamp", as: "Date" })
    case "effect/schema/DateTimeUtc":
      return nativeSlot({ _tag: "Timestamp", as: "DateTime" })
    case "effect/schema/BigDecimal":
      throw new NoColumnType("a decimal column needs a precision and a scale; use Column.decimal({ precision, scale })")
    case "effect/schema/Uint8Array":
      return nativeSlot({ _tag: "Blob" })
    case "effect/schema/Duration":
      return nativeSlot({ _tag: "Interval", as: "Duration" })
    case "effect/schema/ReadonlyMap":
      return mapSlot(ast.typeParameters)
  }
  throw new NoColumnType(
    "this schema has no column type; give it one with Column.json(schema), or encode it to one that has"
  )
}

/** The place of a part, which is named where it has none. */
const slotWithin = (part: string, ast: SchemaAST.AST): SchemaSlot =>
  rethrow(() => slotOf(ast), NoColumnType, ({ message }) => new NoColumnType(`${part}: ${message}`))

const listSlot = (ast: SchemaAST.Arrays): SchemaSlot => {
  const [element, ...more] = ast.rest
  if (ast.elements.length > 0 || element === undefined || more.length > 0) {
    throw new NoColumnType("a tuple has no column type; use Column.json(schema), or Schema.Array for a list")
  }
  const { native, nullable, type } = slotWithin("an item", element)
  const size = sizeOf(ast)
  if (size !== undefined && !isWithin(size, 1, 100_000)) {
    throw new NoColumnType("an array of a fixed size has 1 to 100,000 items")
  }
  const list = { _tag: "List", element: { type, nullable }, ...(size !== undefined && { size }) } as const
  return { type: list, nullable: false, native }
}

/** The one length that an array may have. */
const sizeOf = (ast: SchemaAST.Arrays): number | undefined =>
  (ast.checks ?? []).map(({ annotations }) => {
    const { id, payload } = representation(annotations)
    if (id !== "effect/schema/isBetweenLength" || !Predicate.hasProperty(payload, "minimum")) return undefined
    return Predicate.hasProperty(payload, "maximum") && payload.minimum === payload.maximum
      ? Number(payload.minimum)
      : undefined
  }).find((size) => size !== undefined)

/** Whether values are told apart as the keys of a map are, in every database. */
const isKey = (type: ColumnType): boolean =>
  type._tag === "Text" || type._tag === "Enum" || type._tag === "Uuid" || isInteger(type)

const mapSlot = ([keys = SchemaAST.never, values = SchemaAST.never]: ReadonlyArray<SchemaAST.AST>): SchemaSlot => {
  const key = slotWithin("a key", keys)
  if (key.nullable || !isKey(key.type)) {
    throw new NoColumnType("the keys of a map are texts, uuids or integers; use Column.json(schema)")
  }
  const { native, nullable, type } = slotWithin("a value", values)
  return {
    type: { _tag: "Map", key: key.type, value: { type, nullable } },
    nullable: false,
    native: key.native && native
  }
}

const structSlot = (ast: SchemaAST.Objects): SchemaSlot => {
  if (ast.indexSignatures.length > 0 || ast.propertySignatures.length === 0) {
    throw new NoColumnType("only an object with named fields has a column type; use Column.json(schema)")
  }
  const slots = ast.propertySignatures.map(({ name, type }) => ({
    name: String(name),
    slot: slotWithin(String(name), type)
  }))
  const fields = slots.map(({ name, slot: { nullable, type } }) => ({ name, type, nullable }))
  return { type: { _tag: "Struct", fields }, nullable: false, native: slots.every(({ slot }) => slot.native) }
}

/** The names of Effect's own checks that a schema carries. */
const checks = (ast: SchemaAST.AST): ReadonlyArray<string> => (ast.checks ?? []).flatMap(checkNames)

/** `Schema.isInt32` has no name of its own: it is `isInt` together with the range of 32 bits. */
const checkNames = (check: SchemaAST.Check<never>): ReadonlyArray<string> => {
  if (check._tag === "Filter") return [String(representation(check.annotations).id).replace("effect/schema/", "")]
  const names = check.checks.flatMap(checkNames)
  return names.includes("isInt") && check.checks.some(isRangeOf32Bits) ? [...names, "isInt32"] : names
}

const isRangeOf32Bits = ({ annotations }: SchemaAST.Check<never>): boolean => {
  const { payload } = representation(annotations)
  return Predicate.hasProperty(payload, "minimum") && payload.minimum === -2_147_483_648 &&
    Predicate.hasProperty(payload, "maximum") && payload.maximum === 2_147_483_647
}

/** The identity that Effect gives its own declarations and checks. */
export const representation = (annotations: Schema.Annotations.Annotations | undefined): Representation => {
  const found = annotations?.["representation"]
  return Predicate.hasProperty(found, "id") && Predicate.hasProperty(found, "payload")
    ? found
    : { id: "", payload: null }
}

interface Representation {
  readonly id: unknown
  readonly payload: unknown
}
