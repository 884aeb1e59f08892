/**
 * Does again what units of work have done, told as data.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Model from "../model/Model.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import { identityOf, type Table, type TableColumn, tableOf } from "../model/Table.ts"
import { compileDeleteKeys, compileUpdate } from "../sql/compileFed.ts"
import { type RowKey, rowKey } from "../sql/rowKey.ts"
import { tableName } from "../sql/tableName.ts"
import { cascading, hasDependents } from "./cascade.ts"
import type { Change } from "./Change.ts"
import type { FlushError, Means } from "./flush.ts"
import { inRow, invalid } from "./invalid.ts"
import { keyedRows } from "./keyedRows.ts"
import { atPlaces } from "./leftOut.ts"
import { drawingUpTo } from "./numbers.ts"
import { Invalid, type StaleRow, type TransactionError } from "./OrmError.ts"
import { referenceText, referredTexts } from "./references.ts"
import { issuesOf, type Row } from "./validate.ts"
import { writingAll } from "./writeAll.ts"

/**
 * What doing changes again can fail with.
 *
 * @example
 * ```ts
 * import { Column, Model, Session, type UnitOfWork } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int), grams: Schema.Int }, { table: "parcels" }) {}
 *
 * // on a copy of the database: a row that is there already, or is there no longer, says that the copy has gone its own way
 * const follow = (changes: Iterable<UnitOfWork.Change>): Effect.Effect<void, Session.ReplayError | "copy it anew", Session.Session> =>
 *   Session.replay([Parcel], changes).pipe(
 *     Effect.catchTag(["UniqueViolation", "NotFound"], () => Effect.fail("copy it anew" as const))
 *   )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export type ReplayError = Exclude<FlushError, StaleRow> | TransactionError

/** Changes of one table that one statement makes. */
interface Batch {
  readonly table: Table
  readonly operation: Change["operation"]
  readonly columns: ReadonlyArray<TableColumn>
  readonly rows: Array<Row>
  /** The places of the rows among all changes. */
  readonly places: Array<number>
  readonly keys: Set<RowKey>
  /** What the rows may be referred to by. */
  readonly referred: Set<string>
}

/** What does changes again, of these models. */
export const replaying = ({ compiled, database, storable, strictness }: Means) => {
  const { dialect } = database
  const { find, rowsOf } = keyedRows(database, storable, strictness)
  const writeAll = writingAll(database, find)
  const cascade = cascading(database)

  const carryOut = Effect.fnUntraced(function*({ columns, operation, rows, table }: Batch) {
    yield* compiled(() => tableName(table, dialect))
    const given = yield* rowsOf({ table, rows, values: new Map() }, columns)
    const key = table.primaryKey
    switch (operation) {
      case "insert":
        return void (yield* database.insert({ ...given, returning: undefined }))
      case "update": {
        const set = columns.filter((column) => !key.includes(column))
        const parts = { table, columns, same: { key, living: undefined }, set, counter: undefined }
        const after = { rows, set }
        return yield* writeAll(given, compileUpdate(parts, dialect), {
          by: key,
          before: rows,
          after,
          counter: undefined
        })
      }
      case "delete":
        if (hasDependents(database, table)) yield* cascade(given)
        return yield* writeAll(given, compileDeleteKeys(table, key, dialect), {
          by: key,
          before: rows,
          after: undefined,
          counter: undefined
        })
    }
  })

  const carryOutAt = (batch: Batch) =>
    Effect.mapError(carryOut(batch), (error) => error instanceof Invalid ? atPlaces(error, batch.places) : error)

  const drawUpTo = drawingUpTo(database, compiled)

  /** Rows that came with their numbers leave the database's own count behind. */
  const count = (batches: ReadonlyArray<Batch>) => {
    const inserts = batches.filter(({ operation }) => operation === "insert")
    const columns = new Map(
      inserts.flatMap(({ columns: given, table }) =>
        given.flatMap((column) => column.generated ? [[column, table] as const] : [])
      )
    )
    return Effect.forEach(columns, ([column, table]) =>
      drawUpTo(
        table,
        column,
        inserts.flatMap((batch) => batch.table === table ? batch.rows.map((row) => row[column.field]) : [])
      ), { discard: true })
  }

  return (models: ReadonlyArray<Model.Stored>, changes: Iterable<Change>): Effect.Effect<void, ReplayError> =>
    Effect.flatMap(
      batchesOf(models, changes),
      (batches) =>
        database.transaction(Effect.andThen(Effect.forEach(batches, carryOutAt, { discard: true }), count(batches)))
    ).pipe(Effect.catchTag("StaleRow", Effect.die))
}

