/**
 * What makes a query slow or large is found, and is gone after the change that is advised.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Finding, Index, Mixin, Model, Profiler, Query, Repository, type Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const fields = { id: Column.primaryKey(Column.int32), email: Schema.String, age: Column.int32, active: Schema.Boolean }

class Account extends Model.Class<Account>("Account")(fields, { table: "accounts" }) {}

class IndexedAccount extends Model.Class<IndexedAccount>("IndexedAccount")(fields, {
  table: "indexed_accounts",
  indexes: [Index.on("email")]
}) {}

class Pair extends Model.Class<Pair>("Pair")({
  left: Column.primaryKey(Column.int32),
  right: Column.primaryKey(Column.int32)
}, { table: "pairs" }) {}

/** Without a key, in a schema of its own, and with rows that are hidden. */
class Past extends Model.Class<Past>("Past")({
  email: Schema.String,
  age: Column.int32,
  ...Mixin.softDelete
}, { table: "past_accounts", schema: "findings_archive" }) {}

class Wide extends Model.Class<Wide>("Wide")({
  id: Column.primaryKey(Column.int32),
  ...Object.fromEntries(Array.from({ length: 19 }, (_, index) => [`column${index}`, Schema.NullOr(Column.int32)]))
}, { table: "wide" }) {}

const rows = 200_000

const filled = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const table of ["accounts", "indexed_accounts"]) {
    yield* sql`INSERT INTO ${sql(table)} (id, email, age, active)
      SELECT i, 'user' || i || '@example.org', i % 90, true FROM generate_series(1, ${
      sql.literal(String(rows))
    }) AS s(i)`
  }
  yield* sql`INSERT INTO findings_archive.past_accounts (email, age)
    SELECT 'user' || i || '@example.org', i % 90 FROM generate_series(1, ${sql.literal(String(rows))}) AS s(i)`
  yield* sql`INSERT INTO wide (id) SELECT i FROM generate_series(1, 20000) AS s(i)`
  yield* sql`INSERT INTO pairs SELECT i, i FROM generate_series(1, ${sql.literal(String(rows))}) AS s(i)`
  yield* sql`ANALYZE`
  yield* Effect.forEach(
    yield* doors,
    ({ name }) => sql`INSERT INTO andamios.${sql(name)} (path, run) VALUES ('public', 'ANALYZE')`
  )
}))

