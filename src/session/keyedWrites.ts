/**
 * Writes many rows, each told by its key: all of them or none, and never fewer than were given.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Table, TableColumn } from "../model/Table.ts"
import type { DeleteKeys, Patch, Upsert } from "../sql/write.ts"
import { tableShape } from "../sql/tableShape.ts"
import {
  compileDeleteKeys,
  compileFind,
  compileUpdate,
  compileUpsert,
  type FedStatement,
  placed
} from "../sql/compileFed.ts"
import { decodeRows } from "../sql/decode.ts"
import { describeKey, keyTexts } from "../sql/rowKey.ts"
import { cascading, hasDependents } from "./cascade.ts"
import type { Database, Rows } from "./Database.ts"
import { atPlaces, inGroups } from "./leftOut.ts"
import { Conflict, Invalid, NotFound, QueryFailed } from "./OrmError.ts"

/** Rows of a table, as the model's own values. */
interface Given {
  readonly table: Table
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Makes columns of rows storable, or says which row is not. */
type Storable = (
  given: Given,
  columns: ReadonlyArray<TableColumn>
) => Effect.Effect<ReadonlyArray<ReadonlyArray<unknown>>, Invalid>

/** Of which tables the rows are checked by their model when they are read. */
type Strictness = Effect.Effect<(table: Table) => boolean>

/** The writes of a session that are told by keys. */
export const keyedWrites = (database: Database["Service"], storable: Storable, strictness: Strictness) => {
  const { dialect } = database
  const cascade = cascading(database)

  const rowsOf = (given: Given, columns: ReadonlyArray<TableColumn>): Effect.Effect<Rows, Invalid> =>
    Effect.map(
      storable(given, columns),
      (values) => ({ table: given.table, columns, values, count: given.rows.length })
    )

  /** The stored rows with these keys, each at the place of its key. */
  const find = Effect.fnUntraced(function*<A>(keys: Rows) {
    const places = Array.from({ length: keys.count }, (_, place) => place)
    const columns = placed(keys.columns)
    const rows = { ...keys, columns, values: [...keys.values, places] }
    const found = new Array<A | undefined>(keys.count).fill(undefined)
    const checked = (yield* strictness)(keys.table)
    const query = compileFind<A>(keys.table, keys.columns, dialect, checked)
    for (const { place, row } of yield* database.readFed(rows, query)) {
      found[place] = row
    }
    return found
  })

  /** Changes a table by rows that must all count. */
  const executeForAll = Effect.fnUntraced(function*(rows: Rows, statement: FedStatement<never>) {
    const changed = yield* database.executeFed(rows, statement)
    if (changed === rows.count) return
    const { sql } = statement("…")
    return yield* new QueryFailed({ sql, reason: `the database changed ${changed} rows, and not ${rows.count}` })
  })

  const upsertAlike = Effect.fnUntraced(function*<A>(
    { key, rows, table, update: wanted }: Upsert<A>,
    columns: ReadonlyArray<TableColumn>
  ) {
    const given = yield* rowsOf({ table, rows }, columns)
    const keys = columnsOf(given, key)
    yield* refuseSameKeys({ table, rows }, keys)
    const update = wanted.filter((column) => columns.includes(column))
    const isKnown = table.columns.every((column) => key.includes(column) || update.includes(column))
    const statement = compileUpsert(table, columns, key, update, dialect)
    const write = Effect.andThen(
      update.length === 0 ? database.executeFed(given, statement) : executeForAll(given, statement),
      isKnown
        ? Effect.sync(() => decodeRows<A>(tableShape(table), given.values, given.count))
        : Effect.flatMap(find<A>(keys), allOf)
    )
    const isOneStatement = isKnown && rows.length === 1
    return yield* (isOneStatement ? write : database.transaction(write)).pipe(
      Effect.catchTag(
        "UniqueViolation",
        (violation) =>
          Effect.fail(isKeyOf(key, violation.columns) ? new Conflict({ reason: violation.reason }) : violation)
      )
    )
  })

  const upsert = Effect.fnUntraced(function*<A>(statement: Upsert<A>) {
    // rows of different groups may have the same key, too
    if (statement.table.columns.some((column) => column.default?._tag === "Made")) {
      yield* refuseSameKeys(statement, yield* rowsOf(statement, statement.key))
    }
    return yield* inGroups(
      database,
      statement,
      ({ columns, rows }) => upsertAlike<A>({ ...statement, rows }, columns)
    )
  })

  const patch = Effect.fnUntraced(function*<A>({ changes, table }: Patch<A>) {
    if (changes.length === 0) return []
    const given = { table, rows: changes }
    const keys = yield* rowsOf(given, table.primaryKey)
    yield* refuseSameKeys(given, keys)
    const groups = yield* Effect.forEach(bySameFields(given), ({ columns, places }) => {
      const rows = places.map((place) => changes[place] ?? {})
      return Effect.mapError(rowsOf({ table, rows }, columns), (invalid) => atPlaces(invalid, places))
    })
    const write = Effect.gen(function*() {
      for (const group of groups) yield* database.executeFed(group, compileUpdate(table, group.columns, dialect))
      const found = yield* find<A>(keys)
      const missing = found.flatMap((row, place) => row === undefined ? [place] : [])
      if (missing.length > 0) return yield* notFound(given, missing)
      return yield* allOf(found)
    })
    return yield* changes.length === 1 && groups.length === 0 ? write : database.transaction(write)
  })

  const deleteKeys = Effect.fnUntraced(function*({ keys, table }: DeleteKeys) {
    if (keys.length === 0) return 0
    const rows = yield* rowsOf({ table, rows: keys }, table.primaryKey)
    if (hasDependents(database, table)) yield* cascade(rows)
    return yield* database.executeFed(rows, compileDeleteKeys(table, table.primaryKey, dialect))
  })

  return { upsert, patch, deleteKeys }
}

/** Some columns of rows. */
const columnsOf = (rows: Rows, columns: ReadonlyArray<TableColumn>): Rows => ({
  ...rows,
  columns,
  values: columns.map((column) => rows.values[rows.columns.indexOf(column)] ?? [])
})

/** Two rows with one key would be stored as one of them, and which one would be up to the database. */
const refuseSameKeys = Effect.fnUntraced(function*({ rows, table }: Given, keys: Rows) {
  const places = new Map<string, number>()
  for (const [row, text] of keyTexts(keys.values, keys.count).entries()) {
    const first = text === undefined ? undefined : places.get(text)
    if (text !== undefined && first === undefined) {
      places.set(text, row)
      continue
    }
    const key = describeKey(keys.columns, rows[row] ?? {})
    const message = first === undefined
      ? `its key is null (${key}), which is the key of no row`
      : `rows ${first} and ${row} have the same key: ${key}`
    return yield* new Invalid({ model: table.model.identifier, rows: 1, issues: [{ row, path: [], message }] })
  }
})

/** The changes of the same fields, which one statement makes. Those of none need no statement. */
const bySameFields = ({ rows, table }: Given) => {
  const groups = new Map<string, { readonly columns: ReadonlyArray<TableColumn>; readonly places: Array<number> }>()
  for (const [place, row] of rows.entries()) {
    const columns = table.columns.filter(({ field }) => Object.hasOwn(row, field))
    if (columns.length === table.primaryKey.length) continue
    const name = JSON.stringify(columns.map(({ field }) => field))
    const group = groups.get(name) ?? { columns, places: [] }
    group.places.push(place)
    groups.set(name, group)
  }
  return [...groups.values()]
}

/** The most keys that a message names. */
const mostNamed = 10

const notFound = ({ rows, table }: Given, missing: ReadonlyArray<number>) => {
  const named = missing.slice(0, mostNamed).map((place) => describeKey(table.primaryKey, rows[place] ?? {}))
  const more = missing.length > mostNamed ? [`${missing.length - mostNamed} more`] : []
  return new NotFound({ model: table.model.identifier, criteria: [...named, ...more].join("; "), rows: missing })
}

/** All of the rows; one may be gone where another transaction deleted it just now. */
const allOf = <A>(found: ReadonlyArray<A | undefined>): Effect.Effect<ReadonlyArray<A>, Conflict> => {
  const rows = found.flatMap((row) => row === undefined ? [] : [row])
  const gone = found.length - rows.length
  return gone === 0
    ? Effect.succeed(rows)
    : Effect.fail(new Conflict({ reason: `${gone} of the ${found.length} rows were deleted at the same time` }))
}

/** Another transaction took the key of a row while this one looked for it. */
const isKeyOf = (key: ReadonlyArray<TableColumn>, columns: ReadonlyArray<string>): boolean =>
  key.length === columns.length && key.every(({ name }) => columns.includes(name))
