/**
 * A sensitive value is in no span, log line or failure of any operation, whether it succeeds or fails, also of SQL by hand.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { inspect } from "node:util"
import { logged } from "./logged.ts"
import type { Database } from "./Subject.ts"
import { withSpans } from "./withSpans.ts"

/** What no text may hold. */
const secret = "s3cret"

class Vault extends Model.Class<Vault>("Vault")({
  id: Column.primaryKey(Column.int32),
  code: Column.unique(Column.sensitive(Schema.String.check(Schema.isMinLength(3)))),
  owner: Schema.String
}, { table: "redacted_vaults" }) {}

class Opening extends Model.Class<Opening>("Opening")({
  id: Column.primaryKey(Column.int32),
  code: Column.references(Column.sensitive(Schema.String), () => Vault, "code")
}, { table: "redacted_openings" }) {}

/** The table in the eyes of a program that asks for less. */
class Lax extends Model.Class<Lax>("Lax")({
  id: Column.primaryKey(Column.int32),
  code: Column.sensitive(Schema.NullOr(Schema.String)),
  owner: Schema.String
}, { table: "redacted_vaults" }) {}

const vault = (id: number) => ({ id, code: Redacted.make(`${secret} ${id}`), owner: "Ada" })

const vaults = (first: number, count: number) => Array.from({ length: count }, (_, index) => vault(first + index))

/** What a secret can't be made into. */
const number = Sql.expression(Column.int32)
const text = Sql.expression(Schema.String)

/** All that an outcome says of itself. */
const saidOf = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isSuccess(exit)
    ? []
    : [Cause.pretty(exit.cause), inspect(exit.cause, { depth: 20 }), JSON.stringify(exit.cause)]

/** Runs an operation with all that can be seen of it, and returns how it ended. */
const seen = Effect.fnUntraced(function*<A, E>(operation: Effect.Effect<A, E, Session.Session | SqlClient.SqlClient>) {
  const [[exit, spans], lines] = yield* logged(withSpans(
    Effect.exit(Effect.withSpan(operation, "operation")).pipe(
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provide(Session.slowQueries({ threshold: 0, parameters: true }))
    )
  ))
  assert.isAbove(spans.length, 1)
  const texts = [
    ...saidOf(exit),
    inspect(lines, { depth: 20 }),
    ...spans.flatMap(({ attributes, events, name, status }) => [
      name,
      inspect(attributes, { depth: 20 }),
      inspect(events, { depth: 20 }),
      ...status._tag === "Ended" ? saidOf(status.exit) : []
    ])
  ]
  for (const one of texts) assert.notInclude(one, secret)
  return Exit.isSuccess(exit) ? "ok" : Cause.hasFails(exit.cause) ? "failed" : "broken"
})

