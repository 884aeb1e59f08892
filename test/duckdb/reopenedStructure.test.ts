/**
 * A database is told in the same words before and after its file was closed: DuckDB itself changes some of its texts then.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { differences } from "../../src/migration/comparing/differences.ts"
import { Database } from "../../src/session/Database.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const defaults = [
  "CAST('0.00' AS DECIMAL(8, 2))",
  "CAST(timezone('UTC', now()) AS DATE)",
  "CAST('nan' AS DOUBLE)",
  "CAST('2020-01-01 00:00:00+00' AS TIMESTAMPTZ)",
  "CAST('12:00:00' AS TIME)",
  "CAST('aa' AS BLOB)",
  "CAST(CAST('2020-01-01' AS DATE) AS VARCHAR)",
  "TRY_CAST(CAST(CAST('1' AS DECIMAL(10, 3)) AS HUGEINT) AS DECIMAL(12, 0))",
  "CAST([1, 2] AS DECIMAL(8, 2)[])",
  "CAST({'a': 1.5, 'b': 'CAST(x AS \"DATE\")'} AS STRUCT(a DECIMAL(4, 1), b VARCHAR))",
  "date_trunc('milliseconds', timezone('UTC', now()))",
  "1 + 2 * 3",
  "'a''b'",
  "true"
]

const checks = [
  "CAST(c AS DECIMAL(10, 3)) > CAST('1.000' AS DECIMAL(10, 3))",
  "CAST(c AS DATE) > CAST('2020-01-01' AS DATE)",
  "regexp_matches(c, '^[0-9]$', 's') AND length(c) BETWEEN 1 AND 5",
  "c IN ('a', 'b') OR c IS NULL",
  "CASE WHEN c > 'a' THEN c NOT LIKE 'x%' ELSE true END"
]

it.effect("is the same when it is read again", () =>
  Effect.gen(function*() {
    const layer = DuckDb.layer({ path: join(yield* temporaryDirectory, "reopened.duckdb") })
    const introspected = Effect.flatMap(Database, ({ introspect }) => introspect)
    const made = yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* Effect.forEach(defaults, (text, index) => sql.unsafe(`CREATE TABLE d${index} (c VARCHAR DEFAULT ${text})`))
      yield* Effect.forEach(checks, (text, index) => sql.unsafe(`CREATE TABLE k${index} (c VARCHAR CHECK (${text}))`))
      yield* sql`CREATE TABLE g (c INTEGER, x DECIMAL(10, 2) GENERATED ALWAYS AS (CAST(c + 1 AS DECIMAL(10, 2))) VIRTUAL)`
      yield* sql`CREATE INDEX casts ON g ((CAST(c AS DECIMAL(8, 2))), c)`
      yield* sql`CREATE VIEW v AS SELECT CAST(c AS DATE) AS "DATE", CAST(c AS DECIMAL(8, 2)) AS two FROM k0`
      return yield* introspected
    }).pipe(Effect.provide(layer))
    assert.lengthOf(made.tables, defaults.length + checks.length + 1)
    assert.deepStrictEqual(yield* Effect.provide(introspected, layer), made)
  }))

class Price extends Model.Class<Price>("Price")({
  id: Column.serial(Schema.Int),
  amount: Column.withDefault(
    Column.decimal({ precision: 8, scale: 2 }).check(Schema.isGreaterThanOrEqualToBigDecimal(BigDecimal.make(0n, 0))),
    BigDecimal.make(0n, 2)
  ),
  day: Column.databaseDefault(Column.date, "today"),
  at: Column.databaseDefault(Column.timestamp, "now"),
  code: Column.databaseDefault(Column.uuid, "uuid")
}, { table: "prices" }) {}

it.effect("differs in nothing from the models that made it", () =>
  Effect.gen(function*() {
    const layer = DuckDb.layer({ path: join(yield* temporaryDirectory, "models.duckdb") })
    yield* Effect.provide(Session.createTables([Price]), layer)
    assert.deepStrictEqual(yield* Effect.provide(differences([Price]), layer), [])
  }))
