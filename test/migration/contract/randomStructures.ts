/**
 * Random structures can be made, and hold the rows that are made for them.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { diff } from "../../../src/migration/comparing/diff.ts"
import * as Migrating from "../../../src/session/Database.ts"
import { telling } from "../../../src/sql/asking.ts"
import { compileOperation } from "../../../src/sql/compileOperation.ts"
import type { Dialect } from "../../../src/sql/Dialect.ts"
import { empty } from "../../../src/sql/Structure.ts"
import type { Database } from "../../contract/Subject.ts"
import { pairs } from "../randomChange.ts"
import { inserts } from "../randomStructure.ts"

export const randomStructures = (name: string, database: Database, dialect: Dialect) =>
  layer(database)(`${name}: random structures`, (it) => {
    it.effect.prop("are made with their rows", { pair: pairs(dialect) }, ({ pair }) =>
      Effect.gen(function*() {
        const { execute, transaction } = yield* Migrating.Database
        const making = diff(empty, pair.from, { dialect }).flatMap((operation) => compileOperation(operation, dialect))
        const all = Effect.forEach([...making, ...inserts(pair.from, dialect, 3)], (sql) =>
          execute(telling(sql), undefined))
        const undone = yield* Effect.flip(transaction(Effect.andThen(all, Effect.fail("undone"))))
        assert.strictEqual(undone, "undone")
      }), { arbitrary: { runs: 40 } })
  })
