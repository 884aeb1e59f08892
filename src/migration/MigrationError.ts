/**
 * All that migrations fail with, beside what a database fails with.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const names = (list: ReadonlyArray<string>): string => list.length === 0 ? "none" : list.join(", ")

/**
 * The revisions make no graph: two have one id, a parent is missing, they go round in a circle, or a file holds none.
 *
 * @example
 * ```ts
 * import { Migrator } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Effect, Layer } from "effect"
 *
 * const Live = Migrator.layer({ directory: "migrations" }).pipe(
 *   Layer.tapError((error) =>
 *     error._tag === "RevisionsInvalid"
 *       ? Effect.forEach(error.issues, ({ reason, revision }) => Effect.logError(`${revision}: ${reason}`))
 *       : Effect.void
 *   ),
 *   Layer.provideMerge(DuckDb.layer({ path: "shop.duckdb" }))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class RevisionsInvalid extends Schema.TaggedError<RevisionsInvalid>()("RevisionsInvalid", {
  issues: Schema.Array(Schema.Struct({ revision: Schema.String, reason: Schema.String }))
}) {
  override get message(): string {
    return [
      "The revisions don't fit together:",
      ...this.issues.map(({ reason, revision }) => `  ${revision}: ${reason}`)
    ]
      .join("\n")
  }
}

/**
 * There is no such revision, or more than one.
 *
 * @category errors
 * @since 0.1.0
 */
export class TargetUnknown extends Schema.TaggedError<TargetUnknown>()("TargetUnknown", {
  target: Schema.String,
  reason: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `"${this.target}" is no revision to go to: ${this.reason}. There are: ${names(this.known)}.`
  }
}

/**
 * A revision failed, and nothing of it is stored, unless it runs outside of a transaction.
 *
 * @category errors
 * @since 0.1.0
 */
export class MigrationFailed extends Schema.TaggedError<MigrationFailed>()("MigrationFailed", {
  revision: Schema.String,
  direction: Schema.Literals(["up", "down"]),
  /** What it was doing, in words. */
  step: Schema.String,
  sql: Schema.optionalKey(Schema.String),
  reason: Schema.String,
  /** Whether what the revision did before is undone. */
  undone: Schema.Boolean,
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    const verb = { up: "was not applied", down: "was not undone" }[this.direction]
    const state = this.undone
      ? "Nothing of it is stored: mend it, and run again."
      : "It runs outside of a transaction, and what it did before is stored: look at the database before you run it again."
    return [
      `Revision ${this.revision} ${verb}: ${this.reason}`,
      `at: ${this.step}`,
      ...(this.sql === undefined ? [] : [`in: ${this.sql}`]),
      state
    ].join("\n")
  }
}

/**
 * Revisions that are applied are not what they were then, or not there any more.
 *
 * @category errors
 * @since 0.1.0
 */
export class HistoryDiffers extends Schema.TaggedError<HistoryDiffers>()("HistoryDiffers", {
  edited: Schema.Array(Schema.String),
  missing: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return [
      ...(this.edited.length === 0
        ? []
        : [
          `Edited after they were applied: ${
            names(this.edited)
          }. Undo the edit and write a new revision, or stamp them again if ` +
          "the database has what they say now."
        ]),
      ...(this.missing.length === 0
        ? []
        : [
          `Applied, and not among the revisions: ${
            names(this.missing)
          }. Bring back their files, or stamp the database with ` +
          "those that there are."
        ])
    ].join("\n")
  }
}

/**
 * A revision has no way back.
 *
 * @category errors
 * @since 0.1.0
 */
export class Irreversible extends Schema.TaggedError<Irreversible>()("Irreversible", { revision: Schema.String }) {
  override get message(): string {
    return `Revision ${this.revision} has no way back. Give it a \`down\`, or go back by a snapshot.`
  }
}

/**
 * The plan may lose what is stored, and nobody has proved that it doesn't, or allowed it.
 *
 * @category errors
 * @since 0.1.0
 */
export class LossRefused extends Schema.TaggedError<LossRefused>()("LossRefused", {
  losses: Schema.Array(Schema.Struct({ what: Schema.String, reason: Schema.String })),
  /** Whether it was tried, and this was lost; otherwise it may be. */
  proved: Schema.Boolean
}) {
  override get message(): string {
    return [
      this.proved ? "This would be lost:" : "This may be lost:",
      ...this.losses.map(({ reason, what }) => `  ${what}: ${reason}`),
      `${this.proved ? "" : "Prove on the real rows that it isn't, or a"}${this.proved ? "A" : ""}llow it by name: ${
        this.losses.map(({ what }) => what).join(", ")
      }`
    ].join("\n")
  }
}

/**
 * A proof is of another plan than the one that would run now.
 *
 * @category errors
 * @since 0.1.0
 */
export class ProofStale extends Schema.TaggedError<ProofStale>()("ProofStale", {
  proved: Schema.String,
  planned: Schema.String
}) {
  override get message(): string {
    return `The proof is of another plan (${this.proved}) than the one that would run now (${this.planned}). Prove it again.`
  }
}

/**
 * Somebody else migrates the same database, and has not come to an end in time.
 *
 * @category errors
 * @since 0.1.0
 */
export class MigrationLocked extends Schema.TaggedError<MigrationLocked>()("MigrationLocked", {
  database: Schema.String,
  milliseconds: Schema.Number
}) {
  override get message(): string {
    return `Somebody else has been migrating ${this.database} for ${this.milliseconds} ms. Nothing was done here: run again when ` +
      "they have come to an end."
  }
}

/**
 * The database is not what the models want, or has revisions that are still to be applied.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotUpToDate extends Schema.TaggedError<NotUpToDate>()("NotUpToDate", {
  pending: Schema.Array(Schema.String),
  differences: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return [
      ...(this.pending.length === 0
        ? []
        : [`Revisions that are not applied: ${names(this.pending)}. Run the migrator.`]),
      ...(this.differences.length === 0
        ? []
        : ["The database is not what the models want:", ...this.differences.map((one) => `  ${one}`)])
    ].join("\n")
  }
}
