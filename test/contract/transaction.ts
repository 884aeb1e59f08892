/**
 * A transaction is all or nothing, and never says otherwise.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { Factory, TestDatabase } from "andamios-orm/testing"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient, SqlError } from "effect/sql"
import { setTimeout as sleep } from "node:timers/promises"
import { expectTypeOf } from "vitest"
import type { Database } from "./Subject.ts"

class Account extends Model.Class<Account>("Account")({
  iban: Column.primaryKey(Schema.String),
  balance: Column.int32
}, { table: "transaction_accounts" }) {}

class Refused extends Data.TaggedError("Refused")<{ readonly because: string }> {}

/** Opens an account for each name; names tell the tests apart. */
const opened = Effect.fnUntraced(function*(...ibans: ReadonlyArray<string>) {
  const accounts = yield* Repository.make(Account)
  yield* Effect.forEach(ibans, (iban) => accounts.insert({ iban, balance: 0 }), { discard: true })
})

/** So many accounts that four of them beside each other are more work than anybody waits for. */
const many = Factory.make(Account, { values: { balance: (number) => number } }).createMany(2_000)

/** The names of stored accounts that begin so. */
const stored = (prefix: string) =>
  Effect.map(
    Query.from(Account).where((account) => account.iban.startsWith(prefix)).orderBy((account) => account.iban.asc())
      .all,
    (accounts) => accounts.map(({ iban }) => iban)
  )

const balanceOf = (prefix: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<
        { readonly iban: string }
      >`SELECT iban FROM transaction_accounts WHERE iban LIKE ${`${prefix}%`} ORDER BY iban`,
      (rows) => rows.map(({ iban }) => iban)
    ))

