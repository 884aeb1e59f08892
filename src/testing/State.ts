/**
 * What tables hold: put aside and put back, or compared with what a test expects.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { Database } from "../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../session/OrmError.ts"
import { differences } from "./rowDifferences.ts"
import { instancesIn, put, type StoredRows, taken } from "./storedRows.ts"

/**
 * The rows of some tables as they were.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  readonly tables: ReadonlyArray<StoredRows>
}

/**
 * Tables hold other rows than were expected; the message shows which.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { expectState, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   state: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // a test that is not caught prints the same
 * const test = expectState([Parcel, [{ state: "sent" }]]).pipe(
 *   Effect.catchTag("StateDiffers", ({ differences }) => Effect.log(differences.join("\n"))),
 *   Effect.provide(TestDatabase.layer([Parcel]))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class StateDiffers extends Schema.TaggedError<StateDiffers>()("StateDiffers", {
  /** For each table that differs, its rows that do, in columns. */
  differences: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return this.differences.join("\n\n")
  }
}

/**
 * The rows of the tables of these models, of one moment: all that are stored, be they deleted softly or another tenant's.
 *
 * @errors ReadError
 * @errors TransactionError
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { State, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   state: Schema.String
 * }, { table: "parcels" }) {}
 *
 * const test = Effect.gen(function*() {
 *   yield* Query.insert(Parcel).values([{ state: "packed" }, { state: "packed" }])
 *   const packed = yield* State.snapshot([Parcel])
 *
 *   yield* Query.update(Parcel).set(() => ({ state: "sent" })).everywhere()
 *   yield* State.restore(packed)
 * }).pipe(Effect.provide(TestDatabase.layer([Parcel])))
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const snapshot = (
  models: ReadonlyArray<Model.Stored>
): Effect.Effect<Snapshot, ReadError | TransactionError, Database> =>
  Effect.map(taken(models.map(tableOf)), (tables) => ({ tables }))

/**
 * Puts the rows of a snapshot in the place of those that its tables have now: all of it, or nothing. What refers to these tables has to
 * be in the snapshot with them, or refer to none of their rows. Numbers that the database gives go on behind those that it has given.
 *
 * DuckDB can't let go of rows in the transaction in which what referred to them is deleted. There it takes several transactions, in
 * which others may see the tables empty, and a failure puts back what was there.
 *
 * @errors ReadError
 * @errors WriteError where something else refers to the rows, for instance
 * @errors TransactionError
 *
 * @category operations
 * @since 0.1.0
 */
export const restore = (
  { tables }: Snapshot
): Effect.Effect<void, ReadError | WriteError | TransactionError, Database> => put(tables)

/**
 * Runs an effect, and puts the rows of these models' tables back to what they were before, whether it succeeds or not.
 *
 * @errors ReadError
 * @errors WriteError
 * @errors TransactionError
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { State, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.insert({ isbn: "978-0140444308" }).pipe(State.restoring([Book]))
 * }).pipe(Effect.provide(TestDatabase.layer([Book])))
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const restoring = (models: ReadonlyArray<Model.Stored>) =>
<A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ReadError | WriteError | TransactionError, R | Database> =>
  Effect.uninterruptibleMask((interruptible) =>
    Effect.flatMap(snapshot(models), (before) => Effect.onExit(interruptible(effect), () => restore(before)))
  )

/**
 * What a table is expected to hold: a model, and some or all fields of each row.
 *
 * @category models
 * @since 0.1.0
 */
export type Expected<M extends Model.Any> = readonly [
  model: M,
  rows: ReadonlyArray<{ readonly [Field in keyof M["Type"]]?: M["Type"][Field] }>
]

/**
 * Fails with `StateDiffers` where the tables of models hold other rows than these, whatever their order. Of each row only the fields
 * that are named are compared, and rows that are deleted softly or another tenant's count like all others. Reading them fails as any read
 * does: `ReadError`.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { expectState, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String
 * }, { table: "books" }) {}
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* books.insert({ isbn: "978-0140444308", title: "Les Misérables" })
 *   yield* expectState([Book, [{ title: "Les Misérables" }]])
 * }).pipe(Effect.provide(TestDatabase.layer([Book])))
 * ```
 *
 * @category assertions
 * @since 0.1.0
 */
export const expectState = <const Models extends ReadonlyArray<Model.Any>>(
  ...tables: { readonly [Index in keyof Models]: Expected<Models[Index]> }
): Effect.Effect<void, StateDiffers | ReadError, Database> =>
  Effect.gen(function*() {
    const expected: ReadonlyArray<Expected<Model.Any>> = tables
    const compared = yield* Effect.forEach(expected, ([model, rows]) => {
      const table = tableOf(model)
      return Effect.map(instancesIn(table), (found) => differences(table, rows, found))
    })
    const different = compared.filter((difference) => difference !== undefined)
    if (different.length > 0) return yield* new StateDiffers({ differences: different })
  })
