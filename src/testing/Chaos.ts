/**
 * A database of which some things go wrong, to see what a program makes of it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AroundPlain } from "../session/aroundPlain.ts"
import { ConnectionPool } from "../session/ConnectionPool.ts"
import { Database } from "../session/Database.ts"
import { Session } from "../session/Session.ts"
import type { Fault, Place } from "./chaos/faults.ts"
import { type Ask, harmed, harmedPool } from "./chaos/harmed.ts"
import { deciding, type Rule, type Where } from "./chaos/rules.ts"

export type { Fault, Place } from "./chaos/faults.ts"
export type { Rule, Where } from "./chaos/rules.ts"

/**
 * What goes wrong, and the seed of what does so by chance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** What goes wrong, where and how often: each rule for itself. */
  readonly rules: ReadonlyArray<Rule>
  /** The same seed and the same order of statements give the same faults; 0 where none is given. */
  readonly seed?: number | string
}

/**
 * Something that went wrong.
 *
 * @category models
 * @since 0.1.0
 */
export interface Struck {
  readonly fault: Fault
  readonly place: Place
  /** The full name of the table that the statement is about, where it is known. */
  readonly table: string | undefined
  /** The statement, or `BEGIN` and `COMMIT`. */
  readonly sql: string
}

/**
 * What has gone wrong so far.
 *
 * @category services
 * @since 0.1.0
 */
export class Chaos extends Context.Service<Chaos, {
  /** In the order in which it did. */
  readonly report: Effect.Effect<ReadonlyArray<Struck>>
}>()("andamios/Chaos") {}

const Calm = Context.Reference<boolean>("andamios/Chaos/Calm", { defaultValue: () => false })

/**
 * Puts faults over a database: its `Session`, and the repositories and queries on that, meet what the rules say, each as the error that
 * the real thing is, and with the same end: a transaction that met one can't commit. What is built below it, such as the tables of
 * `TestDatabase.layer`, meets nothing.
 *
 * A connection that PostgreSQL loses is really ended by the server; all else is told before the statement is sent, but for
 * `answerLost`, which is told after what it has stored. Statements of plain
 * SQL by `SqlClient` are reads and writes, too, of no model, and fail with `SqlError`; its streams and `sql.withTransaction` are not
 * reached.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Repository, Session } from "andamios-orm"
 * import { Chaos, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Layer, Schedule, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}
 *
 * const test = Effect.gen(function*() {
 *   const books = yield* Repository.make(Book)
 *   yield* Session.transaction(books.insert({ isbn: "978-0140444308" }), { retry: Schedule.recurs(2) })
 *   return yield* Chaos.calm(Query.from(Book).count)
 * }).pipe(
 *   Effect.provide(
 *     Chaos.layer({ rules: [Chaos.first(2, Chaos.conflict, { at: "commit" })] }).pipe(
 *       Layer.provideMerge(TestDatabase.layer([Book]))
 *     )
 *   )
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<Chaos | Session | Database | ConnectionPool, never, Database | ConnectionPool> =>
  Session.layer.pipe(Layer.provideMerge(Layer.fresh(Layer.effectContext(make(options)))))

const make = Effect.fnUntraced(function*({ rules, seed = 0 }: Options) {
  const database = yield* Database
  const pool = yield* ConnectionPool
  const decide = deciding(rules, seed)
  const struck: Array<Struck> = []

  const ask: Ask = (moment) =>
    Effect.flatMap(
      Calm,
      (isCalm) =>
        isCalm ? Effect.succeed([]) : Effect.tap(decide(moment), (faults) =>
          Effect.sync(() => {
            const { place, sql, table } = moment
            for (const fault of faults) struck.push({ fault, place, table, sql })
          }))
    )

  const { aroundPlain, database: harmedDatabase } = harmed(database, pool, ask)
  return Context.make(Chaos, { report: Effect.sync(() => [...struck]) }).pipe(
    Context.add(AroundPlain, aroundPlain),
    Context.add(Database, harmedDatabase),
    Context.add(ConnectionPool, harmedPool(database, pool, ask))
  )
})

/**
 * What has gone wrong so far, in the order in which it did.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Chaos, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Layer, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   label: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // the parcel is stored, and the program can't know it
 * const test = Effect.gen(function*() {
 *   yield* Query.insert(Parcel).values({ label: "fragile" }).asEffect().pipe(
 *     Effect.catchTag("CommitOutcomeUnknown", () => Effect.void)
 *   )
 *   const [struck] = yield* Chaos.report
 *   return { at: struck?.place, parcels: yield* Query.from(Parcel).count }
 * }).pipe(
 *   Effect.provide(
 *     Chaos.layer({ rules: [Chaos.once(Chaos.answerLost({ stored: true }), { at: "write" })] }).pipe(
 *       Layer.provideMerge(TestDatabase.layer([Parcel]))
 *     )
 *   )
 * )
 * ```
 *
 * @category reports
 * @since 0.1.0
 */
