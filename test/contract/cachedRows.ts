/**
 * Rows that are looked up by their keys are kept one by one: each until something is written to it.
 */
import { assert, layer } from "@effect/vitest"
import {
  Column,
  Database as Service,
  Decode,
  Model,
  Query,
  QueryCache,
  Repository,
  Session,
  UnitOfWork
} from "andamios-orm"
import { Statements, TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Branch, Card, Coded, Leaf, Note, Owner, Slot } from "./cards.ts"
import type { Database, Facts } from "./Subject.ts"

/** Rows whose key is told by the database in ways of its own. */
class Hour extends Model.Class<Hour>("Hour")({
  at: Column.primaryKey(Column.timestamp),
  text: Schema.String
}, { table: "kept_hours" }) {}

/** Rows whose keys are numbers that a database may round. */
class Weight extends Model.Class<Weight>("Weight")({
  kilos: Column.primaryKey(Schema.Number),
  text: Schema.String
}, { table: "kept_weights" }) {}

class Share extends Model.Class<Share>("Share")({
  part: Column.primaryKey(Column.float),
  text: Schema.String
}, { table: "kept_shares" }) {}

/** Rows some of which are none of their model. */
class Word extends Model.Class<Word>("Word")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String.check(Schema.makeFilter((text) => text !== "unsaid", { expected: "a word that can be said" }))
}, { table: "kept_words" }) {}

/** Rows whose keys are the same whether they are in capitals or not. */
class Caseless extends Model.Class<Caseless>("Caseless")({
  id: Column.primaryKey(Schema.String),
  text: Schema.String
}, { table: "kept_caseless" }) {}

/** What makes their table. */
const caseless: Readonly<Record<Facts["dialect"], ReadonlyArray<string>>> = {
  duckdb: ["CREATE TABLE kept_caseless (id VARCHAR COLLATE NOCASE.NOACCENT PRIMARY KEY, text VARCHAR)"],
  postgres: [
    "CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
    "CREATE TABLE kept_caseless (id TEXT COLLATE caseless PRIMARY KEY, text TEXT)"
  ]
}

const card = (id: number) => ({ id, code: `c${id}`, text: "old" })

