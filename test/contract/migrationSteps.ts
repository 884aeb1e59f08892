/**
 * What revisions are made of: SQL by hand, effects with what they need, files, and what was written for Effect's own migrator. What
 * fails leaves nothing behind.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, MigrationError, Migrator, Session, Type } from "andamios-orm"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import * as EffectMigrator from "effect/sql/Migrator"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { emptied, ids, losing, making, migrating, recorded, tables } from "./migrationRuns.ts"
import type { Database } from "./Subject.ts"

class Greeting extends Context.Service<Greeting, string>()("test/Greeting") {}

const inserting = (table: string, id: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO ${sql(table)} VALUES (${id})`)

/** The rows of a table that was made by `making`. */
const rowsOf = (table: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ readonly id: number }>`SELECT id FROM ${sql(table)} ORDER BY id`,
      (rows) => rows.map(({ id }) => id)
    ))

/** A directory with these files, for as long as the scope is open. */
const directory = (files: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = mkdtempSync(join(tmpdir(), "andamios-migrations-"))
      for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
      return path
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )

const inDirectory = (path: string, options: Partial<Migrator.Options> = {}) =>
  Effect.provide(Migrator.layer({ onStart: "nothing", ...options, directory: path }), { local: true })

/** The same module for everybody, wherever it is written. */
const plain = (revision: object, steps: string) =>
  `export default { labels: [], dependsOn: [], parents: [], name: "", transaction: true, down: [], ` +
  `...${JSON.stringify(revision)}, up: ${steps} }\n`

