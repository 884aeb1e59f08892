/**
 * A proof tells what a plan does to the rows, and what is in its way.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, MigrationProof, Structure, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { planSteps } from "../../../src/migration/planning/planSteps.ts"
import { proving } from "../../../src/migration/proving/proof.ts"
import { Database } from "../../../src/session/Database.ts"
import { createTable } from "../../../src/sql/compileTable.ts"
import type * as Databases from "../../contract/Subject.ts"

const table = (options: Migration.TableOptions): Structure.TableStructure => ({
  uniques: [],
  checks: [],
  foreignKeys: [],
  indexes: [],
  ...options
})

const id = Migration.column("id", Type.int32)
const name = Migration.column("na\"me", Type.text, { nullable: true })
const price = Migration.column("price", Type.decimal(8, 3), { nullable: true })
const shelf = Migration.column("shelf", Type.int32, { nullable: true })
const at = Migration.column("at", Type.timestamp, { nullable: true })

const books = table({ name: "proof books", columns: [id, name, price, shelf, at] })
const shelves = table({
  name: "proof_shelves",
  columns: [Migration.column("number", Type.int32)],
  primaryKey: { columns: ["number"] }
})

const rows = [
  "(1, 'Emma', 12.345, 1, TIMESTAMP '2020-01-02 03:04:05')",
  "(2, 'Ulysses', 7.5, 2, TIMESTAMP '2020-01-02 00:00:00')",
  "(3, 'Emma', NULL, NULL, NULL)",
  "(4, NULL, 0, 7, NULL)"
]

/** Ends a transaction that has done its work, so that nothing of it stays. */
class Over<A> {
  readonly proof: A
  constructor(proof: A) {
    this.proof = proof
  }
}

interface Trial {
  /** The rows of the books. */
  readonly rows?: ReadonlyArray<string>
  /** What runs in the place of the planned statements. */
  readonly change?: ReadonlyArray<string>
}

/** Makes the tables with their rows, proves the steps on them, and undoes it all. */
const prove = (steps: ReadonlyArray<Migration.Step>, { change, rows: filled = rows }: Trial = {}) =>
  Effect.gen(function*() {
    const database = yield* Database
    const sql = yield* SqlClient.SqlClient
    const run = (statements: ReadonlyArray<string>) => Effect.forEach(statements, (text) => sql.unsafe(text))
    const before = { ...Structure.empty, tables: [shelves, books] }
    const { steps: planned } = planSteps(steps, before, database.dialect)
    const revision = { id: "1", name: "", direction: "up", transaction: true, steps: planned } as const
    const plan = { database: "library", checksum: "abc", revisions: [revision] }
    const statements = change ?? planned.flatMap((step) => step.statements.map(String))
    const over = Effect.gen(function*() {
      yield* run(before.tables.flatMap((one) => createTable(one, database.dialect, "refuse")))
      yield* run(["INSERT INTO proof_shelves VALUES (1), (2)"])
      if (filled.length > 0) yield* run([`INSERT INTO "proof books" VALUES ${filled.join(", ")}`])
      return yield* Effect.fail(new Over(yield* proving(database)(plan, before, run(statements))))
    })
    const ended = yield* Effect.flip(database.transaction(over))
    return ended instanceof Over ? ended.proof : yield* Effect.die(ended)
  })

const losses = ({ losses: found }: MigrationProof.Proof) => found.map(({ reason, what }) => `${what}: ${reason}`)
const obstacles = ({ obstacles: found }: MigrationProof.Proof) => found.map(({ reason, what }) => `${what}: ${reason}`)

