/**
 * Finds the parts that a column's struct, list or JSON document has, and what their schemas say of them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { encodedAst, nullableMember, withType } from "./columnMark.ts"
import type { ColumnType, Slot } from "./ColumnType.ts"
import { nativeCodec } from "./nativeCodec.ts"
import { slotOf } from "./slotOf.ts"
import type { TableColumn } from "./Table.ts"

/** A part's place, and the column that it would be by itself. */
export interface Part extends Slot {
  readonly column: TableColumn | undefined
}

/** A field by its name, or an item by its place; `undefined` where there is none. */
export const partOf = (whole: Slot, column: TableColumn | undefined, key: string | number): Part | undefined => {
  const { type } = whole
  const found = column && partAst(column.schema.ast, key)
  if (type._tag === "Json") return found && column && documentPart(found, key, column)
  if (type._tag === "List" && typeof key === "number") return storedPart(type.element, key, column, found)
  const field = type._tag === "Struct" ? type.fields.find(({ name }) => name === key) : undefined
  return field && storedPart(field, key, column, found)
}

/** A part of a struct or list: its type is that of the whole's type, and its codec that of its own schema. */
const storedPart = (
  { nullable, type }: Slot,
  key: string | number,
  column: TableColumn | undefined,
  ast: SchemaAST.AST | undefined
): Part => {
  if (column === undefined || ast === undefined) return { type, nullable, column: undefined }
  const schema = Schema.make<Schema.Codec<unknown>>(ast)
  const codec = slotOf(ast).native ? undefined : nativeCodec(schema)
  return { type, nullable, column: { ...column, field: `${column.field}.${key}`, type, nullable, schema, codec } }
}

/** A part of a JSON document: what JSON has types for is of that type, and all else is JSON itself. */
const documentPart = (found: SchemaAST.AST, key: string | number, column: TableColumn): Part => {
  const isOptional = SchemaAST.isOptional(found)
  const member = presentMember(found)
  const ast = member ?? found
  const { isNative, type } = documentType(ast)
  const schema = withType(Schema.make<Schema.Codec<unknown>>(ast), { _tag: "Json" })
  const nullable = isOptional || member !== undefined || SchemaAST.isNull(lastOf(ast))
  const codec = isNative ? undefined : nativeCodec(schema)
  const field = `${column.field}.${key}`
  const takesNull = encodesNull(ast)
  return {
    type,
    nullable: nullable || takesNull,
    column: { ...column, field, type, nullable: takesNull, schema, codec }
  }
}

/** The one schema of those values that are there. */
const presentMember = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  if (!SchemaAST.isUnion(ast) || ast.encoding !== undefined) return undefined
  const members = ast.types.filter((type) => !SchemaAST.isNull(type) && !SchemaAST.isUndefined(type))
  const [only, ...more] = members
  return more.length === 0 && members.length < ast.types.length ? only : undefined
}

/** What a schema's values are in the document, behind all transformations. */
const lastOf = (ast: SchemaAST.AST): SchemaAST.AST => {
  const { encoding } = ast
  return encoding === undefined ? ast : lastOf(encodedAst(encoding))
}

const encodesNull = (ast: SchemaAST.AST): boolean =>
  ast.encoding !== undefined && nullableMember(lastOf(ast)) !== undefined

const documentType = (ast: SchemaAST.AST): { readonly type: ColumnType; readonly isNative: boolean } => {
  // a number is one although NaN and the infinities are texts there, which become numbers again
  if (SchemaAST.isNumber(ast)) return { type: numberOf(ast), isNative: true }
  if (SchemaAST.isBoolean(ast)) return { type: { _tag: "Boolean" }, isNative: true }
  const last = lastOf(ast)
  const stored = nullableMember(last) ?? last
  const isNative = ast.encoding === undefined
  if (SchemaAST.isString(stored) || SchemaAST.isTemplateLiteral(stored)) return { type: { _tag: "Text" }, isNative }
  const isText = SchemaAST.isLiteral(stored)
    ? typeof stored.literal === "string"
    : SchemaAST.isUnion(stored) &&
      stored.types.every((one) => SchemaAST.isLiteral(one) && typeof one.literal === "string")
  return isText ? { type: { _tag: "Text" }, isNative } : { type: { _tag: "Json" }, isNative: false }
}

const numberOf = (ast: SchemaAST.Number): ColumnType => {
  const { type } = slotOf(SchemaAST.toType(ast))
  return type._tag === "Double" ? type : { _tag: "Int64", as: "number" }
}

/** The schema of a part, through what makes the whole nullable, a class, or one of several kinds. */
const partAst = (ast: SchemaAST.AST, key: string | number): SchemaAST.AST | undefined => {
  if (SchemaAST.isUnion(ast)) {
    const parts = ast.types.flatMap((type) => partAst(type, key) ?? [])
    return parts.find((part) => !SchemaAST.isLiteral(part)) ?? literalsOf(parts)
  }
  if (SchemaAST.isObjects(ast)) {
    return ast.propertySignatures.find(({ name }) => name === key)?.type ?? ast.indexSignatures[0]?.type
  }
  if (SchemaAST.isArrays(ast)) {
    return typeof key === "number" ? ast.elements[key] ?? ast.rest[0] : undefined
  }
  const { encoding } = ast
  return encoding === undefined ? undefined : partAst(encodedAst(encoding), key)
}

/** The tags of a union, as one schema of them all. */
const literalsOf = (parts: ReadonlyArray<SchemaAST.AST>): SchemaAST.AST | undefined =>
  parts.length < 2 ? parts[0] : Schema.Literals(parts.filter(SchemaAST.isLiteral).map(({ literal }) => literal)).ast