export const redaction = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Vault, Opening]), { timeout: "60 seconds" })(`${name}: secrets`, (it) => {
    it.effect("are told by no operation that succeeds", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Vault)
        const code = Redacted.make(`${secret} 1`)
        const operations = [
          repository.insert(vault(1)),
          repository.insertMany(vaults(10, 3)),
          repository.insertMany(vaults(20, 20)),
          repository.upsert({ ...vault(1), owner: "Bob" }),
          repository.upsertMany(vaults(20, 20)),
          repository.patch({ id: 1, code }),
          repository.patchMany([{ id: 10, code: Redacted.make(`${secret} ten`) }, { id: 11, owner: "Cyd" }]),
          repository.findOne((one) => one.code.eq(code)),
          repository.find((one) => one.code.in([code])),
          Query.from(Vault).where((one) => one.code.eq(code)).columns,
          Stream.runCollect(Query.from(Vault).where((one) => one.code.ne(code)).stream),
          Query.update(Vault).set(() => ({ code })).where((one) => one.code.eq(code)),
          Query.delete(Vault).where((one) => one.code.eq(Redacted.make(`${secret} 12`))),
          Session.transaction(repository.insert(vault(2))),
          Sql.statement`UPDATE ${Vault} SET owner = 'Dan' WHERE code = ${`${secret} 1`}`,
          Sql.query(Schema.Struct({ id: Column.int32 }))`SELECT id FROM redacted_vaults WHERE code = ${`${secret} 1`}`,
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM redacted_vaults WHERE code = ${secret}`),
          repository.deleteMany([20, 21]),
          repository.delete(22)
        ]
        for (const operation of operations) assert.strictEqual(yield* seen<unknown, unknown>(operation), "ok")
      }))

    it.effect("are told by no operation that fails", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Vault)
        const openings = yield* Repository.make(Opening)
        const lax = yield* Repository.make(Lax)
        yield* repository.insertMany(vaults(100, 5))
        yield* openings.insert({ id: 100, code: Redacted.make(`${secret} 100`) })
        const taken = { ...vault(200), code: Redacted.make(`${secret} 100`) }
        const none = Redacted.make(`${secret} of nobody`)
        const operations = [
          repository.insert(taken),
          repository.insertMany([taken, ...vaults(201, 20)]),
          repository.upsert(taken),
          repository.patch({ id: 101, code: taken.code }),
          Query.update(Vault).set(() => ({ code: taken.code })).where((one) => one.id.eq(101)),
          openings.insert({ id: 101, code: none }),
          openings.patch({ id: 100, code: none }),
          repository.delete(100),
          Query.delete(Vault).where((one) => one.code.eq(taken.code)),
          lax.insert({ id: 300, code: Redacted.make(null), owner: secret.slice(0, 2) }),
          Query.from(Vault).select(({ code }) => ({ code: number`CAST(${code} AS INTEGER)` })).all,
          Query.from(Vault).where(({ code }) => number`CAST(${code} AS INTEGER)`.gt(1)).columns,
          Stream.runDrain(Query.from(Vault).select(({ code }) => ({ code: number`CAST(${code} AS INTEGER)` })).stream),
          Query.update(Vault).set(({ code }) => ({ owner: text`CAST(CAST(${code} AS INTEGER) AS TEXT)` })).everywhere(),
          Session.transaction(repository.insert(taken)),
          Session.transaction(Effect.ignore(repository.insert(taken))),
          Session.transaction(
            Effect.andThen(repository.insert(vault(400)), Effect.ignore(repository.insertMany([vault(401), taken])))
          )
        ]
        for (const operation of operations) assert.strictEqual(yield* seen<unknown, unknown>(operation), "failed")
      }))

    it.effect("are told by no SQL by hand that fails", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Vault)
        const sql = yield* SqlClient.SqlClient
        yield* repository.insertMany(vaults(500, 2))
        const taken = `${secret} 500`
        const row = Sql.statement`INSERT INTO ${Vault} (id, code, owner) VALUES (510, ${taken}, 'Ada')`
        const plain = sql`INSERT INTO redacted_vaults (id, code, owner) VALUES (511, ${taken}, 'Ada')`
        const twice = sql`
          INSERT INTO redacted_vaults (id, code, owner) VALUES (512, ${secret}, 'Ada'), (513, ${secret}, 'Ada')`
        const operations = [
          row,
          plain,
          twice,
          sql`INSERT INTO redacted_openings (id, code) VALUES (500, ${`${secret} of nobody`})`,
          sql`INSERT INTO redacted_vaults (id, code, owner) VALUES (514, ${secret}, NULL)`,
          Sql.statement`INSERT INTO redacted_openings (id, code) VALUES (500, ${`${secret} of nobody`})`,
          sql`SELECT CAST(code AS INTEGER) AS code FROM redacted_vaults`,
          sql`SELECT CAST(code AS INTEGER) AS code FROM redacted_vaults`.values,
          Stream.runDrain(sql`SELECT CAST(code AS INTEGER) AS code FROM redacted_vaults`.stream),
          Sql.query(Schema.Struct({ code: Column.int32 }))`SELECT CAST(code AS INTEGER) AS code FROM redacted_vaults`
            .all,
          Session.transaction(Effect.ignore(Sql.statement`UPDATE redacted_vaults SET id = CAST(code AS INTEGER)`)),
          Session.transaction(row),
          Session.transaction(plain),
          sql.withTransaction(Effect.ignore(plain)),
          Session.transaction(Effect.ignore(plain))
        ]
        for (const operation of operations) assert.strictEqual(yield* seen<unknown, unknown>(operation), "failed")
      }))
  })
