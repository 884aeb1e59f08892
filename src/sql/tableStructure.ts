/**
 * What a model wants its table to be in a database.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import { checkName } from "../model/naming.ts"
import { rethrow } from "../model/rethrow.ts"
import { columnWith, type ForeignKey, type Table, type TableColumn, tableOf, targetsOf } from "../model/Table.ts"
import { checksOf } from "./Check.ts"
import { Inexpressible } from "./compilation.ts"
import { checkCondition } from "./compileCheck.ts"
import { sqlFor } from "./compileTable.ts"
import type { Dialect } from "./Dialect.ts"
import { encodeValue } from "./encode.ts"
import { generatedOf } from "./Generated.ts"
import { hasLiteral, literal } from "./literal.ts"
import { NotStorable } from "./storable.ts"
import {
  type CheckStructure,
  type ColumnStructure,
  type ForeignKeyStructure,
  type IndexStructure,
  placeOf,
  type TableStructure
} from "./Structure.ts"
import { structureText } from "./structureText.ts"

/**
 * The table as a database is asked for it; throws `Inexpressible` for what this database can't have.
 *
 * @category conversions
 * @since 0.1.0
 */
export const tableStructure = (table: Table, dialect: Dialect): TableStructure => {
  if (table.isView) {
    throw new Inexpressible(`creating ${table.fullName}, which is a view`, "Create it by a migration or by plain SQL.")
  }
  const living = columnWith(table, "DeletedAt")
  const key = table.primaryKey.map(({ name }) => name)
  return {
    ...placeOf(table),
    columns: table.columns.map((column) => columnStructure(table, column, dialect)),
    ...(key.length === 0 ? {} : { primaryKey: { columns: key } }),
    uniques: living === undefined
      ? table.uniques.filter((columns) => !table.indexNames.has(columns)).map((columns) => ({ columns }))
      : [],
    checks: [
      ...table.columns.flatMap((column) => checkOf(table, column, dialect)),
      ...checksOf(table).map(([name, condition]) => ({ name, condition: structureText(condition, dialect) }))
    ],
    foreignKeys: table.foreignKeys.map((reference) => foreignKeyStructure(table, reference)),
    indexes: [
      ...table.indexes.map((columns) => plainIndex(table, columns, dialect)),
      ...table.uniques.flatMap((columns) => uniqueIndexes(living, table, columns, dialect))
    ],
    ...distributed(table, dialect),
    ...(table.comment === undefined ? {} : { comment: table.comment })
  }
}

const distributed = (table: Table, { sharding }: Dialect): Pick<TableStructure, "distribution"> => {
  const distribution = sharding === undefined ? table.distribution : sharding.distributionOf(table)
  if (distribution === undefined) return {}
  if (distribution === "reference") return { distribution }
  return { distribution: { by: distribution.by.name } }
}

const columnStructure = (table: Table, column: TableColumn, dialect: Dialect): ColumnStructure => ({
  name: column.name,
  type: storedType(column.type),
  // where a computed column can't be `NOT NULL`, a check says it
  nullable: column.nullable || (column.computed && !dialect.generated.notNull),
  ...(column.generated ? { identity: true as const } : {}),
  ...(column.computed ? { generated: expressionOf(table, column, dialect) } : defaultOf(table, column, dialect)),
  ...(column.comment === undefined ? {} : { comment: column.comment })
})

/** The type without what only its values in JavaScript have to do with. */
const storedType = (type: ColumnType): ColumnType => {
  const slot = <S extends Slot>(of: S): S => ({ ...of, type: storedType(of.type) })
  switch (type._tag) {
    case "Int64":
      return { ...type, as: "bigint" }
    case "Timestamp":
      return { _tag: "Timestamp", as: "DateTime", ...(type.zoned === true ? { zoned: true } : {}) }
    case "Interval":
      return { ...type, as: "Calendar" }
    case "List":
      return { ...type, element: slot(type.element) }
    case "Map":
      return { ...type, key: storedType(type.key), value: slot(type.value) }
    case "Struct":
      return { ...type, fields: type.fields.map(slot) }
    case "Custom":
      return { ...type, base: storedType(type.base) }
    case "Text":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int128":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
    case "Float":
    case "Double":
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Time":
    case "Uuid":
    case "Blob":
    case "Json":
    case "Enum":
      return type
  }
}

