/**
 * Sharding: the rows of each tenant are on one of several servers, and the program stays what it was.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Finding, Model, Plan, Query, Reference, Relation, Repository, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import { Console, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"

// The rows of one tenant are together, those of its teams as well as of its tickets: both are distributed by the same value.
class Team extends Model.Class<Team>("Team")({
  tenantId: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  name: Schema.NonEmptyString
}, { table: "teams", distribution: { by: "tenantId" } }) {
  static readonly relations = () => ({
    tickets: Relation.hasMany(() => Ticket, { from: ["tenantId", "id"], to: ["tenantId", "teamId"] })
  })
}

// What refers to another row has the shard key in its reference, so that one server can keep it.
class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int),
  teamId: Schema.Int,
  title: Schema.NonEmptyString
}, {
  table: "tickets",
  distribution: { by: "tenantId" },
  references: [Reference.to(["tenantId", "teamId"], () => Team, ["tenantId", "id"])]
}) {}

// Nothing here knows of shards.
const fill = Effect.gen(function*() {
  yield* Session.createTables([Team, Ticket])
  const teams = yield* Repository.make(Team)
  const tickets = yield* Repository.make(Ticket)
  const tenants = [1, 2, 3, 4]
  yield* teams.insertMany(tenants.map((tenantId) => ({ tenantId, id: 1, name: `support of ${tenantId}` })))
  yield* tickets.insertMany(
    tenants.map((tenantId) => ({ tenantId, number: 1, teamId: 1, title: `hello from ${tenantId}` }))
  )
})

const teamsOf = (tenantId: number) => Query.from(Team).where((team) => team.tenantId.eq(tenantId))

/** The numbers of shards, without where they are: that is another place each time. */
const shards = (plan: Plan.Plan) => Plan.shardsOf(plan).map((name) => name.replace(/ \(.*/, "")).join(", ")

const reads = Effect.gen(function*() {
  yield* Console.log("1. A query asks the shards that it has to")
  yield* Console.log(`  all teams: ${shards(yield* Query.from(Team).explain())}`)
  yield* Console.log(`  those of tenant 1: ${shards(yield* teamsOf(1).explain())}`)
  yield* Console.log(`  those of tenant 3: ${shards(yield* teamsOf(3).explain())}`)
  for (const team of yield* teamsOf(3).include({ tickets: true }).all) {
    yield* Console.log(`  ${team.name} has ${team.tickets.map(({ title }) => title).join(", ")}`)
  }

  yield* Console.log("\n2. A join that doesn't say that its rows are together is found")
  const across = Query.from(Team, "team").join(Ticket, "ticket", ({ team, ticket }) => ticket.teamId.eq(team.id)).limit(
    20
  )
  yield* Console.log(Finding.draw(yield* across.findings))
})

const writes = Effect.gen(function*() {
  const tickets = yield* Repository.make(Ticket)
  const sql = yield* SqlClient.SqlClient
  yield* Console.log("\n3. Upserts, violations and transactions are what they are on one server")
  const again = yield* tickets.upsert({ tenantId: 3, number: 1, teamId: 1, title: "hello again" })
  yield* Console.log(`  ${again.title}`)
  yield* tickets.insert({ tenantId: 3, number: 2, teamId: 9, title: "lost" }).pipe(
    Effect.catchTag(
      "ForeignKeyViolation",
      ({ columns, key }) => Console.log(`  no team ${key} by ${columns.join(", ")}`)
    )
  )

  yield* Console.log("\n4. A row stays on its shard")
  // Types leave out the key of changes. SQL by hand could name it, so the database refuses that.
  yield* sql`UPDATE tickets SET "tenantId" = 1 WHERE "tenantId" = 3`.pipe(
    Effect.catch(({ reason }) => Console.log(`  ${String(reason.cause)}`))
  )
  yield* Session.transaction(Effect.gen(function*() {
    yield* tickets.delete({ tenantId: 3, number: 1 })
    yield* tickets.insert({ tenantId: 1, number: 2, teamId: again.teamId, title: again.title })
  }))
  const moved = yield* Query.from(Ticket).where((ticket) => ticket.tenantId.eq(1)).all
  yield* Console.log(`  tenant 1 has ${moved.map(({ title }) => title).join(", ")}`)

  yield* Console.log("\n5. What shards can't do together is refused before it is sent")
  yield* Query.from(Ticket).sample(10).all.pipe(
    Effect.catchTag("Unsupported", ({ message }) => Console.log(`  ${message}`))
  )
  yield* Session.transaction(Query.from(Ticket).all, { isolation: "serializable" }).pipe(
    Effect.catchTag("Unsupported", ({ message }) => Console.log(`  ${message}`))
  )
})

// Servers of your own have a host, a port and a password.
const database = Layer.unwrap(
  Effect.gen(function*() {
    const start = PostgresServer.start()
    const [coordinator, ...shardServers] = yield* Effect.all([start, start, start], { concurrency: 3 })
    return Postgres.layer({ ...coordinator, sharding: { strategy: "partitioned", shards: shardServers } })
  })
)

export const main = fill.pipe(Effect.andThen(reads), Effect.andThen(writes), Effect.provide(database))

if (import.meta.main) NodeRuntime.runMain(main)
