/**
 * One program, three databases: DuckDB inside the process, a PostgreSQL server, and PostgreSQL on shards. Only the Layer is another one.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Reference, Relation, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import { Console, Effect, Layer, Schema } from "effect"

// Few rows that many others refer to: where there are several servers, each has all of them.
class Country extends Model.Class<Country>("Country")({
  code: Column.primaryKey(Schema.String),
  name: Schema.NonEmptyString
}, { table: "countries", distribution: "reference" }) {}

// The rows of one tenant are together on one server. DuckDB and a single PostgreSQL have nothing to do for that.
class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Column.int32),
  number: Column.primaryKey(Column.int32),
  title: Schema.NonEmptyString,
  country: Column.references(Schema.String, () => Country, "code")
}, { table: "tickets", distribution: { by: "tenantId" } }) {
  static readonly relations = () => ({
    comments: Relation.hasMany(() => Comment, { from: ["tenantId", "number"], to: ["tenantId", "ticket"] })
  })
}

class Comment extends Model.Class<Comment>("Comment")({
  tenantId: Column.primaryKey(Column.int32),
  ticket: Column.primaryKey(Column.int32),
  line: Column.primaryKey(Column.int32),
  text: Schema.NonEmptyString
}, {
  table: "comments",
  distribution: { by: "tenantId" },
  references: [Reference.to(["tenantId", "ticket"], () => Ticket, ["tenantId", "number"])]
}) {}

// Nothing below names a database.
const program = Effect.gen(function*() {
  yield* Session.createTables([Country, Ticket, Comment])
  const countries = yield* Repository.make(Country)
  const tickets = yield* Repository.make(Ticket)
  const comments = yield* Repository.make(Comment)

  yield* countries.insertMany([{ code: "pt", name: "Portugal" }, { code: "uy", name: "Uruguay" }])
  yield* Session.transaction(Effect.gen(function*() {
    yield* tickets.insertMany([
      { tenantId: 1, number: 1, title: "The printer is on fire", country: "pt" },
      { tenantId: 1, number: 2, title: "The printer is under water", country: "pt" },
      { tenantId: 2, number: 1, title: "No more coffee", country: "uy" },
      { tenantId: 3, number: 1, title: "Too much coffee", country: "pt" }
    ])
    yield* comments.insertMany([
      { tenantId: 1, ticket: 1, line: 1, text: "Did you turn it off?" },
      { tenantId: 1, ticket: 1, line: 2, text: "It did that by itself" },
      { tenantId: 2, ticket: 1, line: 1, text: "Mate?" }
    ])
  }))

  const ofOne = yield* Query.from(Ticket)
    .where(({ tenantId }) => tenantId.eq(1))
    .orderBy(({ number }) => number.asc())
    .include({ comments: { orderBy: ({ line }) => line.asc() } })
    .all
  for (const { comments: said, title } of ofOne) {
    yield* Console.log(`  ${title}${said.map(({ text }) => `\n    ${text}`).join("")}`)
  }

  const perCountry = yield* Query.from(Ticket, "ticket")
    .join(Country, "country", ({ country, ticket }) => ticket.country.eq(country.code))
    .groupBy(({ country }) => ({ name: country.name }))
    .select(() => ({ tickets: Query.count() }))
    .orderBy(({ name }) => name.asc())
  for (const { name, tickets: count } of perCountry) yield* Console.log(`  ${name}: ${count}`)

  yield* tickets.insert({ tenantId: 1, number: 1, title: "Again", country: "pt" }).pipe(
    Effect.catchTag("UniqueViolation", ({ columns }) => Console.log(`  refused: ${columns.join(" and ")} are taken`))
  )
})

const duckDb = DuckDb.layer({ path: ":memory:" })

// Servers of their own for this example, gone with the Layer. A program in service says where they are instead.
const postgres = Layer.unwrap(Effect.map(PostgresServer.start(), Postgres.layer))

const sharded = Layer.unwrap(Effect.gen(function*() {
  const [coordinator, one, other] = yield* Effect.all(
    [PostgresServer.start(), PostgresServer.start(), PostgresServer.start()],
    { concurrency: 3 }
  )
  return Postgres.layer({ ...coordinator, sharding: { strategy: "partitioned", shards: [one, other] } })
}))

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* Console.log("DuckDB:")
  yield* Effect.provide(program, duckDb)

  yield* Console.log("PostgreSQL:")
  yield* Effect.provide(program, postgres)

  yield* Console.log("PostgreSQL, a coordinator and two shards:")
  yield* Effect.provide(program, sharded)
}).pipe(
  Effect.catchTag("PostgresUnavailable", ({ problem, remedy }) => Console.log(`  skipped. ${problem}\n  ${remedy}`))
)

if (import.meta.main) NodeRuntime.runMain(main)
