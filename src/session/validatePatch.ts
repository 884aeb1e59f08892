/**
 * Checks changes of rows by their model's schemas, and tells everything that is wrong with them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import type * as SchemaIssue from "effect/SchemaIssue"
import type * as Model from "../model/Model.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import { columnWith, tableOf } from "../model/Table.ts"
import { inRow, invalid } from "./invalid.ts"
import type { FieldIssue, Invalid, Issue } from "./OrmError.ts"
import { issuesOf, type Row } from "./validate.ts"

type Fields = Readonly<Record<string, Schema.Top>>

/** Checks changes, and fills in what the model's update variant makes by itself. */
export const patchValidator = (model: Model.Any) => {
  const { changeable, key, made } = fieldsOf(model)
  const known = new Set([...Object.keys(key), ...Object.keys(changeable)])
  const version = columnWith(tableOf(model), "Version")?.field
  const schemaOf = schemasOf(key, changeable, made)

  /** Whether nothing is missing in a change, and nothing wrong with it. */
  const isChange = (change: Row): boolean => {
    const given = Object.keys(change)
    return given.every((field) => known.has(field) && change[field] !== undefined) &&
      (version === undefined || given.includes(version)) &&
      schemaOf(given).isValid(change)
  }

  const check = (change: Row, row: number): Effect.Effect<Row, ReadonlyArray<Issue>> => {
    const given = Object.keys(change)
    const refused = [
      ...given.flatMap((field) => refusal(field, change[field], known)),
      ...(version === undefined || given.includes(version) ? [] : [unread(version)])
    ]
    return refused.length > 0
      ? Effect.fail(inRow(row, refused))
      : Effect.mapError(schemaOf(given).checked(change), (issue) => inRow(row, issuesOf(issue)))
  }

  return (changes: ReadonlyArray<Row>): Effect.Effect<ReadonlyArray<Row>, Invalid> =>
    changes.every(isChange) ? Effect.succeed(changes) : Effect.mapError(
      Effect.validate(changes, check),
      (failures) => invalid(model, failures, (issues) => issues)
    )
}

/**
 * Checks what fields of rows are set to that no key tells, and fills in what the model's update variant makes by itself. Fields that
 * expressions are set to are `computed`.
 */
export const changeValidator = (model: Model.Any) => {
  const { changeable, made } = fieldsOf(model)
  const version = columnWith(tableOf(model), "Version")?.field
  const known = new Set(Object.keys(changeable).filter((field) => field !== version))
  const schemaOfValues = schemasOf({}, changeable, made)

  return (change: Row, computed: ReadonlyArray<string>): Effect.Effect<Row, Invalid> => {
    const refused = [
      ...Object.keys(change).flatMap((field) => refusal(field, change[field], known)),
      ...computed.flatMap((field) => refusal(field, null, known))
    ]
    const schemaOf = computed.length === 0
      ? schemaOfValues
      : schemasOf({}, changeable, made.filter((field) => !computed.includes(field)))
    const checked = refused.length > 0
      ? Effect.fail(inRow(0, refused))
      : Effect.mapError(schemaOf(Object.keys(change)).checked(change), (issue) => inRow(0, issuesOf(issue)))
    return Effect.mapError(checked, (issues) => invalid(model, [issues], (all) => all))
  }
}

/** The schemas of changes by the fields that they give, each made once. */
const schemasOf = (key: Fields, changeable: Fields, made: ReadonlyArray<string>) => {
  const schemas = new Map<string, ReturnType<typeof checking>>()
  return (given: ReadonlyArray<string>) =>
    getOrInsert(schemas, JSON.stringify(given), () => {
      const fields = Object.entries(changeable).filter(([field]) => given.includes(field) || made.includes(field))
      return checking({ ...key, ...Object.fromEntries(fields) })
    })
}

/** The fields of a model's primary key, those that can change, and which of these have a new value with every change. */
const fieldsOf = (model: Model.Any) => {
  const key = tableOf(model).primaryKey.map(({ field }) => field)
  const schemas = (fields: Schema.Struct.Fields, holds: (field: string) => boolean): Fields =>
    Object.fromEntries(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model's fields are schemas
      Object.entries(fields as Fields).filter(([field]) => holds(field))
    )
  const changeable = schemas(model.update.fields, (field) => !key.includes(field))
  const made = Object.keys(changeable).filter((field) =>
    changeable[field]?.ast.context?.constructorDefault !== undefined
  )
  return { key: schemas(model.fields, (field) => key.includes(field)), changeable, made }
}

const checking = (fields: Fields) => {
  const schema = Schema.Struct(fields)
  const type = Schema.toType(schema)
  SchemaJITCompiler.enable(type.ast)
  const isValid = Schema.is(type)
  return {
    isValid,
    checked: (change: Row): Effect.Effect<Row, SchemaIssue.Issue> =>
      isValid(change) ? Effect.succeed(change) : schema.makeEffect(change, { parseOptions: { errors: "all" } })
  }
}

const unread = (version: string): FieldIssue => ({
  path: [version],
  message: "it is missing: a change carries the version that was read"
})

/** A value that is there and `undefined` could mean to keep the field, or to empty it: it is neither. */
const refusal = (field: string, value: unknown, known: ReadonlySet<string>): ReadonlyArray<FieldIssue> => {
  if (!known.has(field)) return [{ path: [field], message: "there is no such field to change" }]
  return value === undefined
    ? [{ path: [field], message: "it is undefined; leave the field out to keep what is stored" }]
    : []
}
