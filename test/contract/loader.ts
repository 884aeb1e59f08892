/**
 * What fibers look up at the same time is read together, each key once, and never across transactions or tenants.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Decode, Mixin, Model, QueryCache, Repository, Session } from "andamios-orm"
import { expectStatements, Statements, TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class CurrentTenant extends Context.Service<CurrentTenant, string>()("loader/CurrentTenant") {}

class Word extends Model.Class<Word>("Word")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String.check(Schema.makeFilter((text) => text !== "unsaid", { expected: "a word that can be said" }))
}, { table: "loader_words" }) {}

class Page extends Model.Class<Page>("Page")({
  book: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Column.int32),
  text: Schema.String
}, { table: "loader_pages" }) {}

class Letter extends Model.Class<Letter>("Letter")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String,
  ...Mixin.tenant(CurrentTenant, Schema.String)
}, { table: "loader_letters" }) {}

/** A model whose table there isn't. */
class Nowhere extends Model.Class<Nowhere>("Nowhere")({
  id: Column.primaryKey(Column.int32)
}, { table: "loader_nowhere" }) {}

const words = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, text: `word ${first + index}` }))

const textOf = Option.map(({ text }: { readonly text: string }) => text)

const together = { concurrency: "unbounded" } as const

export const loader = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Word, Page, Letter]), { timeout: "60 seconds" })(`${name}: loader`, (it) => {
    it.effect("makes of 1,000 lookups at the same time one statement, and of a key that is asked for twice one", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        yield* repository.insertMany(words(0, 800))
        const ids = Array.from({ length: 1_000 }, (_, index) => (index * 7) % 900)
        const [found, statements] = yield* Statements.sent(Effect.forEach(ids, repository.loader, together))
        assert.deepStrictEqual(
          found.map(textOf),
          ids.map((id) => id < 800 ? Option.some(`word ${id}`) : Option.none())
        )
        assert.isAtMost(statements.length, 2)
        const [one, other] = [found[0], found[900]].map((row) => Option.getOrThrow(row ?? Option.none()))
        assert.strictEqual(one, other, "one row is one instance for all who asked for it")
      }))

    it.effect("gathers those of whoever asks, from wherever", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        yield* repository.insertMany(words(1_000, 10))
        const one = Effect.forEach([1_000, 1_001], repository.loader, together)
        const other = Effect.forEach([1_001, 1_002], repository.loader, together)
        const [first, second] = yield* Effect.all([one, other], together).pipe(expectStatements(1))
        assert.deepStrictEqual(
          [...first, ...second].map(textOf),
          [1_000, 1_001, 1_001, 1_002].map((id) => Option.some(`word ${id}`))
        )
      }))

    it.effect("reads again what is asked for later: it is no cache", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const repository = yield* Repository.make(Word)
        yield* repository.insert({ id: 1_100, text: "before" })
        assert.deepStrictEqual(textOf(yield* repository.loader(1_100)), Option.some("before"))
        yield* sql`UPDATE loader_words SET text = 'after' WHERE id = 1100`
        assert.deepStrictEqual(textOf(yield* repository.loader(1_100)), Option.some("after"))
      }))

    it.effect("tells keys of several fields apart", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Page)
        const keys = [["a", 1], ["a", 11], ["a, 1", 1], ["b", 1]] as const
        yield* repository.insertMany(keys.map(([book, number]) => ({ book, number, text: `${book}:${number}` })))
        const asked = [...keys, ["b", 2], ["a", 1]] as const
        const lookups = Effect.forEach(asked, ([book, number]) => repository.loader({ number, book }), together)
        const found = yield* lookups.pipe(expectStatements(1))
        assert.deepStrictEqual(found.map(textOf), [
          ...keys.map(([book, number]) => Option.some(`${book}:${number}`)),
          Option.none(),
          Option.some("a:1")
        ])
      }))

    it.effect("sees in a transaction what it wrote, and nobody beside it does", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        const inside = Effect.gen(function*() {
          yield* repository.insert({ id: 1_200, text: "mine" })
          return yield* Effect.forEach([1_200, 1_201], repository.loader, together)
        })
        const written = yield* Deferred.make<void>()
        const asked = yield* Deferred.make<void>()
        const transaction = Session.transaction(Effect.gen(function*() {
          yield* repository.insert({ id: 1_201, text: "theirs" })
          yield* Deferred.succeed(written, undefined)
          const own = yield* repository.loader(1_201)
          yield* Deferred.await(asked)
          return own
        }))
        assert.deepStrictEqual((yield* Session.transaction(inside)).map(textOf), [Option.some("mine"), Option.none()])
        const running = yield* Effect.forkChild(transaction)
        yield* Deferred.await(written)
        assert.deepStrictEqual(yield* repository.loader(1_201), Option.none())
        yield* Deferred.succeed(asked, undefined)
        assert.deepStrictEqual(textOf(yield* Fiber.join(running)), Option.some("theirs"))
        assert.deepStrictEqual(textOf(yield* repository.loader(1_201)), Option.some("theirs"))
      }))

    it.effect("keeps a transaction's lookups apart from those beside it, which are made at the same moment", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        yield* repository.insert({ id: 1_300, text: "old" })
        const inside = Session.transaction(
          Effect.andThen(
            repository.patch({ id: 1_300, text: "new" }),
            Effect.forEach([1_300, 1_300], repository.loader, together)
          )
        )
        const beside = Effect.forEach([1_300, 1_300], repository.loader, together)
        const [changed, seen] = yield* Effect.all([inside, beside], together)
        assert.deepStrictEqual(changed.map(textOf), [Option.some("new"), Option.some("new")])
        assert.include(["old", "new"], Option.getOrThrow(seen.map(textOf)[0] ?? Option.none()))
        const undone = Session.transaction(Effect.gen(function*() {
          yield* repository.patch({ id: 1_300, text: "never" })
          const found = yield* repository.loader(1_300)
          return yield* Effect.fail(textOf(found))
        }))
        const [failure] = yield* Effect.all([Effect.flip(undone), beside], together)
        assert.deepStrictEqual(failure, Option.some("never"))
        assert.deepStrictEqual(textOf(yield* repository.loader(1_300)), Option.some("new"))
      }))

    it.effect("never mixes tenants who ask at the same time", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Letter)
        const as = (tenant: string) => Effect.provideService(CurrentTenant, tenant)
        yield* as("acme")(repository.insertMany([{ id: 1, text: "of acme" }, { id: 2, text: "of acme" }]))
        yield* as("globex")(repository.insertMany([{ id: 3, text: "of globex" }]))
        const asked = (tenant: string) => as(tenant)(Effect.forEach([1, 2, 3], repository.loader, together))
        const lookups = Effect.all([asked("acme"), asked("globex"), asked("nobody"), asked("acme")], together)
        // those of one tenant are one statement
        const found = yield* lookups.pipe(expectStatements(3))
        const [acme, globex] = [Option.some("of acme"), Option.some("of globex")]
        const none = Option.none()
        assert.deepStrictEqual(
          found.map((rows) => rows.map(textOf)),
          [[acme, acme, none], [none, none, globex], [none, none, none], [acme, acme, none]]
        )
      }))

    it.effect("keeps lookups that are to be checked apart from others", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const repository = yield* Repository.make(Word)
        yield* sql`INSERT INTO loader_words (id, text) VALUES (1400, 'unsaid')`
        const [believed, checked] = yield* Effect.all([
          Effect.exit(repository.loader(1_400)),
          Effect.exit(Decode.strict(repository.loader(1_400)))
        ], together)
        assert.isTrue(Exit.isSuccess(believed))
        assert.isTrue(Exit.isFailure(checked))
        yield* sql`DELETE FROM loader_words WHERE id = 1400`
      }))

    it.effect("keeps lookups that pass by the cache apart from others", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        yield* repository.insert({ id: 1_450, text: "kept" })
        yield* repository.loader(1_450)
        const kept = repository.loader(1_450)
        yield* kept.pipe(expectStatements(0))
        const [first, second] = yield* Effect.all([kept, QueryCache.bypass(kept)], together).pipe(expectStatements(1))
        assert.deepStrictEqual([first, second].map(textOf), ["kept", "kept"].map(Option.some))
      }).pipe(Effect.provide(QueryCache.layerMemory())))

    it.effect("fails for all who asked, with the same failure", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Nowhere)
        const lookups = Effect.forEach([1, 2, 3], (id) => Effect.flip(repository.loader(id)), together)
        const failed = yield* lookups
        assert.deepStrictEqual(failed.map(({ _tag }) => _tag), ["QueryFailed", "QueryFailed", "QueryFailed"])
      }))

    it.effect("answers the others where one that asks is interrupted", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        yield* repository.insertMany(words(1_500, 3))
        const fibers = yield* Effect.forEach([1_500, 1_501, 1_502], (id) =>
          Effect.forkChild(repository.loader(id), { startImmediately: true }))
        const [first, ...rest] = fibers
        if (first !== undefined) {
          yield* Fiber.interrupt(first)
        }
        const found = yield* Effect.forEach(rest, Fiber.join)
        assert.deepStrictEqual(found.map(textOf), [Option.some("word 1501"), Option.some("word 1502")])
        assert.deepStrictEqual(textOf(yield* repository.loader(1_500)), Option.some("word 1500"))
      }))

    it.effect("leaves nothing running where all who ask are interrupted", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        yield* repository.insertMany(words(1_600, 1_000))
        const ids = words(1_600, 1_000).map(({ id }) => id)
        const fiber = yield* Effect.forkChild(Effect.forEach(ids, repository.loader, together), {
          startImmediately: true
        })
        yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        const inside = Session.transaction(Effect.gen(function*() {
          const running = yield* Effect.forkChild(Effect.forEach(ids, repository.loader, together), {
            startImmediately: true
          })
          yield* Effect.yieldNow
          yield* Fiber.interrupt(running)
          return yield* repository.loader(1_600)
        }))
        assert.deepStrictEqual(textOf(yield* inside), Option.some("word 1600"))
      }))

    it.effect("looks up nothing by a key that is none", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Word)
        assert.deepStrictEqual(yield* Effect.forEach([], repository.loader), [])
        assert.deepStrictEqual(yield* repository.loader(-1).pipe(expectStatements(1)), Option.none())
      }))
  })
