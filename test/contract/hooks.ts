/**
 * A repository's hooks run around its operations, in their transactions: what one fails with undoes all of it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ConnectionPool, Mixin, Model, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"
import { changed } from "./changed.ts"
import type { Database } from "./Subject.ts"

class Song extends Model.Class<Song>("Song")({
  id: Column.primaryKey(Column.int32),
  title: Schema.NonEmptyString,
  plays: Column.withDefault(Column.int32, 0),
  ...Mixin.softDelete
}, { table: "hooks_songs" }) {}

/** What hooks write down, in a table of the same database. */
class Entry extends Model.Class<Entry>("Entry")({
  id: Column.serial(Schema.Int),
  what: Schema.String
}, { table: "hooks_entries" }) {}

/** What a hook needs, and is told of. */
class Log extends Context.Service<Log, { readonly entries: Array<string> }>()("hooks/Log") {}

const idsOf = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id).join()

const told = (what: string) => Effect.map(Log, ({ entries }) => entries.push(what))

const logging = {
  beforeInsert: (inputs) => Effect.as(told(`beforeInsert ${idsOf(inputs)}`), inputs),
  afterInsert: (rows) => told(`afterInsert ${idsOf(rows)}`),
  afterUpsert: (rows) => told(`afterUpsert ${idsOf(rows)}`),
  beforeUpdate: (changes) => Effect.as(told(`beforeUpdate ${idsOf(changes)}`), changes),
  afterUpdate: (rows) => told(`afterUpdate ${idsOf(rows)}`),
  beforeDelete: (keys) => told(`beforeDelete ${keys.join()}`),
  afterDelete: (keys) => told(`afterDelete ${keys.join()}`),
  afterLoad: (rows) => Effect.as(told(`afterLoad ${idsOf(rows)}`), rows)
} as const satisfies Repository.Hooks<typeof Song>

const song = (id: number) => ({ id, title: `song ${id}` })

const played = (id: number) => ({ ...song(id), plays: 0 })

const plain = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

const emptied = Effect.andThen(plain("DELETE FROM hooks_songs"), plain("DELETE FROM hooks_entries"))

const songs = plain("SELECT id, title, plays, \"deletedAt\" IS NOT NULL AS deleted FROM hooks_songs ORDER BY id")

const entries = Effect.map(
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ readonly what: string }>`SELECT what FROM hooks_entries ORDER BY id`
  ),
  (rows) => rows.map(({ what }) => what)
)

