/**
 * What holds of a move, from whichever database to whichever.
 */
import { assert, describe, it } from "@effect/vitest"
import { Move } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "../../databases.ts"
import { type Counts, filled, shop, told } from "./shop.ts"

/** Both databases, the first with the rows of a shop, the second with its tables. */
const shops = Effect.fnUntraced(function*(from: Database, to: Database, counts: Counts = few) {
  const [here, there] = [
    yield* Layer.build(TestDatabase.layerOn(from, shop)),
    yield* Layer.build(TestDatabase.layerOn(to, shop))
  ]
  yield* Effect.provideContext(filled(counts), here)
  return { from: here, to: there }
})

const integers = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const few: Counts = { customers: 30, folders: [undefined, 0, 1, 2, 0, 4, undefined, 6], orders: 50, visits: 40 }

const toldBy = (services: Context.Context<SqlClient.SqlClient>) => Effect.provideContext(told, services)

const sql = (services: Context.Context<SqlClient.SqlClient>, statement: string) =>
  Effect.provideContext(
    Effect.flatMap(SqlClient.SqlClient, (client) => client.unsafe<Readonly<Record<string, unknown>>>(statement)),
    services
  )

export const moves = (label: string, from: Database, to: Database) =>
  describe(`a move from ${label}`, { timeout: 120_000 }, () => {
    it.effect("takes all rows along as they are, and says what it has moved", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        const before = yield* toldBy(both.from)
        const seen: Array<Move.Progress> = []
        const report = yield* Move.run(shop, {
          ...both,
          batchSize: 7,
          onProgress: (progress) => Effect.sync(() => void seen.push(progress))
        })
        assert.deepStrictEqual(yield* toldBy(both.to), before)
        assert.deepStrictEqual(yield* toldBy(both.from), before)
        assert.deepStrictEqual(
          new Map(report.map(({ resumedAt, rows, table }) => [table, [rows, resumedAt]])),
          new Map([["move_customers", [30, 0]], ["move folders", [8, 0]], ["move_orders", [50, 0]], ["move_visits", [
            40,
            0
          ]]])
        )
        const customers = report.find(({ table }) => table === "move_customers")
        assert.deepStrictEqual(customers?.columns.find(({ column }) => column === "secret")?.fingerprint, "(sensitive)")
        assert.match(customers?.columns[0]?.fingerprint ?? "", /^[0-9a-f]{16}$/)
        assert.deepStrictEqual(seen.filter(({ doing }) => doing === "copying").at(-1)?.done, 128)
        assert.deepInclude(seen.at(-1), { doing: "comparing", done: 256, total: 256 })
      }))

    it.effect("lets numbers go on behind the highest", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        yield* Move.run(shop, both)
        yield* sql(
          both.to,
          "INSERT INTO move_customers (name, secret, created_at, updated_at, version, tenant_id) " +
            "VALUES ('new', 's', '2020-01-01', '2020-01-01', 1, 't')"
        )
        const [row] = yield* sql(
          both.to,
          "SELECT max(id) AS last, (SELECT max(id) FROM move_customers WHERE name <> 'new') AS before FROM move_customers"
        )
        assert.isAbove(Number(row?.["last"]), Number(row?.["before"]))
      }))

    it.effect.prop(
      "ends with the same wherever it is interrupted, and however large its batches are",
      {
        counts: Arbitrary.all({
          customers: integers(1, 25),
          folders: Arbitrary.map(
            Arbitrary.array(integers(0, 99), { maxLength: 25 }),
            (found) => found.map((parent, place) => parent % 4 === 0 || place === 0 ? undefined : parent % place)
          ),
          orders: integers(0, 25),
          visits: integers(0, 25)
        }),
        stops: Arbitrary.array(Arbitrary.all({ after: integers(0, 12), batchSize: integers(1, 9) }), { maxLength: 4 })
      },
      ({ counts, stops }) =>
        Effect.gen(function*() {
          const both = yield* shops(from, to, counts)
          const before = yield* toldBy(both.from)
          for (const { after, batchSize } of stops) {
            let left = after
            const exit = yield* Effect.exit(Move.run(shop, {
              ...both,
              batchSize,
              onProgress: () => Effect.suspend(() => left-- === 0 ? Effect.interrupt : Effect.void)
            }))
            if (Exit.isSuccess(exit)) break
            assert.isTrue(Exit.hasInterrupts(exit), String(exit))
          }
          const report = yield* Move.run(shop, { ...both, batchSize: 5 })
          assert.deepStrictEqual(yield* toldBy(both.to), before)
          // and once more, which copies nothing
          const again = yield* Move.run(shop, both)
          assert.deepStrictEqual(again.map(({ columns }) => columns), report.map(({ columns }) => columns))
          assert.deepStrictEqual(again.map(({ resumedAt }) => resumedAt), report.map(({ rows }) => rows))
          assert.deepStrictEqual(yield* toldBy(both.to), before)
        }),
      { arbitrary: { runs: 6 } }
    )

    it.effect("goes on behind the last batch that was stored", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        const stop = (progress: Move.Progress) => progress.done === 98 ? Effect.interrupt : Effect.void
        yield* Effect.exit(Move.run(shop, { ...both, batchSize: 10, onProgress: stop }))
        const { tables } = yield* Move.plan(shop, both)
        assert.deepStrictEqual(tables.reduce((sum, { moved }) => sum + moved, 0), 98)
        assert.isTrue(tables.some(({ state }) => state === "moving"))
        const report = yield* Move.run(shop, both)
        assert.deepStrictEqual(report.reduce((sum, { resumedAt }) => sum + resumedAt, 0), 98)
        assert.deepStrictEqual((yield* Move.plan(shop, both)).tables.map(({ state }) => state), [
          "compared",
          "compared",
          "compared",
          "compared"
        ])
      }))

    it.effect("plans without writing anything, tables in the order in which they can be filled", () =>
      Effect.gen(function*() {
        const there = yield* Layer.build(to)
        const { from: here } = yield* shops(from, to)
        const plan = yield* Move.plan(shop, { from: here, to: there, createTables: true })
        assert.deepStrictEqual(plan.tables, [
          { table: "move_customers", rows: 30, moved: 0, state: "waiting" },
          { table: "move_visits", rows: 40, moved: 0, state: "waiting" },
          { table: "move folders", rows: 8, moved: 0, state: "waiting" },
          { table: "move_orders", rows: 50, moved: 0, state: "waiting" }
        ])
        const found = yield* sql(
          there,
          "SELECT table_name FROM information_schema.tables WHERE table_name LIKE '%move%'"
        )
        assert.deepStrictEqual(found, [])
        yield* Move.run(shop, { from: here, to: there, createTables: true })
        assert.deepStrictEqual(yield* toldBy(there), yield* toldBy(here))
      }))

    it.effect("refuses tables that are not there, or have rows that it has not put there", () =>
      Effect.gen(function*() {
        const empty = yield* Layer.build(to)
        const both = yield* shops(from, to)
        const missing = yield* Effect.flip(Move.run(shop, { from: both.from, to: empty }))
        assert.deepInclude(missing, { _tag: "MoveRefused", table: "move_visits" })
        assert.match(missing.message, /has no table move_visits.*createTables/)

        yield* sql(both.to, "INSERT INTO \"move folders\" VALUES (77, NULL), (78, NULL)")
        const refused = yield* Effect.flip(Move.run(shop, both))
        assert.deepInclude(refused, { _tag: "MoveRefused", table: "move folders", rows: 2 })
        assert.match(refused.message, /has 2 rows already.*Move into empty tables/)
        yield* sql(both.to, "DELETE FROM \"move folders\"")

        const halfway = { ...both, batchSize: 10, onProgress: () => Effect.interrupt }
        yield* Effect.exit(Move.run(shop, halfway))
        const [row] = yield* sql(both.to, "SELECT max(id) AS id FROM move_customers")
        yield* sql(both.to, `DELETE FROM move_customers WHERE id = ${Number(row?.["id"])}`)
        const written = yield* Effect.flip(Move.run(shop, both))
        assert.deepInclude(written, { _tag: "MoveRefused", table: "move_customers", rows: 9 })
        assert.match(written.message, /has 9 rows, and the move has put 10 there: somebody else/)
      }))

    it.effect("refuses itself, and what is part of a move from elsewhere", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        const itself = yield* Effect.flip(Move.run(shop, { from: both.from, to: both.from }))
        assert.match(itself.message, /both what is moved from and what is moved to/)
        yield* Effect.exit(Move.run(shop, { ...both, batchSize: 10, onProgress: () => Effect.interrupt }))
        yield* sql(both.to, "UPDATE andamios_move SET source = 'elsewhere'")
        const other = yield* Effect.flip(Move.run(shop, both))
        assert.strictEqual(other._tag, "MoveRefused")
        assert.match(other.message, /part of a move from another database, elsewhere/)
      }))

    it.effect("tells what was changed in the source meanwhile, and begins anew where it is asked to", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        const least = Effect.map(
          sql(both.from, "SELECT min(id) AS id FROM move_customers"),
          ([row]) => Number(row?.["id"])
        )
        const change = Effect.gen(function*() {
          yield* sql(both.from, `UPDATE move_customers SET version = 77 WHERE id = ${yield* least}`)
          yield* sql(both.from, "INSERT INTO \"move folders\" VALUES (-9000, NULL)")
        })
        let isChanged = false
        const differs = yield* Effect.flip(Move.run(shop, {
          ...both,
          onProgress: ({ table }) =>
            table !== "move_orders" || isChanged
              ? Effect.void
              : Effect.orDie(Effect.andThen(Effect.sync(() => isChanged = true), change))
        }))
        assert.strictEqual(differs._tag, "MoveDiffers")
        const tables = differs._tag === "MoveDiffers" ? differs.tables : []
        assert.deepStrictEqual(
          tables.map((
            { columns, from: here, table, to: there }
          ) => [table, here, there, columns.map(({ column }) => column)]),
          [["move_customers", 30, 30, ["version"]], ["move folders", 9, 8, ["id", "parent"]]]
        )
        const [version] = tables[0]?.columns ?? []
        assert.notStrictEqual(version?.from, version?.to)
        assert.include(
          differs.message,
          `move_customers.version: ${version?.from} in the source, ${version?.to} in the target`
        )

        yield* Move.run(shop, { ...both, restart: true })
        assert.deepStrictEqual(yield* toldBy(both.to), yield* toldBy(both.from))
        const over = yield* Effect.flip(Move.run(shop, { ...both, restart: true }))
        assert.match(over.message, /came to its end/)
        const never = yield* shops(from, to)
        assert.match(
          (yield* Effect.flip(Move.run(shop, { ...never, restart: true }))).message,
          /no move of these tables/
        )
      }))

    it.effect("tells values that two rows have exchanged", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        yield* Move.run(shop, both)
        yield* sql(
          both.to,
          "UPDATE move_orders SET pieces = CASE pieces WHEN 11 THEN 12 ELSE 11 END WHERE pieces IN (11, 12)"
        )
        const differs = yield* Effect.flip(Move.run(shop, both))
        const tables = differs._tag === "MoveDiffers" ? differs.tables : []
        assert.deepStrictEqual(
          tables.map(({ columns, table }) => [table, columns.map(({ column }) => column)]),
          [["move_orders", ["pieces"]]]
        )
      }))

    it.effect("tells rows that nothing tells apart", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        yield* Move.run(shop, both)
        // each column has the same values as before, and the rows are others
        yield* sql(both.from, "DELETE FROM move_visits")
        yield* sql(both.to, "DELETE FROM move_visits")
        const [row] = yield* sql(both.to, "SELECT min(id) AS one, max(id) AS other FROM move_customers")
        const [one, other] = [Number(row?.["one"]), Number(row?.["other"])]
        const visits = (first: string, second: string) =>
          `INSERT INTO move_visits (customer, page) VALUES (${one}, '${first}'), (${other}, '${second}')`
        yield* sql(both.from, visits("a", "b"))
        yield* sql(both.to, visits("b", "a"))
        yield* sql(both.to, "UPDATE andamios_move SET \"rows\" = 2 WHERE name = 'move_visits'")
        const differs = yield* Effect.flip(Move.run(shop, both))
        const tables = differs._tag === "MoveDiffers" ? differs.tables : []
        assert.deepStrictEqual(
          tables.map(({ columns, table }) => [table, columns.map(({ column }) => column)]),
          [["move_visits", ["(rows)"]]]
        )
      }))

    it.effect("tells of a row that refers to none that there is", () =>
      Effect.gen(function*() {
        const both = yield* shops(from, to)
        const add = Effect.gen(function*() {
          yield* sql(
            both.from,
            "INSERT INTO move_customers (id, name, secret, created_at, updated_at, version, tenant_id) " +
              "VALUES (-1, 'late', 's', '2020-01-01', '2020-01-01', 1, 't')"
          )
          yield* sql(
            both.from,
            "INSERT INTO move_orders (region, number, customer, price, pieces) VALUES ('zenith', 1, -1, 1, 1)"
          )
        })
        let isAdded = false
        const stopped = yield* Effect.flip(Move.run(shop, {
          ...both,
          onProgress: ({ table }) =>
            table !== "move_visits" || isAdded
              ? Effect.void
              : Effect.orDie(Effect.andThen(Effect.sync(() => isAdded = true), add))
        }))
        assert.deepInclude(stopped, { _tag: "MoveStopped", table: "move_orders", rows: 0 })
        assert.match(stopped.message, /no such row[^]*changed in the source while they were moved/)
      }))
  })
