/**
 * The sources as TypeScript's own compiler sees them, asked through its API.
 */
import { API, type Checker, type NodeHandle, type Symbol as Named, SymbolFlags } from "typescript/unstable/sync"
import type { Node, SourceFile } from "typescript/unstable/ast"
import { relative } from "node:path"
import type { Place } from "./reference.ts"

/** Sources that are open; they hold a process until they are closed. */
export interface Sources extends Disposable {
  readonly checker: Checker
  readonly file: (path: string) => SourceFile
  readonly nodeOf: (handle: NodeHandle) => Node
  /** Where a declaration is. */
  readonly placeOf: (node: Node) => Place
}

/** Opens the project of a tsconfig. Places are told from `root` on. */
export const open = (root: string, tsconfig: string): Sources => {
  const api = new API({ cwd: root })
  const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProject(tsconfig)
  if (project === undefined) throw new Error(`There is no project at ${tsconfig}`)
  const { checker, program } = project
  return {
    checker,
    file: (path) => {
      const file = program.getSourceFile(path)
      if (file === undefined) throw new Error(`${path} is not among the sources of ${tsconfig}`)
      return file
    },
    nodeOf: (handle) => {
      const node = handle.resolve(project)
      if (node === undefined) throw new Error(`TypeScript has lost a declaration in ${handle.path}`)
      return node
    },
    placeOf: (node) => {
      const file = node.getSourceFile()
      const { line } = file.getLineAndCharacterOfPosition(node.getStart())
      return { file: relative(root, file.fileName).replaceAll("\\", "/"), line: line + 1 }
    },
    [Symbol.dispose]: () => api.close()
  }
}

/** What a symbol stands for, past all that only passes it on. */
export const meantBy = ({ checker }: Sources, symbol: Named): Named =>
  (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

/** The symbol of a file, whose exports are what the file exports. */
export const symbolOf = ({ checker }: Sources, file: SourceFile): Named => {
  const symbol = checker.getSymbolAtLocation(file)
  if (symbol === undefined) throw new Error(`${file.fileName} is no module`)
  return symbol
}
