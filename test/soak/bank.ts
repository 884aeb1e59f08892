/**
 * A bank whose customers are many and impatient: whatever happens to them, no money appears or disappears.
 */
import { Column, ConnectionPool, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient, SqlError } from "effect/sql"
import * as Stream from "effect/Stream"
import { Findings, textOf } from "./findings.ts"

class Account extends Model.Class<Account>("Account")({
  id: Column.primaryKey(Column.int32),
  balance: Column.int32
}, { table: "accounts" }) {}

class Transfer extends Model.Class<Transfer>("Transfer")({
  id: Column.id(Schema.String.pipe(Schema.brand("TransferId"))),
  source: Column.int32,
  target: Column.int32,
  amount: Column.int32
}, { table: "transfers" }) {}

/** A customer who thinks better of it. */
class Refused extends Data.TaggedError("Refused") {}

/** How busy the bank is. */
export interface Options {
  /** The file of its database. */
  readonly path: string
  readonly seconds: number
  readonly fibers: number
  readonly pool: number
  /** Told now and then which part of the time has gone by. */
  readonly onProgress: (part: number) => Effect.Effect<void>
}

/** What was done, how it ended how often, and what must not have been. */
export interface Report {
  readonly transfers: number
  /** How often two transactions wanted the same account, and one of them had to run again. */
  readonly conflicts: number
  readonly outcomes: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly violations: ReadonlyArray<string>
}

const accounts = 20
const opening = 1_000_000

/** How long a customer waits for a connection, and how long the bank waits for its last customers. */
const patience = Duration.seconds(3)
const closing = Duration.seconds(60)

/** Opens the bank for some time, and counts the money while it is open, when it has closed, and from the file. */
export const bank = Effect.fn("bank")(function*(options: Options): Effect.fn.Return<Report> {
  const { path, pool } = options
  const layer = DuckDb.layer({ path, pool: { size: pool, acquireTimeout: patience } })
  const findings = new Findings()
  yield* Effect.provide(opened(options, findings), layer, { local: true }).pipe(findings.noFailure("the bank"))
  const count = Effect.gen(function*() {
    yield* counted(findings, "reopened")
    return yield* Query.from(Transfer).count
  })
  const transfers = yield* Effect.provide(count, layer, { local: true }).pipe(findings.noFailure("the file"))
  if (transfers === undefined || transfers === 0) findings.violation("no transfer was made")
  const { conflicts, outcomes, violations } = findings
  return { transfers: transfers ?? 0, conflicts, outcomes, violations }
})

const opened = Effect.fnUntraced(function*({ fibers, onProgress, seconds }: Options, findings: Findings) {
  yield* Session.createTables([Account, Transfer])
  const repository = yield* Repository.make(Account)
  yield* repository.insertMany(Array.from({ length: accounts }, (_, id) => ({ id, balance: opening })))

  const doors = { areOpen: true }
  const customer = Effect.gen(function*() {
    const visits = yield* visitsTo(findings)
    while (doors.areOpen) yield* visits
  })
  const seed = yield* Random.nextInt
  const customers = yield* Effect.forEach(
    Array.from({ length: fibers }, (_, number) => number),
    (number) => Effect.forkChild(Random.withSeed(customer, seed + number))
  )
  const quarters = 4 * seconds
  for (let quarter = 1; quarter <= quarters; quarter++) {
    yield* Effect.sleep(250)
    yield* onProgress(quarter / quarters)
  }
  doors.areOpen = false

  // half of them are shown out in the middle of what they do, the others come to their end
  const [shown, left] = [customers.filter((_, number) => number % 2 === 0), customers]
  const ended = yield* Effect.forkDetach(Effect.andThen(Fiber.interruptAll(shown), Fiber.awaitAll(left)))
  const exits = yield* Effect.timeoutOption(Fiber.join(ended), closing)
  if (Option.isNone(exits)) findings.violation(`not all fibers have ended ${Duration.format(closing)} after the end`)
  for (const exit of Option.getOrElse(exits, () => [])) {
    if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) {
      findings.violation(`a fiber died: ${textOf(exit.cause)}`)
    }
  }

  const { acquired, waiting } = yield* Effect.flatMap(ConnectionPool.ConnectionPool, (pool) => pool.stats)
  if (acquired !== 0 || waiting !== 0) {
    findings.violation(`nobody is there, and ${acquired} connections are in use, ${waiting} fibers wait`)
  }
  yield* counted(findings, "closed")
})

/** Counts the money in one statement: what it sums up to, and the accounts that don't fit their transfers. */
const counted = Effect.fnUntraced(function*(findings: Findings, when: string) {
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* sql<{ readonly total: number; readonly wrong: number }>`
    SELECT sum(balance)::BIGINT AS total, count(*) FILTER (
      WHERE balance <> ${opening} + coalesce(received.amount, 0) - coalesce(sent.amount, 0)
    )::INTEGER AS wrong
    FROM accounts
    LEFT JOIN (SELECT target, sum(amount) AS amount FROM transfers GROUP BY target) AS received ON received.target = id
    LEFT JOIN (SELECT source, sum(amount) AS amount FROM transfers GROUP BY source) AS sent ON sent.source = id`
  if (found?.total !== accounts * opening) {
    findings.violation(`${when}: the bank holds ${found?.total} instead of ${accounts * opening}`)
  }
  if (found?.wrong !== 0) findings.violation(`${when}: ${found?.wrong} accounts don't fit their transfers`)
})

