/**
 * What a soak has seen: how often each thing ended how, and what must never happen.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"

/** More are counted, and not kept. */
const most = 20

/** Everything that was found so far. */
export class Findings {
  conflicts = 0
  readonly outcomes = new Map<string, Map<string, number>>()
  readonly #violations: Array<string> = []
  #more = 0

  /** Notes how something has ended. */
  outcome(what: string, how: string) {
    const found = this.outcomes.get(what) ?? new Map<string, number>()
    found.set(how, (found.get(how) ?? 0) + 1)
    this.outcomes.set(what, found)
  }

  /** Notes what must not have happened. */
  violation(text: string) {
    if (this.#violations.length < most) this.#violations.push(text)
    else this.#more++
  }

  /** What must not have happened, in order. */
  get violations(): ReadonlyArray<string> {
    return this.#more === 0 ? this.#violations : [...this.#violations, `and ${this.#more} more`]
  }

  /** Takes any failure for a violation; then there is no answer. */
  noFailure(what: string) {
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | undefined, never, R> =>
      Effect.catchCause(effect, (cause) => {
        this.violation(`${what}: ${textOf(cause)}`)
        return Effect.undefined
      })
  }
}

/** The start of what a cause has to say, without stacks. */
export const textOf = (cause: Cause.Cause<unknown>): string =>
  Cause.prettyErrors(cause).map(({ message, name }) => `${name}: ${message.slice(0, 300)}`).join("; ")
