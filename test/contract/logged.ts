/**
 * Tells what an effect logs.
 */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

/** A line of a log. */
export interface Line {
  readonly level: string
  readonly message: unknown
  readonly annotations: Readonly<Record<string, unknown>>
}

/** What an effect gives, and the lines that it logs. */
export const logged = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [value: A, lines: ReadonlyArray<Line>], E, R> =>
  Effect.suspend(() => {
    const lines: Array<Line> = []
    const logger = Logger.make(({ fiber, logLevel, message }) => {
      lines.push({
        level: logLevel,
        message: Array.isArray(message) && message.length === 1 ? message[0] : message,
        annotations: fiber.getRef(References.CurrentLogAnnotations)
      })
    })
    return Effect.map(Effect.provide(effect, Logger.layer([logger])), (value) => [value, lines])
  })
