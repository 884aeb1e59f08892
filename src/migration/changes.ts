/**
 * The operations of revisions, as their authors write them.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { ChangeColumn, Operation } from "../sql/operation.ts"
import type {
  CheckStructure,
  ColumnStructure,
  DistributionStructure,
  EnumStructure,
  ForeignKeyStructure,
  IndexStructure,
  KeyStructure,
  Place,
  SequenceStructure,
  SqlText,
  TableStructure,
  ViewStructure
} from "../sql/Structure.ts"

/**
 * The name of a table, or with its schema.
 *
 * @category models
 * @since 0.1.0
 */
export type Name = string | Place

const placed = (name: Name): Place => typeof name === "string" ? { name } : name

/**
 * What can be said of a column beside its type.
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnOptions = Partial<Omit<ColumnStructure, "name" | "type">>

/**
 * A column, which is never null unless it is said.
 *
 * @category constructors
 * @since 0.1.0
 */
export const column = (name: string, type: ColumnType, options: ColumnOptions = {}): ColumnStructure => ({
  name,
  type,
  nullable: false,
  ...options
})

/**
 * What a table is made of; whatever there is none of can be left out.
 *
 * @category models
 * @since 0.1.0
 */
export type TableOptions =
  & Place
  & Pick<TableStructure, "columns">
  & Partial<
    Pick<
      TableStructure,
      "uniques" | "checks" | "foreignKeys" | "indexes" | "primaryKey" | "distribution" | "comment"
    >
  >

const table = (options: TableOptions): TableStructure => ({
  uniques: [],
  checks: [],
  foreignKeys: [],
  indexes: [],
  ...options
})

/**
 * Creates a table.
 *
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * export default Migration.make({
 *   id: "1d0b7c3e55aa",
 *   name: "parcels",
 *   up: [
 *     Migration.createTable({
 *       name: "parcels",
 *       columns: [
 *         Migration.column("id", Type.int64, { identity: true }),
 *         Migration.column("customer_id", Type.int64),
 *         Migration.column("label", Type.text, { nullable: true })
 *       ],
 *       primaryKey: { columns: ["id"] },
 *       foreignKeys: [{ columns: ["customer_id"], references: { name: "customers" }, targets: ["id"] }]
 *     })
 *   ]
 * })
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const createTable = (options: TableOptions): Operation => ({ _tag: "CreateTable", table: table(options) })

/**
 * Drops a table, which is told whole so that it can be made again.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropTable = (options: TableOptions): Operation => ({ _tag: "DropTable", table: table(options) })

/**
 * Renames a table; it stays in its schema.
 *
 * @category operations
 * @since 0.1.0
 */
export const renameTable = (from: Name, to: string): Operation => ({ _tag: "RenameTable", table: placed(from), to })

/**
 * Adds a column. One that is never null needs a default, unless its table is empty.
 *
 * @category operations
 * @since 0.1.0
 */
export const addColumn = (to: Name, added: ColumnStructure): Operation => ({
  _tag: "AddColumn",
  table: placed(to),
  column: added
})

/**
 * Drops a column with all that is in it.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropColumn = (of: Name, dropped: ColumnStructure): Operation => ({
  _tag: "DropColumn",
  table: placed(of),
  column: dropped
})

/**
 * Renames a column.
 *
 * @category operations
 * @since 0.1.0
 */
export const renameColumn = (of: Name, from: string, to: string): Operation => ({
  _tag: "RenameColumn",
  table: placed(of),
  from,
  to
})

/**
 * Changes a column's type, nullability, default, numbering or expression. `using` makes the new value of the old ones, and `back` the
 * other way round; both are casts, if they are not given.
 *
 * @category operations
 * @since 0.1.0
 */
export const changeColumn = (
  of: Name,
  change: Pick<ChangeColumn, "from" | "to" | "using" | "back">
): Operation => ({ _tag: "ChangeColumn", table: placed(of), ...change })

/**
 * Gives a table a primary key.
 *
 * @category operations
 * @since 0.1.0
 */
export const addPrimaryKey = (to: Name, key: KeyStructure): Operation => ({
  _tag: "AddPrimaryKey",
  table: placed(to),
  key
})

/**
 * Takes away the primary key.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropPrimaryKey = (of: Name, key: KeyStructure): Operation => ({
  _tag: "DropPrimaryKey",
  table: placed(of),
  key
})

/**
 * Makes columns together unique.
 *
 * @category operations
 * @since 0.1.0
 */
