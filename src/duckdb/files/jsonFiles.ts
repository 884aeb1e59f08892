/**
 * JSON files: objects, one on a line or all in an array, each with the members that it has.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { open } from "node:fs/promises"
import { FileFailed } from "../../session/FileError.ts"
import { quoted } from "../../sql/quoted.ts"
import { fromJson, member } from "./fileColumn.ts"
import { columnNamed, type Compare, compared } from "./filePart.ts"
import { ask } from "./fileQuery.ts"

/** A member that is missing everywhere is as good as null. */
export const compareJson: Compare = (table, path, files, options) =>
  Effect.forEach(
    files,
    Effect.fnUntraced(function*(file) {
      if (yield* isCutOff(file)) {
        return yield* new FileFailed({ path: file, reason: "it begins with an array that never ends" })
      }
      const read = `read_json_objects(${quoted(file)}, format = 'auto')`
      const members = yield* ask<{ name: string }>(
        path,
        `SELECT DISTINCT unnest(json_keys(json)) AS name FROM ${read} ORDER BY name`,
        { name: { _tag: "Text" } }
      )
      const found = members.map(({ name }) => {
        const column = columnNamed(table, name)
        const json = member("json", name)
        return { name, type: "JSON", made: column && { ...fromJson(column, json, 0), found: json, always: false } }
      })
      const place = {
        files: [file],
        from: `(SELECT json, row_number() OVER () - 1 AS andamios_row FROM ${read})`,
        file: quoted(file),
        row: "andamios_row",
        noRow: "coalesce(json_type(json) <> 'OBJECT', TRUE)"
      }
      return compared(table, place, found, options, ({ nullable }) => nullable || members.length === 0)
    })
  )

/** Enough for the white space around an array. */
const reach = 4_096

/** Whether a file begins with an array and doesn't end with one, which DuckDB reads without a word. Compressed ones aren't looked into. */
const isCutOff = (path: string): Effect.Effect<boolean, FileFailed> => {
  const tried = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (error) => new FileFailed({ path, reason: String(error) }) })
  return Effect.acquireUseRelease(
    tried(() => open(path)),
    (file) =>
      tried(async () => {
        const { size } = await file.stat()
        const textAt = async (position: number) => {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(reach), 0, reach, Math.max(0, position))
          return buffer.toString("latin1", 0, bytesRead).replace(/^\u00ef\u00bb\u00bf/, "").trim()
        }
        return (await textAt(0)).startsWith("[") && !(await textAt(size - reach)).endsWith("]")
      }),
    (file) => Effect.promise(() => file.close())
  )
}
