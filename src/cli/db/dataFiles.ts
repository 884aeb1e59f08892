/**
 * Files of rows that models are made of, read by a DuckDB in memory.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Source } from "../../migration/pulling/pull.ts"
import { Database } from "../../session/Database.ts"
import { asking } from "../../sql/asking.ts"
import { quoted } from "../../sql/quoted.ts"
import { DatabaseUnavailable, FileUnusable } from "../CommandError.ts"

/** A DuckDB in memory, which is loaded only where it is needed: a project may have none. */
export const inMemory = Layer.unwrap(Effect.map(
  Effect.tryPromise({
    try: () => import("../../duckdb/DuckDb.ts"),
    catch: (cause) => new DatabaseUnavailable({ reason: "Files are read by DuckDB: install @duckdb/node-api.", cause })
  }),
  ({ layer }) => layer({ path: ":memory:" })
))

/** The files that a pattern fits, each by its name without the ending. */
export const filesOf = Effect.fnUntraced(function*(glob: string) {
  const { read } = yield* Database
  const found = yield* read(asking(`SELECT file FROM glob(${quoted(glob)}) ORDER BY file`, { file: { _tag: "Text" } }))
  if (found.length === 0) return yield* new FileUnusable({ file: glob, reason: "There is no such file." })
  return found.map(({ file }): Source => {
    const path = String(file)
    const name = path.replace(/^.*[\\/]/, "").replace(/\.\w+(?:\.(?:gz|zst))?$/, "")
    return { name, from: quoted(path) }
  })
})
