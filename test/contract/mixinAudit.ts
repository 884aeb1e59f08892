/**
 * Rows know who inserted and who changed them, as a service tells; only who writes has to be known.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import type { Database } from "./Subject.ts"

const UserId = Schema.Int.pipe(Schema.brand("UserId"))

class CurrentUser extends Context.Service<CurrentUser, typeof UserId.Type>()("test/CurrentUser") {}

class User extends Model.Class<User>("User")({
  id: Column.primaryKey(UserId),
  name: Schema.String
}, { table: "audit_users" }) {}

class Paper extends Model.Class<Paper>("Paper")({
  id: Column.primaryKey(Schema.Int),
  title: Schema.String,
  ...Mixin.audit(CurrentUser, Column.references(UserId, () => User, "id")),
  ...Mixin.softDelete
}, { table: "audit_papers" }) {}

class Change extends Model.Class<Change>("Change")({ ...Mixin.history(UserId) }, { table: "audit_changes" }) {}

class Contract extends Model.Class<Contract>("Contract")({
  id: Column.primaryKey(Schema.Int),
  name: Column.unique(Schema.String),
  worth: Column.decimal({ precision: 12, scale: 2 }),
  ...Mixin.audit(CurrentUser, UserId, { history: () => Change }),
  ...Mixin.version,
  ...Mixin.softDelete
}, { table: "audit_contracts" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  number: Column.serial(Schema.Int),
  text: Schema.String,
  ...Mixin.audit(CurrentUser, UserId, { history: () => Change })
}, { table: "audit_tickets" }) {}

/** A history that holds one change of each row. */
class FirstChange extends Model.Class<FirstChange>("FirstChange")({
  ...Mixin.history(UserId),
  key: Column.unique(Schema.String)
}, { table: "audit_first_changes" }) {}

class Seal extends Model.Class<Seal>("Seal")({
  id: Column.primaryKey(Schema.String),
  ...Mixin.audit(CurrentUser, UserId, { history: () => FirstChange })
}, { table: "audit_seals" }) {}

const contract = (id: number, worth = "1.50") => ({ id, name: `n${id}`, worth: BigDecimal.fromStringUnsafe(worth) })

const historyOf = (model: string) =>
  Effect.map(
    Query.from(Change).where((change) => change.model.eq(model)).orderBy((change) => change.id.asc()),
    (changes) =>
      changes.map((
        { after, before, by: who, key, operation }
      ) => [operation, key, who, before?.["worth"], after?.["worth"]])
  )

const ada = UserId.make(1)
const bob = UserId.make(2)

const by = (user: typeof UserId.Type) => Effect.provideService(CurrentUser, user)

const signed = (papers: ReadonlyArray<Paper>) =>
  papers.map(({ createdBy, id, updatedBy }) => [id, createdBy, updatedBy])

