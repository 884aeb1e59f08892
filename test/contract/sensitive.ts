/**
 * A sensitive value is stored and found, and told to nobody: in no message, parameter, log or JSON.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { inspect } from "node:util"
import type { Database } from "./Subject.ts"

const secret = "s3cret\" of 'Ada'"

class Account extends Model.Class<Account>("Account")({
  id: Column.primaryKey(Schema.Int),
  token: Column.unique(Column.sensitive(Schema.String.check(Schema.isMinLength(3)))),
  pin: Column.sensitive(Schema.NullOr(Column.int32)),
  name: Schema.String
}, { table: "sensitive_accounts" }) {}

class Login extends Model.Class<Login>("Login")({
  id: Column.primaryKey(Schema.Int),
  token: Column.references(Column.sensitive(Schema.String), () => Account, "token")
}, { table: "sensitive_logins" }) {}

/** The table in the eyes of a program that asks for less. */
class Lax extends Model.Class<Lax>("Lax")({
  id: Column.primaryKey(Schema.Int),
  token: Column.sensitive(Schema.NullOr(Schema.String)),
  pin: Column.sensitive(Schema.NullOr(Column.int32)),
  name: Schema.String
}, { table: "sensitive_accounts" }) {}

/** The table in the eyes of a program that asks for more. */
class Narrow extends Model.Class<Narrow>("Narrow")({
  token: Column.primaryKey(Column.sensitive(Schema.Literals(["only this"]))),
  name: Schema.String
}, { table: "sensitive_accounts" }) {}

const isHidden = (value: unknown, words = [secret, "s3cret", "4711"]) => {
  const shown = [inspect(value, { depth: 20 }), String(value), JSON.stringify(value)]
  if (value instanceof Error) shown.push(value.message, value.stack ?? "", inspect(value.cause, { depth: 20 }))
  for (const word of words) shown.forEach((text) => assert.notInclude(text, word))
}

const account = (id: number, token = `${secret} ${id}`) => ({
  id,
  token: Redacted.make(token),
  pin: Redacted.make(4711),
  name: "Ada"
})

