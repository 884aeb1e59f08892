/**
 * Finds what differs between the models and the database, and asks what goes under another name.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { comparing } from "../migration/comparing/desired.ts"
import { differencesOf } from "../migration/comparing/differences.ts"
import type { Candidate } from "../migration/comparing/renames.ts"
import { Database } from "../session/Database.ts"
import { choose } from "./asking.ts"
import { Project } from "./project.ts"

/** What is known of renames before anything is asked. */
interface Told {
  /** As in `{ "books": "works", "books.title": "heading" }`. */
  readonly renames: Readonly<Record<string, string>>
  /** Whether there are no others. */
  readonly noRenames: boolean
}

/** What makes the database what the models want it to be. What may be a rename is asked, where it is not told. */
export const differing = Effect.fnUntraced(function*({ noRenames, renames }: Told) {
  const { config } = yield* Project
  const { dialect } = yield* Database
  const compared = yield* comparing(config.models, {
    views: config.views ?? [],
    enums: config.enums ?? [],
    sequences: config.sequences ?? [],
    ignore: [...config.ignore ?? [], ...(config.table === undefined ? [] : [config.table])]
  })
  const declined = new Set<string>()
  let names = renames
  for (;;) {
    const { candidates, operations } = yield* Effect.fromResult(differencesOf(compared, dialect, names))
    const open = noRenames ? undefined : candidates.find(({ from }) => !declined.has(from))
    if (open === undefined) return { operations, live: compared.live }
    const to = yield* asked(open)
    if (to === undefined) declined.add(open.from)
    else names = { ...names, [open.from]: to }
  }
})

const asked = ({ from, kind, to }: Candidate) =>
  choose<string | undefined>(
    `The ${kind} ${from} is not wanted any more. Is it one of the new ones, under another name?`,
    [
      { title: `No: it goes, with all that is in it`, value: undefined },
      ...to.map((name) => ({ title: `It is ${name} now`, value: name }))
    ],
    `Say ${to.map((name) => `--rename ${from}=${name}`).join(" or ")} if it is, or --no-renames if nothing is.`
  )
