/**
 * Checks rows by a model's insert schema, and tells everything that is wrong with one.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Model from "../model/Model.ts"
import { Invalid, type Issue } from "../session/OrmError.ts"

/** A row of model values by field. */
export type Row = Readonly<Record<string, unknown>>

/** Fills in the defaults of an input and checks it; `row` is its place among others. */
export const validator = <M extends Model.Any>(model: M) => {
  const isRow = compiledGuard(model)
  return (input: Model.Insert<M>, row: number): Effect.Effect<Row, Invalid> =>
    isRow(input) ? Effect.succeed(input) : Effect.mapError(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model's variants are structs, and structs make objects
      model.insert.makeEffect(input, { parseOptions: { errors: "all" } }) as Effect.Effect<Row, SchemaIssue.Issue>,
      (issue) => new Invalid({ model: model.identifier, row, issues: issuesOf(issue) })
    )
}

/** Tells a valid row that lacks no default, by code compiled for it: most rows of a large insert are such. */
const compiledGuard = (model: Model.Any): (input: unknown) => input is Row => {
  const schema = Schema.toType(model.insert)
  SchemaJITCompiler.enable(schema.ast)
  const isValid = Schema.is(schema)
  return (input): input is Row => isValid(input)
}

/** Decodes a row from elsewhere. */
export const rowDecoder = (model: Model.Any): (row: unknown) => Exit.Exit<Row, Schema.SchemaError> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model's variants are structs and need no services
  Schema.decodeUnknownExit(model.insert as unknown as Schema.Codec<Row>, { errors: "all" })

const formatter = SchemaIssue.makeFormatterStandardSchemaV1()

/** Each thing that is wrong, with its place. */
export const issuesOf = (issue: SchemaIssue.Issue): ReadonlyArray<Issue> =>
  formatter(issue).issues.map(({ message, path = [] }) => ({ message, path: path.map(String) }))
