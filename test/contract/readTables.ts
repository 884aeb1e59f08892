/**
 * What views and SQL by hand read is known table by table: other writes leave their answers, and writes below them don't.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Database as Service, Model, OrmError, Query, QueryCache, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import type { Database } from "./Subject.ts"
import { numbers, rereads, run } from "./rereads.ts"

class Part extends Model.Class<Part>("Part")({ id: Column.primaryKey(Column.int32), n: Column.int32 }, {
  table: "exact_parts"
}) {}

class Other extends Model.Class<Other>("Other")({ id: Column.primaryKey(Column.int32) }, { table: "exact_others" }) {}

class Total extends Model.View<Total>("Total")({ n: Column.int32 }, { view: "exact_totals" }) {}

class Most extends Model.View<Most>("Most")({ n: Column.int32 }, { view: "exact_most" }) {}

/** Tables that there are no models of, and views: one over a table, and one over that. */
const structure = [
  "CREATE TABLE exact_loose (n INT)",
  "CREATE TABLE exact_unread (n INT)",
  "CREATE OR REPLACE VIEW exact_totals AS SELECT CAST(coalesce(sum(n), 0) AS INT) AS n FROM exact_parts",
  "CREATE OR REPLACE VIEW exact_most AS SELECT n FROM exact_totals WHERE n > 0 UNION ALL SELECT n FROM exact_loose"
]

type Write = Effect.Effect<unknown, unknown, Session.Session | SqlClient.SqlClient>

let last = 0
const addPart = Effect.suspend(() => Query.insert(Part).values({ id: ++last, n: 1 }))
const addOther = Effect.suspend(() => Query.insert(Other).values({ id: ++last }))
const totals = Query.from(Total).all
const most = Query.from(Most).orderBy(({ n }) => n.asc()).all

