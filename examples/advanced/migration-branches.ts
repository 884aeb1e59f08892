/**
 * Branches of migrations: two teams write revisions at the same time, one waits for the other, and a merge brings them together.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Migration, Migrator, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Graph, Layer, References } from "effect"
import { SqlClient } from "effect/sql"

const table = (name: string) =>
  Migration.createTable({ name, columns: [Migration.column("id", Type.int32)], primaryKey: { columns: ["id"] } })

const shop = Migration.make({ id: "1a", name: "customers", up: [table("customers")] })

// The first of a branch bears its label, and all that follow have it, too.
const invoices = Migration.make({
  id: "2b",
  name: "invoices",
  parents: ["1a"],
  labels: ["billing"],
  up: [table("invoices")]
})
const reminders = Migration.make({ id: "3b", name: "reminders", parents: ["2b"], up: [table("reminders")] })

const parcels = Migration.make({
  id: "2s",
  name: "parcels",
  parents: ["1a"],
  labels: ["shipping"],
  up: [table("parcels")]
})

// This one refers to a table of the other branch. It doesn't follow it, but it can't be applied before.
const paid = Migration.make({
  id: "3s",
  name: "parcels have invoices",
  parents: ["2s"],
  dependsOn: ["billing"],
  up: [
    Migration.addColumn("parcels", Migration.column("invoice", Type.int32, { nullable: true })),
    Migration.addForeignKey("parcels", { columns: ["invoice"], references: { name: "invoices" }, targets: ["id"] })
  ]
})

// A merge has no steps of its own. `andamios migrate merge` writes it.
const merge = Migration.make({ id: "4m", name: "merge billing and shipping", parents: ["3b", "3s"], up: [] })

const branched = [shop, invoices, reminders, parcels, paid]

const migrator = (revisions: ReadonlyArray<Migration.Revision>) => Migrator.layer({ revisions, onStart: "nothing" })

const steps = (done: ReadonlyArray<Migrator.Done>) =>
  done.map(({ direction, id, name }) => `${{ up: "+", down: "-" }[direction]}${id} ${name}`).join(", ")

const showTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ readonly name: string }>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_name <> 'andamios_migrations' ORDER BY name`
  yield* Console.log(`tables: ${found.map(({ name }) => name).join(", ")}`)
})

const drawing = Effect.gen(function*() {
  const { graph } = yield* Migrator.Migrator
  yield* Console.log(`heads: ${graph.heads.join(", ")}; branches begin after ${graph.branchPoints.join(", ")}`)
  for (const [label, ids] of graph.branches) yield* Console.log(`${label}: ${ids.join(", ")}`)

  // It is a graph of Effect's, so whatever Effect can do with one can be done with it. `andamios migrate history` draws it as text.
  yield* Console.log(Graph.toMermaid(graph.graph, {
    nodeLabel: ({ id, name }) => `${id} ${name}`,
    edgeLabel: (tie) => ({ parent: "", dependency: "depends on" })[tie]
  }))
})

const going = Effect.gen(function*() {
  // One branch alone, up to its head, and what that depends on of the other.
  yield* Console.log(`shipping@head: ${steps(yield* Migrator.up("shipping@head"))}`)

  // With two heads nobody knows which one is meant.
  yield* Migrator.up("head").pipe(Effect.catchTag("TargetUnknown", ({ message }) => Console.log(message)))
  yield* Console.log(`heads: ${steps(yield* Migrator.up("heads"))}`)
  yield* showTables

  // All of one branch is undone, and what depends on it first. The tables have no rows, and they may go.
  const undone = yield* Migrator.down("billing@base", { prove: true })
  yield* Console.log(`billing@base: ${steps(undone)}`)
  yield* showTables
})

const merging = Effect.gen(function*() {
  yield* Console.log(`up: ${steps(yield* Migrator.up())}`)
  const { graph, status } = yield* Migrator.Migrator
  yield* Console.log(`heads: ${graph.heads.join(", ")}; pending: ${(yield* status).pending.length}`)

  // Behind the merge there is one branch again, and one way back.
  yield* Console.log(`-1: ${steps(yield* Migrator.down())}`)
})

// What makes no graph is refused before anything is read or written.
const breaking = Effect.gen(function*() {
  const lost = Migration.make({ id: "5x", name: "after nothing", parents: ["4x"], up: [] })
  const hen = Migration.make({ id: "6h", name: "hen", parents: ["6e"], up: [] })
  const egg = Migration.make({ id: "6e", name: "egg", parents: ["6h"], up: [] })
  yield* Layer.build(migrator([shop, lost, hen, egg])).pipe(
    Effect.catchTag("RevisionsInvalid", ({ message }) => Console.log(message))
  )
})

const lesson = Effect.gen(function*() {
  yield* Console.log("1. The graph")
  yield* drawing.pipe(Effect.provide(migrator(branched)))

  yield* Console.log("\n2. To the head of a branch, and back")
  yield* going.pipe(Effect.provide(migrator(branched)))

  yield* Console.log("\n3. A merge")
  yield* merging.pipe(Effect.provide(migrator([...branched, merge])))

  yield* Console.log("\n4. What is no graph")
  yield* breaking
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.scoped,
  Effect.provide(DuckDb.layer({ path: ":memory:" })),
  Effect.provideService(References.MinimumLogLevel, "Warn")
)

if (import.meta.main) NodeRuntime.runMain(main)
