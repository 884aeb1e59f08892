/**
 * What can be changed in a database, as plain values.
 *
 * @since 0.1.0
 */
import type { Table, TableColumn } from "../model/Table.ts"
import type { Alike } from "./alike.ts"
import type { Select } from "./ast.ts"
import type { Alias, Node } from "./node.ts"
import type { Raw } from "./raw.ts"

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
 * A column, and what it is set to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Assignment {
  readonly column: TableColumn
  readonly node: Node
}

/**
 * Rows to change: those that the condition holds for, or all.
 *
 * @category models
 * @since 0.1.0
 */
export interface Update {
  readonly _tag: "Update"
  readonly table: Table
  /** What the condition and the expressions call the table. */
  readonly alias: Alias
  readonly set: ReadonlyArray<Assignment>
  readonly where: Node | undefined
}

/**
 * Rows of a read to insert; what they are called says which column of the table each value goes into.
 *
 * @category models
 * @since 0.1.0
 */
export interface InsertFrom {
  readonly _tag: "InsertFrom"
  readonly table: Table
  /** What is made of the inserted rows calls the table so. */
  readonly alias: Alias
  readonly select: Select<unknown>
  /** What columns get beside that: whatever the read gives, or where it gives nothing. */
  readonly given?: ReadonlyArray<Assignment & { readonly always: boolean }>
}

/**
 * A statement that writes, by hand.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawWrite {
  readonly _tag: "RawWrite"
  readonly raw: Raw
  /** What is made of the rows that it gives back calls them so. */
  readonly alias: Alias
}

/**
 * A statement that changes rows by what they are, and not by their keys.
 *
 * @category models
 * @since 0.1.0
 */
export type Write = Update | Delete | InsertFrom | RawWrite

/**
 * Rows to delete: those that the condition holds for, or all.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delete {
  readonly _tag: "Delete"
  readonly table: Table
  /** What the condition calls the table. */
  readonly alias: Alias
  readonly where: Node | undefined
  /** What deletes that differ in nothing but values have in common. */
  readonly alike?: Alike | undefined
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
