/**
 * Failures are values with names, so the compiler says what can go wrong; and whatever was opened is closed, however a program ends.
 */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, OrmError, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Data, Deferred, Effect, FileSystem, Layer, Logger, Schedule, Schema, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { SqlClient } from "effect/sql"
import process from "node:process"

class Passenger extends Model.Class<Passenger>("Passenger")({
  name: Column.primaryKey(Schema.NonEmptyString),
  email: Column.unique(Schema.String.check(Schema.isPattern(/^[^@\s]+@[^@\s]+$/, { message: "not an e-mail address" })))
}, { table: "passengers" }) {}

class Seat extends Model.Class<Seat>("Seat")({
  number: Column.primaryKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 99 }))),
  passenger: Column.references(Schema.String, () => Passenger, "name")
}, { table: "seats" }) {}

class Passengers extends Repository.Service<Passengers>()("app/Passengers", Passenger) {}

class Seats extends Repository.Service<Seats>()("app/Seats", Seat, (repository) => ({
  of: (passenger: string) => repository.findOne((seat) => seat.passenger.eq(passenger))
})) {}

// Each operation tells how it can fail, and each failure carries what it is about: no text has to be searched. What is not caught
// here stays in the type, for whoever knows what to do about it.
const byName = Effect.gen(function*() {
  const passengers = yield* Passengers
  const seats = yield* Seats
  yield* passengers.insertMany([
    { name: "Ada", email: "ada@example.com" },
    { name: "Grace", email: "grace@example.com" }
  ])
  yield* seats.insert({ number: 9, passenger: "Ada" })

  const register = (name: string, email: string) =>
    passengers.insert({ name, email }).pipe(
      Effect.andThen(Console.log(`${name} is registered`)),
      Effect.catchTags({
        UniqueViolation: ({ columns }) => Console.log(`UniqueViolation: the ${columns.join(", ")} of ${name} is taken`),
        Invalid: ({ issues }) => Console.log(`Invalid: ${issues.map(({ message }) => message).join(", ")}`)
      })
    )
  yield* register("Jean", "jean@example.com")
  yield* register("Another Jean", "jean@example.com")
  yield* register("Nobody", "no address")

  yield* seats.insert({ number: 10, passenger: "Jane" }).pipe(
    Effect.catchTag(
      "ForeignKeyViolation",
      ({ columns, key }) => Console.log(`ForeignKeyViolation: ${columns.join(", ")} is ${key}, whom nobody knows`)
    )
  )
  yield* passengers.delete("Ada").pipe(
    Effect.catchTag("StillReferenced", ({ key }) => Console.log(`StillReferenced: ${key} has a seat, so she stays`))
  )
  yield* seats.get(11).pipe(
    Effect.catchTag("NotFound", (missing) => Console.log(`NotFound: ${missing.message}`))
  )
})

