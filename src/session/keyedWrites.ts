/**
 * Writes many rows, each told by its key: all of them or none, and never fewer than were given.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { isMadeByDatabase } from "../model/columnMark.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import { compileUpdate, compileUpsert, type FedStatement } from "../sql/compileFed.ts"
import { decodeRows } from "../sql/decode.ts"
import { describeKey, keyTexts } from "../sql/rowKey.ts"
import { tableShape } from "../sql/tableShape.ts"
import type { Patch, Upsert } from "../sql/write.ts"
import type { Database, Rows } from "./Database.ts"
import { isRecorded, type Recorder } from "./history.ts"
import { knownStatements } from "./knownStatements.ts"
import { allOf, columnsOf, type Given, keyedRows, refuseMissing, type Storable } from "./keyedRows.ts"
import type { Strictness } from "./strictness.ts"
import { atPlaces, inGroups } from "./leftOut.ts"
import { givenByChange, givenByInsert, givenByTenant, tenantColumns } from "./mixedIn.ts"
import { Conflict, Invalid, QueryFailed, type UniqueViolation } from "./OrmError.ts"
import { refuseStale, type Stored } from "./stale.ts"
import { uniqueViolation } from "./violation.ts"
import { writtenRow } from "./writtenRow.ts"

/** The writes of a session that are told by keys. */
export const keyedWrites = (
  database: Database["Service"],
  storable: Storable,
  strictness: Strictness,
  record: Recorder
) => {
  const { dialect } = database
  const { find, rowsOf, withGiven } = keyedRows(database, storable, strictness)
  const updates = knownStatements<Changing>()
  const upserts = knownStatements<Upserting>()

  /** Changes a table by rows that must all count; where some don't, it may be because they are hidden. */
  const executeForAll = (rows: Rows, statement: FedStatement<never>, hidden?: UniqueViolation | QueryFailed) =>
    Effect.flatMap(database.executeFed(rows, statement), (changed) => {
      if (changed === rows.count) return Effect.void
      const reason = `the database changed ${changed} rows, and not ${rows.count}`
      return Effect.fail(hidden ?? new QueryFailed({ sql: statement({ _tag: "Query", sql: "…" }).sql, reason }))
    })

  /** Whether a single row is written of which no earlier state counts, and that can be read without fail. */
  const isAlone = (table: Table, count: number) =>
    Effect.withFiber((fiber) => {
      const isChecked = strictness(fiber)(table) || table.columns.some(({ codec }) => codec !== undefined)
      return Effect.succeed(
        count === 1 && !isChecked && !isRecorded(table) && columnWith(table, "Version") === undefined
      )
    })

  /** Runs a write for all of its rows or none. A row that is alone is written by one statement, and then read: that takes no transaction. */
  const allOrNone = <A, E>(alone: boolean, write: Effect.Effect<A, E>) => alone ? write : database.transaction(write)

  /** Writes a row that is alone, where the database gives it back. */
  const writeOne = <A>(rows: Rows, statement: FedStatement<never>) =>
    database.write<A>(writtenRow(rows, statement, dialect), rows.table)

  /** What upserts of these columns have in common, whatever their rows are; every change of a row sets the `touched` ones. */
  const upsertOf = (
    { key, table, update: wanted }: Upsert<unknown>,
    columns: ReadonlyArray<TableColumn>,
    touched: ReadonlyArray<TableColumn>
  ): Upserting =>
    upserts(table, [columns, key, wanted], () => {
      const owner = tenantColumns(table).filter((column) => !key.includes(column))
      const update = [...new Set([...wanted.filter((column) => columns.includes(column)), ...touched])]
      const isChange = update.length > 0
      const counter = isChange ? columnWith(table, "Version") : undefined
      const keys = [...key, ...owner]
      const fixed = [...keys, ...update]
      const parts = { table, columns, key, owner, living: columnWith(table, "DeletedAt"), counter, update }
      return {
        isChange,
        isKnown: table.columns.every((column) => fixed.includes(column)),
        keys,
        statement: compileUpsert(parts, dialect)
      }
    })

  const storeUpserted = <A>(
    rows: Rows,
    { isChange, isKnown, keys, statement }: Upserting,
    alone: boolean,
    hidden: UniqueViolation | QueryFailed | undefined
  ) => {
    if (alone && isChange && !isKnown && dialect.features.upsertReturns) {
      return Effect.flatMap(writeOne<A>(rows, statement), (found) => allOf(atLeastOne(found), hidden))
    }
    const { table } = rows
    const key = columnsOf(rows, keys)
    const after = isKnown
      ? Effect.sync(() => decodeRows<A>(tableShape(table), rows.values, rows.count))
      : Effect.flatMap(find<A>(key), (found) => allOf(found, hidden))
    const stored = Effect.andThen(
      isChange ? executeForAll(rows, statement, hidden) : database.executeFed(rows, statement),
      after
    )
    if (!isRecorded(table)) return stored
    return Effect.flatMap(
      find(key, { beforehand: true }),
      (before) => Effect.tap(stored, (found) => record(table, before, found))
    )
  }

  const upsertAlike = <A>(statement: Upsert<A>, columns: ReadonlyArray<TableColumn>) => {
    const { key, rows, table } = statement
    const isChange = statement.update.some((column) => columns.includes(column))
    const made = withGiven((services) => ({
      values: givenByInsert(table, services),
      touched: isChange ? [...givenByChange(table, services).keys()] : []
    }))
    return Effect.flatMap(made, ({ touched, values }) =>
      Effect.flatMap(
        Effect.tap(
          rowsOf({ table, rows, values }, columns),
          (given) => refuseSameKeys(rows, columnsOf(given, key))
        ),
        (given) =>
          Effect.flatMap(isAlone(table, rows.length), (alone) => {
            const hidden = hiddenRow(table, key)
            const stored = storeUpserted<A>(given, upsertOf(statement, columns, touched), alone, hidden)
            return Effect.catchTag(
              allOrNone(alone, stored),
              "UniqueViolation",
              (violation) =>
                Effect.fail(
                  hidden === undefined && isKeyOf(key, violation.columns)
                    ? new Conflict({ reason: violation.reason })
                    : violation
                )
            )
          })
      ))
  }

  const upsert = <A>(statement: Upsert<A>) => {
    const { key, rows, table } = statement
    const write = Effect.suspend(() =>
      inGroups(
        database,
        statement,
        (group) => upsertAlike<A>({ ...statement, rows: group.rows }, group.columns)
      )
    )
    if (!table.columns.some(isMadeByDatabase)) return write
    // rows of different groups may have the same key, too
    const keys = Effect.flatMap(
      withGiven((services) => givenByInsert(table, services)),
      (values) => rowsOf({ table, rows, values }, key)
    )
    return Effect.andThen(Effect.flatMap(keys, (found) => refuseSameKeys(rows, found)), write)
  }

  /** What tells a row that is changed: its primary key, and whose it is. */
  const keysOf = (given: Given) =>
    Effect.tap(
      rowsOf(given, [...given.table.primaryKey, ...tenantColumns(given.table)]),
      (keys) => refuseSameKeys(given.rows, columnsOf(keys, given.table.primaryKey))
    )

  const updateOf = (table: Table, fields: ReadonlyArray<TableColumn>) =>
    updates(table, [fields], () => {
      const counter = columnWith(table, "Version")
      const key = [...table.primaryKey, ...tenantColumns(table), ...(counter === undefined ? [] : [counter])]
      const set = fields.filter((column) => !key.includes(column))
      const columns = [...key, ...set]
      const same = { key, living: columnWith(table, "DeletedAt") }
      return { columns, statement: compileUpdate({ table, columns, same, set, counter }, dialect) }
    })

  /** Changes a row that is alone by one statement, which gives it back. */
  const patchOne = <A>(given: Given, fields: ReadonlyArray<TableColumn>) => {
    const { columns, statement } = updateOf(given.table, fields)
    const stored = rowsOf(given, columns).pipe(
      // what is wrong with the key is told before all else
      Effect.catch((refused) => Effect.andThen(keysOf(given), Effect.fail(refused)))
    )
    return Effect.flatMap(
      Effect.tap(stored, (rows) => refuseSameKeys(given.rows, columnsOf(rows, given.table.primaryKey))),
      (rows) => Effect.tap(writeOne<A>(rows, statement), (changed) => refuseMissing(given, atLeastOne(changed)))
    )
  }

  const patchMany = Effect.fnUntraced(function*<A>(given: Given, groups: ReadonlyArray<Group>, alone: boolean) {
    const { table } = given
    const counter = columnWith(table, "Version")
    const keys = yield* keysOf(given)
    const stored = yield* Effect.forEach(groups, ({ fields, places, rows }) => {
      const { columns, statement } = updateOf(table, fields)
      return Effect.mapBoth(rowsOf({ ...given, rows }, columns), {
        onSuccess: (found) => ({ rows: found, statement }),
        onFailure: (refused) => atPlaces(refused, places)
      })
    })
    const write = Effect.gen(function*() {
      const before = counter !== undefined || isRecorded(table) ? yield* find<Stored>(keys, { beforehand: true }) : []
      if (counter !== undefined) yield* refuseStale(given, counter, before)
      for (const { rows, statement } of stored) {
        // rows that were found before are locked, or what changes them now is a conflict
        yield* counter === undefined
          ? database.executeFed(rows, statement)
          : executeForAll(rows, statement)
      }
      const found = yield* find<A>(keys)
      yield* refuseMissing(given, found)
      yield* record(table, before, found)
      return yield* allOf(found)
    })
    return yield* allOrNone(alone, write)
  })

  const patch = <A>({ changes, table }: Patch<A>) => {
    if (changes.length === 0) return Effect.succeed([])
    const values = withGiven((services) => {
      const own = givenByTenant(table, services)
      return { own, touch: givenByChange(table, services) }
    })
    return Effect.flatMap(values, ({ own, touch }) => {
      const given = { table, rows: changes, values: new Map([...own, ...touch]) }
      const groups = bySameFields(given, [...touch.keys()])
      const [only] = groups
      return Effect.flatMap(
        isAlone(table, changes.length),
        (alone) =>
          alone && only !== undefined && dialect.features.updateReturns
            ? patchOne<A>(given, only.fields)
            : patchMany<A>(given, groups, alone)
      )
    })
  }

  return { upsert, patch }
}