/** One visit of a customer after the other, each at random. */
const visitsTo = Effect.fnUntraced(function*(findings: Findings) {
  const sql = yield* SqlClient.SqlClient
  const transfers = yield* Repository.make(Transfer)
  const holders = yield* Repository.make(Account)

  /** A transfer; `between` is done while the money is nowhere. */
  const move = Effect.fnUntraced(function*<E, R>(between: Effect.Effect<void, E, R>) {
    const source = yield* Random.nextIntBetween(0, accounts, { halfOpen: true })
    const target = yield* Random.nextIntBetween(0, accounts, { halfOpen: true })
    const amount = yield* Random.nextIntBetween(1, 100)
    yield* sql`UPDATE accounts SET balance = balance - ${amount} WHERE id = ${source}`
    yield* between
    yield* transfers.insert({ source, target, amount })
    yield* sql`UPDATE accounts SET balance = balance + ${amount} WHERE id = ${target}`
  })

  const transaction = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Session.transaction(effect).pipe(
      Effect.tapError((error) => isConflict(error) ? Effect.sync(() => findings.conflicts++) : Effect.void),
      Effect.retry({ while: isConflict, times: 20, schedule: pause })
    )

  const refuse = Effect.flatMap(Random.nextBoolean, (isUnsure) => isUnsure ? Effect.fail(new Refused()) : Effect.void)

  const hurried = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Random.nextBetween(0, 20), (milliseconds) => Effect.timeout(effect, milliseconds))

  /** DuckDB would commit it, and store nothing. */
  const caught = move(Effect.ignore(holders.insert({ id: 0, balance: opening })))

  const visits: Record<string, Effect.Effect<unknown, unknown, Session.Session | SqlClient.SqlClient>> = {
    "transfer": transaction(move(Effect.void)),
    "transfer, refused": transaction(move(refuse)),
    "transfer, in a hurry": transaction(hurried(move(Effect.yieldNow))),
    "transfer, interrupted inside": transaction(move(Effect.interrupt)),
    "transfer, failure caught": Effect.andThen(
      transaction(caught),
      Effect.sync(() => findings.violation("a transaction that lost a statement has committed"))
    ),
    "transfer, nested": transaction(
      Effect.andThen(
        move(Effect.void),
        Effect.catchIf(Session.transaction(move(refuse)), isRefused, () => Effect.void)
      )
    ),
    "count": counted(findings, "open"),
    "stream, ended early": Effect.flatMap(
      Random.nextIntBetween(1, 3_000),
      (most) => Stream.runDrain(Stream.take(Query.from(Transfer).stream, most))
    ),
    "stream, whole": Effect.gen(function*() {
      const rows = yield* Stream.runCount(sql`SELECT range FROM range(10000)`.stream)
      if (rows !== 10_000) findings.violation(`a stream of 10,000 rows ended well after ${rows}`)
    }),
    "endless, in a hurry": transaction(
      hurried(sql`SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b`)
    )
  }
  const names = Object.keys(visits)

  return Effect.gen(function*() {
    const name = yield* Random.choice(names)
    findings.outcome(name, yield* outcomeOf(name, disturbed(visits[name] ?? Effect.void), findings))
  })
})

const isRefused = (error: unknown): error is Refused => error instanceof Refused

const isConflict = (error: unknown): boolean => tagOf(error) === "Conflict"

const pause = Schedule.jittered(Schedule.spaced("5 millis"))

/** Some are interrupted or run out of time, soon or late: whether they wait, work, or are almost done. */
const disturbed = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const luck = yield* Random.next
  if (luck > 0.25) return yield* effect
  const milliseconds = 2_000 * (yield* Random.next) ** 3
  if (luck > 0.125) return yield* Effect.timeout(effect, milliseconds)
  const fiber = yield* Effect.forkScoped(effect)
  yield* Effect.sleep(milliseconds)
  yield* Fiber.interrupt(fiber)
  return yield* Fiber.join(fiber)
}, Effect.scoped)

/** How a visit may end without a loss. */
const allowed = ["Conflict", "PoolTimeout", "Refused", "SavepointLost", "TimeoutError", "TransactionAborted"]

const outcomeOf = Effect.fnUntraced(
  function*<A, E, R>(name: string, visit: Effect.Effect<A, E, R>, findings: Findings) {
    // a visit that interrupts itself must not take the customer along
    const exit = yield* Effect.scoped(Effect.flatMap(Effect.forkScoped(visit), Fiber.await))
    if (Exit.isSuccess(exit)) return "done"
    if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
    const error = Cause.squash(exit.cause)
    const tag = tagOf(error)
    if (!Cause.hasDies(exit.cause) && allowed.includes(tag)) return tag
    findings.violation(`${name}: ${textOf(exit.cause)}`)
    return tag
  }
)

/** The name of an error; that of the ORM's where Effect's SQL modules wrap it. */
const tagOf = (error: unknown): string => {
  if (error instanceof SqlError.SqlError) return tagOf(error.reason.cause)
  return typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : "unknown"
}