// Plain SQL fails with Effect's own SqlError, whose reason has the name. What to do about it stands in the message.
const inPlainSql = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO passengers VALUES ('Ada', 'ada@example.org')`.pipe(
    Effect.catchReason("SqlError", "UniqueViolation", ({ constraint }) => Console.log(`UniqueViolation: ${constraint}`))
  )
  yield* sql`SELECT * FROM pasengers`.pipe(
    Effect.catchReason("SqlError", "SqlSyntaxError", ({ message }) => Console.log(`SqlSyntaxError: ${message}`))
  )
})

/** The lowest seat that is free when the transaction looks. `pause` is run between taking it and the commit. */
const takeSeat = (passenger: string, pause: Effect.Effect<void>) =>
  Session.transaction(Effect.gen(function*() {
    const seats = yield* Seats
    const taken = new Set((yield* seats.all).map(({ number }) => number))
    const free = Array.from({ length: 99 }, (_, index) => index + 1).find((number) => !taken.has(number)) ?? 99
    yield* Console.log(`${passenger} sees that seat ${free} is free`)
    yield* seats.insert({ number: free, passenger })
    yield* pause
  }))

// Two transactions at once see the same free seat. One commits; the other one fails with Conflict, and nothing of it is stored. The
// remedy is to run all of it again, from its first look at the data on: that is a value, so it is one line.
const conflict = Effect.gen(function*() {
  const seats = yield* Seats
  const jeanHasOne = yield* Deferred.make<void>()
  const graceHasOne = yield* Deferred.make<void>()

  const jean = takeSeat("Jean", Effect.andThen(Deferred.succeed(jeanHasOne, undefined), Deferred.await(graceHasOne)))
    .pipe(
      Effect.tapError((failure) => Console.log(`Jean: ${failure._tag}`)),
      Effect.retry({ while: (failure) => failure._tag === "Conflict", times: 5 })
    )
  const grace = Effect.andThen(Deferred.await(jeanHasOne), takeSeat("Grace", Effect.void))
  yield* Effect.all([jean, Effect.ensuring(grace, Deferred.succeed(graceHasOne, undefined))], { concurrency: 2 })

  const taken = yield* seats.query.orderBy((seat) => seat.number.asc())
  yield* Console.log(taken.map(({ number, passenger }) => `${number} ${passenger}`).join(", "))
})

// A resource says at once how it is opened and how it is closed. The scope that it belongs to closes it: at success, failure and
// interruption alike, the last that was opened first.
const boardingList = Effect.acquireRelease(
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectory({ prefix: "andamios-boarding-" })
    const path = `${folder}/list.txt`
    yield* Console.log("  a list is opened")
    return { folder, path, write: (line: string) => files.writeFileString(path, `${line}\n`, { flag: "a" }) }
  }),
  ({ folder, path }) =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const lines = (yield* files.readFileString(path)).split("\n").length - 1
      yield* files.remove(folder, { recursive: true })
      yield* Console.log(`  the list of ${lines} is removed`)
    }).pipe(Effect.orDie) // a file that can't be removed is nobody's to handle
)

/** A failure of this program's own. It comes out of a transaction as it went in. */
class NoPilot extends Data.TaggedError("NoPilot") {}

/** Boards everybody, and in the end does what the caller says: all of it in one transaction, and with a list to tick off. */
const boardingThatEndsWith = <A, E, R>(end: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const passengers = yield* Passengers
    const list = yield* boardingList
    for (const { name } of yield* passengers.all) yield* list.write(name)
    yield* passengers.insert({ name: "Stowaway", email: "stowaway@example.com" })
    yield* end
  }).pipe(Effect.scoped, Session.transaction)

const cleanUp = Effect.gen(function*() {
  const passengers = yield* Passengers
  const count = (how: string) =>
    Effect.flatMap(passengers.query.count, (all) => Console.log(`${how}: ${all} passengers`))

  yield* boardingThatEndsWith(Effect.fail(new NoPilot())).pipe(
    Effect.catchTag("NoPilot", () => count("Failed, so rolled back"))
  )
  yield* boardingThatEndsWith(Effect.never).pipe(
    Effect.timeout("50 millis"),
    Effect.catchTag("TimeoutError", () => count("Interrupted, so rolled back"))
  )
  yield* boardingThatEndsWith(Effect.void)
  yield* count("Succeeded, so committed")
})

/** Another program that has the database open, until the scope ends it. */
const otherProgram = Effect.fn("otherProgram")(function*(path: string) {
  const program = `import { DuckDBInstance } from "@duckdb/node-api"
    globalThis.held = await DuckDBInstance.create(process.argv[1])
    console.log("opened")
    setInterval(() => {}, 1000)`
  const command = ChildProcess.make(process.execPath, ["--input-type=module", "--eval", program, path])
  const other = yield* command
  yield* Stream.runHead(other.stdout)
  return other
})

// One process has a DuckDB file open at a time. Who it is, is in the failure; a program that may wait asks again.
const locked = Effect.fn("locked")(function*(path: string) {
  const database = DuckDb.layer({ path })
  const other = yield* otherProgram(path)

  yield* Effect.void.pipe(
    Effect.provide(database),
    Effect.catchTag(
      "DatabaseLocked",
      ({ pid }) => Console.log(`DatabaseLocked by ${pid === other.pid ? "the other program" : "somebody else"}`)
    )
  )

  const opened = Console.log("The other program has ended, so the file is ours").pipe(
    Effect.provide(database),
    Effect.retry({ while: (failure) => failure._tag === "DatabaseLocked", schedule: Schedule.spaced("50 millis") })
  )
  yield* Effect.all([opened, other.kill()], { concurrency: 2 })
})

// What nobody caught is logged, not printed by hand: the log has the message, and a service that collects logs or another program
// that asked gets the same failure as JSON and makes it an error again.
const logged = Effect.gen(function*() {
  const passengers = yield* Passengers
  const failure = yield* Effect.flip(passengers.insert({ name: "Ada", email: "lovelace@example.com" }))
  yield* Effect.logError(failure.message)

  if (failure._tag !== "UniqueViolation") return
  const json = Schema.fromJsonString(Schema.toCodecJson(OrmError.UniqueViolation))
  const sent = Schema.encodeSync(json)(failure)
  yield* Console.log(sent)
  yield* Console.log(`again an error: ${Schema.decodeSync(json)(sent) instanceof OrmError.UniqueViolation}`)
})

const short = Logger.make(({ logLevel, message }) => `${logLevel.toUpperCase()} ${String(message)}`)

const lesson = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const path = `${yield* files.makeTempDirectoryScoped({ prefix: "andamios-errors-" })}/flight.duckdb`
  const repositories = Layer.merge(Passengers.layer, Seats.layer)
  const database = Layer.provideMerge(repositories, DuckDb.layer({ path }))

  yield* Effect.gen(function*() {
    yield* Session.createTables([Passenger, Seat])

    yield* Console.log("1. A failure has a name, and what it is about")
    yield* byName

    yield* Console.log("\n2. In plain SQL it is the reason of a SqlError")
    yield* inPlainSql

    yield* Console.log("\n3. A conflict is worth a retry")
    yield* conflict

    yield* Console.log("\n4. Cleaned up, however it ends")
    yield* cleanUp

    yield* Console.log("\n5. In the log, and on the wire")
    yield* logged.pipe(Effect.provide(Logger.layer([Logger.withConsoleLog(short)])))
  }).pipe(Effect.provide(database))

  yield* Console.log("\n6. A file that another program has open")
  yield* locked(path)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.scoped,
  Effect.provide(NodeChildProcessSpawner.layer),
  Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer))
)

if (import.meta.main) NodeRuntime.runMain(main)
