/**
 * Brings a database to the revision that a program wants, step by step, and back.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Model from "../model/Model.ts"
import { Database } from "../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
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
import type { MigrationPlan } from "./MigrationPlan.ts"
import type { Proof } from "./proof.ts"

/**
 * A revision that the database has.
 *
 * @category models
 * @since 0.1.0
 */
export interface Applied {
  readonly id: string
  readonly name: string
  /** The same for the same revision: another one tells that it was edited. */
  readonly checksum: string
  readonly appliedAt: DateTime.Utc
  readonly milliseconds: number
  /** Who applied it: the user of the process and the name of its machine, unless it was told otherwise. */
  readonly appliedBy: string
  /** Whether its steps were run, or the database was only said to have them. */
  readonly manner: "run" | "stamped"
}

/**
 * Where a database stands.
 *
 * @category models
 * @since 0.1.0
 */
export interface Status {
  readonly database: string
  readonly applied: ReadonlyArray<Applied>
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
 * What a revision did.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done {
  readonly id: string
  readonly name: string
  readonly direction: "up" | "down"
  readonly milliseconds: number
  /** What became of the rows, where it was asked to be proved. */
  readonly proof: Proof | undefined
}

/**
 * How revisions are run.
 *
 * @category models
 * @since 0.1.0
 */
export interface RunOptions {
  /** What may be lost, by the names that the plan has for it: `books`, `books.subtitle`; `"everything"` allows all. */
  readonly allowLoss?: ReadonlyArray<string> | "everything"
  /**
   * Runs a plan that may lose something, compares all rows before and after in the revision's own transaction, and rolls it back where
   * something was lost.
   */
  readonly prove?: boolean
  /** A proof that was made before; the plan has to be the same still, and what it does is compared again. */
  readonly proof?: Proof
  /** Told before each step is run. */
  readonly onStep?: (progress: Progress) => Effect.Effect<void>
}

/**
 * How far a run has come.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly revision: string
  readonly direction: "up" | "down"
  readonly step: string
  /** The number of steps before this one, and of all that will run. */
  readonly done: number
  readonly total: number
}

/**
 * What a plan can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type PlanError = TargetUnknown | HistoryDiffers | Irreversible | ReadError | WriteError | TransactionError

/**
 * What a run can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type RunError = PlanError | MigrationFailed | MigrationLocked | LossRefused | ProofStale

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
  readonly status: Effect.Effect<Status, ReadError | WriteError | TransactionError>
  /** What `up`, or `to`, would do. */
  readonly plan: (target?: string, direction?: "up" | "down" | "to") => Effect.Effect<MigrationPlan, PlanError>
  /** Carries out a plan on the real rows, tells what it does to them, and rolls it back. */
  readonly prove: (target?: string, direction?: "up" | "down" | "to") => Effect.Effect<Proof, RunError>
  /** Applies what is not applied yet, up to a target: all heads, if none is given. */
  readonly up: (target?: string, options?: RunOptions) => Effect.Effect<ReadonlyArray<Done>, RunError>
  /** Undoes revisions, down to a target, which stays: the last one alone, if none is given. */
  readonly down: (target?: string, options?: RunOptions) => Effect.Effect<ReadonlyArray<Done>, RunError>
  /** Undoes what is not on the way to a target, and applies what is. */
  readonly to: (target: string, options?: RunOptions) => Effect.Effect<ReadonlyArray<Done>, RunError>
  /** Says that the database has these revisions and all before them, and no others with `purge`, without running anything. */
  readonly stamp: (
    targets: ReadonlyArray<string>,
    options?: { readonly purge?: boolean }
  ) => Effect.Effect<ReadonlyArray<string>, PlanError | MigrationLocked>
  /** Fails unless everything is applied, and the database is what these models want. */
  readonly check: (
    models?: ReadonlyArray<Model.Stored>
  ) => Effect.Effect<void, NotUpToDate | HistoryDiffers | PlanError>
}>()("andamios/Migrator") {
  /** The migrator of the database below, which it brings to its heads when it is built, unless it is told otherwise. */
  static readonly layer = <R = never>(
    options: Options<R>
  ): Layer.Layer<Migrator, RevisionsInvalid | RunError | NotUpToDate, Database | Session | R> =>
    Layer.effect(this, make(options))
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
  )
  & {
    /** What becomes of the database when the Layer is built: it is brought up, asked whether it is, or left alone; `"up"` by default. */
    readonly onStart?: "up" | "check" | "nothing"
    /** The table of what was applied: `andamios_migrations`, if it is not given. */
    readonly table?: string
    /** Who applies revisions. */
    readonly appliedBy?: string
    /** How long to wait for somebody else who migrates the same database: a minute, if it is not given. */
    readonly wait?: Duration.Input
    /** How revisions are run on start. */
    readonly run?: RunOptions
  }

const make = <R>(
  _options: Options<R>
): Effect.Effect<Migrator["Service"], RevisionsInvalid | RunError | NotUpToDate, Database | Session | R> =>
  Effect.die("not yet")
