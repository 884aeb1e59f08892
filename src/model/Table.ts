/**
 * The neutral description of a table, read from a model once.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as VariantSchema from "effect/schema/VariantSchema"
import { checksOf, type ColumnCheck } from "./columnCheck.ts"
import {
  type ColumnDefault,
  type ColumnMark,
  columnMark,
  type OnDelete,
  type Reference,
  selectSchema
} from "./columnMark.ts"
import type { ColumnType, Slot } from "./ColumnType.ts"
import { distributionOf, type TableDistribution } from "./Distribution.ts"
import { InvalidModel } from "./InvalidModel.ts"
import type * as Model from "./Model.ts"
import { columnName, type ColumnNaming, unusable } from "./naming.ts"
import { type Codec, nativeCodec } from "./nativeCodec.ts"
import { refers } from "./referring.ts"
import { rethrow } from "./rethrow.ts"
import { refuseSecond, type Role } from "./role.ts"
import { rememberSensitive } from "./sensitive.ts"
import { NoColumnType, slotOf } from "./slotOf.ts"

export { checkedFields, fieldsNamed } from "./toldNames.ts"

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
  readonly comment: string | undefined
  /** Whether its values are told to nobody: they are `Redacted`, and appear in no message. */
  readonly sensitive: boolean
  /** Whether the database computes it of other columns, so that nothing is ever written to it. */
  readonly computed: boolean
  /** What the database puts where an insert leaves the column out. */
  readonly default: ColumnDefault | undefined
  readonly reference: Reference | undefined
  /** What the schema says of its values that a database can say too. */
  readonly checks: ReadonlyArray<ColumnCheck>
  /** What the model says of its values. */
  readonly schema: Schema.Constraint
  /** Absent where the model's value and the database's are the same. */
  readonly codec: Codec | undefined
}

/**
 * Columns that together refer to a row of another table.
 *
 * @category models
 * @since 0.1.0
 */
export interface ForeignKey {
  readonly columns: ReadonlyArray<TableColumn>
  /** The other model. */
  readonly model: () => Model.Any
  /** The other model's fields, in the order of the columns that refer to them. */
  readonly targets: ReadonlyArray<string>
  readonly onDelete: OnDelete | undefined
}

/**
 * A table as a model describes it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Table {
  readonly name: string
  /** The schema of the database that it is in; the one where tables are made by default, where it is undefined. */
  readonly schema: string | undefined
  /** The attached database that it is in; the session's own, where it is undefined. */
  readonly database: string | undefined
  /** The name with those of its database and schema, for people. */
  readonly fullName: string
  readonly model: Model.Any
  readonly columns: ReadonlyArray<TableColumn>
  /** Columns of the primary key, in the model's order. */
  readonly primaryKey: ReadonlyArray<TableColumn>
  /** Every unique key beside the primary key, as column names. */
  readonly uniques: ReadonlyArray<ReadonlyArray<string>>
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
  /** The names of indexes that were given one, by their list of columns in `uniques` or `indexes`. */
  readonly indexNames: ReadonlyMap<ReadonlyArray<string>, string>
  readonly foreignKeys: ReadonlyArray<ForeignKey>
  /** How its rows are spread over several servers, where a database has them. */
  readonly distribution: TableDistribution | undefined
  readonly comment: string | undefined
  /** Whether it is a view, which is only read. */
  readonly isView: boolean
  readonly decode: Model.DecodePolicy
  /** The columns that sessions do something with by themselves, because mixins brought them. */
  readonly roles: ReadonlyArray<{ readonly role: Role; readonly column: TableColumn }>
}

const tables = new WeakMap<Model.Any, Table>()

