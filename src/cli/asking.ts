/**
 * Questions to whoever sits at the terminal.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Prompt from "effect/cli/Prompt"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import { Declined, Unanswered } from "./CommandError.ts"
import { Yes } from "./manner.ts"

/** Asks whether to go on, unless `--yes` says so; without a terminal it fails with a hint. */
export const confirm = Effect.fnUntraced(function*(question: string) {
  if (yield* Yes) return
  const { canPrompt } = yield* TerminalCapabilities
  if (!canPrompt) return yield* new Unanswered({ question, hint: "Say --yes if it is to be done." })
  if (!(yield* Prompt.Confirm({ message: question, initial: false }))) return yield* new Declined({ question })
})

/** Asks for one of several things; without a terminal it fails with the hint. */
export const choose = Effect.fnUntraced(function*<A>(
  question: string,
  choices: ReadonlyArray<{ readonly title: string; readonly value: A }>,
  hint: string
) {
  const { canPrompt } = yield* TerminalCapabilities
  if (!canPrompt) return yield* new Unanswered({ question, hint })
  return yield* Prompt.Select({ message: question, choices })
})