export const mixinAudit = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [User, Paper, Change, Contract, Ticket, FirstChange, Seal]), {
    timeout: "60 seconds"
  })(
    `${name}: audit`,
    (it) => {
      it.effect("every write signs the rows, whatever they say", () =>
        Effect.gen(function*() {
          const users = yield* Repository.make(User)
          const papers = yield* Repository.make(Paper)
          yield* users.insertMany([{ id: ada, name: "Ada" }, { id: bob, name: "Bob" }])

          const inserted = yield* by(ada)(papers.insertMany([1, 2, 3, 4].map((id) => ({ id, title: "a" }))))
          assert.deepStrictEqual(signed(inserted), [1, 2, 3, 4].map((id) => [id, ada, ada]))
          assert.deepStrictEqual(signed([yield* by(bob)(papers.patch({ id: 1, title: "b" }))]), [[1, ada, bob]])
          const upserted = yield* by(bob)(papers.upsertMany([{ id: 2, title: "b" }, { id: 5, title: "b" }]))
          assert.deepStrictEqual(signed(upserted), [[2, ada, bob], [5, bob, bob]])
          assert.deepStrictEqual(signed([yield* by(bob)(papers.upsert({ id: 3, title: "b" }, { update: [] }))]), [[
            3,
            ada,
            ada
          ]])
          yield* by(bob)(papers.delete(4))
          assert.deepStrictEqual(signed(yield* papers.withDeleted.where((paper) => paper.id.eq(4))), [[4, ada, bob]])
          yield* by(ada)(papers.restore(4))
          yield* by(bob)(papers.importFrom(Stream.fromIterable([{ id: 6, title: "c", createdBy: ada }])))

          const all = yield* Query.from(Paper).orderBy((paper) => paper.id.asc())
          assert.deepStrictEqual(signed(all), [
            [1, ada, bob],
            [2, ada, bob],
            [3, ada, ada],
            [4, ada, ada],
            [5, bob, bob],
            [6, bob, bob]
          ])
          const mine = Query.from(Paper, "paper").join(User, "user", (row) => row.paper.createdBy.eq(row.user.id))
            .where((row) => row.user.name.eq("Bob"))
          assert.strictEqual(yield* mine.count, 2)
        }))

      it.effect("a user that does not exist is told by the database, where the model refers to it", () =>
        Effect.gen(function*() {
          const papers = yield* Repository.make(Paper)
          const nobody = UserId.make(404)
          const refused = yield* by(nobody)(Effect.flip(papers.insert({ id: 11, title: "a" })))
          assert.strictEqual(refused._tag, "ForeignKeyViolation")
        }))

      it.effect("a patch can't sign for somebody else", () =>
        Effect.gen(function*() {
          const papers = yield* Repository.make(Paper)
          yield* by(ada)(papers.insert({ id: 21, title: "a" }))
          const forged = { id: 21, createdBy: bob }
          const invalid = yield* by(ada)(Effect.flip(papers.patch(forged)))
          assert.strictEqual(
            invalid.message,
            "Paper (row 0) is not valid:\n  createdBy: there is no such field to change"
          )
        }))

      it.effect("a history tells of every write: who, when, and the row before and after", () =>
        Effect.gen(function*() {
          const contracts = yield* Repository.make(Contract)
          yield* TestClock.adjust("1 minute")
          const first = yield* by(ada)(contracts.insert(contract(1)))
          yield* by(bob)(contracts.patch({ id: 1, version: first.version, worth: BigDecimal.fromStringUnsafe("2.25") }))
          yield* by(ada)(contracts.upsertMany([contract(1, "3"), contract(2)]))
          yield* by(bob)(contracts.upsert({ ...contract(9, "4"), name: "n1" }, { on: "name", update: ["worth"] }))
          yield* by(bob)(contracts.upsert(contract(1, "5"), { update: [] }))
          yield* by(bob)(contracts.delete(1))
          yield* by(ada)(contracts.restore(1))
          yield* by(ada)(contracts.deleteMany([1, 2, 2, 404]))
          yield* by(bob)(contracts.purge(2))
          yield* by(bob)(contracts.importFrom(Stream.fromIterable([{ ...contract(3), worth: "6" }])))

          assert.deepStrictEqual(yield* historyOf("Contract"), [
            ["insert", "1", ada, undefined, "1.5"],
            ["update", "1", bob, "1.5", "2.25"],
            ["update", "1", ada, "2.25", "3"],
            ["insert", "2", ada, undefined, "1.5"],
            ["update", "1", bob, "3", "4"],
            ["delete", "1", bob, "4", undefined],
            ["insert", "1", ada, undefined, "4"],
            ["delete", "1", ada, "4", undefined],
            ["delete", "2", ada, "1.5", undefined],
            ["delete", "2", bob, "1.5", undefined],
            ["insert", "3", bob, undefined, "6"]
          ])
          const [inserted, updated] = yield* Query.from(Change).where((change) => change.key.eq("1"))
            .orderBy((change) => change.id.asc())
          assert.strictEqual(inserted?.at.epochMilliseconds, 60_000)
          assert.strictEqual(inserted?.before, null)
          assert.deepStrictEqual(updated?.before, {
            id: 1,
            name: "n1",
            worth: "1.5",
            createdBy: 1,
            updatedBy: 1,
            version: 1,
            deletedAt: null
          })
          assert.deepStrictEqual(updated?.after, { ...updated?.before, worth: "2.25", updatedBy: 2, version: 2 })
        }))

      it.effect("of rows that the database numbers, too, and of what is deleted for good", () =>
        Effect.gen(function*() {
          const tickets = yield* Repository.make(Ticket)
          const [one, two] = yield* by(ada)(tickets.insertMany([{ text: "a" }, { text: "b" }]))
          yield* by(bob)(tickets.delete(one?.number ?? 0))
          yield* by(bob)(tickets.deleteMany([two?.number ?? 0]))
          assert.strictEqual((yield* by(bob)(Effect.flip(tickets.delete(one?.number ?? 0))))._tag, "NotFound")
          const told = (yield* historyOf("Ticket")).map(([operation, key, who]) => [operation, key, who])
          assert.deepStrictEqual(told, [
            ["insert", String(one?.number), ada],
            ["insert", String(two?.number), ada],
            ["delete", String(one?.number), bob],
            ["delete", String(two?.number), bob]
          ])
        }))

      it.effect("what is not stored is not told, and 2,000 rows are told at once", () =>
        Effect.gen(function*() {
          const contracts = yield* Repository.make(Contract)
          const ids = Array.from({ length: 2_000 }, (_, index) => 10_000 + index)
          const told = Query.from(Change).where((change) =>
            change.model.eq("Contract").and(change.key.in(ids.map(String)))
          )
          const failing = Effect.andThen(contracts.insertMany(ids.map((id) => contract(id))), Effect.fail("no"))
          assert.strictEqual(yield* by(ada)(Effect.flip(Session.transaction(failing))), "no")
          const taken = yield* by(ada)(Effect.flip(contracts.insertMany([...ids, 10_000].map((id) => contract(id)))))
          assert.strictEqual(taken._tag, "UniqueViolation")
          assert.strictEqual(yield* told.count, 0)
          yield* by(ada)(contracts.insertMany(ids.map((id) => contract(id))))
          yield* by(bob)(contracts.patchMany(ids.map((id) => ({ id, version: 1, name: `new ${id}` }))))
          yield* by(bob)(contracts.deleteMany(ids))
          assert.strictEqual(yield* told.count, 6_000)
          assert.strictEqual(yield* told.where((change) => change.operation.eq("delete")).count, 2_000)
        }))

      it.effect("a change that can't be written down is not made", () =>
        Effect.gen(function*() {
          const seals = yield* Repository.make(Seal)
          yield* by(ada)(seals.insert({ id: "wax" }))
          for (const attempt of [seals.delete("wax"), seals.deleteMany(["wax"]), seals.patch({ id: "wax" })]) {
            const refused = yield* by(bob)(
              Effect.flip<unknown, { readonly _tag: string; readonly message: string }, CurrentUser>(attempt)
            )
            assert.strictEqual(refused._tag, "QueryFailed")
            assert.include(refused.message, "FirstChange can't hold what became of the rows of Seal")
          }
          assert.strictEqual((yield* seals.get("wax")).updatedBy, ada)
        }))
    }
  )
