/**
 * A field of a model, as a person would write it.
 *
 * @since 0.1.0
 */
import { checkName, columnName } from "../../model/naming.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import type { CheckStructure } from "../../sql/Structure.ts"
import { type Checked, checked } from "./checkText.ts"
import { withDefault } from "./defaultText.ts"
import { key } from "./names.ts"
import type { PulledField, PulledKey, PulledModel } from "./pulled.ts"
import { schemaText } from "./schemaText.ts"

/** A field, and what of its table it says. */
export interface FieldText {
  readonly text: string
  /** The check that its schema says. */
  readonly check: CheckStructure | undefined
  /** The key that it says. */
  readonly key: PulledKey | undefined
  /** Why it is not numbered by the database, though its column is. */
  readonly unsaid: string | undefined
}

/** The text of a field. */
export const fieldText = (model: PulledModel, field: PulledField, dialect: Dialect): FieldText => {
  const { column } = field
  const { primaryKey, uniques } = model.table
  const check = checkOf(model, field)
  const values = check?.found ?? { type: field.type, checks: [] }
  const inKey = primaryKey?.columns.includes(column.name) === true
  const isNumbered = column.identity === true && inKey && numbering.includes(field.type._tag) && !column.nullable
  const reference = isNumbered ? undefined : model.keys.find((one) => isOf(one, field, dialect))
  const isUnique = uniques.some(({ columns }) => columns.length === 1 && columns[0] === column.name)
  const steps: ReadonlyArray<readonly [applies: boolean, step: (inner: string) => string]> = [
    [column.nullable, (inner) => `Schema.NullOr(${inner})`],
    [column.generated !== undefined, (inner) => `Column.generated(${inner})`],
    [isNumbered, (inner) => `Column.serial(${inner})`],
    [
      column.default !== undefined && column.generated === undefined && !isNumbered,
      (inner) => withDefault(inner, values.type, column.default ?? "", dialect)
    ],
    [isUnique, (inner) => `Column.unique(${inner})`],
    [reference !== undefined, (inner) => reference === undefined ? inner : referenceText(inner, reference)],
    [inKey && !isNumbered, (inner) => `Column.primaryKey(${inner})`],
    [
      columnName(field.field, model.naming) !== column.name,
      (inner) => `Column.named(${JSON.stringify(column.name)}, ${inner})`
    ],
    [
      column.comment !== undefined,
      (inner) => `Column.comment(${inner}, ${JSON.stringify(column.comment)})`
    ]
  ]
  const text = steps.reduce((inner, [applies, step]) => applies ? step(inner) : inner, valuesText(values, dialect))
  return {
    text: `${key(field.field)}: ${text}`,
    check: check?.check,
    key: reference,
    unsaid: column.identity === true && !isNumbered
      ? "a model numbers the rows in a column of the primary key alone"
      : undefined
  }
}

const numbering = ["Int16", "Int32", "Int64"]

const checkOf = (model: PulledModel, { column, type }: PulledField) => {
  const name = checkName(model.table.name, column.name)
  const check = model.table.checks.find((one) => one.name === name)
  if (check === undefined || typeof check.condition !== "string") return undefined
  const found = checked(check.condition, column.name, type)
  return found === undefined ? undefined : { check, found }
}

const valuesText = ({ checks, schema, type }: Checked, dialect: Dialect): string => {
  const plain = schema ?? schemaText(type, dialect)
  return checks.length === 0 ? plain : `${plain}.check(${checks.join(", ")})`
}

/** Whether a key is of this field alone, and its values are stored alike on both sides. */
const isOf = ({ from, to }: PulledKey, field: PulledField, dialect: Dialect): boolean => {
  const [target] = to
  return from.length === 1 && from[0] === field && target !== undefined &&
    target.type._tag === field.type._tag && dialect.columnType(target.type) === dialect.columnType(field.type)
}

const referenceText = (inner: string, { from, isCircular, key: { onDelete }, target, to }: PulledKey): string => {
  const model = `()${isCircular ? ": Model.Any" : ""} => ${target.name}`
  return `Column.references(${inner}, ${model}, ${JSON.stringify(to[0]?.field)}${deletion(onDelete, from)})`
}

/** What becomes of the row; nothing is set to null that can't be. */
export const deletion = (onDelete: PulledKey["key"]["onDelete"], from: ReadonlyArray<PulledField>): string =>
  onDelete === undefined || (onDelete === "setNull" && from.some(({ column }) => !column.nullable))
    ? ""
    : `, { onDelete: ${JSON.stringify(onDelete)} }`
