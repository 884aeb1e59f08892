/**
 * What can be changed in a database, as plain values.
 *
 * @since 0.1.0
 */
import type { Table, TableColumn } from "../model/Table.ts"
import type { Alias, Node } from "./node.ts"

/**
 * Rows to insert, as the model's own values. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Insert<out A> {
  readonly _tag: "Insert"
  readonly table: Table
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** Whether the inserted rows are wanted back. */
  readonly returning: boolean
  readonly "~row"?: A
}

/**
 * Rows to delete: those that the condition holds for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delete {
  readonly _tag: "Delete"
  readonly table: Table
  /** What the condition calls the table. */
  readonly alias: Alias
  readonly where: Node
}

/**
 * Rows to insert, or to overwrite the row with that has the same key. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Upsert<out A> {
  readonly _tag: "Upsert"
  readonly table: Table
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly key: ReadonlyArray<TableColumn>
  /** Columns of a stored row that are overwritten; it stays as it is where there are none. */
  readonly update: ReadonlyArray<TableColumn>
  readonly "~row"?: A
}

/**
 * Changes of rows: each holds the values of a primary key, and those of the fields to change. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Patch<out A> {
  readonly _tag: "Patch"
  readonly table: Table
  readonly changes: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly "~row"?: A
}

/**
 * Primary keys of rows to delete.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeleteKeys {
  readonly _tag: "DeleteKeys"
  readonly table: Table
  readonly keys: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** Whether rows that a soft delete would keep are removed, too. */
  readonly purge?: boolean
}

/**
 * Primary keys of deleted rows to bring back. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Restore<out A> {
  readonly _tag: "Restore"
  readonly table: Table
  readonly keys: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly "~row"?: A
}
