/**
 * Revisions that are written as SQL: one file for the way up, one for the way back, and comments at the start that say the rest.
 *
 * @since 0.1.0
 */
import { statementsOf } from "../../sql/statements.ts"
import { execute, make, type Revision } from "../Migration.ts"

/**
 * A revision of two texts. Without a text for it, there is no way back. The comments at the start of the first can say
 * `-- revision: 8f2c`, `-- name: books have prices`, `-- parents: 1d0b, 77aa`, `-- labels: billing`, `-- depends-on: 9c1d` and
 * `-- transaction: no`; without an id, the name of the files is one.
 */
export const sqlRevision = (file: string, up: string, down: string | undefined): Revision => {
  const said = header(up)
  return make({
    id: said.get("revision") ?? file,
    name: said.get("name") ?? file,
    parents: list(said.get("parents")),
    labels: list(said.get("labels")),
    dependsOn: list(said.get("depends-on")),
    up: steps(up),
    down: down === undefined ? "irreversible" : steps(down),
    transaction: said.get("transaction") !== "no"
  })
}

const steps = (sql: string) => statementsOf(sql).map((statement) => execute(statement))

const header = (sql: string): ReadonlyMap<string, string> => {
  const lines = sql.split(/\r?\n/)
  const end = lines.findIndex((line) => !/^\s*(?:--.*)?$/.test(line))
  return new Map(
    (end < 0 ? lines : lines.slice(0, end)).flatMap((line) => {
      const [, key, value] = /^\s*--\s*([a-z-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined || value === undefined || value === "" ? [] : [[key, value] as const]
    })
  )
}

const list = (text = ""): ReadonlyArray<string> => text.split(/[\s,]+/).filter((name) => name !== "")
