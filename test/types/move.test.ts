/**
 * A move takes databases as Layers and as services, and fails with what its Layers fail with.
 */
import { it } from "@effect/vitest"
import { Column, type Database, Model, Move, type OrmError, type Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { expectTypeOf } from "vitest"

class Book extends Model.Class<Book>("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}

declare const services: Context.Context<Session.Session | Database.Database | Other>

interface Other {
  readonly other: unique symbol
}

it("takes a Layer and services", () => {
  const from = DuckDb.layer({ path: ":memory:" })
  const to = Postgres.layer({})
  expectTypeOf(() => Move.run([Book], { from, to, batchSize: 10 })).returns.toEqualTypeOf<
    Effect.Effect<
      ReadonlyArray<Move.Moved>,
      Move.MoveError | OrmError.ConnectionFailed | OrmError.DatabaseLocked
    >
  >()
  expectTypeOf(() => Move.run([Book], { from: services, to: services })).returns.toEqualTypeOf<
    Effect.Effect<ReadonlyArray<Move.Moved>, Move.MoveError>
  >()
  expectTypeOf(() => Move.plan([Book], { from: services, to })).returns.toEqualTypeOf<
    Effect.Effect<Move.Plan, Move.MoveError | OrmError.ConnectionFailed>
  >()
  expectTypeOf(() => Move.run([Book], { from: services, to: needy })).returns.toEqualTypeOf<
    Effect.Effect<ReadonlyArray<Move.Moved>, Move.MoveError | "broken", Other>
  >()
})

declare const needy: Layer.Layer<Session.Session | Database.Database, "broken", Other>

it("refuses what is no database", () => {
  expectTypeOf((to: Layer.Layer<Session.Session>) => {
    // @ts-expect-error Type 'Layer<Session, never, never>' is not assignable to type
    void Move.run([Book], { from: services, to })
  }).toBeFunction()
})
