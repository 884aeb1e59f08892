/**
 * Checks rows by a model's insert schema, and tells everything that is wrong with them.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { rowGuard } from "./guard.ts"
import { inRow, invalid } from "./invalid.ts"
import type { FieldIssue, Invalid } from "./OrmError.ts"

/** A row of model values by field. */
export type Row = Readonly<Record<string, unknown>>

/** Fills in the defaults of inputs and checks them. */
export const validator = <M extends Model.Any>(model: M) => {
  const guard = rowGuard(Schema.toType(model.insert).ast)
  const isRow = (input: unknown): input is Row => guard(input)

  const make = (input: Model.Insert<M>) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model's variants are structs, and structs make objects
    model.insert.makeEffect(input, { parseOptions: { errors: "all" } }) as Effect.Effect<Row, SchemaIssue.Issue>

  const rowOf = (input: Model.Insert<M>, row: number) =>
    isRow(input) ? Effect.succeed(input) : Effect.mapError(make(input), (issue) => ({ issue, row }))

  const rowsOf = (inputs: ReadonlyArray<Model.Insert<M>>) =>
    Effect.mapError(
      atOneInstant(Effect.validate(inputs, rowOf)),
      (failures) => invalid(model, failures, ({ issue, row }) => inRow(row, issuesOf(issue)))
    )

  const defaults = defaultsOf(model)
  /** Inputs that lack nothing but values that are always the same. */
  const filledIn = (inputs: ReadonlyArray<Model.Insert<M>>): ReadonlyArray<Row> | undefined => {
    if (Object.keys(defaults).length === 0) return undefined
    const rows = inputs.map((input) => Object.assign({}, defaults, input))
    return rows.every(isRow) ? rows : undefined
  }

  return (inputs: ReadonlyArray<Model.Insert<M>>): Effect.Effect<ReadonlyArray<Row>, Invalid> => {
    if (inputs.every(isRow)) return Effect.succeed(inputs)
    const rows = filledIn(inputs)
    return rows === undefined ? rowsOf(inputs) : Effect.succeed(rows)
  }
}

/** Stops the clock for an effect: the rows of one statement have one instant, whichever of their fields is filled in with it. */
const atOneInstant = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const milliseconds = clock.currentTimeMillisUnsafe()
    const nanoseconds = clock.currentTimeNanosUnsafe()
    return Effect.provideService(effect, Clock.Clock, {
      currentTimeMillisUnsafe: () => milliseconds,
      currentTimeMillis: Effect.succeed(milliseconds),
      currentTimeNanosUnsafe: () => nanoseconds,
      currentTimeNanos: Effect.succeed(nanoseconds),
      monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: clock.monotonicTimeNanos,
      sleep: (duration) => clock.sleep(duration)
    })
  })
/** The values that fields of a model have where an insert leaves them out. */
const defaultsOf = (model: Model.Any): Row =>
  Object.fromEntries(
    tableOf(model).columns.flatMap((column) =>
      column.default?._tag === "Value" ? [[column.field, column.default.value]] : []
    )
  )

/** Decodes a row from elsewhere. */
export const rowDecoder = (model: Model.Any): (row: unknown) => Exit.Exit<Row, Schema.SchemaError> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model's variants are structs and need no services
  Schema.decodeUnknownExit(model.insert as unknown as Schema.Codec<Row>, { errors: "all" })

const formatter = SchemaIssue.makeFormatterStandardSchemaV1()

/** Each thing that is wrong with a row. */
export const issuesOf = (issue: SchemaIssue.Issue): ReadonlyArray<FieldIssue> =>
  formatter(issue).issues.map(({ message, path = [] }) => ({ path: path.map(String), message }))
