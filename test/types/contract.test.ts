/**
 * Promises are named by the compiler, and so is what has to be known of a database.
 */
import type { DuckDb } from "andamios-orm/duckdb"
import type { Postgres } from "andamios-orm/postgres"
import { describe, expectTypeOf, it } from "vitest"
import { Contract } from "../contract/index.ts"

describe("a contract", () => {
  it("takes the Layer of either database", () => {
    expectTypeOf<ReturnType<typeof DuckDb.layer>>().toExtend<Contract.Database>()
    expectTypeOf<ReturnType<typeof Postgres.layer>>().toExtend<Contract.Database>()
  })

  it("knows the promises of each area", () => {
    expectTypeOf<"onDelete">().toExtend<Contract.Name>()
    const some: Contract.Options<Contract.Name> = {
      ...Contract.duckDb,
      only: ["onDelete"],
      except: { pool: "It has none." }
    }
    Contract.models satisfies (name: string, database: Contract.Database, options: Contract.Options<"onDelete">) => void
    // @ts-expect-error Type '"onDeletion"' is not assignable to type
    const wrong: Contract.Options<Contract.Name> = { ...Contract.duckDb, only: ["onDeletion"] }
    // @ts-expect-error 'onDeletion' does not exist in type
    const excepted: Contract.Options<Contract.Name> = { ...Contract.duckDb, except: { onDeletion: "It has none." } }
    // @ts-expect-error is missing the following properties from type
    const unknown: Contract.Options<Contract.Name> = { only: ["onDelete"] }
    expectTypeOf([some, wrong, excepted, unknown]).toEqualTypeOf<Array<Contract.Options<Contract.Name>>>()
  })
})
