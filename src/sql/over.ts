/**
 * Windows: the rows around each row of which something is made.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type { Slot } from "../model/ColumnType.ts"
import { callNode } from "./call.ts"
import type { Bound, Frame, Node, Order, Window } from "./node.ts"
import { integerText, valueAt } from "./operand.ts"
import { isNumber, numberSlot, slotOf, whole } from "./slot.ts"

/**
 * An end of a frame: so many rows, groups of equal rows, or so much of what the rows are sorted by, before or behind the current row.
 */
type FrameBound =
  | "unbounded preceding"
  | "current row"
  | "unbounded following"
  | { readonly preceding: number | Duration.Duration }
  | { readonly following: number | Duration.Duration }

/** The ends of a frame, both included. */
type Bounds = readonly [from: FrameBound, to: FrameBound]

/**
 * The rows of a window that count for a row, told by rows, by a range of what they are sorted by, or by groups of equal rows.
 */
type FrameOptions =
  & ({ readonly rows: Bounds } | { readonly range: Bounds } | { readonly groups: Bounds })
  & {
    /** Leaves out the current row, all that are equal to it, or those without itself. */
    readonly exclude?: "current row" | "group" | "ties"
  }

/**
 * The rows around each row: those that are equal in `partitionBy`, in an order, and of these the frame.
 *
 * @category models
 * @since 0.1.0
 */
export interface OverOptions<Partition = { readonly node: Node }> {
  readonly partitionBy?: Partition | ReadonlyArray<Partition>
  readonly orderBy?: Order | ReadonlyArray<Order>
  readonly frame?: FrameOptions
}

/** Something made, for each row, of the rows around it. */
export const windowNode = (
  called: Window["function"],
  slot: Slot,
  { frame, orderBy = [], partitionBy = [] }: OverOptions
): Window => {
  const orders = "node" in orderBy ? [orderBy] : orderBy
  return {
    _tag: "Window",
    function: called,
    partitionBy: ("node" in partitionBy ? [partitionBy] : partitionBy).map(({ node }) => node),
    orderBy: orders,
    frame: frame && frameOf(frame, orders[0]),
    // a frame may have no rows
    slot: frame === undefined || called._tag === "Aggregate" && called.kind === "count"
      ? slot
      : { ...slot, nullable: true }
  }
}

const frameOf = (frame: FrameOptions, order: Order | undefined): Frame => {
  const { bounds: [from, to], unit } = "rows" in frame
    ? { unit: "ROWS", bounds: frame.rows } as const
    : "range" in frame
    ? { unit: "RANGE", bounds: frame.range } as const
    : { unit: "GROUPS", bounds: frame.groups } as const
  const by = (offset: number | Duration.Duration) => unit === "RANGE" ? rangeOf(offset, order) : countOf(offset)
  return { unit, from: boundOf(from, by), to: boundOf(to, by), exclude: exclusions[frame.exclude ?? "nothing"] }
}

const exclusions = {
  "nothing": undefined,
  "current row": "CURRENT ROW",
  "group": "GROUP",
  "ties": "TIES"
} as const

const boundOf = (bound: FrameBound, by: (offset: number | Duration.Duration) => Node): Bound => {
  if (bound === "current row") return { _tag: "CurrentRow" }
  if (bound === "unbounded preceding") return { _tag: "Unbounded", side: "PRECEDING" }
  if (bound === "unbounded following") return { _tag: "Unbounded", side: "FOLLOWING" }
  return "preceding" in bound
    ? { _tag: "Offset", side: "PRECEDING", by: by(bound.preceding) }
    : { _tag: "Offset", side: "FOLLOWING", by: by(bound.following) }
}

const countOf = (offset: number | Duration.Duration): Node =>
  typeof offset === "number" && offset >= 0 ? integerText(offset) : refusedOffset

const rangeOf = (offset: number | Duration.Duration, order: Order | undefined): Node => {
  if (order === undefined) return refusedOffset
  const slot = slotOf(order.node)
  if (typeof offset !== "number") {
    return callNode("microseconds", valueAt(Math.round(Duration.toMillis(offset) * 1000), whole))
  }
  return isNumber(slot.type) ? valueAt(offset, numberSlot(slot, offset)) : refusedOffset
}

const refusedOffset: Node = {
  _tag: "Refused",
  feature: "a frame of such an offset",
  instead: "Count rows and groups with whole numbers; a range has one order, by numbers or by times with a Duration."
}