export const migrationSteps = (name: string, database: Database) =>
  layer(database, { timeout: "120 seconds" })(`${name}: steps of migrations`, (it) => {
    it.effect("runs effects in the transaction of their revision, with the services that they need", () =>
      Effect.gen(function*() {
        yield* emptied
        const greeted: Array<string> = []
        const greet = Effect.gen(function*() {
          greeted.push(yield* Greeting)
          assert.isDefined(yield* Effect.serviceOption(Session.Session))
          yield* inserting("mig_a1", greeted.length)
        })
        const revisions = [
          Migration.make({
            id: "a1",
            up: [...making("a1").up, Migration.run("greet", greet, Effect.sync(() => greeted.push("undone")))]
          })
        ]
        yield* Effect.gen(function*() {
          yield* Migrator.up()
          assert.deepStrictEqual(yield* rowsOf("mig_a1"), [1])
          yield* Migrator.down(undefined, losing)
        }).pipe(
          Effect.provide(
            Migrator.layer({ revisions, onStart: "nothing" }).pipe(Layer.provide(Layer.succeed(Greeting, "hello"))),
            { local: true }
          )
        )
        assert.deepStrictEqual(greeted, ["hello", "undone"])
      }))

    it.effect("undoes all of a revision that fails, tells where and why, and keeps those before it", () =>
      Effect.gen(function*() {
        yield* emptied
        const failing = (step: Migration.Step<SqlClient.SqlClient>) => [
          making("a1"),
          Migration.make({ id: "a2", parents: ["a1"], up: [...making("a2").up, step], down: [] }),
          making("a3", { parents: ["a2"] })
        ]
        const ends: ReadonlyArray<readonly [Migration.Step<SqlClient.SqlClient>, string, string | undefined]> = [
          [Migration.execute("INSERT INTO mig_nowhere VALUES (1)"), "run SQL", "INSERT INTO mig_nowhere VALUES (1)"],
          [Migration.run("count", Effect.fail(new Error("it can't count"))), "count", undefined],
          [Migration.run("break", Effect.die("it broke")), "break", undefined],
          [Migration.run("insert", inserting("mig_nowhere", 1)), "insert", undefined],
          [making("a1").up[0] ?? assert.fail(), "create table mig_a1", "CREATE TABLE \"mig_a1\""]
        ]
        for (const [step, what, sql] of ends) {
          const failure = yield* migrating(failing(step))(Effect.flip(Migrator.up()))
          assert(failure._tag === "MigrationFailed")
          assert.deepStrictEqual([failure.revision, failure.direction, failure.step], ["a2", "up", what])
          assert.isTrue(failure.undone)
          assert.strictEqual(failure.sql?.slice(0, sql?.length), sql)
          assert.include(failure.message, "Nothing of it is stored")
          assert.deepStrictEqual([yield* recorded, yield* tables], [["a1"], ["a1"]])
        }
        const failure = yield* migrating(failing(Migration.run("count", Effect.fail("no number"))))(
          Effect.flip(Migrator.up())
        )
        assert.include(failure.message, "Revision a2 was not applied: no number\nat: count")
      }))

    it.effect("undoes all of a way back that fails", () =>
      Effect.gen(function*() {
        yield* emptied
        const down = [
          ...making("a1").up.flatMap((step) => Migration.reversed([step]) ?? []),
          Migration.execute("DROP TABLE mig_no")
        ]
        yield* Effect.gen(function*() {
          yield* Migrator.up()
          const failure = yield* Effect.flip(Migrator.down(undefined, losing))
          assert(failure._tag === "MigrationFailed")
          assert.include(failure.message, "Revision a1 was not undone: ")
          assert.deepStrictEqual([yield* recorded, yield* tables], [["a1"], ["a1"]])
        }).pipe(migrating([making("a1", { down })]))
      }))

    it.effect("outside of a transaction keeps what was done before it failed, and says so", () =>
      Effect.gen(function*() {
        yield* emptied
        const revision = making("a1", { transaction: false })
        const broken = { ...revision, up: [...revision.up, Migration.execute("INSERT INTO mig_no VALUES (1)")] }
        const failure = yield* migrating([broken])(Effect.flip(Migrator.up()))
        assert(failure._tag === "MigrationFailed")
        assert.isFalse(failure.undone)
        assert.include(failure.message, "look at the database before you run it again")
        assert.deepStrictEqual([yield* recorded, yield* tables], [[], ["a1"]])
        yield* emptied
        yield* migrating([revision])(Effect.gen(function*() {
          assert.strictEqual((yield* Effect.flip(Migrator.prove()))._tag, "MigrationFailed")
          assert.deepStrictEqual(ids(yield* Migrator.up()), ["a1"])
          const refused = yield* Effect.flip(Migrator.down(undefined, { prove: true }))
          assert.strictEqual(refused._tag, "LossRefused")
        }))
      }))

    it.effect("knows what SQL by hand and effects have made when it comes to the next step", () =>
      Effect.gen(function*() {
        yield* emptied
        const column = Migration.column("name", Type.text, { nullable: true })
        yield* migrating([
          Migration.make({
            id: "a1",
            up: [
              Migration.execute("CREATE TABLE mig_a1 (id INTEGER)"),
              Migration.addColumn("mig_a1", column),
              Migration.execute("INSERT INTO mig_a1 VALUES (1, 'one')"),
              Migration.renameColumn("mig_a1", "name", "title")
            ],
            down: "irreversible"
          })
        ])(Migrator.up())
        const sql = yield* SqlClient.SqlClient
        assert.deepStrictEqual(yield* sql`SELECT * FROM mig_a1`, [{ id: 1, title: "one" }])
      }))

    it.effect("proves a plan on the real rows, and undoes it", () =>
      Effect.gen(function*() {
        yield* emptied
        const proof = yield* Migrator.prove()
        assert.deepStrictEqual([proof.losses, yield* tables], [[], []])
        const done = yield* Migrator.up(undefined, { proof })
        assert.deepStrictEqual([ids(done), done.map((one) => one.proof?.losses)], [["a1", "a2"], [[], []]])
        const stale = yield* Effect.flip(Migrator.up(undefined, { proof }))
        assert.strictEqual(stale._tag, "ProofStale")
        assert.include(stale.message, "Prove it again")
      }).pipe(migrating([making("a1"), making("a2", { parents: ["a1"] })])))

    it.effect("compares the rows where it is asked to, and undoes what loses some or has something in its way", () =>
      Effect.gen(function*() {
        yield* emptied
        const sql = yield* SqlClient.SqlClient
        yield* Migrator.up("a1")
        yield* sql`INSERT INTO mig_a1 VALUES (1), (1), (2)`
        const lost = yield* Effect.flip(Migrator.up("a2", { prove: true }))
        assert(lost._tag === "LossRefused")
        assert.isTrue(lost.proved)
        assert.deepStrictEqual([yield* rowsOf("mig_a1"), yield* recorded], [[1, 1, 2], ["a1"]])
        const obstructed = yield* Effect.flip(Migrator.up("b1", { prove: true }))
        assert(obstructed._tag === "MigrationFailed")
        assert.include(obstructed.message, "at: look for what is in its way")
        assert.deepStrictEqual((yield* Migrator.prove("b1")).obstacles.length, 1)
        assert.deepStrictEqual(yield* recorded, ["a1"])
        const allowed = lost.losses.map(({ what }) => what)
        const [done] = yield* Migrator.up("a2", { prove: true, allowLoss: allowed })
        assert.isAbove(done?.proof?.losses.length ?? 0, 0)
        assert.deepStrictEqual(yield* rowsOf("mig_a1"), [2])
      }).pipe(migrating([
        making("a1"),
        Migration.make({
          id: "a2",
          parents: ["a1"],
          up: [Migration.execute("DELETE FROM mig_a1 WHERE id = 1")],
          down: []
        }),
        Migration.make({ id: "b1", parents: ["a1"], up: [Migration.addUnique("mig_a1", { columns: ["id"] })] })
      ])))

    it.effect("reads revisions from a directory: modules, and pairs of SQL", () =>
      Effect.gen(function*() {
        yield* emptied
        const path = yield* directory({
          "0001_books.up.sql": "-- revision: a1\n-- name: books; of all kinds\n-- labels: books\n\n" +
            "CREATE TABLE mig_a1 (id INTEGER, name TEXT); -- the first; of two\nINSERT INTO mig_a1 VALUES (1, 'a;b');\n",
          "0001_books.down.sql": "DROP TABLE mig_a1",
          "0002_more.up.sql": "-- parents: a1\n-- transaction: no\nINSERT INTO mig_a1 VALUES (2, NULL)",
          "0003_last.mjs": plain(
            { id: "a3", parents: ["0002_more"], dependsOn: ["books"] },
            JSON.stringify(making("a3").up)
          ),
          "_draft.mjs": "throw new Error('not to be read')",
          "types.d.ts": "export {}",
          "README.md": "# Migrations"
        })
        yield* Effect.gen(function*() {
          const { revisions } = yield* Migrator.Migrator
          assert.deepStrictEqual(
            revisions.map(({ dependsOn, id, labels, name: named, parents, transaction }) => ({
              id,
              named,
              parents,
              labels,
              dependsOn,
              transaction
            })),
            [
              {
                id: "a1",
                named: "books; of all kinds",
                parents: [],
                labels: ["books"],
                dependsOn: [],
                transaction: true
              },
              { id: "0002_more", named: "0002_more", parents: ["a1"], labels: [], dependsOn: [], transaction: false },
              { id: "a3", named: "", parents: ["0002_more"], labels: [], dependsOn: ["books"], transaction: true }
            ]
          )
          yield* Migrator.up()
          assert.deepStrictEqual([yield* rowsOf("mig_a1"), yield* recorded], [[1, 2], ["a1", "0002_more", "a3"]])
          const failure = yield* Effect.flip(Migrator.down("base", losing))
          assert.strictEqual(failure._tag, "Irreversible")
        }).pipe(inDirectory(path))

        writeFileSync(join(path, "0002_more.down.sql"), "DELETE FROM mig_a1 WHERE id = 2")
        yield* inDirectory(path)(Migrator.down("base", losing))
        assert.deepStrictEqual(yield* recorded, [])
      }).pipe(Effect.scoped))

    it.effect("finds that a file was edited whose effects can't be compared", () =>
      Effect.gen(function*() {
        yield* emptied
        const text = (body: string) =>
          plain({ id: "a1" }, `[{ _tag: "Run", name: "same", effect: null, undo: null, ${body} }]`)
        const path = yield* directory({ "0001.mjs": text("was: 1") })
        yield* inDirectory(path)(Migrator.stamp(["heads"]))
        yield* inDirectory(path)(Migrator.check())
        writeFileSync(join(path, "0001.mjs"), `${text("was: 1").replaceAll("\n", "\r\n")}\r\n`)
        yield* inDirectory(path)(Migrator.check())
        writeFileSync(join(path, "0001.mjs"), text("was: 2"))
        assert.deepStrictEqual((yield* inDirectory(path)(Migrator.status)).edited, ["a1"])
      }).pipe(Effect.scoped))

    it.effect("says of all files at once what is wrong with them", () =>
      Effect.gen(function*() {
        const path = yield* directory({
          "1.mjs": "throw new Error('it throws')",
          "2.mjs": "export default 1",
          "3.js": "export const revision = 1",
          "4.down.sql": "DROP TABLE a",
          "5.mjs": "import './nowhere.mjs'"
        })
        const failure = yield* Effect.flip(inDirectory(path)(Effect.void))
        assert(failure instanceof MigrationError.RevisionsInvalid)
        assert.deepStrictEqual(failure.issues.slice(0, 4), [
          { revision: "1.mjs", reason: "it throws" },
          { revision: "2.mjs", reason: "its default export is no revision; export what Migration.make gives" },
          { revision: "3.js", reason: "its default export is no revision; export what Migration.make gives" },
          { revision: "4.down.sql", reason: "there is no 4.up.sql beside it" }
        ])
        assert.include(failure.issues[4]?.reason, "nowhere.mjs")
        const gone = yield* Effect.flip(inDirectory(join(path, "gone"))(Effect.void))
        assert.include(String(gone), "ENOENT")
      }).pipe(Effect.scoped))

    it.effect("runs what was written for Effect's own migrator, a chain in the order of its numbers", () =>
      Effect.gen(function*() {
        yield* emptied
        const create = (table: string) =>
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE TABLE ${sql(table)} (id INTEGER)`)
        const loader = EffectMigrator.fromRecord({
          "0002_second_table": create("mig_2"),
          "0001_first": create("mig_1"),
          "0010_rows": inserting("mig_2", 10)
        })
        const own = Effect.provide(Migrator.layer({ loader, onStart: "nothing" }), { local: true })
        yield* Effect.gen(function*() {
          assert.deepStrictEqual(ids(yield* Migrator.up("+2")), ["1_first", "2_second_table"])
          assert.deepStrictEqual(ids(yield* Migrator.up()), ["10_rows"])
          assert.deepStrictEqual([yield* rowsOf("mig_2"), yield* tables], [[10], ["1", "2"]])
          assert.strictEqual((yield* Effect.flip(Migrator.down()))._tag, "Irreversible")
        }).pipe(own)

        const module = { default: { default: create("mig_3") } }
        const modules = Effect.succeed(
          [[1, "module", Effect.succeed(module)], [2, "none", Effect.succeed({})]] as const
        )
        yield* emptied
        const failure = yield* Effect.flip(
          Effect.provide(Migrator.up(), Migrator.layer({ loader: modules, onStart: "nothing" }), { local: true })
        )
        assert.include(failure.message, "its default export is no effect")
        assert.deepStrictEqual([yield* recorded, yield* tables], [["1_module"], ["3"]])
        const refused = yield* Effect.flip(
          Effect.provide(Effect.void, Migrator.layer({ loader: Effect.fail(new Error("no files")) }), { local: true })
        )
        assert.include(String(refused), "no files")
      }))
  })
