/**
 * What Alembic prints becomes revisions of ours, and whatever isn't that is told with its place.
 */
import { assert, describe, it } from "@effect/vitest"
import { Alembic, AlembicError, Migration } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { writeRevisions } from "../alembic.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** As it is printed with a transaction for each revision, an autocommit block, and a version table in a schema. */
const up = `BEGIN;

CREATE TABLE app.versions (
    version_num VARCHAR(32) NOT NULL,${" "}
    CONSTRAINT versions_pkc PRIMARY KEY (version_num)
);

SET search_path TO app;

-- Running upgrade  -> a1

-- accounts of people
CREATE TABLE account (
    id SERIAL NOT NULL, -- a number
    PRIMARY KEY (id)
);

INSERT INTO account (name) VALUES ('a;b');

INSERT INTO app.versions (version_num) VALUES ('a1') RETURNING app.versions.version_num;

COMMIT;

BEGIN;

-- Running upgrade a1 -> b1

COMMIT;

CREATE INDEX CONCURRENTLY i ON account (id);

BEGIN;

-- nothing but a comment;

UPDATE app.versions SET version_num='b1' WHERE app.versions.version_num = 'a1';

COMMIT;

BEGIN;

-- Running upgrade a1 -> b2

CREATE FUNCTION f() RETURNS text AS $$ SELECT ';
-- Running upgrade x -> y
' $$ LANGUAGE sql;

INSERT INTO "app"."versions" (version_num) VALUES ('b2') RETURNING app.versions.version_num;

COMMIT;

BEGIN;

-- Running upgrade b1, b2 -> m1

UPDATE versions_of_books SET version_num = 1;

DELETE FROM app.versions WHERE app.versions.version_num = 'b1';

UPDATE app.versions SET version_num='m1' WHERE app.versions.version_num = 'b2';

COMMIT;

`

const down = `BEGIN;

-- Running downgrade m1 -> b1, b2

UPDATE versions_of_books SET version_num = 0;

INSERT INTO app.versions (version_num) VALUES ('b1') RETURNING app.versions.version_num;

UPDATE app.versions SET version_num='b2' WHERE app.versions.version_num = 'm1';

-- Running downgrade a1 ->${" "}

DROP TABLE account;

DELETE FROM app.versions WHERE app.versions.version_num = 'a1';

DROP TABLE app.versions;

COMMIT
`

const header = Migration.make({ id: "b2", name: "Books,  and\nmore", labels: ["books"], dependsOn: ["z9"], up: [] })

const printed = { up, down, revisions: [header], versionTable: "versions" }

const issues = (given: Alembic.Printed) => {
  const failure = Result.getFailure(Alembic.importSql(given))
  return failure._tag === "Some" ? failure.value.message.split("\n").slice(1) : []
}