/** Changes that follow each other and can be made by one statement, in their order. */
const batchesOf = Effect.fnUntraced(function*(models: ReadonlyArray<Model.Stored>, changes: Iterable<Change>) {
  const tables = new Map(models.map((model) => [model.identifier, tableOf(model)]))
  const batches: Array<Batch> = []
  for (const [place, change] of Array.from(changes).entries()) {
    const table = tables.get(change.model)
    if (table === undefined) return yield* unknownModel(change, place)
    const row = yield* rowOf(table, change, place)
    const columns = table.columns.filter(({ field }) => Object.hasOwn(row, field))
    const key = rowKey(table.primaryKey, row)
    const last = batches.at(-1)
    const batch = last !== undefined && isAlike(last, change, table, columns) && !isAfter(last, key, row)
      ? last
      : begun(batches, { table, operation: change.operation, columns })
    batch.rows.push(row)
    batch.places.push(place)
    batch.keys.add(key)
    if (refersToItself(table)) referredTexts(table, row).forEach((text) => batch.referred.add(text))
  }
  return batches
})

const begun = (batches: Array<Batch>, of: Pick<Batch, "table" | "operation" | "columns">): Batch => {
  const batch: Batch = { ...of, rows: [], places: [], keys: new Set(), referred: new Set() }
  batches.push(batch)
  return batch
}

const isAlike = (batch: Batch, { operation }: Change, table: Table, columns: ReadonlyArray<TableColumn>): boolean =>
  batch.table === table && batch.operation === operation && batch.columns.length === columns.length &&
  columns.every((column) => batch.columns.includes(column))

/** Whether a row can be written only after those of a batch: it is one of them, or refers to one. */
const isAfter = ({ keys, referred, table }: Batch, key: RowKey, row: Row): boolean =>
  keys.has(key) || table.foreignKeys.some((reference) => referred.has(referenceText(reference, row) ?? ""))

const refersToItself = (table: Table): boolean =>
  table.foreignKeys.some((key) => identityOf(tableOf(key.model())) === identityOf(table))

const unknownModel = ({ model }: Change, row: number) =>
  new Invalid({
    model,
    rows: 1,
    issues: [{ row, path: [], message: "the change is of a model that is not given" }]
  })

/** The model's values of a change, with those of its key. */
const rowOf = (table: Table, { key, values }: Change, place: number): Effect.Effect<Row, Invalid> => {
  const { model } = table
  const decoded = decoderOf(model, [...Object.keys(key), ...Object.keys(values)])({ ...key, ...values })
  return Effect.mapError(
    decoded,
    ({ issue }) => invalid(model, [inRow(place, issuesOf(issue))], (issues) => issues)
  )
}

type Decoder = (values: unknown) => Exit.Exit<Row, Schema.SchemaError>

const decoders = new WeakMap<Model.Any, Map<string, Decoder>>()

/** What decodes these fields of a model and its key, each made once. */
const decoderOf = (model: Model.Any, fields: ReadonlyArray<string>): Decoder => {
  const known = getOrInsert(decoders, model, () => new Map<string, Decoder>())
  const wanted = new Set([...tableOf(model).primaryKey.map(({ field }) => field), ...fields])
  const name = JSON.stringify([...wanted])
  return getOrInsert(known, name, () => makeDecoder(model, wanted))
}

const makeDecoder = (model: Model.Any, wanted: ReadonlySet<string>): Decoder => {
  const unknown = Object.fromEntries([...wanted].map((field) => [field, Schema.Never]))
  const fields = Object.fromEntries(Object.entries(model.fields).filter(([field]) => wanted.has(field)))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fields of a model need no services
  const schema = Schema.toCodecJson(Schema.Struct({ ...unknown, ...fields })) as unknown as Schema.Codec<Row>
  return Schema.decodeUnknownExit(schema, { errors: "all" })
}
