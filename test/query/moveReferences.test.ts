/**
 * Moves of rows that refer to others of their own table, by several keys, to themselves, or in circles.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, type Database, Index, Model, Move, Reference, type Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

/** Two parents, one of them by a key of two columns that is not the primary one. */
class Person extends Model.Class<Person>("Person")({
  id: Column.primaryKey(Column.int32),
  town: Schema.String,
  name: Schema.String,
  motherTown: Schema.NullOr(Schema.String),
  motherName: Schema.NullOr(Schema.String),
  father: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Person, "id")
}, {
  table: "move_people",
  indexes: [Index.unique("town", "name")],
  references: [Reference.to(["motherTown", "motherName"], (): Model.Any => Person, ["town", "name"])]
}) {}

class Ring extends Model.Class<Ring>("Ring")({
  id: Column.primaryKey(Schema.Int),
  next: Column.references(Schema.Int, (): Model.Any => Ring, "id")
}, { table: "move_rings" }) {}

/** Names that a query of levels may have, too. */
class Level extends Model.Class<Level>("Level")({
  level: Column.primaryKey(Schema.Int),
  below: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Level, "level")
}, { table: "levels" }) {}

class Team extends Model.Class<Team>("Team")({
  id: Column.primaryKey(Schema.Int),
  captain: Schema.NullOr(Schema.Int)
}, { table: "move_teams" }) {}

class Player extends Model.Class<Player>("Player")({
  id: Column.primaryKey(Schema.Int),
  team: Column.references(Schema.Int, () => Team, "id")
}, { table: "move_players" }) {}

class Elsewhere extends Model.Class<Elsewhere>("Elsewhere")({ id: Column.primaryKey(Schema.Int) }, {
  table: "elsewhere",
  database: "attached"
}) {}

const models = [Person, Ring, Player, Team]

type Services = Context.Context<Session.Session | Database.Database | SqlClient.SqlClient>

const asked = (services: Services, text: string) =>
  Effect.provideContext(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text)),
    services
  )

const integers = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const duckDb = Layer.build(TestDatabase.layer(models))
const postgres = Layer.build(TestDatabase.layerPostgres(models))

const people = Arbitrary.array(Arbitrary.all({ mother: integers(0, 30), father: integers(0, 30) }), {
  minLength: 1,
  maxLength: 25
})

const everybody = "SELECT id, town, name, \"motherTown\", \"motherName\", father FROM move_people ORDER BY id"