describe("a script of Alembic", () => {
  it("is taken apart into revisions, without what it says to the version table", () => {
    const revisions = Result.getOrThrow(Alembic.importSql(printed))
    const sql = (...statements: ReadonlyArray<string>) => statements.map((statement) => Migration.execute(statement))
    assert.deepStrictEqual(revisions, [
      Migration.make({
        id: "a1",
        up: sql(
          "SET search_path TO app",
          "CREATE TABLE account (\n    id SERIAL NOT NULL, -- a number\n    PRIMARY KEY (id)\n)",
          "INSERT INTO account (name) VALUES ('a;b')"
        ),
        down: sql("DROP TABLE account")
      }),
      Migration.make({
        id: "b1",
        parents: ["a1"],
        up: sql("CREATE INDEX CONCURRENTLY i ON account (id)"),
        down: "irreversible",
        transaction: false
      }),
      Migration.make({
        id: "b2",
        name: "Books,  and\nmore",
        parents: ["a1"],
        labels: ["books"],
        dependsOn: ["z9"],
        up: sql("CREATE FUNCTION f() RETURNS text AS $$ SELECT ';\n-- Running upgrade x -> y\n' $$ LANGUAGE sql"),
        down: "irreversible"
      }),
      Migration.make({
        id: "m1",
        parents: ["b1", "b2"],
        up: sql("UPDATE versions_of_books SET version_num = 1"),
        down: sql("UPDATE versions_of_books SET version_num = 0")
      })
    ])
  })

  it("is written as pairs of SQL files", () => {
    const files = Result.getOrThrow(Alembic.importFiles(printed))
    assert.deepStrictEqual(files.map(({ name }) => name), [
      "a1.up.sql",
      "a1.down.sql",
      "b1.up.sql",
      "b2_books_and_more.up.sql",
      "m1.up.sql",
      "m1.down.sql"
    ])
    assert.strictEqual(
      files[2]?.text,
      "-- revision: b1\n-- parents: a1\n-- transaction: no\n\nCREATE INDEX CONCURRENTLY i ON account (id);\n"
    )
    assert.isTrue(
      files[3]?.text.startsWith(
        "-- revision: b2\n-- name: Books, and more\n-- parents: a1\n-- labels: books\n-- depends-on: z9\n\nCREATE FUNCTION"
      )
    )
    assert.strictEqual(
      files[5]?.text,
      "-- revision: m1\n-- parents: b1, b2\n\nUPDATE versions_of_books SET version_num = 0;\n"
    )
  })

  it("may have no transactions, and statements of the first revision before its line", () => {
    const [revision, ...more] = Result.getOrThrow(
      Alembic.importSql({ up: "SET x = 1;\n-- Running upgrade  -> a1\nSELECT 1;\n-- Running upgrade a1 -> a2\n" })
    )
    assert.deepStrictEqual(revision?.up, [Migration.execute("SET x = 1"), Migration.execute("SELECT 1")])
    assert.isTrue(revision?.transaction)
    assert.deepStrictEqual(more.map((other) => [other.id, other.up]), [["a2", []]])
  })

  it("may have statements that end with a comment, which Alembic puts their semicolon into", () => {
    const script = [
      "BEGIN;\n",
      "-- Running upgrade  -> a1\n",
      "CREATE TABLE t (id INTEGER, -- a number;\n\n name TEXT) -- of people;\n",
      "INSERT INTO t VALUES (1, '-- no;\n\n');\n",
      "SELECT 1 -- one\n;\n",
      "ANALYZE t -- last;\r\n\r",
      "-- Running upgrade a1 -> a2\n",
      "-- nothing but a comment;\n",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;\n",
      "DROP TABLE t -- at the end;"
    ].join("\n")
    const revisions = Result.getOrThrow(Alembic.importSql({ up: script }))
    assert.deepStrictEqual(revisions.map(({ id, up: steps }) => [id, ...steps]), [
      [
        "a1",
        Migration.execute("CREATE TABLE t (id INTEGER, -- a number;\n\n name TEXT)"),
        Migration.execute("INSERT INTO t VALUES (1, '-- no;\n\n')"),
        Migration.execute("SELECT 1"),
        Migration.execute("ANALYZE t")
      ],
      [
        "a2",
        Migration.execute("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END"),
        Migration.execute("DROP TABLE t")
      ]
    ])
    const [file] = Result.getOrThrow(Alembic.importFiles({ up: script }))
    assert.include(file?.text, "SELECT 1;\n\nANALYZE t;\n")
  })

  it("is refused where it is something else", () => {
    const reason = "it has no line `-- Running upgrade … -> …`: it isn't what `alembic upgrade --sql` prints"
    assert.deepStrictEqual(issues({ up: "SELECT 1;" }), [`  up: ${reason}`])
    assert.deepStrictEqual(issues({ up: down, down: up }), [
      "  up:3: it runs downgrade where upgrade is wanted",
      "  up:11: it runs downgrade where upgrade is wanted",
      "  down:10: it runs upgrade where downgrade is wanted",
      "  down:26: it runs upgrade where downgrade is wanted",
      "  down:42: it runs upgrade where downgrade is wanted",
      "  down:54: it runs upgrade where downgrade is wanted"
    ])
    assert.deepStrictEqual(
      issues({ up: "-- Running stamp_revision  -> a1\nINSERT INTO alembic_version VALUES ('a1');" }),
      ["  up:1: it runs stamp_revision where upgrade is wanted"]
    )
  })
})

