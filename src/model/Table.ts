/**
 * The neutral description of a table, read from a model once.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as VariantSchema from "effect/schema/VariantSchema"
import { type ColumnMark, columnMark, type Reference, selectSchema } from "./columnMark.ts"
import type { Slot } from "./ColumnType.ts"
import { InvalidModel } from "./InvalidModel.ts"
import type * as Model from "./Model.ts"
import { type Codec, nativeCodec } from "./nativeCodec.ts"
import { rethrow } from "./rethrow.ts"
import { NoColumnType, slotOf } from "./slotOf.ts"

/**
 * One column of a table.
 *
 * @category models
 * @since 0.1.0
 */
export interface TableColumn extends Slot {
  /** The model's field. */
  readonly field: string
  /** The column's name in the database. */
  readonly name: string
  /** Whether the database numbers the rows in this column, so that inserts leave it out. */
  readonly generated: boolean
  /** The value the database puts where an insert from elsewhere leaves the column out. */
  readonly default: unknown
  readonly reference: Reference | undefined
  /** What the model says of its values. */
  readonly schema: Schema.Constraint
  /** Absent where the model's value and the database's are the same. */
  readonly codec: Codec | undefined
}

/**
 * A table as a model describes it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Table {
  readonly name: string
  readonly model: Model.Any
  readonly columns: ReadonlyArray<TableColumn>
  /** Columns of the primary key, in the model's order. */
  readonly primaryKey: ReadonlyArray<TableColumn>
  /** Every unique key beside the primary key, as column names. */
  readonly uniques: ReadonlyArray<ReadonlyArray<string>>
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
  readonly decode: Model.DecodePolicy
}

const tables = new WeakMap<Model.Any, Table>()

/**
 * The table of a model.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tableOf = (model: Model.Any): Table => {
  const known = tables.get(model)
  if (known !== undefined) return known
  const made = makeTable(model)
  tables.set(model, made)
  return made
}

const makeTable = (model: Model.Any): Table => {
  const options = optionsOf(model)
  const fields = VariantSchema.fields(model)
  const columns = columnsOf(model.identifier, fields).map((column) => likeItsTarget(model.identifier, column))
  const marks = new Map(Object.entries(fields).map(([name, field]) => [name, columnMark(field)]))
  const nameOf = (field: string) => columns.find((column) => column.field === field)?.name ?? field
  const indexes = options.indexes ?? []
  const declared = (unique: boolean) =>
    indexes.filter((index) => index.unique === unique).map((index) => index.fields.map(nameOf))
  return {
    name: options.table,
    model,
    columns,
    primaryKey: columns.filter(({ field }) => marks.get(field)?.primaryKey === true),
    uniques: [
      ...columns.filter(({ field }) => marks.get(field)?.unique === true).map(({ name }) => [name]),
      ...declared(true)
    ],
    indexes: declared(false),
    decode: options.decode ?? "trusted"
  }
}

/** A model's own options, or those of the model it extends: annotations are not inherited by themselves. */
const optionsOf = (model: Model.Any): Model.Options => {
  const own = Schema.resolveAnnotations(model)?.["andamios/table"]
  if (own !== undefined) return own
  const extended = Reflect.getPrototypeOf(model)
  return Schema.isSchema(extended) && VariantSchema.isStruct(extended)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model extends only models
    ? optionsOf(extended as unknown as Model.Any)
    : { table: model.identifier }
}

/**
 * The columns of a model's fields; throws `InvalidModel`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columnsOf = (model: string, fields: VariantSchema.Struct.Fields): ReadonlyArray<TableColumn> =>
  Object.entries(fields).flatMap(([name, field]) => {
    const schema = selectSchema(field)
    return schema === undefined ? [] : [columnOf(model, name, schema, columnMark(field))]
  })

/** A foreign key is stored as what it refers to: a plain text that names a uuid is a uuid. */
const likeItsTarget = (model: string, column: TableColumn): TableColumn => {
  const { field, reference, type } = column
  if (reference === undefined) return column
  const target = reference.model()
  const refused = (reason: string) => new InvalidModel({ model, field, reason })
  const found = columnsOf(target.identifier, VariantSchema.fields(target)).find((other) =>
    other.field === reference.field
  )
  if (found === undefined) throw refused(`it refers to ${target.identifier}.${reference.field}, which does not exist`)
  if (type._tag !== found.type._tag && !(type._tag === "Text" && found.type._tag === "Uuid")) {
    throw refused(
      `it refers to ${target.identifier}.${reference.field}, a ${found.type._tag}, and is a ${type._tag} itself`
    )
  }
  return { ...column, type: found.type }
}

const columnOf = (model: string, field: string, schema: Schema.Constraint, mark: ColumnMark): TableColumn => {
  const { native, nullable, type } = slotOrThrow(model, field, schema)
  const { default: value, generated = false, primaryKey = false, reference } = mark
  if (primaryKey && nullable) throw new InvalidModel({ model, field, reason: "a primary key is never null" })
  if (generated && type._tag !== "Int32" && type._tag !== "Int64" && type._tag !== "Int16") {
    throw new InvalidModel({ model, field, reason: "the database numbers rows with integers of 16 bits or more" })
  }
  const codec = native ? undefined : nativeCodec(schema)
  return { field, name: field, type, nullable, generated, default: value, reference, schema, codec }
}

const slotOrThrow = (model: string, field: string, schema: Schema.Constraint) =>
  rethrow(() => slotOf(schema.ast), NoColumnType, ({ message }) => new InvalidModel({ model, field, reason: message }))
