/**
 * Any structure becomes any other by the differences between them, with its rows, and goes back again.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, type Structure } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { SqlClient } from "effect/sql/SqlClient"
import { diff } from "../../src/migration/comparing/diff.ts"
import { planSteps } from "../../src/migration/planning/planSteps.ts"
import { renaming } from "../../src/migration/comparing/renames.ts"
import { dialect } from "../../src/postgres/dialect.ts"
import { Database } from "../../src/session/Database.ts"
import type { Operation } from "../../src/sql/operation.ts"
import { at, empty, type TableStructure } from "../../src/sql/Structure.ts"
import { tableName } from "../../src/sql/tableName.ts"
import { canonical } from "../migration/canonical.ts"
import { pairs } from "../migration/randomChange.ts"
import { inserts } from "../migration/randomStructure.ts"

/** The statements of operations, as they are planned for one transaction: none of them makes a table anew. */
const statementsOf = (operations: ReadonlyArray<Operation>, from: Structure.Structure): ReadonlyArray<string> =>
  planSteps(operations, from, dialect).steps.flatMap(({ rebuilds, statements }) => {
    assert.deepStrictEqual(rebuilds, [])
    return statements.filter((statement) => typeof statement === "string")
  })

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

const emptied = running([
  "DROP SCHEMA IF EXISTS sales CASCADE",
  "DROP SCHEMA public CASCADE",
  "CREATE SCHEMA public"
])

/** What the database says of a structure that is made in it. */
const created = Effect.fnUntraced(function*(structure: Structure.Structure) {
  yield* emptied
  yield* running(statementsOf(diff(empty, structure, { dialect }), empty))
  return yield* (yield* Database).introspect
})

/** The values of columns, in order, by the names of columns that have them in another structure. */
const valuesOf = Effect.fnUntraced(function*(table: TableStructure, columns: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const lists = columns.map((name) => {
    const column = `coalesce(CAST(${dialect.identifier(name)} AS TEXT), 'null')`
    return `string_agg(${column}, ',' ORDER BY ${column})`
  })
  const list = ["CAST(count(*) AS TEXT)", ...lists].join(", ")
  const [row] = yield* sql.unsafe<{ readonly found: unknown }>(
    `SELECT ARRAY[${list}] AS found FROM ${tableName(table, dialect)}`
  )
  return row?.found
})

/** The tables that are there before and after, with the columns of them that keep all their values. */
const kept = (from: Structure.Structure, to: Structure.Structure, renames: Readonly<Record<string, string>>) =>
  from.tables.flatMap((old) => {
    const full = [...(old.schema === undefined ? [] : [old.schema]), old.name].join(".")
    const found = at(to.tables, { ...old, name: renames[full] ?? old.name })
    if (found === undefined) return []
    const columns = old.columns.flatMap((column) => {
      const name = renames[`${full}.${column.name}`] ?? column.name
      const other = found.columns.find((one) => one.name === name)
      const isKept = other !== undefined && other.generated === undefined && column.generated === undefined &&
        dialect.columnType(other.type) === dialect.columnType(column.type)
      return isKept ? [{ before: column.name, after: name }] : []
    })
    return [{ old, found, columns }]
  })

/** Whether an operation can be done where there are rows: a new column has a value for them. */
const keepsRows = (operation: Operation): boolean => {
  if (operation._tag !== "AddColumn") return true
  const { default: value, generated, identity, nullable } = operation.column
  return nullable || value !== undefined || generated !== undefined || identity === true
}

layer(TestDatabase.layerPostgres([]), { timeout: "10 minutes" })("random changes of PostgreSQL", (it) => {
  it.effect.prop(
    "lead from one structure to another and back, with the rows",
    { pair: pairs(dialect) },
    ({ pair }) =>
      Effect.gen(function*() {
        const { introspect } = yield* Database
        const to = yield* created(pair.to)
        const from = yield* created(pair.from)
        const [again, told] = [yield* created(from), canonical(from, dialect)]
        assert.deepStrictEqual(again, from)
        const operations = diff(from, to, {
          dialect,
          renames: Result.getOrThrow(renaming(from, to, pair.renames))
        })
        yield* running(inserts(pair.from, dialect, pair.isRelated && operations.every(keepsRows) ? 3 : 0))
        const tables = kept(from, to, pair.renames)
        const values = (side: "old" | "found") =>
          Effect.forEach(
            tables,
            (table) => valuesOf(table[side], table.columns.map(({ after, before }) => side === "old" ? before : after))
          )
        const before = yield* values("old")
        yield* running(statementsOf(operations, from))
        const after = yield* introspect
        assert.deepStrictEqual(canonical(after, dialect), canonical(to, dialect))
        assert.deepStrictEqual(yield* values("found"), before)

        // rows that are gone don't come back, and others may have referred to them
        const isLossy = operations.some(({ _tag }) => _tag === "DropTable" || _tag === "DropColumn")
        if (isLossy) {
          yield* running(to.tables.map((table) => `TRUNCATE ${tableName(table, dialect)} CASCADE`))
        }
        const back = (Migration.reversed(operations) ?? []).filter((step) => step._tag !== "Run")
        yield* running(statementsOf(back, after))
        assert.deepStrictEqual(canonical(yield* introspect, dialect), told)
        if (!isLossy) assert.deepStrictEqual(yield* values("old"), before)
      }),
    { arbitrary: { runs: 250, seed: 1 }, timeout: 600_000 }
  )
})
