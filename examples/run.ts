/**
 * Runs one example by name: `npm run example -- basic/01-connection`. Without a name it lists them.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { globSync } from "node:fs"

const levels = ["basic", "intermediate", "advanced"]

const names = levels.flatMap((level) =>
  globSync(`${level}/*.ts`, { cwd: import.meta.dirname }).map((file) =>
    file.replaceAll("\\", "/").slice(0, -".ts".length)
  ).toSorted()
)

const list = `Examples, to run with npm run example -- <name>:\n${names.map((name) => `  ${name}`).join("\n")}`

const run = Effect.fn("example")(function*(name: string) {
  const example = yield* Effect.promise<{ readonly main?: Effect.Effect<unknown, unknown> }>(() =>
    import(`./${name}.ts`)
  )
  if (!Effect.isEffect(example.main)) return yield* Effect.die(`examples/${name}.ts must export an Effect named main`)
  yield* example.main
})

const program = Effect.gen(function*() {
  const name = process.argv[2]?.replace(/^examples\//, "").replace(/\.ts$/, "")
  if (name === undefined) return yield* Console.log(list)
  if (names.includes(name)) return yield* run(name)
  yield* Console.error(`There is no example "${name}".\n\n${list}`)
  process.exitCode = 1
})

NodeRuntime.runMain(program)
