/**
 * Makes the parts of SQL by hand out of what a program puts between its texts.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import type { ColumnType } from "../model/ColumnType.ts"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { AnyExpression } from "../sql/anyExpression.ts"
import type { TableSource } from "../sql/ast.ts"
import type { Session } from "../session/Session.ts"
import type { Expression, Services } from "../sql/Expression.ts"
import type { Node } from "../sql/node.ts"
import { ownAlias, type Raw, type RawPart } from "../sql/raw.ts"
import { numberSlot } from "../sql/slot.ts"
import { Query } from "./read.ts"

/**
 * A piece of SQL, which is text of the program and what was put into that. `R` are the services that it needs.
 *
 * @category models
 * @since 0.1.0
 */
export class Fragment<out R = never> {
  declare readonly "~services": R
  /** The text, and what is in it. */
  readonly raw: Raw
  constructor(raw: Raw) {
    this.raw = raw
  }
}

/** By which a model's columns are known for its rows. */
export const rows: unique symbol = Symbol.for("andamios/Sql/rows")

/**
 * A model's columns, which are also its rows where a query reads from them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rows<out R> {
  readonly [rows]: TableSource & { readonly "~services"?: R }
}

/**
 * What can be put into SQL: a value, which is always sent as a parameter, and what the program has made: columns and other
 * expressions, models, queries and fragments.
 *
 * @category models
 * @since 0.1.0
 */
export type Part =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | DateTime.Utc
  | BigDecimal.BigDecimal
  | Expression<unknown>
  | Model.Any
  | Rows<unknown>
  | Query<unknown, unknown>
  | Fragment<unknown>

/**
 * The services that parts need.
 *
 * @category models
 * @since 0.1.0
 */
export type PartServices<P> = P extends Fragment<infer R> ? R
  : P extends Rows<infer R> ? R
  : P extends Query<unknown, infer R> ? Exclude<R, Session>
  : P extends Expression<unknown, infer L> ? Services<L>
  : P extends Model.Any ? Model.Services<P>
  : never

/**
 * The services that parts of a statement which writes need: a model in it is only the name of its table.
 *
 * @category models
 * @since 0.1.0
 */
export type WrittenServices<P> = P extends Model.Any ? never : PartServices<P>

/** SQL by hand out of the texts of a template and its parts. */
export const rawOf = (texts: TemplateStringsArray, parts: ReadonlyArray<unknown>): Raw => {
  // only the texts of a template are known to be the program's own
  if (!isTemplate(texts) || texts.raw.length !== parts.length + 1) {
    return refused(
      "SQL that is no template",
      "Write it as a template, Sql.query(…)`SELECT …`, and put values into that."
    )
  }
  return { texts, parts: parts.map(partOf) }
}

/** What only a template can give: both lists of its texts can't be changed. */
const isTemplate = (texts: TemplateStringsArray): boolean =>
  [texts, texts.raw].every((list) => Array.isArray(list) && Object.isFrozen(list))

/** What stands for something that can't be sent. */
export const refused = (feature: string, instead: string): Raw => only({ _tag: "Refused", feature, instead })

/** A part by itself. */
export const only = (part: RawPart): Raw => ({ texts: ["", ""], parts: [part] })

const partOf = (part: unknown): RawPart => {
  if (part instanceof Fragment) return { _tag: "Fragment", raw: part.raw }
  if (part instanceof AnyExpression) return { _tag: "Expression", node: part.node }
  if (part instanceof Query) return { _tag: "Query", read: part.statement }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `Sql.columns` writes under the symbol
  if (Predicate.hasProperty(part, rows)) return { _tag: "Rows", source: part[rows] as TableSource }
  if (isModel(part)) {
    const table = tableOf(part)
    return { _tag: "Model", source: { _tag: "TableSource", table, alias: ownAlias(table) } }
  }
  // a null that has no type takes that of whatever it meets
  if (part === null) return { _tag: "Fragment", raw: { texts: ["NULL"], parts: [] } }
  const type = typeOf(part)
  if (type !== undefined) return { _tag: "Expression", node: valueOf(part, type) }
  return { _tag: "Refused", feature: `a value whose type JavaScript doesn't tell: ${describe(part)}`, instead: typed }
}

const typed = "Say its type: Sql.value(schema, value)."

const describe = (part: unknown): string =>
  Array.isArray(part) ? "an array" : part === undefined ? "undefined" : typeof part

/** Whether it is a model class. */
export const isModel = (part: unknown): part is Model.Any =>
  Predicate.isFunction(part) && "identifier" in part && "insert" in part && "update" in part

const valueOf = (value: unknown, type: ColumnType): Node => ({
  _tag: "Value",
  value,
  slot: { type, nullable: false },
  column: undefined
})

/** The type that a value of JavaScript is sent as. */
const typeOf = (value: unknown): ColumnType | undefined => {
  if (typeof value === "string") return { _tag: "Text" }
  if (typeof value === "boolean") return { _tag: "Boolean" }
  if (typeof value === "bigint") return { _tag: "Int64", as: "bigint" }
  if (typeof value === "number") return numberType(value)
  if (value instanceof Date) return { _tag: "Timestamp", as: "Date" }
  if (DateTime.isDateTime(value) && DateTime.isUtc(value)) return { _tag: "Timestamp", as: "DateTime" }
  return BigDecimal.isBigDecimal(value)
    ? numberSlot({ type: { _tag: "Int64", as: "number" }, nullable: false }, value).type
    : undefined
}

const numberType = (value: number): ColumnType => {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return { _tag: "Int32" }
  return Number.isSafeInteger(value) ? { _tag: "Int64", as: "number" } : { _tag: "Double" }
}
