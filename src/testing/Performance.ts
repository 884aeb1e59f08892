/**
 * Measures how long effects take, and compares that with what they took before.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createHistogram } from "node:perf_hooks"
import process from "node:process"

/**
 * How long an effect takes, in milliseconds. `ratio` is how many times as long it takes as the reference that was measured with it,
 * where there was one.
 *
 * @category models
 * @since 0.1.0
 */
export const Measurement = Schema.Struct({
  name: Schema.String,
  runs: Schema.Int,
  median: Schema.Number,
  p95: Schema.Number,
  fastest: Schema.Number,
  ratio: Schema.optionalKey(Schema.Number)
})

/**
 * How long an effect takes.
 *
 * @category models
 * @since 0.1.0
 */
export type Measurement = typeof Measurement.Type

/**
 * How an effect is measured.
 *
 * @category models
 * @since 0.1.0
 */
export interface MeasureOptions<E = never, R = never> {
  /** How many times it is run and measured; 30 by default. */
  readonly runs?: number
  /** How many times it is run before; 5 by default. */
  readonly warmUp?: number
  /** What it is compared with: run in turns with it, on the same machine and at the same time. */
  readonly reference?: Effect.Effect<unknown, E, R>
}

/**
 * An effect takes longer than it did when its baseline was stored, by more than is allowed.
 *
 * @category errors
 * @since 0.1.0
 */
export class Slower extends Schema.TaggedError<Slower>()("Slower", {
  file: Schema.String,
  tolerance: Schema.Number,
  before: Measurement,
  now: Measurement,
  /** How many times as long it takes, by the ratios to the reference where both have one. */
  times: Schema.Number
}) {
  override get message(): string {
    const { before, file, now, times, tolerance } = this
    return `${now.name} takes ${times.toFixed(2)} times as long as in ${file}, and ${(1 + tolerance).toFixed(2)} ` +
      `are allowed: ${told(before)} before, ${told(now)} now. Make it faster, or store what it takes now with ` +
      "the option `update`."
  }
}

/**
 * The file of a baseline can't be read or written, or is none.
 *
 * @category errors
 * @since 0.1.0
 */
export class BaselineUnusable extends Schema.TaggedError<BaselineUnusable>()("BaselineUnusable", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `The baseline ${this.file}: ${this.reason}`
  }
}

/**
 * Runs an effect some times, and gives the median of what it took in milliseconds. It is the machine's time, not that of `TestClock`.
 * With a `reference`, which is run in turns with it, its `ratio` says much more on another machine than the milliseconds do.
 *
 * @example
 * ```ts
 * import { Performance } from "andamios-orm/testing"
 * import { Effect } from "effect"
 *
 * const measured = Performance.measure("sort", Effect.sync(() => [3, 1, 2].toSorted()), {
 *   runs: 100,
 *   reference: Effect.sync(() => [3, 1, 2].join())
 * })
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const measure: <A, E, R, E2 = never, R2 = never>(
  name: string,
  effect: Effect.Effect<A, E, R>,
  options?: MeasureOptions<E2, R2>
) => Effect.Effect<Measurement, E | E2, R | R2> = Effect.fnUntraced(function*<A, E, R, E2 = never, R2 = never>(
  name: string,
  effect: Effect.Effect<A, E, R>,
  { reference, runs = 30, warmUp = 5 }: MeasureOptions<E2, R2> = {}
) {
  const own = createHistogram({ figures: 3 })
  const others = createHistogram({ figures: 3 })
  for (let run = -warmUp; run < runs; run++) {
    const nanoseconds = yield* timed(effect)
    if (run >= 0) own.record(nanoseconds)
    if (reference === undefined) continue
    const compared = yield* timed(reference)
    if (run >= 0) others.record(compared)
  }
  return {
    name,
    runs,
    median: own.percentile(50) / 1e6,
    p95: own.percentile(95) / 1e6,
    fastest: own.min / 1e6,
    ...(reference !== undefined && { ratio: own.percentile(50) / others.percentile(50) })
  } satisfies Measurement
})

/** The nanoseconds that an effect takes: one at least, less than which can't be recorded. */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<bigint, E, R> =>
  Effect.suspend(() => {
    const begun = process.hrtime.bigint()
    return Effect.map(effect, () => {
      const taken = process.hrtime.bigint() - begun
      return taken < 1n ? 1n : taken
    })
  })

