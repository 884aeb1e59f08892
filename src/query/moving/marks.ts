/**
 * How far a move has come, in a table of the database that it goes to: one row for each table.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Column from "../../model/Column.ts"
import * as Model from "../../model/Model.ts"
import { tableOf } from "../../model/Table.ts"
import type { Database } from "../../session/Database.ts"
import { Conflict, type ReadError } from "../../session/OrmError.ts"
import { selectFrom } from "../../sql/ast.ts"
import type { CompiledQuery } from "../../sql/CompiledQuery.ts"
import { compileTableExists } from "../../sql/tableExists.ts"
import type { Side } from "./sides.ts"

class Mark extends Model.Class<Mark>("andamios/Mark")({
  name: Column.primaryKey(Schema.String),
  source: Schema.String,
  lastKey: Schema.NullOr(Schema.String),
  rows: Schema.Int,
  state: Schema.Literals(["emptying", "moving", "moved", "compared"])
}, {
  table: "andamios_move",
  columns: "snake_case",
  comment: "How far the rows of another database were moved into this one."
}) {}

/** How far one table has come: its rows until now, and the key of the last of them, as text. */
export interface Progress {
  readonly lastKey: string | null
  readonly rows: number
  readonly state: Mark["state"]
}

/** Nothing is moved yet. */
export const nothing: Progress = { lastKey: null, rows: 0, state: "moving" }

/** Whatever rows there are have to go before any is moved. */
export const emptied: Progress = { ...nothing, state: "emptying" }

/** The marks of a database, each by the name of its table. */
export type Marks = ReadonlyMap<string, Progress & { readonly source: string }>

const table = tableOf(Mark)
const alias = { name: table.name }
const everyMark = selectFrom<Mark>(
  { _tag: "TableSource", table, alias },
  { _tag: "Instance", source: alias, table, optional: false }
)

/** The marks that there are; none where no move was ever begun. */
export const readMarks = ({ database, session }: Side): Effect.Effect<Marks, ReadError> =>
  Effect.gen(function*() {
    const found = yield* database.read(compileTableExists(table, database.dialect))
    if (found.length === 0) return new Map()
    const marks = yield* session.run(everyMark)
    return new Map(marks.map(({ name, ...mark }) => [name, mark]))
  })

/** Makes the table of the marks, where there is none, with a mark for each of these tables that has none. */
export const beginMarks = Effect.fnUntraced(function*(
  { session }: Side,
  source: string,
  names: ReadonlyArray<string>
) {
  yield* session.createTables([Mark])
  if (names.length === 0) return
  const rows = names.map((name) => ({ name, source, ...nothing }))
  yield* session.run({ _tag: "Insert", table, rows, returning: false }).pipe(Effect.catchTag("Invalid", Effect.die))
})

/** Moves the mark of a table on, if nobody else did since it was as it is said to have been. */
export const moveMark = Effect.fnUntraced(function*(
  { database }: Side,
  name: string,
  before: Progress,
  after: Progress
) {
  const changed = yield* database.execute(advancing(database.dialect, name, before, after), table)
  if (changed !== 1) {
    return yield* new Conflict({
      reason: `another move into ${database.name} has gone on with table ${name} meanwhile`
    })
  }
})

const advancing = (
  { identifier, placeholder }: Database["Service"]["dialect"],
  name: string,
  before: Progress,
  after: Progress
): CompiledQuery<never> => {
  const text = { _tag: "Text" } as const
  const number = { _tag: "Int64", as: "number" } as const
  const set = [`last_key = ${placeholder(1, text)}`, `${identifier("rows")} = ${placeholder(2, number)}`]
  return {
    sql: `UPDATE andamios_move SET ${set.join(", ")}, state = ${placeholder(3, text)} WHERE name = ${
      placeholder(4, text)
    } AND ${identifier("rows")} = ${placeholder(5, number)} AND state = ${placeholder(6, text)}`,
    parameters: [
      { type: text, value: after.lastKey },
      { type: number, value: after.rows },
      { type: text, value: after.state },
      { type: text, value: name },
      { type: number, value: before.rows },
      { type: text, value: before.state }
    ],
    columns: [],
    shape: undefined
  }
}

/** Marks that all rows of these tables are to go, in one statement: from then on, whoever goes on begins them anew. */
export const markEmptied = ({ database }: Side, names: ReadonlyArray<string>) => {
  const { identifier, placeholder } = database.dialect
  const text = { _tag: "Text" } as const
  const listed = names.map((_, index) => placeholder(index + 1, text))
  return database.execute({
    sql: `UPDATE andamios_move SET last_key = NULL, ${identifier("rows")} = 0, state = 'emptying' WHERE name IN (${
      listed.join(", ")
    })`,
    parameters: names.map((value) => ({ type: text, value })),
    columns: [],
    shape: undefined
  }, table)
}
