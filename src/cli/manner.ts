/**
 * How commands answer: as text or JSON, in colours or without, asking or not, as their flags say.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stdio from "effect/Stdio"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"

const switched = (name: string, description: string) =>
  GlobalFlag.Setting(name)({
    flag: Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))
  })

/** The file of the config. */
export const ConfigFile = GlobalFlag.Setting("config")({
  flag: Flag.String("config").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The config, where it is not andamios.config.ts (or .mts, .js, .mjs) in this directory"),
    Flag.optional
  )
})

/** Whether questions are answered with yes. */
export const Yes = GlobalFlag.Setting("yes")({
  flag: Flag.Boolean("yes").pipe(
    Flag.withAlias("y"),
    Flag.withoutNegation,
    Flag.withDescription("Answers questions with yes"),
    Flag.withDefault(false)
  )
})

/** The flags that every command has. */
export const globalFlags = [
  ConfigFile,
  switched("json", "Answers with one JSON document"),
  Yes,
  switched("no-color", "Writes without colours; so does NO_COLOR=1"),
  switched("no-interactive", "Never asks: what is not said is an error, as it is without a terminal")
] as const

/** How a command was asked to answer. */
interface Manner {
  readonly json: boolean
  /** Whether failures are told with the places in the code that they come from. */
  readonly traces: boolean
}

/** How the command that runs was asked to answer. */
export const Manner = Context.Reference<Manner>("andamios/cli/Manner", {
  defaultValue: () => ({ json: false, traces: false })
})

/**
 * The manner that the arguments ask for. It is found in the words themselves, because it holds as well for those that make no
 * command.
 */
export const layer: Layer.Layer<never, never, Stdio.Stdio> = Layer.unwrap(Effect.gen(function*() {
  const { args } = yield* Stdio.Stdio
  const words = flagsOf(yield* args)
  const terminal = yield* TerminalCapabilities
  const json = words.includes("--json")
  const isPlain = json || words.includes("--no-interactive")
  return Layer.mergeAll(
    Layer.succeed(Manner, { json, traces: /--log-level[ =](?:all|trace|debug)/.test(words.join(" ")) }),
    Layer.succeed(TerminalCapabilities, {
      canColor: terminal.canColor && !json && !words.includes("--no-color"),
      canAnimate: terminal.canAnimate && !isPlain,
      canPrompt: terminal.canPrompt && !isPlain
    })
  )
}))

/** Behind `--` there are no flags. */
const flagsOf = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = words.indexOf("--")
  return end === -1 ? words : words.slice(0, end)
}