export const sensitive = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Account, Login]), { timeout: "60 seconds" })(
    `${name}: sensitive values`,
    (it) => {
      it.effect("are stored plainly, come back redacted, and are found", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const accounts = yield* Repository.make(Account)
          const many = Array.from({ length: 20 }, (_, index) => account(100 + index))
          const inserted = yield* accounts.insertMany(many)
          isHidden(inserted)
          assert.strictEqual(Redacted.value(inserted[3]?.token ?? Redacted.make("")), `${secret} 103`)
          assert.deepStrictEqual(yield* sql`SELECT token, pin FROM sensitive_accounts WHERE id = 103`, [
            { token: `${secret} 103`, pin: 4711 }
          ])
          const found = yield* accounts.findOne((one) => one.token.eq(Redacted.make(`${secret} 105`)))
          assert.strictEqual(found._tag === "Some" ? found.value.id : 0, 105)
          const among = yield* accounts.find((one) => one.token.in([Redacted.make(`${secret} 106`)]))
          assert.lengthOf(among, 1)
          const upserted = yield* accounts.upsert({ ...account(103), pin: Redacted.make(null) })
          assert.strictEqual(Redacted.value(upserted.pin), null)
          const patched = yield* accounts.patch({ id: 103, token: Redacted.make("another") })
          assert.strictEqual(Redacted.value(patched.token), "another")
          const { token } = yield* Query.from(Account).where((one) => one.id.eq(104)).columns
          isHidden(token)
        }))

      it.effect("are in no JSON variant, in no log, and redacted among the parameters of a query", () =>
        Effect.gen(function*() {
          assert.notInclude(Object.keys(Account.json.fields), "token")
          assert.notInclude(Object.keys(Account.jsonCreate.fields), "token")
          assert.notInclude(Object.keys(Account.jsonUpdate.fields), "token")
          const query = Query.from(Account)
            .where((one) => one.token.eq(Redacted.make(secret)))
            .where((one) => one.token.in([Redacted.make(secret)]))
            .where((one) => one.name.eq("Ada"))
          const { parameters, sql } = yield* query.toSql
          isHidden(parameters)
          assert.include(parameters, "Ada")
          assert.notInclude(sql, secret)
          const lines: Array<unknown> = []
          const logger = Logger.make((options) => {
            lines.push(options.message)
          })
          yield* Effect.log(Account.make(account(1))).pipe(Effect.provide(Logger.layer([logger])))
          assert.isNotEmpty(lines)
          isHidden(lines)
        }))

      it.effect("are in no broken constraint", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          const logins = yield* Repository.make(Login)
          const lax = yield* Repository.make(Lax)
          yield* accounts.insert(account(200))
          const same = yield* Effect.flip(accounts.insert(account(201, `${secret} 200`)))
          assert.deepInclude(same, { _tag: "UniqueViolation", columns: ["token"] })
          isHidden(same)
          const many = Array.from({ length: 20 }, (_, index) => account(300 + index, `${secret} twice`))
          const twice = yield* Effect.flip(accounts.insertMany(many))
          assert.deepInclude(twice, { _tag: "UniqueViolation", columns: ["token"] })
          isHidden(twice)
          const short = yield* Effect.flip(lax.insert({ ...account(202), token: Redacted.make("s3") }))
          assert.deepInclude(short, { _tag: "CheckViolation", columns: ["token"] })
          isHidden(short, ["s3", "4711"])
          const none = yield* Effect.flip(lax.insert({ ...account(202), token: Redacted.make(null) }))
          assert.strictEqual(none._tag, "CheckViolation")
          isHidden(none)
          const orphan = yield* Effect.flip(logins.insert({ id: 1, token: Redacted.make(secret) }))
          assert.strictEqual(orphan._tag, "ForeignKeyViolation")
          isHidden(orphan)
          yield* logins.insert({ id: 1, token: Redacted.make(`${secret} 200`) })
          const kept = yield* Effect.flip(accounts.delete(200))
          assert.strictEqual(kept._tag, "StillReferenced")
          isHidden(kept)
        }))

      it.effect("are in no invalid input", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          const short = yield* Effect.flip(accounts.insert(account(1, "s3")))
          assert.strictEqual(short._tag, "Invalid")
          isHidden(short, ["s3"])
          // @ts-expect-error Type 'number' is not assignable to type 'string'
          const nameless = yield* Effect.flip(accounts.insert({ ...account(1, "s3"), name: 36 }))
          assert.include(nameless.message, "name: Expected string")
          isHidden(nameless, ["s3"])
          // @ts-expect-error Type 'string' is not assignable to type 'Redacted<string>'
          const plain = yield* Effect.flip(accounts.insert({ ...account(1), token: secret }))
          assert.strictEqual(plain._tag, "Invalid")
          isHidden(plain)
          const half = yield* Effect.flip(accounts.insert(account(1, `${secret}\ud800`)))
          assert.strictEqual(half._tag, "Invalid")
          isHidden(half)
          const patch = yield* Effect.flip(accounts.patch({ id: 1, token: Redacted.make("s3") }))
          assert.strictEqual(patch._tag, "Invalid")
          isHidden(patch, ["s3"])
          const { reasons } = yield* accounts.importFrom(
            Stream.make<ReadonlyArray<unknown>>({ ...account(1), token: 4711 }, secret)
          )
          assert.lengthOf(reasons, 2)
          isHidden(reasons)
          const narrow = yield* Repository.make(Narrow)
          const nowhere = yield* Effect.flip(narrow.patchMany([{ token: Redacted.make("only this"), name: "" }]))
          isHidden(nowhere, ["only this"])
        }))

      it.effect("are in no row that can't be read", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          yield* accounts.insert(account(400))
          const narrow = yield* Effect.flip(Query.from(Narrow).all)
          assert.strictEqual(narrow._tag, "Undecodable")
          isHidden(narrow)
        }))
    }
  )
