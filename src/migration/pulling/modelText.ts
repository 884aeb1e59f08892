/**
 * The class of a model, as a person would write it, and what no model can say of its table.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../../sql/Dialect.ts"
import {
  type CheckStructure,
  fullName,
  type IndexStructure,
  type SqlText,
  type TableStructure
} from "../../sql/Structure.ts"
import { keyNames } from "../comparing/partNames.ts"
import { deletion, fieldText } from "./fieldText.ts"
import { docComment, enclosed, template } from "./layout.ts"
import { key } from "./names.ts"
import { bareWords } from "./plainWords.ts"
import type { PulledField, PulledKey, PulledModel } from "./pulled.ts"
import { schemaText } from "./schemaText.ts"

/**
 * What no model can say: the name of it that the differences between models and a database leave out, and why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unsaid {
  readonly what: string
  readonly reason: string
}

/** The text of a class, and what it does not say. */
export interface ModelText {
  readonly text: string
  readonly unsaid: ReadonlyArray<Unsaid>
}

/** The class of a model with these relations. */
export const modelText = (model: PulledModel, relations: ReadonlyArray<string>, dialect: Dialect): ModelText => {
  const { isView, name, table } = model
  const fields = model.fields.map((field) => ({ field, ...fieldText(model, field, dialect) }))
  const said = new Set(fields.map((field) => field.check))
  const checks = table.checks.filter((check) => !said.has(check))
  const keys = model.keys.filter((one) => fields.every((field) => field.key !== one))
  const indexes = table.indexes.map((index) => ({ index, text: indexText(model, index) }))
  const unsaid = [
    ...fields.flatMap((field) => field.unsaid === undefined ? [] : [[field.field.column.name, field.unsaid] as const]),
    ...table.columns.flatMap(({ generated, name: column }) =>
      typeof generated === "object" ? [[column, "its expression is written for several databases"] as const] : []
    ),
    ...indexes.flatMap(({ index, text }) => text === undefined ? [[index.name, reasonOf(index)] as const] : []),
    ...table.foreignKeys.filter((one) => model.keys.every((known) => known.key !== one)).map((one) =>
      [keyNames(one)[0], `${fullName(one.references)} is not among the models`] as const
    ),
    ...keys.concat(model.keys).filter(losesDeletion).map((one) =>
      [keyNames(one.key)[0], "what is never null can't be set to null"] as const
    )
  ].map(([part, reason]) => ({ what: `${fullName(table)}.${part}`, reason }))
  const options = [
    `${isView ? "view" : "table"}: ${JSON.stringify(table.name)}`,
    ...(table.schema === undefined ? [] : [`schema: ${JSON.stringify(table.schema)}`]),
    ...(model.naming === "asWritten" ? [] : [`columns: ${JSON.stringify(model.naming)}`]),
    ...list("indexes", [
      ...compositeUniques(model).map((names) => `Index.unique(${names})`),
      ...indexes.flatMap(({ text }) => text === undefined ? [] : [text])
    ]),
    ...list("references", keys.map(referenceText)),
    ...distributionText(model),
    ...(table.comment === undefined || isView ? [] : [`comment: ${JSON.stringify(table.comment)}`])
  ]
  const members = [
    ...member("relations", relations),
    ...wrapped("generated", `Generated.of(${name}, () => (`, expressions(model, dialect), "))"),
    ...wrapped("checks", `Check.of(${name}, () => (`, checksText(table, checks), "))")
  ]
  const comment = unsaid.length === 0
    ? table.comment
    : [
      ...(table.comment === undefined ? [] : [table.comment, ""]),
      "No model can say these parts of the table, and they are left alone:",
      ...unsaid.map(({ reason, what }) => `- ${what}: ${reason}`)
    ].join("\n")
  const head = `export class ${name} extends Model.${isView ? "View" : "Class"}<${name}>(${JSON.stringify(name)})(`
  const body = `{\n${fields.map(({ text }) => `  ${text}`).join(",\n")}\n}`
  const rest = members.length === 0 ? "{}" : `{\n${members.join("\n\n")}\n}`
  return {
    text: docComment(comment, 0) + enclosed(`${head}${body}, `, options, ["{", "}"], `) ${rest}\n`, 0),
    unsaid
  }
}

