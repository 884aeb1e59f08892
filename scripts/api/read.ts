/**
 * Reads the reference of a project from its sources.
 */
import type { FunctionDeclaration, Node } from "typescript/unstable/ast"
import * as is from "typescript/unstable/ast/is"
import { SignatureKind, type Symbol, SymbolFlags, type Type } from "typescript/unstable/sync"
import { resolve } from "node:path"
import { type Comment, commentBefore, none, opening, tagged } from "./comment.ts"
import { errorsOf, errorsOfClass, isLayer, namesOf } from "./errors.ts"
import * as Members from "./members.ts"
import type { Entrance, Kind, Member, Module, Name } from "./reference.ts"
import * as Signature from "./signatures.ts"
import { meantBy, open, type Sources, symbolOf } from "./sources.ts"

/** An entrance by its path, the folder of its pages and its source. */
export interface Opened {
  readonly path: string
  readonly folder: string
  readonly source: string
}

/** The reference of the entrances of a project. Files are told from `root` on. */
export const read = (root: string, tsconfig: string, entrances: ReadonlyArray<Opened>): ReadonlyArray<Entrance> => {
  using sources = open(root, resolve(root, tsconfig))
  return entrances.map((entrance) => entranceOf(sources, root, entrance))
}

const entranceOf = (sources: Sources, root: string, { folder, path, source }: Opened): Entrance => {
  const file = sources.file(resolve(root, source))
  const modules: Array<Module> = []
  const names: Array<Name> = []
  for (const exported of sources.checker.getExportsOfModule(symbolOf(sources, file))) {
    const meant = meantBy(sources, exported)
    if ((meant.flags & SymbolFlags.ValueModule) === 0) names.push(nameOf(sources, exported.name, meant))
    else modules.push(moduleOf(sources, exported.name, meant))
  }
  return { path, folder, comment: opening(file.text), modules, names }
}

const moduleOf = (sources: Sources, name: string, module: Symbol): Module => {
  const [file] = declarationsOf(sources, module)
  if (file === undefined) throw new Error(`${name} is declared nowhere`)
  return {
    name,
    place: sources.placeOf(file),
    comment: opening(file.getSourceFile().text),
    names: sources.checker.getExportsOfModule(module).map((one) => nameOf(sources, one.name, meantBy(sources, one)))
      .filter(({ comment }) => tagged(comment, "internal").length === 0)
  }
}

const declarationsOf = (sources: Sources, symbol: Symbol): ReadonlyArray<Node> =>
  symbol.declarations.map(sources.nodeOf)

const nameOf = (sources: Sources, name: string, symbol: Symbol): Name => {
  const declarations = declarationsOf(sources, symbol)
  const [first] = declarations
  if (first === undefined) throw new Error(`${name} is declared nowhere`)
  const comments = declarations.map(commentOf)
  const kind = kindOf(sources, symbol, declarations)
  return {
    name,
    kind,
    comment: comments.find((comment) => comment !== none) ?? none,
    place: sources.placeOf(first),
    signatures: signaturesOf(sources, { name, kind }, declarations),
    members: declarations.flatMap((one) => membersOf(sources, one)),
    errors: failuresOf(sources, symbol, declarations).toSorted()
  }
}

/** The doc comment of a declaration; that of a constant stands before its `const`. */
const commentOf = (declaration: Node): Comment => {
  const node = is.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  return commentBefore(node.getFullText().slice(0, node.getLeadingTriviaWidth()))
}

const valueTypeOf = ({ checker }: Sources, symbol: Symbol): Type | undefined =>
  (symbol.flags & SymbolFlags.Value) === 0 ? undefined : checker.getTypeOfSymbol(symbol)

const kindOf = (sources: Sources, symbol: Symbol, declarations: ReadonlyArray<Node>): Kind => {
  const declared = declarations.find(is.isClassDeclaration)
  if (declared !== undefined) return kindOfClass(Signature.makerOf(declared))
  if (declarations.some(is.isFunctionDeclaration)) return "function"
  const type = valueTypeOf(sources, symbol)
  if (type === undefined) return declarations.some(is.isInterfaceDeclaration) ? "interface" : "type"
  if (isLayer(type)) return "layer"
  if ((symbol.flags & SymbolFlags.Type) !== 0 || declarations.some(isStruct)) return "data"
  return sources.checker.getSignaturesOfType(type, SignatureKind.Call).length > 0 ? "function" : "constant"
}

const isStruct = (declaration: Node): boolean =>
  is.isVariableDeclaration(declaration) && declaration.type === undefined &&
  /^Schema\.(?:Tagged)?Struct\(/.test(declaration.initializer?.getText() ?? "")

const kindOfClass = (maker: string): Kind => {
  if (/(?:TaggedError|ErrorClass|Error)$/.test(maker)) return "error"
  return /^Schema\.(?:Tagged)?Class$/.test(maker) ? "data" : "class"
}

const signaturesOf = (
  sources: Sources,
  { kind, name }: Pick<Name, "kind" | "name">,
  declarations: ReadonlyArray<Node>
): ReadonlyArray<string> => [
  ...Signature.overloads(declarations.filter(is.isFunctionDeclaration)).map((one) => functionOf(sources, name, one)),
  ...declarations.flatMap((one) => {
    if (is.isVariableDeclaration(one)) {
      return [
        kind === "data" && one.type === undefined
          ? Signature.ofSchema(name, one)
          : Signature.ofConstant(sources, name, one)
      ]
    }
    if (is.isClassDeclaration(one)) return [Signature.ofClass(one)]
    if (is.isInterfaceDeclaration(one)) return [Signature.ofHead(one)]
    return is.isTypeAliasDeclaration(one) ? [Signature.ofType(one)] : []
  })
]

const functionOf = (sources: Sources, name: string, of: FunctionDeclaration): string =>
  `function ${Signature.ofFunction(sources, name, of)}`

const membersOf = (sources: Sources, declaration: Node): ReadonlyArray<Member> => {
  if (is.isClassDeclaration(declaration)) return Members.ofClass(sources, declaration)
  if (is.isInterfaceDeclaration(declaration)) return Members.ofElements(sources, declaration.members)
  return is.isTypeAliasDeclaration(declaration) && is.isTypeLiteralNode(declaration.type)
    ? Members.ofElements(sources, declaration.type.members)
    : []
}

const failuresOf = (sources: Sources, symbol: Symbol, declarations: ReadonlyArray<Node>): ReadonlyArray<string> => {
  const { checker } = sources
  if (declarations.some(is.isClassDeclaration)) return errorsOfClass(sources, symbol)
  if (declarations.some(is.isTypeAliasDeclaration)) {
    const type = checker.getDeclaredTypeOfSymbol(symbol)
    return type.isUnionType() ? namesOf(type) : []
  }
  const type = valueTypeOf(sources, symbol)
  return type === undefined ? [] : errorsOf(sources, type)
}
