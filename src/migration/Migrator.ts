/**
 * Brings a database to the revision that a program wants, step by step, and back.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Model from "../model/Model.ts"
import type { Database } from "../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type * as Alembic from "./Alembic.ts"
import type { AlembicInvalid, AlembicPending, AlembicUnknown } from "./AlembicError.ts"
import type { DesiredOptions } from "./comparing/desired.ts"
import type { EffectLoader } from "./files/effectLoader.ts"
import type { Applied } from "./running/history.ts"
import { migrating } from "./running/migrating.ts"
import type { Revision } from "./Migration.ts"
import type {
  HistoryDiffers,
  Irreversible,
  LossRefused,
  MigrationFailed,
  MigrationLocked,
  NotUpToDate,
  ProofStale,
  RevisionsInvalid,
  TargetUnknown
} from "./MigrationError.ts"
import type { Direction, MigrationPlan } from "./MigrationPlan.ts"
import type { Proof } from "./proving/proof.ts"
import type { Revisions } from "./graph/revisions.ts"
import type { Done, PlanOptions, RunOptions } from "./running/running.ts"

export type { DesiredOptions } from "./comparing/desired.ts"
export type { EffectLoader } from "./files/effectLoader.ts"
export type { Applied } from "./running/history.ts"
export type { Direction } from "./MigrationPlan.ts"
export type { Revisions, Tie } from "./graph/revisions.ts"
export type { Done, PlanOptions, Progress, RunOptions } from "./running/running.ts"

/**
 * Where a database stands.
 *
 * @category models
 * @since 0.1.0
 */
export interface Status {
  readonly database: string
  readonly applied: ReadonlyArray<Applied>
  /** What only another migrator's own table tells that it has: Alembic's, or that of Effect's own migrator. */
  readonly elsewhere: ReadonlyArray<string>
  /** The revisions that only Alembic can run, applied or not. */
  readonly alembic: ReadonlyArray<string>
  /** The revisions that are still to be applied, in the order in which they would be. */
  readonly pending: ReadonlyArray<Revision<unknown>>
  /** The revisions that no other follows, of all that there are. */
  readonly heads: ReadonlyArray<string>
  /** Applied revisions that are not what they were when they were applied. */
  readonly edited: ReadonlyArray<string>
  /** Applied revisions that are not among the known ones. */
  readonly missing: ReadonlyArray<string>
}

/**
 * What telling where a database stands can fail with: the other migrator's history can say what nobody knows.
 *
 * @category errors
 * @since 0.1.0
 */
export type StatusError = ReadError | AlembicUnknown

/**
 * What a plan can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type PlanError = TargetUnknown | HistoryDiffers | Irreversible | MigrationFailed | AlembicUnknown | ReadError

/**
 * What a run can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type RunError =
  | PlanError
  | MigrationLocked
  | LossRefused
  | ProofStale
  | AlembicPending
  | WriteError
  | TransactionError

/**
 * What a stamp can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type StampError =
  | TargetUnknown
  | MigrationLocked
  | AlembicPending
  | StatusError
  | WriteError
  | TransactionError

/**
 * What a check can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type CheckError = NotUpToDate | HistoryDiffers | StatusError | WriteError | TransactionError

/**
 * Brings a database to a revision, and back. A target is a revision's id or the beginning of one, `head`, `heads`, `base`, `+2` or `-1`
 * from where the database stands, `8f2c+1`, or `billing@head` with the label of a branch.
 *
 * @category services
 * @since 0.1.0
 */