const losesDeletion = (one: PulledKey): boolean =>
  one.key.onDelete === "setNull" && deletion(one.key.onDelete, one.from) === ""

const list = (name: string, parts: ReadonlyArray<string>): ReadonlyArray<string> =>
  parts.length === 0 ? [] : [enclosed(`${name}: `, parts, ["[", "]"], "", 2)]

const member = (name: string, parts: ReadonlyArray<string>): ReadonlyArray<string> => wrapped(name, "(", parts, ")")

const wrapped = (name: string, before: string, parts: ReadonlyArray<string>, after: string): ReadonlyArray<string> =>
  parts.length === 0 ? [] : [enclosed(`  static readonly ${name} = () => ${before}`, parts, ["{", "}"], after, 2)]

const distributionText = (model: PulledModel): ReadonlyArray<string> => {
  const { distribution } = model.table
  if (distribution === undefined) return []
  if (distribution === "reference") return [`distribution: "reference"`]
  return [`distribution: { by: ${fieldNames(model, [distribution.by])} }`]
}

const compositeUniques = (model: PulledModel): ReadonlyArray<string> =>
  model.table.uniques.filter(({ columns }) => columns.length > 1).map(({ columns }) => fieldNames(model, columns))

const fieldNames = ({ fields }: PulledModel, columns: ReadonlyArray<string>): string =>
  columns.flatMap((name) => fields.filter(({ column }) => column.name === name))
    .map(({ field }) => JSON.stringify(field)).join(", ")

/** The index, where it is one of all rows by columns as they are. */
const indexText = (model: PulledModel, { name, on, unique, where }: IndexStructure): string | undefined => {
  const columns = on.map((part) => columnIn(model.fields, part)?.column.name)
  const known = columns.filter((column) => column !== undefined)
  if (where !== undefined || known.length < columns.length) return undefined
  const text = `Index.${unique ? "unique" : "on"}(${fieldNames(model, known)})`
  const isUsual = !unique && name === [model.table.name, ...known, "index"].join("_")
  return isUsual ? text : `Index.named(${JSON.stringify(name)}, ${text})`
}

const columnIn = (fields: ReadonlyArray<PulledField>, part: SqlText): PulledField | undefined =>
  typeof part === "string"
    ? fields.find(({ column }) => bareWords(part) === bareWords(`"${column.name.replaceAll("\"", "\"\"")}"`))
    : undefined

const reasonOf = ({ where }: IndexStructure): string =>
  where === undefined
    ? "an index by more than columns as they are"
    : "an index of a part of the rows"

const referenceText = ({ from, isCircular, key: { onDelete }, target, to }: PulledKey): string => {
  const names = (fields: ReadonlyArray<PulledField>) => fields.map(({ field }) => JSON.stringify(field)).join(", ")
  const model = `()${isCircular ? ": Model.Any" : ""} => ${target.name}`
  return `Reference.to([${names(from)}], ${model}, [${names(to)}]${deletion(onDelete, from)})`
}

const expressions = ({ fields }: PulledModel, dialect: Dialect): ReadonlyArray<string> =>
  fields.flatMap(({ column, field, type }) => {
    if (typeof column.generated !== "string") return []
    const schema = schemaText(type, dialect)
    const whole = column.nullable ? `Schema.NullOr(${schema})` : schema
    return [`${key(field)}: Sql.expression(${whole})${template(column.generated)}`]
  })

/** Checks by their names; those without one get one, by which the application tells them. */
const checksText = ({ name: table }: TableStructure, checks: ReadonlyArray<CheckStructure>): ReadonlyArray<string> => {
  const taken = new Set(checks.flatMap(({ name }) => name === undefined ? [] : [name]))
  return checks.flatMap(({ condition, name }) => {
    if (typeof condition !== "string") return []
    const free = name ?? freeName(taken, table)
    taken.add(free)
    return [`${key(free)}: Sql.expression(Schema.Boolean)${template(condition)}`]
  })
}

const freeName = (taken: ReadonlySet<string>, table: string): string => {
  let number = 1
  while (taken.has(`${table}_check${number}`)) number += 1
  return `${table}_check${number}`
}
