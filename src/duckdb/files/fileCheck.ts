/**
 * Checks rows that are set aside by the model they are for, before any of them is stored.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import type { ColumnType } from "../../model/ColumnType.ts"
import type { Table, TableColumn } from "../../model/Table.ts"
import { Database } from "../../session/Database.ts"
import type { FileFailed, InvalidRow } from "../../session/FileError.ts"
import type { FieldIssue, ReadError } from "../../session/OrmError.ts"
import { tellable } from "../../session/invalid.ts"
import { issuesOf } from "../../session/validate.ts"
import { integer, text } from "../../sql/slot.ts"
import { ask } from "./fileQuery.ts"

/** Rows in a table of their own: `file`, `row`, the cells that were misread as `bad`, and the columns as `c0`, `c1` … */
export interface Aside {
  readonly table: string
  readonly columns: ReadonlyArray<TableColumn>
  /** The path that they come from. */
  readonly path: string
}

/** Rows that are checked at a time. */
const pageSize = 65_536

/** The first rows that don't fit: those with cells that couldn't be read, then those that the schema refuses. */
export const invalidRows = Effect.fnUntraced(function*(table: Table, aside: Aside, most: number) {
  const misread = yield* misreadRows(aside, most)
  const rows = [...misread, ...yield* refusedRows(table, aside, most - misread.length)]
  return rows.map((row) => ({ ...row, issues: tellable(table.model, row.issues) }))
})

/** Rows with cells that are no values of their columns. */
const misreadRows = Effect.fnUntraced(function*(aside: Aside, most: number) {
  const found = yield* ask<{
    readonly file: string
    readonly row: number
    readonly bad: ReadonlyArray<{ readonly column: string; readonly found: string }>
  }>(
    aside.path,
    `SELECT file, row, bad FROM ${aside.table} WHERE len(bad) > 0 ORDER BY rowid LIMIT ${most}`,
    { file: text, row: integer, bad: cells }
  )
  return found.map(({ bad, file, row }): InvalidRow => ({ file, row, issues: bad.map((cell) => misread(aside, cell)) }))
})

const cells: ColumnType = {
  _tag: "List",
  element: {
    type: {
      _tag: "Struct",
      fields: [{ name: "column", type: text, nullable: false }, { name: "found", type: text, nullable: false }]
    },
    nullable: false
  }
}

const misread = (
  { columns }: Aside,
  { column, found }: { readonly column: string; readonly found: string }
): FieldIssue => {
  const field = columns.find(({ name }) => name === column)?.field
  return field === undefined
    ? { path: [], message: "Expected an object" }
    : { path: [field], message: `Can't be read as a value of the column, got ${JSON.stringify(found)}` }
}

/** Rows that the model's schema refuses. */
const refusedRows = Effect.fnUntraced(function*(table: Table, aside: Aside, most: number) {
  const { columns } = aside
  const extent = yield* extentOf(aside)
  const check = checker(table, columns)
  const refused: Array<InvalidRow> = []
  let seen = 0

  const checkPage = (from: number, to: number): Effect.Effect<void, ReadError | FileFailed, Database> =>
    Effect.gen(function*() {
      if (from >= to || refused.length >= most) return
      const page = yield* Effect.result(readPage(aside, columns, extent.first, from, to))
      if (page._tag === "Failure") {
        if (page.failure._tag !== "Undecodable") return yield* page.failure
        return to - from > 1 ? yield* halves(from, to) : yield* unreadable(from, page.failure)
      }
      seen += page.success.length
      for (const values of page.success) {
        const issues = check(values)
        if (issues.length > 0 && refused.length < most) refused.push({ ...placeOf(values), issues })
      }
    })

  /** A value that can't even be read is found by halving the page. */
  const halves = (from: number, to: number) => {
    const middle = Math.floor((from + to) / 2)
    return Effect.andThen(checkPage(from, middle), checkPage(middle, to))
  }

  const unreadable = Effect.fnUntraced(function*(
    from: number,
    { column, reason }: { readonly column: string; readonly reason: string }
  ) {
    const [place] = yield* readPage(aside, [], extent.first, from, from + 1)
    const path = [columns[Number(column.slice(1))]?.field ?? column]
    if (place !== undefined) refused.push({ ...placeOf(place), issues: [{ path, message: reason }] })
    seen += 1
  })

  for (let from = 0; from < extent.rows; from += pageSize) {
    yield* checkPage(from, Math.min(from + pageSize, extent.rows))
  }
  if (refused.length < most && seen !== extent.readable) {
    return yield* Effect.die(new Error(`${extent.readable - seen} rows of ${aside.path} were never checked`))
  }
  return refused
})

