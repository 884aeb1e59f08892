/**
 * Revisions of a database: what to change, and how to go back, as plain values in files.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import { type Operation, reverse } from "../sql/operation.ts"

export type { Operation } from "../sql/operation.ts"
export * from "./changes.ts"

/**
 * A step of a revision that is an effect: a change of rows which SQL can't say. `R` are the services that it needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Run<out R = never> {
  readonly _tag: "Run"
  /** What it does, for people; it stands for the effect in the revision's checksum. */
  readonly name: string
  readonly effect: Effect.Effect<unknown, unknown, R>
  readonly undo: Effect.Effect<unknown, unknown, R> | undefined
}

/**
 * A step of a revision.
 *
 * @category models
 * @since 0.1.0
 */
export type Step<R = never> = Operation | Run<R>

/**
 * A revision: a node of the graph that leads from an empty database to what the models want.
 *
 * @category models
 * @since 0.1.0
 */
export interface Revision<out R = never> {
  readonly id: string
  /** What it does, in a few words. */
  readonly name: string
  /** The revisions that it follows: none for the first of a branch, several for one that merges branches. */
  readonly parents: ReadonlyArray<string>
  /** Names that its branch can be called by. */
  readonly labels: ReadonlyArray<string>
  /** Revisions of other branches, by id or label, that have to be applied before it. */
  readonly dependsOn: ReadonlyArray<string>
  readonly up: ReadonlyArray<Step<R>>
  /** The way back; undefined where there is none. */
  readonly down: ReadonlyArray<Step<R>> | undefined
  /** Whether all of it is one transaction, which it is unless a statement refuses to be in one. */
  readonly transaction: boolean
  /** What tells whether it was edited, where it is not told by its steps. */
  readonly source?: string | undefined
}

/**
 * What a revision is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R = never> {
  readonly id: string
  readonly name?: string
  readonly parents?: ReadonlyArray<string>
  readonly labels?: ReadonlyArray<string>
  readonly dependsOn?: ReadonlyArray<string>
  readonly up: ReadonlyArray<Step<R>>
  /** The way back; what undoes `up`, if it is not given and every step of it knows how it is undone. */
  readonly down?: ReadonlyArray<Step<R>> | "irreversible"
  readonly transaction?: boolean
}

/**
 * Makes a revision.
 *
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * export default Migration.make({
 *   id: "8f2c41d09a7b",
 *   name: "books have prices",
 *   parents: ["1d0b7c3e55aa"],
 *   up: [
 *     Migration.addColumn("books", Migration.column("price", Type.decimal(12, 2), { default: "0" })),
 *     Migration.createIndex("books", "books_price_index", ["price"])
 *   ]
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R = never>(options: Options<R>): Revision<R> => {
  const { dependsOn = [], down, id, labels = [], name = "", parents = [], transaction = true, up } = options
  const back = down === "irreversible" ? undefined : down ?? reversed(up)
  return { id, name, parents, labels, dependsOn, up, down: back, transaction }
}

/**
 * The steps that undo others, last first; undefined where nobody has said how to undo one of them.
 *
 * @category conversions
 * @since 0.1.0
 */
export const reversed = <R>(steps: ReadonlyArray<Step<R>>): ReadonlyArray<Step<R>> | undefined => {
  const undone = steps.toReversed().map((step) => step._tag === "Run" ? undoneRun(step) : reverse(step))
  const known = undone.filter((step) => step !== undefined)
  return known.length === undone.length ? known : undefined
}

const undoneRun = <R>({ effect, name, undo }: Run<R>): Run<R> | undefined =>
  undo === undefined ? undefined : { _tag: "Run", name, effect: undo, undo: effect }

/**
 * Runs an effect, in the revision's transaction, and `undo` on the way back.
 *
 * @category operations
 * @since 0.1.0
 */
export const run = <R = never>(
  name: string,
  effect: Effect.Effect<unknown, unknown, R>,
  undo?: Effect.Effect<unknown, unknown, R>
): Run<R> => ({ _tag: "Run", name, effect, undo })
