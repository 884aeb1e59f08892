/**
 * A snapshot holds all that is in the tables, and makes the database again.
 */
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Column, Model, Repository, Session, Structure, Table } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { restoreSnapshot, SnapshotFailed, takeSnapshot } from "../../../src/cli/snapshot.ts"
import { Database } from "../../../src/session/Database.ts"
import { compileOperation } from "../../../src/sql/compileOperation.ts"
import { createTable } from "../../../src/sql/compileTable.ts"
import { tableStructure } from "../../../src/sql/tableStructure.ts"
import { kinds } from "../../contract/columnKinds.ts"
import type * as Databases from "../../contract/Subject.ts"

const models = kinds.map(({ edges, name, schema, values }, index) => {
  class Known extends Model.Class<Known>(`Snapshot of ${name}`)({
    id: Column.serial(Schema.Int),
    value: schema,
    nullable: Schema.NullOr(schema),
    list: Schema.Array(Schema.NullOr(schema)),
    object: Schema.NullOr(Schema.Struct({ here: schema, none: Schema.NullOr(schema) }))
  }, { table: `snapshot "kind" ${index}` }) {}
  return { edges, Known, values }
})

const plain = { uniques: [], checks: [], foreignKeys: [], indexes: [] }
const id = { name: "id", type: { _tag: "Int32" }, nullable: false } as const
const textual = { _tag: "Text" } as const

const genres: Structure.TableStructure = {
  ...plain,
  name: "snapshot_genres",
  columns: [{ ...id, identity: true }, { name: "name", type: textual, nullable: false }, {
    ...id,
    name: "under",
    nullable: true
  }],
  primaryKey: { columns: ["id"] },
  uniques: [{ columns: ["name"] }],
  foreignKeys: [{ columns: ["under"], references: { name: "snapshot_genres" }, targets: ["id"] }]
}

const tales: Structure.TableStructure = {
  ...plain,
  name: "a_snapshot_tales",
  columns: [{ name: "title", type: textual, nullable: false }, { ...id, name: "genre" }],
  foreignKeys: [{ columns: ["genre"], references: { name: "snapshot_genres" }, targets: ["id"] }]
}

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-snapshot-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

