/**
 * Every code that a server fails with is one of our errors, which says what to do where that is known.
 */
import { assert, layer } from "@effect/vitest"
import { Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

/** What a write fails with, by the code, and a word of what it says to do. */
const told = {
  "08006": ["ConnectionFailed", ""],
  "0A000": ["QueryFailed", ""],
  "21000": ["QueryFailed", ""],
  "22001": ["CheckViolation", ""],
  "22003": ["QueryFailed", ""],
  "22012": ["QueryFailed", ""],
  "22P02": ["QueryFailed", ""],
  "23000": ["CheckViolation", ""],
  "23001": ["StillReferenced", ""],
  "23502": ["CheckViolation", ""],
  "23503": ["ForeignKeyViolation", ""],
  "23505": ["UniqueViolation", ""],
  "23514": ["CheckViolation", ""],
  "23P01": ["CheckViolation", ""],
  "25006": ["ReadOnly", "can only be read here"],
  "25P02": ["TransactionAborted", ""],
  "25P03": ["TransactionAborted", ""],
  "26000": ["QueryFailed", "prepare: false"],
  "28P01": ["ConnectionFailed", "the right user and password"],
  "28000": ["ConnectionFailed", "pg_hba.conf"],
  "3D000": ["ConnectionFailed", "Create the database"],
  "40001": ["Conflict", "whole transaction"],
  "40P01": ["Conflict", "whole transaction"],
  "42501": ["QueryFailed", "GRANT"],
  "42601": ["QueryFailed", ""],
  "42703": ["QueryFailed", "compare it with the model"],
  "42704": ["QueryFailed", "CREATE EXTENSION"],
  "42804": ["QueryFailed", "compare it with the model"],
  "42883": ["QueryFailed", "cast the values"],
  "42P01": ["QueryFailed", "Session.createTables"],
  "42P05": ["QueryFailed", "prepare: false"],
  "53000": ["QueryFailed", "memory, disk"],
  "53100": ["QueryFailed", "memory, disk"],
  "53200": ["QueryFailed", "memory, disk"],
  "53300": ["ConnectionFailed", "max_connections"],
  "54000": ["QueryFailed", "several smaller ones"],
  "55000": ["QueryFailed", "before"],
  "55006": ["QueryFailed", "Somebody else uses it"],
  "55P03": ["Conflict", "whole transaction"],
  "57014": ["QueryFailed", "run again"],
  "57P01": ["ConnectionFailed", ""],
  "57P03": ["ConnectionFailed", "in a moment"],
  "58030": ["QueryFailed", ""],
  "P0001": ["QueryFailed", ""],
  "XX000": ["QueryFailed", ""]
} as const

/** What a read, which breaks no constraint of its own, tells as a failed query. */
const ofWrites = ["UniqueViolation", "ForeignKeyViolation", "StillReferenced", "CheckViolation", "ReadOnly"]

const one = Schema.Struct({ one: Schema.Int })

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("codes of PostgreSQL", (it) => {
  it.effect("are typed errors of writes and reads, with the server's words", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE failing (n INTEGER)`
      yield* sql`INSERT INTO failing VALUES (1)`
      yield* sql.unsafe(`CREATE FUNCTION failed(code TEXT) RETURNS INTEGER LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the words for %', code USING ERRCODE = code; END $$`)
      for (const [code, [tag, todo]] of Object.entries(told)) {
        const written = yield* Effect.flip(
          Session.transaction(Sql.statement`UPDATE failing SET n = failed(${code})`)
        )
        assert.strictEqual(written._tag, tag, code)
        assert.include(written.message, `the words for ${code}`)
        assert.include(written.message, todo)
        const read = yield* Effect.flip(Sql.query(one)`SELECT failed(${code}) AS one`)
        assert.strictEqual(read._tag, ofWrites.includes(tag) ? "QueryFailed" : tag, code)
        assert.include(read.message, `the words for ${code}`)
      }
    }))
})