/** A row that was given back, or a place without one. */
const atLeastOne = <A>(rows: ReadonlyArray<A>): ReadonlyArray<A | undefined> => rows.length === 0 ? [undefined] : rows

/** Two rows with one key would be stored as one of them, and which one would be up to the database. */
const refuseSameKeys = (rows: Given["rows"], keys: Rows): Effect.Effect<void, Invalid> =>
  keys.count === 1 && keys.values.every(([value]) => value !== null) ? Effect.void : refuseSameKey(rows, keys)

const refuseSameKey = Effect.fnUntraced(function*(rows: Given["rows"], keys: Rows) {
  const places = new Map<string, number>()
  const texts = keyTexts(keys.values, keys.count)
  for (const [place, row] of rows.entries()) {
    const text = texts[place]
    const first = text === undefined ? undefined : places.get(text)
    if (text !== undefined && first === undefined) {
      places.set(text, place)
      continue
    }
    const key = describeKey(keys.columns, row)
    const message = first === undefined
      ? `its key is null (${key}), which is the key of no row`
      : `rows ${first} and ${place} have the same key: ${key}`
    const issues = [{ row: place, path: [], message }]
    return yield* new Invalid({ model: keys.table.model.identifier, rows: 1, issues })
  }
})

/** What inserts rows or overwrites stored ones. */
interface Upserting {
  /** Whether it overwrites anything. */
  readonly isChange: boolean
  /** Whether a row that is written is known without reading it. */
  readonly isKnown: boolean
  /** What tells the stored rows. */
  readonly keys: ReadonlyArray<TableColumn>
  readonly statement: FedStatement<never>
}