export class Migrator extends Context.Service<Migrator, {
  /** All revisions that there are, each behind those that it follows. */
  readonly revisions: ReadonlyArray<Revision<unknown>>
  /** How they hang together: heads, branches, and what needs what. */
  readonly graph: Revisions
  /** Where the database stands. It writes nothing: without a history, nothing is applied. */
  readonly status: Effect.Effect<Status, StatusError>
  /** What `up`, `down` or `to` would do. */
  readonly plan: (
    target?: string,
    direction?: Direction,
    options?: PlanOptions
  ) => Effect.Effect<MigrationPlan, PlanError>
  /** Carries out a plan on the real rows, tells what it does to them, and rolls it back. */
  readonly prove: (target?: string, direction?: Direction, options?: PlanOptions) => Effect.Effect<Proof, RunError>
  /** Applies what is not applied yet, up to a target: all heads, if none is given. */
  readonly up: (target?: string, options?: RunOptions) => Effect.Effect<ReadonlyArray<Done>, RunError>
  /** Undoes revisions, down to a target, which stays: the last one alone, if none is given. */
  readonly down: (target?: string, options?: RunOptions) => Effect.Effect<ReadonlyArray<Done>, RunError>
  /** Undoes what is not on the way to a target, and applies what is. */
  readonly to: (target: string, options?: RunOptions) => Effect.Effect<ReadonlyArray<Done>, RunError>
  /**
   * Says that the database has these revisions and all before them, and no others with `purge`, without running anything. Returns those
   * that it had not, or not as they are now.
   */
  readonly stamp: (
    targets: ReadonlyArray<string>,
    options?: { readonly purge?: boolean }
  ) => Effect.Effect<ReadonlyArray<string>, StampError>
  /** Fails unless everything is applied, and the database is what these models want. */
  readonly check: (
    models?: ReadonlyArray<Model.Any>,
    wanted?: DesiredOptions
  ) => Effect.Effect<void, CheckError>
}>()("andamios/Migrator") {
  /** The migrator of the database below, which it brings to its heads when it is built, unless it is told otherwise. */
  static readonly layer = <R = never>(
    options: Options<R>
  ): Layer.Layer<Migrator, RevisionsInvalid | AlembicInvalid | RunError | NotUpToDate, Database | Session | R> =>
    Layer.effect(this, migrating(options))
}

/**
 * Where the revisions of a migrator come from, and what it does with them.
 *
 * @category models
 * @since 0.1.0
 */
export type Options<R = never> =
  & (
    /** A directory of revisions: `*.ts` and `*.js` files whose default export is one, and pairs of `*.up.sql` and `*.down.sql`. */
    | { readonly directory: string }
    | { readonly revisions: ReadonlyArray<Revision<R>> }
    /**
     * Migrations that were written for Effect's own `Migrator`: what its loaders load. What that applied, as its table tells, is applied;
     * the table is `effect_sql_migrations`, if none is given.
     */
    | { readonly loader: EffectLoader<R>; readonly effectTable?: string }
  )
  & {
    /** What becomes of the database when the Layer is built: it is brought up, asked whether it is, or left alone; `"up"` by default. */
    readonly onStart?: "up" | "check" | "nothing"
    /** The table of what was applied: `andamios_migrations`, if it is not given. */
    readonly table?: string
    /** Alembic, which shares the database: its revisions are nodes of the same graph, that only it can run. */
    readonly alembic?: Alembic.Options
    /** Who applies revisions. */
    readonly appliedBy?: string
    /** How long to wait for somebody else who migrates the same database: a minute, if it is not given. */
    readonly wait?: Duration.Input
    /** How revisions are run on start. */
    readonly run?: RunOptions
  }

/**
 * The migrator of the database below; see `Options`.
 *
 * @errors RevisionsInvalid
 * @errors AlembicInvalid
 * @errors RunError where `onStart` is `"up"`, as it is by default
 * @errors NotUpToDate where it is `"check"`
 *
 * @example
 * ```ts
 * import { Migration, Migrator, Type } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Layer } from "effect"
 *
 * const books = Migration.make({
 *   id: "8f2c41d09a7b",
 *   up: [Migration.createTable({ name: "books", columns: [Migration.column("isbn", Type.text)] })]
 * })
 *
 * // the database is brought to its heads when the program starts
 * const Live = Migrator.layer({ revisions: [books] }).pipe(
 *   Layer.provideMerge(DuckDb.layer({ path: ":memory:" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: typeof Migrator.layer = (options) => Migrator.layer(options)

/**
 * Where the database stands. Fails as `StatusError` says.
 *
 * @example
 * ```ts
 * import { MigrationPlan, Migrator } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const deployed = Effect.gen(function*() {
 *   const { edited, missing, pending } = yield* Migrator.status
 *   yield* Effect.log(`${pending.length} to be applied, ${edited.length} edited, ${missing.length} missing`)
 *
 *   // what would run, and what it may lose
 *   const plan = yield* Migrator.plan()
 *   yield* Effect.log(plan.revisions.flatMap(({ steps }) => steps.map(({ what }) => what)))
 *   yield* Effect.log(MigrationPlan.lossesOf(plan))
 *
 *   // tried on the real rows, and then done if nothing else is to happen
 *   const proof = yield* Migrator.prove()
 *   return yield* Migrator.up(undefined, { proof })
 * }).pipe(
 *   Effect.catchTag("MigrationFailed", ({ revision, step }) => Effect.fail(`${revision} stopped at: ${step}`)),
 *   Effect.catchTag("LossRefused", ({ losses }) => Effect.fail(`allow it by name: ${losses.map(({ what }) => what).join(", ")}`)),
 *   Effect.catchTag("ProofStale", () => Effect.fail("somebody has changed the plan meanwhile")),
 *   Effect.catchTag("MigrationLocked", () => Effect.fail("somebody else migrates")),
 *   Effect.catchTag("HistoryDiffers", ({ edited }) => Effect.fail(`edited after they were applied: ${edited.join(", ")}`))
 * )
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const status: Effect.Effect<Status, StatusError, Migrator> = Effect.flatMap(Migrator, ({ status: now }) => now)

/**
 * What `up`, `down` or `to` would do.
 *
 * @errors PlanError
 *
 * @category accessors
 * @since 0.1.0
 */
