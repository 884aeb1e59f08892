/**
 * Shards that break down: before, while and after a transaction commits. What may be stored in parts is told as such, and never run again.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { Cluster, onShard, sharded, tenants } from "./shardWires.ts"

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int),
  title: Schema.String
}, { table: "tickets", distribution: { by: "tenantId" } }) {}

const prepared = Layer.effectDiscard(Session.createTables([Ticket])).pipe(
  Layer.provideMerge(sharded({ pool: { size: 2 } })),
  Layer.provideMerge(Cluster.layer)
)

const ticket = (tenantId: number, number: number) => ({ tenantId, number, title: "new" })

const { on0, on1 } = tenants

/** Waits for a shard to have no transaction under way: all are told to commit at once, and who loses one doesn't wait for the others. */
const quiet = (shard: 0 | 1) =>
  Effect.repeat(
    Effect.delay(
      onShard(
        shard,
        `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND (state = 'active' OR xact_start IS NOT NULL)`
      ),
      "10 millis"
    ),
    { until: (open) => open.length === 0 }
  )

/** The numbers of the tickets that a shard has, seen there. */
const on = (shard: 0 | 1) =>
  Effect.map(
    Effect.andThen(quiet(shard), onShard(shard, "SELECT number FROM tickets ORDER BY number")),
    (rows) => rows.map((row) => Number(Object.values(row)[0]))
  )

