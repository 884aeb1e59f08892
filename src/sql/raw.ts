/**
 * SQL by hand, as plain values: texts of the program, and between them what was put there, none of which is text.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import type { Read, TableSource } from "./ast.ts"
import type { Alias, Node } from "./node.ts"

/**
 * Texts with a part after each but the last.
 *
 * @category models
 * @since 0.1.0
 */
export interface Raw {
  readonly texts: ReadonlyArray<string>
  readonly parts: ReadonlyArray<RawPart>
}

/**
 * What can stand between the texts.
 *
 * @category models
 * @since 0.1.0
 */
export type RawPart =
  /** A value, a column, or anything else that has one value. */
  | { readonly _tag: "Expression"; readonly node: Node }
  /** A model: in a read its rows, in a statement that writes its table's name. */
  | { readonly _tag: "Model"; readonly source: TableSource }
  /** The rows of a model. */
  | { readonly _tag: "Rows"; readonly source: TableSource }
  /** The name of a table, with its schema. */
  | { readonly _tag: "Table"; readonly table: Table }
  /** The name of a column. */
  | { readonly _tag: "Name"; readonly name: string }
  /** A query in brackets. */
  | { readonly _tag: "Query"; readonly read: Read }
  | { readonly _tag: "Fragment"; readonly raw: Raw }
  /** What can't be sent, and what to do instead. */
  | { readonly _tag: "Refused"; readonly feature: string; readonly instead: string }

const aliases = new WeakMap<Table, Alias>()

/**
 * What SQL by hand calls a table unless it says otherwise: by its own name, the same wherever it is asked for.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ownAlias = (table: Table): Alias => {
  return getOrInsert(aliases, table, ({ name }) => ({ name }))
}
