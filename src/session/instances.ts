/**
 * Makes instances of rows as a read would give them, before they are stored.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import { getOrInsert } from "../model/getOrInsert.ts"
import { rethrow } from "../model/rethrow.ts"
import { isMadeByDatabase } from "../model/columnMark.ts"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { encoder, encodeRows } from "../sql/encode.ts"
import { rowBuilder } from "../sql/rowBuilder.ts"
import { NotStorable } from "../sql/storable.ts"
import { tableShape } from "../sql/tableShape.ts"
import { tenantColumns } from "./mixedIn.ts"
import type { Row } from "./validate.ts"

type Features = Dialect["features"]

/** What makes the instances of a table's rows. */
export interface Instances {
  /** The columns that are stored: all but those that the database computes. */
  readonly columns: ReadonlyArray<TableColumn>
  /** The columns that tell a row from all others, whoever's it is. */
  readonly key: ReadonlyArray<TableColumn>
  /** Whether nothing of a row is computed by the database, so that it is known before it is stored. */
  readonly isWhole: boolean
  /** The columns that the database numbers. */
  readonly numbered: ReadonlyArray<TableColumn>
  /** The columns that the database fills in where an insert leaves them out. */
  readonly made: ReadonlyArray<TableColumn>
  /** The instance of a row; throws `RowsNotStorable`. */
  readonly make: (row: Row) => Row
  /** The instance with other values in some fields; throws `RowsNotStorable`. */
  readonly change: (instance: Row, values: Row) => Row
  /** Whether two rows have the same in a column. */
  readonly isSame: (column: TableColumn, one: Row, other: Row) => boolean
  /** Whether the row is not deleted softly. */
  readonly isLiving: (row: Row) => boolean
}

const known = new WeakMap<Features, WeakMap<Table, Instances>>()

/** What makes the instances of a table's rows, for a database with these features. */
export const instancesOf = (table: Table, features: Features): Instances => {
  const tables = getOrInsert(known, features, () => new WeakMap<Table, Instances>())
  return getOrInsert(tables, table, () => make(table, features))
}

const make = (table: Table, features: Features): Instances => {
  const columns = table.columns.filter(({ computed }) => !computed)
  const build = rowBuilder<Row>(tableShape(table))
  const parts = table.columns.map((column) => ({
    column,
    field: column.field,
    encode: encoder(column, features),
    isPlain: column.codec === undefined,
    /** The value of the one row that is being made. */
    cell: new Array<unknown>(1)
  }))
  const cells = parts.map(({ cell }) => cell)
  const deletedAt = columnWith(table, "DeletedAt")?.field

  /** Runs what refuses a value, and says of which column it is. */
  const refusing = (row: Row, isMeant: (column: TableColumn) => boolean, run: () => Row): Row =>
    rethrow(run, NotStorable, (refused) => {
      encodeRows(columns.filter(isMeant), [row], features)
      return refused
    })

  return {
    columns,
    key: [...table.primaryKey, ...tenantColumns(table).filter((column) => !table.primaryKey.includes(column))],
    isWhole: columns.length === table.columns.length,
    numbered: columns.filter(({ generated }) => generated),
    made: columns.filter(isMadeByDatabase),
    make: (row) =>
      refusing(row, () => true, () => {
        for (const { cell, encode, field } of parts) cell[0] = encode(row[field])
        return build(cells, 0)
      }),
    change: (instance, values) =>
      refusing(values, ({ field }) => Object.hasOwn(values, field), () => {
        for (const { cell, encode, field, isPlain } of parts) {
          if (Object.hasOwn(values, field)) cell[0] = encode(values[field])
          else cell[0] = isPlain ? instance[field] : encode(instance[field])
        }
        return build(cells, 0)
      }),
    isSame: (column, one, other) => {
      const part = parts.find((candidate) => candidate.column === column)
      return Equal.equals(part?.encode(one[column.field]), part?.encode(other[column.field]))
    },
    isLiving: (row) => deletedAt === undefined || row[deletedAt] === null
  }
}
