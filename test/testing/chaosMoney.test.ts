/**
 * Money that is moved among random faults: each move is there as a whole or not at all, and what the program was told is true.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Repository, Session, UnitOfWork } from "andamios-orm"
import { Chaos, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { type Database, duckDbInMemory, postgres } from "../databases.ts"

class Account extends Model.Class<Account>("Account")({
  id: Column.primaryKey(Column.int32),
  cents: Column.int32
}, { table: "money_accounts" }) {}

class Entry extends Model.Class<Entry>("Entry")({
  id: Column.primaryKey(Column.int32),
  giver: Column.int32,
  taker: Column.int32,
  cents: Column.int32
}, { table: "money_entries" }) {}

const account = Schema.Literals([0, 1, 2, 3])
const Move = Schema.Struct({
  giver: account,
  taker: account,
  cents: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })),
  inWork: Schema.Boolean
})
const Moves = Schema.Array(Move).check(Schema.isMinLength(4), Schema.isMaxLength(16))

const options = { isolation: "repeatable read", retry: Schedule.recurs(5) } as const

/** Moves money row by row, and writes down that it did between the two. */
const byRows = ({ cents, giver, taker }: typeof Move.Type, id: number) =>
  Session.transaction(
    Effect.gen(function*() {
      const accounts = yield* Repository.make(Account)
      const entries = yield* Repository.make(Entry)
      const from = yield* accounts.get(giver)
      yield* accounts.patch({ id: giver, cents: from.cents - cents })
      yield* entries.insert({ id, giver, taker, cents })
      const to = yield* accounts.get(taker)
      yield* accounts.patch({ id: taker, cents: to.cents + cents })
    }),
    options
  )

/** The same in a unit of work. */
const byWork = ({ cents, giver, taker }: typeof Move.Type, id: number) =>
  Session.unitOfWork(
    Effect.gen(function*() {
      const work = yield* UnitOfWork.UnitOfWork
      const from = yield* work.get(Account, giver)
      yield* work.change(Account, from, { cents: from.cents - cents })
      yield* work.add(Entry, { id, giver, taker, cents })
      const to = yield* work.get(Account, taker)
      yield* work.change(Account, to, { cents: to.cents + cents })
    }),
    options
  )

const rules = [
  Chaos.sometimes(0.05, Chaos.conflict),
  Chaos.sometimes(0.02, Chaos.connectionLost),
  Chaos.sometimes(0.02, Chaos.diskFull),
  Chaos.sometimes(0.02, Chaos.poolExhausted()),
  Chaos.sometimes(0.1, Chaos.answerLost({ stored: true })),
  Chaos.sometimes(0.1, Chaos.answerLost({ stored: false }))
]

const money = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Account, Entry]), { timeout: "120 seconds", excludeTestServices: true })(
    `${name}: money among faults`,
    (it) => {
      it.effect.prop(
        "is moved as a whole or not at all, as the program was told",
        { moves: Moves, seed: Schema.Int, fibers: Schema.Literals([1, 3]) },
        ({ fibers, moves, seed }) =>
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            yield* sql`DELETE FROM money_accounts`
            yield* sql`DELETE FROM money_entries`
            yield* sql`INSERT INTO money_accounts (id, cents) VALUES (0, 100), (1, 100), (2, 100), (3, 100)`

            const told = yield* Effect.forEach(
              moves,
              (move, id) => Effect.result((move.inWork ? byWork : byRows)(move, id)),
              { concurrency: fibers }
            ).pipe(Effect.provide(Chaos.layer({ rules, seed })))

            const entries = yield* sql<Entry>`SELECT id, giver, taker, cents FROM money_entries`
            const expected = [100, 100, 100, 100]
            for (const { cents, giver, taker } of entries) {
              expected[giver] = (expected[giver] ?? 0) - cents
              expected[taker] = (expected[taker] ?? 0) + cents
            }
            const accounts = yield* sql<Account>`SELECT id, cents FROM money_accounts ORDER BY id`
            assert.deepStrictEqual(accounts.map(({ cents }) => cents), expected)
            assert.strictEqual(expected.reduce((sum, cents) => sum + cents, 0), 400)

            const stored = new Set(entries.map(({ id }) => id))
            for (const [id, result] of told.entries()) {
              if (Result.isSuccess(result)) assert.isTrue(stored.has(id), `${id} was said to be stored`)
              else if (result.failure._tag !== "CommitOutcomeUnknown") {
                assert.isFalse(stored.has(id), `${id} failed with ${result.failure._tag}`)
              }
            }
          }),
        { arbitrary: { runs: 60 } }
      )
    }
  )

money("DuckDB", duckDbInMemory)
money("PostgreSQL", postgres)
