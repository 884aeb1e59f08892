/**
 * What the command line asks for.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { open } from "node:fs/promises"
import { parseArgs } from "node:util"
import type { Case } from "./cases.ts"

/** What to run, and where to write its figures. */
export interface Options {
  readonly list: boolean
  readonly json: string | undefined
  readonly cases: ReadonlyArray<Case>
}

/** An option that can't be followed; its message says why. */
export class Misused extends Data.TaggedError("Misused")<{ readonly message: string }> {}

/** The options, checked as far as they can be before anything runs. */
export const parse = (args: ReadonlyArray<string>, cases: ReadonlyArray<Case>): Effect.Effect<Options, Misused> =>
  Effect.tryPromise({
    try: async () => {
      const { json, list = false, only = "" } = parseArgs({ args: [...args], options: known }).values
      const wanted = cases.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()))
      if (wanted.length === 0) throw new Error(`no case has "${only}" in its name; --list says which there are`)
      if (json !== undefined && !list) await (await open(json, "a")).close()
      return { list, json, cases: wanted }
    },
    catch: (error) => new Misused({ message: error instanceof Error ? error.message : String(error) })
  })

const known = { list: { type: "boolean" }, json: { type: "string" }, only: { type: "string" } } as const

/** How to ask, of which of the scripts. */
export const usage = (script: string): string =>
  `npm run ${script} -- [--only NAME] [--json FILE] [--list]

  --only NAME  only the cases with NAME in theirs
  --json FILE  write the figures to FILE too, as JSON
  --list       say which cases there are`
