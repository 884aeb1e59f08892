/**
 * Who did what, and why: rows that are signed, a history of them, events of the business in a table, and letters after the commit.
 *
 * `npm run example -- recipes/audit` shows what is written down, and what is not when a transaction is rolled back.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, DomainEvents, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, Context, Data, Effect, Fiber, Layer, Schema, Stream } from "effect"

const UserId = Schema.NonEmptyString.pipe(Schema.brand("UserId"))

/** Who asks: told once for each request. */
class CurrentUser extends Context.Service<CurrentUser, typeof UserId.Type>()("app/CurrentUser") {}

// Every insert, change and delete of a contract is written down here, with the row before and after.
class Change extends Model.Class<Change>("Change")({ ...Mixin.history(UserId) }, { table: "changes" }) {}

class Contract extends Model.Class<Contract>("Contract")({
  id: Column.primaryKey(Schema.Int),
  customer: Schema.NonEmptyString,
  worth: Column.decimal({ precision: 12, scale: 2 }),
  state: Column.withDefault(Schema.Literals(["draft", "signed", "ended"]), "draft"),
  ...Mixin.timestamps,
  ...Mixin.version,
  ...Mixin.audit(CurrentUser, UserId, { history: () => Change })
}, { table: "contracts" }) {}

// What the history can't know is what a change meant. That is said by the program, as an event of the business …
const ContractSigned = Schema.TaggedStruct("ContractSigned", { contract: Schema.Int, witness: Schema.NonEmptyString })
const ContractEnded = Schema.TaggedStruct("ContractEnded", { contract: Schema.Int, reason: Schema.NonEmptyString })
const ContractEvent = Schema.Union([ContractSigned, ContractEnded])

// … which is stored in the transaction of the change, so that neither is there without the other.
class AuditEntry extends Model.Class<AuditEntry>("AuditEntry")({
  id: Column.id(Schema.String.pipe(Schema.brand("AuditEntryId"))),
  event: Column.json(ContractEvent),
  ...Mixin.timestamps,
  ...Mixin.audit(CurrentUser, UserId)
}, { table: "audit_entries" }) {}

// Others are told after the commit: a letter can't be taken back.
class ContractEvents extends DomainEvents.Service<ContractEvents>()("app/ContractEvents", ContractEvent) {}

const record = Effect.fn("record")(function*(event: typeof ContractEvent.Type) {
  const entries = yield* Repository.make(AuditEntry)
  const events = yield* ContractEvents
  yield* entries.insert({ event })
  yield* events.publish(event)
})

class TooSmall extends Data.TaggedError("TooSmall")<{ readonly contract: number }> {}

class Contracts extends Repository.Service<Contracts>()("app/Contracts", Contract, (contracts) => ({
  sign: Effect.fn("Contracts.sign")(function*(id: number, witness: string) {
    const { version, worth } = yield* contracts.get(id)
    yield* contracts.patch({ id, version, state: "signed" })
    yield* record(ContractSigned.make({ contract: id, witness }))
    if (BigDecimal.isLessThan(worth, BigDecimal.fromStringUnsafe("100"))) return yield* new TooSmall({ contract: id })
  }, (signed) => Session.transaction(signed)),
  end: Effect.fn("Contracts.end")(function*(id: number, reason: string) {
    const { version } = yield* contracts.get(id)
    yield* contracts.patch({ id, version, state: "ended" })
    yield* record(ContractEnded.make({ contract: id, reason }))
  }, (ended) => Session.transaction(ended))
})) {}

const as = (user: string) => Effect.provideService(CurrentUser, UserId.make(user))
const euros = BigDecimal.fromStringUnsafe

const work = Effect.gen(function*() {
  const contracts = yield* Contracts
  yield* as("ada")(contracts.insertMany([
    { id: 1, customer: "Lovelace & Sons", worth: euros("1200.00") },
    { id: 2, customer: "Hopper Ltd", worth: euros("80.00") }
  ]))
  yield* as("bob")(contracts.sign(1, "Grace"))
  yield* as("bob")(contracts.sign(2, "Grace")).pipe(
    Effect.catchTag("TooSmall", ({ contract }) => Console.log(`contract ${contract} is too small, nothing is signed`))
  )
  yield* as("ada")(contracts.end(1, "moved abroad"))
})

const signatures = Effect.gen(function*() {
  const contracts = yield* Query.from(Contract).orderBy((contract) => contract.id.asc())
  for (const { createdBy, id, state, updatedBy, version } of contracts) {
    yield* Console.log(`${id} ${state}: created by ${createdBy}, updated by ${updatedBy}, version ${version}`)
  }
})

const stateOf = (row: Change["before"]) => row === null ? "nothing" : JSON.stringify(row["state"])

const history = Effect.gen(function*() {
  const changes = yield* Query.from(Change)
    .where((change) => change.model.eq("Contract").and(change.key.eq("1")))
    .orderBy((change) => change.id.asc())
  for (const { after, before, by, operation } of changes) {
    yield* Console.log(`${by} ${operation} 1: ${stateOf(before)} -> ${stateOf(after)}`)
  }
})

const meanings = Effect.gen(function*() {
  const entries = yield* Query.from(AuditEntry).orderBy((entry) => entry.id.asc())
  for (const { createdBy, event } of entries) {
    yield* Console.log(
      event._tag === "ContractSigned"
        ? `${createdBy} signed ${event.contract}, ${event.witness} saw it`
        : `${createdBy} ended ${event.contract}: ${event.reason}`
    )
  }
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Contract, Change, AuditEntry])

  // who wants to know subscribes before, and hears of what was committed
  const events = yield* ContractEvents
  const heard = yield* events.subscribe
  const letters = yield* Effect.forkChild(heard.pipe(Stream.take(2), Stream.runCollect))

  yield* Console.log("1. Work, and the letters that go out after its commits")
  yield* work
  for (const event of yield* Fiber.join(letters)) yield* Console.log(`a letter: ${event._tag} ${event.contract}`)

  yield* Console.log("\n2. Rows are signed")
  yield* signatures

  yield* Console.log("\n3. The history of a row")
  yield* history

  yield* Console.log("\n4. What it meant")
  yield* meanings
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.scoped,
  Effect.provide(Contracts.layer.pipe(Layer.provideMerge(DuckDb.layer({ path: ":memory:" })))),
  Effect.provide(ContractEvents.layer)
)

if (import.meta.main) NodeRuntime.runMain(main)
