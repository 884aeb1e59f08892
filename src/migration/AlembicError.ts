/**
 * All that goes wrong between our migrations and those of Alembic.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A place in a file of Alembic, and what is wrong there.
 *
 * @category models
 * @since 0.1.0
 */
export const AlembicIssue = Schema.Struct({
  file: Schema.String,
  /** Counted from 1; none where the whole file is meant. */
  line: Schema.optionalKey(Schema.Int),
  reason: Schema.String
})

/**
 * A place in a file of Alembic, and what is wrong there.
 *
 * @category models
 * @since 0.1.0
 */
export type AlembicIssue = typeof AlembicIssue.Type

/**
 * Files of Alembic can't be read, or their revisions make no graph.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlembicInvalid extends Schema.TaggedError<AlembicInvalid>()("AlembicInvalid", {
  issues: Schema.Array(AlembicIssue)
}) {
  override get message(): string {
    return [
      "What Alembic has can't be read:",
      ...this.issues.map(({ file, line, reason }) => `  ${file}${line === undefined ? "" : `:${line}`}: ${reason}`)
    ].join("\n")
  }
}

/**
 * The database is at versions that no file of Alembic has, or its version table changed while a revision ran.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlembicUnknown extends Schema.TaggedError<AlembicUnknown>()("AlembicUnknown", {
  table: Schema.String,
  versions: Schema.Array(Schema.String),
  reason: Schema.Literals(["no file", "moved"])
}) {
  override get message(): string {
    const versions = this.versions.join(", ")
    switch (this.reason) {
      case "no file":
        return `${this.table} says ${versions}, and no revision file of Alembic does. Bring its files up to date, or run ` +
          "`alembic stamp`."
      case "moved":
        return `${this.table} doesn't say ${versions} any more: Alembic ran at the same time. Nothing is stored; run again.`
    }
  }
}

/**
 * Revisions that only Alembic can run have to be run first.
 *
 * @example
 * ```ts
 * import { Migrator } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const migrated = Migrator.up().pipe(
 *   Effect.catchTag("AlembicPending", ({ direction, targets }) =>
 *     Effect.fail(`run first: alembic ${direction === "up" ? "upgrade" : "downgrade"} ${targets.join(" ")}`)),
 *   Effect.catchTag("AlembicUnknown", ({ versions }) =>
 *     Effect.fail(`pull the files of Alembic: it has applied ${versions.join(", ")}`))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class AlembicPending extends Schema.TaggedError<AlembicPending>()("AlembicPending", {
  direction: Schema.Literals(["up", "down"]),
  revisions: Schema.Array(Schema.String),
  /** What to call Alembic with: a revision or several. */
  targets: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const verb = { up: "applied", down: "undone" }[this.direction]
    const command = { up: "upgrade", down: "downgrade" }[this.direction]
    return [
      `Revisions of Alembic have to be ${verb} first, and only Alembic can: ${this.revisions.join(", ")}.`,
      ...this.targets.map((target) => `Run: alembic ${command} ${target}`)
    ].join("\n")
  }
}
