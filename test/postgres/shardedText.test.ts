/**
 * What is known of Citus by its words alone, because no server of it is here: its errors, its plans, and what it refuses to join.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, OrmError, Plan, Query, type Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import { inspect } from "node:util"
import { tableOf } from "../../src/model/Table.ts"
import { isCancelled, writeFailure } from "../../src/postgres/failure.ts"
import { citus, dialect, Region, Sale, Store } from "./citus.ts"

class Key extends Model.Class<Key>("Key")({
  id: Column.primaryKey(Schema.Int),
  secret: Column.sensitive(Schema.String)
}, { table: "keys" }) {}

const compiled = <A, E>(query: { readonly toSql: Effect.Effect<A, E, Session.Session> }) =>
  Effect.provide(query.toSql, citus)

const refused = <A, E>(query: { readonly toSql: Effect.Effect<A, E, Session.Session> }) => Effect.flip(compiled(query))

const stores = Query.from(Store, "store")

describe("Citus, by its words", () => {
  it.effect("joins what is together by its shard keys", () =>
    Effect.gen(function*() {
      const joined = stores.join(Sale, "sale", ({ sale, store }) => store.tenantId.eq(sale.tenantId))
      yield* compiled(joined)
      yield* compiled(
        stores.join(Sale, "sale", ({ sale, store }) => store.id.eq(sale.storeId)).where(({ sale, store }) =>
          store.tenantId.eq(7).and(sale.tenantId.eq(7))
        )
      )
      yield* compiled(
        stores.join(Sale, "sale", ({ sale, store }) => store.id.eq(sale.storeId)).where(({ sale, store }) =>
          store.tenantId.in([7]).and(sale.tenantId.eq(7))
        )
      )
      yield* compiled(stores.join(Region, "region", ({ region, store }) => store.regionId.eq(region.id)))
      yield* compiled(Query.from(Store).where((store) => store.sales.some((sale) => sale.id.gt(1))))
      yield* compiled(
        Query.from(Store).where((store) =>
          store.tenantId.in(
            Query.from(Sale).where((sale) => sale.id.gt(1)).select((sale) => ({ tenant: sale.tenantId }))
          )
        )
      )
      const sums = Query.from(Sale).select((sale) => ({ tenant: sale.tenantId, sale: sale.id }))
      yield* compiled(stores.join(sums, "sums", ({ store, sums: own }) => own.tenant.eq(store.tenantId)))
      const ofOne = Query.from(Sale).where((sale) => sale.tenantId.eq(7)).select((sale) => ({ sale: sale.id }))
      yield* compiled(
        stores.join(ofOne, "one", ({ one, store }) => one.sale.eq(store.id)).where(({ store }) => store.tenantId.eq(7))
      )
    }))

  it.effect("is asked for nothing that it would refuse: rows of several servers in one statement", () =>
    Effect.gen(function*() {
      const sums = Query.from(Sale).select((sale) => ({ tenant: sale.tenantId, sale: sale.id }))
      const queries = [
        stores.join(Sale, "sale", ({ sale, store }) => store.id.eq(sale.storeId)),
        stores.join(Sale, "sale", ({ sale, store }) => store.tenantId.eq(sale.tenantId).or(store.id.eq(1))),
        stores.join(Sale, "sale", ({ sale, store }) => store.id.eq(sale.storeId)).where(({ sale, store }) =>
          store.tenantId.eq(7).and(sale.tenantId.eq(8))
        ),
        stores.join(sums, "sums", ({ store, sums: own }) => own.sale.eq(store.id)),
        Query.from(Store).where((store) => store.visits.some()),
        Query.from(Store).where((store) => store.visits.none()),
        Query.from(Store).select((store) => ({ visits: store.visits.count() })),
        Query.from(Store).where((store) => store.id.in(Query.from(Sale).select((sale) => ({ store: sale.storeId }))))
      ]
      for (const query of queries) {
        const failure = yield* refused(query)
        assert.instanceOf(failure, OrmError.Unsupported)
        assert.match(failure.feature, /^joining Store with (Sale|Visit), whose rows may be on different servers$/)
        assert.include(failure.instead, "Join them by their shard keys")
      }
      const write = Query.update(Store).set(() => ({ name: "none" })).where((store) => store.visits.none())
      assert.instanceOf(yield* Effect.flip(Effect.provide(write.asEffect(), citus)), OrmError.Unsupported)
      const deletion = Query.delete(Store).where((store) => store.visits.none())
      assert.instanceOf(yield* Effect.flip(Effect.provide(deletion.asEffect(), citus)), OrmError.Unsupported)
    }))

  it("names constraints and tables without the numbers of shards", () => {
    const failure = (code: string, message: string, detail?: string) =>
      writeFailure(sqlError({ code, message, ...(detail !== undefined && { detail }) }), origin)
    assert.deepInclude(
      failure(
        "23505",
        "duplicate key value violates unique constraint \"stores_pkey_102011\"",
        "Key (\"tenantId\", id)=(1, 2) already exists."
      ),
      { _tag: "UniqueViolation", table: "stores", key: "primary key" }
    )
    assert.deepInclude(
      failure("23514", "new row for relation \"stores_102011\" violates check constraint \"stores_name_check\""),
      { _tag: "CheckViolation", constraint: "stores_name_check", columns: ["name"] }
    )
    assert.deepInclude(
      failure("23502", "null value in column \"name\" of relation \"stores_102011\" violates not-null constraint"),
      { _tag: "CheckViolation", constraint: "NOT NULL", columns: ["name"] }
    )
    const held = failure(
      "23503",
      "update or delete on table \"stores_102011\" violates foreign key constraint \"sales_fkey_102012\" on table \"sales_102012\"",
      "Key (\"tenantId\", id)=(1, 2) is still referenced from table \"sales_102012\"."
    )
    assert.deepInclude(held, { _tag: "StillReferenced", table: "stores", key: "1, 2" })
    assert.notInclude(held.message, "102012")
  })

  it("tells nobody what a shard was asked, where that may hold a sensitive value", () => {
    const where = "remote SQL command: UPDATE public.keys SET secret = 'opensesame'"
    const lost = () => sqlError({ code: "08006", message: "server closed the connection unexpectedly", where })
    const failure = writeFailure(lost(), { ...origin, table: tableOf(Key) })
    assert.strictEqual(failure._tag, "ConnectionFailed")
    assert.notInclude(inspect(failure, { depth: 9 }), "opensesame")
    assert.include(inspect(writeFailure(lost(), origin), { depth: 9 }), "opensesame")
  })

  it("refuses with a hint of what to do", () => {
    const refusal = writeFailure(
      sqlError({ code: "0A000", message: "modifying the partition value of rows is not allowed" }),
      origin
    )
    assert.deepInclude(refusal, {
      _tag: "Unsupported",
      feature: "modifying the partition value of rows is not allowed"
    })
    const hinted = writeFailure(sqlError({ code: "0A000", message: "complex joins", hint: "Use a subquery." }), origin)
    assert.deepInclude(hinted, { _tag: "Unsupported", instead: "Use a subquery." })
    const alone = writeFailure(sqlError({ code: "0A000", message: "no" }), { ...origin, sharding: undefined })
    assert.strictEqual(alone._tag, "QueryFailed")
  })

  it("aborts as a whole, so a commit that it refuses is no open outcome; a cancel of one that is under way is", () => {
    const torn = sqlError({ code: "57014", message: "canceling", where: "remote SQL command: COMMIT TRANSACTION" })
    assert.isFalse(isCancelled(torn))
    assert.isTrue(isCancelled(sqlError({ code: "57014", message: "canceling" })))
    const commits = { ...origin, commits: true }
    assert.strictEqual(
      writeFailure(torn, { ...commits, sharding: { commitsTogether: false } })._tag,
      "CommitOutcomeUnknown"
    )
    const serial = sqlError({
      code: "40001",
      message: "could not serialize access",
      detail: "Canceled on commit attempt."
    })
    assert.strictEqual(writeFailure(serial, commits)._tag, "Conflict")
    assert.strictEqual(
      writeFailure(serial, { ...commits, sharding: { commitsTogether: false } })._tag,
      "CommitOutcomeUnknown"
    )
  })

  it("tells in its plans on which nodes the tasks run", () => {
    const plan = dialect.explain.plan([{
      Plan: {
        "Node Type": "Aggregate",
        "Plan Rows": 1,
        Plans: [{
          "Node Type": "Custom Scan",
          "Custom Plan Provider": "Citus Adaptive",
          "Plan Rows": 100,
          "Distributed Query": {
            Job: {
              "Task Count": 32,
              "Tasks Shown": "One of 32",
              Tasks: [{
                Node: "host=worker-1 port=5433 dbname=shop",
                "Remote Plan": [[{
                  Plan: { "Node Type": "Seq Scan", "Relation Name": "stores_102011", "Plan Rows": 3 }
                }]]
              }]
            }
          }
        }]
      }
    }])
    assert.deepStrictEqual(Plan.shardsOf(plan), ["31 more of its 32 tasks", "worker-1:5433"])
    const drawn = Plan.draw(plan)
    assert.include(drawn, "on worker-1:5433, 31 more of its 32 tasks")
    assert.include(drawn, "Seq Scan")
    const routed = dialect.explain.plan([{
      Plan: {
        "Node Type": "Custom Scan",
        "Distributed Query": { Job: { "Task Count": 1, Tasks: [{ Node: "host=worker-2 port=5432 dbname=shop" }] } }
      }
    }])
    assert.deepStrictEqual(Plan.shardsOf(routed), ["worker-2:5432"])
    assert.deepStrictEqual(Plan.shardsOf(dialect.explain.plan([{ Plan: { "Node Type": "Result" } }])), [])
    const unclear = { Plan: { "Node Type": "Custom Scan", "Distributed Query": { Job: { Tasks: "None" } } } }
    assert.deepStrictEqual(Plan.shardsOf(dialect.explain.plan([unclear])), [])
  })
})

const origin = { database: "shop", sql: "INSERT", table: tableOf(Store), sharding: dialect.sharding }

/** A failure as the driver reports it. */
const sqlError = (fields: Readonly<Record<string, string>>) => {
  const cause = Object.assign(new Error(fields.message), {
    severityUnlocalized: "ERROR",
    where: "while executing command on worker-1:5433",
    ...fields
  })
  return new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "query" }) })
}
