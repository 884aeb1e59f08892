/**
 * The tables that are read are known where PostgreSQL carries writes on to others, and known not to be where it may read more than is told.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestDatabase } from "../../src/testing.ts"
import { numbers, rereads, run } from "../contract/rereads.ts"

class Watched extends Model.Class<Watched>("Watched")({ n: Column.primaryKey(Column.int32) }, { table: "watched" }) {}

class Parent extends Model.Class<Parent>("Parent")({ n: Column.primaryKey(Column.int32) }, { table: "parent" }) {}

class Loose extends Model.Class<Loose>("Loose")({ n: Column.primaryKey(Column.int32) }, { table: "loose" }) {}

const prepared = Layer.effectDiscard(run(
  "CREATE TABLE loose (n INT)",
  "CREATE TABLE unread (n INT)",
  "CREATE VIEW seen AS SELECT n FROM loose WHERE n < 1000"
)).pipe(Layer.provideMerge(TestDatabase.layerPostgres([])))

const add = (table: string) => run(`INSERT INTO ${table} VALUES (1)`)
const from = (table: string) => numbers(`SELECT n FROM ${table}`)

layer(prepared, { timeout: "120 seconds" })("the tables that PostgreSQL reads", (it) => {
  it.effect.each([
    "TABLE loose",
    "SELECT n FROM ONLY (loose)",
    "SELECT n FROM ROWS FROM (generate_series(1, 2)) AS g(other), loose",
    "SELECT l.n FROM (loose l CROSS JOIN generate_series(1, 2)) LEFT JOIN loose m ON (m.n = l.n)",
    "SELECT trim(BOTH ' ' FROM n::text)::int AS n FROM loose WHERE n = ANY (ARRAY[1, 2]) AND n::numeric(5, 2) > 0",
    "SELECT n FROM seen"
  ])("are those that it names in %s", (text) =>
    Effect.gen(function*() {
      assert.isTrue(yield* rereads(numbers(text), add("loose")))
      assert.isFalse(yield* rereads(numbers(text), add("unread")))
    }))

  it.effect("are written to through a view, and only those below it", () =>
    Effect.gen(function*() {
      yield* run("CREATE VIEW unseen AS SELECT n FROM unread")
      assert.isTrue(yield* rereads(from("loose"), add("seen")))
      assert.isTrue(yield* rereads(Query.from(Loose).all, Effect.andThen(from("seen"), add("seen"))))
      assert.isFalse(yield* rereads(from("loose"), add("unseen")))
      // one that its own trigger carries out may write to any
      yield* run(
        `CREATE FUNCTION elsewhere() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO loose VALUES (9); RETURN NEW; END'`,
        "CREATE TRIGGER elsewhere INSTEAD OF INSERT ON unseen FOR EACH ROW EXECUTE FUNCTION elsewhere()"
      )
      assert.isTrue(yield* rereads(from("loose"), add("unseen")))
      yield* run("DROP VIEW unseen", "DROP FUNCTION elsewhere")
    }))

  it.effect("of a materialized view are read when it is refreshed", () =>
    Effect.gen(function*() {
      yield* run("CREATE MATERIALIZED VIEW kept AS SELECT n FROM loose", "CREATE VIEW of_kept AS SELECT n FROM kept")
      for (const read of [from("kept"), from("of_kept")]) {
        assert.isFalse(yield* rereads(read, add("loose")))
        assert.isTrue(yield* rereads(read, run("REFRESH MATERIALIZED VIEW kept")))
      }
      assert.isFalse(yield* rereads(from("loose"), run("REFRESH MATERIALIZED VIEW kept")))
    }))

  it.effect("are those of a family, whichever of them is written to", () =>
    Effect.gen(function*() {
      yield* run(
        "CREATE TABLE family (n INT) PARTITION BY RANGE (n)",
        "CREATE TABLE elder PARTITION OF family FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE younger PARTITION OF family FOR VALUES FROM (10) TO (20)"
      )
      assert.isTrue(yield* rereads(from("family"), add("elder")))
      assert.isTrue(yield* rereads(from("elder"), add("family")))
      assert.isFalse(yield* rereads(from("family"), add("loose")))
    }))

  it.effect("change with the rows that theirs follow, which go or are given another key", () =>
    Effect.gen(function*() {
      yield* run(
        "CREATE TABLE grand (n INT PRIMARY KEY)",
        "CREATE TABLE parent (n INT PRIMARY KEY REFERENCES grand ON DELETE CASCADE ON UPDATE CASCADE)",
        "CREATE TABLE child (n INT REFERENCES parent ON DELETE CASCADE)",
        "CREATE TABLE orphan (n INT REFERENCES grand ON DELETE SET NULL)"
      )
      yield* run(
        "INSERT INTO grand SELECT generate_series(1, 3)",
        "INSERT INTO parent SELECT generate_series(1, 3)",
        "INSERT INTO child SELECT generate_series(1, 2)"
      )
      assert.isTrue(yield* rereads(from("child"), run("DELETE FROM grand WHERE n = 1")))
      assert.isTrue(yield* rereads(from("child"), Query.delete(Parent).where(({ n }) => n.eq(2))))
      assert.isFalse(yield* rereads(from("child"), Query.insert(Parent).values({ n: 2 })))
      assert.isTrue(yield* rereads(from("parent"), run("UPDATE grand SET n = 7 WHERE n = 3")))
      assert.isFalse(yield* rereads(from("child"), run("INSERT INTO parent VALUES (7) ON CONFLICT DO NOTHING")))
      assert.isFalse(yield* rereads(from("grand"), run("DELETE FROM child")))
      yield* run("DROP TABLE child, orphan, parent, grand")
    }))

  it.effect("may be changed by what has a trigger or a rule", () =>
    Effect.gen(function*() {
      yield* run(
        "CREATE TABLE watched (n INT)",
        `CREATE FUNCTION copied() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO loose VALUES (NEW.n); RETURN NEW; END'`,
        "CREATE TRIGGER copied AFTER INSERT ON watched FOR EACH ROW EXECUTE FUNCTION copied()",
        "CREATE TABLE ruled (n INT)",
        "CREATE RULE copied AS ON INSERT TO ruled DO ALSO INSERT INTO loose VALUES (5)"
      )
      for (const table of ["watched", "ruled"]) assert.isTrue(yield* rereads(from("seen"), add(table)), table)
      assert.isTrue(yield* rereads(from("seen"), Query.insert(Watched).values({ n: 2 })))
      assert.isFalse(yield* rereads(from("seen"), add("unread")))
      yield* run("DROP TABLE watched, ruled", "DROP FUNCTION copied")
    }))

  it.effect("may be all where a function is called, rows are told apart by policies, or something else is read", () =>
    Effect.gen(function*() {
      yield* run(
        "CREATE FUNCTION counted() RETURNS INT LANGUAGE sql STABLE AS 'SELECT count(*)::INT FROM loose'",
        "CREATE FUNCTION total(unread) RETURNS INT LANGUAGE sql STABLE AS 'SELECT count(*)::INT FROM loose'",
        "CREATE VIEW of_function AS SELECT counted() AS n",
        "CREATE TABLE guarded (n INT)",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "INSERT INTO unread VALUES (1)"
      )
      for (
        const text of [
          "SELECT counted() AS n",
          "SELECT u.total AS n FROM unread u",
          "SELECT n FROM of_function",
          "SELECT n FROM guarded",
          "SELECT xpath_exists('//n', query_to_xml('SELECT n FROM loose', false, false, ''))::int AS n",
          "SELECT xpath_exists('//n', table_to_xml('loose'::regclass, false, false, ''))::int AS n",
          "SELECT n FROM loose TABLESAMPLE SYSTEM (100)",
          "SELECT count(*)::int AS n FROM pg_stat_user_tables",
          "SELECT n FROM U&\"\\006coose\""
        ]
      ) {
        assert.isTrue(yield* rereads(numbers(text), add("loose")), text)
        if (!text.includes("unread")) assert.isTrue(yield* rereads(numbers(text), add("unread")), text)
      }
      yield* run("DROP VIEW of_function", "DROP FUNCTION counted", "DROP FUNCTION total", "DROP TABLE guarded")
    }))

  it.effect("may be all where an operator runs a function that reads tables", () =>
    Effect.gen(function*() {
      yield* run(
        "CREATE FUNCTION among(INT, INT) RETURNS BOOLEAN LANGUAGE sql STABLE AS 'SELECT EXISTS (SELECT FROM loose WHERE loose.n = $1)'",
        "CREATE OPERATOR <&> (LEFTARG = INT, RIGHTARG = INT, FUNCTION = among)"
      )
      assert.isTrue(yield* rereads(numbers("SELECT n FROM unread WHERE n <&> 1"), add("loose")))
      yield* run("DROP OPERATOR <&> (INT, INT)", "DROP FUNCTION among")
      assert.isFalse(yield* rereads(from("unread"), add("loose")))
    }))
})
