/**
 * What another migrator of the same database tells ours, and is told by it.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { ReadError, WriteError } from "../../session/OrmError.ts"
import type { AlembicPending, AlembicUnknown } from "../AlembicError.ts"
import type { Revision } from "../Migration.ts"

/**
 * What a run is about to do, by the ids of the revisions.
 *
 * @category models
 * @since 0.1.0
 */
export interface Intent {
  readonly up: ReadonlyArray<string>
  readonly down: ReadonlyArray<string>
  /** What the database has, ours and theirs. */
  readonly applied: ReadonlySet<string>
}

/**
 * Another migrator, whose revisions are nodes of our graph.
 *
 * @category models
 * @since 0.1.0
 */
export interface Companion {
  readonly name: string
  /** Its revisions, which have no steps of ours. One that ours have, too, is not among them: it is ours, with its steps. */
  readonly revisions: ReadonlyArray<Revision>
  /** The ids that its own history tells of, ours with the same ids included. */
  readonly ids: ReadonlySet<string>
  /** Those of its ids that the database has. */
  readonly applied: Effect.Effect<ReadonlySet<string>, ReadError | AlembicUnknown>
  /** Fails where the other migrator has to run first. */
  readonly admits: (intent: Intent) => Effect.Effect<void, AlembicPending>
  /**
   * Says in its history that a revision was applied, undone or stamped; it runs in the transaction of that revision. It fails for one of
   * its own, if only the other migrator writes its history.
   */
  readonly moved: (
    revision: string,
    direction: "up" | "down"
  ) => Effect.Effect<void, ReadError | WriteError | AlembicUnknown | AlembicPending>
}