export const addUnique = (to: Name, key: KeyStructure): Operation => ({ _tag: "AddUnique", table: placed(to), key })

/**
 * Takes away a unique key.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropUnique = (of: Name, key: KeyStructure): Operation => ({ _tag: "DropUnique", table: placed(of), key })

/**
 * Adds a condition that every row has to meet.
 *
 * @category operations
 * @since 0.1.0
 */
export const addCheck = (to: Name, check: CheckStructure): Operation => ({ _tag: "AddCheck", table: placed(to), check })

/**
 * Takes away a condition.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropCheck = (of: Name, check: CheckStructure): Operation => ({
  _tag: "DropCheck",
  table: placed(of),
  check
})

/**
 * Makes columns refer to another table.
 *
 * @category operations
 * @since 0.1.0
 */
export const addForeignKey = (to: Name, key: ForeignKeyStructure): Operation => ({
  _tag: "AddForeignKey",
  table: placed(to),
  key
})

/**
 * Takes away a reference.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropForeignKey = (of: Name, key: ForeignKeyStructure): Operation => ({
  _tag: "DropForeignKey",
  table: placed(of),
  key
})

/**
 * Creates an index on columns, or on expressions over them.
 *
 * @category operations
 * @since 0.1.0
 */
export const createIndex = (
  of: Name,
  name: string,
  on: ReadonlyArray<SqlText>,
  options: Partial<Pick<IndexStructure, "unique" | "where">> = {}
): Operation => ({ _tag: "CreateIndex", table: placed(of), index: { name, on, unique: false, ...options } })

/**
 * Drops an index.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropIndex = (
  of: Name,
  name: string,
  on: ReadonlyArray<SqlText>,
  options: Partial<Pick<IndexStructure, "unique" | "where">> = {}
): Operation => ({ _tag: "DropIndex", table: placed(of), index: { name, on, unique: false, ...options } })

/**
 * Comments on a table, or on one of its columns.
 *
 * @category operations
 * @since 0.1.0
 */
export const comment = (
  of: Name,
  change: { readonly column?: string; readonly from?: string; readonly to?: string }
): Operation => ({ _tag: "Comment", table: placed(of), ...change })

/**
 * Creates a schema.
 *
 * @category operations
 * @since 0.1.0
 */
export const createSchema = (name: string): Operation => ({ _tag: "CreateSchema", schema: { name } })

/**
 * Drops a schema, which has to be empty.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropSchema = (name: string): Operation => ({ _tag: "DropSchema", schema: { name } })

/**
 * Creates a type of texts.
 *
 * @category operations
 * @since 0.1.0
 */
export const createEnum = (type: EnumStructure): Operation => ({ _tag: "CreateEnum", enum: type })

/**
 * Drops a type of texts.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropEnum = (type: EnumStructure): Operation => ({ _tag: "DropEnum", enum: type })

/**
 * Gives a type of texts other values.
 *
 * @category operations
 * @since 0.1.0
 */
export const changeEnum = (from: EnumStructure, to: EnumStructure): Operation => ({ _tag: "ChangeEnum", from, to })

/**
 * Creates a sequence.
 *
 * @category operations
 * @since 0.1.0
 */
export const createSequence = (sequence: SequenceStructure): Operation => ({ _tag: "CreateSequence", sequence })

/**
 * Drops a sequence.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropSequence = (sequence: SequenceStructure): Operation => ({ _tag: "DropSequence", sequence })

/**
 * Spreads the rows of a table otherwise over several servers: `{ by: "tenant_id" }`, `"reference"`, or on the first of them alone where
 * it is left out. Where there is one server, it does nothing.
 *
 * @category operations
 * @since 0.1.0
 */
export const distribute = (
  of: Name,
  { from, to }: {
    readonly from?: DistributionStructure | undefined
    readonly to?: DistributionStructure | undefined
  }
): Operation => ({
  _tag: "Distribute",
  table: placed(of),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to })
})

/**
 * Creates a view.
 *
 * @category operations
 * @since 0.1.0
 */
export const createView = (view: ViewStructure): Operation => ({ _tag: "CreateView", view })

/**
 * Drops a view.
 *
 * @category operations
 * @since 0.1.0
 */
export const dropView = (view: ViewStructure): Operation => ({ _tag: "DropView", view })

/**
 * Runs one statement by hand, and `undo` on the way back.
 *
 * @category operations
 * @since 0.1.0
 */
export const execute = (sql: SqlText, undo?: SqlText): Operation => ({
  _tag: "Execute",
  sql,
  ...(undo === undefined ? {} : { undo })
})
