/**
 * Reads go to replicas, each of which has all that the program has written, or else to the primary.
 */
import { assert, layer } from "@effect/vitest"
import { ConnectionPool, Query, Repository, Session, Sql } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import {
  Item,
  on,
  pause,
  Place,
  program,
  readFrom,
  resume,
  Servers,
  servers,
  until,
  where
} from "./following/servers.ts"
import { reads, writes } from "./following/ways.ts"

const live = program().pipe(Layer.provideMerge(servers))

/** Runs something while neither replica replays. */
const standing = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const { one, other } = yield* Servers
    return yield* Effect.acquireUseRelease(
      Effect.all([pause(one), pause(other)]),
      () => effect,
      () => Effect.all([resume(one), resume(other)])
    )
  })

/** A pool of one connection. */
const only = { size: 1, acquireTimeout: "200 millis" } as const

/** Runs something while a transaction has a connection of the primary. */
const besideTransaction = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const [begun, end] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const transaction = Session.transaction(Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(end)))
    const running = yield* Effect.forkChild(transaction)
    yield* Deferred.await(begun)
    const answer = yield* Effect.ensuring(effect, Deferred.succeed(end, undefined))
    yield* Fiber.join(running)
    return answer
  })

const status = Effect.flatMap(Postgres.Replicas, (replicas) => replicas.status)

const readCounts = Effect.map(status, (all) => all.map((replica) => replica.reads))

