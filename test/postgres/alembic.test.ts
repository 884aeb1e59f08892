/**
 * We and the real Alembic share a PostgreSQL database: each sees what the other did.
 */
import { assert, layer } from "@effect/vitest"
import { Alembic, AlembicError, Migration, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { program, project, unlessThere, type Written } from "../alembic.ts"

/** Two branches with labels and one that stands alone, a dependency by id and one by label, a merge, and two heads. */
const branched: ReadonlyArray<Written> = [
  { id: "a1", message: "accounts", labels: ["main"], up: table("accounts"), down: dropped("accounts") },
  { id: "a2", parents: ["a1"], up: table("left_things"), down: dropped("left_things") },
  { id: "a3", parents: ["a1"], labels: ["right"], up: table("right_things"), down: dropped("right_things") },
  { id: "a4", parents: ["a2", "a3"], message: "merge" },
  { id: "b1", labels: ["billing"], dependsOn: ["a1"], up: table("bills"), down: dropped("bills") },
  { id: "b2", parents: ["b1"], dependsOn: ["right"], up: table("payments"), down: dropped("payments") },
  { id: "b3", parents: ["b1"], up: table("refunds"), down: dropped("refunds") }
]

function table(name: string): ReadonlyArray<string> {
  return [
    `op.create_table("${name}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)))`,
    `op.execute("INSERT INTO ${name} (name) VALUES ('a;b')")`
  ]
}

function dropped(name: string): ReadonlyArray<string> {
  return [`op.drop_table("${name}")`]
}

const ids = branched.map(({ id }) => id)

/** A revision of ours that has the id of one of Alembic's. */
const ours = (id: string) => Migration.make({ id, up: [] })

const sorted = (names: Iterable<string>) => [...names].toSorted()

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })(`PostgreSQL: Alembic${unlessThere}`, (it) => {
  const effect = program === undefined ? it.effect.skip : it.effect

  effect("has the same graph", () =>
    Effect.gen(function*() {
      const { alembic, ini, listed } = yield* project("graph", branched)
      const revisions = yield* Alembic.revisions({ ini })
      const lines = (yield* alembic("history")).trim().split("\n")
      const told = lines.map((line) => {
        const [, from = "", id = ""] = /^(.*?) -> (\w+)/.exec(line) ?? []
        return { id, parents: from.replaceAll(/<base>| \(.*?\)/g, "").split(", ").filter((parent) => parent !== "") }
      })
      const known = new Map(revisions.map(({ id, parents }) => [id, parents]))
      assert.deepStrictEqual(sorted(told.map(({ id }) => id)), sorted(ids))
      for (const { id, parents } of told) assert.deepStrictEqual(sorted(parents), sorted(known.get(id) ?? ["unknown"]))
      const followed = new Set(revisions.flatMap(({ parents }) => parents))
      assert.deepStrictEqual(yield* listed("heads"), sorted(ids.filter((id) => !followed.has(id))))
      assert.deepStrictEqual(revisions.map(({ labels }) => labels), branched.map(({ labels = [] }) => labels))
      assert.deepStrictEqual(revisions.map(({ dependsOn }) => dependsOn), [[], [], [], [], ["a1"], ["a3"], []])
      assert.strictEqual(revisions[3]?.name, "merge")
    }), { timeout: 60_000 })

  effect("sees what Python did, and refuses to run before it", () =>
    Effect.gen(function*() {
      const { alembic, ini } = yield* project("seen", branched)
      const companion = yield* Alembic.companion({ ini, versionSchema: "seen" }, [
        Migration.make({ id: "mine", up: [] })
      ])
      const needed = yield* Alembic.companion({ ini, versionSchema: "seen", refuse: "needed" }, [])
      assert.deepStrictEqual(companion.revisions.map(({ id }) => id), ids)
      assert.deepStrictEqual(yield* companion.applied, new Set())
      yield* alembic("upgrade", "b2")
      const applied = yield* companion.applied
      assert.deepStrictEqual(sorted(applied), ["a1", "a3", "b1", "b2"])

      const pending = yield* Effect.flip(companion.admits({ up: ["mine"], down: [], applied }))
      assert.deepStrictEqual(sorted(pending.revisions), ["a2", "a4", "b3"])
      assert.deepStrictEqual(sorted(pending.targets), ["a4", "b3"])
      assert.include(pending.message, "Run: alembic upgrade a4")
      yield* needed.admits({ up: ["mine"], down: [], applied })
      const missing = yield* Effect.flip(needed.admits({ up: ["a2", "mine"], down: [], applied }))
      assert.deepStrictEqual(missing.targets, ["a2"])
      const undone = yield* Effect.flip(companion.admits({ up: [], down: ["mine", "b2"], applied }))
      assert.strictEqual(
        undone.message,
        "Revisions of Alembic have to be undone first, and only Alembic can: b2.\nRun: alembic downgrade b1"
      )
      const whole = yield* Effect.flip(companion.admits({ up: [], down: ["a1", "b1"], applied }))
      assert.deepStrictEqual(whole.targets, ["base"])
      yield* companion.admits({ up: [], down: ["mine"], applied })
      yield* companion.moved("mine", "up")
      yield* companion.moved("a1", "up")
      const unwritten = yield* Effect.flip(companion.moved("a2", "up"))
      assert.instanceOf(unwritten, AlembicError.AlembicPending)
      const back = yield* Effect.flip(companion.moved("a1", "down"))
      assert.instanceOf(back, AlembicError.AlembicPending)

      for (const target of pending.targets) yield* alembic("upgrade", target)
      yield* companion.admits({ up: ["mine"], down: [], applied: yield* companion.applied })
      yield* alembic("downgrade", "b1")
      assert.deepStrictEqual(sorted(yield* companion.applied), ["a1", "a2", "a3", "a4", "b1"])
    }), { timeout: 60_000 })

  effect("sees what we did, step by step, up and down, and goes on from there", () =>
    Effect.gen(function*() {
      const { alembic, directory, listed } = yield* project("shared", branched)
      const options = { directory, versionSchema: "shared" }
      const refused = yield* Effect.flip(Alembic.companion(options, ids.map(ours)))
      assert.lengthOf(refused.issues, ids.length)
      assert.include(refused.message, "Say `write: true`")
      const { applied, moved, revisions } = yield* Alembic.companion(
        { ...options, write: true },
        ids.slice(1).map(ours)
      )
      assert.deepStrictEqual(revisions.map(({ id }) => id), ["a1"])

      const move = (id: string, direction: "up" | "down") => Session.transaction(moved(id, direction))
      const told = Effect.fnUntraced(function*(...versions: ReadonlyArray<string>) {
        assert.deepStrictEqual(yield* listed("current"), versions)
      })
      yield* move("a1", "up")
      yield* told("a1")
      yield* move("a2", "up")
      yield* move("b1", "up")
      yield* move("b1", "up")
      yield* told("a2", "b1")
      yield* move("a3", "up")
      yield* move("a4", "up")
      yield* told("a4", "b1")
      yield* move("b2", "up")
      yield* move("b3", "up")
      yield* told("a4", "b2", "b3")
      yield* move("b2", "down")
      yield* move("a4", "down")
      yield* told("a2", "a3", "b3")
      yield* alembic("stamp", "b2")
      assert.deepStrictEqual(sorted(yield* applied), ["a1", "a2", "a3", "b1", "b2", "b3"])
      yield* alembic("stamp", "--purge", "heads")
      assert.deepStrictEqual(sorted(yield* applied), ids)
      yield* move("b3", "down")
      yield* move("b2", "down")
      yield* move("b1", "down")
      yield* move("a1", "down")
      yield* told()
      assert.deepStrictEqual(yield* applied, new Set())
    }), { timeout: 60_000 })

  effect(
    "keeps what it says with the revision's own transaction, and notices that Alembic ran at the same time",
    () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { directory, ini, listed } = yield* project("raced", branched)
        const { applied, moved } = yield* Alembic.companion({ directory, versionSchema: "raced", write: true }, [])
        yield* Session.transaction(moved("a1", "up"))
        yield* Effect.ignore(Session.transaction(Effect.andThen(moved("a2", "up"), Effect.fail("stop"))))
        assert.deepStrictEqual(yield* listed("current"), ["a1"])

        yield* sql`CREATE FUNCTION raced.ran() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`
        yield* sql`CREATE TRIGGER ran BEFORE UPDATE ON raced.alembic_version FOR EACH ROW EXECUTE FUNCTION raced.ran()`
        const raced = yield* Effect.flip(Session.transaction(moved("a2", "up")))
        assert.instanceOf(raced, AlembicError.AlembicUnknown)
        assert.strictEqual(
          raced.message,
          "raced.alembic_version doesn't say a1 any more: Alembic ran at the same time. Nothing is stored; run again."
        )
        yield* sql`INSERT INTO raced.alembic_version VALUES ('zz')`
        const strange = yield* Effect.flip(applied)
        assert.include(strange.message, "raced.alembic_version says zz, and no revision file of Alembic does.")
        const elsewhere = yield* Alembic.companion({ ini, versionTable: "nowhere" }, [])
        assert.deepStrictEqual(yield* elsewhere.applied, new Set())
      }),
    { timeout: 60_000 }
  )

  effect(
    "prints SQL that becomes revisions of ours, which make the same tables and take them away again",
    () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const concurrent: Written = {
          id: "c1",
          parents: ["b3"],
          up: [
            "with op.get_context().autocommit_block():",
            "    op.execute(\"CREATE INDEX CONCURRENTLY accounts_by_name ON accounts (name)\")",
            "op.execute(\"-- so that plans are good\\nANALYZE accounts\")",
            "op.execute(\"CREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1; -- Running upgrade x -> y\\nEND $$\")"
          ],
          down: ["op.drop_index(\"accounts_by_name\")", "op.execute(\"DROP FUNCTION one()\")"]
        }
        const { alembic, directory } = yield* project("printed", [...branched, concurrent])
        const up = yield* alembic("upgrade", "heads", "--sql")
        const downs = yield* Effect.forEach(["c1", "a4", "b2"], (head) => alembic("downgrade", `${head}:base`, "--sql"))
        const down = downs.join("\n")
        const headers = yield* Alembic.revisions({ directory })
        const revisions = yield* Effect.fromResult(Alembic.importSql({ up, down, revisions: headers }))
        assert.deepStrictEqual(sorted(revisions.map(({ id }) => id)), [...ids, "c1"])
        const imported = new Map(revisions.map((revision) => [revision.id, revision]))
        for (const header of headers) {
          const revision = imported.get(header.id)
          assert.deepStrictEqual(sorted(revision?.parents ?? []), sorted(header.parents))
          assert.deepStrictEqual(
            [revision?.name, revision?.labels, revision?.dependsOn, revision?.transaction],
            [header.name, header.labels, header.dependsOn, header.id !== "c1"]
          )
        }
        assert.deepStrictEqual(imported.get("a4")?.up, [])
        assert.deepStrictEqual(imported.get("b2")?.down, [Migration.execute("DROP TABLE payments")])
        assert.lengthOf(imported.get("c1")?.up ?? [], 3)

        const files = yield* Effect.fromResult(Alembic.importFiles({ up, revisions: headers }))
        assert.deepStrictEqual(files.map(({ name }) => name).filter((name) => name.startsWith("a4")), [
          "a4_merge.up.sql"
        ])

        // Alembic's own tables are in its schema, and ours in the one that is there by default
        yield* alembic("upgrade", "heads")
        const tables = (schema: string) =>
          sql`SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, column_default IS NULL AS bare
            FROM information_schema.columns WHERE table_schema = ${schema} AND table_name <> 'alembic_version' ORDER BY 1, 2`
        const run = (steps: ReadonlyArray<Migration.Step>) =>
          Effect.forEach(steps, (step) =>
            step._tag === "Execute" && typeof step.sql === "string" ? sql.unsafe(step.sql) : Effect.die("all is SQL"))
        for (const revision of revisions) {
          yield* run(revision.up)
        }
        assert.isNotEmpty(yield* tables("public"))
        assert.deepStrictEqual(yield* tables("public"), yield* tables("printed"))
        for (const revision of revisions.toReversed()) {
          yield* run(revision.down ?? [])
        }
        assert.deepStrictEqual(yield* tables("public"), [])
      }),
    { timeout: 60_000 }
  )
})