describe("a move of rows that refer to others of their table", { timeout: 120_000 }, () => {
  it.effect.prop("brings each row behind those that it refers to, in batches of any size", {
    people,
    back: Schema.Boolean,
    batchSize: integers(1, 6)
  }, ({ back, batchSize, people: found }) =>
    Effect.gen(function*() {
      const both = yield* Effect.all([duckDb, postgres])
      const [from, to] = back ? both.toReversed() : both
      if (from === undefined || to === undefined) return
      const idOf = (place: number) => 1_000 - place
      for (const [place, { father, mother }] of found.entries()) {
        const parent = (number: number) => place === 0 || number % 3 === 0 ? undefined : number % place
        const [one, other] = [parent(mother), parent(father)]
        yield* asked(
          from,
          `INSERT INTO move_people VALUES (${idOf(place)}, 'town ${place % 2}', 'name ${place}', ` +
            (one === undefined ? "NULL, NULL" : `'town ${one % 2}', 'name ${one}'`) +
            `, ${other === undefined ? "NULL" : idOf(other)})`
        )
      }
      let left = 3
      const onProgress = () => Effect.suspend(() => left-- === 0 ? Effect.interrupt : Effect.void)
      yield* Effect.exit(Move.run([Person], { from, to, batchSize, onProgress }))
      yield* Move.run([Person], { from, to, batchSize })
      assert.deepStrictEqual(yield* asked(to, everybody), yield* asked(from, everybody))
    }), { arbitrary: { runs: 12 } })

  it.effect("brings rows that refer to themselves or to each other, where the database takes them", () =>
    Effect.gen(function*() {
      const from = yield* postgres
      const to = yield* postgres
      yield* asked(from, "INSERT INTO move_rings VALUES (1, 1), (2, 3), (3, 4), (4, 2), (5, 2), (6, 5), (7, 1)")
      yield* Move.run([Ring], { from, to })
      assert.lengthOf(yield* asked(to, "SELECT * FROM move_rings"), 7)

      const refused = yield* Effect.flip(Move.run([Ring], { from, to: yield* duckDb }))
      assert.deepInclude(refused, { _tag: "MoveStopped", table: "move_rings", rows: 0 })
      // nothing of it is left, and it can begin anew
      yield* asked(from, "DELETE FROM move_rings")
      const begun = yield* postgres
      yield* asked(from, "INSERT INTO move_rings VALUES (1, 1), (2, 1), (3, 2)")
      yield* Effect.exit(Move.run([Ring], { from, to: begun, batchSize: 1, onProgress: () => Effect.interrupt }))
      yield* Move.run([Ring], { from, to: begun, restart: true })
      assert.deepStrictEqual(
        yield* asked(begun, "SELECT id, next FROM move_rings ORDER BY id"),
        [[1, 1], [2, 1], [3, 2]].map(([id, next]) => ({ id: BigInt(id ?? 0), next: BigInt(next ?? 0) }))
      )
    }))

  it.effect("brings a table of levels, by a key that is called so", () =>
    Effect.gen(function*() {
      const of = Layer.build(Layer.fresh(TestDatabase.layer([Level])))
      const [from, to] = [yield* of, yield* of]
      for (const row of ["3, NULL", "2, 3", "1, 2"]) yield* asked(from, `INSERT INTO levels VALUES (${row})`)
      yield* Move.run([Level], { from, to, batchSize: 1 })
      assert.deepStrictEqual(yield* asked(to, "SELECT * FROM levels ORDER BY level"), [
        { level: 1, below: 2 },
        { level: 2, below: 3 },
        { level: 3, below: null }
      ])
    }).pipe(Effect.scoped))

  it.effect("is refused where tables refer to each other in a circle, until one of the references is dropped", () =>
    Effect.gen(function*() {
      const from = yield* duckDb
      const to = yield* postgres
      yield* asked(from, "INSERT INTO move_teams VALUES (1, 7)")
      yield* asked(from, "INSERT INTO move_players VALUES (7, 1)")
      yield* asked(to, "ALTER TABLE move_teams ADD CONSTRAINT led FOREIGN KEY (captain) REFERENCES move_players (id)")
      const refused = yield* Effect.flip(Move.run([Team, Player], { from, to }))
      assert.strictEqual(refused._tag, "MoveRefused")
      assert.match(refused.message, /refer to each other in a circle[^]*Drop the foreign key from move_/)
      yield* asked(to, "ALTER TABLE move_teams DROP CONSTRAINT led")
      yield* Move.run([Team, Player], { from, to })
      assert.lengthOf(yield* asked(to, "SELECT * FROM move_players JOIN move_teams ON captain = move_players.id"), 1)
    }))

  it.effect("stores a batch with its mark, or not at all", () =>
    Effect.gen(function*() {
      const from = yield* duckDb
      const to = yield* postgres
      yield* asked(from, "INSERT INTO move_teams SELECT range, NULL FROM range(50)")
      yield* Effect.exit(Move.run([Team], { from, to, batchSize: 10, onProgress: () => Effect.interrupt }))
      yield* asked(
        to,
        `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.rows >= 30 THEN RAISE 'no mark today'; END IF; RETURN NEW; END $$`
      )
      yield* asked(to, "CREATE TRIGGER refused BEFORE UPDATE ON andamios_move FOR EACH ROW EXECUTE FUNCTION refuse()")
      const stopped = yield* Effect.flip(Move.run([Team], { from, to, batchSize: 10 }))
      assert.deepInclude(stopped, { _tag: "MoveStopped", table: "move_teams", rows: 20 })
      assert.match(stopped.message, /behind 20 rows of it: no mark today[^]*run the same move again/)
      assert.lengthOf(yield* asked(to, "SELECT * FROM move_teams"), 20)
      yield* asked(to, "DROP TRIGGER refused ON andamios_move")
      const [report] = yield* Move.run([Team], { from, to })
      assert.deepInclude(report, { rows: 50, resumedAt: 20 })
      assert.lengthOf(yield* asked(to, "SELECT * FROM move_teams"), 50)
    }))

  it.effect("stops where its marks are not as it has left them", () =>
    Effect.gen(function*() {
      const from = yield* duckDb
      const to = yield* postgres
      yield* asked(from, "INSERT INTO move_teams SELECT range, NULL FROM range(50)")
      const meddle = Effect.orDie(asked(to, "UPDATE andamios_move SET \"rows\" = 11"))
      const stopped = yield* Effect.flip(Move.run([Team], { from, to, batchSize: 10, onProgress: () => meddle }))
      assert.match(stopped.message, /another move into .* has gone on with table move_teams/)
      assert.lengthOf(yield* asked(to, "SELECT * FROM move_teams"), 10)
    }))

  it.effect("is refused for attached databases, and for batches of no rows", () =>
    Effect.gen(function*() {
      const refused = yield* Effect.flip(Move.run([Elsewhere], { from: yield* duckDb, to: yield* postgres }))
      assert.deepInclude(refused, { _tag: "MoveRefused", table: "attached.elsewhere" })
      const unmeasured = Move.run([Team], { from: yield* duckDb, to: yield* postgres, batchSize: 0 })
      assert.match((yield* Effect.flip(unmeasured)).message, /no batch of 0 rows/)
    }))

  it.effect("is made once, also where two are begun at the same time", () =>
    Effect.gen(function*() {
      const from = yield* duckDb
      const to = yield* postgres
      yield* asked(from, "INSERT INTO move_teams SELECT range, NULL FROM range(1000)")
      const move = Move.run([Team], { from, to, batchSize: 50 })
      const [one, other] = yield* Effect.all([move, move], { concurrency: "unbounded" })
      assert.deepStrictEqual(
        [one, other].flatMap((report) => report.map(({ resumedAt }) => resumedAt)).toSorted((a, b) => a - b),
        [0, 1000]
      )
      assert.lengthOf(yield* asked(to, "SELECT * FROM move_teams"), 1000)
    }))
})
