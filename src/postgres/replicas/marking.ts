/**
 * Raises a mark for whatever may have written, before anybody is told that it is done.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { TableVersions } from "../../session/tableVersions.ts"
import { onlyReads } from "../../sql/calledFunctions.ts"
import type { Driver } from "../connection.ts"
import type { Telling } from "../telling.ts"
import type { Transacting } from "../transacting.ts"

/** The connections of a Layer, which raise a mark. */
export const marking = (telling: Telling, raise: () => void): Telling => ({
  ...telling,
  alone: (connection) => raising(telling.alone(connection), raise),
  shared: (connection) => raising(telling.shared(connection), raise),
  lent: (transacting) => committing(telling.lent(transacting), raise)
})

/** What hears of others' writes, with the mark raised before an answer may be kept under their versions. */
export const hearingMarks = (versions: TableVersions, raise: () => void): TableVersions => ({
  ...versions,
  heard: (written) => {
    raise()
    versions.heard(written)
  },
  deaf: () => {
    const hears = versions.deaf()
    return () => {
      raise()
      hears()
    }
  }
})

/** Also what fails, or what nobody knows the outcome of, may have written. */
const raising = (driver: Driver, raise: () => void): Driver =>
  around(driver, (sql) =>
    mayWrite(sql) ?
      {
        statement: (running) => raisingAfter(running, raise),
        // added before the stream's own, so that it is run after them
        stream: (rows) => Stream.unwrap(Effect.as(Effect.addFinalizer(() => Effect.sync(raise)), rows))
      } :
      as)

/** What a transaction writes can be seen from its commit on. */
const committing = (transacting: Transacting, raise: () => void): Transacting => {
  let hasWritten = false
  return {
    ...transacting,
    ...around(transacting, (sql) => {
      hasWritten ||= mayWrite(sql)
      return as
    }),
    commit: raisingAfter(transacting.commit, () => {
      if (hasWritten) raise()
    })
  }
}

const raisingAfter = <A, E, R>(effect: Effect.Effect<A, E, R>, raise: () => void): Effect.Effect<A, E, R> =>
  Effect.onExitPrimitive(effect, () => {
    raise()
    return undefined
  })

/** What is done with a statement, or with its rows. */
interface Around {
  readonly statement: <A, E>(running: Effect.Effect<A, E>) => Effect.Effect<A, E>
  readonly stream: <A, E>(rows: Stream.Stream<A, E>) => Stream.Stream<A, E>
}

const as: Around = { statement: (running) => running, stream: (rows) => rows }

const around = (driver: Driver, find: (sql: string) => Around): Driver => ({
  query: (sql, parameters, prepare) => find(sql).statement(driver.query(sql, parameters, prepare)),
  queryValues: (sql, parameters, prepare) => find(sql).statement(driver.queryValues(sql, parameters, prepare)),
  stream: (sql, parameters) => find(sql).stream(driver.stream(sql, parameters))
})

/** Whether a statement isn't known to only read: it may write, or call what does. */
const mayWrite = (sql: string): boolean => !mayRead.test(sql) || !onlyReads(sql)

/** The statements that are worth a closer look; a text of many rows to insert is none. */
const mayRead = /^\s*(?:SELECT|WITH|VALUES|TABLE|SHOW|\(|--|\/\*)/i
