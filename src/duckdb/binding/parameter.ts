/**
 * Parameters of plain SQL that say their type.
 *
 * @since 0.1.0
 */
import * as Statement from "effect/sql/Statement"
import type { DuckDbType } from "../DuckDbType.ts"

/** A parameter with its type, as a piece of SQL. */
export interface TypedParameter extends Statement.Custom<"DuckDbParameter", DuckDbType<never>, unknown> {}

const typed = Statement.custom<TypedParameter>("DuckDbParameter")
const isTyped = Statement.isCustom<TypedParameter>("DuckDbParameter")

/**
 * A parameter of this type, for values whose own type isn't enough. It goes into a statement and into `sql.insert`, `sql.update`,
 * `sql.updateValues` and `sql.in`; the statement fails before it runs where the type does not hold the value exactly.
 *
 * @example
 * ```ts
 * import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const Tags = DuckDbType.LIST(DuckDbType.ENUM(["new", "sale"]))
 *
 * const offer = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`INSERT INTO offers VALUES (${DuckDb.parameter(Tags, ["new", null])})`
 *   yield* sql`INSERT INTO offers ${sql.insert({ tags: DuckDb.parameter(Tags, []) })}`
 * })
 * ```
 *
 * @category parameters
 * @since 0.1.0
 */
export const parameter = <A>(type: DuckDbType<A>, value: NoInfer<A> | null): Statement.Fragment =>
  Statement.fragment([typed(type, value, undefined)])

/** The parameter that a value bound to a statement stands for: where helpers make no SQL of it, it comes as the piece it was. */
export const typedParameter = (value: object): TypedParameter | undefined => {
  if (isTyped(value)) return value
  const [segment, ...more] = Statement.isFragment(value) ? value.segments : []
  return more.length === 0 && isTyped(segment) ? segment : undefined
}

/** The SQL of such a parameter. It says the type too, so that it is the same for every value. */
export const compileParameter = (
  custom: TypedParameter,
  placeholder: (value: unknown) => string
): readonly [sql: string, parameters: ReadonlyArray<unknown>] => [
  `CAST(${placeholder(custom)} AS ${custom.paramA.name})`,
  [custom]
]