layer(live, { timeout: "120 seconds", excludeTestServices: true })("replicas", (it) => {
  it.effect("answer reads by turns, whole, as columns and as streams", () =>
    Effect.gen(function*() {
      const { one, other } = yield* Servers
      yield* readFrom(one, other)
      const both = [one.host, other.host].toSorted()
      const hosts = (found: ReadonlyArray<string | undefined>) => Array.from(new Set(found), String).toSorted()
      const streamed = Effect.map(Stream.runCollect(Query.from(Place).stream), ([place]) => place?.host)
      assert.deepStrictEqual(hosts(yield* Effect.replicateEffect(streamed, 2)), both)
      const column = Effect.map(
        Query.from(Place).select((place) => ({ host: place.host })).columns,
        ({ host }) => host.values[0]
      )
      assert.deepStrictEqual(hosts(yield* Effect.replicateEffect(column, 2)), both)
      const before = yield* readCounts
      yield* Effect.replicateEffect(where, 20)
      assert.deepStrictEqual(yield* readCounts, before.map((count) => count + 10))
    }))

  it.effect("are left alone by what writes, locks, is by hand or is in a transaction, and by what asks for the primary", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      const sql = yield* SqlClient.SqlClient
      const host = Effect.map(Query.from(Place).all, ([place]) => place?.host)
      const byHand = Sql.query(Schema.Struct({ host: Schema.String }))`SELECT host FROM ${Sql.columns(Place)}`
      yield* readFrom(one, other)
      const before = yield* readCounts
      yield* Query.from(Item).lock("update").all
      for (
        const place of [
          Session.transaction(host),
          Session.transaction(host, { readOnly: true }),
          Session.transaction(Effect.map(Stream.runCollect(Query.from(Place).stream), ([found]) => found?.host)),
          Postgres.fromPrimary(host),
          Effect.map(byHand.all, ([found]) => found?.host),
          Effect.map(Stream.runCollect(byHand.stream), ([found]) => found?.host),
          Effect.map(
            Query.from(Place).where((found) => Sql.expression(Schema.Boolean)`${found.host} <> ''`.eq(true)).all,
            ([found]) => found?.host
          ),
          Effect.map(sql<{ readonly host: string }>`SELECT host FROM places`, ([found]) => found?.host)
        ]
      ) {
        assert.strictEqual(yield* place, primary.host)
      }
      assert.deepStrictEqual(yield* readCounts, before)
      // of these, none may have written
      assert.notStrictEqual(yield* where, primary.host)
      assert.strictEqual((yield* Effect.flatMap(ConnectionPool.ConnectionPool, (pool) => pool.stats)).size, 10)
    }))

  for (const [way, write] of Object.entries(writes)) {
    it.effect(`never answer with what was there before: ${way}`, () =>
      Effect.gen(function*() {
        const { one, other } = yield* Servers
        yield* Query.upsert(Item).values({ id: 1, name: "before" })
        yield* readFrom(one, other)
        yield* standing(Effect.gen(function*() {
          for (let round = 0; round < 3; round++) {
            for (const [name, read] of Object.entries(reads)) {
              yield* write(1, `${name} ${round}`)
              assert.strictEqual(yield* read(1), `${name} ${round}`)
              // the position that is waited for is known by now
              yield* Effect.sleep("5 millis")
              assert.strictEqual(yield* read(1), `${name} ${round}`)
            }
          }
        }))
        yield* readFrom(one, other)
        assert.strictEqual(yield* reads.all(1), "repository 2")
      }))
  }

  it.effect("never answer with what was there before a write that others have read beside", () =>
    Effect.gen(function*() {
      const { one, other } = yield* Servers
      const sql = yield* SqlClient.SqlClient
      const slow = (name: string) => sql`UPDATE items SET name = ${name} || pg_sleep(0.2)::text WHERE id = 1`
      for (const write of [slow, (name: string) => sql.withTransaction(slow(name))]) {
        yield* Query.upsert(Item).values({ id: 1, name: "before" })
        yield* readFrom(one, other)
        yield* standing(Effect.gen(function*() {
          const writing = yield* Effect.forkChild(write("after"))
          while (writing.pollUnsafe() === undefined) {
            yield* where
            yield* Effect.sleep("1 millis")
          }
          assert.strictEqual(yield* reads.all(1), "after")
        }))
      }
    }))

  it.effect("are left for the primary after what has failed, which may have written nevertheless", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      const sql = yield* SqlClient.SqlClient
      for (
        const failing of [
          Query.insert(Item).values([{ id: 7, name: "seven" }, { id: 7, name: "again" }]),
          sql`UPDATE nothing SET name = ''`,
          sql`SELECT rename_item(1 / 0, '')`,
          Effect.timeout(sql`SELECT rename_item(1, pg_sleep(1)::text)`, "20 millis")
        ].map((write) => Effect.exit<unknown, unknown, Session.Session>(write))
      ) {
        yield* readFrom(one, other)
        assert.isTrue(Exit.isFailure(yield* failing))
        assert.strictEqual(yield* where, primary.host)
      }
    }))

  it.effect("are as good as the primary after a transaction that is rolled back", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      yield* readFrom(one, other)
      yield* Effect.ignore(Session.transaction(
        Effect.andThen(Query.upsert(Item).values({ id: 1, name: "never" }), Effect.fail("no"))
      ))
      assert.notStrictEqual(yield* where, primary.host)
    }))

  it.effect("are read from again when they have come so far", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      yield* readFrom(one, other)
      yield* pause(one)
      yield* Query.upsert(Item).values({ id: 2, name: "two" })
      yield* readFrom(other)
      yield* pause(other)
      yield* Query.upsert(Item).values({ id: 2, name: "three" })
      yield* readFrom(primary)
      const [first] = yield* status
      assert.isFalse(first?.isUsed)
      assert.strictEqual(first?.state, "following")
      yield* until(Effect.map(status, ([found]) => (found?.lag ?? 0) > 0))
      yield* resume(one)
      yield* readFrom(one)
      yield* resume(other)
      yield* readFrom(one, other)
      yield* until(Effect.map(status, (all) => all.every(({ isUsed, lag }) => isUsed && lag === 0)))
      assert.match((yield* status)[0]?.position ?? "", /^[\dA-F]+\/[\dA-F]+$/)
    }))

  it.effect("may be as old as is said", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      yield* Query.upsert(Item).values({ id: 3, name: "old" })
      yield* readFrom(one, other)
      yield* standing(Effect.gen(function*() {
        yield* Query.upsert(Item).values({ id: 3, name: "new" })
        assert.strictEqual(yield* reads.all(3).pipe(Postgres.stale("1 minute")), "old")
        assert.notStrictEqual(yield* where.pipe(Postgres.stale("1 minute")), primary.host)
        assert.strictEqual(yield* reads.all(3).pipe(Postgres.stale(0)), "new")
        assert.strictEqual(yield* reads.all(3), "new")
        // after a while there is too much that they lack
        yield* until(Effect.map(reads.all(3).pipe(Postgres.stale("2 seconds")), (name) => name === "new"))
        assert.strictEqual(yield* reads.all(3).pipe(Postgres.stale("1 minute")), "old")
      }))
    }))

  it.effect("are as old as each says who looks up a row by a loader at the same time", () =>
    Effect.gen(function*() {
      const { one, other } = yield* Servers
      const { loader } = yield* Repository.make(Item)
      const name = Effect.map(loader(6), Option.map((found) => found.name))
      yield* Query.upsert(Item).values({ id: 6, name: "old" })
      yield* readFrom(one, other)
      yield* standing(Effect.gen(function*() {
        yield* Query.upsert(Item).values({ id: 6, name: "new" })
        const asked = [name.pipe(Postgres.stale("1 minute")), name, name.pipe(Postgres.fromPrimary)]
        assert.deepStrictEqual(
          yield* Effect.all(asked, { concurrency: "unbounded" }),
          ["old", "new", "new"].map(Option.some)
        )
      }))
    }))

  it.effect("are left out while they are further behind than their options say", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      const options = { replicas: [{ host: one.host, maxLag: "2 seconds" }] } as const
      yield* Effect.gen(function*() {
        yield* readFrom(one)
        yield* standing(Effect.gen(function*() {
          // by somebody else, so that this program needs nothing of it
          yield* on(primary, "INSERT INTO items VALUES (4, 'four')")
          assert.isUndefined(yield* reads.all(4))
          yield* until(Effect.map(reads.all(4), (name) => name === "four"))
          assert.strictEqual(yield* where, primary.host)
        }))
        yield* readFrom(one)
      }).pipe(Effect.provide(program(options)))
      yield* readFrom(one, other)
    }))

  it.effect("are reached as their own url says, whatever the primary's options say", () =>
    Effect.gen(function*() {
      const { one, primary } = yield* Servers
      yield* on(primary, "CREATE ROLE reader LOGIN", "GRANT pg_read_all_data, pg_read_all_settings TO reader")
      yield* until(
        Effect.map(on(one, "SELECT 1 FROM pg_roles WHERE rolname = 'reader'"), ([found]) => found?.length === 1)
      )
      const own = `postgres://reader@localhost/postgres?host=${one.host}&port=${one.port}&application_name=reads`
      yield* Effect.gen(function*() {
        yield* readFrom(one)
        const users = "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE application_name = 'reads'"
        assert.deepStrictEqual(yield* on(one, users), [[{ usename: "reader" }]])
      }).pipe(Effect.provide(program({ applicationName: "program", replicas: [{ url: Redacted.make(own) }] })))
    }))

  it.effect("are passed over while all their connections are lent, and are no less trusted for that", () =>
    Effect.gen(function*() {
      const { one, primary } = yield* Servers
      yield* Effect.gen(function*() {
        yield* readFrom(one)
        const besideStream = Effect.gen(function*() {
          assert.deepStrictEqual(yield* Effect.all([where, where]), [primary.host, primary.host])
          const failure = yield* besideTransaction(Effect.flip(Query.from(Place).all))
          assert.strictEqual(failure._tag, "PoolTimeout")
          assert.strictEqual((yield* status)[0]?.state, "following")
        })
        yield* Stream.runForEach(Query.from(Place).stream, () => besideStream)
        yield* readFrom(one)
      }).pipe(Effect.provide(program({ pool: only, replicas: [{ host: one.host }] })))
    }))

  it.effect("are known to be far enough while all connections of the primary are lent", () =>
    Effect.gen(function*() {
      const { one } = yield* Servers
      yield* Effect.gen(function*() {
        yield* readFrom(one)
        yield* Query.upsert(Item).values({ id: 8, name: "eight" })
        yield* besideTransaction(
          Effect.andThen(until(Effect.map(status, ([found]) => found?.isUsed === true)), readFrom(one))
        )
      }).pipe(Effect.provide(program({ pool: only, replicas: [{ host: one.host }] })))
    }))

  it.effect("have what was said over a channel, when that is heard", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      yield* Query.upsert(Item).values({ id: 5, name: "unsaid" })
      yield* readFrom(one, other)
      const heard = yield* Postgres.listen("items").pipe(
        Stream.tap((said) =>
          said._tag === "Notice" ? Effect.void : Effect.all([
            readFrom(one, other),
            pause(one),
            pause(other),
            on(primary, "UPDATE items SET name = 'said' WHERE id = 5", "NOTIFY items, 'now'")
          ])
        ),
        Stream.filter(({ _tag }) => _tag === "Notice"),
        Stream.mapEffect(() => reads.all(5)),
        Stream.runHead,
        Effect.ensuring(Effect.orDie(Effect.all([resume(one), resume(other)])))
      )
      assert.deepStrictEqual(heard, Option.some("said"))
    }))
})
