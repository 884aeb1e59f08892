/**
 * A database is told from what its models want by what really differs, and by nothing else.
 */
import { assert, layer } from "@effect/vitest"
import { Check, Column, Generated, Index, Mixin, Model, Reference, Session, type Structure } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { differences, type Options } from "../../src/migration/differences.ts"
import type { Operation } from "../../src/sql/operation.ts"
import type { Database } from "../databases.ts"
import { kinds } from "./columnKinds.ts"

export const differing = (name: string, database: Database) =>
  layer(database)(`${name}: differences`, (it) => {
    it.effect("are none after the tables of all kinds of columns were made", () =>
      Effect.gen(function*() {
        const models = kinds.map(({ name: kind, schema }, index) =>
          Model.Class<{ readonly id: number }>(`Kind${index}`)({
            id: Column.primaryKey(Schema.Int),
            value: schema,
            maybe: Schema.NullOr(schema)
          }, { table: `kind ${index}`, comment: kind })
        )
        yield* Session.createTables(models)
        assert.deepStrictEqual(yield* differences(models), [])
      }))
  })
export type { Operation, Options, Structure }