/** Where the rows begin, which are numbered from far above 0 while their transaction goes on, and how many they are. */
const extentOf = Effect.fnUntraced(function*({ path, table }: Aside) {
  const [extent] = yield* ask<{ first: bigint | null; rows: number; readable: number }>(
    path,
    `SELECT min(rowid) AS first, count(*) AS rows, count(*) FILTER (len(bad) = 0) AS readable FROM ${table}`,
    { first: { _tag: "Int64", as: "bigint" }, rows: integer, readable: integer }
  )
  return { first: extent?.first ?? 0n, rows: extent?.rows ?? 0, readable: extent?.readable ?? 0 }
})

type Values = Readonly<Record<string, unknown>>

/** The rows of a page that could be read, by position, with the place they come from. */
const readPage = Effect.fnUntraced(function*(
  aside: Aside,
  columns: ReadonlyArray<TableColumn>,
  first: bigint,
  from: number,
  to: number
) {
  const database = yield* Database
  const wanted = [
    { name: "file", type: text },
    { name: "row", type: integer },
    ...columns.map(({ type }, index) => ({ name: `c${index}`, type }))
  ].map(({ name, type }, index) => ({ index, name, type, nullable: true, field: undefined, checked: false }))
  return yield* database.read<Values>({
    sql: `SELECT ${wanted.map(({ name }) => name).join(", ")} FROM ${aside.table} ` +
      `WHERE rowid >= ${first} + $1 AND rowid < ${first} + $2 AND len(bad) = 0 ORDER BY rowid`,
    parameters: [{ type: integer, value: from }, { type: integer, value: to }],
    columns: wanted,
    shape: { _tag: "Record", fields: wanted.map((column) => [column.name, { _tag: "Value", column }]) }
  })
})

const placeOf = (values: Values) => ({ file: String(values["file"]), row: Number(values["row"]) })

/** What the model's schema says of a row; nothing where it fits. */
const checker = (table: Table, columns: ReadonlyArray<TableColumn>) => {
  const names = new Set(columns.map(({ field }) => field))
  const fields = Object.entries(table.model.fields).filter(([field]) => names.has(field))
  const schema = Schema.toType(Schema.Struct(Object.fromEntries(fields)))
  SchemaJITCompiler.enable(schema.ast)
  const isValid = Schema.is(schema)
  const validate = Schema.decodeUnknownExit(schema, { errors: "all" })
  return (found: Values): ReadonlyArray<FieldIssue> => {
    const values: Record<string, unknown> = {}
    const issues: Array<FieldIssue> = []
    columns.forEach(({ codec, field }, index) => {
      const value = found[`c${index}`]
      const decoded = codec === undefined ? Exit.succeed(value) : codec.decode(value)
      if (Exit.isSuccess(decoded)) values[field] = decoded.value
      else issues.push(...issuesWithin([field], decoded.cause))
    })
    if (issues.length > 0) return issues
    if (isValid(values)) return []
    const validated = validate(values)
    return Exit.isFailure(validated) ? issuesWithin([], validated.cause) : []
  }
}

const issuesWithin = (path: ReadonlyArray<string>, cause: Cause.Cause<unknown>): ReadonlyArray<FieldIssue> => {
  const error = Cause.squash(cause)
  if (!Schema.isSchemaError(error)) return [{ path, message: String(error) }]
  return issuesOf(error.issue).map((issue) => ({ path: [...path, ...issue.path], message: issue.message }))
}