const expressionOf = (table: Table, column: TableColumn, dialect: Dialect): string => {
  const node = generatedOf(table)[column.field]
  if (node === undefined) {
    throw new Inexpressible(
      `the column of ${table.model.identifier}.${column.field}, which nothing says how to compute`,
      "Say it in the class of the model: static readonly generated = () => Generated.of(…)."
    )
  }
  const text = structureText(node, dialect)
  // SQL by hand is the column's expression as it is
  return node._tag === "Fragment" ? text : dialect.cast(text, column.type)
}

const defaultOf = (table: Table, column: TableColumn, dialect: Dialect): { readonly default?: string } => {
  switch (column.default?._tag) {
    case undefined:
      return {}
    case "Made":
      return { default: dialect.databaseDefault(column.default.kind, column.type) }
    case "Sql":
      return { default: sqlFor(column.default.sql, dialect) }
    case "Value":
      // others the application fills in alone
      return hasLiteral(column.type) ? { default: defaultLiteral(table, column, column.default.value, dialect) } : {}
  }
}

const defaultLiteral = (table: Table, column: TableColumn, value: unknown, dialect: Dialect): string => {
  const stored = rethrow(
    () => encodeValue({ _tag: "Value", value, slot: column, column }, dialect.features),
    NotStorable,
    ({ message }) =>
      new Inexpressible(
        `the default of ${table.model.identifier}.${column.field}`,
        `Give it another value: ${message}.`
      )
  )
  return literal(column.type, stored, dialect)
}

/** What the type alone does not keep out, and what the schema says besides. */
const checkOf = (table: Table, column: TableColumn, dialect: Dialect): ReadonlyArray<CheckStructure> => {
  const conditions = (column.computed ? computedConditions : plainConditions)(table, column, dialect)
  return conditions.length === 0
    ? []
    : [{ name: checkName(table.name, column.name), condition: conditions.join(" AND ") }]
}

const plainConditions = (_: Table, column: TableColumn, dialect: Dialect): ReadonlyArray<string> =>
  [dialect.check(column.type, dialect.identifier(column.name)), checkCondition(column, dialect)].filter((condition) =>
    condition !== undefined
  )

const computedConditions = (table: Table, column: TableColumn, dialect: Dialect): ReadonlyArray<string> =>
  column.nullable || dialect.generated.notNull ? [] : [`${expressionOf(table, column, dialect)} IS NOT NULL`]

const foreignKeyStructure = (table: Table, key: ForeignKey): ForeignKeyStructure => {
  const target = tableOf(key.model())
  if (table.database !== undefined) throw crossing(table, target)
  return {
    columns: key.columns.map(({ name }) => name),
    references: placeOf(target),
    targets: targetsOf(key).map(({ name }) => name),
    ...(key.onDelete === undefined ? {} : { onDelete: key.onDelete })
  }
}

/** DuckDB has no way to say so, not even where both tables are in the same of its attached databases. */
const crossing = (table: Table, target: Table): Inexpressible =>
  new Inexpressible(
    `a reference from ${table.fullName} to ${target.fullName} in an attached database`,
    "Make the field a plain one of the same type."
  )

/** A key that is an index rather than a constraint: because it has a name, or is one of the living alone. */
const uniqueIndexes = (
  living: TableColumn | undefined,
  table: Table,
  columns: ReadonlyArray<string>,
  dialect: Dialect
): ReadonlyArray<IndexStructure> => {
  if (living !== undefined) return [livingIndex(living, table, columns, dialect)]
  const name = table.indexNames.get(columns)
  return name === undefined ? [] : [{ name, on: columns.map(dialect.identifier), unique: true }]
}

const plainIndex = (table: Table, columns: ReadonlyArray<string>, dialect: Dialect): IndexStructure => ({
  name: table.indexNames.get(columns) ?? [table.name, ...columns, "index"].join("_"),
  on: columns.map(dialect.identifier),
  unique: false
})

/**
 * A key of the rows in which a column is null. An index of a part of the rows is also found by queries for these; where there is
 * none, the index holds nulls for the others, which are all different.
 */
const livingIndex = (
  living: TableColumn,
  table: Table,
  unique: ReadonlyArray<string>,
  dialect: Dialect
): IndexStructure => {
  const isLiving = `${dialect.identifier(living.name)} IS NULL`
  const name = table.indexNames.get(unique) ?? [table.name, ...unique, "living"].join("_")
  const on = unique.map(dialect.identifier)
  return dialect.features.partialIndexes
    ? { name, on, unique: true, where: isLiving }
    : { name, on: on.map((column) => `(CASE WHEN ${isLiving} THEN ${column} END)`), unique: true }
}
