/**
 * Moves all rows of models from one database to another, such as from DuckDB to PostgreSQL.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { MoveDiffers, type MoveError, MoveRefused, MoveStopped } from "./moving/MoveError.ts"
import { type Moved, moving, type Progress } from "./moving/moving.ts"
import { preparing } from "./moving/preparing.ts"
import { open, type Place } from "./moving/sides.ts"
import { stopped } from "./moving/stopped.ts"

export { DifferentColumn, DifferentTable } from "./moving/MoveError.ts"
export { type Moved, MoveDiffers, type MoveError, MoveRefused, MoveStopped, type Place, type Progress }

/**
 * The databases of a move, and how it is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<out E1 = never, out R1 = never, out E2 = never, out R2 = never> {
  /** The database that the rows come from, which is only read. */
  readonly from: Place<E1, R1>
  /** The database that they go to: migrated, and without rows of these models. */
  readonly to: Place<E2, R2>
  /** Makes the tables that it lacks, as the models want them. */
  readonly createTables?: boolean
  /** Empties the tables of a move into it that did not come to its end, and begins anew; a run that is cut off goes on with that. */
  readonly restart?: boolean
}

/**
 * What a move would do.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan {
  /** The two databases, for people. */
  readonly from: string
  readonly to: string
  /** The tables in the order in which they are moved. */
  readonly tables: ReadonlyArray<{
    readonly table: string
    /** How many rows there are to move, and how many of them are in the target already. */
    readonly rows: number
    readonly moved: number
    readonly state: "waiting" | "moving" | "moved" | "compared"
  }>
}

/**
 * Copies all rows of models from one database to another, and compares both: each value of each column is read from the one and the
 * other, and has to be the same. What models make of rows has no part in it: rows that are deleted softly and those of all tenants
 * come along, versions and times stay as they are, no hook runs. Views and computed columns are left out.
 *
 * The rows of a table are copied in the order of their primary keys, `batchSize` at a time (10,000 by default), each batch in one
 * transaction with a mark in the table `andamios_move` of the target. A move that fails, is interrupted or killed goes on behind its
 * last batch when it is run again, and no row is there twice. A table whose primary key no mark can tell, or that has none, is
 * copied in one transaction. Numbers that the target gives to new rows go on behind the highest of those that came.
 *
 * Nobody should write to either database meanwhile: where somebody has, it fails with `MoveDiffers`. It fails with `MoveRefused`
 * where tables are missing or have rows, and with `MoveStopped` where one of the databases fails.
 *
 * @example
 * ```ts
 * import { Column, Model, Move } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect, Redacted, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String
 * }, { table: "books" }) {}
 *
 * const program = Move.run([Book], {
 *   from: DuckDb.layer({ path: "books.duckdb" }),
 *   to: Postgres.layer({ url: Redacted.make("postgres://localhost/books") }),
 *   onProgress: ({ done, total }) => Effect.log(`${done} of ${total} rows`)
 * })
 * ```
 *
 * @category moving
 * @since 0.1.0
 */
export const run = Effect.fn("Move.run")(
  function*<E1 = never, R1 = never, E2 = never, R2 = never>(
    models: ReadonlyArray<Model.Any>,
    { batchSize = 10_000, createTables = false, onProgress = () => Effect.void, restart = false, ...places }:
      & Options<E1, R1, E2, R2>
      & {
        readonly batchSize?: number
        /** Runs after each batch that is copied, and now and then while rows are compared. */
        readonly onProgress?: (progress: Progress) => Effect.Effect<void>
      }
  ): Effect.fn.Return<ReadonlyArray<Moved>, MoveError | E1 | E2, R1 | R2 | Scope.Scope> {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) return yield* noBatch(batchSize)
    const [from, to] = [yield* open(places.from), yield* open(places.to)]
    // two moves into one database would be in each other's way
    return yield* to.database.exclusively(
      moving(models.filter(isStored), from, to, { batchSize, createTables, restart, onProgress })
    ).pipe(Effect.mapError(stopped()))
  },
  Effect.scoped
)

/**
 * What `run` would do with these options. Nothing is written; it fails with `MoveRefused` where that would.
 *
 * @errors MoveError
 * @example
 * ```ts
 * import { Column, Model, Move } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Effect, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const program = Move.plan([Book], {
 *   from: DuckDb.layer({ path: "books.duckdb" }),
 *   to: DuckDb.layer({ path: "copy.duckdb" }),
 *   createTables: true
 * }).pipe(
 *   Effect.tap(({ tables }) => Effect.log(tables)),
 *   Effect.catchTag("MoveRefused", ({ instead, reason }) => Effect.log(`${reason}. ${instead}`)),
 *   Effect.catchTag("MoveStopped", ({ hint, table }) => Effect.log(`stopped at ${table}: ${hint}`)),
 *   Effect.catchTag("MoveDiffers", ({ tables }) => Effect.log(tables))
 * )
 * ```
 *
 * @category moving
 * @since 0.1.0
 */
export const plan = Effect.fn("Move.plan")(
  function*<E1 = never, R1 = never, E2 = never, R2 = never>(
    models: ReadonlyArray<Model.Any>,
    { createTables = false, restart = false, ...places }: Options<E1, R1, E2, R2>
  ): Effect.fn.Return<Plan, MoveError | E1 | E2, R1 | R2 | Scope.Scope> {
    const [from, to] = [yield* open(places.from), yield* open(places.to)]
    const { tables } = yield* Effect.mapError(
      preparing(models.filter(isStored), from, to, { createTables, restart }),
      stopped()
    )
    return {
      from: from.database.name,
      to: to.database.name,
      tables: tables.map(({ mark, moved, rows }) => ({
        table: moved.table.fullName,
        rows,
        moved: mark?.rows ?? 0,
        state: mark === undefined || mark.state === "emptying" ? "waiting" : mark.state
      }))
    }
  },
  Effect.scoped
)

const noBatch = (rows: number) =>
  new MoveRefused({
    reason: `There is no batch of ${rows} rows`,
    instead: "Give it a whole number of rows, at least one."
  })

const isStored = (model: Model.Any): model is Model.Stored => !tableOf(model).isView
