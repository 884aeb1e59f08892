/**
 * What commands show: text for people, or one JSON document for programs.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import cliProgress from "cli-progress"
import { styleText } from "node:util"
import { lined } from "../session/lined.ts"
import { Manner } from "./manner.ts"

/** Colours, which are left out where they are not wanted. */
export type Ink = (color: Parameters<typeof styleText>[0], text: string) => string

/** The colours of this run. */
export const ink: Effect.Effect<Ink> = Effect.map(
  TerminalCapabilities,
  ({ canColor }): Ink => (color, text) => canColor ? styleText(color, text, { validateStream: false }) : text
)

/** Answers: with the document where JSON is asked for, and with the text elsewhere. */
export const answer = Effect.fnUntraced(function*(document: unknown, text: string | ReadonlyArray<string>) {
  const { json } = yield* Manner
  if (json) return yield* Console.log(jsonText(document))
  yield* Console.log(typeof text === "string" ? text : text.join("\n"))
})

/** Tells what is going on, where somebody reads along. */
export const tell = Effect.fnUntraced(function*(text: string) {
  const { json } = yield* Manner
  if (!json) yield* Console.log(text)
})

/** A value as JSON: whole numbers that JSON can't hold are texts, and undefined is left out. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => typeof part === "bigint" ? part.toString() : part, 2)

/** Rows under their names, in columns that are as wide as what is in them. */
export const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { paint, right = [] }: { readonly paint: Ink; readonly right?: ReadonlyArray<string> }
): string => lined(head, rows, right, (name) => paint("bold", name))

/** Lines below another, further in. */
export const indented = (lines: ReadonlyArray<string>, by = "  "): ReadonlyArray<string> =>
  lines.flatMap((line) => line.split("\n").map((part) => `${by}${part}`))

/** One thing, or several: `1 revision`, `2 revisions`. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`

/** How long something took: `12 ms`, `3.4 s`. */
export const duration = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`

/** How far something has come. */
interface Position {
  readonly done: number
  readonly total: number
  readonly what: string
}

/** A bar on a terminal, which is gone when it is done, and nothing elsewhere. */
export const progress: Effect.Effect<(position: Position) => Effect.Effect<void>, never, Scope> = Effect.gen(
  function*() {
    const { canAnimate } = yield* TerminalCapabilities
    if (!canAnimate) return () => Effect.void
    const bar = new cliProgress.SingleBar({
      format: "{bar} {value}/{total} {what}",
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stdout
    }, cliProgress.Presets.shades_grey)
    yield* Effect.acquireRelease(Effect.sync(() => bar.start(1, 0, { what: "" })), () => Effect.sync(() => bar.stop()))
    return ({ done, total, what }: Position) =>
      Effect.sync(() => {
        bar.setTotal(total)
        bar.update(done, { what })
      })
  }
)
