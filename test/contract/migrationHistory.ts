/**
 * Revisions that were edited or taken away after they were applied are found, and a database can be said to have some.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, Migrator, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { emptied, ids, losing, making, migrating, recorded, tables } from "./migrationRuns.ts"
import type { Database } from "./Subject.ts"

const line = [making("a1"), making("a2", { parents: ["a1"] }), making("a3", { parents: ["a2"] })]

const edited = line.map((revision) =>
  revision.id === "a2" ? { ...revision, up: [...revision.up, Migration.comment("mig_a2", { to: "more" })] } : revision
)

export const migrationHistory = (name: string, database: Database) =>
  layer(database, { timeout: "120 seconds" })(`${name}: history of migrations`, (it) => {
    it.effect("finds revisions that were edited, and goes on only where it is told to", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* migrating(line)(Migrator.up("a2"))
        yield* Effect.gen(function*() {
          assert.deepStrictEqual((yield* Migrator.status).edited, ["a2"])
          const doings: ReadonlyArray<Effect.Effect<unknown, Migrator.RunError, Migrator.Migrator>> = [
            Migrator.up(),
            Migrator.down(),
            Migrator.plan(),
            Migrator.to("a1"),
            Migrator.prove()
          ]
          for (const refused of doings) {
            const failure = yield* Effect.flip(refused)
            assert.strictEqual(failure._tag, "HistoryDiffers")
            assert.include(failure.message, "Edited after they were applied: a2.")
          }
          assert.strictEqual((yield* Effect.flip(Migrator.check()))._tag, "HistoryDiffers")
          assert.deepStrictEqual(ids(yield* Migrator.up(undefined, { tolerateHistory: true })), ["a3"])

          assert.deepStrictEqual(yield* Migrator.stamp(["a3"]), ["a2"])
          assert.deepStrictEqual((yield* Migrator.status).edited, [])
          yield* Migrator.check()
        }).pipe(migrating(edited))
      }))

    it.effect("is the same for what changes nothing of what was done: names, labels, and the way back", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* migrating(line)(Migrator.up())
        const mended = line.map((revision) => ({
          ...revision,
          name: "a better name",
          labels: [`l${revision.id}`],
          down: []
        }))
        yield* migrating(mended)(Migrator.check())
        const moved = line.map((revision) => ({ ...revision, dependsOn: revision.id === "a3" ? ["a1"] : [] }))
        assert.deepStrictEqual((yield* migrating(moved)(Migrator.status)).edited, ["a3"])
      }))

    it.effect("finds revisions that are gone", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* migrating(line)(Migrator.up())
        yield* Effect.gen(function*() {
          assert.deepStrictEqual((yield* Migrator.status).missing, ["a3"])
          const failure = yield* Effect.flip(Migrator.up())
          assert.strictEqual(failure._tag, "HistoryDiffers")
          assert.include(failure.message, "not among the revisions: a3")
          const undone = yield* Migrator.down("base", { ...losing, tolerateHistory: true })
          assert.deepStrictEqual([ids(undone), yield* recorded, yield* tables], [["a2", "a1"], ["a3"], ["a3"]])
          assert.deepStrictEqual(yield* Migrator.stamp(["a2"], { purge: true }), ["a1", "a2"])
          assert.deepStrictEqual(yield* recorded, ["a1", "a2"])
        }).pipe(migrating(line.slice(0, 2)))
      }))

    it.effect("says that a database has revisions, without running them", () =>
      Effect.gen(function*() {
        yield* emptied
        assert.deepStrictEqual(yield* Migrator.stamp(["a2"]), ["a1", "a2"])
        assert.deepStrictEqual([yield* recorded, yield* tables], [["a1", "a2"], []])
        assert.deepStrictEqual((yield* Migrator.status).applied.map(({ manner }) => manner), ["stamped", "stamped"])
        assert.deepStrictEqual(yield* Migrator.stamp(["a1"]), [])
        assert.deepStrictEqual(ids(yield* Migrator.up()), ["a3"])
        assert.deepStrictEqual(yield* Migrator.stamp(["a1"], { purge: true }), [])
        assert.deepStrictEqual(yield* recorded, ["a1"])
        assert.deepStrictEqual(yield* Migrator.stamp(["base"], { purge: true }), [])
        assert.deepStrictEqual([yield* recorded, yield* tables], [[], ["a3"]])
        const failure = yield* Effect.flip(Migrator.stamp(["nothing"]))
        assert.strictEqual(failure._tag, "TargetUnknown")
      }).pipe(migrating(line)))

    it.effect("of a revision without a way back is not undone, and nothing before it", () =>
      Effect.gen(function*() {
        yield* emptied
        yield* Migrator.up()
        const failure = yield* Effect.flip(Migrator.down("base", losing))
        assert.strictEqual(failure._tag, "Irreversible")
        assert.include(failure.message, "a2")
        assert.deepStrictEqual(yield* recorded, ["a1", "a2", "a3"])
        assert.deepStrictEqual(ids(yield* Migrator.down("a2", losing)), ["a3"])
      }).pipe(migrating(line.map((revision) => revision.id === "a2" ? { ...revision, down: undefined } : revision))))

    it.effect("keeps what may be lost, unless it is named", () =>
      Effect.gen(function*() {
        yield* emptied
        const sql = yield* SqlClient.SqlClient
        yield* Migrator.up("a1")
        yield* sql`INSERT INTO mig_a1 VALUES (1)`
        const refused = yield* Effect.flip(Migrator.up(undefined, { allowLoss: ["mig_a1"] }))
        assert.strictEqual(refused._tag, "LossRefused")
        assert.include(refused.message, "mig_a1.name")
        assert.deepStrictEqual(yield* recorded, ["a1"])
        yield* Migrator.up(undefined, { allowLoss: ["mig_a1.name"] })
        assert.deepStrictEqual(yield* sql`SELECT * FROM mig_a1`, [{ id: 1 }])
      }).pipe(migrating([
        making("a1"),
        Migration.make({
          id: "a2",
          parents: ["a1"],
          up: [Migration.addColumn("mig_a1", Migration.column("name", Type.text, { nullable: true }))]
        }),
        Migration.make({
          id: "a3",
          parents: ["a2"],
          up: [Migration.dropColumn("mig_a1", Migration.column("name", Type.text, { nullable: true }))]
        })
      ])))
  })
