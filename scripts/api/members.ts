/**
 * The properties and methods that people use of a class, of a service or of an interface.
 */
import { type ClassDeclaration, type FunctionLikeBase, type Node, type TypeLiteralNode } from "typescript/unstable/ast"
import * as is from "typescript/unstable/ast/is"
import { commentBefore } from "./comment.ts"
import { errorsOf } from "./errors.ts"
import type { Member } from "./reference.ts"
import * as Signature from "./signatures.ts"
import type { Sources } from "./sources.ts"

/** Those of a class that are its own and public, static ones among them, and those that its service is said to have. */
export const ofClass = (sources: Sources, of: ClassDeclaration): ReadonlyArray<Member> => [
  ...promised(of).flatMap((literal) => ofElements(sources, literal.members)),
  ...ofElements(sources, of.members.filter((member) => !isOfOthers(member)))
]

/** The record of `Context.Service<Self, { … }>()`. */
const promised = (of: ClassDeclaration): ReadonlyArray<TypeLiteralNode> => {
  const base = Signature.baseOf(of)
  return base === undefined ? [] : Signature.typeArguments(base.expression).filter(is.isTypeLiteralNode)
}

const hidden = /\b(?:private|protected|override)\b/

/** What is not for those who use the class, or is said where it comes from. */
const isOfOthers = (member: Node): boolean => is.isConstructorDeclaration(member) || hidden.test(modifiersOf(member))

const modifiersOf = (member: Node): string => {
  const text = member.getText()
  return /^(?:(?:private|protected|public|override|abstract|static|readonly)\s+)*/.exec(text)?.[0] ?? ""
}

/** Those among the elements of a class, an interface or a record that have a name; a name with `~` is only for types. */
export const ofElements = (sources: Sources, elements: Iterable<Node>): ReadonlyArray<Member> => {
  const members = new Map<string, Member>()
  for (const element of elements) {
    const member = ofElement(sources, element)
    if (member === undefined) continue
    const before = members.get(member.name)
    members.set(
      member.name,
      before === undefined ? member : { ...before, signatures: [...before.signatures, ...member.signatures] }
    )
  }
  return [...members.values()]
}

const ofElement = (sources: Sources, element: Node): Member | undefined => {
  const name = nameOf(element)
  if (name === undefined) return undefined
  const called = `${/\bstatic\b/.test(modifiersOf(element)) ? "static " : ""}${name}`
  const type = sources.checker.getTypeAtLocation(element)
  const member: Member = {
    name,
    kind: "property",
    comment: commentBefore(element.getFullText().slice(0, element.getLeadingTriviaWidth())),
    signatures: [Signature.ofProperty(sources, called, element)],
    errors: type === undefined ? [] : errorsOf(sources, type),
    members: []
  }
  const method = methodOf(element)
  if (method !== undefined) {
    return { ...member, kind: "method", signatures: [Signature.ofFunction(sources, called, method)] }
  }
  const written = is.isPropertySignatureDeclaration(element) ? element.type : undefined
  if (written === undefined) return member
  if (is.isFunctionTypeNode(written)) return { ...member, kind: "method" }
  return is.isTypeLiteralNode(written) ? { ...member, members: ofElements(sources, written.members) } : member
}

const methodOf = (element: Node): (FunctionLikeBase & Node) | undefined => {
  if (is.isMethodSignatureDeclaration(element) || is.isMethodDeclaration(element)) return element
  const initializer = is.isPropertyDeclaration(element) ? element.initializer : undefined
  return initializer !== undefined && is.isArrowFunction(initializer) ? initializer : undefined
}

const nameOf = (element: Node): string | undefined => {
  const isNamed = is.isMethodSignatureDeclaration(element) || is.isMethodDeclaration(element) ||
    is.isPropertySignatureDeclaration(element) || is.isPropertyDeclaration(element) ||
    is.isGetAccessorDeclaration(element)
  if (!isNamed) return undefined
  const { name } = element
  const text = is.isIdentifier(name) || is.isStringLiteral(name) ? name.text : undefined
  return text === undefined || text.startsWith("~") ? undefined : text
}