export const report: Effect.Effect<ReadonlyArray<Struck>, never, Chaos> = Effect.flatMap(
  Chaos,
  (chaos) => chaos.report
)

/**
 * Runs an effect to which nothing happens, and which no rule counts. A part of a transaction can be calm; its commit is not.
 *
 * @category policies
 * @since 0.1.0
 */
export const calm = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Calm, true)

/**
 * Another transaction was faster: `Conflict` at a write or a commit.
 *
 * @category faults
 * @since 0.1.0
 */
export const conflict: Fault = { _tag: "Conflict" }

/**
 * All connections are in use, wherever one is asked for: `PoolTimeout`, after the time that was waited, which is none by default.
 *
 * @category faults
 * @since 0.1.0
 */
export const poolExhausted = (wait: Duration.Input = 0): Fault => ({
  _tag: "PoolExhausted",
  wait: Duration.fromInputUnsafe(wait)
})

/**
 * Anything takes this much longer, by Effect's Clock, so that `TestClock` makes it pass. A statement that is given less time by
 * `Session.statementTimeout` fails with `TimedOut` when that is over.
 *
 * @category faults
 * @since 0.1.0
 */
export const slow = (delay: Duration.Input): Fault => ({ _tag: "Slow", delay: Duration.fromInputUnsafe(delay) })

/**
 * There is no room for a write or a commit: `QueryFailed`.
 *
 * @category faults
 * @since 0.1.0
 */
export const diskFull: Fault = { _tag: "DiskFull" }

/**
 * The connection is lost before a statement, also between two of a transaction, which is over then: `ConnectionFailed`. PostgreSQL's
 * server ends it.
 *
 * @category faults
 * @since 0.1.0
 */
export const connectionLost: Fault = { _tag: "ConnectionLost" }

/**
 * The connection is lost before the answer came to a commit, or to a write outside of a transaction: `CommitOutcomeUnknown`, from which
 * nobody can tell whether it is stored. Here `stored` says it. Either way `Session.afterCommit` does not run what it was given, and
 * `Session.afterRollback` does.
 *
 * @category faults
 * @since 0.1.0
 */
export const answerLost = (options: { readonly stored: boolean }): Fault => ({
  _tag: "AnswerLost",
  stored: options.stored
})

/**
 * A stream outside of a transaction ends after so many rows, or after its last if it has fewer: `StreamBroken`.
 *
 * @category faults
 * @since 0.1.0
 */
export const streamBroken = (options: { readonly after: number }): Fault => ({
  _tag: "StreamBroken",
  after: options.after
})

/**
 * Each time with a probability from 0 to 1.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Chaos } from "andamios-orm/testing"
 * import { Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({ id: Column.serial(Schema.Int) }, { table: "parcels" }) {}
 *
 * // a bad day: the same with the same seed
 * const badDay = Chaos.layer({
 *   seed: 42,
 *   rules: [
 *     Chaos.sometimes(0.05, Chaos.connectionLost),
 *     Chaos.sometimes(0.2, Chaos.slow("200 millis"), { model: Parcel }),
 *     Chaos.sometimes(0.01, Chaos.streamBroken({ after: 100 })),
 *     Chaos.once(Chaos.poolExhausted("1 second"), { at: "begin" }),
 *     Chaos.nth(3, Chaos.diskFull, { at: "write", model: Parcel })
 *   ]
 * })
 *
 * // a database that is never there
 * const outage = Chaos.layer({ rules: [Chaos.always(Chaos.connectionLost)] })
 * ```
 *
 * @category rules
 * @since 0.1.0
 */
export const sometimes = (probability: number, fault: Fault, where: Where = {}): Rule => ({
  fault,
  where,
  when: { _tag: "Chance", probability }
})

/**
 * The first so many times.
 *
 * @category rules
 * @since 0.1.0
 */
export const first = (times: number, fault: Fault, where: Where = {}): Rule => ({
  fault,
  where,
  when: { _tag: "Times", first: 1, last: times }
})

/**
 * Once, the first time.
 *
 * @category rules
 * @since 0.1.0
 */
export const once = (fault: Fault, where: Where = {}): Rule => first(1, fault, where)

/**
 * Once, at the time of this number, counted from 1: `nth(3, Chaos.diskFull, { at: "write" })` is the third write.
 *
 * @category rules
 * @since 0.1.0
 */
export const nth = (time: number, fault: Fault, where: Where = {}): Rule => ({
  fault,
  where,
  when: { _tag: "Times", first: time, last: time }
})

/**
 * Every time.
 *
 * @category rules
 * @since 0.1.0
 */
export const always = (fault: Fault, where: Where = {}): Rule => first(Infinity, fault, where)