describe("a directory of Alembic", () => {
  const failure = (place: Parameters<typeof Alembic.revisions>[0]) =>
    Effect.map(Effect.flip(Alembic.revisions(place)), ({ message }) => message.split("\n").slice(1))

  it.effect("is read with all its version locations, and without what is no revision", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      writeRevisions(join(directory, "one"), [{ id: "a1", message: "one\n\nmore" }])
      writeRevisions(join(directory, "two"), [{ id: "a2", parents: ["a1"] }])
      for (const name of ["__init__.py", ".#a3.py", "a4.pyc", "README"]) {
        writeFileSync(join(directory, "two", name), "no")
      }
      const ini = join(directory, "alembic.ini")
      const locations = "version_locations = %(here)s/one %(here)s/two\n"
      writeFileSync(ini, `[alembic]\nscript_location = x\n[books]\nscript_location = x\n${locations}`)
      const revisions = yield* Alembic.revisions({ ini, section: "books" })
      assert.deepStrictEqual(revisions.map(({ id, name, parents }) => [id, name, parents]), [
        ["a1", "one", []],
        ["a2", "revision a2", ["a1"]]
      ])
    }))

  it.effect("is found by a pyproject.toml, and from the directory of that on", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      writeRevisions(join(directory, "alembic", "versions"), [{ id: "a1" }])
      const ini = join(directory, "pyproject.toml")
      writeFileSync(ini, "[tool.alembic]\nscript_location = \"alembic\"\n")
      assert.deepStrictEqual((yield* Alembic.revisions({ ini })).map(({ id }) => id), ["a1"])
    }))

  it.effect("is refused with each place that isn't understood", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const nowhere = join(directory, "nowhere")
      assert.match((yield* failure({ directory: nowhere }))[0] ?? "", /nowhere: ENOENT/)
      assert.match((yield* failure({ ini: nowhere }))[0] ?? "", /nowhere: ENOENT/)
      writeFileSync(join(directory, "alembic.ini"), "[books]\n")
      assert.match((yield* failure({ ini: join(directory, "alembic.ini") }))[0] ?? "", /it has no section \[alembic\]/)
      mkdirSync(join(directory, "versions"))
      writeFileSync(join(directory, "versions", "a1.py"), "revision = 'a1'\ndown_revision = f()\n")
      writeFileSync(join(directory, "versions", "a2.py"), "print('no')\n")
      const [first = "", second = "", ...more] = yield* failure({ directory })
      assert.include(first, `${join("versions", "a1.py")}:2: \`down_revision\` is not written as`)
      assert.include(second, join("versions", "a2.py: it has no `down_revision`"))
      assert.deepStrictEqual(more, [])
      writeFileSync(join(directory, "versions", "a1.py"), "revision = 'a1'\ndown_revision = 'a0'\n")
      writeFileSync(join(directory, "versions", "a2.py"), "down_revision = None\n")
      const [parentless = ""] = yield* failure({ directory })
      assert.include(parentless, join("versions", "a1.py: its down_revision a0 is in no file"))
    }))

  it.effect("has its version table named by its ini, or by the options", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      writeRevisions(join(directory, "versions"), [{ id: "a1" }])
      const ini = join(directory, "alembic.ini")
      writeFileSync(ini, "[alembic]\nscript_location = %(here)s\nversion_table = v\nversion_table_schema = main\n")
      const { moved } = yield* Alembic.companion({ ini, write: true }, [])
      yield* moved("a1", "up")
      const read = (options: Partial<Alembic.Options>) =>
        Effect.flatMap(Alembic.companion({ directory, ...options }, []), ({ applied }) => applied)
      assert.deepStrictEqual(yield* read({ versionTable: "v" }), new Set(["a1"]))
      assert.deepStrictEqual(yield* read({ versionTable: "v", versionSchema: "main" }), new Set(["a1"]))
      assert.deepStrictEqual(yield* read({}), new Set())
    }).pipe(Effect.provide(TestDatabase.layer([]))))

  it("tells in words what has to run first", () => {
    const pending = new AlembicError.AlembicPending({ direction: "up", revisions: ["a1", "a2"], targets: ["a2", "b1"] })
    assert.strictEqual(
      pending.message,
      "Revisions of Alembic have to be applied first, and only Alembic can: a1, a2.\n" +
        "Run: alembic upgrade a2\nRun: alembic upgrade b1"
    )
  })
})
