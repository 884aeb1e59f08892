/**
 * Compares the rows of a table with those that are expected there.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import * as Formatter from "effect/Formatter"
import type { Table } from "../model/Table.ts"
import { lined } from "../session/lined.ts"

/** What is expected of a row: some of its fields. */
type Expected = Readonly<Record<string, unknown>>

/** A row that is expected, and the one that it may be. */
interface Pair {
  readonly expected: Expected
  readonly found: object
}

/** How rows differ from those that are expected, drawn; nothing where they don't. */
export const differences = (
  table: Table,
  expected: ReadonlyArray<Expected>,
  found: ReadonlyArray<object>
): string | undefined => {
  const same = matches(expected, found)
  if (same.size === expected.length && found.length === expected.length) return undefined
  const taken = new Set(same.values())
  const { missing, pairs, unexpected } = paired(
    table,
    expected.filter((row) => !same.has(row)),
    found.filter((row) => !taken.has(row))
  )
  const fields = table.columns.map(({ field }) => field)
  const lines = [
    ...pairs.map((pair) => ["differs", ...fields.map((field) => comparedCell(field, pair))]),
    ...missing.map((row) => ["missing", ...fields.map((field) => field in row ? cellText(row[field]) : "")]),
    ...unexpected.map((row) => ["unexpected", ...fields.map((field) => cellText(valueOf(row, field)))])
  ]
  const counts = `${pairs.length} differ, ${missing.length} missing, ${unexpected.length} unexpected`
  return `${table.fullName}: ${counts}, ${same.size} as expected\n${lined(["", ...fields], lines)}`
}

/** The largest set of rows that are what is expected, whatever their order: a row that fits two goes to the one that has no other. */
const matches = (expected: ReadonlyArray<Expected>, found: ReadonlyArray<object>): ReadonlyMap<Expected, object> => {
  const takenBy = new Map<object, Expected>()
  const place = (row: Expected, tried: Set<object>): boolean => {
    for (const candidate of found) {
      if (tried.has(candidate) || !fits(row, candidate)) continue
      tried.add(candidate)
      const holder = takenBy.get(candidate)
      if (holder !== undefined && !place(holder, tried)) continue
      takenBy.set(candidate, row)
      return true
    }
    return false
  }
  for (const row of expected) place(row, new Set())
  return new Map([...takenBy].map(([candidate, row]) => [row, candidate]))
}

/** Each row with the one of its key or, where that isn't told, the one that is most like it. */
const paired = (table: Table, expected: ReadonlyArray<Expected>, found: ReadonlyArray<object>) => {
  const key = table.primaryKey.map(({ field }) => field)
  const left = new Set(found)
  const pairs: Array<Pair> = []
  const missing: Array<Expected> = []
  for (const row of expected.toSorted((a, b) => Number(hasAll(b, key)) - Number(hasAll(a, key)))) {
    const partner = hasAll(row, key)
      ? [...left].find((candidate) => key.every((field) => isSame(row, candidate, field)))
      : [...left].map((candidate) => ({ candidate, alike: alike(row, candidate) }))
        .filter((one) => one.alike > 0)
        .toSorted((a, b) => b.alike - a.alike)[0]?.candidate
    if (partner === undefined) {
      missing.push(row)
      continue
    }
    left.delete(partner)
    pairs.push({ expected: row, found: partner })
  }
  return { pairs, missing, unexpected: [...left] }
}

const hasAll = (row: Expected, fields: ReadonlyArray<string>): boolean =>
  fields.length > 0 && fields.every((field) => field in row)

const fits = (row: Expected, found: object): boolean => Object.keys(row).every((field) => isSame(row, found, field))

const alike = (row: Expected, found: object): number =>
  Object.keys(row).filter((field) => isSame(row, found, field)).length

const isSame = (row: Expected, found: object, field: string): boolean => Equal.equals(row[field], valueOf(found, field))

const valueOf = (row: object, field: string): unknown => Reflect.get(row, field)

const comparedCell = (field: string, { expected, found }: Pair): string => {
  const text = cellText(valueOf(found, field))
  return !(field in expected) || isSame(expected, found, field)
    ? text
    : `${text} (expected ${cellText(expected[field])})`
}

const cellText = (value: unknown): string => Formatter.format(value)
