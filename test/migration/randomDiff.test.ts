/**
 * What is found to differ, done, leads from one structure to the other, and undone back again.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, type Structure } from "andamios-orm"
import * as Result from "effect/Result"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { diff } from "../../src/migration/comparing/diff.ts"
import { renaming } from "../../src/migration/comparing/renames.ts"
import { evolve } from "../../src/sql/evolve.ts"
import type { Operation } from "../../src/sql/operation.ts"
import { canonical } from "./canonical.ts"
import { obstacle } from "./obstacle.ts"
import { pairs } from "./randomChange.ts"

/** The structure after operations, none of which a database would refuse. */
const done = (structure: Structure.Structure, operations: ReadonlyArray<Operation>): Structure.Structure =>
  operations.reduce((before, operation) => {
    assert.strictEqual(obstacle(before, operation), undefined, JSON.stringify(operation))
    return evolve(before, [operation])
  }, structure)

const operationsBack = (operations: ReadonlyArray<Operation>): ReadonlyArray<Operation> =>
  (Migration.reversed(operations) ?? []).filter((step) => step._tag !== "Run")

describe.each([duckdb, postgres])("differences between random structures of $name", (dialect) => {
  it.prop("lead from one to the other and back", { pair: pairs(dialect) }, ({ pair: { from, renames, to } }) => {
    const told = Result.getOrThrow(renaming(from, to, renames))
    const operations = diff(from, to, { dialect, renames: told })
    const after = done(from, operations)
    assert.deepStrictEqual(canonical(after, dialect), canonical(to, dialect))
    assert.deepStrictEqual(diff(after, to, { dialect }), [])
    const back = done(after, operationsBack(operations))
    assert.deepStrictEqual(canonical(back, dialect), canonical(from, dialect))
  }, { arbitrary: { runs: 1_000 } })

  it.prop("are none of a structure and itself", { pair: pairs(dialect) }, ({ pair: { from } }) => {
    assert.deepStrictEqual(diff(from, from, { dialect }), [])
  })
})
