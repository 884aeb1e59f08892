/**
 * Tables whose rows are spread over shards are changed like any others: on all servers, or not at all.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, type Structure, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import { Database } from "../../src/session/Database.ts"
import { carryOut, introspected, rowsOf, sql } from "../migration/carryOut.ts"
import { canonical } from "../migration/canonical.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { reverse } from "../../src/sql/operation.ts"
import { layerOf, type Places, places, rowsAt } from "./shardedServers.ts"

const onShards = <A, E>(test: (all: Places) => Effect.Effect<A, E, Database>) =>
  Effect.flatMap(places, (all) => Effect.provide(test(all), layerOf(all)))

const int = Type.int32
const text = Type.text
const column = Migration.column

const ticketsBy = (distribution: Structure.DistributionStructure) =>
  Migration.createTable({
    name: "tickets",
    columns: [column("tenant", int), column("number", int), column("title", text)],
    primaryKey: { columns: ["tenant", "number"] },
    distribution
  })

const tickets = ticketsBy({ by: "tenant" })

const states = Migration.createTable({
  name: "states",
  columns: [column("code", text), column("label", text, { nullable: true })],
  primaryKey: { columns: ["code"] },
  distribution: "reference"
})

const rows = (from: number, to: number) =>
  `INSERT INTO tickets (tenant, number, title) SELECT n, n, 't' || n FROM generate_series(${from}, ${to}) AS n`

/** What each shard has of a query, in one list. */
const onEach = ({ shards }: Places, query: string) =>
  Effect.map(Effect.forEach(shards, (shard) => rowsAt(shard, query)), (found) => found.flat().toSorted())

/** The changes that follow tables which are there with rows. */
const changes: ReadonlyArray<readonly [title: string, steps: ReadonlyArray<Migration.Operation>]> = [
  ["renamed", [Migration.renameTable("tickets", "cases")]],
  ["a column", [Migration.addColumn("tickets", column("note", text, { nullable: true }))]],
  ["a column with a default", [Migration.addColumn("tickets", column("note", text, { default: "'new'" }))]],
  ["a column with a random default", [
    Migration.addColumn("tickets", column("token", Type.uuid, { default: "gen_random_uuid()" }))
  ]],
  ["a numbered column", [Migration.addColumn("tickets", column("place", int, { identity: true }))]],
  ["a computed column", [Migration.addColumn("tickets", column("loud", text, { generated: "upper(title)" }))]],
  ["a column less", [Migration.dropColumn("tickets", column("title", text))]],
  ["a column renamed", [Migration.renameColumn("tickets", "title", "heading")]],
  ["the shard key renamed", [Migration.renameColumn("tickets", "tenant", "customer")]],
  ["a column of another type", [
    Migration.changeColumn("tickets", { from: column("title", text), to: column("title", int), using: "length(title)" })
  ]],
  ["a column that may be null, with a default", [
    Migration.changeColumn("tickets", {
      from: column("title", text),
      to: column("title", text, { nullable: true, default: "'none'" })
    })
  ]],
  ["a column that is numbered", [
    Migration.changeColumn("tickets", { from: column("number", int), to: column("number", int, { identity: true }) })
  ]],
  ["a check", [Migration.addCheck("tickets", { name: "tickets_number_check", condition: "number > 0" })]],
  ["a unique key and an index", [
    Migration.addUnique("tickets", { columns: ["tenant", "title"] }),
    Migration.createIndex("tickets", "tickets_title_index", ["title"])
  ]],
  ["another primary key", [
    Migration.dropPrimaryKey("tickets", { columns: ["tenant", "number"] }),
    Migration.addPrimaryKey("tickets", { columns: ["tenant", "title"] })
  ]],
  ["a comment", [Migration.comment("tickets", { to: "what customers ask" })]],
  ["a view", [
    Migration.createView({ name: "titles", sql: "SELECT title FROM tickets" }),
    Migration.changeColumn("tickets", {
      from: column("title", text),
      to: column("title", Type.textOf({ least: 0, most: 40 }))
    })
  ]]
]