/**
 * How a measurement is compared.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompareOptions {
  /** How much longer it may take, as a part of what it took: 0.2, by default, for a fifth. */
  readonly tolerance?: number
  /** Whether to store it, in the place of what is stored under its name; as a test's `--update` would say. */
  readonly update?: boolean
}

/**
 * Compares a measurement with the one that a JSON file has under its name, and fails with `Slower` where it takes longer than is allowed.
 * By ratios where both have one, and by medians elsewhere. Where the file has none, or with `update`, it is stored. Measurements of one
 * file are to be compared one after another.
 *
 * @errors Slower
 * @errors BaselineUnusable
 *
 * @example
 * ```ts
 * import { Performance } from "andamios-orm/testing"
 * import { Effect } from "effect"
 *
 * const test = Performance.measure("sort", Effect.sync(() => [3, 1, 2].toSorted())).pipe(
 *   Effect.flatMap(Performance.compare("baseline.json", { tolerance: 0.5, update: process.argv.includes("--update") })),
 *   Effect.catchTag("Slower", ({ times }) => Effect.fail(`${times} times as long as before`)),
 *   Effect.catchTag("BaselineUnusable", ({ file }) => Effect.fail(`remove ${file}, and measure again`))
 * )
 * ```
 *
 * @category assertions
 * @since 0.1.0
 */
export const compare = (
  file: string,
  { tolerance = 0.2, update = false }: CompareOptions = {}
): (now: Measurement) => Effect.Effect<Measurement, Slower | BaselineUnusable, FileSystem.FileSystem> =>
  Effect.fnUntraced(function*(now: Measurement) {
    const baseline = yield* stored(file)
    const before = baseline.find(({ name }) => name === now.name)
    if (before === undefined || update) {
      yield* store(file, [...baseline.filter((one) => one !== before), now])
      return now
    }
    const times = now.ratio === undefined || before.ratio === undefined
      ? now.median / before.median
      : now.ratio / before.ratio
    if (times > 1 + tolerance) return yield* new Slower({ file, tolerance, before, now, times })
    return now
  })

const Baseline = Schema.fromJsonString(Schema.Array(Measurement))

/** What is stored in a file; nothing where there is none. */
const stored = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(file).pipe(
    Effect.asSome,
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
    Effect.mapError(({ message }) => new BaselineUnusable({ file, reason: message }))
  )
  if (Option.isNone(text)) return []
  return yield* Effect.mapError(
    Schema.decodeEffect(Baseline)(text.value),
    ({ message }) => new BaselineUnusable({ file, reason: `is not one: ${message}. Remove it, and measure again.` })
  )
})

/** Writes a file as a whole or not at all, its measurements by their names. */
const store = Effect.fnUntraced(function*(file: string, measurements: ReadonlyArray<Measurement>) {
  const files = yield* FileSystem.FileSystem
  const text = JSON.stringify(measurements.toSorted((a, b) => a.name < b.name ? -1 : 1), undefined, 2)
  const unfinished = `${file}.unfinished`
  yield* files.writeFileString(unfinished, `${text}\n`).pipe(
    Effect.andThen(files.rename(unfinished, file)),
    Effect.mapError(({ message }) => new BaselineUnusable({ file, reason: message }))
  )
})

const told = ({ median, ratio }: Measurement): string =>
  `${median.toFixed(3)} ms${ratio === undefined ? "" : `, ${ratio.toFixed(2)} times its reference,`}`
