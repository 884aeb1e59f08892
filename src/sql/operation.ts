/**
 * Changes of a database's structure, as plain values.
 *
 * @since 0.1.0
 */
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
} from "./Structure.ts"

/**
 * One change. What a change takes away it knows whole, so that it can be undone.
 *
 * @category models
 * @since 0.1.0
 */
export type Operation =
  | { readonly _tag: "CreateSchema"; readonly schema: SchemaPlace }
  | { readonly _tag: "DropSchema"; readonly schema: SchemaPlace }
  | { readonly _tag: "CreateEnum"; readonly enum: EnumStructure }
  | { readonly _tag: "DropEnum"; readonly enum: EnumStructure }
  /** Gives an enum other values; columns keep theirs, which have to be among the new ones. */
  | { readonly _tag: "ChangeEnum"; readonly from: EnumStructure; readonly to: EnumStructure }
  | { readonly _tag: "CreateSequence"; readonly sequence: SequenceStructure }
  | { readonly _tag: "DropSequence"; readonly sequence: SequenceStructure }
  | { readonly _tag: "CreateTable"; readonly table: TableStructure }
  | { readonly _tag: "DropTable"; readonly table: TableStructure }
  | { readonly _tag: "RenameTable"; readonly table: Place; readonly to: string }
  | { readonly _tag: "AddColumn"; readonly table: Place; readonly column: ColumnStructure }
  | { readonly _tag: "DropColumn"; readonly table: Place; readonly column: ColumnStructure }
  | { readonly _tag: "RenameColumn"; readonly table: Place; readonly from: string; readonly to: string }
  | ChangeColumn
  | { readonly _tag: "AddPrimaryKey"; readonly table: Place; readonly key: KeyStructure }
  | { readonly _tag: "DropPrimaryKey"; readonly table: Place; readonly key: KeyStructure }
  | { readonly _tag: "AddUnique"; readonly table: Place; readonly key: KeyStructure }
  | { readonly _tag: "DropUnique"; readonly table: Place; readonly key: KeyStructure }
  | { readonly _tag: "AddCheck"; readonly table: Place; readonly check: CheckStructure }
  | { readonly _tag: "DropCheck"; readonly table: Place; readonly check: CheckStructure }
  | { readonly _tag: "AddForeignKey"; readonly table: Place; readonly key: ForeignKeyStructure }
  | { readonly _tag: "DropForeignKey"; readonly table: Place; readonly key: ForeignKeyStructure }
  | { readonly _tag: "CreateIndex"; readonly table: Place; readonly index: IndexStructure }
  | { readonly _tag: "DropIndex"; readonly table: Place; readonly index: IndexStructure }
  /** Says something else of a table, or of one of its columns. */
  | {
    readonly _tag: "Comment"
    readonly table: Place
    readonly column?: string | undefined
    readonly from?: string | undefined
    readonly to?: string | undefined
  }
  /** Spreads the rows of a table otherwise over several servers. Where there is one there is nothing to do. */
  | {
    readonly _tag: "Distribute"
    readonly table: Place
    readonly from?: DistributionStructure | undefined
    readonly to?: DistributionStructure | undefined
  }
  | { readonly _tag: "CreateView"; readonly view: ViewStructure }
  | { readonly _tag: "DropView"; readonly view: ViewStructure }
  /** Runs SQL by hand, of which nothing is known but how to undo it. */
  | { readonly _tag: "Execute"; readonly sql: SqlText; readonly undo?: SqlText | undefined }

/**
 * A column that becomes another of the same name: in type, nullability, default, numbering or expression.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChangeColumn {
  readonly _tag: "ChangeColumn"
  readonly table: Place
  readonly from: ColumnStructure
  readonly to: ColumnStructure
  /** The expression of the new value over the columns as they were; a cast of the old one, if it is not given. */
  readonly using?: SqlText | undefined
  /** The same for the way back. */
  readonly back?: SqlText | undefined
}

/**
 * A change of one table.
 *
 * @category models
 * @since 0.1.0
 */
export type TableOperation = Extract<Operation, { readonly table: Place }>

/**
 * A schema, which has no other around it.
 *
 * @category models
 * @since 0.1.0
 */
type SchemaPlace = Omit<Place, "schema">

/**
 * The operation that undoes this one; undefined where nobody has said how.
 *
 * @category conversions
 * @since 0.1.0
 */
export const reverse = (operation: Operation): Operation | undefined => {
  switch (operation._tag) {
    case "CreateSchema":
      return { ...operation, _tag: "DropSchema" }
    case "DropSchema":
      return { ...operation, _tag: "CreateSchema" }
    case "CreateEnum":
      return { ...operation, _tag: "DropEnum" }
    case "DropEnum":
      return { ...operation, _tag: "CreateEnum" }
    case "ChangeEnum":
      return { ...operation, from: operation.to, to: operation.from }
    case "CreateSequence":
      return { ...operation, _tag: "DropSequence" }
    case "DropSequence":
      return { ...operation, _tag: "CreateSequence" }
    case "CreateTable":
      return { ...operation, _tag: "DropTable" }
    case "DropTable":
      return { ...operation, _tag: "CreateTable" }
    case "RenameTable":
      return { ...operation, table: { ...operation.table, name: operation.to }, to: operation.table.name }
    case "AddColumn":
      return { ...operation, _tag: "DropColumn" }
    case "DropColumn":
      return { ...operation, _tag: "AddColumn" }
    case "RenameColumn":
      return { ...operation, from: operation.to, to: operation.from }
    case "ChangeColumn":
      return { ...operation, from: operation.to, to: operation.from, using: operation.back, back: operation.using }
    case "AddPrimaryKey":
      return { ...operation, _tag: "DropPrimaryKey" }
    case "DropPrimaryKey":
      return { ...operation, _tag: "AddPrimaryKey" }
    case "AddUnique":
      return { ...operation, _tag: "DropUnique" }
    case "DropUnique":
      return { ...operation, _tag: "AddUnique" }
    case "AddCheck":
      return { ...operation, _tag: "DropCheck" }
    case "DropCheck":
      return { ...operation, _tag: "AddCheck" }
    case "AddForeignKey":
      return { ...operation, _tag: "DropForeignKey" }
    case "DropForeignKey":
      return { ...operation, _tag: "AddForeignKey" }
    case "CreateIndex":
      return { ...operation, _tag: "DropIndex" }
    case "DropIndex":
      return { ...operation, _tag: "CreateIndex" }
    case "Distribute":
      return { ...operation, from: operation.to, to: operation.from }
    case "Comment":
      return { ...operation, from: operation.to, to: operation.from }
    case "CreateView":
      return { ...operation, _tag: "DropView" }
    case "DropView":
      return { ...operation, _tag: "CreateView" }
    case "Execute":
      return operation.undo === undefined ? undefined : { ...operation, sql: operation.undo, undo: operation.sql }
  }
}