const empty = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => Effect.andThen(Effect.all([quiet(0), quiet(1)]), sql`DELETE FROM tickets`)
)

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL: a shard that breaks down", (it) => {
  for (const isDone of [true, false]) {
    it.effect(`while the commit of a transaction is ${isDone ? "" : "not "}done there leaves an open outcome, in parts`, () =>
      Effect.gen(function*() {
        yield* empty
        const { wires } = yield* Cluster
        const tickets = yield* Repository.make(Ticket)
        let runs = 0
        const failure = yield* Effect.flip(Session.transaction(
          Effect.gen(function*() {
            runs++
            yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
            yield* wires[1].lose({ words: "COMMIT TRANSACTION", isDone })
          }),
          { retry: Schedule.recurs(3) }
        ))
        assert.instanceOf(failure, OrmError.CommitOutcomeUnknown)
        assert.isTrue(failure.inParts)
        assert.isFalse(failure.isRetryable)
        assert.strictEqual(failure.sql, "COMMIT")
        assert.include(failure.message, "Each server has stored its part, or not.")
        assert.strictEqual(runs, 1)
        assert.deepStrictEqual([yield* on(0), yield* on(1)], [[1], isDone ? [2] : []])
        yield* tickets.insertMany([ticket(on0, 3), ticket(on1, 4)])
        assert.deepStrictEqual(yield* on(0), [1, 3])
      }))
  }

  it.effect("while a write by itself is stored leaves an open outcome, also of plain SQL, which Effect doesn't retry", () =>
    Effect.gen(function*() {
      yield* empty
      const { wires } = yield* Cluster
      const sql = yield* SqlClient.SqlClient
      const tickets = yield* Repository.make(Ticket)
      yield* wires[1].lose({ words: "COMMIT TRANSACTION", isDone: true })
      const many = yield* Effect.flip(tickets.insertMany([ticket(on0, 1), ticket(on1, 2)]))
      assert.instanceOf(many, OrmError.CommitOutcomeUnknown)
      assert.include(many.sql, "INSERT INTO")
      assert.isTrue(many.inParts)
      yield* wires[0].lose({ words: "COMMIT TRANSACTION", isDone: true })
      const plain = yield* Effect.flip(sql`INSERT INTO tickets VALUES (${on0}, 3, 'plain')`)
      assert.instanceOf(plain, SqlError)
      assert.instanceOf(plain.reason.cause, OrmError.CommitOutcomeUnknown)
      assert.isFalse(plain.isRetryable)
      yield* wires[0].lose({ words: "COMMIT TRANSACTION", isDone: true })
      const own = yield* Effect.flip(sql.withTransaction(sql`INSERT INTO tickets VALUES (${on0}, 4, 'plain')`))
      assert.instanceOf(own, SqlError)
      assert.instanceOf(own.reason.cause, OrmError.CommitOutcomeUnknown)
      assert.deepStrictEqual([yield* on(0), yield* on(1)], [[1, 3, 4], [2]])
    }))

  it.effect("slowly while a write by itself is stored is waited for, and whoever cancels that leaves an open outcome", () =>
    Effect.gen(function*() {
      yield* empty
      const sql = yield* SqlClient.SqlClient
      const tickets = yield* Repository.make(Ticket)
      yield* onShard(
        1,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'"
      )
      yield* onShard(
        1,
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON tickets INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()"
      )
      const writing = tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
      yield* Session.statementTimeout("300 millis")(writing)
      assert.deepStrictEqual([yield* on(0), yield* on(1)], [[1], [2]])
      yield* empty
      const pids = sql<{ readonly pid: number }>`
        SELECT pid, pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'`
      const cancelled = Effect.repeat(Effect.delay(pids, "50 millis"), { until: (found) => found.length > 0 })
      const [written] = yield* Effect.all([Effect.result(writing), cancelled], { concurrency: 2 })
      assert.isTrue(written._tag === "Failure" && written.failure._tag === "CommitOutcomeUnknown")
      yield* onShard(1, "DROP TRIGGER slow ON tickets")
    }))

  it.effect("while a read ends is a lost connection, which says that it is a shard's", () =>
    Effect.gen(function*() {
      yield* empty
      const { wires } = yield* Cluster
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
      for (const words of ["DECLARE c", "COMMIT TRANSACTION"]) {
        yield* wires[1].lose({ words, isDone: true })
        const failure = yield* Effect.flip(Query.from(Ticket).all)
        assert.instanceOf(failure, OrmError.ConnectionFailed)
        assert.include(failure.message, "It is a shard that is lost.")
      }
      yield* wires[1].lose({ words: "COMMIT TRANSACTION", isDone: true })
      const reading = yield* Effect.flip(Session.transaction(Query.from(Ticket).all, { readOnly: true }))
      assert.instanceOf(reading, OrmError.ConnectionFailed)
      assert.strictEqual((yield* Query.from(Ticket).all).length, 2)
    }))

  it.effect("in the middle of a transaction ends that, and nothing of it is stored on any of them", () =>
    Effect.gen(function*() {
      yield* empty
      const { wires } = yield* Cluster
      const tickets = yield* Repository.make(Ticket)
      const lost = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
        yield* tickets.insert(ticket(on0, 1))
        yield* wires[1].lose({ words: "INSERT INTO", isDone: true })
        yield* tickets.insert(ticket(on1, 2))
      })))
      assert.instanceOf(lost, OrmError.ConnectionFailed)
      const nested = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
        yield* tickets.insert(ticket(on1, 3))
        yield* wires[1].lose({ words: "INSERT INTO", isDone: true })
        yield* Effect.ignore(Session.transaction(tickets.insert(ticket(on1, 4))))
        yield* tickets.insert(ticket(on0, 5))
      })))
      // the shard has lost row 3, too, so the transaction can't be saved by going back to before row 4
      assert.instanceOf(nested, OrmError.TransactionAborted)
      assert.deepStrictEqual([yield* on(0), yield* on(1)], [[], []])
    }))

  it.effect("before it is asked is named, others go on, and it is there again by itself", () =>
    Effect.gen(function*() {
      yield* empty
      const { wires } = yield* Cluster
      const tickets = yield* Repository.make(Ticket)
      yield* tickets.insertMany([ticket(on0, 1), ticket(on1, 2)])
      yield* wires[1].cut
      for (const attempt of [1, 2, 3, 4]) {
        const failure = yield* Effect.flip(tickets.insert(ticket(on1, 10 + attempt)))
        assert.instanceOf(failure, OrmError.ConnectionFailed)
        assert.include(failure.reason, "could not connect to server \"andamios_shard_1\"")
      }
      assert.strictEqual((yield* Effect.flip(Query.from(Ticket).all))._tag, "ConnectionFailed")
      const whole = yield* Effect.flip(tickets.insertMany([ticket(on0, 20), ticket(on1, 21)]))
      assert.strictEqual(whole._tag, "ConnectionFailed")
      assert.strictEqual((yield* Query.from(Ticket).where((row) => row.tenantId.eq(on0)).all).length, 1)
      yield* tickets.insert(ticket(on0, 3))
      yield* wires[1].mend
      yield* tickets.insert(ticket(on1, 4))
      assert.deepStrictEqual([yield* on(0), yield* on(1)], [[1, 3], [2, 4]])
    }))

  it.effect("in the middle of a stream ends that with a failure, never with fewer rows", () =>
    Effect.gen(function*() {
      yield* empty
      const { wires } = yield* Cluster
      const sql = yield* SqlClient.SqlClient
      yield* sql`INSERT INTO tickets SELECT tenant, number, repeat('x', 200) FROM
        generate_series(1, 4) AS tenant, generate_series(1, 15000) AS number`
      let rows = 0
      const cut = yield* Query.from(Ticket).stream.pipe(
        Stream.runForEachArray((some) =>
          Effect.suspend(() => {
            rows += some.length
            return rows === some.length ? wires[1].cut : Effect.void
          })
        ),
        Effect.flip
      )
      assert.include(["StreamBroken", "ConnectionFailed"], cut._tag)
      yield* wires[1].mend
      assert.strictEqual(yield* Stream.runFold(Query.from(Ticket).stream, () => 0, (sum) => sum + 1), 60_000)
    }))

  it.effect("and a constraint that waits for the end of the transaction is told as what it is", () =>
    Effect.gen(function*() {
      yield* empty
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE alone (id INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)`
      const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
        yield* sql`INSERT INTO tickets VALUES (${on0}, 1, 'one')`
        yield* sql`INSERT INTO alone VALUES (1), (1)`
      })))
      assert.strictEqual(failure._tag, "UniqueViolation")
      assert.deepStrictEqual(yield* on(0), [])
    }))
})
