/**
 * What the driver can't read is refused by name, and never given as rubbish.
 */
import { PgTypes } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { Column, OrmError, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { SqlClient, type SqlError } from "effect/sql"
import * as Stream from "effect/Stream"
import { registry, Unread } from "../../src/postgres/unread.ts"

/** Values that are marked by their type, so that the connection goes on. */
const marked = [
  ["'1.50'::money", "money", "$1.50"],
  ["(-1)::money", "money", "-$1.00"],
  ["int4range(1, 5)", "int4range", "[1,5)"],
  ["'empty'::numrange", "numrange", "empty"],
  ["tstzrange(NULL, NULL)", "tstzrange", "(,)"],
  ["'{[1,2]}'::int4multirange", "int4multirange", "{[1,3)}"],
  ["'{}'::datemultirange", "datemultirange", "{}"],
  ["ARRAY[int8range(1, 2)]", "int8range[]", "{\"[1,2)\"}"],
  ["point(1, 2)", "point", "(1,2)"],
  ["row(1, 'x')", "record", "(1,x)"],
  ["'08:00:2b:01:02:03'::macaddr", "macaddr", "08:00:2b:01:02:03"],
  ["'a:1 b'::tsvector", "tsvector", "'a':1 'b'"],
  ["B'101'", "bit", "101"],
  ["'$.a'::jsonpath", "jsonpath", "$.\"a\""],
  ["'int4'::regtype", "regtype", "integer"],
  ["'1/2'::pg_lsn", "pg_lsn", "1/2"],
  ["ARRAY['<a/>'::xml]", "xml[]", "{<a/>}"]
] as const

/** Values of types that a program has made, of which the driver tells nothing. */
const own = ["(1, 'x')::own_pair", "ARRAY['fine'::own_mood]", "'[1,2]'::own_range", "ARRAY[5::own_positive]"]

const text = Schema.Struct({ value: Schema.String })
const json = Schema.Struct({ value: Column.json(Schema.Json) })

/** Reads of SQL by hand that take the value for a text, for JSON and for a number. */
const byHand = (value: string) => {
  const written = new Sql.Fragment({ texts: [value], parts: [] })
  const read = Sql.query(text)`SELECT ${written} AS value`
  return [
    Effect.asVoid(read),
    Stream.runDrain(read.stream),
    Effect.asVoid(read.columns),
    Effect.asVoid(Sql.query(json)`SELECT ${written} AS value`),
    Effect.asVoid(Sql.query(Schema.Struct({ value: Schema.Int }))`SELECT ${written} AS value`)
  ]
}

const refusal = /which the driver can't read\.[\s\S]*Cast it in the query/

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("PostgreSQL: what the driver can't read", (it) => {
  it.effect("is every type that PostgreSQL sends in a form of its own", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const found = yield* sql<{ readonly oid: number; readonly name: string }>`
        SELECT type.oid, format_type(type.oid, NULL) AS name
        FROM pg_type type LEFT JOIN pg_type item ON item.oid = type.typelem AND item.typarray = type.oid
        WHERE type.oid < 12000 AND type.typsend <> 0 AND type.typtype <> 'c' AND coalesce(item.typtype, 'b') <> 'c'
          AND coalesce(item.typsend, 1) <> 0
          AND type.typsend::text NOT IN (
            'textsend', 'namesend', 'xml_send', 'unknownsend', 'charsend', 'cstring_send', 'bpcharsend', 'varcharsend',
            'void_send'
          )`
      const readable: ReadonlyArray<number> = Object.values(PgTypes.OID)
      const unknown = found.filter(({ oid }) =>
        !readable.includes(oid) &&
        !(Result.getOrThrow(PgTypes.decode(new Uint8Array(1), oid, 1, registry)) instanceof Unread)
      )
      assert.deepStrictEqual(unknown, [])
      assert.isAbove(found.length, 100)
      assert.isTrue(Result.isFailure(PgTypes.encode("x", 790, registry)))
    }))

  for (const [value, type, shown] of marked) {
    it.effect(`is refused by plain SQL and by SQL by hand, as its type ${type}: ${value}`, () =>
      Session.transaction(Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const statement = sql.unsafe(`SELECT 1 AS one, ${value} AS value`)
        for (const run of [statement, statement.values, statement.raw, Stream.runCollect(statement.stream)]) {
          const error: SqlError.SqlError = yield* Effect.flip(run)
          assert.deepInclude(error.reason, { _tag: "UnknownError", operation: "execute" })
          assert.instanceOf(error.reason.cause, OrmError.QueryFailed)
          assert.include(error.message, `the type ${type},`)
          assert.include(error.message, "Cast it in the query")
        }
        for (const read of byHand(value)) {
          const error = yield* Effect.flip(read)
          assert.strictEqual(error._tag, "Undecodable")
          assert.include(error.message, `the type ${type},`)
          assert.match(error.message, refusal)
        }
        const [cast] = yield* sql.unsafe(`SELECT (${value})::text AS value, NULL::money AS nothing`)
        assert.deepStrictEqual(cast, { value: shown, nothing: null })
      })))
  }

  it.effect("is refused where a program has made the type, with what to do", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TYPE own_pair AS (a int, b text)`
      yield* sql`CREATE TYPE own_mood AS ENUM ('fine')`
      yield* sql`CREATE TYPE own_range AS RANGE (subtype = int4)`
      yield* sql`CREATE DOMAIN own_positive AS int4 CHECK (VALUE > 0)`
      for (const value of own) {
        const statement = sql.unsafe(`SELECT ${value} AS value`)
        for (const run of [statement, statement.values, statement.raw, Stream.runCollect(statement.stream)]) {
          const error: SqlError.SqlError = yield* Effect.flip(run)
          assert.include(error.message, "a type that is not PostgreSQL's own")
          assert.include(error.message, "Cast it in the query")
        }
        for (const read of byHand(value).slice(0, 4)) {
          assert.match(
            (yield* Effect.flip(read)).message,
            /a type that is not PostgreSQL's own[\s\S]*Cast it in the query/
          )
        }
      }
      const versioned = yield* Effect.flip(sql`SELECT 'empty'::own_range AS value`)
      assert.include(versioned.message, "Cast it in the query")
      assert.deepStrictEqual(yield* sql`SELECT ${"\u0001 is a text"}::text AS value`, [{ value: "\u0001 is a text" }])
      assert.deepStrictEqual(yield* sql`SELECT 'fine'::own_mood AS mood, 5::own_positive AS number`, [{
        mood: "fine",
        number: 5
      }])
      const cast = Sql.query(json)`SELECT to_jsonb((1, 'x')::own_pair) AS value`
      assert.deepStrictEqual(yield* cast, [{ value: { a: 1, b: "x" } }])
    }))

  it.effect("is refused where the driver gives up the connection for it, and the pool has another", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TYPE own_bytes AS (a bigint)`
      for (const value of ["ARRAY[[1, 2], [3, 4]]", "'[0:1]={1,2}'::int[]", "ROW(-1)::own_bytes"]) {
        const error = yield* Effect.flip(sql.unsafe(`SELECT ${value} AS value`))
        assert.strictEqual(error.isRetryable, false)
        assert.include(error.message, "Cast it in the query")
        const [first] = byHand(value)
        const failed = yield* Effect.flip(first ?? Effect.die("no read"))
        assert.deepInclude(failed, { _tag: "QueryFailed" })
        assert.include(failed.message, "Cast it in the query")
      }
      const list = yield* Sql.query(json)`SELECT to_jsonb(ARRAY[[1, 2], [3, 4]]) AS value`
      assert.deepStrictEqual(list, [{ value: [[1, 2], [3, 4]] }])
    }))
})
