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
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * const grams = Migration.column("weight", Type.int32)
 *
 * const steps: ReadonlyArray<Migration.Step> = [
 *   Migration.renameTable("packets", "parcels"),
 *   Migration.renameColumn("parcels", "town", "city"),
 *   // `using` makes kilograms of grams, and `back` grams of kilograms
 *   Migration.changeColumn("parcels", {
 *     from: grams,
 *     to: { ...grams, type: Type.decimal(9, 3) },
 *     using: "weight / 1000.0",
 *     back: "weight * 1000"
 *   }),
 *   Migration.addUnique("parcels", { name: "parcels_number_key", columns: ["number"] }),
 *   Migration.addCheck("parcels", { name: "parcels_weight_check", condition: "weight > 0" }),
 *   Migration.addForeignKey("parcels", { columns: ["customer_id"], references: { name: "customers" }, targets: ["id"] }),
 *   Migration.addPrimaryKey("stamps", { columns: ["code"] }),
 *   Migration.comment("parcels", { column: "weight", to: "kilograms" }),
 *   // by hand, with the way back
 *   Migration.execute("UPDATE parcels SET city = upper(city)", "UPDATE parcels SET city = lower(city)")
 * ]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export type Step<R = never> = Operation | Run<R>

/**
 * A revision: a node of the graph that leads from an empty database to what the models want.
 *
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * const weight = Migration.column("weight", Type.int32)
 *
 * // what is dropped is told whole, so that it is made again on the way back
 * const cleared: Migration.Revision = Migration.make({
 *   id: "77a0c5d1e8f4",
 *   name: "no more stamps",
 *   parents: ["8f2c41d09a7b"],
 *   up: [
 *     Migration.dropIndex("parcels", "parcels_city_index", ["city"]),
 *     Migration.dropCheck("parcels", { name: "parcels_weight_check", condition: "weight > 0" }),
 *     Migration.dropUnique("parcels", { name: "parcels_number_key", columns: ["number"] }),
 *     Migration.dropForeignKey("parcels", { columns: ["stamp"], references: { name: "stamps" }, targets: ["code"] }),
 *     Migration.dropColumn("parcels", weight),
 *     Migration.dropPrimaryKey("stamps", { columns: ["code"] }),
 *     Migration.dropTable({ name: "stamps", columns: [Migration.column("code", Type.text)] })
 *   ]
 * })
 * ```
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
 * @example
 * ```ts
 * import { Migration } from "andamios-orm"
 *
 * const states = { name: "parcel_state", values: ["packed", "sent"] }
 * const moreStates = { name: "parcel_state", values: ["packed", "sent", "lost"] }
 * const numbers = { name: "parcel_numbers", start: 1_000, increment: 1 }
 * const lost = { schema: "reports", name: "lost_parcels", sql: "SELECT * FROM parcels WHERE state = 'lost'" }
 *
 * // the first revision of a branch of its own, which needs another branch
 * const reports = Migration.make({
 *   id: "5b1e90c7aa42",
 *   name: "reports",
 *   labels: ["reports"],
 *   dependsOn: ["8f2c41d09a7b"],
 *   up: [
 *     Migration.createEnum(states),
 *     Migration.changeEnum(states, moreStates),
 *     Migration.createSequence(numbers),
 *     Migration.createSchema("reports"),
 *     Migration.createView(lost),
 *     Migration.distribute("parcels", { to: { by: "customer_id" } })
 *   ],
 *   // the same as without `down`: what undoes each step, last first
 *   down: [
 *     Migration.distribute("parcels", { from: { by: "customer_id" } }),
 *     Migration.dropView(lost),
 *     Migration.dropSchema("reports"),
 *     Migration.dropSequence(numbers),
 *     Migration.changeEnum(moreStates, states),
 *     Migration.dropEnum(states)
 *   ]
 * })
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R = never> {
  /** What it is told by, in the history and by those that follow it: unlike all others, and never changed. */
  readonly id: string
  /** What it does, in a few words. */
  readonly name?: string
  /** The revisions that it follows: none for the first of a branch, several for one that merges branches. */
  readonly parents?: ReadonlyArray<string>
  /** Names that its branch can be called by. */
  readonly labels?: ReadonlyArray<string>
  /** Revisions of other branches, by id or label, that have to be applied before it. */
  readonly dependsOn?: ReadonlyArray<string>
  /** What to do, in order. */
  readonly up: ReadonlyArray<Step<R>>
  /** The way back; what undoes `up`, if it is not given and every step of it knows how it is undone. */
  readonly down?: ReadonlyArray<Step<R>> | "irreversible"
  /** Whether all of it is one transaction, as it is if not given; `false` where a statement refuses to be in one. */
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
 * @example
 * ```ts
 * import { Migration, Type } from "andamios-orm"
 *
 * const up = [
 *   Migration.addColumn("parcels", Migration.column("city", Type.text, { default: "''" })),
 *   Migration.execute("UPDATE parcels SET city = 'unknown'", "UPDATE parcels SET city = ''")
 * ]
 *
 * // the update first, then the column
 * const down = Migration.reversed(up)
 * ```
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
 * @example
 * ```ts
 * import { Column, Migration, Model, Query, Type } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   address: Schema.String,
 *   city: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // SQL can't tell what part of an address is the city
 * const cities = Effect.gen(function*() {
 *   for (const { address, id } of yield* Query.from(Parcel).select((parcel) => ({ id: parcel.id, address: parcel.address }))) {
 *     const city = address.split(", ").at(-1) ?? ""
 *     yield* Query.update(Parcel).set(() => ({ city })).where((parcel) => parcel.id.eq(id))
 *   }
 * })
 *
 * export default Migration.make({
 *   id: "c2a91f04b6d3",
 *   name: "parcels have cities",
 *   parents: ["8f2c41d09a7b"],
 *   up: [
 *     Migration.addColumn("parcels", Migration.column("city", Type.text, { default: "''" })),
 *     Migration.run("takes cities out of addresses", cities, Effect.void)
 *   ]
 * })
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const run = <R = never>(
  name: string,
  effect: Effect.Effect<unknown, unknown, R>,
  undo?: Effect.Effect<unknown, unknown, R>
): Run<R> => ({ _tag: "Run", name, effect, undo })
