/**
 * Values chosen among others, made into another type, or given.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Schema from "effect/Schema"
import type { Slot } from "../model/ColumnType.ts"
import { slotOf as slotOfSchema } from "../model/slotOf.ts"
import { columnsOf } from "../model/Table.ts"
import { callNode, caseNode } from "../sql/call.ts"
import * as Expression from "../sql/Expression.ts"
import type { FunctionName } from "../sql/functions.ts"
import { literalNode } from "../sql/literalNode.ts"
import type { Node } from "../sql/node.ts"
import { columnValue, conditionOf, Expressed } from "../sql/operand.ts"
import { slotOf } from "../sql/slot.ts"

type Stage = Expression.Stage

/** Whether a value may be null. */
type MayBeNull<O> = O extends Expression.Expression<infer A> ? (null extends A ? true : false) : false

/** The stages of those that are expressions. */
type StagesOf<O> = O extends Expression.Expression<unknown, infer L> ? L : never

/** One of several values, which is null only where all of them are. */
type OneOf<A, L extends Stage, Rest extends ReadonlyArray<unknown>> = Expression.Of<
  NonNullable<A> | (false extends MayBeNull<Rest[number]> ? never : A & null),
  L | StagesOf<Rest[number]>
>

const call = <E>(name: FunctionName, first: Expression.Expression<unknown>, rest: ReadonlyArray<unknown>): E =>
  Expression.scope<E>(Expression.make(callNode(name, first.node, rest)))

/**
 * The first of these values that is not null.
 *
 * @category choices
 * @since 0.1.0
 */
export const coalesce = <A, L extends Stage, const Rest extends ReadonlyArray<Expression.Operand<A>>>(
  first: Expression.Expression<A, L>,
  ...rest: Rest
): OneOf<A, L, Rest> => call("coalesce", first, rest)

/**
 * The least of these values that are not null.
 *
 * @category choices
 * @since 0.1.0
 */
export const least = <A, L extends Stage, const Rest extends ReadonlyArray<Expression.Operand<A>>>(
  first: Expression.Expression<A, L>,
  ...rest: Rest
): OneOf<A, L, Rest> => call("least", first, rest)

/**
 * The greatest of these values that are not null.
 *
 * @category choices
 * @since 0.1.0
 */
export const greatest = <A, L extends Stage, const Rest extends ReadonlyArray<Expression.Operand<A>>>(
  first: Expression.Expression<A, L>,
  ...rest: Rest
): OneOf<A, L, Rest> => call("greatest", first, rest)

/**
 * The value, or null where it equals another one.
 *
 * @category choices
 * @since 0.1.0
 */
export const nullIf = <A, L extends Stage, L2 extends Stage = never>(
  expression: Expression.Expression<A, L>,
  value: Expression.Operand<A, L2>
): Expression.Of<A | null, L | NoInfer<L2>> => call("nullIf", expression, [value])

/**
 * Begins a choice: a value where a condition holds. Further branches follow with `when`, and what is there otherwise with
 * `otherwise`; without that it is null.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   note: Schema.NullOr(Schema.String),
 *   code: Schema.String,
 *   grams: Column.int32,
 *   measured: Column.int32
 * }, { table: "parcels" }) {}
 *
 * const labels = Query.from(Parcel).select((parcel) => ({
 *   size: Query.caseWhen(parcel.grams.lt(100), "letter").when(parcel.grams.lt(2000), "small").otherwise("large"),
 *   note: Query.coalesce(parcel.note, "none"),
 *   known: Query.nullIf(parcel.code, ""),
 *   most: Query.greatest(parcel.grams, parcel.measured),
 *   least: Query.least(parcel.grams, parcel.measured),
 *   text: Query.cast(parcel.grams, Schema.String),
 *   number: Query.tryCast(parcel.code, Column.int32),
 *   carrier: Query.literal("post")
 * }))
 * ```
 *
 * @category choices
 * @since 0.1.0
 */
export const caseWhen = <L extends Stage, const V extends Expression.BranchValue>(
  condition: Expression.Expression<boolean | null, L>,
  value: V
): Expression.Case<Expression.BranchOf<V>, L | StagesOf<V>> => {
  const node = value instanceof Expressed ? value.node : literalNode(value)
  return Expression.scope(Expression.make(caseNode([{ when: conditionOf(condition), value: node }], undefined)))
}

/** A nullable expression stays so. */
type Cast<A, S extends Schema.Top> = S["Type"] | (A & null)

const castNode = (node: Node, schema: Schema.Top, attempted: boolean): Node => {
  const { native, type } = slotOfSchema(schema.ast)
  const slot: Slot = { type, nullable: attempted || slotOf(node).nullable }
  return native
    ? { _tag: "Cast", operand: node, attempted, slot }
    : {
      _tag: "Refused",
      feature: "a cast to a schema that transforms its values",
      instead: "Cast to a schema whose values the database has, such as Schema.String or Column.int32."
    }
}

/**
 * The value as another type; the database fails where it is none. `Query.cast(person.name, Column.int32)`.
 *
 * @category choices
 * @since 0.1.0
 */
export const cast = <A, L extends Stage, S extends Schema.Top>(
  expression: Expression.Expression<A, L>,
  schema: S
): Expression.Of<Cast<A, S>, L> => Expression.of(castNode(expression.node, schema, false))

/**
 * The value as another type, and null where it is none, on databases that can.
 *
 * @category choices
 * @since 0.1.0
 */
export const tryCast = <A, L extends Stage, S extends Schema.Top>(
  expression: Expression.Expression<A, L>,
  schema: S
): Expression.Of<S["Type"] | null, L> => Expression.of(castNode(expression.node, schema, true))

/** Values that tell by themselves what they are stored as. */
type Plain = string | number | bigint | boolean | BigDecimal.BigDecimal | DateTime.Utc | Date

/**
 * A value as an expression; with a schema, it is what a column of that schema stores.
 *
 * @category choices
 * @since 0.1.0
 */
export function literal<A extends Plain>(value: A): Expression.Of<A, never>
export function literal<S extends Schema.Top>(value: S["Type"], schema: S): Expression.Of<S["Type"], never>
export function literal(value: unknown, schema?: Schema.Top): unknown {
  const [column] = schema === undefined ? [] : columnsOf("a literal", { value: schema })
  return Expression.make(
    column === undefined ? literalNode(value) : columnValue(value, column)
  )
}
