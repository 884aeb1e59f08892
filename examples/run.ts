/**
 * Runs one example by name: `npm run example -- basic/01-connection`. Without a name it lists them. One of several files is a
 * folder, of which `main.ts` is run.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { globSync } from "node:fs"

const levels = ["basic", "intermediate", "advanced", "recipes"]

const filesOf = (level: string): ReadonlyArray<string> =>
  globSync([`${level}/*.ts`, `${level}/*/main.ts`], { cwd: import.meta.dirname })
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted()

const files = new Map(levels.flatMap(filesOf).map((file) => [file.replace(/(?:\/main)?\.ts$/, ""), file]))

const list = `Examples, to run with npm run example -- <name>:\n${
  [...files.keys()].map((name) => `  ${name}`).join("\n")
}`

const run = Effect.fn("example")(function*(file: string) {
  const example = yield* Effect.promise<{ readonly main?: Effect.Effect<unknown, unknown> }>(() => import(`./${file}`))
  if (!Effect.isEffect(example.main)) return yield* Effect.die(`examples/${file} must export an Effect named main`)
  yield* example.main
})

const program = Effect.gen(function*() {
  const name = process.argv[2]?.replace(/^examples\//, "").replace(/(?:\/main)?\.ts$/, "")
  if (name === undefined) return yield* Console.log(list)
  const file = files.get(name)
  if (file !== undefined) return yield* run(file)
  yield* Console.error(`There is no example "${name}".\n\n${list}`)
  process.exitCode = 1
})

NodeRuntime.runMain(program)
