/**
 * The copies of a reference table don't stay behind it, whoever else writes to it, and whatever a commit that was cut has left of them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { inspect } from "node:util"
import { rowsOf, sql } from "../migration/carryOut.ts"
import { executeAt as onlyAt, layerOf, type Place, type Places, places, rowsAt } from "./shardedServers.ts"

class Country extends Model.Class<Country>("Country")({
  code: Column.primaryKey(Schema.String),
  name: Schema.NullOr(Schema.String)
}, { table: "countries", distribution: "reference" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.primaryKey(Schema.Int),
  country: Column.references(Schema.String, () => Country, "code")
}, { table: "tickets", distribution: { by: "id" } }) {}

/** All that it has is its key. */
class Tag extends Model.Class<Tag>("Tag")({ name: Column.primaryKey(Schema.String) }, {
  table: "tags",
  distribution: "reference"
}) {}

class Token extends Model.Class<Token>("Token")({
  id: Column.primaryKey(Schema.Int),
  secret: Column.sensitive(Schema.String)
}, { table: "tokens", distribution: "reference" }) {}

const onShards = <A, E, R>(test: (all: Places) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(places, (all) =>
    Effect.provide(
      Effect.andThen(Session.createTables([Country, Ticket, Tag, Token]), test(all)),
      layerOf(all)
    ))

/** Looks whether a table and its copies have these rows. */
const haveRows = ({ coordinator, shards }: Places, table: string, rows: ReadonlyArray<string>) =>
  Effect.forEach(
    [coordinator, ...shards],
    (place) =>
      Effect.map(rowsAt(place, `SELECT * FROM ${table}`), (found) => assert.deepStrictEqual(found.toSorted(), rows))
  )

/** Tickets on all shards. */
const tickets = Array.from({ length: 8 }, (_, id) => ({ id, country: "pt" }))

const first = ({ shards: [place] }: Places): Place => place ?? assert.fail("there is no shard")

describe("sharded PostgreSQL: copies of reference tables", () => {
  it.effect("are not changed by a transaction that asked the shards before another program inserted the rows", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const countries = yield* Repository.make(Country)
        yield* countries.insert({ code: "pt", name: "Portugal" })
        const isRefused = <A, E extends { readonly _tag: string; readonly message: string }, R>(
          write: Effect.Effect<A, E, R>
        ) =>
          Effect.gen(function*() {
            const failure = yield* Session.transaction(Effect.gen(function*() {
              yield* Effect.flatMap(Repository.make(Ticket), (repository) => repository.insertMany(tickets))
              yield* onlyAt(all.coordinator, "INSERT INTO countries VALUES ('uy', 'first')")
              return yield* write
            })).pipe(Effect.flip)
            assert.strictEqual(failure._tag, "Conflict", failure.message)
            yield* haveRows(all, "countries", ["(pt,Portugal)", "(uy,first)"])
            yield* countries.delete("uy")
          })
        yield* isRefused(countries.delete("uy"))
        yield* isRefused(Query.update(Country).set(() => ({ name: "second" })).where(({ code }) => code.eq("uy")))
        yield* isRefused(
          sql("INSERT INTO countries VALUES ('uy', 'third') ON CONFLICT (code) DO UPDATE SET name = excluded.name")
        )
        yield* haveRows(all, "countries", ["(pt,Portugal)"])
        assert.deepStrictEqual(yield* rowsOf("SELECT * FROM tickets"), [])
      })
    ))

  it.effect("are mended by the next write where a commit was cut", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const countries = yield* Repository.make(Country)
        yield* countries.insertMany([{ code: "pt", name: "Portugal" }, { code: "uy", name: null }])
        yield* sql("INSERT INTO tags VALUES ('old')")
        yield* onlyAt(
          first(all),
          "INSERT INTO countries VALUES ('mz', 'left')",
          "DELETE FROM countries WHERE code = 'uy'",
          "DELETE FROM countries WHERE code = 'pt'",
          "INSERT INTO tags VALUES ('new')",
          "DELETE FROM tags WHERE name = 'old'"
        )
        yield* countries.insert({ code: "mz", name: "Moçambique" })
        yield* Query.update(Country).set(() => ({ name: "Uruguay" })).where(({ code }) => code.eq("uy"))
        yield* countries.delete("pt")
        yield* haveRows(all, "countries", ["(mz,Moçambique)", "(uy,Uruguay)"])
        yield* sql("INSERT INTO tags VALUES ('new')", "UPDATE tags SET name = 'older' WHERE name = 'old'")
        yield* haveRows(all, "tags", ["(new)", "(older)"])
      })
    ))

  it.effect("are found by a key that the database computes", () =>
    onShards((all) =>
      Effect.gen(function*() {
        for (const place of [all.coordinator, ...all.shards]) {
          yield* onlyAt(
            place,
            "ALTER TABLE tags ADD COLUMN size INTEGER GENERATED ALWAYS AS (length(name)) STORED, DROP CONSTRAINT tags_pkey, ADD PRIMARY KEY (size)"
          )
        }
        yield* sql(
          "INSERT INTO tags VALUES ('a'), ('bb'), ('ccc')",
          "UPDATE tags SET name = name || 'dddd' WHERE size > 1",
          "DELETE FROM tags WHERE size = 7"
        )
        yield* haveRows(all, "tags", ["(a,1)", "(bbdddd,6)"])
      })
    ))

  it.effect("are emptied together, but for a table that rows of shards may refer to", () =>
    onShards((all) =>
      Effect.gen(function*() {
        yield* sql("INSERT INTO tags VALUES ('a')", "TRUNCATE tags", "INSERT INTO countries VALUES ('pt', 'Portugal')")
        yield* haveRows(all, "tags", [])
        const failure = yield* Effect.flip(sql("TRUNCATE countries"))
        assert.strictEqual(failure._tag, "Unsupported", failure.message)
        yield* sql("DELETE FROM countries")
        yield* haveRows(all, "countries", [])
      })
    ))

  it.effect("don't wait for those who refer to their rows", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const countries = yield* Repository.make(Country)
        yield* countries.insert({ code: "pt", name: "Portugal" })
        yield* Session.transaction(Effect.gen(function*() {
          yield* Effect.flatMap(Repository.make(Ticket), (repository) => repository.insertMany(tickets))
          yield* onlyAt(all.coordinator, "UPDATE countries SET name = 'changed'")
        }))
        yield* haveRows(all, "countries", ["(pt,changed)"])
      })
    ))

  it.effect("keep their values out of what a shard says when it is lost", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const tokens = yield* Repository.make(Token)
        yield* onlyAt(
          first(all),
          "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('SELECT %L, pg_terminate_backend(pg_backend_pid()), pg_sleep(10)', NEW.secret); END $$",
          "CREATE TRIGGER die BEFORE INSERT OR UPDATE ON tokens FOR EACH ROW WHEN (NEW.id = 1) EXECUTE FUNCTION die()",
          "CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(10); END $$",
          "CREATE TRIGGER end_it BEFORE INSERT OR UPDATE ON tokens FOR EACH ROW WHEN (NEW.id = 2) EXECUTE FUNCTION end_it()",
          "CREATE TRIGGER end_it BEFORE INSERT OR UPDATE ON countries FOR EACH ROW EXECUTE FUNCTION end_it()"
        )
        const client = yield* SqlClient.SqlClient
        const countries = yield* Repository.make(Country)
        for (const id of [1, 2]) {
          const failure = yield* Effect.flip(tokens.insert({ id, secret: Redacted.make("hush-hush") }))
          assert.strictEqual(failure._tag, "ConnectionFailed", failure.message)
          assert.include(failure.message, "terminating connection due to administrator command")
          assert.notInclude(failure.message, "CONTEXT")
          const plain = yield* Effect.flip(client`INSERT INTO tokens VALUES (${id}, ${"hush-hush"})`)
          for (const one of [failure, plain]) {
            assert.notInclude(inspect(one, { depth: Infinity, showHidden: true }), "hush-hush")
          }
        }
        const failure = yield* Effect.flip(countries.insert({ code: "pt", name: "hush-hush" }))
        assert.notInclude(inspect(failure, { depth: Infinity, showHidden: true }), "hush-hush")
      })
    ))

  it.effect("are written by every role that may write to the table", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const role = `clerk_of_${all.coordinator.database}`
        yield* sql(`CREATE ROLE ${role} LOGIN`, `GRANT SELECT, INSERT, UPDATE, DELETE ON countries TO ${role}`)
        const clerk = { ...all.coordinator, username: role }
        yield* onlyAt(
          clerk,
          "INSERT INTO countries VALUES ('pt', 'Portugal'), ('uy', 'first')",
          "UPDATE countries SET name = 'second' WHERE code = 'uy'",
          "DELETE FROM countries WHERE code = 'pt'"
        )
        yield* haveRows(all, "countries", ["(uy,second)"])
        const refused = yield* Effect.flip(
          onlyAt(clerk, "INSERT INTO andamios.door_0 (run) VALUES ('DROP TABLE tickets')")
        )
        assert.include(refused.message, "permission denied")
      })
    ))
})
