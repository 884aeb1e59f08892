/**
 * Asks a database what it knows of names, when that has to be known and may have changed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type { ColumnType } from "../model/ColumnType.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import { asking } from "../sql/asking.ts"
import { catalogOf } from "../sql/catalog.ts"
import type { Database } from "./Database.ts"
import type { TableVersions } from "./tableVersions.ts"

const text: ColumnType = { _tag: "Text" }

const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({
  kind: Schema.Literals(["table", "view", "opaque", "pure", "reading", "beside", "following", "triggering"]),
  name: Schema.String,
  text: Schema.NullOr(Schema.String)
})))

/** Those who want to know of the same database are told by the first one. */
const turns = new WeakMap<TableVersions, Semaphore.Semaphore>()

const turnOf = (versions: TableVersions): Semaphore.Semaphore =>
  getOrInsert(turns, versions, () => Semaphore.makeUnsafe(1))

/**
 * Sees to it that the catalog is known. It is left as it is inside of a transaction, which others don't see, while the structure is
 * changed, and where the database doesn't tell: all who need it have to do without.
 */
export const learning = ({ dialect, inTransaction, read, versions }: Database["Service"]): Effect.Effect<void> => {
  const query = asking(dialect.knownNames, { kind: text, name: text, text })
  const ask = Effect.gen(function*() {
    const structure = versions.structure()
    if (structure === undefined || versions.isLearned()) return
    const known = yield* Effect.flatMap(read(query), decode)
    versions.learn(catalogOf(known), structure)
  })
  // who holds a connection waits for nobody who may want one
  return Effect.flatMap(
    inTransaction,
    (isInside) => isInside ? Effect.void : turnOf(versions).withPermit(Effect.ignore(ask))
  )
}
