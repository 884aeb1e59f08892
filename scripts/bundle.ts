/**
 * Writes the JavaScript of dist/: one file for each entrance, and one for each floor of what `andamios-orm` reaches.
 *
 * Node loads a dozen files several times as fast as hundreds, and of floors that it has no use for a bundler takes nothing. Names are
 * shortened; the source maps lead back to src/, which is part of the package.
 */
import { isAbsolute, join, resolve, sep } from "node:path"
import { type ChunkingContext, rolldown, RolldownMagicString } from "rolldown"
import { type ESTree, minify, type MinifyOptions, parseSync, Visitor } from "rolldown/utils"

const root = resolve(import.meta.dirname, "..")
const source = join(root, "src")

const entrances = ["index", "duckdb", "postgres", "testing", "cli", "cli/main"]

/** From the ground up. */
const floors = ["model", "sql", "session", "query", "migration"]

/** The oldest JavaScript that the oldest supported Node runs. */
const target = "es2024"

/** Classes keep their names, which people see when one of their instances is printed. */
const keepNames = { function: false, class: true }

const shorter: MinifyOptions = {
  module: true,
  compress: { target, keepNames },
  mangle: { toplevel: true, keepNames },
  sourcemap: true
}

/** Where a line may end, in the code of a file. */
const placesIn = (program: ESTree.Program): ReadonlyArray<number> => {
  const places = new Set<number>()
  const before = ({ start }: ESTree.Node): void => void places.add(start)
  new Visitor({
    CallExpression: (call) => call.arguments.forEach(before),
    ExportSpecifier: before,
    ExpressionStatement: before,
    ImportDeclaration: before,
    ImportSpecifier: before,
    Property: before,
    ReturnStatement: before,
    VariableDeclarator: before
  }).visit(program)
  return [...places].toSorted((one, other) => one - other)
}

/** What a file makes when it is loaded: values, base classes and what hangs on classes. */
const madeBy = (program: ESTree.Program): ReadonlyArray<ESTree.Expression> =>
  program.body.flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return statement.declarations.flatMap(({ init }) => init ?? [])
    if (statement.type !== "ClassDeclaration") return []
    const hung = statement.body.body.flatMap((member) =>
      member.type === "PropertyDefinition" && member.static ? member.value ?? [] : []
    )
    return [...hung, statement.superClass ?? []].flat()
  })

/**
 * Says of what a file makes that it may be left out where nobody uses it, and ends lines after some 120 characters: Node prints the
 * whole line where an uncaught error was thrown.
 */
const finished = (code: string): { readonly code: string; readonly map: string } => {
  const { program } = parseSync("bundle.js", code)
  const text = new RolldownMagicString(code)
  for (const { start, type } of madeBy(program)) {
    if (type === "CallExpression" || type === "NewExpression") text.appendLeft(start, "/*@__PURE__*/")
  }
  let start = 0
  let end = 0
  for (const place of placesIn(program)) {
    if (place - start > 120 && end > start) {
      text.appendLeft(end, "\n")
      start = end
    }
    end = place
  }
  return { code: text.toString(), map: text.generateMap({ hires: "boundary" }).toString() }
}

const bundle = await rolldown({
  input: Object.fromEntries(entrances.map((name) => [name, join(source, `${name}.ts`)])),
  // packages are installed beside ours; what rolldown brings for syntax that is newer than the target becomes part of a file
  external: (id) => !isAbsolute(id) && /^[\w@]/.test(id) && !id.startsWith("@oxc-project/runtime/"),
  platform: "neutral",
  checks: { bundlerTimings: false },
  transform: { target },
  treeshake: { moduleSideEffects: false },
  plugins: [
    { name: "shorter", renderChunk: (code, { fileName }) => minify(fileName, code, shorter) },
    { name: "finished", renderChunk: finished }
  ]
})

const core = new Set<string>()

/** Whether `andamios-orm` reaches a module. */
const isInCore = (module: string, context: ChunkingContext): boolean => {
  const reach = (one: string): void => {
    if (core.has(one)) return
    core.add(one)
    context.getModuleInfo(one)?.importedIds.forEach(reach)
  }
  reach(join(source, "index.ts"))
  return core.has(module)
}

await bundle.write({
  dir: join(root, "dist"),
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  // an object of exports that nobody uses can be left out only where it says so
  comments: { annotation: true, jsdoc: false, legal: false },
  // rolldown would print it anew
  minify: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
  codeSplitting: {
    // a floor takes along what it imports and no floor below it has
    groups: floors.map((floor, height) => ({
      debugName: floor,
      name: (module, context) =>
        module.startsWith(join(source, floor, sep)) && isInCore(module, context) ? floor : null,
      priority: floors.length - height
    }))
  }
})
await bundle.close()
