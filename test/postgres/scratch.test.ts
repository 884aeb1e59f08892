import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { Database } from "../../src/session/Database.ts"
import * as PostgresServer from "../../src/testing/PostgresServer.ts"
const database = Layer.unwrap(Effect.map(PostgresServer.start(), Postgres.layer))
layer(database, { timeout: "60 seconds" })("scratch", (it) => {
  it.effect("x", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient
      const db = yield* Database
      yield* sql.unsafe(`CREATE TYPE mood AS ENUM ('sad','ok'); `)
      yield* sql.unsafe(
        `CREATE TABLE a (id serial primary key, m mood default 'sad', ms mood[], v varchar(10) check (v in ('a','b')), n numeric(20), t timestamp(3), g int generated always as (id * 2) stored, x text collate "C")`
      )
      yield* sql.unsafe(
        `create index ai on a (m desc, v text_pattern_ops, lower(x), x collate "en_US" nulls first) where v = 'a'`
      ).pipe(Effect.catch(() =>
        sql.unsafe(
          `create index ai on a (m desc, v text_pattern_ops, lower(x), x collate "POSIX" nulls first) where v = 'a'`
        )
      ))
      yield* sql.unsafe(`create view w as select v, count(*) c from a group by v`)
      console.log(JSON.stringify(yield* db.introspect, null, 1))
    }))
})
