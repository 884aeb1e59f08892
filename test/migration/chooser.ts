/**
 * Choices by the numbers on a tape, the first one of all where it has ended, so that a shorter tape makes something simpler.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

export interface Chooser {
  readonly oneOf: <A>(choices: readonly [A, ...ReadonlyArray<A>]) => A
  /** One of a list that may be empty. */
  readonly anyOf: <A>(choices: ReadonlyArray<A>) => A | undefined
  /** Some of a list, in its order. */
  readonly someOf: <A>(choices: ReadonlyArray<A>) => ReadonlyArray<A>
  /** True in one of so many cases. */
  readonly oneIn: (cases: number) => boolean
  /** A number from 0 up to this one. */
  readonly upTo: (most: number) => number
}

export type Tape = ReadonlyArray<number>

export const tapes = (maxLength: number): Arbitrary.Arbitrary<Tape> =>
  Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9_999 }))), {
    minLength: Math.floor(maxLength / 2),
    maxLength
  })

export const chooser = (tape: Tape): Chooser => {
  let place = 0
  const upTo = (most: number) => (tape[place++] ?? 0) % (most + 1)
  const oneIn = (cases: number) => upTo(cases - 1) === cases - 1
  return {
    oneOf: (choices) => choices[upTo(choices.length - 1)] ?? choices[0],
    anyOf: (choices) => choices[upTo(Math.max(choices.length - 1, 0))],
    someOf: (choices) => choices.filter(() => oneIn(2)),
    oneIn,
    upTo
  }
}
