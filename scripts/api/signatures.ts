/**
 * What a declaration says, as it is written in its source but without bodies: the text that a page shows of it.
 */
import {
  type ClassDeclaration,
  type Expression,
  type ExpressionWithTypeArguments,
  type FunctionDeclaration,
  type FunctionLikeBase,
  type Node,
  type ParameterDeclaration,
  SyntaxKind,
  type TypeNode,
  type VariableDeclaration
} from "typescript/unstable/ast"
import * as is from "typescript/unstable/ast/is"
import { NodeBuilderFlags, SignatureKind } from "typescript/unstable/sync"
import type { Sources } from "./sources.ts"

/** A function or a method with this name. */
export const ofFunction = (sources: Sources, name: string, of: FunctionLikeBase & Node): string =>
  ofCall(sources, of, name, ": ")

/** A constant: with the type that it is written with, or that of the function that it is. */
export const ofConstant = (sources: Sources, name: string, of: VariableDeclaration): string => {
  const made = of.type === undefined && of.initializer !== undefined ? functionOf(of.initializer) : undefined
  return made === undefined
    ? `const ${name}: ${typeOf(sources, of, of.type)}`
    : ofCall(sources, made, `const ${name}: `, " => ")
}

/** The function that something is, or that `Effect.fn` makes it of and leaves as it is. */
const functionOf = (made: Expression): (FunctionLikeBase & Node) | undefined => {
  if (is.isArrowFunction(made)) return made
  if (!is.isCallExpression(made) || !made.expression.getText().startsWith("Effect.fn")) return undefined
  const [body, ...changes] = made.arguments
  return body !== undefined && changes.length === 0 && is.isFunctionExpression(body) && body.type !== undefined
    ? body
    : undefined
}

/** A Schema, which says itself what its values are. */
export const ofSchema = (name: string, { initializer }: VariableDeclaration): string =>
  `const ${name} = ${initializer === undefined ? "unknown" : textOf(initializer)}`

/** How long a line may be: what a page of the site shows without scrolling. */
const width = 80

/** Type parameters, parameters and what is returned. A function that returns another one goes on with that one. */
const ofCall = (sources: Sources, of: FunctionLikeBase & Node, start: string, arrow: string): string => {
  const types = (of.typeParameters ?? []).map(textOf)
  const given = of.parameters.map((one) => ofParameter(sources, one))
  const inner = of.type === undefined && is.isArrowFunction(of) && is.isArrowFunction(of.body) ? of.body : undefined
  const answer = inner === undefined
    ? of.type === undefined ? returned(sources, of) : effectOf(textOf(of.type))
    : ofCall(sources, inner, "", " => ")
  const before = `${start}${typesOf(types)}`
  const line = `${before}(${given.join(", ")})${arrow}${answer}`
  return lastOf(before, line).length > width ? `${before}(${inLines(given)})${arrow}${answer}` : line
}

/** What a generator of `Effect.fn` returns is told as what its function does. */
const effectOf = (type: string): string => type.replace(/^Effect\.fn\.Return</, "Effect.Effect<")

/** The line of a text that ends what it begins with. */
const lastOf = (before: string, text: string): string => {
  const from = before.lastIndexOf("\n") + 1
  const end = text.indexOf("\n", before.length)
  return text.slice(from, end === -1 ? undefined : end)
}

const typesOf = (types: ReadonlyArray<string>): string => {
  const line = types.join(", ")
  if (line === "") return ""
  return `<${line.length > width || line.includes("\n") ? inLines(types) : line}>`
}

/** A line for each. */
const inLines = (texts: ReadonlyArray<string>): string =>
  texts.length === 0 ? "" : `\n${texts.map((text) => `  ${text.replaceAll("\n", "\n  ")}`).join(",\n")}\n`

/** A parameter by its name; one that is taken apart goes by `options`. */
const ofParameter = (sources: Sources, of: ParameterDeclaration): string => {
  const name = is.isIdentifier(of.name) ? of.name.text : "options"
  const optional = of.questionToken !== undefined || of.initializer !== undefined ? "?" : ""
  return `${of.dotDotDotToken === undefined ? "" : "..."}${name}${optional}: ${typeOf(sources, of, of.type)}`
}