export const readTables = (label: string, database: Database) => {
  const prepared = Layer.effectDiscard(run(...structure)).pipe(
    Layer.provideMerge(TestDatabase.layerOn(database, [Part, Other]))
  )
  const add = (table: string) => run(`INSERT INTO ${table} VALUES (1)`)

  layer(prepared, { timeout: "60 seconds" })(`${label}: the tables that are read`, (it) => {
    it.effect("by views are those below them, through other views, too", () =>
      Effect.gen(function*() {
        const below: ReadonlyArray<Write> = [
          addPart,
          run("UPDATE exact_parts SET n = n + 1"),
          Session.transaction(addPart)
        ]
        for (const write of below) {
          assert.isTrue(yield* rereads(totals, write))
          assert.isTrue(yield* rereads(most, write))
        }
        assert.isTrue(yield* rereads(most, add("exact_loose")))
        assert.isFalse(yield* rereads(totals, add("exact_loose")))
        const elsewhere: ReadonlyArray<Write> = [addOther, Session.transaction(addOther), add("exact_unread")]
        for (const write of elsewhere) {
          assert.isFalse(yield* rereads(totals, write))
          assert.isFalse(yield* rereads(most, write))
        }
      }))

    it.effect("by views are others when those are made anew", () =>
      Effect.gen(function*() {
        const view = (table: string) => run(`CREATE OR REPLACE VIEW exact_totals AS SELECT n FROM ${table}`)
        assert.isTrue(yield* rereads(totals, view("exact_loose")))
        assert.isTrue(yield* rereads(totals, add("exact_loose")))
        assert.isFalse(yield* rereads(totals, addPart))
        // the view above it follows
        assert.isTrue(yield* rereads(most, view("exact_parts")))
        assert.isTrue(yield* rereads(most, addPart))
        // and without an end of what has kept answers
        yield* Effect.gen(function*() {
          const misses = Effect.map(QueryCache.report, ({ queries }) => queries[0]?.misses)
          yield* totals
          yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(view("exact_unread")))
          yield* add("exact_unread")
          assert.deepStrictEqual(yield* totals, yield* QueryCache.bypass(totals))
          yield* addPart
          yield* totals
          assert.strictEqual(yield* misses, 2)
        }).pipe(Effect.provide(QueryCache.layerMemory()))
        yield* run(...structure.slice(2))
      }))

    it.effect("by views are others, also where those have been written to as often", () =>
      Effect.gen(function*() {
        // a change of the structure counts as much as a write
        yield* run(
          "CREATE TABLE exact_once (n INT)",
          "CREATE TABLE exact_never (n INT)",
          "CREATE VIEW exact_either AS SELECT n FROM exact_once"
        )
        const either = numbers("SELECT n FROM exact_either")
        yield* rereads(either, Effect.void)
        yield* add("exact_once")
        assert.isTrue(yield* rereads(either, run("CREATE OR REPLACE VIEW exact_either AS SELECT n FROM exact_never")))
        yield* run("DROP VIEW exact_either", "DROP TABLE exact_once", "DROP TABLE exact_never")
      }))

    it.effect.each([
      "SELECT n FROM exact_parts",
      "SELECT count(*) AS n FROM exact_loose l, exact_parts WHERE l.n = 1",
      "SELECT \"n\" FROM (SELECT n FROM \"exact_parts\" AS inside) AS x",
      "SELECT 1 AS n WHERE EXISTS (SELECT 1 FROM Exact_Parts)",
      "WITH few AS (SELECT n FROM exact_parts), more(n) AS (SELECT n FROM few) SELECT n FROM more",
      "WITH exact_others AS (SELECT n FROM exact_parts) SELECT n FROM exact_others /* FROM exact_loose */ -- exact_unread",
      "SELECT n FROM exact_totals",
      "SELECT x.n FROM exact_loose AS x JOIN LATERAL (SELECT n FROM exact_parts LIMIT 1) AS y ON TRUE",
      "SELECT CAST(length(upper('exact_unread')) AS INT) AS n FROM exact_parts",
      "SELECT CASE WHEN n IS DISTINCT FROM 1 THEN n ELSE CAST(EXTRACT(year FROM DATE '2020-01-01') AS INT) END AS n FROM exact_parts"
    ])("by SQL by hand are those that it names: %s", (text) =>
      Effect.gen(function*() {
        assert.isTrue(yield* rereads(numbers(text), addPart))
        if (!text.includes("'exact_unread'")) assert.isFalse(yield* rereads(numbers(text), add("exact_unread")))
        if (!text.includes("exact_others")) assert.isFalse(yield* rereads(numbers(text), addOther))
      }))

    it.effect("by a template are those of models, queries and fragments in it", () =>
      Effect.gen(function*() {
        const looked = Query.from(Part).where(({ n }) =>
          Sql.expression(Schema.Boolean)`${n} IN (SELECT n FROM exact_loose)`
        ).orderBy(({ id }) => id.asc()).all
        const numbered = Sql.query(Schema.Struct({ n: Schema.Int }))
        for (
          const read of [
            numbered`SELECT n FROM ${Part}`.orderBy(({ n }) =>
              n.asc()
            ).all,
            numbered`SELECT n FROM ${Query.from(Part).select(({ n }) => ({ n }))} AS inside`.orderBy(({ n }) => n.asc())
              .all,
            numbered`SELECT ${Sql.columns(Part).n} AS n FROM ${Part} WHERE ${Sql.columns(Part).n} > ${0}`.orderBy((
              { n }
            ) => n.asc()).all,
            numbered`SELECT n FROM ${Sql.fragment`exact_${Sql.fragment`parts`}`}`.orderBy(({ n }) => n.asc()).all,
            looked
          ]
        ) {
          assert.isTrue(yield* rereads(read, addPart))
          assert.isFalse(yield* rereads(read, addOther))
        }
        assert.isTrue(yield* rereads(looked, add("exact_loose")))
      }))

    it.effect("may be all where SQL by hand calls what nobody knows, or what changes by itself", () =>
      Effect.gen(function*() {
        for (
          const text of [
            "SELECT 1 AS n WHERE random() >= 0",
            "SELECT 1 AS n WHERE CURRENT_DATE IS NOT NULL",
            "SELECT CAST(count(*) AS INT) AS n FROM information_schema.tables"
          ]
        ) assert.isTrue(yield* rereads(numbers(text), addOther), text)
      }))

    it.effect("are known of what is made later, and of what has gone", () =>
      Effect.gen(function*() {
        class Late extends Model.Class<Late>("Late")({ n: Column.primaryKey(Column.int32) }, { table: "exact_late" }) {}
        yield* rereads(totals, addOther)
        yield* Session.createTables([Late])
        const late = numbers("SELECT n FROM exact_late")
        assert.isTrue(yield* rereads(late, Query.insert(Late).values({ n: 1 })))
        assert.isFalse(yield* rereads(late, addOther))
        assert.isTrue(yield* rereads(late, run("DELETE FROM exact_late")))
        yield* run("DROP TABLE exact_late")
        const failed = yield* Effect.flip(late)
        assert.instanceOf(failed, OrmError.QueryFailed)
      }))

    it.effect("may be all as long as the database doesn't tell", () =>
      Effect.gen(function*() {
        const service = yield* Service.Database
        let isSilent = true
        const silent = Layer.succeed(Service.Database, {
          ...service,
          read: (query) =>
            isSilent && query.sql === service.dialect.knownNames
              ? Effect.fail(new OrmError.QueryFailed({ sql: query.sql, reason: "silent" }))
              : service.read(query)
        })
        const session = Layer.provide(Session.Session.layer, silent)
        // whoever has asked before knows
        yield* run("CREATE TABLE exact_more (n INT)", "DROP TABLE exact_more")
        const told = totals.pipe(Effect.provide(session))
        assert.isTrue(yield* rereads(told, addOther))
        isSilent = false
        assert.isFalse(yield* rereads(told, addOther))
      }))

    it.effect("are asked once for all who ask at the same time", () =>
      Effect.gen(function*() {
        const service = yield* Service.Database
        let asked = 0
        const counted = Layer.succeed(Service.Database, {
          ...service,
          read: (query) => {
            if (query.sql === service.dialect.knownNames) asked++
            return service.read(query)
          }
        })
        yield* run("CREATE TABLE exact_more (n INT)", "DROP TABLE exact_more")
        const reads = Effect.all([...Array.from({ length: 9 }, () => totals), most], { concurrency: "unbounded" })
        yield* reads.pipe(
          Effect.provide(Layer.provide(Session.Session.layer, counted)),
          Effect.provide(QueryCache.layerMemory())
        )
        assert.strictEqual(asked, 1)
      }))

    it.effect("by live queries are the same: of views, and of SQL by hand", () =>
      Effect.scoped(Effect.gen(function*() {
        yield* run("DELETE FROM exact_parts", "DELETE FROM exact_loose", "DELETE FROM exact_unread")
        const byHand = Sql.query(Schema.Struct({ n: Schema.Int }))`SELECT n FROM exact_totals`
        let reads = 0
        for (const query of [Query.from(Total), byHand]) {
          const told = yield* Queue.unbounded<ReadonlyArray<number>, Cause.Done>()
          const watching = yield* Effect.forkChild(
            Stream.runForEach(query.changes, (rows) => {
              reads++
              return Queue.offer(told, rows.map(({ n }) => n))
            })
          )
          const before = (yield* Queue.take(told))[0] ?? 0
          yield* addOther
          yield* add("exact_loose")
          yield* addPart
          assert.deepStrictEqual(yield* Queue.take(told), [before + 1])
          // what a view reads then, it follows
          yield* run("CREATE OR REPLACE VIEW exact_totals AS SELECT 7 AS n FROM exact_unread")
          assert.deepStrictEqual(yield* Queue.take(told), [])
          // somebody else knows already what there is
          yield* rereads(totals, Effect.void)
          yield* addPart
          yield* add("exact_unread")
          assert.deepStrictEqual(yield* Queue.take(told), [7])
          yield* run("DELETE FROM exact_unread")
          assert.deepStrictEqual(yield* Queue.take(told), [])
          yield* run(...structure.slice(2))
          assert.deepStrictEqual(yield* Queue.take(told), [before + 2])
          yield* Fiber.interrupt(watching)
        }
        assert.isAtLeast(reads, 8)
      })))
  })
}