/** Where the rows go. */
const moves: typeof changes = [
  ["to all servers", [Migration.distribute("tickets", { from: { by: "tenant" }, to: "reference" })]],
  ["by another column", [
    Migration.distribute("tickets", { from: { by: "tenant" }, to: { by: "number" } })
  ]],
  ["to one server", [Migration.distribute("tickets", { from: { by: "tenant" } })]]
]

/** The rows of the table, of the coordinator and of the shards together. */
const stored = (all: Places, table: string, distribution: unknown) =>
  Effect.gen(function*() {
    const told = (yield* rowsOf(`SELECT * FROM ${table}`)).toSorted()
    const query = `SELECT * FROM ${table}`
    if (distribution === undefined) return { told, found: told }
    if (distribution !== "reference") return { told, found: yield* onEach(all, query) }
    const [one = [], other = []] = yield* Effect.forEach(all.shards, (shard) => rowsAt(shard, query))
    assert.deepStrictEqual(one.toSorted(), other.toSorted())
    return { told, found: one.toSorted() }
  })

describe("sharded PostgreSQL: changes of tables", () => {
  const kinds: ReadonlyArray<readonly [string, Structure.DistributionStructure, typeof changes]> = [
    ["spread by a column", { by: "tenant" }, [...changes, ...moves]],
    ["on all servers", "reference", changes]
  ]
  for (const [kind, distribution, all] of kinds) {
    for (const [title, steps] of all) {
      it.effect(`reach all servers, and go back: ${kind}, ${title}`, () =>
        onShards((servers) =>
          Effect.gen(function*() {
            const { dialect } = yield* Database
            yield* carryOut([ticketsBy(distribution)])
            yield* sql(rows(1, 20))
            const before = yield* introspected
            const counted = yield* rowsOf("SELECT * FROM tickets ORDER BY tenant")
            yield* carryOut(steps)
            const [table] = (yield* introspected).tables
            assert.deepStrictEqual(table?.distribution, evolve(before, steps).tables[0]?.distribution)
            const changed = yield* stored(servers, table?.name ?? "", table?.distribution)
            assert.strictEqual(changed.told.length, 20)
            assert.deepStrictEqual(changed.found, changed.told)
            // a shard key stays as it is
            const written = title === "by another column" ? "tenant" : "number"
            yield* sql(`UPDATE ${table?.name} SET ${written} = ${written} + 100`)
            const updated = yield* stored(servers, table?.name ?? "", table?.distribution)
            assert.deepStrictEqual(updated.found, updated.told)
            if (title === "a column less" || title === "a column of another type") return
            yield* sql(`UPDATE ${table?.name} SET ${written} = ${written} - 100`)
            yield* carryOut(steps.toReversed().flatMap((step) => reverse(step) ?? []))
            assert.deepStrictEqual(canonical(yield* introspected, dialect), canonical(before, dialect))
            assert.deepStrictEqual(yield* rowsOf("SELECT * FROM tickets ORDER BY tenant"), counted)
          })
        ))
    }
  }

  it.effect("are undone on the shards with the transaction", () =>
    onShards((all) =>
      Effect.gen(function*() {
        yield* carryOut([tickets, states])
        const failure = yield* Effect.flip(carryOut([
          Migration.addColumn("tickets", column("note", text, { nullable: true })),
          Migration.execute("SELECT 1 / 0")
        ]))
        assert.strictEqual(failure._tag, "QueryFailed")
        assert.deepStrictEqual(
          yield* onEach(
            all,
            "SELECT attname FROM pg_attribute WHERE attrelid = 'tickets'::regclass AND attname = 'note'"
          ),
          []
        )
      })
    ))

  it.effect("are tells as they are, keys of the shards with the columns of the coordinator", () =>
    onShards(() =>
      Effect.gen(function*() {
        yield* carryOut([states, tickets])
        const { schemas, tables } = yield* introspected
        assert.deepStrictEqual(schemas, [])
        assert.deepStrictEqual(
          tables.map(({ distribution, name, primaryKey }) => [name, distribution, primaryKey?.columns]),
          [
            ["states", "reference", ["code"]],
            ["tickets", { by: "tenant" }, ["tenant", "number"]]
          ]
        )
      })
    ))
})
