/**
 * What a program prints.
 */
import * as Effect from "effect/Effect"
import * as TestConsole from "effect/testing/TestConsole"

/** What an effect prints, with what differs from run to run made the same. */
export const printed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.andThen(effect, TestConsole.logLines).pipe(
    Effect.map((lines) =>
      lines.join("\n")
        .replaceAll(/\/\S*\/(?=andamios-tour)/g, "")
        .replaceAll(/\b[\d.]+ m?s$/gm, "(time)")
        .replaceAll(/\b\d+ MB\b/g, "(size)")
    ),
    Effect.provide(TestConsole.layer, { local: true })
  )