/** A property: its name, and what it is. */
export const ofProperty = (
  sources: Sources,
  name: string,
  of: Node & { readonly type?: TypeNode; readonly postfixToken?: Node }
): string => `${name}${of.postfixToken?.kind === SyntaxKind.QuestionToken ? "?" : ""}: ${typeOf(sources, of, of.type)}`

const typeOf = (sources: Sources, of: Node, written: TypeNode | undefined): string => {
  if (written !== undefined) return textOf(written)
  const type = sources.checker.getTypeAtLocation(of)
  if (type === undefined) return "unknown"
  const { checker } = sources
  // a function is told whole, but what has a name of its own is told there
  const isWhole = type.getSymbol()?.name.startsWith("__") === true && type.getAliasSymbol() === undefined &&
    checker.getSignaturesOfType(type, SignatureKind.Call).length > 0
  const text = checker.typeToString(type, of, isWhole ? NodeBuilderFlags.NoTruncation : NodeBuilderFlags.None)
  // a parameter that is taken apart has no name
  return text.replaceAll(/\bargs_\d+/g, "options")
}

const returned = ({ checker }: Sources, of: Node): string => {
  const signature = checker.getSignatureFromDeclaration(of)
  const type = signature === undefined ? undefined : checker.getReturnTypeOfSignature(signature)
  return type === undefined ? "unknown" : checker.typeToString(type, of)
}

/** All but the body of a class or an interface. */
export const ofHead = (of: Node & { readonly members: { readonly pos: number } }): string => {
  const { text } = of.getSourceFile()
  const head = text.slice(of.getStart(), of.members.pos).replace(/\s*\{\s*$/, "")
  return dedented(withoutComments(withoutModifiers(head)), columnOf(of))
}

/** A class without its body. Of a service only what it is made by is said: what it promises are its members. */
export const ofClass = (of: ClassDeclaration): string => {
  const base = baseOf(of)
  if (base === undefined || !typeArguments(base.expression).some(is.isTypeLiteralNode)) return ofHead(of)
  const { text } = of.getSourceFile()
  return `${withoutModifiers(text.slice(of.getStart(), base.getStart()))}${makerOf(of)}`
}

/** The name of what makes the class that a class extends, such as `Schema.TaggedError`. */
export const makerOf = (of: ClassDeclaration): string => {
  const maker = (expression: Expression): string =>
    is.isCallExpression(expression) ? maker(expression.expression) : expression.getText()
  const base = baseOf(of)
  return base === undefined ? "" : maker(base.expression)
}

/** The types that the calls are given which make what a class extends. */
export const typeArguments = (expression: Expression): ReadonlyArray<TypeNode> =>
  is.isCallExpression(expression)
    ? [...expression.typeArguments ?? [], ...typeArguments(expression.expression)]
    : []

/** What a class extends. */
export const baseOf = (of: ClassDeclaration): ExpressionWithTypeArguments | undefined =>
  of.heritageClauses?.find(({ token }) => token === SyntaxKind.ExtendsKeyword)?.types[0]

/** A type as it is written. */
export const ofType = (of: Node): string => dedented(withoutModifiers(of.getText()), columnOf(of))

const textOf = (of: Node): string => dedented(withoutComments(of.getText()), columnOf(of))

const withoutModifiers = (text: string): string => text.replace(/^(?:export |declare )+/, "")

const withoutComments = (text: string): string =>
  text.replace(/\s*\/\*\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*\n/gm, "")

/** How far the line that a declaration begins on is indented. */
const columnOf = (of: Node): number => {
  const { text } = of.getSourceFile()
  const line = text.lastIndexOf("\n", of.getStart()) + 1
  return /^\s*/.exec(text.slice(line))?.[0].length ?? 0
}

const dedented = (text: string, column: number): string =>
  text.split("\n").map((line, index) =>
    index === 0 ? line : line.slice(Math.min(column, line.length - line.trimStart().length))
  ).join("\n")

/** The overloads of a function: all its declarations but the one with the body, where there are several. */
export const overloads = (all: ReadonlyArray<FunctionDeclaration>): ReadonlyArray<FunctionDeclaration> =>
  all.length === 1 ? all : all.filter(({ body }) => body === undefined)
