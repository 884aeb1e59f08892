/**
 * Shows help and versions, and what is wrong with a command line.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as CliOutput from "effect/cli/CliOutput"
import { Manner } from "./manner.ts"
import { ink, jsonText } from "./output.ts"

/** Effect's own, but for mistakes, which are told in a few lines: the whole help would hide them. */
export const layer = CliOutput.layerPresenter({
  present: Effect.fnUntraced(function*(event) {
    if (event._tag !== "InvalidInvocation") return yield* CliOutput.defaultPresenter.present(event)
    const { json } = yield* Manner
    const paint = yield* ink
    const messages = event.errors.map(({ message }) => message)
    if (json) return yield* Console.log(jsonText({ error: { _tag: "Usage", message: messages.join("\n") } }))
    const help = [...event.commandPath, "--help"].join(" ")
    yield* Console.error(
      [...messages.map((message) => `${paint("red", "error")} ${message}`), `See \`${help}\`.`].join("\n")
    )
  })
})
