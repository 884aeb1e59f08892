/**
 * What a unit of work has written, as data: to be logged, sent elsewhere, or replayed on another database.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Model from "../model/Model.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Step } from "./flushPlan.ts"
import type { Row } from "./validate.ts"

const values = Schema.Record(Schema.String, Schema.Json)

/**
 * One row that was inserted, changed or deleted. `model` is the identifier of its model, and `key` its primary key by field. `values` are
 * all stored fields of an inserted row, those of a changed one that differ, and none of a deleted one. Values are as the model's JSON
 * codec makes them, those of sensitive fields too.
 *
 * @category models
 * @since 0.1.0
 */
export class Change extends Schema.Class<Change>("andamios/Change")({
  model: Schema.String,
  operation: Schema.Literals(["insert", "update", "delete"]),
  key: values,
  values
}) {}

/** The changes that steps have made, row by row. */
export const changesOf = (steps: ReadonlyArray<Step>): ReadonlyArray<Change> =>
  steps.flatMap((step) => {
    const { table } = step
    const { model, primaryKey } = table
    const encode = encoderOf(model)
    const toChange = (operation: Change["operation"], columns: ReadonlyArray<TableColumn>) => (row: Row) => {
      const all = encode(row)
      return new Change({
        model: model.identifier,
        operation,
        key: picked(all, primaryKey),
        values: picked(all, columns)
      })
    }
    switch (step._tag) {
      case "Insert":
        return step.after.map(toChange("insert", table.columns.filter(({ computed }) => !computed)))
      case "Update":
        return step.after.map(toChange("update", step.set))
      case "Delete":
        return step.before.map(toChange("delete", []))
    }
  })

type Json = typeof values.Type

const picked = (row: Json, columns: ReadonlyArray<TableColumn>): Json => {
  const fields = new Set(columns.map(({ field }) => field))
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.has(field)))
}

const encoders = new WeakMap<Model.Any, (row: Row) => Json>()

const encoderOf = (model: Model.Any): (row: Row) => Json =>
  getOrInsert(
    encoders,
    model,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a model needs no services, and its instances are objects
    () => Schema.encodeUnknownSync(Schema.toCodecJson(model) as unknown as Schema.Codec<unknown, Json>)
  )
