/**
 * A session that minds the unit of work that it is used in: before its statements what is pending is written, and what they answer
 * with are the instances that are known.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Projection, Select } from "../sql/ast.ts"
import { readSet, type Tables, writeSet } from "../sql/readSet.ts"
import type { DeleteKeys, Update, Write } from "../sql/write.ts"
import { CurrentWork, type Work, workOf } from "./currentWork.ts"
import type { FlushError } from "./flush.ts"
import type { NotFound, StaleRow, TransactionError, UpdateError } from "./OrmError.ts"
import { dependentsOf } from "./references.ts"
import { replaying } from "./replay.ts"
import type { Returning, Run, Statement } from "./running.ts"
import type { Session } from "./Session.ts"
import { type Options, UnitOfWork } from "./UnitOfWork.ts"
import type { Row } from "./validate.ts"
import { make, type WorkMeans } from "./work.ts"

type Methods = Omit<Session["Service"], "transaction" | "unitOfWork" | "replay">

/** Rows on their way, or the number of those that a statement wrote. */
type Sent = Effect.Effect<ReadonlyArray<Row>, UpdateError | NotFound | StaleRow>

/** How many instances are kept alive that nobody holds. */
const keptByDefault = 10_000

/** The session of these methods. */
export const working = (means: WorkMeans, methods: Methods): Session["Service"] => {
  const { database } = means

  /** The unit of work that there is. */
  const current = Effect.map(CurrentWork, (innermost) => workOf(database, innermost))

  /** What is sent as it is, or as a part of the unit of work that there is. */
  const inWork = <A, E>(sent: Effect.Effect<A, E>, inside: (work: Work) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.withFiber((fiber) => {
      const work = workOf(database, fiber.getRef(CurrentWork))
      return work === undefined ? sent : inside(work)
    })

  const runIn = (work: Work, statement: Statement, sent: Sent): Sent => {
    switch (statement._tag) {
      case "Select":
        return Effect.andThen(
          work.beforeRead(() => readSet(statement)),
          // rows that are locked are read to be changed, as they are now
          work.reading(Effect.map(sent, knownRows(work, statement.projection, statement.lock !== undefined)))
        )
      case "Insert":
      case "Upsert":
      case "Patch":
      case "Restore":
        return writing(work, sent, (rows) => work.written(statement.table, rows))
      case "DeleteKeys":
      case "Delete":
      case "Update":
      case "InsertFrom":
      case "RawWrite":
        return writing(work, sent, () => forget(work, statement))
    }
  }

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a statement answers in a unit of work as it does alone
  const run = ((statement: Statement) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any statement is one of those that can be run
    const sent = methods.run(statement as Select<Row>) as Sent
    return inWork(sent, (work) => runIn(work, statement, sent))
  }) as Run

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const returning = ((write: Write, projection: Projection) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any write is one of those that can give back
    const sent = methods.returning(write as Update, projection) as Sent
    return inWork(
      sent,
      (work) => Effect.map(writing(work, sent, () => forget(work, write)), knownRows(work, projection, true))
    )
  }) as Returning

  const stream = <A>(select: Select<A>) =>
    Stream.unwrap(Effect.flatMap(current, (work) => {
      const rows = methods.stream(select)
      if (work === undefined) return Effect.succeed(rows)
      const known = work.known<A>(select.projection, select.lock !== undefined)
      const begun = Effect.andThen(work.beforeRead(() => readSet(select)), work.reading(Effect.void))
      return Effect.as(begun, known === undefined ? rows : Stream.map(rows, known))
    }))

  const columns = (select: Select<unknown>) => {
    const read = methods.columns(select)
    return inWork(read, (work) => Effect.andThen(work.beforeRead(() => readSet(select)), work.reading(read)))
  }

  // what is related to an instance that is known follows from what is known of it
  const mostNested = inWork(methods.mostNested, () => Effect.succeed(0))

  const transaction: Session["Service"]["transaction"] = (effect, options) =>
    Effect.flatMap(current, (work) => (work?.nested ?? database.transaction)(effect, options))

  const unitOfWork = <A, E, R, E2 = never, R2 = never>(
    effect: Effect.Effect<A, E, R>,
    { keep = keptByDefault, ...options }: Options<E2, R2> = {}
  ): Effect.Effect<A, E | E2 | FlushError | TransactionError, Exclude<R, UnitOfWork> | R2> =>
    Effect.flatMap(CurrentWork, (outer) => {
      const joined = workOf(database, outer)
      const within = (work: Work) =>
        Effect.tap(effect, () => work.service.flush).pipe(
          Effect.provideService(UnitOfWork, work.service),
          Effect.provideService(CurrentWork, work),
          Effect.mapError(work.causeOf)
        )
      return joined === undefined
        // each try begins with nothing
        ? database.transaction(
          Effect.suspend(() => {
            const work = make(means, keep, outer)
            return Effect.ensuring(within(work), work.end)
          }),
          options
        )
        : Effect.mapError(joined.nested(within(joined), options), joined.causeOf)
    })

  const again = replaying(means)
  const replay: Session["Service"]["replay"] = (models, changes) =>
    Effect.flatMap(current, (work) => {
      const replayed = again(models, changes)
      if (work === undefined) return replayed
      const forgetAll = Effect.sync(() => work.forget(allTables))
      return Effect.andThen(work.beforeWrite, Effect.tap(replayed, () => forgetAll))
    })

  return { ...methods, run, returning, stream, columns, mostNested, transaction, unitOfWork, replay }
}

const allTables: Tables = { all: true, tables: new Map(), texts: [] }

const knownRows = (work: Work, projection: Projection, anew: boolean) => {
  const known = work.known<Row>(projection, anew)
  return (rows: ReadonlyArray<Row>) => known === undefined ? rows : rows.map(known)
}

/** Before a write what is pending is written, and after it is known what it did. */
const writing = (work: Work, write: Sent, learn: (rows: ReadonlyArray<Row>) => void): Sent =>
  Effect.andThen(work.beforeWrite, Effect.tap(write, (rows) => Effect.sync(() => learn(rows))))

/** After a write of rows that only the database knows, nothing is known of its tables any more. */
const forget = (work: Work, write: Write | DeleteKeys): void => {
  if (write._tag === "InsertFrom") return
  work.forget(writeSet(write))
  if (write._tag === "Delete" || write._tag === "DeleteKeys") work.forget(dependentsOf(write.table))
}
