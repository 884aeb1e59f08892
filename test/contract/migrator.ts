/**
 * Revisions are applied and undone in the order of their graph, and the history tells which.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Database as Service, Migration, Migrator, Model, Type } from "andamios-orm"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { emptied, ids, losing, making, migrating, recorded, tables } from "./migrationRuns.ts"
import type { Database } from "./Subject.ts"

class Only extends Model.Class<Only>("Only")({ id: Column.int32 }, { table: "mig_only" }) {}

const forgotten = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DROP TABLE IF EXISTS own_history`)

/** Two branches that come together, the first of which comes from both. */
const library = [
  making("a1", { labels: ["books"] }),
  making("b1", { labels: ["readers"] }),
  making("a2", { parents: ["a1"] }),
  making("b2", { parents: ["b1"], dependsOn: ["books"] }),
  making("c1", { parents: ["a2", "b2"] }),
  making("d1", { parents: ["c1"] }),
  making("d2", { parents: ["c1"] })
]

export const migrator = (name: string, database: Database) =>
  layer(database, { timeout: "120 seconds" })(`${name}: migrator`, (it) => {
    it.effect("applies all that there is, once, and tells what the database has", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* TestClock.adjust("3 seconds")
        const before = yield* Migrator.status
        assert.deepStrictEqual([before.applied, ids(before.pending)], [[], ids(library)])

        assert.deepStrictEqual(ids(yield* Migrator.up()), ids(library))
        assert.deepStrictEqual(yield* Migrator.up(), [])
        assert.deepStrictEqual([yield* recorded, yield* tables], [ids(library), ids(library).toSorted()])

        const { applied, edited, heads, missing, pending } = yield* Migrator.status
        assert.deepStrictEqual([edited, missing, pending, heads], [[], [], [], ["d1", "d2"]])
        const { checksum, ...first } = applied[0] ?? assert.fail("nothing is applied")
        assert.match(checksum, /^[0-9a-f]{64}$/)
        assert.deepStrictEqual(first, {
          id: "a1",
          name: "",
          appliedAt: DateTime.makeUnsafe("1970-01-01T00:00:03Z"),
          milliseconds: 0,
          appliedBy: "ada@engine",
          manner: "run",
          place: 1
        })
      }).pipe(migrating(library, { appliedBy: "ada@engine" })))

    it.effect("writes nothing to tell where a database stands that has no history, or to go nowhere", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* Migrator.status
        yield* Migrator.plan()
        assert.deepStrictEqual(yield* Migrator.up("base"), [])
        assert.deepStrictEqual(yield* Migrator.stamp(["base"]), [])
        const sql = yield* SqlClient.SqlClient
        const found = yield* sql`
          SELECT 1 FROM information_schema.tables WHERE table_name = 'andamios_migrations' AND table_schema = current_schema()`
        assert.lengthOf(found, 0)
      }).pipe(migrating(library)))

    it.effect("goes to any place of the graph and back", () =>
      Effect.gen(function*() {
        yield* emptied
        assert.deepStrictEqual(ids(yield* Migrator.up("b2")), ["a1", "b1", "b2"])
        assert.deepStrictEqual(ids(yield* Migrator.up("+1")), ["a2"])
        assert.deepStrictEqual(ids(yield* Migrator.down(undefined, losing)), ["a2"])
        assert.deepStrictEqual(ids(yield* Migrator.to("a2", losing)), ["b2", "b1", "a2"])
        assert.deepStrictEqual(yield* recorded, ["a1", "a2"])
        assert.deepStrictEqual(ids(yield* Migrator.up("d2")), ["b1", "b2", "c1", "d2"])
        assert.deepStrictEqual(ids(yield* Migrator.down("readers", losing)), ["d2", "c1", "b2"])
        assert.deepStrictEqual(ids(yield* Migrator.down("books@base", losing)), ["a2", "a1"])
        assert.deepStrictEqual([yield* recorded, yield* tables], [["b1"], ["b1"]])
        assert.deepStrictEqual(ids(yield* Migrator.down("base", losing)), ["b1"])
        assert.deepStrictEqual([yield* recorded, yield* tables], [[], []])
      }).pipe(migrating(library)))

    it.effect("says which heads there are where it is told to go to the one", () =>
      Effect.gen(function*() {
        yield* emptied
        const failure = yield* Effect.flip(Migrator.up("head"))
        assert.strictEqual(failure._tag, "TargetUnknown")
        assert.include(failure.message, "d1, d2")
        assert.deepStrictEqual(yield* tables, [])
      }).pipe(migrating(library)))

    it.effect("applies what comes late, whatever was applied before it", () =>
      Effect.gen(function*() {
        yield* emptied
        const late = [making("0001"), making("0002", { parents: ["0001"] }), making("0003", { parents: ["0001"] })]
        yield* migrating(late.filter(({ id }) => id !== "0002"))(Migrator.up())
        yield* Effect.gen(function*() {
          assert.deepStrictEqual(ids((yield* Migrator.status).pending), ["0002"])
          assert.deepStrictEqual(ids(yield* Migrator.up()), ["0002"])
          assert.deepStrictEqual(yield* recorded, ["0001", "0003", "0002"])
          assert.deepStrictEqual(ids(yield* Migrator.down(undefined, losing)), ["0002"])
          assert.deepStrictEqual(ids(yield* Migrator.down("base", losing)), ["0003", "0001"])
        }).pipe(migrating(late))
      }))

    it.effect("keeps its history where it is told", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* migrating([making("only")], { table: "mig_history" })(Migrator.up())
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(yield* sql`SELECT id FROM mig_history`, [{ id: "only" }])
        assert.deepStrictEqual(yield* tables, ["history", "only"])
      }))

    it.effect("brings a database up when it is built, asks whether it is, or leaves it alone", () =>
      Effect.gen(function*() {
        yield* emptied
        const built = (onStart?: "up" | "check" | "nothing") =>
          Effect.provide(tables, Migrator.layer({ revisions: [making("only")], ...onStart && { onStart } }), {
            local: true
          })
        assert.deepStrictEqual(yield* built("nothing"), [])
        const refused = yield* Effect.flip(built("check"))
        assert.strictEqual(refused._tag, "NotUpToDate")
        assert.include(refused.message, "only")
        assert.deepStrictEqual(yield* built(), ["only"])
        assert.deepStrictEqual(yield* built("check"), ["only"])
      }))

    it.effect("refuses revisions that don't fit together before it asks the database anything", () =>
      Effect.gen(function*() {
        const failure = yield* Effect.flip(
          Layer.build(Migrator.layer({ revisions: [making("one", { parents: ["gone"] }), making("one")] }))
        )
        assert.strictEqual(failure._tag, "RevisionsInvalid")
        assert.strictEqual(
          failure.message,
          "The revisions don't fit together:\n  one: more than one revision has this id\n  one: it follows gone, which is not there"
        )
      }).pipe(Effect.scoped))

    it.effect("tells each step before it is run", () =>
      Effect.gen(function*() {
        yield* emptied
        const told: Array<string> = []
        const onStep = ({ direction, done, revision, step, total }: Migrator.Progress) =>
          Effect.sync(() => told.push(`${done}/${total} ${direction} ${revision}: ${step}`))
        const revisions = [
          making("a1"),
          Migration.make({
            id: "a2",
            parents: ["a1"],
            up: [
              Migration.run("fill it", Effect.void, Effect.void),
              Migration.addColumn("mig_a1", Migration.column("name", Type.text, { nullable: true }))
            ]
          })
        ]
        yield* migrating(revisions)(Effect.andThen(
          Migrator.up(undefined, { onStep }),
          Migrator.down("a1", { onStep, ...losing })
        ))
        assert.deepStrictEqual(told, [
          "0/3 up a1: create table mig_a1",
          "1/3 up a2: fill it",
          "2/3 up a2: add column mig_a1.name",
          "0/2 down a2: drop column mig_a1.name",
          "1/2 down a2: fill it"
        ])
      }))

    it.effect("plans without doing anything, the same for the same revisions on the same history", () =>
      Effect.gen(function*() {
        yield* emptied
        const first = yield* Migrator.plan()
        assert.deepStrictEqual(ids(first.revisions), ids(library))
        assert.strictEqual((yield* Migrator.plan("heads")).checksum, first.checksum)
        assert.notStrictEqual((yield* Migrator.plan("a1")).checksum, first.checksum)
        assert.deepStrictEqual(yield* tables, [])
        yield* Migrator.up("a1")
        assert.deepStrictEqual(ids((yield* Migrator.plan("b1", "to")).revisions), ["a1", "b1"])
        assert.deepStrictEqual(ids((yield* Migrator.plan(undefined, "down")).revisions), ["a1"])
      }).pipe(migrating(library)))

    it.effect("checks that all is applied, and that the database is what models want", () =>
      Effect.gen(function*() {
        yield* emptied
        const pending = yield* Effect.flip(Migrator.check([Only]))
        assert.strictEqual(pending._tag, "NotUpToDate")
        assert.include(pending.message, "Revisions that are not applied: only.")
        assert.include(pending.message, "create table mig_only")
        yield* Migrator.up()
        yield* Migrator.check([Only], { keepUnknown: true })
        const sql = yield* SqlClient.SqlClient
        yield* sql`ALTER TABLE mig_only ADD COLUMN more INTEGER`
        yield* Migrator.check()
        const differs = yield* Effect.flip(Migrator.check([Only], { keepUnknown: true }))
        assert.strictEqual(
          differs.message,
          "The database is not what the models want:\n  drop column mig_only.more"
        )
        yield* Migrator.check([Only], { ignore: ["mig_only.more"], keepUnknown: true })
      }).pipe(migrating([making("only")], { table: "own_history" }), Effect.ensuring(Effect.orDie(forgotten))))

    it.effect("waits for who migrates the same database, for so long and no longer", () =>
      Effect.gen(function*() {
        yield* emptied
        const { exclusively } = yield* Service.Database
        const gate = yield* Deferred.make<void>()
        const begun = yield* Deferred.make<void>()
        const other = yield* Effect.forkChild(
          exclusively(Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate)))
        )
        yield* Deferred.await(begun)
        const waiting = yield* Effect.forkChild(Effect.flip(Migrator.up()), { startImmediately: true })
        yield* TestClock.adjust("1 second")
        const failure = yield* Fiber.join(waiting)
        assert(failure._tag === "MigrationLocked")
        assert.strictEqual(failure.milliseconds, 1000)
        assert.include(failure.message, "Nothing was done here")
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(other)
        assert.deepStrictEqual(ids(yield* Migrator.up()), ["only"])
      }).pipe(migrating([making("only")], { wait: "1 second" })))
  })
