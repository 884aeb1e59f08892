/**
 * What keeps a move from its end.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The move was not begun, or not gone on with: nothing was changed. `table` is the one that it is about, and `rows` what it has in the
 * target, where that is the reason.
 *
 * @category errors
 * @since 0.1.0
 */
export class MoveRefused extends Schema.TaggedError<MoveRefused>()("MoveRefused", {
  table: Schema.optionalKey(Schema.String),
  rows: Schema.optionalKey(Schema.Int),
  reason: Schema.String,
  instead: Schema.String
}) {
  override get message(): string {
    return `${this.reason}. ${this.instead}`
  }
}

/**
 * One of the databases failed on the way. Each batch is stored together with the mark of how far the move has come, so the same move
 * goes on behind the last one when it is run again. `rows` is how many of the table are in the target; `cause` is what failed.
 *
 * @category errors
 * @since 0.1.0
 */
export class MoveStopped extends Schema.TaggedError<MoveStopped>()("MoveStopped", {
  table: Schema.optionalKey(Schema.String),
  rows: Schema.optionalKey(Schema.Int),
  reason: Schema.String,
  hint: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message(): string {
    const place = this.table === undefined ? "" : ` at table ${this.table}`
    const behind = this.rows === undefined ? "" : `, behind ${this.rows} rows of it`
    const hint = this.hint === undefined ? "" : `\nhint: ${this.hint}`
    return `The move stopped${place}${behind}: ${this.reason}${hint}\nWhat is moved stays: run the same move again to go on.`
  }
}

/**
 * A column whose values are not the same in both databases, with the fingerprint that it has in each, and whether its type is one of
 * `Column.custom`.
 *
 * @category models
 * @since 0.1.0
 */
export const DifferentColumn = Schema.Struct({
  column: Schema.String,
  from: Schema.String,
  to: Schema.String,
  isCustom: Schema.Boolean
})

/**
 * A table that is not the same in both databases: how many rows it has in each, and the columns that differ.
 *
 * @category models
 * @since 0.1.0
 */
export const DifferentTable = Schema.Struct({
  table: Schema.String,
  from: Schema.Int,
  to: Schema.Int,
  columns: Schema.Array(DifferentColumn)
})

/**
 * All is copied, and the two databases are not the same: somebody changed rows of the one or the other meanwhile.
 *
 * @category errors
 * @since 0.1.0
 */
export class MoveDiffers extends Schema.TaggedError<MoveDiffers>()("MoveDiffers", {
  tables: Schema.Array(DifferentTable)
}) {
  override get message(): string {
    const lines = this.tables.flatMap(({ columns, from, table, to }) => [
      `  ${table}: ${from} rows in the source, ${to} in the target`,
      ...columns.map((one) => `  ${table}.${one.column}: ${one.from} in the source, ${one.to} in the target`)
    ])
    const custom = this.tables.flatMap(({ columns, table }) =>
      columns.filter(({ isCustom }) => isCustom).map(({ column }) => `${table}.${column}`)
    )
    return [
      "All is copied, and it is not the same: rows were changed in the source or in the target while they were moved.",
      ...lines,
      ...(custom.length === 0
        ? []
        : [
          `Or the databases write values of a custom type each in its own way, in ${
            custom.join(", ")
          }: give that column a ` +
          "schema that decodes both to the same value."
        ]),
      "Let nobody write to either, and move again from the beginning: with `restart`, on the command line `--restart`."
    ].join("\n")
  }
}

/**
 * What a move can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type MoveError = MoveRefused | MoveStopped | MoveDiffers