export const plan = (
  target?: string,
  direction?: Direction,
  options?: PlanOptions
): Effect.Effect<MigrationPlan, PlanError, Migrator> =>
  Effect.flatMap(Migrator, (migrator) => migrator.plan(target, direction, options))

/**
 * Carries out a plan on the real rows, tells what it does to them, and rolls it back.
 *
 * @errors RunError
 *
 * @category accessors
 * @since 0.1.0
 */
export const prove = (
  target?: string,
  direction?: Direction,
  options?: PlanOptions
): Effect.Effect<Proof, RunError, Migrator> =>
  Effect.flatMap(Migrator, (migrator) => migrator.prove(target, direction, options))

/**
 * Applies what is not applied yet, up to a target: all heads, if none is given.
 *
 * @errors RunError
 *
 * @category accessors
 * @since 0.1.0
 */
export const up = (
  target?: string,
  options?: RunOptions
): Effect.Effect<ReadonlyArray<Done>, RunError, Migrator> =>
  Effect.flatMap(Migrator, (migrator) => migrator.up(target, options))

/**
 * Undoes revisions, down to a target, which stays: the last one alone, if none is given.
 *
 * @errors RunError
 *
 * @example
 * ```ts
 * import { Migrator } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const back = Effect.gen(function*() {
 *   // the last revision; all behind another; and to the head of a branch, up or down
 *   yield* Migrator.down()
 *   yield* Migrator.down("8f2c41d09a7b")
 *   yield* Migrator.to("reports@head")
 * }).pipe(
 *   Effect.catchTag("Irreversible", ({ revision }) => Effect.fail(`${revision} has no way back`)),
 *   Effect.catchTag("TargetUnknown", ({ known }) => Effect.fail(`there are only ${known.join(", ")}`))
 * )
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const down = (
  target?: string,
  options?: RunOptions
): Effect.Effect<ReadonlyArray<Done>, RunError, Migrator> =>
  Effect.flatMap(Migrator, (migrator) => migrator.down(target, options))

/**
 * Undoes what is not on the way to a target, and applies what is.
 *
 * @errors RunError
 *
 * @category accessors
 * @since 0.1.0
 */
export const to = (target: string, options?: RunOptions): Effect.Effect<ReadonlyArray<Done>, RunError, Migrator> =>
  Effect.flatMap(Migrator, (migrator) => migrator.to(target, options))

/**
 * Says that the database has these revisions and all before them, without running anything.
 *
 * @errors StampError
 *
 * @example
 * ```ts
 * import { Column, Migrator, Model } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * // a database whose tables somebody else has made
 * const adopted = Effect.andThen(Migrator.stamp(["heads"]), Migrator.check([Parcel])).pipe(
 *   Effect.catchTag("NotUpToDate", ({ differences, pending }) => Effect.logError("differs", differences, pending))
 * )
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const stamp = (
  targets: ReadonlyArray<string>,
  options?: { readonly purge?: boolean }
): Effect.Effect<ReadonlyArray<string>, StampError, Migrator> =>
  Effect.flatMap(Migrator, (migrator) => migrator.stamp(targets, options))

/**
 * Fails unless everything is applied, and the database is what these models want.
 *
 * @errors CheckError
 *
 * @category accessors
 * @since 0.1.0
 */
export const check = (
  models?: ReadonlyArray<Model.Any>,
  wanted?: DesiredOptions
): Effect.Effect<void, CheckError, Migrator> => Effect.flatMap(Migrator, (migrator) => migrator.check(models, wanted))
