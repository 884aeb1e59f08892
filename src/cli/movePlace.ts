/**
 * The databases that `andamios move` is told by words: by a name in the config, a URL, or a file.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import { messageOf } from "../model/messageOf.ts"
import type { Database } from "../session/Database.ts"
import type { Session } from "../session/Session.ts"
import { ConfigLacks, DatabaseUnavailable } from "./CommandError.ts"
import { Project } from "./project.ts"

type Place = Layer.Layer<Session | Database, unknown>

/** The database of a word; the config's own, where there is none. */
export const placeNamed = Effect.fnUntraced(function*(flag: "from" | "to", word: Option.Option<string>) {
  const { config: { database, targets = {} }, file } = yield* Project
  if (Option.isNone(word)) return usable(database, "the config's own")
  const named = Object.hasOwn(targets, word.value) ? targets[word.value] : undefined
  if (named !== undefined) return usable(named, word.value)
  // neither database has to be installed where it is not used
  if (/^postgres(?:ql)?:\/\//i.test(word.value)) {
    const { layer } = yield* Effect.promise(() => import("../postgres/Postgres.ts"))
    return usable(layer({ url: Redacted.make(word.value) }), "the one of the URL")
  }
  if (/\.(?:duckdb|ddb|db)$/.test(word.value)) {
    const path = (yield* Path.Path).resolve(word.value)
    const { layer } = yield* Effect.promise(() => import("../duckdb/DuckDb.ts"))
    return usable(layer({ path, ...(flag === "from" ? { readOnly: true } : {}) }), word.value)
  }
  const names = Object.keys(targets)
  return yield* new ConfigLacks({
    file,
    what:
      `target ${shown(word.value)}. Say --${flag} with ${
        names.length === 0 ? "" : `${names.join(", ")}, `
      }a URL such as ` +
      "postgres://user@host/name, or a file such as app.duckdb"
  })
})

/** A word as messages may have it: of an address that may hold a password, no more than where it leads. */
const shown = (word: string): string => {
  if (!/[:=@]/.test(word)) return word
  const { host = "", protocol = "" } = URL.parse(word) ?? {}
  return host === "" ? "of such an address" : `${protocol}//${host}`
}

const usable = (place: Place, name: string): Layer.Layer<Session | Database, DatabaseUnavailable> =>
  place.pipe(
    Layer.catch((cause): Layer.Layer<Session | Database, DatabaseUnavailable> =>
      Layer.effectContext(Effect.fail(new DatabaseUnavailable({ database: name, reason: messageOf(cause), cause })))
    )
  )