const empty = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM kept_cards`
  yield* sql`DELETE FROM kept_slots`
  yield* sql`DELETE FROM kept_words`
  yield* sql`DELETE FROM kept_notes`
  yield* sql`DELETE FROM kept_leaves`
  yield* sql`DELETE FROM kept_branches`
  yield* Query.insert(Card).values([1, 2, 3, 4].map(card))
})

/** What the cache has done for lookups of a model by key. */
const countsOf = (name = "Card") =>
  Effect.map(QueryCache.report, ({ queries }) => {
    const { coalesced, hits, misses, stale } = queries.find(({ sql }) => sql === `${name} by key`) ??
      { coalesced: 0, hits: 0, misses: 0, stale: 0 }
    return { hits, misses, coalesced, stale }
  })

/** Runs an effect with a cache of its own. */
const cached = (options: QueryCache.Options = {}) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(Effect.andThen(empty, effect), QueryCache.layerMemory(options))

const textsOf = (rows: ReadonlyArray<Option.Option<{ readonly text: string }>>) =>
  rows.map((row) => Option.getOrNull(row)?.text ?? null)

export const cachedRows = (
  label: string,
  database: Database,
  { dialect }: Facts
) =>
  layer(TestDatabase.layerOn(database, [Card, Slot, Branch, Leaf, Note, Hour, Share, Weight, Word]))(
    `${label}: looked up rows`,
    (it) => {
      it.effect("leave it to the database to say what is wrong with a key that can't be stored", () =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          for (const key of [0.5, 2 ** 40]) {
            const refused = yield* Effect.flip(cards.findById(key))
            assert.strictEqual(refused._tag, "QueryFailed")
            assert.include(refused.message, "expected an integer")
          }
          assert.strictEqual((yield* cards.get(1)).text, "old")
        }).pipe(cached()))

      it.effect("are shared by all that looks up, and what is missing is read by one statement", () =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          const [one] = yield* Statements.sent(cards.get(1))
          const [many, statements] = yield* Statements.sent(cards.findMany([3, 1, 9, 2, 3]))
          assert.deepStrictEqual(
            many.map(Option.map(({ id }) => id)),
            [3, 1, undefined, 2, 3].map(Option.fromUndefinedOr)
          )
          assert.strictEqual(Option.getOrNull(many[1] ?? Option.none()), one)
          assert.strictEqual(statements.length, 1)
          const [, none] = yield* Statements.sent(Effect.all([
            cards.get(2),
            cards.findById(9),
            cards.getMany([1, 2, 3]),
            Effect.forEach([1, 2, 3, 9], cards.loader, { concurrency: "unbounded" })
          ]))
          assert.deepStrictEqual(none, [])
          assert.deepStrictEqual(yield* countsOf(), { hits: 10, misses: 4, coalesced: 0, stale: 0 })
          assert.strictEqual((yield* QueryCache.report).entries, 4)
        }).pipe(cached()))

      const keyed = {
        insert: Effect.flatMap(Repository.make(Card), (cards) => cards.insert(card(5))),
        upsert: Effect.flatMap(Repository.make(Card), (cards) => cards.upsert({ ...card(2), text: "new" })),
        patch: Effect.flatMap(Repository.make(Card), (cards) => cards.patch({ id: 2, text: "new" })),
        patchMany: Effect.flatMap(Repository.make(Card), (cards) => cards.patchMany([{ id: 2, text: "new" }])),
        delete: Effect.flatMap(Repository.make(Card), (cards) => cards.delete(2)),
        deleteMany: Effect.flatMap(Repository.make(Card), (cards) => cards.deleteMany([2])),
        purge: Effect.flatMap(Repository.make(Card), (cards) => cards.purge(2)),
        "a condition": Query.update(Card).set(() => ({ text: "new" })).where((row) =>
          row.id.eq(2).and(row.text.eq("old"))
        ),
        "a unit of work": Session.unitOfWork(Effect.gen(function*() {
          const work = yield* UnitOfWork.UnitOfWork
          yield* work.change(Card, yield* work.get(Card, 2), { text: "new" })
          yield* work.add(Card, card(5))
        })),
        "a transaction": Session.transaction(
          Effect.flatMap(Repository.make(Card), (cards) => cards.patch({ id: 2, text: "new" }))
        )
      }

      it.effect.each(Object.entries(keyed))(
        "that others have stay where a write tells whose it is: %s",
        ([name, write]) =>
          Effect.gen(function*() {
            const cards = yield* Repository.make(Card)
            const count = Query.from(Card).where((row) => row.text.eq("old")).count
            yield* Effect.all([cards.findMany([1, 2, 5]), count])
            yield* write
            const looked = cards.findMany([1, 2, 5])
            const [found, statements] = yield* Statements.sent(looked)
            assert.strictEqual(statements.length, 1, name)
            assert.deepStrictEqual(found, yield* QueryCache.bypass(looked))
            const { hits } = yield* countsOf()
            assert.isAtLeast(hits, name === "a unit of work" ? 1 : 2)
            assert.strictEqual(yield* count, yield* QueryCache.bypass(count))
          }).pipe(cached())
      )

      const untold = {
        "a condition": Query.update(Card).set(() => ({ text: "new" })).where((row) => row.text.eq("old")),
        "one of two keys": Query.update(Card).set(() => ({ text: "new" })).where((row) =>
          row.id.eq(2).or(row.id.eq(3))
        ),
        "another key": Effect.flatMap(Repository.make(Card), (cards) => cards.upsert(card(2), { on: "code" })),
        "another model": Effect.flatMap(Repository.make(Coded), (coded) => coded.patch({ code: "c2", text: "new" })),
        "plain SQL": Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE kept_cards SET text = 'new' WHERE id = 2`)
      }

      it.effect.each(Object.entries(untold))("are outdated together where it doesn't: %s", ([, write]) =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          yield* cards.getMany([1, 2])
          yield* write
          const looked = cards.getMany([1, 2])
          assert.deepStrictEqual(yield* looked, yield* QueryCache.bypass(looked))
          assert.deepStrictEqual(yield* countsOf(), { hits: 0, misses: 4, coalesced: 0, stale: 0 })
        }).pipe(cached()))

      it.effect("are outdated together by a write of more than a thousand", () =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          yield* cards.insertMany(Array.from({ length: 1_001 }, (_, index) => card(10 + index)))
          yield* cards.getMany([1, 10])
          yield* cards.patchMany(Array.from({ length: 1_001 }, (_, index) => ({ id: 10 + index, text: "new" })))
          assert.deepStrictEqual(
            (yield* cards.getMany([1, 10])).map(({ text }) => text),
            ["old", "new"]
          )
          assert.deepStrictEqual(yield* countsOf(), { hits: 0, misses: 4, coalesced: 0, stale: 0 })
        }).pipe(cached()))

      it.effect("that aren't there are known not to be, until they may have come", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          const { id: first } = yield* notes.insert({ text: "first" })
          const next = Effect.map(notes.findMany([first, first + 1]), textsOf)
          assert.deepStrictEqual([yield* next, yield* next], [["first", null], ["first", null]])
          // numbered by the database: no other row is concerned
          yield* notes.insert({ text: "second" })
          assert.deepStrictEqual(yield* next, ["first", "second"])
          assert.deepStrictEqual(yield* countsOf("Note"), { hits: 3, misses: 3, coalesced: 0, stale: 0 })
        }).pipe(cached()))

      it.effect("that go with others are not kept beyond these", () =>
        Effect.gen(function*() {
          const branches = yield* Repository.make(Branch)
          const leaves = yield* Repository.make(Leaf)
          yield* branches.insert({ id: 1, parent: null, weight: 0 })
          yield* branches.insertMany([{ id: 2, parent: 1, weight: 0 }, { id: 3, parent: null, weight: 0 }])
          yield* leaves.insertMany([{ id: 1, branch: 1 }, { id: 2, branch: 3 }])
          const found = Effect.all([branches.findMany([1, 2, 3]), leaves.findMany([1, 2])])
          yield* found
          yield* branches.delete(1)
          assert.deepStrictEqual(yield* found, yield* QueryCache.bypass(found))
        }).pipe(cached()))

      it.effect("are those of who asks, and what their model makes of them", () =>
        Effect.gen(function*() {
          const slots = yield* Repository.make(Slot)
          const as = Effect.provideService(Owner, "a")
          const slot = { shelf: "s", place: 1 }
          yield* as(slots.insert({ ...slot, text: "a's" }))
          const found = (owner: string) =>
            Effect.map(Effect.provideService(slots.findById(slot), Owner, owner), Option.isSome)
          assert.deepStrictEqual([yield* found("a"), yield* found("b"), yield* found("a"), yield* found("b")], [
            true,
            false,
            true,
            false
          ])
          assert.deepStrictEqual(yield* countsOf("Slot"), { hits: 2, misses: 2, coalesced: 0, stale: 0 })
          yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO kept_words VALUES (1, 'unsaid')`)
          const words = yield* Repository.make(Word)
          yield* words.get(1)
          assert.strictEqual((yield* Effect.flip(Decode.strict(words.get(1))))._tag, "Undecodable")
          // whoever doesn't say who asks is told so
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a program that casts its needs away
          const careless = slots.findById(slot) as unknown as Effect.Effect<unknown, { readonly _tag: string }>
          assert.strictEqual((yield* Effect.flip(careless))._tag, "Unsupported")
        }).pipe(cached()))

      it.effect("hold as long as policies say, those that aren't there for a time of their own", () =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          const looked = cards.findMany([1, 9])
          yield* looked
          yield* TestClock.adjust("2 seconds")
          yield* looked
          assert.deepStrictEqual(yield* countsOf(), { hits: 1, misses: 3, coalesced: 0, stale: 0 })
          yield* TestClock.adjust("59 seconds")
          const patient = QueryCache.withPolicy({ staleWhileRevalidate: "1 minute", timeToLive: "1 minute" })
          yield* patient(cards.get(1))
          yield* TestClock.adjust("61 seconds")
          // it has run out, is given nevertheless, and is read again meanwhile
          yield* patient(cards.get(1))
          const isNew = Effect.gen(function*() {
            const before = yield* countsOf()
            yield* patient(cards.get(1))
            return (yield* countsOf()).stale === before.stale
          })
          yield* Effect.repeat(isNew, { until: (found) => found })
          const before = yield* countsOf()
          assert.isAtLeast(before.stale, 1)
          assert.strictEqual(before.misses, 4)
          yield* QueryCache.withPolicy({ enabled: false })(cards.get(1))
          yield* QueryCache.bypass(cards.get(1))
          assert.deepStrictEqual(yield* countsOf(), before)
        }).pipe(cached({ timeToLive: "1 minute", emptyTimeToLive: "1 second" })))

      it.effect("are forgotten by tags, by models, and with everything", () =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          const tagged = QueryCache.withPolicy({ tags: ["deck"] })(cards.get(1))
          const entries = Effect.map(QueryCache.report, (report) => report.entries)
          for (const forget of [QueryCache.invalidateTags("deck"), QueryCache.invalidate(Card), QueryCache.clear]) {
            yield* tagged
            assert.strictEqual(yield* entries, 1)
            yield* QueryCache.invalidate(Slot)
            assert.strictEqual(yield* entries, 1)
            yield* forget
            assert.strictEqual(yield* entries, 0)
          }
        }).pipe(cached()))

      const together =
        "are read once for all who ask at the same time, also where the first, who asks for $keys, is stopped"
      it.effect.each([{ keys: [1] }, { keys: [1, 2] }])(together, ({ keys }) =>
        Effect.gen(function*() {
          const cards = yield* Repository.make(Card)
          const first = yield* Effect.forkChild(cards.getMany(keys))
          const others = yield* Effect.forkChild(
            Effect.all(Array.from({ length: 20 }, () => cards.get(1)), { concurrency: "unbounded" })
          )
          yield* Effect.yieldNow
          yield* Fiber.interrupt(first)
          assert.deepStrictEqual((yield* Fiber.join(others)).map(({ id }) => id), Array.from({ length: 20 }, () => 1))
          const { coalesced, hits, misses } = yield* countsOf()
          assert.isAtMost(misses, 3)
          assert.isAbove(coalesced + hits, 18)
          const none = yield* Effect.all([cards.findById(9), cards.findById(9)], { concurrency: "unbounded" })
          assert.deepStrictEqual(none, [Option.none(), Option.none()])
        }).pipe(cached()))

      it.effect("are not refused because of others that are read with them", () =>
        Effect.gen(function*() {
          const words = yield* Repository.make(Word)
          yield* Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql`INSERT INTO kept_words VALUES (1, 'said'), (2, 'unsaid')`
          )
          const [both, one] = yield* Effect.all([
            Effect.result(words.findMany([1, 2])),
            words.get(1)
          ], { concurrency: "unbounded" }).pipe(Decode.strict)
          assert.strictEqual(both._tag, "Failure")
          assert.strictEqual(one.text, "said")
        }).pipe(cached()))

      it.effect("that were read before a write and told after it are not kept", () =>
        Effect.gen(function*() {
          const service = yield* Service.Database
          const read = yield* Deferred.make<void>()
          const goOn = yield* Deferred.make<void>()
          // a read whose answer is late: it has left the database, and has not arrived
          const late = Layer.succeed(Service.Database, {
            ...service,
            read: (query) =>
              Effect.tap(
                service.read(query),
                () => Effect.andThen(Deferred.succeed(read, undefined), Deferred.await(goOn))
              )
          })
          const cards = yield* Repository.make(Card)
          const slowly = Effect.flatMap(Repository.make(Card), (some) => some.getMany([1, 2])).pipe(
            Effect.provide(Layer.provide(Session.Session.layer, late))
          )
          // one of the rows is kept, so that the other one is read alone
          yield* cards.get(1)
          const slow = yield* Effect.forkChild(slowly)
          yield* Deferred.await(read)
          yield* cards.patchMany([{ id: 1, text: "new" }, { id: 2, text: "new" }])
          yield* Deferred.succeed(goOn, undefined)
          // both are of one moment, be it before or after
          assert.strictEqual(new Set((yield* Fiber.join(slow)).map(({ text }) => text)).size, 1)
          assert.deepStrictEqual((yield* cards.getMany([1, 2])).map(({ text }) => text), ["new", "new"])
        }).pipe(cached()))

      it.effect("are told from each other as the database does, whatever signs their keys are written in", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          for (const text of caseless[dialect]) yield* sql.unsafe(text)
          yield* sql`INSERT INTO kept_caseless VALUES ('straße é', 'old'), ('plain', 'old')`
          const rows = yield* Repository.make(Caseless)
          const found = rows.findMany(["straße é", "STRASSE É", "Straße É", "plain", "Plain", "other"])
          yield* found
          const update = (id: string) => Query.update(Caseless).set(() => ({ text: id })).where((row) => row.id.eq(id))
          for (const id of ["Straße É", "straße é", "STRAßE É", "strasse e", "PLAIN", "Plain"]) {
            yield* update(id)
            assert.deepStrictEqual(yield* found, yield* QueryCache.bypass(found))
          }
          yield* sql`DROP TABLE kept_caseless`
        }).pipe(cached()))

      it.effect("are asked for as queries are, where their keys can't be told", () =>
        Effect.gen(function*() {
          const hours = yield* Repository.make(Hour)
          const at = DateTime.makeUnsafe("2026-01-01T10:00:00Z")
          yield* hours.upsert({ at, text: "old" })
          const texts = Effect.map(hours.findMany([at]), textsOf)
          assert.deepStrictEqual([yield* texts, yield* texts], [["old"], ["old"]])
          yield* hours.patch({ at, text: "new" })
          assert.deepStrictEqual(yield* texts, ["new"])
          assert.deepStrictEqual(yield* countsOf("Hour"), { hits: 0, misses: 0, coalesced: 0, stale: 0 })
          const weights = yield* Repository.make(Weight)
          const shares = yield* Repository.make(Share)
          yield* weights.upsert({ kilos: 0.1, text: "a tenth" })
          yield* shares.upsert({ part: 0.5, text: "a half" })
          const weighed = Effect.map(weights.findMany([0.1]), textsOf)
          const shared = Effect.map(shares.findMany([0.5]), textsOf)
          assert.deepStrictEqual([yield* weighed, yield* weighed], [["a tenth"], ["a tenth"]])
          assert.deepStrictEqual([yield* shared, yield* shared], [["a half"], ["a half"]])
          assert.deepStrictEqual(yield* countsOf("Weight"), { hits: 0, misses: 0, coalesced: 0, stale: 0 })
          assert.deepStrictEqual(yield* countsOf("Share"), { hits: 0, misses: 0, coalesced: 0, stale: 0 })
          const cards = yield* Repository.make(Card)
          const wrong = cards.findMany([1, 1.5])
          assert.deepStrictEqual(yield* Effect.flip(wrong), yield* Effect.flip(QueryCache.bypass(wrong)))
          assert.deepStrictEqual(yield* cards.findMany([]), [])
        }).pipe(cached()))

      it.effect("are known by a name of their table that is first heard while it is written to by another", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const [row] = yield* sql<{ readonly schema: string }>`SELECT current_schema() AS schema`
          const fields = { id: Column.primaryKey(Column.int32), text: Schema.String }
          class Said extends Model.Class<Said>("Said")(fields, { table: "kept_names", schema: row?.schema ?? "" }) {}
          class Unsaid extends Model.Class<Unsaid>("Unsaid")(fields, { table: "kept_names" }) {}
          yield* Session.createTables([Said])
          yield* Query.insert(Said).values({ id: 1, text: "old" })
          const names = yield* Repository.make(Unsaid)
          const looked = Effect.all([names.get(1), Query.from(Unsaid).all])
          const written = yield* Deferred.make<void>()
          const goOn = yield* Deferred.make<void>()
          const writer = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
            yield* (yield* Repository.make(Said)).patch({ id: 1, text: "new" })
            yield* Deferred.succeed(written, undefined)
            yield* Deferred.await(goOn)
          })))
          yield* Deferred.await(written)
          assert.strictEqual((yield* looked)[0].text, "old")
          yield* Deferred.succeed(goOn, undefined)
          yield* Fiber.join(writer)
          assert.deepStrictEqual(yield* looked, yield* QueryCache.bypass(looked))
          yield* sql`DROP TABLE kept_names`
        }).pipe(cached()))
    }
  )
