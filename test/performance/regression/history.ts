/**
 * What was measured before: one run on each line of a file.
 */
import * as Schema from "effect/Schema"

/** The ratios of one run: the raw driver's time by ours, above 1 where we are faster. */
export const Run = Schema.Struct({
  date: Schema.String,
  commit: Schema.String,
  /** Runs on machines of one kind are beside each other, and no others. */
  machine: Schema.String,
  node: Schema.String,
  /** Whether it was slower, and wanted all the same: runs before it judge nobody any more. */
  accepted: Schema.optionalKey(Schema.Boolean),
  ratios: Schema.Record(Schema.String, Schema.Number)
})

export type Run = typeof Run.Type

const Line = Schema.fromJsonString(Run)

/** The runs of a file, oldest first. */
export const runsIn = (text: string): ReadonlyArray<Run> =>
  text.split("\n").filter((line) => line !== "").map((line) => Schema.decodeUnknownSync(Line)(line))

/** A run as a line of the file. */
export const lineOf = (run: Run): string => `${Schema.encodeSync(Line)(run)}\n`
