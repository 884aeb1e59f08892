/**
 * What differs between two random structures, carried out on a DuckDB database of the first one with rows in it, gives the second one
 * with all rows that it keeps; undone, it gives the first one back.
 */
import { assert, it } from "@effect/vitest"
import type { Migration, Structure } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe } from "vitest"
import { dialect } from "../../src/duckdb/dialect.ts"
import { diff } from "../../src/migration/comparing/diff.ts"
import { renaming } from "../../src/migration/comparing/renames.ts"
import { inDependencyOrder } from "../../src/sql/creation.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { reverse } from "../../src/sql/operation.ts"
import { at, empty } from "../../src/sql/Structure.ts"
import { tableName } from "../../src/sql/tableName.ts"
import { canonical } from "../migration/canonical.ts"
import { carryOut, introspected, rowsOf, sql } from "../migration/carryOut.ts"
import { type Pair, pairs } from "../migration/randomChange.ts"
import { inserts } from "../migration/randomStructure.ts"

const inMemory = TestDatabase.layer([])

const create = (structure: Structure.Structure) => carryOut(diff(empty, structure, { dialect }))

/** What the database makes of a structure. */
const asTold = (structure: Structure.Structure) =>
  Effect.andThen(create(structure), introspected).pipe(Effect.provide(inMemory, { local: true }))

/** The values of every column that is the same in another structure, by the names in there. */
const keptValues = Effect.fnUntraced(function*(
  structure: Structure.Structure,
  renames: ReadonlyArray<Migration.Operation>,
  other: Structure.Structure
) {
  const renamed = evolve(structure, renames)
  const values: Record<string, ReadonlyArray<string>> = {}
  for (const [index, table] of structure.tables.entries()) {
    const after = renamed.tables[index]
    const kept = after === undefined ? undefined : at(other.tables, after)
    for (const [place, column] of table.columns.entries()) {
      const name = after?.columns[place]?.name ?? ""
      const same = kept?.columns.find((one) => one.name === name)
      const isSame = same !== undefined && dialect.columnType(same.type) === dialect.columnType(column.type) &&
        same.generated === column.generated && same.identity === column.identity
      if (!isSame) continue
      const found: ReadonlyArray<string> = yield* rowsOf(
        `SELECT ${dialect.identifier(column.name)} AS value FROM ${tableName(table, dialect)} ORDER BY ALL`
      )
      values[`${kept?.schema} ${kept?.name} ${name}`] = found
    }
  }
  return values
})

/** Whether rows that are there have something to put into a column that is added. */
const hasValue = (step: Migration.Operation): boolean =>
  step._tag !== "AddColumn" || step.column.nullable || step.column.default !== undefined ||
  step.column.identity === true || step.column.generated !== undefined

/** Whether rows can be in the way of a step. */
const mayRefuse = (step: Migration.Operation): boolean => {
  switch (step._tag) {
    case "AddColumn":
      return !step.column.nullable && step.column.default === undefined
    case "CreateIndex":
      return step.index.unique
    case "ChangeColumn":
    case "ChangeEnum":
    case "AddPrimaryKey":
    case "AddUnique":
    case "AddCheck":
    case "AddForeignKey":
      return true
    case "Execute":
    case "CreateSchema":
    case "DropSchema":
    case "CreateEnum":
    case "DropEnum":
    case "CreateSequence":
    case "DropSequence":
    case "CreateTable":
    case "DropTable":
    case "RenameTable":
    case "DropColumn":
    case "RenameColumn":
    case "DropPrimaryKey":
    case "DropUnique":
    case "DropCheck":
    case "DropForeignKey":
    case "DropIndex":
    case "CreateView":
    case "DropView":
    case "Comment":
    case "Distribute":
      return false
  }
}

const carriedOut = Effect.fnUntraced(function*({ from, isRelated, renames, to }: Pair) {
  const after = yield* asTold(to)
  yield* create(from)
  const before = yield* introspected
  const renamings = Result.getOrThrow(renaming(before, after, renames))
  const operations = diff(before, after, { dialect, renames: renamings })
  // rows whose reference is to a row with a null in its key are left out
  const rows = isRelated && operations.every(hasValue) ? 3 : 0
  yield* Effect.forEach(inserts(from, dialect, rows), (insert) => Effect.ignore(sql(insert)))
  const expected = yield* keptValues(before, renamings, after)
  yield* carryOut(operations)
  const found = yield* introspected
  assert.deepStrictEqual(canonical(found, dialect), canonical(after, dialect))
  const kept = yield* keptValues(found, [], after)
  assert.deepStrictEqual(Object.keys(expected).map((column) => kept[column]), Object.values(expected))
  const back = operations.toReversed().flatMap((operation) => reverse(operation) ?? [])
  const tables = inDependencyOrder(found.tables).toReversed()
  const emptied = sql(...tables.map((table) => `DELETE FROM ${tableName(table, dialect)}`))
  // what the way up has made is not always what the way back can take
  yield* carryOut(back).pipe(Effect.catch((error) => {
    assert.isTrue(back.some(mayRefuse), `${String(error)} in ${JSON.stringify(back)}`)
    return Effect.andThen(emptied, carryOut(back))
  }))
  assert.deepStrictEqual(canonical(yield* introspected, dialect), canonical(before, dialect))
})

describe("DuckDB: differences of random structures", () => {
  it.effect.prop(
    "lead from one to the other with all rows, and back",
    { pair: pairs(dialect) },
    ({ pair }) => carriedOut(pair).pipe(Effect.provide(inMemory, { local: true })),
    {
      timeout: 1_200_000,
      arbitrary: { runs: 250, seed: 1 }
    }
  )
})