/**
 * The table of a model.
 *
 * @example
 * ```ts
 * import { Column, Model, Table } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   editorId: Schema.Int
 * }, { table: "books", columns: "snake_case" }) {}
 *
 * const table = Table.tableOf(Book)
 * const keys = table.foreignKeys.flatMap(Table.targetsOf)
 * const fields = Table.fieldsNamed(table, ["editor_id"]) // ["editorId"]
 * const deletedAt = Table.columnWith(table, "DeletedAt") // undefined: it has no Mixin.softDelete
 * const identity = Table.identityOf(table) // the same for the same table of a database
 * // parts of a table by themselves
 * const names = Table.namesOf("Book", { table: "books", schema: "sales" }) // ["sales", "books"]
 * const columns = Table.columnsOf("Book", { isbn: Schema.String, pages: Column.int32 })
 * const one = Table.columnOfSchema("a result", "total", Schema.NullOr(Column.int64))
 * const checked = Table.checkedFields("books_pages_check", "books", table)
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const tableOf = (model: Model.Any): Table => {
  const known = tables.get(model)
  if (known !== undefined) return known
  const made = makeTable(model)
  tables.set(model, made)
  rememberSensitive(made)
  if (made.foreignKeys.length > 0) refers(model)
  return made
}

const makeTable = (model: Model.Any): Table => {
  const options = optionsOf(model)
  const names = namesOf(model.identifier, options)
  const fields = VariantSchema.fields(model)
  const columns = columnsOf(model.identifier, fields, options.columns).map((column) =>
    likeItsTarget(model.identifier, column)
  )
  const marks = new Map(Object.entries(fields).map(([name, field]) => [name, columnMark(field)]))
  const nameOf = (field: string) => {
    const column = columns.find((candidate) => candidate.field === field)
    if (column !== undefined) return column.name
    throw new InvalidModel({ model: model.identifier, field, reason: "an index names it, and there is no such column" })
  }
  const indexes = (options.indexes ?? []).map((index) => ({ ...index, on: index.fields.map(nameOf) }))
  const declared = (unique: boolean) => indexes.filter((index) => index.unique === unique).map(({ on }) => on)
  const primaryKey = columns.filter(({ field }) => marks.get(field)?.primaryKey === true)
  const uniques = [
    ...columns.filter(({ field }) => marks.get(field)?.unique === true).map(({ name }) => [name]),
    ...declared(true)
  ]
  return {
    name: options.table,
    schema: options.schema,
    database: options.database,
    fullName: names.join("."),
    model,
    columns,
    primaryKey,
    uniques,
    indexes: declared(false),
    indexNames: new Map(indexes.flatMap(({ name, on }) => name === undefined ? [] : [[on, name] as const])),
    foreignKeys: foreignKeysOf(model.identifier, columns, options),
    distribution: distributionOf(model.identifier, options.distribution, { columns, primaryKey, uniques }),
    comment: options.comment,
    isView: options.isView === true,
    decode: options.decode ?? "trusted",
    roles: rolesOf(model.identifier, columns, marks)
  }
}

const rolesOf = (model: string, columns: ReadonlyArray<TableColumn>, marks: ReadonlyMap<string, ColumnMark>) => {
  const roles = columns.flatMap((column) => {
    const role = marks.get(column.field)?.role
    return role === undefined ? [] : [{ role, column }]
  })
  refuseSecond(model, roles)
  return roles
}

/**
 * A text that two descriptions share where they are of the same table, whatever else their models say of it.
 *
 * @category conversions
 * @since 0.1.0
 */
export const identityOf = ({ database, name, schema }: Table): string => JSON.stringify([database, schema, name])

/**
 * The column that plays a part in a table, if there is one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columnWith = ({ roles }: Table, part: Role["_tag"]): TableColumn | undefined =>
  roles.find(({ role }) => role._tag === part)?.column

const foreignKeysOf = (
  model: string,
  columns: ReadonlyArray<TableColumn>,
  { references = [] }: Model.Options
): ReadonlyArray<ForeignKey> => {
  const single = columns.flatMap((column): ReadonlyArray<ForeignKey> => {
    const { reference } = column
    return reference === undefined ? [] : [{ ...reference, columns: [column], targets: [reference.field] }]
  })
  const together = references.map(({ fields, ...reference }): ForeignKey => ({
    ...reference,
    columns: columns.filter(({ field }) => fields.includes(field)).toSorted((a, b) =>
      fields.indexOf(a.field) - fields.indexOf(b.field)
    )
  }))
  const keys = [...single, ...together]
  for (const { columns: referring, onDelete } of keys) {
    const required = referring.find(({ nullable }) => !nullable)
    if (onDelete === "setNull" && required !== undefined) {
      const reason = "it can't be set to null when what it refers to is deleted, because it is never null"
      throw new InvalidModel({ model, field: required.field, reason })
    }
  }
  return keys
}

/**
 * The columns of another table that a foreign key refers to.
 *
 * @category conversions
 * @since 0.1.0
 */
