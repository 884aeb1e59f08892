/**
 * How often rows of a table were written to, each by itself where a write tells which rows it concerns.
 *
 * Rows share versions by the hashes of their keys, so that there are never more than a thousand: a row that shares one with another is
 * read once more than it would have to be.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import { keyKind } from "../sql/keyText.ts"
import type { Version, Versions } from "./versions.ts"

/** The rows that a write concerns: any of its table, only such as were not there, or those with keys of these texts. */
export type RowsWritten = "any" | "new" | ReadonlyArray<string>

/** The versions of a table's rows. */
export interface RowVersions {
  /** What the texts of keys are made of. */
  readonly kind: string | undefined
  /** Goes up with writes that may concern any row. */
  readonly any: Version
  /** Goes up with writes that only bring new rows, of which nobody knows the keys. */
  readonly added: Version
  /** By the hashes of keys. */
  readonly some: Map<number, Version>
}

/** The version of a table, with those of its rows. */
interface Rowed extends Version {
  readonly rows: RowVersions
}

/** What a row depends on: by the text of its key, and whether there is one. */
export type VersionsOfRow = (text: string, isThere: boolean) => Versions

const version = (name: string): Version => ({ name, count: 0, open: 0, listeners: undefined })

/** The versions of rows that nobody has written to yet, of a table that is known by a name. */
export const rowVersions = (table: Table, name: string): RowVersions => ({
  kind: keyKind(table),
  any: version(name),
  added: version(name),
  some: new Map()
})

/** The versions of rows that a write to a table changes, as this one is described. */
export const rowsWritten = ({ rows }: Rowed, table: Table, written: RowsWritten): Versions => {
  if (written === "new") return [rows.added]
  if (written === "any" || rows.kind !== keyKind(table)) return [rows.any]
  return written.map((text) => getOrInsert(rows.some, hashOf(text), () => version(rows.any.name)))
}

/**
 * What the rows of a table depend on beside what all of them do, whose versions may be these; where keys are described otherwise, it is
 * that of the table.
 */
export const versionsOfRows = (table: Table, all: Versions, tables: ReadonlyArray<Rowed>): VersionsOfRow => {
  const kind = keyKind(table)
  return (text, isThere) => {
    const hash = hashOf(text)
    const versions = [...all]
    for (const one of tables) {
      if (one.rows.kind !== kind) {
        versions.push(one)
        continue
      }
      const own = one.rows.some.get(hash)
      versions.push(one.rows.any)
      if (own !== undefined) versions.push(own)
      if (!isThere) versions.push(one.rows.added)
    }
    return versions
  }
}

/** How many versions the rows of a table have at most. */
const most = 1_024

/** The hash of a key: it is the same for texts that databases may take for the same, by case, accents, or signs between letters. */
const hashOf = (text: string): number => {
  const plain = onlyAscii.test(text) ? text : text.normalize("NFKD").toUpperCase().replaceAll(others, "")
  let hash = 0
  for (let index = 0; index < plain.length; index++) {
    const code = plain.charCodeAt(index)
    if (isSmall(code)) hash = Math.imul(hash, 31) + code - 32 | 0
    else if (code > 127 || isCapital(code) || isDigit(code)) hash = Math.imul(hash, 31) + code | 0
  }
  return (hash >>> 0) % most
}

const onlyAscii = /^\p{ASCII}*$/u
const others = /[^\p{L}\p{N}]/gu
const isSmall = (code: number): boolean => code >= 97 && code <= 122
const isCapital = (code: number): boolean => code >= 65 && code <= 90
const isDigit = (code: number): boolean => code >= 48 && code <= 57
