/**
 * How databases say the functions of values.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { signatures } from "./signature.ts"

/**
 * A function of values.
 *
 * @category models
 * @since 0.1.0
 */
export type FunctionName = keyof typeof signatures

/**
 * What a database lacks, and what to do instead.
 *
 * @category models
 * @since 0.1.0
 */
export interface Missing {
  readonly _tag: "Missing"
  readonly instead: string
}

/**
 * How a database says a call: from the texts of its arguments and their types, and the type of what it gives.
 *
 * @category models
 * @since 0.1.0
 */
export type Spelling = (texts: ReadonlyArray<string>, types: ReadonlyArray<ColumnType>, type: ColumnType) => string

/**
 * What a database has not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const missing = (instead: string): Missing => ({ _tag: "Missing", instead })

/**
 * A call of a function by its name in SQL.
 *
 * @category constructors
 * @since 0.1.0
 */
export const named = (name: string): Spelling => (texts) => `${name}(${texts.join(", ")})`

/**
 * A call as a template, in which `#1` stands for the first argument, and so on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const template = (text: string): Spelling => (texts) =>
  text.replaceAll(/#(\d)/g, (_, place: string) => String(texts[Number(place) - 1]))

/** What cuts a fraction off; integers have none. */
const fraction = (name: string): Spelling => (texts, _, type) =>
  type._tag === "Int64" ? texts.join("") : `${name}(${texts.join(", ")})`

/**
 * What databases say alike.
 *
 * @category constructors
 * @since 0.1.0
 */
export const shared = {
  coalesce: named("coalesce"),
  nullIf: named("nullif"),
  least: named("least"),
  greatest: named("greatest"),
  grouping: template("CAST(grouping(#1) AS BIGINT)"),
  lower: named("lower"),
  upper: named("upper"),
  trimStart: named("ltrim"),
  trimEnd: named("rtrim"),
  substring: template("substring(#1, CAST(greatest(#2, 0) + 1 AS INTEGER), CAST(greatest(#3, 0) AS INTEGER))"),
  left: template("left(#1, CAST(greatest(#2, 0) AS INTEGER))"),
  right: template("right(#1, CAST(greatest(#2, 0) AS INTEGER))"),
  replace: named("replace"),
  repeat: template("repeat(#1, CAST(greatest(#2, 0) AS INTEGER))"),
  indexOf: template("CAST(strpos(#1, #2) - 1 AS BIGINT)"),
  equalsIgnoringCase: template("(lower(#1) = lower(#2))"),
  abs: named("abs"),
  floor: fraction("floor"),
  ceil: fraction("ceil"),
  negate: template("(-#1)"),
  sign: template("CAST(CASE WHEN #1 > 0 THEN 1 WHEN #1 < 0 THEN -1 WHEN #1 IS NOT NULL THEN 0 END AS BIGINT)"),
  // outside of what they are defined for, databases fail or disagree: there is no such number
  sqrt: template("(CASE WHEN #1 >= 0 THEN sqrt(#1) END)"),
  ln: template("(CASE WHEN #1 > 0 THEN ln(#1) END)"),
  power: template(
    "(CASE WHEN NOT ((#1 = 0 AND #2 < 0) OR (#1 < 0 AND #2 <> trunc(#2))) THEN power(#1, #2) END)"
  ),
  join: named("array_to_string")
} satisfies Partial<Record<FunctionName, Spelling>>
