/**
 * Writes of rows that are spread over shards: keys that stay, upserts beside others, violations, locks and what is refused.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Mixin, Model, OrmError, Query, Reference, Repository, Session } from "andamios-orm"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { SqlError } from "effect/sql/SqlError"
import { tableOf } from "../../src/model/Table.ts"
import { Database } from "../../src/session/Database.ts"
import { explaining } from "../../src/session/explaining.ts"
import { stepsOf } from "../../src/sql/Plan.ts"
import { Cluster, onShard, sharded, tenants } from "./shardWires.ts"

class Team extends Model.Class<Team>("Team")({
  tenantId: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  name: Schema.String.check(Schema.isMinLength(2))
}, { table: "teams", distribution: { by: "tenantId" }, indexes: [Index.unique("tenantId", "name")] }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int),
  teamId: Schema.Int,
  title: Schema.String,
  points: Schema.Int
}, {
  table: "tickets",
  distribution: { by: "tenantId" },
  references: [Reference.to(["tenantId", "teamId"], () => Team, ["tenantId", "id"])]
}) {}

class Count extends Model.Class<Count>("Count")({
  key: Column.primaryKey(Schema.Int),
  value: Schema.Int,
  ...Mixin.version
}, { table: "counts", distribution: { by: "key" } }) {}

class Page extends Model.Class<Page>("Page")({
  key: Column.primaryKey(Schema.Int),
  text: Schema.String,
  ...Mixin.softDelete
}, { table: "pages", distribution: { by: "key" } }) {}

const prepared = Layer.effectDiscard(Session.createTables([Team, Ticket, Count, Page])).pipe(
  Layer.provideMerge(sharded({ pool: { size: 8 } })),
  Layer.provideMerge(Cluster.layer)
)

const { on0, on1 } = tenants

/** Another pool of connections. */
const beside = Layer.fresh(sharded({ pool: { size: 1 } }))

const limit = Duration.millis(300)

const team = (tenantId: number, id: number) => ({ tenantId, id, name: `team ${id}` })
const ticket = (tenantId: number, number: number) => ({ tenantId, number, teamId: 1, title: "new", points: 0 })

