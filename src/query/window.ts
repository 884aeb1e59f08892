/**
 * What can be made, for each row, of the rows around it.
 *
 * @since 0.1.0
 */
import type { Slot } from "../model/ColumnType.ts"
import * as Expression from "../sql/Expression.ts"
import type { Node, WindowFunction } from "../sql/node.ts"
import { integerText, operandOf } from "../sql/operand.ts"
import { type OverOptions, windowNode } from "../sql/over.ts"
import { slotOf, whole } from "../sql/slot.ts"

type Stage = "of each row" | "of a group" | Expression.Needs<unknown>

/** The stages of what a window is partitioned by. */
type Partitions<W> = W extends { readonly partitionBy: infer P } ? P extends Expression.Expression<unknown, infer L> ? L
  : P extends ReadonlyArray<Expression.Expression<unknown, infer L>> ? L
  : never
  : never

/**
 * A function that only a window has.
 *
 * @category models
 * @since 0.1.0
 */
export interface WindowOnly<A, L extends Expression.Stage = never> {
  /** For each row, or group, of those around it. */
  over<const W extends OverOptions<Expression.Expression<unknown, Stage>>>(
    window: W
  ): Expression.Windowed<W extends { readonly frame: object } ? A | null : A, L | Partitions<W>>
}

const windowed = <A, L extends Expression.Stage = never>(
  name: WindowFunction,
  given: ReadonlyArray<Node>,
  slot: Slot
): WindowOnly<A, L> => ({
  over: (window) => Expression.of(windowNode({ _tag: "WindowCall", name, arguments: given }, slot, window))
})

/** A rank, which no frame makes null. */
const ranked = (name: WindowFunction, type: Slot = whole): WindowOnly<number> => windowed(name, [], type)

const part: Slot = { type: { _tag: "Double" }, nullable: false }

/**
 * The place of a row in its window, from 1.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Race extends Model.Class<Race>("Race")({
 *   id: Column.primaryKey(Schema.Int),
 *   runner: Schema.String,
 *   seconds: Column.int32
 * }, { table: "races" }) {}
 *
 * const places = Query.from(Race).select((race) => {
 *   const window = { partitionBy: race.runner, orderBy: race.seconds.asc() }
 *   return {
 *     runner: race.runner,
 *     number: Query.rowNumber().over(window),
 *     rank: Query.rank().over(window),
 *     dense: Query.denseRank().over(window),
 *     percent: Query.percentRank().over(window),
 *     part: Query.cumeDist().over(window),
 *     quarter: Query.ntile(4).over(window)
 *   }
 * })
 * ```
 *
 * @category windows
 * @since 0.1.0
 */
export const rowNumber = (): WindowOnly<number> => ranked("row_number")

/**
 * The place of a row, from 1, the same for equal ones, with gaps behind them.
 *
 * @category windows
 * @since 0.1.0
 */
export const rank = (): WindowOnly<number> => ranked("rank")

/**
 * The place of a row, from 1, the same for equal ones, without gaps.
 *
 * @category windows
 * @since 0.1.0
 */
export const denseRank = (): WindowOnly<number> => ranked("dense_rank")

/**
 * The rank as a part of the rows, from 0 to 1.
 *
 * @category windows
 * @since 0.1.0
 */
export const percentRank = (): WindowOnly<number> => ranked("percent_rank", part)

/**
 * The part of the rows that come before a row or are equal to it, up to 1.
 *
 * @category windows
 * @since 0.1.0
 */
export const cumeDist = (): WindowOnly<number> => ranked("cume_dist", part)

/**
 * The number, from 1, of the part of the window that a row is in, where it is cut into so many parts of the same size.
 *
 * @category windows
 * @since 0.1.0
 */
export const ntile = (parts: number): WindowOnly<number> => windowed("ntile", [integerText(parts)], whole)

/** The value of another row, which may not be there. */
const beside = <A, L extends Expression.Stage>(
  name: "lag" | "lead",
  { node }: Expression.Expression<A, L>,
  rows: number,
  otherwise: ReadonlyArray<unknown>
): WindowOnly<A, L> => {
  const slot = slotOf(node)
  const further = otherwise.map((value) => operandOf(node, value))
  const nullable = slot.nullable || further.every((given) => slotOf(given).nullable)
  return windowed(name, [node, integerText(rows), ...further], { ...slot, nullable })
}

/**
 * The value of the row so many rows before, or another value where there is none.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Price extends Model.Class<Price>("Price")({
 *   day: Column.primaryKey(Column.date),
 *   cents: Column.int32
 * }, { table: "prices" }) {}
 *
 * const prices = Query.from(Price).select((price) => {
 *   const window = { orderBy: price.day.asc() }
 *   return {
 *     cents: price.cents,
 *     before: Query.lag(price.cents).over(window),
 *     behind: Query.lead(price.cents, 1, 0).over(window),
 *     first: Query.firstValue(price.cents).over(window),
 *     last: Query.lastValue(price.cents).over(window),
 *     third: Query.nthValue(price.cents, 3).over(window)
 *   }
 * })
 * ```
 *
 * @category windows
 * @since 0.1.0
 */
export function lag<A, L extends Stage>(
  expression: Expression.Expression<A, L>,
  rows?: number
): WindowOnly<A | null, L>
export function lag<A, L extends Stage>(
  expression: Expression.Expression<A, L>,
  rows: number,
  otherwise: NonNullable<A>
): WindowOnly<A, L>
export function lag(
  expression: Expression.Expression<unknown>,
  rows = 1,
  ...otherwise: ReadonlyArray<unknown>
): WindowOnly<unknown, Expression.Stage> {
  return beside("lag", expression, rows, otherwise)
}

/**
 * The value of the row so many rows behind, or another value where there is none.
 *
 * @category windows
 * @since 0.1.0
 */
export function lead<A, L extends Stage>(
  expression: Expression.Expression<A, L>,
  rows?: number
): WindowOnly<A | null, L>
export function lead<A, L extends Stage>(
  expression: Expression.Expression<A, L>,
  rows: number,
  otherwise: NonNullable<A>
): WindowOnly<A, L>
export function lead(
  expression: Expression.Expression<unknown>,
  rows = 1,
  ...otherwise: ReadonlyArray<unknown>
): WindowOnly<unknown, Expression.Stage> {
  return beside("lead", expression, rows, otherwise)
}

/**
 * The value of the frame's first row.
 *
 * @category windows
 * @since 0.1.0
 */
export const firstValue = <A, L extends Stage>({ node }: Expression.Expression<A, L>): WindowOnly<A, L> =>
  windowed("first_value", [node], slotOf(node))

/**
 * The value of the frame's last row, which is the current one and those equal to it unless the frame goes further.
 *
 * @category windows
 * @since 0.1.0
 */
export const lastValue = <A, L extends Stage>({ node }: Expression.Expression<A, L>): WindowOnly<A, L> =>
  windowed("last_value", [node], slotOf(node))

/**
 * The value of the frame's row at a place from 1; null where it has no such row.
 *
 * @category windows
 * @since 0.1.0
 */
export const nthValue = <A, L extends Stage>(
  { node }: Expression.Expression<A, L>,
  place: number
): WindowOnly<A | null, L> => windowed("nth_value", [node, integerText(place)], { ...slotOf(node), nullable: true })