export const proof = (database: string, layerOf: Databases.Database) =>
  layer(layerOf, { timeout: "60 seconds" })(
    `${database}: proof`,
    (it) => {
      it.effect("passes what renames, widens and adds", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.renameColumn("proof books", "shelf", "place"),
            Migration.changeColumn("proof books", {
              from: price,
              to: { ...price, type: Type.decimal(12, 5) }
            }),
            Migration.changeColumn("proof books", { from: id, to: { ...id, type: Type.int64 } }),
            Migration.addColumn("proof books", Migration.column("pages", Type.int32, { nullable: true })),
            Migration.renameTable("proof books", "works")
          ])
          assert.deepStrictEqual([losses(found), obstacles(found)], [[], []])
          assert.isTrue(MigrationProof.isHarmless(found))
          assert.deepStrictEqual(found.tables, [{
            name: "proof books",
            became: "works",
            rows: { before: 4, after: 4 },
            columns: [
              { name: "id", values: { before: 4, after: 4 }, nulls: { before: 0, after: 0 }, same: true },
              { name: "na\"me", values: { before: 3, after: 3 }, nulls: { before: 1, after: 1 }, same: true },
              { name: "price", values: { before: 3, after: 3 }, nulls: { before: 1, after: 1 }, same: true },
              {
                name: "shelf",
                became: "place",
                values: { before: 3, after: 3 },
                nulls: { before: 1, after: 1 },
                same: true
              },
              { name: "at", values: { before: 2, after: 2 }, nulls: { before: 2, after: 2 }, same: true }
            ]
          }])
        }))

      it.effect("catches a decimal that is cut, with the number of its values", () =>
        Effect.gen(function*() {
          const narrower = Migration.changeColumn("proof books", {
            from: price,
            to: { ...price, type: Type.decimal(8, 2) }
          })
          assert.deepStrictEqual(losses(yield* prove([narrower])), [
            "proof books.price: 1 value of 3 became others: digits behind the 2nd after the point"
          ])
          // what has no such digits is the same
          const whole = ["(1, 'Emma', 12.34, 1, NULL)"]
          assert.deepStrictEqual(losses(yield* prove([narrower], { rows: whole })), [])
        }))

      it.effect("catches timestamps that lose the time of the day", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.changeColumn("proof books", { from: at, to: { ...at, type: Type.date } })
          ])
          assert.deepStrictEqual(losses(found), ["proof books.at: 1 value of 2 became others: the time of the day"])
        }))

      it.effect("finds values that the new type can't hold before it is tried", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.changeColumn("proof books", { from: name, to: { ...name, type: Type.int32 } })
          ])
          assert.deepStrictEqual(losses(found), [])
          assert.lengthOf(found.obstacles, 1)
          assert.match(
            obstacles(found).join(),
            /^proof books\.na"me: (3 values are|some values are) none of the new type$/
          )
          assert.deepStrictEqual(found.tables, [])
        }))

      it.effect("catches dropped columns and tables with what is in them, and no empty ones", () =>
        Effect.gen(function*() {
          const drops = [Migration.dropColumn("proof books", price), Migration.dropColumn("proof books", at)]
          const empty = ["(1, 'Emma', NULL, 1, TIMESTAMP '2020-01-02 03:04:05')"]
          assert.deepStrictEqual(losses(yield* prove(drops)), [
            "proof books.price: 3 values of the column",
            "proof books.at: 2 values of the column"
          ])
          assert.deepStrictEqual(losses(yield* prove(drops, { rows: empty })), [
            "proof books.at: 1 value of the column"
          ])
          const all = [Migration.dropTable(books)]
          assert.deepStrictEqual(losses(yield* prove(all)), ["proof books: 4 rows of the table"])
          assert.deepStrictEqual(losses(yield* prove(all, { rows: rows.slice(0, 1) })), [
            "proof books: 1 row of the table"
          ])
          assert.deepStrictEqual(losses(yield* prove(all, { rows: [] })), [])
        }))

      it.effect("finds duplicates, nulls and rows that refer to nothing before a constraint is tried", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.renameColumn("proof books", "na\"me", "title"),
            Migration.addUnique("proof books", { columns: ["title"] }),
            Migration.addPrimaryKey("proof books", { columns: ["id", "shelf"] }),
            Migration.addForeignKey("proof books", {
              columns: ["shelf"],
              references: { name: "proof_shelves" },
              targets: ["number"]
            }),
            Migration.changeColumn("proof books", { from: at, to: { ...at, nullable: false } }),
            Migration.addColumn("proof books", Migration.column("pages", Type.int32))
          ])
          assert.deepStrictEqual(obstacles(found), [
            "proof books: 2 rows have the same title as others",
            "proof books.shelf: 1 row has null there",
            "proof books: 1 row refers to nothing in proof_shelves by shelf",
            "proof books.at: 2 rows have null there",
            "proof books.pages: 4 rows would have no value, and it has no default"
          ])
        }))

      it.effect("finds rows that break a check, or a unique index of a part of them", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.addCheck("proof books", { name: "dear", condition: "price > 8" }),
            Migration.addCheck("proof books", { condition: "id > 0" }),
            Migration.createIndex("proof books", "by_name", ["\"na\"\"me\""], { unique: true })
          ])
          assert.deepStrictEqual(obstacles(found), [
            "proof books: 2 rows would break the check dear",
            "proof books: 2 rows have the same by_name as others"
          ])
        }))

      it.effect("says which rows a reference to a new table would miss", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.createTable({ ...shelves, name: "proof_new" }),
            Migration.addForeignKey("proof books", {
              columns: ["shelf"],
              references: { name: "proof_new" },
              targets: ["number"]
            })
          ])
          assert.deepStrictEqual(obstacles(found), ["proof books: 3 rows refer to nothing in proof_new by shelf"])
        }))

      it.effect("measures all tables where SQL is by hand, and asks nothing of what comes after it", () =>
        Effect.gen(function*() {
          const filling = Migration.execute("UPDATE \"proof books\" SET price = 1 WHERE price IS NULL")
          const strict = Migration.changeColumn("proof books", { from: price, to: { ...price, nullable: false } })
          const found = yield* prove([filling, strict], {
            change: ["UPDATE \"proof books\" SET price = 1 WHERE price IS NULL"]
          })
          assert.deepStrictEqual(found.tables.map((one) => one.name), ["proof_shelves", "proof books"])
          assert.deepStrictEqual(losses(found), ["proof books.price: values that are others than before"])

          const by = (text: string) => Effect.map(prove([Migration.execute(text)]), losses)
          assert.deepStrictEqual(yield* by("DELETE FROM \"proof books\" WHERE id = 1"), ["proof books: 1 row of 4"])
          assert.deepStrictEqual(yield* by("UPDATE \"proof books\" SET price = NULL WHERE id < 3"), [
            "proof books.price: 2 values became null"
          ])
          assert.deepStrictEqual(yield* by("INSERT INTO proof_shelves VALUES (3)"), [
            "proof_shelves: 1 row more than before: whether the others are what they were can't be told"
          ])
          assert.deepStrictEqual(yield* by("DROP TABLE proof_shelves"), ["proof_shelves: 2 rows of the table"])
          assert.deepStrictEqual(yield* by("ALTER TABLE \"proof books\" DROP COLUMN shelf"), [
            "proof books.shelf: 3 values of the column"
          ])
          // each column has the values that it had, in other rows
          assert.deepStrictEqual(yield* by("UPDATE \"proof books\" SET id = 5 - id"), [
            "proof books: values that belong to other rows than before"
          ])
          const effect = Migration.run("give away", Effect.void)
          assert.deepStrictEqual(
            losses(yield* prove([effect], { change: ["DELETE FROM proof_shelves WHERE number = 2"] })),
            ["proof_shelves: 1 row of 2"]
          )
        }))

      it.effect("says of what can't become what it was that it can't be compared, or is other", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.changeColumn("proof books", {
              from: shelf,
              to: { ...shelf, type: Type.text },
              using: "'shelf ' || CAST(shelf AS VARCHAR)"
            })
          ])
          assert.match(
            losses(found).join(),
            /^proof books\.shelf: values that (can't be compared with what they were|are others than before)$/
          )
        }))

      it.effect("is a document, and a text for people", () =>
        Effect.gen(function*() {
          const found = yield* prove([
            Migration.dropColumn("proof books", at),
            Migration.renameColumn("proof books", "price", "cost")
          ])
          const text = yield* Schema.encodeEffect(MigrationProof.ProofJson)(found)
          assert.deepStrictEqual(yield* Schema.decodeEffect(MigrationProof.ProofJson)(text), found)
          assert.strictEqual(
            MigrationProof.reported({ ...found, milliseconds: 12.4 }),
            [
              "Plan abc on library, tried at 1970-01-01T00:00:00.000Z in 12 ms and rolled back",
              "",
              "Tables",
              "  proof books     4 rows",
              "    id            4 values         0 nulls         the same",
              "    na\"me         3 values         1 nulls         the same",
              "    price → cost  3 values         1 nulls         the same",
              "    shelf         3 values         1 nulls         the same",
              "    at            2 → none values  2 → none nulls  dropped",
              "",
              "Lost",
              "  proof books.at  2 values of the column"
            ].join("\n")
          )
        }))
    }
  )