export const hooks = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Song, Entry]), { timeout: "60 seconds" })(`${name}: hooks`, (it) => {
    it.effect("run around each operation, with all of its rows, in order", () =>
      Effect.gen(function*() {
        yield* emptied
        const log = { entries: new Array<string>() }
        const repository = yield* Repository.make(Song, { hooks: logging }).pipe(Effect.provideService(Log, log))
        const toldBy = Effect.fnUntraced(function*<A, E, R>(operation: Effect.Effect<A, E, R>) {
          log.entries.length = 0
          yield* operation
          return [...log.entries]
        })
        assert.deepStrictEqual(yield* toldBy(repository.insert(song(1))), ["beforeInsert 1", "afterInsert 1"])
        assert.deepStrictEqual(yield* toldBy(repository.insertMany([song(3), song(2)])), [
          "beforeInsert 3,2",
          "afterInsert 3,2"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.upsert({ ...song(1), plays: 1 })), [
          "beforeInsert 1",
          "afterUpsert 1"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.upsertMany([song(4), song(1)])), [
          "beforeInsert 4,1",
          "afterUpsert 4,1"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.save(song(5))), ["beforeInsert 5", "afterInsert 5"])
        assert.deepStrictEqual(yield* toldBy(repository.save(new Song({ ...song(5), plays: 2, deletedAt: null }))), [
          "beforeUpdate 5",
          "afterUpdate 5"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.update({ ...song(5), plays: 3 })), [
          "beforeUpdate 5",
          "afterUpdate 5"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.patch({ id: 5, plays: 4 })), [
          "beforeUpdate 5",
          "afterUpdate 5"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.patchMany([{ id: 5, plays: 4 }, { id: 1, plays: 9 }])), [
          "beforeUpdate 5,1",
          "afterUpdate 5,1"
        ])
        assert.deepStrictEqual(yield* toldBy(repository.increment(5, { plays: 1 })), ["afterUpdate 5"])
        assert.deepStrictEqual(
          yield* toldBy(repository.importFrom(Stream.make(played(6), played(7), {}, played(8)), { batch: 2 })),
          [
            "beforeInsert 6,7",
            "afterInsert 6,7",
            "beforeInsert 8",
            "afterInsert 8"
          ]
        )
        assert.deepStrictEqual(yield* toldBy(repository.delete(6)), ["beforeDelete 6", "afterDelete 6"])
        assert.deepStrictEqual(yield* toldBy(repository.deleteMany([7, 8])), ["beforeDelete 7,8", "afterDelete 7,8"])
        assert.deepStrictEqual(yield* toldBy(repository.restore(6)), ["afterUpdate 6"])
        assert.deepStrictEqual(yield* toldBy(repository.purge(7)), ["beforeDelete 7", "afterDelete 7"])

        assert.deepStrictEqual(yield* toldBy(repository.get(1)), ["afterLoad 1"])
        assert.deepStrictEqual(yield* toldBy(repository.findById(1)), ["afterLoad 1"])
        assert.deepStrictEqual(yield* toldBy(repository.findMany([2, 404, 1])), ["afterLoad 2,1"])
        assert.deepStrictEqual(yield* toldBy(repository.getMany([2, 1])), ["afterLoad 2,1"])
        assert.deepStrictEqual(yield* toldBy(repository.loader(2)), ["afterLoad 2"])
        assert.deepStrictEqual(yield* toldBy(repository.first), ["afterLoad 1"])
        assert.deepStrictEqual(yield* toldBy(repository.find((row) => row.id.eq(3))), ["afterLoad 3"])
        assert.deepStrictEqual(yield* toldBy(repository.findOne((row) => row.id.eq(3))), ["afterLoad 3"])
        assert.deepStrictEqual(yield* toldBy(repository.page({ size: 2 })), ["afterLoad 1,2"])
        assert.deepStrictEqual(
          yield* toldBy(repository.numberedPage({ size: 2, number: 1, orderBy: (row) => row.id.desc() })),
          [
            "afterLoad 6,5"
          ]
        )
        assert.deepStrictEqual(yield* toldBy(Stream.runDrain(repository.stream((row) => row.id.lt(2)))), [
          "afterLoad 1"
        ])
        assert.deepStrictEqual((yield* toldBy(repository.all)).length, 1)
        assert.deepStrictEqual((yield* toldBy(repository.exportTo(Sink.drain))).length, 1)
        assert.deepStrictEqual(
          yield* toldBy(Effect.all([repository.count(), repository.exists(), repository.query.all])),
          []
        )
        const nothing = [
          repository.insertMany([]),
          repository.upsertMany([]),
          repository.patchMany([]),
          repository.deleteMany([])
        ]
        assert.deepStrictEqual(yield* toldBy(Effect.all([...nothing, repository.findById(404)], { discard: true })), [])
      }))

    it.effect("change what is stored, and what they make of it is checked", () =>
      Effect.gen(function*() {
        yield* emptied
        const repository = yield* Repository.make(Song, {
          hooks: {
            beforeInsert: (inputs) => Effect.succeed(inputs.map((input) => ({ ...input, title: input.title.trim() }))),
            beforeUpdate: (changes) =>
              Effect.succeed(changes.map((change) => ({ ...change, plays: (change.plays ?? 0) * 10 })))
          }
        })
        assert.strictEqual((yield* repository.insert({ id: 1, title: "  padded " })).title, "padded")
        assert.strictEqual((yield* repository.upsert({ id: 2, title: " upserted" })).title, "upserted")
        assert.strictEqual(
          (yield* repository.importFrom(Stream.make({ id: 3, title: " imported", plays: 0 }))).inserted,
          1
        )
        const blank = yield* Effect.flip(repository.insert({ id: 4, title: "   " }))
        assert.strictEqual(blank._tag, "Invalid")
        assert.strictEqual((yield* repository.patch({ id: 1, plays: 5 })).plays, 50)
        const large = yield* Effect.flip(repository.patch({ id: 1, plays: 2 ** 30 }))
        assert.strictEqual(large._tag, "Invalid")
        assert.deepStrictEqual(yield* songs, [
          { id: 1, title: "padded", plays: 50, deleted: false },
          { id: 2, title: "upserted", plays: 0, deleted: false },
          { id: 3, title: "imported", plays: 0, deleted: false }
        ])
      }))

    it.effect("may be of one side of an operation alone", () =>
      Effect.gen(function*() {
        yield* emptied
        const log = { entries: new Array<string>() }
        const deleting = Effect.gen(function*() {
          const [one, other] = [
            yield* Repository.make(Song, { hooks: { beforeDelete: logging.beforeDelete } }),
            yield* Repository.make(Song, { hooks: { afterDelete: logging.afterDelete } })
          ]
          yield* one.insertMany([song(1), song(2)])
          yield* one.delete(1)
          yield* other.delete(2)
        })
        yield* Effect.provideService(deleting, Log, log)
        assert.deepStrictEqual(log.entries, ["beforeDelete 1", "afterDelete 2"])
      }))

    it.effect("change what is read", () =>
      Effect.gen(function*() {
        yield* emptied
        const plainSongs = yield* Repository.make(Song)
        yield* plainSongs.insertMany([song(1), song(2)])
        const repository = yield* Repository.make(Song, {
          hooks: {
            afterLoad: (rows) =>
              Effect.succeed(rows.map((row) => new Song(changed(row, { title: row.title.toUpperCase() }))))
          }
        })
        assert.strictEqual((yield* repository.get(1)).title, "SONG 1")
        const found = yield* repository.findMany([2, 404, 1, 2])
        assert.deepStrictEqual(
          found.map(Option.map(({ title }) => title)),
          [Option.some("SONG 2"), Option.none(), Option.some("SONG 1"), Option.some("SONG 2")]
        )
        assert.deepStrictEqual((yield* repository.getMany([2, 1])).map(({ title }) => title), ["SONG 2", "SONG 1"])
        assert.strictEqual((yield* Effect.flip(repository.getMany([2, 404])))._tag, "NotFound")
        const streamed = yield* Stream.runCollect(repository.stream())
        assert.sameMembers(streamed.map(({ title }) => title), ["SONG 1", "SONG 2"])
      }))

    it.effect("that answer with fewer rows than they were given end the operation, and store nothing", () =>
      Effect.gen(function*() {
        yield* emptied
        const repository = yield* Repository.make(Song, {
          hooks: { beforeInsert: (inputs) => Effect.succeed(inputs.slice(1)), afterLoad: () => Effect.succeed([]) }
        })
        const inserted = yield* Effect.exit(repository.insert(song(1)))
        assert.isTrue(Exit.hasDies(inserted))
        assert.include(String(inserted), "beforeInsert answered with 0 for 1")
        assert.isTrue(Exit.hasDies(yield* Effect.exit(repository.insertMany([song(1), song(2)]))))
        assert.deepStrictEqual(yield* songs, [])
        yield* plain("INSERT INTO hooks_songs (id, title, plays) VALUES (1, 'stored', 0)")
        const read = yield* Effect.exit(repository.get(1))
        assert.include(String(read), "afterLoad answered with 0 for 1")
      }))

    it.effect("that fail before or after undo all of it, and are in the types of the methods", () =>
      Effect.gen(function*() {
        yield* emptied
        const written = yield* Repository.make(Entry)
        yield* plain("INSERT INTO hooks_songs (id, title, plays) VALUES (1, 'stored', 0)")
        yield* plain(
          "INSERT INTO hooks_songs (id, title, plays, \"deletedAt\") VALUES (2, 'gone', 0, TIMESTAMP '2020-01-01 00:00:00')"
        )
        const before = yield* songs
        const refusing = (what: "before" | "after") => {
          const refuse = Effect.andThen(written.insert({ what }), Effect.fail(what))
          return what === "before"
            ? { beforeInsert: () => refuse, beforeUpdate: () => refuse, beforeDelete: () => refuse }
            : {
              afterInsert: () => refuse,
              afterUpsert: () => refuse,
              afterUpdate: () => refuse,
              afterDelete: () => refuse
            }
        }
        for (const what of ["before", "after"] as const) {
          const repository = yield* Repository.make(Song, { hooks: refusing(what) })
          const operations: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            repository.insert(song(3)),
            repository.insertMany([song(3), song(4)]),
            repository.upsert({ ...song(1), title: "changed" }),
            repository.save(song(3)),
            repository.patch({ id: 1, title: "changed" }),
            repository.importFrom(Stream.make(played(3))),
            repository.delete(1),
            repository.deleteMany([1]),
            repository.purge(1),
            ...(what === "after" ? [repository.increment(1, { plays: 1 }), repository.restore(2)] : [])
          ]
          for (const operation of operations) {
            assert.strictEqual(yield* Effect.flip(operation), what)
            assert.deepStrictEqual([yield* songs, yield* entries], [before, []])
          }
        }
        const typed = yield* Repository.make(Song, {
          hooks: { afterInsert: () => Effect.fail("no more songs" as const) }
        })
        expectTypeOf<Extract<Effect.Error<ReturnType<typeof typed.insert>>, string>>().toEqualTypeOf<"no more songs">()
      }))

    it.effect("write in the transaction of the operation, and see what it wrote", () =>
      Effect.gen(function*() {
        yield* emptied
        const written = yield* Repository.make(Entry)
        const seen = yield* Repository.make(Song)
        const repository = yield* Repository.make(Song, {
          hooks: {
            beforeInsert: (inputs) => Effect.as(written.insert({ what: `before ${idsOf(inputs)}` }), inputs),
            afterInsert: (rows) =>
              Effect.flatMap(
                seen.count(),
                (count) => written.insert({ what: `after ${idsOf(rows)}, ${count} of them` })
              )
          }
        })
        yield* repository.insertMany([song(1), song(2)])
        assert.deepStrictEqual(yield* entries, ["before 1,2", "after 1,2, 2 of them"])
        assert.strictEqual((yield* Effect.flip(repository.insert(song(1))))._tag, "UniqueViolation")
        assert.deepStrictEqual(yield* entries, ["before 1,2", "after 1,2, 2 of them"])
        const outer = Effect.andThen(repository.insert(song(3)), Effect.fail("undone"))
        assert.strictEqual(yield* Effect.flip(Session.transaction(outer)), "undone")
        assert.strictEqual((yield* songs).length, 2)
        assert.strictEqual((yield* entries).length, 2)
      }))

    it.effect("take one connection with the operation: they run where all but one are lent", () =>
      Effect.gen(function*() {
        yield* emptied
        const pool = yield* ConnectionPool.ConnectionPool
        const sql = yield* SqlClient.SqlClient
        const written = yield* Repository.make(Entry)
        const repository = yield* Repository.make(Song, {
          hooks: {
            beforeInsert: (inputs) => Effect.as(written.insert({ what: "before" }), inputs),
            afterInsert: () => written.insert({ what: "after" }),
            afterLoad: (rows) => Effect.as(Effect.orDie(written.count()), rows)
          }
        })
        const { size } = yield* pool.stats
        const operations = Effect.andThen(repository.insert(song(1)), repository.get(1))
        const lent = Effect.forEach(Array.from({ length: size - 1 }), () => sql.reserve)
        yield* Effect.scoped(Effect.andThen(lent, operations))
        assert.deepStrictEqual(yield* entries, ["before", "after"])
      }))

    it.effect("outlive the transaction and the unit of work that their repository was made in", () =>
      Effect.gen(function*() {
        yield* emptied
        const making = Effect.gen(function*() {
          const written = yield* Repository.make(Entry)
          return yield* Repository.make(Song, {
            hooks: {
              afterInsert: () => written.insert({ what: "after" }),
              afterLoad: (rows) => Effect.as(Effect.orDie(written.insert({ what: "loaded" })), rows)
            }
          })
        })
        for (const repository of [yield* Session.transaction(making), yield* Session.unitOfWork(making)]) {
          yield* emptied
          yield* repository.insert(song(1))
          yield* repository.get(1)
          assert.deepStrictEqual(yield* entries, ["after", "loaded"])
        }
      }))

    it.effect("have the services of where their repository was made, also as those of a service", () =>
      Effect.gen(function*() {
        yield* emptied
        const log = { entries: new Array<string>() }
        class Songs extends Repository.Service<Songs>()("hooks/Songs", Song, {
          hooks: { afterInsert: (rows) => told(`added ${idsOf(rows)}`) }
        }, (repository) => ({
          add: (id: number) => repository.insert(song(id))
        })) {}
        expectTypeOf<Layer.Services<typeof Songs.layer>>().toEqualTypeOf<Session.Session | Log>()
        const made = Songs.layer.pipe(Layer.provide(Layer.succeed(Log, log)))
        yield* Effect.provide(Effect.flatMap(Songs, (repository) => repository.add(1)), made)
        assert.deepStrictEqual(log.entries, ["added 1"])
      }))
  })
