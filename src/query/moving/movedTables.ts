/**
 * The tables that a move takes, each behind those that it refers to in the database that it goes to.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { holdsCustom } from "../../model/ColumnType.ts"
import type * as Model from "../../model/Model.ts"
import { type Table, type TableColumn, tableOf } from "../../model/Table.ts"
import type { compiling } from "../../session/compiling.ts"
import { withoutCircles } from "../../sql/creation.ts"
import { at, type ForeignKeyStructure, isSamePlace, placeOf, type Structure } from "../../sql/Structure.ts"
import { tableStructure } from "../../sql/tableStructure.ts"
import { MoveRefused } from "./MoveError.ts"
import type { Side } from "./sides.ts"

/** A table, and what of it is moved. */
export interface MovedTable {
  readonly table: Table
  /** The columns that are copied, as the databases have them: without what their schemas make of values, but for custom types. */
  readonly columns: ReadonlyArray<TableColumn>
  /** The primary key, if a text can tell its values. */
  readonly key: ReadonlyArray<TableColumn>
  /** The references of its rows to others of them, in the database that they go to. */
  readonly own: ReadonlyArray<ForeignKeyStructure>
}

/** The tables of models in the order in which their rows can be stored. */
export const movedTables = Effect.fnUntraced(function*(
  models: ReadonlyArray<Model.Any>,
  to: Side,
  structure: Structure,
  compiled: ReturnType<typeof compiling>
) {
  const tables = new Map(models.map(tableOf).map((table) => [table.fullName, table]))
  const attached = [...tables.values()].find(({ database }) => database !== undefined)
  if (attached !== undefined) return yield* elsewhere(attached)
  const found = yield* Effect.forEach(tables.values(), (table) => {
    const place = at(structure.tables, placeOf(table))
    return place === undefined ? missing(table, to) : Effect.succeed(place)
  })
  const { late, tables: ordered } = withoutCircles(found)
  const circle = late.find(({ key, table }) => !isSamePlace(key.references, table))
  if (circle !== undefined) return yield* circular(circle.table.name, circle.key.references.name, to)
  return yield* Effect.forEach(ordered, (place) => {
    const table = [...tables.values()].find((one) => isSamePlace(placeOf(one), placeOf(place)))
    return table === undefined
      ? Effect.die(new Error(`no model has the table ${place.name}`))
      : compiled(() => movedTable(table, at(found, place)?.foreignKeys ?? [], to))
  })
})

const movedTable = (table: Table, references: ReadonlyArray<ForeignKeyStructure>, { database }: Side): MovedTable => {
  const { columns: stored } = tableStructure(table, database.dialect)
  const plain = table.columns.map((column, index): TableColumn => ({
    ...column,
    type: stored[index]?.type ?? column.type,
    codec: oneForm(column)
  }))
  const key = plain.filter((_, index) => table.primaryKey.some(({ field }) => field === table.columns[index]?.field))
  return {
    table,
    columns: plain.filter(({ computed }) => !computed),
    key: key.every(({ type }) => told.has(type._tag)) ? key : [],
    own: references.filter((one) => isSamePlace(one.references, placeOf(table)))
  }
}

/**
 * Databases may write values of a custom type each in its own way, and what a schema encodes is the one form for both. What it can't
 * decode stays as it is.
 */
const oneForm = ({ codec, type }: TableColumn): TableColumn["codec"] => {
  if (codec === undefined || !holdsCustom(type)) return undefined
  const formed = (value: unknown): unknown => {
    const decoded = codec.decode(value)
    const encoded = Exit.isSuccess(decoded) ? codec.encode(decoded.value) : decoded
    return Exit.isSuccess(encoded) ? encoded.value : value
  }
  return { decode: (value) => Exit.succeed(formed(value)), encode: Exit.succeed }
}

/** The types whose values a mark can tell. */
const told = new Set<TableColumn["type"]["_tag"]>([
  "Text",
  "Enum",
  "Uuid",
  "Boolean",
  "Int8",
  "Int16",
  "Int32",
  "Int64",
  "Int128",
  "UInt8",
  "UInt16",
  "UInt32",
  "UInt64",
  "UInt128",
  "Float",
  "Double",
  "Decimal",
  "Date",
  "Time",
  "Timestamp"
])

const elsewhere = ({ fullName }: Table) =>
  new MoveRefused({
    table: fullName,
    reason:
      `Table ${fullName} is in an attached database, which can't be written to in one transaction with the mark of its move`,
    instead: "Open that database by a Layer of its own, and move its tables by models without `database`."
  })

const missing = ({ fullName }: Table, { database }: Side) =>
  new MoveRefused({
    table: fullName,
    reason: `${database.name} has no table ${fullName}`,
    instead:
      "Migrate it first, or let the tables be created: with `createTables`, on the command line `--create-tables`."
  })

const circular = (table: string, other: string, { database }: Side) =>
  new MoveRefused({
    table,
    reason:
      `Tables ${table} and ${other} of ${database.name} refer to each other in a circle, so that no row of either can come first`,
    instead: `Drop the foreign key from ${table} to ${other} there, move, and add it again.`
  })