const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const table of ["tickets", "teams", "counts", "pages"]) yield* sql`DELETE FROM ${sql(table)}`
  const teams = yield* Repository.make(Team)
  yield* teams.insertMany([team(on0, 1), team(on1, 1)])
})

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL: writes on shards", (it) => {
  it.effect("never change a shard key: the database refuses what the types can't see, and rows stay where they are", () =>
    Effect.gen(function*() {
      yield* emptied
      const sql = yield* SqlClient.SqlClient
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
      const ways = [
        sql`UPDATE tickets SET "tenantId" = ${on1} WHERE "tenantId" = ${on0}`,
        sql`UPDATE tickets SET title = 'x', "tenantId" = "tenantId" + 2`,
        sql`WITH moved AS (UPDATE tickets SET "tenantId" = ${on1} RETURNING number) SELECT * FROM moved`,
        sql`UPDATE tickets AS t SET "tenantId" = other."tenantId" FROM tickets AS other`
      ]
      for (const way of ways) {
        const failure = yield* Effect.flip(way)
        assert.instanceOf(failure, SqlError)
        assert.include(
          String(failure.reason.cause),
          "changing \"tenantId\", by which the rows of tickets are distributed"
        )
      }
      const table = tableOf(Ticket)
      const [key] = table.primaryKey
      if (key === undefined) return assert.fail()
      const session = yield* Session.Session
      const node = { _tag: "Value", value: on1, slot: { type: key.type, nullable: false }, column: key } as const
      const byHand = yield* Effect.flip(
        session.run({ _tag: "Update", table, alias: { name: "t" }, set: [{ column: key, node }], where: undefined })
      )
      assert.instanceOf(byHand, OrmError.Unsupported)
      assert.include(byHand.message, "changing Ticket.tenantId, by which its rows are distributed")
      assert.include(byHand.message, "Delete the row, and insert it with the other value.")
      const { execute } = yield* Database
      const stated = yield* Effect.flip(
        execute({ sql: "UPDATE tickets SET \"tenantId\" = 3", parameters: [], columns: [], shape: undefined }, table)
      )
      assert.instanceOf(stated, OrmError.Unsupported)
      assert.include(stated.instead, "Delete the row, and insert it")
      assert.deepStrictEqual((yield* onShard(0, "SELECT * FROM tickets")).length, 1)
      assert.deepStrictEqual((yield* onShard(1, "SELECT * FROM tickets")).length, 1)
      const [first] = yield* Query.from(Ticket).where((row) => row.tenantId.eq(on0)).all
      assert.deepInclude(first, { number: 1, title: "new" })
    }))

  it.effect("are carried out by the shards themselves, in spite of what keeps the key", () =>
    Effect.gen(function*() {
      const { dialect, read } = yield* Database
      const plan = yield* explaining({ dialect, read })(
        { sql: "UPDATE tickets SET title = 'x' WHERE points > 1", parameters: [], columns: [], shape: undefined },
        false
      )
      const updates = stepsOf(plan).filter(({ details }) => (details["Remote SQL"] ?? "").startsWith("UPDATE"))
      assert.strictEqual(updates.length, 2)
    }))

  it.effect("fail with the violations that one server has, by the names of their fields", () =>
    Effect.gen(function*() {
      yield* emptied
      const teams = yield* Repository.make(Team)
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insert(ticket(on0, 1))
      const same = yield* Effect.flip(teams.insert(team(on0, 1)))
      assert.deepInclude(same, {
        _tag: "UniqueViolation",
        table: "teams",
        columns: ["tenantId", "id"],
        key: "primary key"
      })
      const named = yield* Effect.flip(teams.insert({ ...team(on0, 2), name: "team 1" }))
      assert.deepInclude(named, { _tag: "UniqueViolation", columns: ["tenantId", "name"], key: "tenantId, name" })
      const orphan = yield* Effect.flip(tickets.insert({ ...ticket(on0, 2), teamId: 9 }))
      assert.deepInclude(orphan, {
        _tag: "ForeignKeyViolation",
        table: "tickets",
        columns: ["tenantId", "teamId"],
        key: "1, 9"
      })
      const held = yield* Effect.flip(teams.delete({ tenantId: on0, id: 1 }))
      assert.deepInclude(held, { _tag: "StillReferenced", table: "teams", key: "1, 1" })
      const { execute } = yield* Database
      const written = (sql: string) =>
        Effect.flip(execute({ sql, parameters: [], columns: [], shape: undefined }, undefined))
      const short = yield* written("UPDATE teams SET name = 'x'")
      assert.deepInclude(short, {
        _tag: "CheckViolation",
        table: "teams",
        constraint: "teams_name_check",
        columns: ["name"]
      })
      const missing = yield* written("UPDATE tickets SET title = NULL")
      assert.deepInclude(missing, {
        _tag: "CheckViolation",
        table: "tickets",
        constraint: "NOT NULL",
        columns: ["title"]
      })
      const twice = yield* written(`INSERT INTO teams VALUES (${on0}, 1, 'again')`)
      assert.deepInclude(twice, { _tag: "UniqueViolation", table: "teams", columns: ["tenantId", "id"] })
    }))

  it.effect("of the same keys by many fibers end in conflicts or are stored: no row twice, and none lost", () =>
    Effect.gen(function*() {
      yield* emptied
      const counts = yield* Repository.make(Count)
      const sums = yield* Effect.forEach(
        Array.from({ length: 60 }, (_, index) => index),
        (index) =>
          Effect.gen(function*() {
            const rows = [index % 7, (index + 3) % 7].map((key) => ({ key, value: index }))
            const stored = yield* Effect.result(counts.upsertMany(rows))
            if (stored._tag === "Failure") {
              assert.include(["Conflict"], stored.failure._tag)
              return 0
            }
            return 2
          }),
        { concurrency: 8 }
      )
      const all = yield* Query.from(Count).all
      assert.strictEqual(new Set(all.map(({ key }) => key)).size, all.length)
      // each upsert counts one more version of each of its rows
      assert.strictEqual(
        all.reduce((sum, { version }) => sum + version, 0),
        sums.reduce((sum: number, more) => sum + more, 0)
      )
      const [one, other] = [yield* onShard(0, "SELECT key FROM counts"), yield* onShard(1, "SELECT key FROM counts")]
      assert.strictEqual(one.length + other.length, all.length)
    }))

  it.effect("that ignore what is stored leave the first row of each key, whoever stored it", () =>
    Effect.gen(function*() {
      yield* emptied
      const pages = yield* Repository.make(Page)
      yield* Effect.forEach(
        Array.from({ length: 40 }, (_, index) => index),
        (index) =>
          Effect.retry(pages.upsert({ key: index % 5, text: String(index) }, { update: [] }), {
            while: ({ _tag }) => _tag === "Conflict",
            times: 20
          }),
        { concurrency: 8, discard: true }
      )
      assert.strictEqual((yield* Query.from(Page).all).length, 5)
      yield* pages.delete(1)
      const hidden = yield* Effect.flip(pages.upsert({ key: 1, text: "again" }))
      assert.strictEqual(hidden._tag, "UniqueViolation")
      assert.strictEqual(
        (yield* onShard(0, "SELECT * FROM pages")).length + (yield* onShard(1, "SELECT * FROM pages")).length,
        5
      )
    }))

  it.effect("to the same row are a conflict, which a retry resolves, and no update is lost", () =>
    Effect.gen(function*() {
      yield* emptied
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insert(ticket(on0, 1))
      const more = Session.transaction(
        Effect.gen(function*() {
          const [found] = yield* Query.from(Ticket).where((row) => row.tenantId.eq(on0)).all
          if (found === undefined) return assert.fail()
          yield* Effect.yieldNow
          yield* tickets.patch({ tenantId: on0, number: 1, points: found.points + 1 })
        }),
        { retry: Schedule.recurs(200) }
      )
      yield* Effect.forEach(Array.from({ length: 12 }), () => more, { concurrency: 6, discard: true })
      const stored = yield* Query.from(Ticket).where((row) => row.tenantId.eq(on0)).one
      assert.strictEqual(stored.points, 12)
    }))

  it.effect("that wait for each other on two shards end in conflicts, which no server sees by itself", () =>
    Effect.gen(function*() {
      yield* emptied
      const sql = yield* SqlClient.SqlClient
      const patience =
        yield* sql`SELECT srvoptions FROM pg_foreign_server WHERE 'options=-c lock_timeout=30s' = ANY(srvoptions)`
      assert.strictEqual(patience.length, 2)
      for (const server of ["andamios_shard_0", "andamios_shard_1"]) {
        yield* sql`ALTER SERVER ${sql(server)} OPTIONS (SET options '-c lock_timeout=500ms')`
      }
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 1)])
      const grow = (tenantId: number) => tickets.increment({ tenantId, number: 1 }, { points: 1 })
      const barrier = yield* Latch.make()
      let begun = 0
      const both = (one: number, other: number) =>
        Session.transaction(Effect.gen(function*() {
          yield* grow(one)
          if (++begun === 2) yield* barrier.open
          yield* barrier.await
          yield* grow(other)
        }))
      const ends = yield* Effect.all([Effect.result(both(on0, on1)), Effect.result(both(on1, on0))], { concurrency: 2 })
      const failed = ends.flatMap((end) => end._tag === "Failure" ? [end.failure._tag] : [])
      assert.isAtLeast(failed.length, 1)
      assert.deepStrictEqual(new Set(failed), new Set(["Conflict"]))
      const points = (yield* Query.from(Ticket).all).map((row) => row.points)
      assert.deepStrictEqual(points, failed.length === 2 ? [0, 0] : [1, 1])
    }))

  it.effect("of several keys lock their own rows and no others", () =>
    Effect.gen(function*() {
      yield* emptied
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insertMany([1, 2, 3, 4].flatMap((number) => [ticket(on0, number), ticket(on1, number)]))
      const some = [1, 2].map((number) => ({ tenantId: on0, number }))
      yield* Session.transaction(Effect.gen(function*() {
        yield* tickets.patchMany(some.map((key) => ({ ...key, points: 1 })))
        yield* tickets.upsertMany(some.map((key) => ({ ...ticket(on0, key.number), points: 2 })))
        yield* Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE tickets SET points = 5 WHERE number IN (3, 4)`),
          beside
        )
        yield* tickets.deleteMany(some)
      }))
      const left = yield* Query.from(Ticket).orderBy((row) => [row.tenantId.asc(), row.number.asc()]).all
      assert.deepStrictEqual(
        left.map(({ number, points, tenantId }) => [tenantId, number, points]),
        [[on0, 3, 5], [on0, 4, 5], [on1, 1, 0], [on1, 2, 0], [on1, 3, 5], [on1, 4, 5]]
      )
    }))

  it.effect("wait for rows that a read has locked on its shard; a look at locks is refused, as is a sample", () =>
    Effect.gen(function*() {
      yield* emptied
      const tickets = yield* Repository.make(Ticket)
      const sql = yield* SqlClient.SqlClient
      yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
      const all = Query.from(Ticket)
      yield* Session.transaction(Effect.gen(function*() {
        yield* all.where((row) => row.tenantId.eq(on0)).lock("update").all
        const waiting = Effect.flatMap(
          SqlClient.SqlClient,
          (other) => other`UPDATE tickets SET points = 9 WHERE "tenantId" = ${on0}`
        )
        const ended = Effect.provideService(waiting, Session.StatementTimeout, limit)
        const waited = yield* Effect.flip(Effect.provide(ended, beside))
        assert.instanceOf(waited, SqlError)
        assert.instanceOf(waited.reason.cause, OrmError.TimedOut)
      }))
      for (const wait of ["noWait", "skipLocked"] as const) {
        const refused = yield* Effect.flip(Session.transaction(all.lock("update", wait).all))
        assert.instanceOf(refused, OrmError.Unsupported)
        assert.include(refused.feature, "looking at the locks of Ticket")
      }
      const sampled = yield* Effect.flip(Query.from(Ticket).sample(10).all)
      assert.instanceOf(sampled, OrmError.Unsupported)
      assert.include(sampled.feature, "a sample of Ticket")
      const merged = yield* Effect.flip(
        sql`MERGE INTO tickets USING (VALUES (1)) AS given (id) ON number = id WHEN MATCHED THEN DELETE`
      )
      assert.instanceOf(merged, SqlError)
      assert.deepStrictEqual((yield* all.all).map(({ points }) => points), [0, 0])
    }))

  it.effect("give back what the shards have stored", () =>
    Effect.gen(function*() {
      yield* emptied
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
      const changed = yield* Query.update(Ticket).set((row) => ({ points: row.points.add(3) })).everywhere().returning()
      assert.deepStrictEqual(changed.map(({ points }) => points), [3, 3])
      const grown = yield* tickets.increment({ tenantId: on1, number: 2 }, { points: 2 })
      assert.strictEqual(grown.points, 5)
      const gone = yield* Query.delete(Ticket).where((row) => row.points.gt(4)).returning((row) => ({
        number: row.number
      }))
      assert.deepStrictEqual(gone, [{ number: 2 }])
    }))
})
