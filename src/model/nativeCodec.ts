/**
 * Decodes columns whose schema transforms its values, from the values that a database gives.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { messageOf } from "./messageOf.ts"
import { markedType } from "./columnMark.ts"

/**
 * How a column whose schema transforms its value gets from the database's value to the model's, and back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Codec {
  readonly decode: (value: unknown) => Exit.Exit<unknown, unknown>
  readonly encode: (value: unknown) => Exit.Exit<unknown, unknown>
}

/** The codec of a schema that needs no services. */
export const nativeCodec = (schema: Schema.Constraint): Codec => {
  const codec = Schema.make<Schema.Codec<unknown>>(nativeAst(schema.ast))
  return { decode: Schema.decodeUnknownExit(codec), encode: Schema.encodeUnknownExit(codec) }
}

/** Why a codec can't make a value. */
export const reasonOf = (cause: Cause.Cause<unknown>): string => messageOf(Cause.squash(cause))

/**
 * The same transformations, but for those of our own column schemas: these serve drivers that know no decimals or microseconds,
 * and the database here gives the model's values already.
 */
const nativeAst = (ast: SchemaAST.AST): SchemaAST.AST => {
  const marked = markedType(ast)
  if (marked?._tag === "Json") return ast
  if (marked !== undefined && marked._tag !== "Custom") return SchemaAST.toType(ast)
  const parts = { ...(ast.encoding !== undefined && { encoding: ast.encoding.map(nativeLink) }), ...nativeMembers(ast) }
  return Object.keys(parts).length === 0 ? ast : copy(ast, parts)
}

const nativeLink = ({ to, transformation }: SchemaAST.Link) => new SchemaAST.Link(nativeAst(to), transformation)

const nativeMembers = (ast: SchemaAST.AST): object => {
  if (SchemaAST.isUnion(ast)) return { types: ast.types.map(nativeAst) }
  if (SchemaAST.isArrays(ast)) return { elements: ast.elements.map(nativeAst), rest: ast.rest.map(nativeAst) }
  if (SchemaAST.isDeclaration(ast) && ast.typeParameters.length > 0) {
    return { typeParameters: ast.typeParameters.map(nativeAst) }
  }
  if (!SchemaAST.isObjects(ast)) return {}
  const native = ({ name, type }: SchemaAST.PropertySignature) => new SchemaAST.PropertySignature(name, nativeAst(type))
  return { propertySignatures: ast.propertySignatures.map(native) }
}

const copy = (ast: SchemaAST.AST, parts: object): SchemaAST.AST => {
  const made: unknown = Object.setPrototypeOf(Object.assign({}, ast, parts), Reflect.getPrototypeOf(ast))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an AST with other members of the same kinds
  return made as SchemaAST.AST
}
