/**
 * Makes migrators: reads a history, plans from it, and carries the plans out, one runner at a time.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../../model/Model.ts"
import { Database } from "../../session/Database.ts"
import { Session } from "../../session/Session.ts"
import { empty } from "../../sql/Structure.ts"
import * as Alembic from "../Alembic.ts"
import type { AlembicInvalid } from "../AlembicError.ts"
import { applying, type Course } from "./applying.ts"
import type { Companion } from "./companion.ts"
import type { DesiredOptions } from "../comparing/desired.ts"
import { differences as differing } from "../comparing/differences.ts"
import { directoryOf } from "../files/directory.ts"
import { appliedByEffect } from "./effectHistory.ts"
import { fromEffectLoader } from "../files/effectLoader.ts"
import { differencesOf, entryOf, historyIn, withoutHistory } from "./history.ts"
import { ledgerOf, nobody } from "./ledger.ts"
import { inTurn } from "./lock.ts"
import type { Revision } from "../Migration.ts"
import { HistoryDiffers, NotUpToDate, ProofStale, type RevisionsInvalid } from "../MigrationError.ts"
import type { Direction } from "../MigrationPlan.ts"
import type { Migrator, Options, RunError, Status } from "../Migrator.ts"
import { movesTo } from "./pending.ts"
import { planned } from "../planning/planned.ts"
import { described } from "../planning/planSteps.ts"
import { processOwner } from "./processOwner.ts"
import { revisionsOf } from "../graph/revisions.ts"
import type { PlanOptions, RunOptions } from "./running.ts"
import { destination, standing } from "../graph/targets.ts"

/** The migrator of a database, which it brings to its heads first, unless it is told otherwise. */
export const migrating = Effect.fnUntraced(function*<R>(
  options: Options<R>
): Effect.fn.Return<
  Migrator["Service"],
  RevisionsInvalid | AlembicInvalid | RunError | NotUpToDate,
  Database | Session | R
> {
  const database = yield* Database
  const ours = yield* given(options)
  const alembic = options.alembic === undefined ? nobody : yield* Alembic.companion(options.alembic, ours)
  const byEffect = "loader" in options ? appliedByEffect(database, ours, options.effectTable) : Effect.succeed([])
  const companion: Companion = {
    ...alembic,
    applied: Effect.zipWith(
      alembic.applied,
      byEffect,
      (theirs, before) => new Set([...theirs, ...before.map(({ id }) => id)])
    )
  }
  const revisions = yield* Effect.fromResult(revisionsOf([...ours, ...companion.revisions]))
  const table = historyIn(database, yield* Session, options.table ?? "andamios_migrations")
  const history = ledgerOf(table, companion, revisions)
  const appliedBy = options.appliedBy ?? (yield* processOwner)
  const { apply, prove: carryOutAndUndo } = applying({
    database,
    history,
    appliedBy,
    services: yield* Effect.context()
  })
  const exclusively = inTurn(database, options.wait ?? "1 minute")

  const status = Effect.gen(function*() {
    const { applied, elsewhere, ids } = yield* history.read
    return {
      database: database.name,
      applied,
      elsewhere,
      alembic: alembic.revisions.map(({ id }) => id),
      pending: revisions.ordered.filter(({ id }) => !ids.includes(id)),
      heads: revisions.heads,
      ...differencesOf(revisions, applied)
    } satisfies Status
  }).pipe(Effect.withSpan("Migrator.status"))

  /** The plan for a target as the database stands now. */
  const chart = Effect.fnUntraced(function*(target: string, direction: Direction, run: RunOptions) {
    const { applied, ids } = yield* history.read
    const { edited, missing } = differencesOf(revisions, applied)
    if (run.tolerateHistory !== true && edited.length + missing.length > 0) {
      return yield* new HistoryDiffers({ edited, missing })
    }
    const wanted = yield* Effect.fromResult(destination(revisions, ids, target, direction))
    const moves = movesTo(revisions, ids, wanted)
    const before = moves.length === 0 ? empty : withoutHistory(history)(yield* database.introspect)
    const plan = yield* planned(database, moves, before, ids)
    return { plan, moves, options: run, place: applied.at(-1)?.place ?? 0, applied: new Set(ids) } satisfies Course
  })

  /** A plan that may be carried out: who shares the database has nothing to do before. */
  const admitted = Effect.fnUntraced(function*(target: string, direction: Direction, run: RunOptions) {
    const course = yield* chart(target, direction, run)
    const going = (way: "up" | "down") =>
      course.moves.flatMap((move) => move.direction === way ? [move.revision.id] : [])
    yield* history.admits({ up: going("up"), down: going("down"), applied: course.applied })
    return course
  })

  /** Writes down what Effect's migrator applied, so that its own table may go. */
  const takenOver = Effect.gen(function*() {
    const { applied } = yield* history.read
    const known = new Set(applied.map(({ id }) => id))
    const taken = (yield* byEffect).filter(({ id }) => !known.has(id))
    if (taken.length === 0) return
    const last = applied.at(-1)?.place ?? 0
    const entries = yield* Effect.forEach(
      taken,
      (revision, index) => entryOf(revision, { appliedBy, manner: "stamped", milliseconds: 0, place: last + index + 1 })
    )
    yield* history.create
    yield* table.remember(entries)
  })

  const go = Effect.fnUntraced(function*(target: string, direction: Direction, run: RunOptions) {
    return yield* exclusively(Effect.gen(function*() {
      yield* takenOver
      const course = yield* admitted(target, direction, run)
      const { proof } = run
      if (proof !== undefined && proof.plan !== course.plan.checksum) {
        return yield* new ProofStale({ proved: proof.plan, planned: course.plan.checksum })
      }
      if (course.moves.length > 0) yield* history.create
      return yield* apply(course)
    }))
  })

  const plan = Effect.fn("Migrator.plan")(
    function*(target?: string, direction: Direction = "up", run: PlanOptions = {}) {
      return (yield* chart(target ?? nearest[direction], direction, run)).plan
    }
  )

  const prove = Effect.fn("Migrator.prove")(
    function*(target?: string, direction: Direction = "up", run: PlanOptions = {}) {
      return yield* exclusively(
        Effect.flatMap(admitted(target ?? nearest[direction], direction, run), carryOutAndUndo)
      )
    }
  )

  const up = Effect.fn("Migrator.up")((target: string = nearest.up, run: RunOptions = {}) => go(target, "up", run))
  const down = Effect.fn("Migrator.down")((target: string = nearest.down, run: RunOptions = {}) =>
    go(target, "down", run)
  )
  const to = Effect.fn("Migrator.to")((target: string, run: RunOptions = {}) => go(target, "to", run))

  const stampNow = Effect.fnUntraced(function*(targets: ReadonlyArray<string>, isPurging: boolean) {
    const { applied, ids: known } = yield* history.read
    const tips = yield* Effect.forEach(targets, (target) => Effect.fromResult(standing(revisions, known, target)))
    const wanted = revisions.needsOf(tips.flat())
    const { edited } = differencesOf(revisions, applied)
    const gone = known.filter((id) => wanted.has(id) ? edited.includes(id) : isPurging)
    const stays = new Set(known.filter((id) => !gone.includes(id)))
    const stamped = revisions.ordered.filter(({ id }) => wanted.has(id) && !stays.has(id))
    if (gone.length === 0 && stamped.length === 0) return []
    const last = applied.at(-1)?.place ?? 0
    const entries = yield* Effect.forEach(
      stamped,
      (revision, index) => entryOf(revision, { appliedBy, manner: "stamped", milliseconds: 0, place: last + index + 1 })
    )
    yield* history.create
    yield* database.transaction(history.stamp(gone, entries, new Set(known)))
    return stamped.map(({ id }) => id)
  })

  const stamp = Effect.fn("Migrator.stamp")(
    (targets: ReadonlyArray<string>, { purge = false }: { readonly purge?: boolean } = {}) =>
      exclusively(stampNow(targets, purge))
  )

  /** What of the database is not what these models want, in words. */
  const unwanted = (models: ReadonlyArray<Model.Any>, { ignore = [], ...wanted }: DesiredOptions) =>
    differing(models, { ...wanted, ignore: [...ignore, history.table] }).pipe(
      Effect.provideService(Database, database),
      Effect.map((operations) => operations.map(described)),
      // no renames were told
      Effect.catchTag("RenameRefused", Effect.die)
    )

  const check = Effect.fn("Migrator.check")(
    function*(models?: ReadonlyArray<Model.Any>, wanted: DesiredOptions = {}) {
      const { edited, missing, pending } = yield* status
      if (edited.length > 0 || missing.length > 0) return yield* new HistoryDiffers({ edited, missing })
      const found = models === undefined ? [] : yield* unwanted(models, wanted)
      if (pending.length + found.length === 0) return
      return yield* new NotUpToDate({ pending: pending.map(({ id }) => id), differences: found })
    }
  )

  switch (options.onStart ?? "up") {
    case "up":
      yield* up(undefined, options.run)
      break
    case "check":
      yield* check()
      break
    case "nothing":
      break
  }
  return { revisions: revisions.ordered, graph: revisions, status, plan, prove, up, down, to, stamp, check }
})

/** Where each direction goes, if it is not told. */
const nearest: Readonly<Record<Direction, string>> = { up: "heads", down: "-1", to: "heads" }

const given = <R>(options: Options<R>): Effect.Effect<ReadonlyArray<Revision<R>>, RevisionsInvalid, R> => {
  if ("directory" in options) {
    return Effect.map(directoryOf<R>(options.directory), (files) => files.map(({ revision }) => revision))
  }
  return "loader" in options ? fromEffectLoader(options.loader) : Effect.succeed(options.revisions)
}
