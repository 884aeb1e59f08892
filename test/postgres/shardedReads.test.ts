/**
 * Reads of rows that are spread over shards: which are asked, what is joined across them, and what a transaction sees.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Plan, Query, Relation, Repository, Session, Sql } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { Cluster, sharded, tenants } from "./shardWires.ts"

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int),
  title: Schema.String
}, { table: "tickets", distribution: { by: "tenantId" } }) {
  static readonly relations = () => ({
    comments: Relation.hasMany(() => Comment, { from: ["tenantId", "number"], to: ["tenantId", "ticket"] })
  })
}

class Comment extends Model.Class<Comment>("Comment")({
  tenantId: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  ticket: Schema.Int,
  text: Schema.String
}, { table: "comments", distribution: { by: "tenantId" } }) {}

class Tariff extends Model.Class<Tariff>("Tariff")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String
}, { table: "tariffs" }) {}

const prepared = Layer.effectDiscard(Effect.gen(function*() {
  yield* Session.createTables([Ticket, Comment, Tariff])
  const tickets = yield* Repository.make(Ticket)
  const comments = yield* Repository.make(Comment)
  const tariffs = yield* Repository.make(Tariff)
  const pairs = [1, 2, 3, 4].flatMap((tenantId) => [1, 2, 3].map((number) => ({ tenantId, number })))
  yield* tickets.insertMany(pairs.map((pair) => ({ ...pair, title: `${pair.tenantId}.${pair.number}` })))
  yield* comments.insertMany(
    pairs.map(({ number, tenantId }) => ({ tenantId, id: number, ticket: number, text: `on ${tenantId}.${number}` }))
  )
  yield* tariffs.insertMany([{ id: 1, name: "small" }, { id: 2, name: "large" }])
})).pipe(
  Layer.provideMerge(sharded({ pool: { size: 2 } })),
  Layer.provideMerge(Cluster.layer)
)

const { on0, on1 } = tenants

const shardNames = Effect.map(
  Cluster,
  ({ wires: [one, other] }) => [`shard 0 (${one.directory}:5432)`, `shard 1 (${other.directory}:5432)`] as const
)

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL: reads on shards", (it) => {
  it.effect("tell in their plans which shards they ask", () =>
    Effect.gen(function*() {
      const [first, second] = yield* shardNames
      const all = yield* Query.from(Ticket).explain()
      assert.deepStrictEqual(Plan.shardsOf(all), [first, second])
      const ofOne = (tenantId: number) => Query.from(Ticket).where((row) => row.tenantId.eq(tenantId))
      assert.deepStrictEqual(Plan.shardsOf(yield* ofOne(on0).explain()), [first])
      const plan = yield* ofOne(on1).explain({ analyze: true })
      assert.deepStrictEqual(Plan.shardsOf(plan), [second])
      assert.include(Plan.draw(plan), `on ${second}`)
      assert.notInclude(Plan.draw(plan), "Output:")
      assert.deepStrictEqual(Plan.shardsOf(yield* Query.from(Tariff).explain()), [])
      const joined = yield* Query.from(Ticket, "ticket")
        .join(
          Comment,
          "comment",
          ({ comment, ticket }) => comment.tenantId.eq(ticket.tenantId).and(comment.ticket.eq(ticket.number))
        )
        .where(({ ticket }) => ticket.tenantId.eq(on1))
        .explain()
      assert.deepStrictEqual(Plan.shardsOf(joined), [second])
    }))

  it.effect("tell in their plans how each shard finds its rows, and how many", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const ofShards = (plan: Plan.Plan) =>
        Plan.stepsOf(plan).filter(({ shards }) => shards !== undefined).map(({ children, estimatedRows }) => {
          assert.deepStrictEqual(children.map((child) => child.estimatedRows), [estimatedRows])
          return children.flatMap(Plan.stepsOf).flatMap(({ details }) => details["Index Cond"] ?? [])
        })
      const scanning = yield* Query.from(Ticket).explain()
      assert.deepStrictEqual(ofShards(scanning), [[], []])
      assert.strictEqual(
        scanning.estimatedRows,
        scanning.children.reduce((rows, { estimatedRows = 0 }) => rows + estimatedRows, 0)
      )

      const byIndexes =
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database()); END $$"
      yield* Effect.forEach(["door_0", "door_1"], (door) =>
        sql`INSERT INTO andamios.${sql(door)} (path, run) VALUES ('public', ${byIndexes})`)
      const ofOne = Query.from(Ticket).where((row) =>
        row.tenantId.eq(on1).and(row.number.eq(2))
      )
      const found = [[`(("tenantId" = '${on1}'::bigint) AND (number = '2'::bigint))`]]
      assert.deepStrictEqual(ofShards(yield* ofOne.explain()), found)
      assert.deepStrictEqual(
        ofShards(yield* Session.transaction(ofOne.explain({ analyze: true }), { readOnly: true })),
        found
      )
      const given = Sql.query(Schema.Struct({ highest: Schema.NullOr(Schema.Int) }))`
        SELECT (SELECT max(number) FROM ${Ticket} WHERE "tenantId" = id AND title <> '$2') AS highest FROM ${Tariff}`
      const conditions = ofShards(yield* given.explain()).flat()
      assert.strictEqual(conditions.filter((condition) => condition.includes(`"tenantId" = $1`)).length, 2)
    }))

  it.effect("ask one shard for one key also when their plan was made for any", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* Session.transaction(Effect.gen(function*() {
        yield* sql`SET LOCAL plan_cache_mode = force_generic_plan`
        for (const statement of ["SELECT * FROM tickets", "UPDATE tickets SET title = title", "DELETE FROM comments"]) {
          yield* sql.unsafe(`PREPARE asked (BIGINT) AS ${statement} WHERE "tenantId" = $1`)
          const lines = yield* sql.unsafe<Record<string, string>>(`EXPLAIN (VERBOSE, COSTS OFF) EXECUTE asked (${on1})`)
          const plan = lines.flatMap((line) => Object.values(line)).join("\n")
          assert.include(plan, "Subplans Removed: 1")
          assert.strictEqual(plan.match(/Remote SQL/g)?.length, 1)
          yield* sql`DEALLOCATE asked`
        }
      }))
    }))

  it.effect("with relations by the shard key give each row its own", () =>
    Effect.gen(function*() {
      const found = yield* Query.from(Ticket).where((row) => row.number.lte(2)).include({ comments: true }).all
      assert.strictEqual(found.length, 8)
      for (const { comments, number, tenantId } of found) {
        assert.deepStrictEqual(comments.map(({ text }) => text), [`on ${tenantId}.${number}`])
      }
      const commented = Query.from(Ticket).where((row) => row.comments.some((comment) => comment.text.eq("on 3.1")))
      assert.deepStrictEqual((yield* commented.all).map(({ title }) => title), ["3.1"])
      assert.deepStrictEqual((yield* commented.findings).map(({ _tag }) => _tag), [])
    }))

  it.effect("of rows with some keys have the shards send no others", () =>
    Effect.gen(function*() {
      const { wires } = yield* Cluster
      const answered = Effect.map(Effect.all(wires.map((wire) => wire.answered)), ([one = 0, other = 0]) => one + other)
      const cost = <A, E, R>(read: Effect.Effect<A, E, R>) =>
        Effect.gen(function*() {
          const before = yield* answered
          yield* read
          return (yield* answered) - before
        })
      const long = "a comment that takes its time to arrive ".repeat(25)
      const comments = yield* Repository.make(Comment)
      const of = (tenantId: number) =>
        Array.from({ length: 500 }, (_, id) => ({ tenantId, id: 1_000 + id, ticket: 1_000 + id, text: long }))
      yield* comments.insertMany([1, 2, 3, 4].flatMap(of))
      const keys = [{ tenantId: on0, id: 1_001 }, { tenantId: on1, id: 1_002 }, { tenantId: on1, id: 1_003 }]
      const few = Query.from(Ticket).where((row) => row.number.lte(2)).include({ comments: true })
      assert.isBelow(yield* cost(comments.findMany(keys)), 100_000)
      assert.isBelow(yield* cost(few.all), 100_000)
      assert.isAbove(yield* cost(Query.from(Comment).all), 1_900_000)
      yield* Query.delete(Comment).where((row) => row.id.gte(1_000))
    }))

  it.effect("that join across shards are carried out, and found", () =>
    Effect.gen(function*() {
      const across = Query.from(Ticket, "ticket").join(
        Comment,
        "comment",
        ({ comment, ticket }) => comment.ticket.eq(ticket.number)
      )
      assert.strictEqual((yield* across.all).length, 48)
      const [finding] = yield* across.findings
      assert.deepInclude(finding, {
        _tag: "JoinAcrossShards",
        tables: ["tickets", "comments"],
        columns: ["tenantId", "tenantId"]
      })
      assert.include(finding?.advice, "let `tenantId` of one be equal to `tenantId` of the other")
      const alone = Query.from(Ticket, "ticket").join(Tariff, "tariff", ({ tariff, ticket }) =>
        tariff.id.eq(ticket.number))
      const [pulled] = yield* alone.findings
      assert.deepInclude(pulled, { _tag: "JoinAcrossShards", tables: ["tickets", "tariffs"], columns: [] })
      assert.include(pulled?.advice, "distribution: \"reference\"")
    }))

  it.effect("see one moment of each shard and not of all, so nothing stricter is promised", () =>
    Effect.gen(function*() {
      for (const isolation of ["repeatable read", "serializable"] as const) {
        const refused = yield* Effect.flip(Session.transaction(Query.from(Ticket).all, { isolation }))
        assert.instanceOf(refused, OrmError.Unsupported)
        assert.include(refused.feature, isolation)
        const inside = Session.transaction(Session.transaction(Query.from(Ticket).all, { isolation }))
        assert.instanceOf(yield* Effect.flip(inside), OrmError.Unsupported)
      }
      const read = yield* Session.transaction(Query.from(Ticket).all, { isolation: "read committed" })
      assert.strictEqual(read.length, 12)
    }))

  it.effect("obey policies of the coordinator's table, which know the session's context", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE ROLE reader`
      yield* sql`GRANT SELECT ON tickets TO reader`
      for (const server of ["andamios_shard_0", "andamios_shard_1"]) {
        yield* sql`CREATE USER MAPPING FOR reader SERVER ${
          sql(server)
        } OPTIONS (user 'postgres', password_required 'false')`
      }
      yield* sql`CREATE POLICY own ON tickets USING ("tenantId" = CAST(current_setting('andamios.tenant', true) AS BIGINT))`
      yield* sql`ALTER TABLE tickets ENABLE ROW LEVEL SECURITY`
      const titles = yield* Session.transaction(
        Effect.andThen(sql`SET LOCAL ROLE reader`, Query.from(Ticket).all)
      ).pipe(Session.withContext({ tenant: String(on1) }))
      assert.deepStrictEqual(new Set(titles.map(({ tenantId }) => tenantId)), new Set([on1]))
      const plan = yield* Session.transaction(
        Effect.andThen(sql`SET LOCAL ROLE reader`, Query.from(Ticket).explain())
      ).pipe(Session.withContext({ tenant: String(on1) }))
      assert.deepStrictEqual(Plan.shardsOf(plan), (yield* shardNames).slice(1))
      assert.include(Plan.draw(plan), "Remote Plan: not told: permission denied")
      yield* sql`ALTER TABLE tickets DISABLE ROW LEVEL SECURITY`
    }))
})
