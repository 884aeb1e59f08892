/**
 * What makes statements slow or large without need, and the change that mends it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { type Asked, profileFindings } from "./profileFindings.ts"

export type { Asked } from "./profileFindings.ts"

/**
 * What was found:
 *
 * - `MissingIndex`: equal values are looked up in a large table, and no index begins with one of their columns;
 * - `CartesianProduct`: each row of one table meets each row of another;
 * - `JoinAcrossShards`: tables are joined whose rows may be on different servers;
 * - `CastColumn`: a column is cast to be compared, so that no index of it is used;
 * - `WideRows`: many whole rows of a table of many columns are read;
 * - `NoLimit`: many rows are read at once;
 * - `WritesInLoop`: rows are written one by one, or by statements that change none;
 * - `ReadsInLoop`: the same is asked again and again with other values.
 *
 * @category models
 * @since 0.1.0
 */
export type FindingTag = typeof FindingTag.Type

const FindingTag = Schema.Literals([
  "MissingIndex",
  "CartesianProduct",
  "JoinAcrossShards",
  "CastColumn",
  "WideRows",
  "NoLimit",
  "WritesInLoop",
  "ReadsInLoop"
])

/**
 * One finding, which can be written as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface Finding extends Schema.Schema.Type<typeof Finding> {}

/**
 * The schema of a finding.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Finding = Schema.Struct({
  _tag: FindingTag,
  /** The names of the tables that it is about, where it is known. */
  tables: Schema.Array(Schema.String),
  /** The names of the columns that it is about. */
  columns: Schema.Array(Schema.String),
  /** The step of the plan where it is, as the database calls it. */
  step: Schema.optionalKey(Schema.String),
  /** The text of the statement, where it is found in a profile. */
  sql: Schema.optionalKey(Schema.String),
  /** What it costs, as a sentence. */
  cost: Schema.String,
  /** The change to make, as a sentence with the code in it. */
  advice: Schema.String
})

/**
 * The findings of a profile: rows that are written one by one, and reads in a loop, from 20 calls on. A program that answers many
 * requests asks the same often without a loop, so profile one of them.
 *
 * @example
 * ```ts
 * import { Column, Finding, Model, Profiler, Repository } from "andamios-orm"
 * import { Console, Effect, Schema } from "effect"
 *
 * class User extends Model.Class<User>("User")({
 *   id: Column.primaryKey(Schema.Int),
 *   email: Schema.String
 * }, { table: "users" }) {}
 *
 * const imported = Effect.gen(function*() {
 *   const users = yield* Repository.make(User)
 *   yield* Effect.forEach([1, 2, 3], (id) => users.insert({ id, email: `${id}@example.org` }))
 * })
 *
 * const told = Effect.gen(function*() {
 *   const [, profile] = yield* Profiler.profile(imported)
 *   yield* Console.log(Finding.draw(Finding.ofProfile(profile)))
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofProfile = ({ statements }: { readonly statements: ReadonlyArray<Asked> }): ReadonlyArray<Finding> =>
  profileFindings(statements)

/**
 * The findings as a text: each with what it costs and the change to make.
 *
 * @example
 * ```ts
 * import { Column, Finding, Model, Query } from "andamios-orm"
 * import { Console, Effect, Schema } from "effect"
 *
 * class User extends Model.Class<User>("User")({
 *   id: Column.primaryKey(Schema.Int),
 *   email: Schema.String
 * }, { table: "users" }) {}
 *
 * const told = Effect.gen(function*() {
 *   const findings = yield* Query.from(User).where((user) => user.email.eq("ada@example.org")).findings
 *   yield* Console.log(Finding.draw(findings))
 * })
 * ```
 *
 * @category drawing
 * @since 0.1.0
 */
export const draw = (findings: ReadonlyArray<Finding>): string =>
  findings.length === 0 ? "Nothing was found." : findings.map(drawn).join("\n")

const drawn = ({ _tag, advice, columns, cost, sql, step, tables }: Finding): string => {
  const where = [tables.join(", "), columns.length === 0 ? "" : `(${columns.join(", ")})`, step ?? ""]
  return [
    [_tag, ...where].filter((part) => part !== "").join(" "),
    ...(sql === undefined ? [] : [`  ${sql}`]),
    `  costs: ${cost}`,
    `  advice: ${advice}`
  ].join("\n")
}
