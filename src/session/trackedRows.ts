/**
 * Reads, adds, changes and removes rows of a unit of work; nothing but reads and numbers reaches the database here.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type { ColumnType } from "../model/ColumnType.ts"
import type { DatabaseDefault } from "../model/columnMark.ts"
import type * as Model from "../model/Model.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import { columnWith, type Table, type TableColumn, tableOf } from "../model/Table.ts"
import { uuidV4 } from "../model/uuidV4.ts"
import { dayLength } from "../model/timeLimits.ts"
import { type Select, selectFrom } from "../sql/ast.ts"
import { compileSelect } from "../sql/compile.ts"
import { cellDecoder } from "../sql/decodeCell.ts"
import { RowsNotStorable } from "../sql/encode.ts"
import { equal } from "../sql/Expression.ts"
import { type Alias, both, fieldOf } from "../sql/node.ts"
import { describeKey, keyFields, type RowKey } from "../sql/rowKey.ts"
import { attempt } from "./attempt.ts"
import { failureOf, withServices } from "./compiling.ts"
import type { Means } from "./flush.ts"
import { instancesOf } from "./instances.ts"
import { invalid } from "./invalid.ts"
import { atPlaces } from "./leftOut.ts"
import {
  givenByChange,
  givenByDelete,
  givenByInsert,
  givenByTenant,
  type GivenValues,
  type Services
} from "./mixedIn.ts"
import type { Numbers } from "./numbers.ts"
import { Invalid, NotFound, type ReadError, type StatementError } from "./OrmError.ts"
import { changed, columnsIn, type PendingDelete } from "./pending.ts"
import { servicesFor, type Tracking } from "./tracking.ts"
import { changeValidator } from "./validatePatch.ts"
import { type Row, validator } from "./validate.ts"

/** What is written at once, because only the database makes all of a row. */
export interface Now {
  /** Writes all that is pending. */
  readonly beforeWrite: Effect.Effect<void, StatementError>
  /** Inserts rows after that. */
  readonly insertNow: (table: Table, rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<Row>, ReadError>
  /** Reads and learns what was read, with no flush of another fiber in between. */
  readonly reading: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** What a unit of work does with rows, without the types of their models. */
export const trackedRows = (
  { compiled, database }: Means,
  { instanceOf, keyOf, known, pending, rowAt }: Tracking,
  numbers: Numbers,
  { beforeWrite, insertNow, reading }: Now
) => {
  const { dialect } = database
  const instances = (table: Table) => instancesOf(table, dialect.features)

  /** Does something with the services of the fiber at once; the row that can't be stored is the first one, or where it is said to be. */
  const atOnce = <A, E>(
    table: Table,
    run: (services: Services) => Effect.Effect<A, E>,
    placed: (invalid: Invalid) => Invalid = identity
  ) =>
    Effect.contextWith((services: Services) =>
      Effect.flatten(attempt(() => run(services), (thrown) =>
        thrown instanceof RowsNotStorable
          ? placed(invalid(table.model, thrown.rows, (problems) => problems))
          : failureOf(dialect.name, thrown)))
    )

  const missing = (table: Table, row: Row) =>
    new NotFound({ model: table.model.identifier, criteria: describeKey(table.primaryKey, row) })

  const missingKey = (table: Table, key: unknown) => missing(table, keyFields(table, key))

  /** The stored row with the primary key of this one. */
  const read = (table: Table, row: Row): Effect.Effect<Row | undefined, ReadError> => {
    const alias = { name: table.name }
    const where = table.primaryKey.map((column) => equal(fieldOf(alias, column), row[column.field]).node).reduce(both)
    return Effect.flatMap(
      compiled((circumstances) => compileSelect<Row>({ ...selectOf(table, alias), where }, dialect, circumstances)),
      (query) => Effect.map(database.read(query), ([found]) => found)
    )
  }

  /** What is known of a row, which is `undefined` where it is to be removed; nothing where the database has to be asked. */
  const answer = (table: Table, row: Row): Effect.Effect<Row | undefined> | undefined => {
    const found = rowAt(table, keyOf(table, row))
    if (found === null) return Effect.undefined
    return found !== undefined && instances(table).isLiving(found) ? Effect.succeed(found) : undefined
  }

  const findRow = (table: Table, row: Row): Effect.Effect<Row | undefined, ReadError> =>
    answer(table, row) ?? reading(Effect.suspend(() =>
      // it may have come up while a flush was waited for
      answer(table, row) ?? Effect.map(read(table, row), (stored) => stored && instanceOf(table, stored, false))
    ))

  /** The row with a key; that of what belongs to somebody is his who asks. */
  const find = (table: Table, key: unknown): Effect.Effect<Row | undefined, ReadError> => {
    const fields = keyFields(table, key)
    return instances(table).key.length === table.primaryKey.length
      ? Effect.suspend(() => findRow(table, fields))
      : Effect.flatMap(
        withServices(dialect.name, (services) => filled(fields, givenByTenant(table, services))),
        (row) => findRow(table, row)
      )
  }

  const refresh = (table: Table, row: Row) => reading(readAgain(table, row))

  const readAgain = Effect.fnUntraced(function*(table: Table, row: Row) {
    detach(table, row)
    const stored = yield* read(table, row)
    return stored === undefined ? yield* missing(table, row) : instanceOf(table, stored, true)
  })

  const detach = (table: Table, row: Row) => {
    const key = keyOf(table, row)
    pending.drop(table, key)
    known.forget(table, key)
  }

  const addMany = <M extends Model.Any>(model: M, inputs: ReadonlyArray<Model.Insert<M>>) => {
    const table = tableOf(model)
    return Effect.flatMap(validatorOf(model)(inputs), (valid) => {
      const { isWhole, made, numbered } = instances(table)
      const leftOut = made.filter(({ field }) => valid.some((row) => !Object.hasOwn(row, field)))
      const leaving = leftOut.length > 0
      // what an expression of its own gives, only the database knows
      if (!isWhole || leftOut.some((column) => column.default?._tag === "Sql")) return insertNow(table, valid)
      const lacking = numbered.filter((column) => !numbers.has(column, valid.length))
      if (lacking.length === 0 && !leaving) return addWhole(table, valid)
      return Effect.forEach(lacking, (column) => numbers.draw(table, column, valid.length), { discard: true }).pipe(
        Effect.andThen(leaving ? Effect.forEach(valid, withMade(table)) : Effect.succeed(valid)),
        Effect.flatMap((rows) => addWhole(table, rows))
      )
    })
  }

  /** Adds rows that lack nothing but what the session gives them. */
  const addWhole = (
    table: Table,
    rows: ReadonlyArray<Row>
  ): Effect.Effect<ReadonlyArray<Row>, Invalid | StatementError> => {
    let place = 0
    const add = (services: Services): Effect.Effect<ReadonlyArray<Row>, Invalid | StatementError> => {
      const { make, numbered } = instances(table)
      const given = givenByInsert(table, services)
      const signed = servicesFor(table, services)
      const added = new Map<RowKey, Row>()
      place = 0
      for (const input of rows) {
        const row = filled(input, given)
        for (const column of numbered) row[column.field] = numbers.next(column)
        const after = make(row)
        const key = keyOf(table, after)
        const waiting = pending.get(table, key)
        // what is removed goes before what takes its key
        if (waiting?._tag === "Delete") return Effect.andThen(beforeWrite, addWhole(table, rows))
        if (waiting !== undefined || added.has(key)) return Effect.fail(pendingAlready(table, after, place))
        added.set(key, after)
        place++
      }
      for (const [key, after] of added) {
        pending.set({ _tag: "Insert", table, key, services: signed, after })
        known.set(table, key, after)
      }
      return Effect.succeed([...added.values()])
    }
    return atOnce(table, add, (unstorable) => atPlaces(unstorable, [place]))
  }

  const change = (table: Table, row: Row, fields: Row) =>
    Effect.flatMap(changeValidatorOf(table.model)(fields, []), (valid) =>
      Effect.flatMap(
        atOnce(table, (services) => changeNow(table, row, fields, valid, services)),
        (made) => instances(table).isWhole ? Effect.succeed(made) : Effect.andThen(beforeWrite, refresh(table, made))
      ))

  const changeNow = (table: Table, row: Row, fields: Row, valid: Row, services: Services) => {
    const key = keyOf(table, row)
    const waiting = pending.get(table, key)
    if (waiting?._tag === "Delete") return missing(table, row)
    const { change: changeOf, isSame } = instances(table)
    const base = waiting?.after ?? rowAt(table, key) ?? row
    const before = waiting?._tag === "Update" ? waiting.before : base
    const touched = filled(valid, waiting?._tag === "Insert" ? nothingGiven : givenByChange(table, services))
    if (waiting?._tag !== "Insert") count(table, before, touched)
    const after = changeOf(base, touched)
    const next = changed(waiting, {
      table,
      key,
      services: servicesFor(table, services),
      before,
      after,
      isDirty: (column, stored) => !isSame(column, stored, after),
      given: table.columns.filter(({ field }) => Object.hasOwn(fields, field)),
      automatic: table.columns.filter(({ field }) => Object.hasOwn(touched, field) && !Object.hasOwn(fields, field))
    })
    if (next === undefined) pending.drop(table, key)
    else pending.set(next)
    const result = next === undefined ? before : after
    known.set(table, key, result)
    return Effect.succeed(result)
  }

  const remove = (table: Table, row: Row) => atOnce(table, (services) => removeNow(table, row, services))

  const removeNow = (table: Table, row: Row, services: Services) => {
    const key = keyOf(table, row)
    const waiting = pending.get(table, key)
    if (waiting?._tag === "Delete") return missing(table, row)
    const base = waiting?.after ?? rowAt(table, key) ?? row
    known.forget(table, key)
    if (waiting?._tag === "Insert") {
      pending.drop(table, key)
      return Effect.void
    }
    const before = waiting?.before ?? base
    const marks = givenByDelete(table, services)
    const marked = marks === undefined ? undefined : markedBy(table, before, base, marks, waiting?.set ?? [])
    pending.set({ _tag: "Delete", table, key, services: servicesFor(table, services), before, marked })
    return Effect.void
  }

  /** What a soft delete leaves of a row that may have been changed before. */
  const markedBy = (
    table: Table,
    before: Row,
    base: Row,
    marks: GivenValues,
    earlier: ReadonlyArray<TableColumn>
  ): PendingDelete["marked"] => {
    const touched = filled({}, marks)
    count(table, before, touched)
    const set = columnsIn(table, earlier, table.columns.filter(({ field }) => Object.hasOwn(touched, field)))
    return { after: instances(table).change(base, touched), set }
  }

  return { find, missingKey, refresh, detach, addMany, change, remove }
}

const nothingGiven: GivenValues = new Map()

const selectOf = (table: Table, alias: Alias): Select<Row> =>
  selectFrom({ _tag: "TableSource", table, alias }, { _tag: "Instance", source: alias, table, optional: false })

/** A row with values that are given: always, or where it has none itself. */
const filled = (row: Row, given: GivenValues): Record<string, unknown> => {
  const whole: Record<string, unknown> = { ...row }
  for (const [{ field }, { always, value }] of given) {
    if (always || whole[field] === undefined) whole[field] = value
  }
  return whole
}

/** Counts a change of a row. */
const count = (table: Table, before: Row, touched: Record<string, unknown>): void => {
  const counter = columnWith(table, "Version")
  if (counter !== undefined) touched[counter.field] = Number(before[counter.field]) + 1
}

/** What gives a row the values that the database would make of columns that it leaves out. */
const withMade = (table: Table) => {
  const makers = table.columns.flatMap((column) =>
    column.default?._tag === "Made" ? [[column.field, madeFor(column, column.default.kind)] as const] : []
  )
  return (row: Row): Effect.Effect<Row> =>
    Effect.map(
      Effect.forEach(
        makers.filter(([field]) => !Object.hasOwn(row, field)),
        ([field, make]) => Effect.map(make, (value) => [field, value] as const)
      ),
      (values) => ({ ...row, ...Object.fromEntries(values) })
    )
}

const madeFor = (column: TableColumn, kind: DatabaseDefault): Effect.Effect<unknown> => {
  const decode = cellDecoder(column)
  const native = nativeFor(column.type, kind)
  return decode === undefined ? native : Effect.map(native, (value) => decode(value, 0, column.name, false))
}

const nativeFor = (type: ColumnType, kind: DatabaseDefault): Effect.Effect<unknown> => {
  switch (kind) {
    case "now":
      return Effect.map(
        Clock.currentTimeMillis,
        (now) => type._tag === "Timestamp" && type.as === "Date" ? new Date(now) : DateTime.makeUnsafe(now)
      )
    case "today":
      return Effect.map(Clock.currentTimeMillis, (now) => DateTime.makeUnsafe(now - now % dayLength))
    case "uuid":
      return uuidV4
  }
}

const pendingAlready = (table: Table, row: Row, place: number): Invalid =>
  new Invalid({
    model: table.model.identifier,
    rows: 1,
    issues: [{
      row: place,
      path: table.primaryKey.map(({ field }) => field),
      message: `a row with this key is pending already: ${describeKey(table.primaryKey, row)}`
    }]
  })

const validators = new WeakMap<Model.Any, ReturnType<typeof validator>>()
const changeValidators = new WeakMap<Model.Any, ReturnType<typeof changeValidator>>()

const validatorOf = <M extends Model.Any>(model: M): ReturnType<typeof validator<M>> =>
  getOrInsert(validators, model, () => validator(model))

const changeValidatorOf = (model: Model.Any): ReturnType<typeof changeValidator> =>
  getOrInsert(changeValidators, model, () => changeValidator(model))
