/**
 * What compiling yields: the text a database is sent, its parameters, and what its rows become.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import type { Table, TableColumn } from "../model/Table.ts"

/**
 * A value bound to a placeholder, with the type it is bound as.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parameter {
  readonly type: ColumnType
  readonly value: unknown
  /** Whether the value is told to nobody. */
  readonly sensitive?: boolean
}

/**
 * One column of a result: its place in the select list, what the database returns and, for a model's column, what becomes of that.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResultColumn extends Slot {
  readonly index: number
  /** The name it has in the result, unlike any other there. */
  readonly name: string
  /** The column of a model that it is, where it is one: where its schema transforms the values, they are decoded by it. */
  readonly field: TableColumn | undefined
  /** Whether the values are checked by the schema, because others may have written them. */
  readonly checked: boolean
  /** What the rows are that each value is, where it is rows. */
  readonly rows?: NestedRows
}

/**
 * One column of a result whose values are rows: lists of lists, as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface RowsColumn extends ResultColumn {
  readonly rows: NestedRows
}

/**
 * Rows that come in a value of another one: their columns, and what they become.
 *
 * @category models
 * @since 0.1.0
 */
export interface NestedRows {
  readonly columns: ReadonlyArray<ResultColumn>
  readonly shape: RowShape
  /** Whether there is one at most, which comes by itself: as a list, or as null where there is none. */
  readonly isOne: boolean
}

/**
 * One column of a result that is a column of a model.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelColumn extends ResultColumn {
  readonly field: TableColumn
}

/**
 * What one row of a result becomes.
 *
 * @category models
 * @since 0.1.0
 */
export type RowShape =
  | { readonly _tag: "Value"; readonly column: ResultColumn }
  | { readonly _tag: "Record"; readonly fields: ReadonlyArray<readonly [name: string, shape: RowShape]> }
  | {
    readonly _tag: "Instance"
    readonly table: Table
    /** All columns of the table, in the model's order. */
    readonly columns: ReadonlyArray<ModelColumn>
    /** Whether a row may have none: the other side of a left join. */
    readonly optional: boolean
  }
  | { readonly _tag: "Rows"; readonly column: RowsColumn }

/**
 * A statement ready to be sent. `A` is the type of one row of its result.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompiledQuery<out A> {
  readonly sql: string
  readonly parameters: ReadonlyArray<Parameter>
  /** The result's columns in order; empty where a statement returns no rows. */
  readonly columns: ReadonlyArray<ResultColumn>
  readonly shape: RowShape | undefined
  /** What it does, such as `SELECT`, and the table that it is about, if any: where more is known of it than its text. */
  readonly subject?: { readonly operation: string; readonly table: Table | undefined }
  /** Whether there is SQL by hand in it, which may call what writes. */
  readonly holdsSql?: boolean
  /** Whether it only reads: it locks no rows, and there is no SQL by hand in it. */
  readonly onlyReads?: boolean
  /** Of a statement over rows: the columns whose given values tell which stored rows it may write to, and leaves as they are. */
  readonly by?: ReadonlyArray<TableColumn>
  /** The texts of the primary keys of the only rows that it may write to, where it tells them. */
  readonly keys?: ReadonlyArray<string> | undefined
  /** Whether another answer does as well where the statement has to be run again: numbers that are drawn may have gaps. */
  readonly mayVary?: boolean
  readonly "~row"?: A
}

/**
 * A read ready to be sent, whose rows become something.
 *
 * @category models
 * @since 0.1.0
 */
export interface CompiledRead<out A> extends CompiledQuery<A> {
  readonly shape: RowShape
}