export const snapshot = (name: string, database: Databases.Database) =>
  layer(
    Layer.merge(database, NodeServices.layer),
    { timeout: "120 seconds" }
  )(`${name}: snapshot`, (it) => {
    const structureOf = (stored: ReadonlyArray<Model.Any>) =>
      Effect.map(Database, ({ dialect }): Structure.Structure => ({
        ...Structure.empty,
        tables: stored.map((model) => tableStructure(Table.tableOf(model), dialect))
      }))

    const run = (...statements: ReadonlyArray<string>) =>
      Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.forEach(statements, (text) => sql.unsafe(text).values))

    const quoted = (table: string) => `"${table.replaceAll("\"", "\"\"")}"`

    /** All rows of a table, as the database itself writes them. */
    const texts = (table: string) =>
      Effect.map(
        run(
          `SELECT id, CAST(value AS VARCHAR), CAST(nullable AS VARCHAR), CAST(list AS VARCHAR), CAST(object AS VARCHAR) ` +
            `FROM ${quoted(table)} ORDER BY id`
        ),
        ([rows]) => rows
      )

    it.effect("gives back every value of every type", () =>
      Effect.gen(function*() {
        const path = join(yield* directory, "deep", "snapshot")
        yield* Session.createTables(models.map(({ Known }) => Known))
        for (const { edges, Known, values } of models) {
          const sample = [...edges, ...yield* Arbitrary.sampleEffect(values, { count: 40, size: 10 })]
          const repository = yield* Repository.make(Known)
          yield* repository.insertMany(sample.map((value, index) => ({
            value,
            nullable: index % 2 === 0 ? null : value,
            list: [value, null, ...sample.slice(0, index % 3)],
            object: index % 3 === 0 ? null : { here: value, none: index % 3 === 1 ? null : value }
          })))
        }
        const tables = models.map(({ Known }) => Table.tableOf(Known).name)
        const before = yield* Effect.forEach(tables, texts)
        assert.isAbove(before.flat().length, tables.length * 40)

        yield* takeSnapshot(path, yield* structureOf(models.map(({ Known }) => Known)))
        assert.lengthOf(readdirSync(path), tables.length + 1)
        const { dialect } = yield* Database
        const { tables: made } = yield* structureOf(models.map(({ Known }) => Known))
        yield* run(...made.flatMap((table) => compileOperation({ _tag: "DropTable", table }, dialect)))
        yield* restoreSnapshot(path)
        assert.deepStrictEqual(yield* Effect.forEach(tables, texts), before)
      }), { timeout: 120_000 })

    it.effect("keeps references, schemas, views and numbers", () =>
      Effect.gen(function*() {
        const path = join(yield* directory, "snapshot")
        const { dialect } = yield* Database
        yield* run(
          ...[genres, tales].flatMap((table) => createTable(table, dialect, "refuse")),
          "CREATE SCHEMA snapshot",
          "CREATE SEQUENCE snapshot_counter START WITH 10 INCREMENT BY 5",
          "SELECT nextval('snapshot_counter')",
          "SELECT nextval('snapshot_counter')",
          "CREATE SEQUENCE snapshot_unused START WITH 3 INCREMENT BY 1",
          "INSERT INTO snapshot_genres (id, name, under) VALUES (1, 'all', NULL)",
          "INSERT INTO snapshot_genres (id, name, under) VALUES (9, 'crime', 1)",
          "INSERT INTO snapshot_genres (id, name, under) VALUES (2, 'cosy', 9)",
          "INSERT INTO a_snapshot_tales VALUES ('Emma', 2)"
        )
        const structure: Structure.Structure = {
          schemas: ["snapshot"],
          enums: [],
          sequences: [
            { name: "snapshot_counter", start: 10, increment: 5 },
            { name: "snapshot_unused", start: 3, increment: 1 }
          ],
          tables: [tales, genres],
          views: [
            { name: "snapshot_second", sql: "SELECT name FROM snapshot_first", reads: [{ name: "snapshot_first" }] },
            { name: "snapshot_first", sql: "SELECT name FROM snapshot_genres WHERE under IS NULL", reads: [] }
          ]
        }
        yield* takeSnapshot(path, structure)
        yield* run(
          "DROP TABLE a_snapshot_tales",
          "DROP SCHEMA snapshot",
          "DROP TABLE snapshot_genres",
          "DROP SEQUENCE IF EXISTS snapshot_genres_id_seq",
          "DROP SEQUENCE snapshot_counter",
          "DROP SEQUENCE snapshot_unused"
        )
        yield* restoreSnapshot(path)

        assert.deepStrictEqual(
          yield* run(
            "SELECT name FROM snapshot_second",
            "SELECT id, name, under FROM snapshot_genres ORDER BY id",
            "SELECT title, genre FROM a_snapshot_tales",
            "INSERT INTO snapshot_genres (name) VALUES ('new') RETURNING id",
            "SELECT CAST(nextval('snapshot_counter') AS INTEGER)",
            "SELECT CAST(nextval('snapshot_unused') AS INTEGER)"
          ),
          [[["all"]], [[1, "all", null], [2, "cosy", 9], [9, "crime", 1]], [["Emma", 2]], [[10]], [[20]], [[3]]]
        )
        const missing = yield* Effect.flip(run("INSERT INTO a_snapshot_tales VALUES ('Ulysses', 77)"))
        assert.strictEqual(missing._tag, "SqlError")

        // nothing of a snapshot is put where something is
        const there = yield* Effect.flip(restoreSnapshot(path))
        assert.include(there.message, "exists")
      }))

    it.effect("is there whole or not at all", () =>
      Effect.gen(function*() {
        const parent = yield* directory
        const path = join(parent, "snapshot")
        const gone: Structure.TableStructure = { ...plain, name: "snapshot_gone", columns: [id] }
        yield* Effect.flip(takeSnapshot(path, { ...Structure.empty, tables: [gone] }))
        assert.deepStrictEqual(readdirSync(parent), [])

        yield* takeSnapshot(path, Structure.empty)
        const taken = yield* Effect.flip(takeSnapshot(path, Structure.empty))
        assert.instanceOf(taken, SnapshotFailed)
        assert.include(taken.message, "is there already")

        const refused = (change: (text: string) => string) => {
          const file = join(path, "snapshot.json")
          const whole = readFileSync(file, "utf8")
          writeFileSync(file, change(whole))
          return Effect.flip(restoreSnapshot(path)).pipe(
            Effect.map(({ message }) => message),
            Effect.ensuring(Effect.sync(() => writeFileSync(file, whole)))
          )
        }
        assert.include(yield* refused((text) => text.slice(1)), "snapshot.json is not one of a snapshot")
        assert.include(
          yield* refused((text) => text.replace(/"dialect":"\w+"/, "\"dialect\":\"other\"")),
          "another kind"
        )
        assert.include(
          yield* refused((text) =>
            text.replace("\"tables\":[],\"views\"", `"tables":[${JSON.stringify(gone)}],"views"`)
          ),
          "has no rows of snapshot_gone"
        )
        assert.deepStrictEqual(
          yield* Effect.map(Effect.exit(run("SELECT * FROM snapshot_gone")), ({ _tag }) => _tag),
          "Failure"
        )
        yield* run("CREATE TABLE snapshot_gone (id INTEGER NOT NULL)", "INSERT INTO snapshot_gone VALUES (1), (2)")
        const rows = join(parent, "rows")
        yield* takeSnapshot(rows, { ...Structure.empty, tables: [gone] })
        yield* run("DROP TABLE snapshot_gone")
        const file = join(rows, "snapshot.json")
        writeFileSync(file, readFileSync(file, "utf8").replace("\"rows\":2", "\"rows\":3"))
        const fewer = yield* Effect.flip(restoreSnapshot(rows))
        assert.include(fewer.message, "has 3 rows of snapshot_gone, of which 2 could be put back")
        assert.strictEqual((yield* Effect.exit(run("SELECT * FROM snapshot_gone")))._tag, "Failure")

        const none = yield* Effect.flip(restoreSnapshot(join(parent, "nowhere")))
        assert.include(none.message, "can't be read")
      }))
  })
