/**
 * A graph of revisions that tests share.
 */
import { Migration } from "andamios-orm"
import * as Result from "effect/Result"
import { type Revisions, revisionsOf } from "../../src/migration/graph/revisions.ts"

export const revision = (id: string, options: Partial<Migration.Options> = {}) =>
  Migration.make({ id, up: [], ...options })

/** A library whose books and readers are two branches, which come together again; lending depends on both. */
export const library = [
  revision("a1", { labels: ["books"] }),
  revision("a2", { parents: ["a1"] }),
  revision("b1", { labels: ["readers"] }),
  revision("b2", { parents: ["b1"], dependsOn: ["a1"] }),
  revision("a3", { parents: ["a2"], dependsOn: ["readers"] }),
  revision("a4", { parents: ["a2"] }),
  revision("c1", { parents: ["a3", "b2"] })
]

export const graphOf = (given: ReadonlyArray<Migration.Revision>): Revisions => Result.getOrThrow(revisionsOf(given))
