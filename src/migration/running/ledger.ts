/**
 * What a database has by all that tells it: the history of ours, and that of another migrator which shares the database.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Companion } from "./companion.ts"
import type { Applied, History } from "./history.ts"
import type { Revisions } from "../graph/revisions.ts"

/** What was applied, by whom. */
interface Entries {
  /** What our history tells, in the order in which the database got it. */
  readonly applied: ReadonlyArray<Applied>
  /** What only the other migrator's history tells. */
  readonly elsewhere: ReadonlyArray<string>
  /** All of it, in an order. */
  readonly ids: ReadonlyArray<string>
}

/** Nobody shares the database. */
export const nobody: Companion = {
  name: "",
  revisions: [],
  ids: new Set(),
  applied: Effect.succeed(new Set()),
  admits: () => Effect.void,
  moved: () => Effect.void
}

/** The ledger of a history and of who shares it, whose revisions are among these. */
export const ledgerOf = (history: History, companion: Companion, { ordered }: Revisions) => {
  const theirs = new Set(companion.revisions.map(({ id }) => id))

  /** The other migrator knows better what became of the revisions that it has, too. */
  const read = Effect.gen(function*() {
    const rows = yield* history.read
    const told = yield* companion.applied
    const applied = rows.filter(({ id }) => !companion.ids.has(id) || told.has(id))
    const has = new Set(applied.map(({ id }) => id))
    const elsewhere = ordered.map(({ id }) => id).filter((id) => told.has(id) && !has.has(id))
    return { applied, elsewhere, ids: [...elsewhere, ...has] } satisfies Entries
  })

  /** Rows that may be there still, because the other migrator undid the revisions, make room. */
  const replace = (gone: ReadonlyArray<string>, entries: ReadonlyArray<Applied>) => {
    const own = entries.filter(({ id }) => !theirs.has(id))
    const twins = own.map(({ id }) => id).filter((id) => companion.ids.has(id))
    return Effect.andThen(history.forget([...gone, ...twins]), history.remember(own))
  }

  return {
    table: history.table,
    create: history.create,
    admits: companion.admits,
    read,
    /** Writes down that a revision was applied. */
    enter: (entry: Applied) => Effect.andThen(replace([], [entry]), companion.moved(entry.id, "up")),
    /** Writes down that a revision was undone. */
    strike: (id: string) => Effect.andThen(history.forget([id]), companion.moved(id, "down")),
    /** Writes down that the database has some revisions, and others no more; of those that it has already, only the rows change. */
    stamp: Effect.fnUntraced(function*(
      gone: ReadonlyArray<string>,
      entries: ReadonlyArray<Applied>,
      has: ReadonlySet<string>
    ) {
      const stamped = entries.map(({ id }) => id)
      yield* replace(gone, entries)
      const lost = gone.filter((id) => !stamped.includes(id))
      yield* Effect.forEach(lost.toReversed(), (id) => companion.moved(id, "down"), { discard: true })
      const got = stamped.filter((id) => !has.has(id))
      yield* Effect.forEach(got, (id) => companion.moved(id, "up"), { discard: true })
    })
  }
}

/** A ledger that can be read and written. */
export type Ledger = ReturnType<typeof ledgerOf>