/** What changes rows, and the columns that they are given in. */
interface Changing {
  readonly columns: ReadonlyArray<TableColumn>
  readonly statement: FedStatement<never>
}

/** Changes of the same columns, and their places among all. */
interface Group {
  readonly fields: ReadonlyArray<TableColumn>
  readonly places: Array<number>
  readonly rows: Array<Given["rows"][number]>
}

/** The changes of the same columns, which one statement makes, beside those that every change sets. Those of none need no statement. */
const bySameFields = (
  { rows, table: { columns, primaryKey } }: Given,
  touched: ReadonlyArray<TableColumn>
) => {
  const groups = new Map<string, Group>()
  for (const [place, row] of rows.entries()) {
    const fields = columns.filter((column) => Object.hasOwn(row, column.field) || touched.includes(column))
    if (fields.length === primaryKey.length) continue
    const name = JSON.stringify(fields.map(({ field }) => field))
    const group = getOrInsert(groups, name, () => ({ fields, places: [], rows: [] }))
    group.places.push(place)
    group.rows.push(row)
  }
  return [...groups.values()]
}

/** The failure of a key whose row mixins hide: an upsert neither inserts it once more nor overwrites what nobody sees. */
const hiddenRow = (table: Table, key: ReadonlyArray<TableColumn>) =>
  columnWith(table, "DeletedAt") === undefined && tenantColumns(table).length === 0
    ? undefined
    : uniqueViolation({
      table: table.fullName,
      written: table,
      columns: key.map(({ field }) => field),
      reason: "a row that is hidden here has the key: it is deleted, or somebody else's",
      sql: ""
    })

/** Another transaction took the key of a row while this one looked for it. */
const isKeyOf = (key: ReadonlyArray<TableColumn>, columns: ReadonlyArray<string>): boolean =>
  key.length === columns.length && key.every(({ field }) => columns.includes(field))
