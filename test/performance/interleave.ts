/**
 * Measures contestants in turn, so that whatever else the machine does meets all of them.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Work } from "./competitor.ts"

/** A competitor in a case. */
export interface Contestant {
  readonly name: string
  /** What has to be done before each measurement. */
  readonly before: Work<unknown>
  /** What is measured. It ends each of its phases but the last, and gives a way to tell, afterwards, what was read or written. */
  readonly measured: (endPhase: EndPhase) => Work<Work<string>>
}

/** Ends a phase. While it is told what there is then, the clock stands still. */
export type EndPhase = (told: Work<string>) => Work<void>

/** How a case is measured. */
export interface Plan {
  /** Measurements of each contestant. */
  readonly rounds: number
  /** Measurements before those, which don't count. */
  readonly warmUps: number
  /**
   * Milliseconds that each contestant runs at least before all that: a program that serves requests runs on, and what it runs often is
   * compiled for good only when it has run some ten thousand times.
   */
  readonly warmFor?: number
  /**
   * Milliseconds that a measurement lasts at least: until then the same is done again, and the mean counts. What takes less than a
   * millisecond would tell more of whose code ran before.
   */
  readonly lastsFor?: number
  /** Whether it is measured on one core, where it can be: of a program and a server that wait for each other, one works at a time. */
  readonly onOneCore?: boolean
  /**
   * The garbage of others that is collected before each measurement: all, or the young only. After a collection of all,
   * code runs cold for some milliseconds, which a short measurement would show.
   */
  readonly garbage: "major" | "minor"
  /** Which of the measurements counts, in order from the fastest, 0, to the slowest, 1: the median is 0.5. */
  readonly quantile: number
}

/** How long something took. */
export interface Milliseconds {
  readonly all: number
  readonly phases: ReadonlyArray<number>
}

/** The milliseconds of each contestant, in all and of each phase; fails where they do not all do the same. */
export const interleave = Effect.fnUntraced(function*(contestants: ReadonlyArray<Contestant>, plan: Plan) {
  const measurements = contestants.map((): Array<ReadonlyArray<number>> => [])
  yield* warmUp(contestants, plan.warmFor ?? 0)
  let expected: string | undefined
  for (let round = -plan.warmUps; round < plan.rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = placeOf(plan.warmUps + round, turn, contestants.length)
      const contestant = contestants[index]
      if (contestant === undefined) continue
      const { answer, phases } = yield* measure(contestant, plan)
      expected ??= answer
      if (answer !== expected) {
        return yield* Effect.die(new Error(`${contestant.name}: ${difference(answer, expected)}`))
      }
      if (round >= 0) measurements[index]?.push(phases)
    }
  }
  return measurements.map((rounds): Milliseconds => ({
    all: quantile(rounds.map(sum), plan.quantile),
    phases: (rounds[0] ?? []).map((_, phase) => quantile(rounds.map((phases) => phases[phase] ?? 0), plan.quantile))
  }))
})

/** Whose turn it is: each round starts with another one, and every other one goes the other way round, so that nobody always follows the same. */
const placeOf = (round: number, turn: number, contestants: number): number =>
  (round + (round % 2 === 0 ? turn : contestants - turn)) % contestants

/** Where two answers part. */
const difference = (answer: string, expected: string) => {
  const start = Math.max(0, [...answer].findIndex((character, index) => character !== expected[index]) - 100)
  return `…${answer.slice(start, start + 300)}… instead of …${expected.slice(start, start + 300)}…`
}

/** Runs them in turn, as they will be measured, until each has run for so many milliseconds. */
const warmUp = Effect.fnUntraced(function*(contestants: ReadonlyArray<Contestant>, milliseconds: number) {
  const clock = yield* Clock.Clock
  const warmth = contestants.map(() => 0)
  while (Math.min(...warmth) < milliseconds) {
    for (const [index, { before, measured }] of contestants.entries()) {
      yield* before
      const begun = clock.currentTimeMillisUnsafe()
      yield* measured(() => Effect.void)
      warmth[index] = (warmth[index] ?? 0) + clock.currentTimeMillisUnsafe() - begun
    }
  }
})

const measure = Effect.fnUntraced(function*({ before, measured }: Contestant, { garbage, lastsFor = 0 }: Plan) {
  yield* before
  globalThis.gc?.({ type: garbage, execution: "sync" })
  const clock = yield* Clock.Clock
  const phases: Array<number> = []
  const answers: Array<string> = []
  let begun = clock.currentTimeNanosUnsafe()
  const endPhase: EndPhase = (told) =>
    Effect.suspend(() => {
      phases.push(Number(clock.currentTimeNanosUnsafe() - begun) / 1e6)
      return Effect.map(told, (answer) => {
        answers.push(answer)
        begun = clock.currentTimeNanosUnsafe()
      })
    })
  const last = clock.currentTimeNanosUnsafe() + BigInt(lastsFor * 1e6)
  let times = 1
  for (; clock.currentTimeNanosUnsafe() < last; times++) yield* measured(() => Effect.void)
  yield* Effect.flatMap(measured(endPhase), endPhase)
  return { phases: phases.map((phase) => phase / times), answer: answers.join("\n") }
})

const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)

const quantile = (values: ReadonlyArray<number>, place: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const position = place * (sorted.length - 1)
  const below = sorted[Math.floor(position)] ?? 0
  return below + ((sorted[Math.ceil(position)] ?? below) - below) * (position % 1)
}
