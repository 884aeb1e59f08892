/**
 * Any structure of spread tables becomes any other by the differences between them, with its rows on the shards, and goes back again.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, type Structure } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { SqlClient } from "effect/sql/SqlClient"
import { diff } from "../../src/migration/comparing/diff.ts"
import { renaming } from "../../src/migration/comparing/renames.ts"
import { planSteps } from "../../src/migration/planning/planSteps.ts"
import { sharded as shardedDialect } from "../../src/postgres/sharding/dialect.ts"
import { Database } from "../../src/session/Database.ts"
import type { Operation } from "../../src/sql/operation.ts"
import { empty, type TableStructure } from "../../src/sql/Structure.ts"
import { tableName } from "../../src/sql/tableName.ts"
import { canonical } from "../migration/canonical.ts"
import { type Pair, pairs } from "../migration/randomChange.ts"
import { inserts } from "../migration/randomStructure.ts"
import { sharded } from "./shardedServers.ts"

const shard = { host: "", database: "", username: "" }
const dialect = shardedDialect({ strategy: "partitioned", shards: [shard, shard] })

/** Whether a structure is one that spread tables can have. */
const isAllowed = (operations: ReadonlyArray<Operation>, from: Structure.Structure): boolean =>
  Result.isSuccess(Result.try(() => planSteps(operations, from, dialect)))

/** The structure with its tables spread, as far as their keys allow it; on the first server alone where they don't. */
const spread = (structure: Structure.Structure, turn: number): Structure.Structure =>
  structure.tables.reduce((all, table, index) => {
    const kinds: ReadonlyArray<TableStructure["distribution"]> = [{ by: "id" }, "reference"]
    const order = (index + turn) % 2 === 0 ? kinds : kinds.toReversed()
    const made = order.map((distribution) => ({
      ...all,
      tables: all.tables.map((one) => one === table ? { ...one, distribution } : one)
    }))
    return made.find((one) => table.primaryKey !== undefined && isAllowed(diff(empty, one, { dialect }), empty)) ?? all
  }, structure)

const statementsOf = (operations: ReadonlyArray<Operation>, from: Structure.Structure): ReadonlyArray<string> =>
  planSteps(operations, from, dialect).steps.flatMap(({ statements }) =>
    statements.filter((statement) => typeof statement === "string")
  )

const running = Effect.fnUntraced(function*(statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(Effect.forEach(
    statements,
    (text) =>
      Effect.mapError(
        sql.unsafe(text),
        ({ reason }) => new Error(`${String(reason.cause)}\n${statements.join(";\n")}\n-- at\n${text}`)
      ),
    { discard: true }
  ))
})

const created = Effect.fnUntraced(function*(structure: Structure.Structure) {
  const { introspect } = yield* Database
  yield* running(statementsOf(diff(yield* introspect, structure, { dialect }), yield* introspect))
  return yield* introspect
})

const keepsRows = (operation: Operation): boolean => {
  if (operation._tag !== "AddColumn") return true
  const { default: value, generated, identity, nullable } = operation.column
  return nullable || value !== undefined || generated !== undefined || identity === true
}

const counts = Effect.fnUntraced(function*(tables: ReadonlyArray<TableStructure>) {
  const sql = yield* SqlClient
  return yield* Effect.forEach(
    tables,
    (table) => sql.unsafe<{ readonly found: unknown }>(`SELECT count(*) AS found FROM ${tableName(table, dialect)}`)
  )
})

let turns = 0

/** A pair whose ways there and back are ones that spread tables can go. */
const spreadPair = (pair: Pair): Pair | undefined => {
  const turn = ++turns
  const found = { ...pair, from: spread(pair.from, turn), to: spread(pair.to, turn + (turn % 3 === 0 ? 1 : 0)) }
  const renames = Result.getOrThrow(renaming(found.from, found.to, pair.renames))
  const operations = diff(found.from, found.to, { dialect, renames })
  const back = (Migration.reversed(operations) ?? []).filter((step) => step._tag !== "Run")
  return isAllowed(operations, found.from) && isAllowed(back, found.to) ? found : undefined
}

layer(sharded(), { timeout: "10 minutes" })("random changes of sharded PostgreSQL", (it) => {
  it.effect.prop(
    "lead from one structure to another and back, with the rows",
    { given: pairs(dialect) },
    ({ given }) =>
      Effect.gen(function*() {
        const pair = spreadPair(given)
        if (pair === undefined) return
        const { introspect } = yield* Database
        yield* created(empty)
        const to = yield* created(pair.to)
        yield* created(empty)
        const from = yield* created(pair.from)
        const told = canonical(from, dialect)
        const operations = diff(from, to, { dialect, renames: Result.getOrThrow(renaming(from, to, pair.renames)) })
        const hasRows = pair.isRelated && operations.every(keepsRows)
        yield* running(inserts(pair.from, dialect, hasRows ? 3 : 0))
        yield* running(statementsOf(operations, from))
        const after = yield* introspect
        assert.deepStrictEqual(canonical(after, dialect), canonical(to, dialect))
        const isLossy = operations.some(({ _tag }) => _tag === "DropTable" || _tag === "DropColumn")
        const back = (Migration.reversed(operations) ?? []).filter((step) => step._tag !== "Run")
        if (isLossy) {
          yield* created(empty)
          yield* created(after)
        }
        yield* running(statementsOf(back, after))
        assert.deepStrictEqual(canonical(yield* introspect, dialect), told)
        if (hasRows && !isLossy) {
          assert.isTrue((yield* counts(from.tables)).every(([row]) => Number(row?.["found"]) <= 3))
        }
      }),
    { arbitrary: { runs: 25, seed: 1 }, timeout: 600_000 }
  )
})
