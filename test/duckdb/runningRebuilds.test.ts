/**
 * A migrator carries out what no single text can say: numbers that go on behind others, and rows that refer to rows of their own table.
 */
import { assert, it } from "@effect/vitest"
import { Migration, Migrator, Type } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"

const revisions = [
  Migration.make({
    id: "a1",
    up: [
      Migration.createTable({
        name: "shelves",
        columns: [
          Migration.column("id", Type.int32, { identity: true }),
          Migration.column("within", Type.int32, { nullable: true })
        ],
        primaryKey: { columns: ["id"] },
        foreignKeys: [{ columns: ["within"], references: { name: "shelves" }, targets: ["id"] }]
      })
    ]
  }),
  Migration.make({
    id: "a2",
    parents: ["a1"],
    up: [Migration.renameColumn("shelves", "id", "number")]
  })
]

const database = TestDatabase.layer([])

it.effect("a table that numbers its rows and refers to itself is made anew with all of them", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const shelves = Effect.map(
      sql.unsafe("SELECT COLUMNS(*) FROM shelves ORDER BY 1").values,
      (rows) => rows.map((row) => row.join(" in "))
    )
    yield* Migrator.up("a1")
    for (let shelf = 1; shelf <= 20; shelf++) {
      yield* sql`INSERT INTO shelves (within) VALUES (${shelf === 1 ? null : shelf - 1})`
    }
    const before = yield* shelves
    const { revisions: [planned] } = yield* Migrator.plan("a2")
    const statements = planned?.steps.flatMap((step) => step.statements) ?? []
    const isKind = (kind: string) => statements.some((one) => typeof one !== "string" && kind in one)
    assert.deepStrictEqual([isKind("ask"), isKind("repeat")], [true, true])

    yield* Migrator.up("a2")
    assert.deepStrictEqual(yield* shelves, before)
    yield* sql`INSERT INTO shelves (within) VALUES (20)`
    assert.deepStrictEqual((yield* shelves).at(-1), "21 in 20")

    yield* Migrator.down("a1", { allowLoss: "everything" })
    assert.lengthOf(yield* shelves, 21)
    yield* sql`INSERT INTO shelves (within) VALUES (21)`
    assert.deepStrictEqual((yield* shelves).at(-1), "22 in 21")
    const [sequences] = yield* sql`SELECT count(*)::INTEGER AS count FROM duckdb_sequences()`
    assert.deepStrictEqual(sequences, { count: 1 })
  }).pipe(Effect.provide(Layer.provideMerge(Migrator.layer({ revisions, onStart: "nothing" }), database))))

const refersTo = (table: string) => ({ columns: ["other"], references: { name: table }, targets: ["id"] })

const table = (name: string, foreignKeys: Migration.TableOptions["foreignKeys"] = []) =>
  Migration.createTable({
    name,
    columns: [Migration.column("id", Type.int32), Migration.column("other", Type.int32, { nullable: true })],
    primaryKey: { columns: ["id"] },
    foreignKeys
  })

it.effect("what DuckDB can't do is told before anything runs, or where SQL by hand comes first, when it has run", () =>
  Effect.gen(function*() {
    const circle = [table("a"), table("b", [refersTo("a")]), Migration.addForeignKey("a", refersTo("b"))]
    const made = Migration.make({ id: "a1", up: [Migration.execute("CREATE TABLE first (id INTEGER)")], down: [] })
    const failing = (tried: ReadonlyArray<Migration.Revision>) =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const failure = yield* Effect.flip(Migrator.up())
        assert(failure._tag === "MigrationFailed")
        assert.deepStrictEqual([failure.step, failure.undone], ["plan its steps", true])
        assert.match(failure.reason, /^DuckDB does not do this: tables that refer to each other in a circle/)
        return yield* sql`SELECT table_name AS name FROM duckdb_tables() WHERE table_name IN ('a', 'b', 'first')`
      }).pipe(
        Effect.provide(
          Layer.provideMerge(Migrator.layer({ revisions: tried, onStart: "nothing" }), Layer.fresh(database)),
          { local: true }
        )
      )
    assert.deepStrictEqual(yield* failing([Migration.make({ id: "a1", up: circle })]), [])
    const behind = Migration.make({ id: "a2", parents: ["a1"], up: [...circle, Migration.run("nothing", Effect.void)] })
    assert.deepStrictEqual(yield* failing([made, behind]), [{ name: "first" }])
  }))