export const targetsOf = ({ model, targets }: ForeignKey): ReadonlyArray<TableColumn> => {
  const { columns } = tableOf(model())
  return targets.flatMap((target) => columns.filter(({ field }) => field === target))
}

/**
 * The names that a table has: its own, behind those of its database and its schema. Throws `InvalidModel`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const namesOf = (model: string, { database, schema, table }: Model.Options): ReadonlyArray<string> => {
  const names = [database, schema, table].filter((name) => name !== undefined)
  names.forEach((name) => refuseUnusable(model, name))
  return names
}

/** A model's own options, or those of the model it extends: annotations are not inherited by themselves. */
const optionsOf = (model: Model.Any): Model.Options & { readonly isView?: boolean } => {
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
export const columnsOf = (
  model: string,
  fields: VariantSchema.Struct.Fields,
  naming: ColumnNaming = "asWritten"
): ReadonlyArray<TableColumn> => {
  const columns = Object.entries(fields).flatMap(([name, field]) => {
    const schema = selectSchema(field)
    return schema === undefined ? [] : [columnOf(model, name, schema, columnMark(field), naming)]
  })
  const taken = new Map<string, string>()
  for (const { field, name } of columns) {
    refuseUnusable(model, name, field)
    const other = taken.get(name)
    if (other !== undefined) {
      throw new InvalidModel({ model, field, reason: `its column has the name of ${other}'s: ${name}` })
    }
    taken.set(name, field)
  }
  return columns
}

const refuseUnusable = (model: string, name: string, field = ""): void => {
  const reason = unusable(name)
  if (reason !== undefined) throw new InvalidModel({ model, field, reason })
}

/**
 * The column that values of a schema would be stored in, for `what`, a place outside of models; throws `InvalidModel`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const columnOfSchema = (what: string, field: string, schema: Schema.Constraint): TableColumn =>
  columnOf(what, field, schema, {}, "asWritten")

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
  const marks = Object.values(VariantSchema.fields(target)).map(columnMark)
  const isOfLiving = marks.some(({ role }) => role?._tag === "DeletedAt") &&
    columnMark(VariantSchema.fields(target)[reference.field]).primaryKey !== true
  if (isOfLiving) {
    throw refused(
      `it refers to ${target.identifier}.${reference.field}, which is unique only among rows that are not deleted`
    )
  }
  return { ...column, type: found.type, sensitive: column.sensitive || found.sensitive }
}

const columnOf = (
  model: string,
  field: string,
  schema: Schema.Constraint,
  mark: ColumnMark,
  naming: ColumnNaming
): TableColumn => {
  const { native, nullable, type } = slotOrThrow(model, field, schema)
  const reason = misfit(mark, { nullable, type })
  if (reason !== undefined) throw new InvalidModel({ model, field, reason })
  const {
    comment,
    computed = false,
    generated = false,
    name = columnName(field, naming),
    reference,
    sensitive = false
  } = mark
  return {
    field,
    name,
    type,
    nullable,
    generated,
    default: mark.default,
    reference,
    comment,
    sensitive,
    computed,
    checks: checksOf(schema.ast),
    schema,
    codec: native ? undefined : nativeCodec(schema)
  }
}

/** Why values of this type can't have that part in a table. */
const misfit = (mark: ColumnMark, { nullable, type }: Slot): string | undefined => {
  const { default: value, generated, primaryKey } = mark
  if (primaryKey === true && nullable) return "a primary key is never null"
  if (generated === true && !numbering.has(type._tag)) {
    return "the database numbers rows with integers of 16 bits or more"
  }
  return value?._tag === "Made" && type._tag !== madeTypes[value.kind]
    ? `its default "${value.kind}" is a ${madeTypes[value.kind]}`
    : undefined
}

const numbering = new Set<ColumnType["_tag"]>(["Int16", "Int32", "Int64"])

const madeTypes = { now: "Timestamp", today: "Date", uuid: "Uuid" } as const

const slotOrThrow = (model: string, field: string, schema: Schema.Constraint) =>
  rethrow(() => slotOf(schema.ast), NoColumnType, ({ message }) => new InvalidModel({ model, field, reason: message }))