export const transaction = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Account]), { timeout: "60 seconds" })(`${name}: transaction`, (it) => {
    it.effect("commits what succeeds, and answers with its value", () =>
      Effect.gen(function*() {
        const answer = yield* Session.transaction(Effect.as(opened("commit 1", "commit 2"), 42))
        assert.strictEqual(answer, 42)
        assert.deepStrictEqual(yield* stored("commit"), ["commit 1", "commit 2"])
      }))

    it.effect("sees its own writes, which others see when it has committed", () =>
      Effect.gen(function*() {
        const written = yield* Deferred.make<void>()
        const seen = yield* Deferred.make<void>()
        const inside = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
          yield* opened("own 1")
          const own = yield* stored("own")
          yield* Deferred.succeed(written, undefined)
          yield* Deferred.await(seen)
          return own
        })))
        yield* Deferred.await(written)
        assert.deepStrictEqual(yield* stored("own"), [])
        yield* Deferred.succeed(seen, undefined)
        assert.deepStrictEqual(yield* Fiber.join(inside), ["own 1"])
        assert.deepStrictEqual(yield* stored("own"), ["own 1"])
      }))

    it.effect("rolls back on a failure, which comes through untouched", () =>
      Effect.gen(function*() {
        const refused = new Refused({ because: "of the test" })
        const body = Effect.andThen(opened("failure 1"), Effect.fail(refused))
        assert.strictEqual(yield* Effect.flip(Session.transaction(body)), refused)
        assert.deepStrictEqual(yield* stored("failure"), [])
      }))

    it.effect("passes on the errors of an effect beside its own, in its type", () =>
      Effect.gen(function*() {
        const body: Effect.Effect<number, Refused> = Effect.succeed(1)
        const inside = Session.transaction(body)
        expectTypeOf(inside).toEqualTypeOf<
          Effect.Effect<number, Refused | OrmError.TransactionError, Session.Session>
        >()
        assert.strictEqual(yield* inside, 1)
      }))

    for (
      const failure of [
        new Error("plain"),
        "a text",
        undefined,
        null,
        new SqlError.SqlError({ reason: new SqlError.UnknownError({ cause: "mine" }) }),
        new OrmError.Conflict({ reason: "mine" })
      ]
    ) {
      it.effect(`passes on a failure of any kind: ${String(failure)}`, () =>
        Effect.gen(function*() {
          const exit = yield* Effect.exit(Session.transaction(Effect.fail(failure)))
          assert.isTrue(Exit.isFailure(exit))
          if (Exit.isSuccess(exit)) return
          assert.deepStrictEqual(exit.cause.reasons.map((reason) => reason._tag), ["Fail"])
          assert.strictEqual(Cause.squash(exit.cause), failure)
        }))
    }

    it.effect("rolls back on a defect, which comes through untouched", () =>
      Effect.gen(function*() {
        const defect = new Error("a bug")
        const exit = yield* Effect.exit(Session.transaction(Effect.andThen(opened("defect 1"), Effect.die(defect))))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause) && Cause.squash(exit.cause) === defect)
        assert.deepStrictEqual(yield* stored("defect"), [])
      }))

    it.effect("rolls back when it is interrupted", () =>
      Effect.gen(function*() {
        const written = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(
          Session.transaction(Effect.gen(function*() {
            yield* opened("interrupted 1")
            yield* Deferred.succeed(written, undefined)
            return yield* Effect.never
          }))
        )
        yield* Deferred.await(written)
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
        assert.deepStrictEqual(yield* stored("interrupted"), [])
      }))

    it.effect("rolls back when it is interrupted in the middle of a statement, and the connection works on", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const written = yield* Deferred.make<void>()
        yield* many
        const endless = sql`
          SELECT count(*) FROM transaction_accounts a, transaction_accounts b, transaction_accounts c, transaction_accounts d
          WHERE a.balance * b.balance + c.balance * d.balance = -1`
        const fiber = yield* Effect.forkChild(
          Session.transaction(Effect.gen(function*() {
            yield* opened("mid-statement 1")
            yield* Deferred.succeed(written, undefined)
            return yield* endless
          }))
        )
        yield* Deferred.await(written)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* stored("mid-statement"), [])
        yield* Session.transaction(opened("mid-statement 2"))
        assert.deepStrictEqual(yield* stored("mid-statement"), ["mid-statement 2"])
      }))

    it.effect("is over when a statement in it was interrupted, for nobody knows whether that was done", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* many
        const endless = sql`
          SELECT count(*) FROM transaction_accounts a, transaction_accounts b, transaction_accounts c, transaction_accounts d
          WHERE a.balance * b.balance + c.balance * d.balance = -1`
        const interrupting = Effect.gen(function*() {
          yield* opened("half 1")
          // each server has begun what is nested by the time that something is interrupted in it
          yield* sql`SELECT count(*) FROM transaction_accounts`
          const started = yield* Effect.forkChild(endless)
          yield* Effect.promise(() => sleep(20))
          yield* Fiber.interrupt(started)
        })
        const committed = yield* Effect.flip(Session.transaction(interrupting))
        assert.instanceOf(committed, OrmError.TransactionAborted)
        assert.match(committed.statement ?? "", /a\.balance \* b\.balance/)
        const goingOn = Session.transaction(Effect.andThen(interrupting, opened("half 2")))
        assert.instanceOf(yield* Effect.flip(goingOn), OrmError.TransactionAborted)
        const nested = Session.transaction(Effect.andThen(interrupting, Session.transaction(opened("half 3"))))
        assert.instanceOf(yield* Effect.flip(nested), OrmError.TransactionAborted)
        assert.deepStrictEqual(yield* stored("half"), [])
        yield* Session.transaction(Effect.andThen(
          opened("half 4"),
          Effect.ignore(Session.transaction(
            Effect.andThen(interrupting, new Refused({ because: "of the test" }))
          ))
        ))
        assert.deepStrictEqual(yield* stored("half"), ["half 4"])
      }))

    it.effect("names the first statement that failed in it", () =>
      Effect.gen(function*() {
        yield* opened("named")
        const sql = yield* SqlClient.SqlClient
        const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
          yield* Effect.ignore(opened("named"))
          yield* Effect.ignore(sql`SELECT 1`)
          return yield* stored("named")
        })))
        assert.instanceOf(failure, OrmError.TransactionAborted)
        assert.match(failure.statement ?? "", /^INSERT INTO "transaction_accounts"/)
      }))

    it.effect("never succeeds with lost rows when a violation inside it was caught", () =>
      Effect.gen(function*() {
        yield* opened("taken")
        const exit = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
          yield* opened("caught 1")
          const violation = yield* Effect.flip(opened("taken"))
          assert.strictEqual(violation._tag, "UniqueViolation")
        })))
        if (Exit.isSuccess(exit)) return assert.deepStrictEqual(yield* stored("caught"), ["caught 1"])
        const failure = Cause.squash(exit.cause)
        assert.instanceOf(failure, OrmError.TransactionAborted)
        assert.deepStrictEqual(yield* stored("caught"), [])
      }))

    it.effect("never succeeds with lost rows when it goes on after a violation", () =>
      Effect.gen(function*() {
        yield* opened("taken too")
        const exit = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
          yield* opened("going on 1")
          yield* Effect.ignore(opened("taken too"))
          return yield* Effect.exit(opened("going on 2"))
        })))
        if (Exit.isSuccess(exit)) {
          assert.isTrue(Exit.isSuccess(exit.value))
          return assert.deepStrictEqual(yield* stored("going on"), ["going on 1", "going on 2"])
        }
        assert.instanceOf(Cause.squash(exit.cause), OrmError.TransactionAborted)
        assert.deepStrictEqual(yield* stored("going on"), [])
      }))

    it.effect("says of a statement after a violation that the transaction is over", () =>
      Effect.gen(function*() {
        yield* opened("taken again")
        const exit = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
          yield* Effect.ignore(opened("taken again"))
          return yield* stored("taken again")
        })))
        if (Exit.isSuccess(exit)) return assert.deepStrictEqual(exit.value, ["taken again"])
        assert.instanceOf(Cause.squash(exit.cause), OrmError.TransactionAborted)
      }))

    it.effect("never succeeds with lost rows when plain SQL failed inside it", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const exit = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
          yield* opened("plain failure 1")
          const failed = yield* Effect.exit(
            sql`SELECT CAST('ten' || balance AS INTEGER) FROM transaction_accounts WHERE iban = 'plain failure 1'`
          )
          assert.isTrue(Exit.isFailure(failed))
        })))
        if (Exit.isSuccess(exit)) return assert.deepStrictEqual(yield* stored("plain failure"), ["plain failure 1"])
        assert.instanceOf(Cause.squash(exit.cause), OrmError.TransactionAborted)
        assert.deepStrictEqual(yield* stored("plain failure"), [])
      }))

    it.effect("goes on after an input that was refused before it was sent", () =>
      Effect.gen(function*() {
        yield* Session.transaction(Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          yield* opened("refused 1")
          const invalid = yield* Effect.flip(accounts.insert({ iban: "refused 2", balance: 0.5 }))
          assert.strictEqual(invalid._tag, "Invalid")
          yield* opened("refused 3")
        }))
        assert.deepStrictEqual(yield* stored("refused"), ["refused 1", "refused 3"])
      }))

    it.effect("is the same for plain SQL: it sees the session's writes, and the session sees its", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const rolledBack = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
          yield* opened("plain 1")
          assert.deepStrictEqual(yield* balanceOf("plain"), ["plain 1"])
          yield* sql`INSERT INTO transaction_accounts (iban, balance) VALUES ('plain 2', 0)`
          assert.deepStrictEqual(yield* stored("plain"), ["plain 1", "plain 2"])
          return yield* new Refused({ because: "of the test" })
        })))
        assert.isTrue(Exit.isFailure(rolledBack))
        assert.deepStrictEqual(yield* balanceOf("plain"), [])
      }))

    it.effect("is the same when plain SQL began it", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const both = Effect.gen(function*() {
          yield* sql`INSERT INTO transaction_accounts (iban, balance) VALUES ('begun 1', 0)`
          assert.deepStrictEqual(yield* stored("begun"), ["begun 1"])
          yield* opened("begun 2")
          assert.deepStrictEqual(yield* balanceOf("begun"), ["begun 1", "begun 2"])
        })
        const refused = Effect.andThen(both, Effect.fail(new Refused({ because: "of the test" })))
        assert.instanceOf(yield* Effect.flip(sql.withTransaction(refused)), Refused)
        assert.deepStrictEqual(yield* stored("begun"), [])
        yield* sql.withTransaction(both)
        assert.deepStrictEqual(yield* stored("begun"), ["begun 1", "begun 2"])
      }))

    it.effect("joins the transaction around it: both commit together", () =>
      Effect.gen(function*() {
        yield* Session.transaction(Effect.andThen(opened("nested 1"), Session.transaction(opened("nested 2"))))
        assert.deepStrictEqual(yield* stored("nested"), ["nested 1", "nested 2"])
      }))

    it.effect("undoes what was committed inside it when it fails later", () =>
      Effect.gen(function*() {
        const body = Effect.gen(function*() {
          yield* Session.transaction(opened("outer failure 1"))
          return yield* new Refused({ because: "of the test" })
        })
        assert.instanceOf(yield* Effect.flip(Session.transaction(body)), Refused)
        assert.deepStrictEqual(yield* stored("outer failure"), [])
      }))

    const failures: Readonly<Record<string, Effect.Effect<void, Refused | OrmError.InsertError, Session.Session>>> = {
      "a failure": Effect.fail(new Refused({ because: "of the test" })),
      "a defect": Effect.die("a bug"),
      "a violation": Effect.andThen(opened("nested taken"), opened("nested taken"))
    }
    for (const [kind, failure] of Object.entries(failures)) {
      it.effect(`keeps nothing of a nested transaction that ended in ${kind}, and all of the outer or none`, () =>
        Effect.gen(function*() {
          const exit = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
            yield* opened(`${kind}: outer 1`)
            const inner = yield* Effect.exit(Session.transaction(Effect.andThen(opened(`${kind}: inner`), failure)))
            assert.isTrue(Exit.isFailure(inner))
          })))
          if (Exit.isSuccess(exit)) return assert.deepStrictEqual(yield* stored(kind), [`${kind}: outer 1`])
          assert.instanceOf(Cause.squash(exit.cause), OrmError.TransactionAborted)
          assert.deepStrictEqual(yield* stored(kind), [])
        }))
    }

    it.effect("keeps nothing of a nested transaction that was interrupted", () =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(Session.transaction(Effect.gen(function*() {
          yield* opened("nested interrupt: outer")
          const written = yield* Deferred.make<void>()
          const inner = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
            yield* opened("nested interrupt: inner")
            yield* Deferred.succeed(written, undefined)
            return yield* Effect.never
          })))
          yield* Deferred.await(written)
          yield* Fiber.interrupt(inner)
        })))
        if (Exit.isSuccess(exit)) {
          return assert.deepStrictEqual(yield* stored("nested interrupt"), ["nested interrupt: outer"])
        }
        assert.instanceOf(Cause.squash(exit.cause), OrmError.TransactionAborted)
        assert.deepStrictEqual(yield* stored("nested interrupt"), [])
      }))

    it.effect("runs statements that are started at the same time one after another", () =>
      Effect.gen(function*() {
        const names = Array.from({ length: 20 }, (_, index) => `parallel ${String(index).padStart(2, "0")}`)
        yield* Session.transaction(Effect.gen(function*() {
          yield* Effect.forEach(names, (iban) => opened(iban), { concurrency: "unbounded", discard: true })
          const seen = yield* Effect.forEach(names, () => stored("parallel"), { concurrency: "unbounded" })
          assert.isTrue(seen.every((found) => found.length === 20))
        }))
        assert.deepStrictEqual(yield* stored("parallel"), names)
      }))

    it.effect("inserts many rows all or none, also when what follows them fails", () =>
      Effect.gen(function*() {
        const rows = Array.from({ length: 5_000 }, (_, index) => ({ iban: `bulk ${index}`, balance: index }))
        const accounts = yield* Repository.make(Account)
        const bulk = Session.transaction(
          Effect.andThen(accounts.insertMany(rows), Effect.fail(new Refused({ because: "of the test" })))
        )
        assert.instanceOf(yield* Effect.flip(bulk), Refused)
        assert.deepStrictEqual(yield* stored("bulk"), [])
        yield* Session.transaction(accounts.insertMany(rows))
        assert.strictEqual((yield* stored("bulk")).length, 5_000)
      }))

    it.effect("lets only one of two that delete the same row succeed", () =>
      Effect.gen(function*() {
        yield* opened("contested")
        const accounts = yield* Repository.make(Account)
        const both = Deferred.makeUnsafe<void>()
        let begun = 0
        const deletion = Session.transaction(Effect.gen(function*() {
          yield* stored("contested")
          begun += 1
          if (begun === 2) yield* Deferred.succeed(both, undefined)
          yield* Deferred.await(both)
          yield* accounts.delete("contested")
        }))
        const exits = yield* Effect.all([Effect.exit(deletion), Effect.exit(deletion)], { concurrency: 2 })
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        const failure = exits.find(Exit.isFailure)
        const reason = failure === undefined ? undefined : Cause.squash(failure.cause)
        assert.isTrue(reason instanceof OrmError.Conflict || reason instanceof OrmError.NotFound, String(reason))
        assert.deepStrictEqual(yield* stored("contested"), [])
      }))

    it.effect("lets only one of two that insert the same key succeed, and says why", () =>
      Effect.gen(function*() {
        const both = Deferred.makeUnsafe<void>()
        let begun = 0
        const insertion = (other: string) =>
          Session.transaction(Effect.gen(function*() {
            yield* stored("same key")
            begun += 1
            if (begun === 2) yield* Deferred.succeed(both, undefined)
            yield* Deferred.await(both)
            yield* opened(`same key ${other}`)
            yield* opened("same key")
          }))
        const exits = yield* Effect.all([Effect.exit(insertion("a")), Effect.exit(insertion("b"))], { concurrency: 2 })
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        const failure = exits.find(Exit.isFailure)
        const reason = failure === undefined ? undefined : Cause.squash(failure.cause)
        assert.isTrue(reason instanceof OrmError.Conflict || reason instanceof OrmError.UniqueViolation, String(reason))
        assert.strictEqual((yield* stored("same key")).length, 2)
      }))
  })