/** Where shards are told what the coordinator keeps to itself, such as to look at how many rows they have. */
const doors = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql<{ readonly name: string }>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'andamios' AND table_name LIKE 'door_%'`)

const tags = (findings: ReadonlyArray<Finding.Finding>) => findings.map(({ _tag }) => _tag)

/** Without what is found of all that servers fetch from each other. */
const onEach = (findings: ReadonlyArray<Finding.Finding>) => findings.filter(({ _tag }) => _tag !== "JoinAcrossShards")

const only = (findings: ReadonlyArray<Finding.Finding>, tag: Finding.FindingTag) => {
  assert.deepStrictEqual(tags(findings), [tag])
  const [finding] = findings
  assert.isDefined(finding)
  return finding
}

export const findings = (name: string, database: Database) =>
  layer(filled.pipe(Layer.provideMerge(TestDatabase.layerOn(database, [Account, IndexedAccount, Pair, Past, Wide]))), {
    timeout: "60 seconds"
  })(`${name}: findings`, (it) => {
    it.effect("a lookup without an index, until there is one", () =>
      Effect.gen(function*() {
        const lookup = Query.from(Account).where((account) => account.email.eq("user7@example.org"))
        const finding = only(yield* lookup.findings, "MissingIndex")
        assert.deepStrictEqual([finding.tables, finding.columns], [["accounts"], ["email"]])
        assert.include(finding.advice, "Index.on(\"email\")")
        assert.match(finding.cost, /^200,\d{3} rows are read to find about \d+\.$|^19\d,\d{3} rows/)

        const several = Query.from(Account).where((account) =>
          account.email.in(["user7@example.org", "user8@example.org"])
        )
        const listed = only(yield* several.findings, "MissingIndex")
        assert.deepStrictEqual([listed.tables, listed.columns], [["accounts"], ["email"]])
        assert.match(listed.cost, /rows are read to find about [2-9]\.$/)
        const severalMended = Query.from(IndexedAccount).where((account) =>
          account.email.in(["user7@example.org", "user8@example.org"])
        )
        assert.deepStrictEqual(yield* severalMended.findings, [])
        const common = Query.from(Account).where((account) => account.active.in([true])).limit(5)
        assert.deepStrictEqual(yield* common.findings, [])
        assert.deepStrictEqual(yield* Query.from(Account).where((account) => account.email.in([])).findings, [])
        const mended = Query.from(IndexedAccount).where((account) => account.email.eq("user7@example.org"))
        assert.deepStrictEqual(yield* mended.findings, [])
      }))

    it.effect("no index for what has one, for few rows found by many, or where a range is asked for", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* Query.from(Account).where((account) => account.id.eq(7)).findings, [])
        const first = Query.from(Pair).where((pair) => pair.left.eq(7))
        const isEnough = (yield* SqlClient.SqlClient).driver !== "duckdb"
        assert.deepStrictEqual(tags(yield* first.findings), isEnough ? [] : ["MissingIndex"])
        const beside = Query.from(Account).where((account) => account.email.eq("").and(account.age.gt(5)))
        assert.deepStrictEqual(tags(yield* beside.findings), isEnough ? ["MissingIndex"] : [])
        const halves = Query.from(Account).where((account) => account.active.eq(true)).limit(5)
        assert.deepStrictEqual(yield* halves.findings, [])
        const range = Query.from(Account).where((account) => account.age.gt(88)).limit(5)
        assert.deepStrictEqual(yield* range.findings, [])
      }))

    it.effect("no index for what isn't a table's own, and one for a value that is named before its column", () =>
      Effect.gen(function*() {
        const first = Query.literal("user7@example.org", Schema.String)
        const before = Query.from(Account).where((account) => first.eq(account.email))
        assert.deepStrictEqual(only(yield* before.findings, "MissingIndex").columns, ["email"])
        const emails = Query.from(Account).select(({ age, email }) => ({ age, email })).limit(5)
        const inner = Query.from(emails, "inner")
        for (
          const query of [
            inner.where((row) => row.inner.email.eq("user7@example.org")),
            inner.where((row) => row.inner.email.in(["user7@example.org", "user8@example.org"])),
            inner.where((row) => Query.literal(1, Schema.Int).eq(row.inner.age)),
            Query.from(Account).where((account) => account.id.eq(account.age)).limit(5),
            Query.from(Account).where((account) => first.eq(account.email.upper())).limit(
              5
            )
          ]
        ) {
          assert.deepStrictEqual(yield* query.findings, [])
        }
      }))

    it.effect("a lookup in a table without a key, where one more condition hides rows", () =>
      Effect.gen(function*() {
        const lookup = Query.from(Past).where((account) => account.email.eq("user7@example.org"))
        // where an index isn't used beside a further condition, none is advised
        const isUsed = (yield* SqlClient.SqlClient).driver !== "duckdb"
        const found = yield* lookup.findings
        assert.deepStrictEqual(tags(found), isUsed ? ["MissingIndex"] : [])
        assert.deepStrictEqual(found.flatMap(({ tables }) => tables), isUsed ? ["findings_archive.past_accounts"] : [])
      }))

    it.effect("a cartesian product, until it is said which rows belong together", () =>
      Effect.gen(function*() {
        const paired = Query.from(Account, "account").crossJoin(IndexedAccount, "other").limit(5)
        const finding = only(onEach(yield* paired.findings), "CartesianProduct")
        assert.sameMembers([...finding.tables], ["accounts", "indexed_accounts"])
        const counted = Query.from(IndexedAccount).select(() => ({ all: Query.count() }))
        const beside = Query.from(counted, "counted").crossJoin(Account, "account").limit(5)
        assert.deepStrictEqual(onEach(yield* beside.findings), [])
        const whole = Query.from(Account, "account").crossJoin(IndexedAccount, "other")
        assert.deepStrictEqual(tags(onEach(yield* whole.findings)), ["CartesianProduct", "NoLimit"])
        const joined = Query.from(Account, "account")
          .join(IndexedAccount, "other", ({ account, other }) => account.id.eq(other.id))
          .limit(5)
        assert.deepStrictEqual(yield* joined.findings, [])
      }))

    it.effect("a column that is cast, until the value is", () =>
      Effect.gen(function*() {
        const cast = (condition: "column" | "value") =>
          Query.from(Account)
            .where((account) =>
              condition === "column"
                ? Sql.expression(Schema.Boolean)`CAST(${account.id} AS VARCHAR(20)) = ${"7"}`
                : account.id.eq(Number("7"))
            )
            .limit(5)
        const finding = only(yield* cast("column").findings, "CastColumn")
        assert.deepStrictEqual([finding.tables, finding.columns], [["accounts"], ["id"]])
        assert.deepStrictEqual(yield* cast("value").findings, [])
      }))

    it.effect("rows of many columns, until some are selected", () =>
      Effect.gen(function*() {
        const whole = yield* Query.from(Wide).findings
        assert.deepStrictEqual(tags(whole), ["WideRows", "NoLimit"])
        assert.include(whole[0]?.cost, "All 20 columns of about 20,000 rows")
        const some = Query.from(Wide).select((wide) => ({ id: wide.id }))
        assert.deepStrictEqual(tags(yield* some.findings), ["NoLimit"])
      }))

    it.effect("no limit on a large table, until there is one, or one row of all", () =>
      Effect.gen(function*() {
        const all = Query.from(Account)
        const finding = only(yield* all.findings, "NoLimit")
        assert.include(finding.advice, ".limit(")
        assert.deepStrictEqual(yield* all.limit(100).findings, [])
        assert.deepStrictEqual(yield* all.select(() => ({ all: Query.count() })).findings, [])
      }))

    it.effect("rows that are written and read one by one, until they are together", () =>
      Effect.gen(function*() {
        const accounts = yield* Repository.make(Account)
        const some = Array.from(
          { length: 30 },
          (_, index) => ({ id: rows + 1 + index, email: "", age: 1, active: true })
        )
        const ids = some.map(({ id }) => id)
        const found = <E>(work: Effect.Effect<unknown, E, Session.Session>) =>
          Effect.map(Profiler.profile(work), ([, profile]) => Finding.ofProfile(profile))

        const loop = yield* found(Effect.gen(function*() {
          yield* Effect.forEach(some, (row) => accounts.insert(row))
          yield* Effect.forEach(ids, (id) => accounts.get(id))
          yield* Effect.forEach(ids, (id) => accounts.patch({ id, age: 2 }))
          yield* Effect.forEach(ids, (id) => accounts.delete(id))
        }))
        const each = tags(loop)
        assert.strictEqual(each.filter((tag) => tag === "WritesInLoop").length, 3)
        // a patch reads its row back, or is given it
        assert.include([1, 2], each.filter((tag) => tag === "ReadsInLoop").length)
        assert.strictEqual(each.length, each.filter((tag) => /^(Writes|Reads)InLoop$/.test(tag)).length)
        for (const advised of ["insertMany", "patchMany", "deleteMany", ".include("]) {
          assert.isTrue(loop.some(({ advice }) => advice.includes(advised)), advised)
        }
        assert.isTrue(loop.every(({ sql, tables }) => sql !== undefined && tables[0] === "accounts"))
        assert.include(Finding.draw(loop), "  INSERT INTO")

        const together = yield* found(Effect.gen(function*() {
          yield* accounts.insertMany(some)
          yield* accounts.getMany(ids)
          yield* accounts.patchMany(ids.map((id) => ({ id, age: 2 })))
          yield* accounts.deleteMany(ids)
        }))
        assert.deepStrictEqual(together, [])
      }))

    it.effect("rows that are written one by one beside many at once by the same statement", () =>
      Effect.gen(function*() {
        const aged = (first: number, last: number) =>
          Query.update(Account).set(() => ({ age: 3 })).where((row) => row.id.gte(first).and(row.id.lte(last)))
        const found = (singles: number) =>
          Effect.map(
            Profiler.profile(Effect.andThen(
              aged(1, 1000),
              Effect.forEach(Array.from({ length: singles }, (_, index) => index + 1), (id) => aged(id, id))
            )),
            ([, profile]) => Finding.ofProfile(profile)
          )
        const finding = only(yield* found(30), "WritesInLoop")
        assert.match(finding.cost, /^30 of 31 statements were of one row at most; all of them took \d+ ms\.$/)
        assert.deepStrictEqual(yield* found(10), [])
      }))

    it.effect("can be written as JSON, and be read by people", () =>
      Effect.gen(function*() {
        const found = yield* Query.from(Account).where((account) => account.email.eq("user7@example.org")).findings
        const schema = Schema.fromJsonString(Schema.Array(Finding.Finding))
        const text = yield* Schema.encodeEffect(schema)(found)
        assert.deepStrictEqual(yield* Schema.decodeEffect(schema)(text), found)
        assert.match(Finding.draw(found), /^MissingIndex accounts \(email\) .+\n {2}costs: .+\n {2}advice: Add `Index/)
        assert.strictEqual(Finding.draw([]), "Nothing was found.")
      }))
  })
