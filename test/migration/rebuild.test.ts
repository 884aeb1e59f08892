/**
 * What a plan says of tables that are made anew.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import { dialect } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { planSteps } from "../../src/migration/planning/planSteps.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { empty } from "../../src/sql/Structure.ts"

const { addForeignKey, addUnique, column, createTable, createView, dropEnum, dropSequence, execute } = Migration

const id = column("id", Type.int32)
const parent = { name: "parent", columns: [id], primaryKey: { columns: ["id"] } }
const reference = { columns: ["parent"], references: { name: "parent" }, targets: ["id"] }
const child = {
  name: "child",
  columns: [id, column("parent", Type.int32)],
  primaryKey: { columns: ["id"] },
  foreignKeys: [reference]
}
const lone = { name: "lone", columns: [id] }

const structure = evolve(empty, [createTable(parent), createTable(child), createTable(lone)])

describe("a plan", () => {
  it("makes a table anew with those that refer to it, once for all that is done to it, and leaves the others alone", () => {
    const steps = [
      addUnique("parent", { columns: ["id"] }),
      Migration.addColumn("lone", column("n", Type.int32, { nullable: true })),
      createView({ name: "v", sql: "SELECT n FROM lone" }),
      Migration.addCheck("parent", { name: "c", condition: "id > 0" })
    ]
    const { steps: planned } = planSteps(steps, structure, dialect)
    assert.deepStrictEqual(
      planned.map(({ rebuilds, what }) => ({ what, rebuilds })),
      [
        { what: "add column lone.n", rebuilds: [] },
        { what: "add unique key parent (id), add check parent.c", rebuilds: ["parent", "child"] },
        { what: "create view v", rebuilds: [] }
      ]
    )
    assert.deepStrictEqual(planSteps(steps, structure, postgres).steps.flatMap(({ rebuilds }) => rebuilds), [])
  })

  it("drops a table along with the one that referred to it", () => {
    const { steps } = planSteps(
      [Migration.dropForeignKey("child", reference), Migration.dropTable(parent)],
      structure,
      dialect
    )
    assert.deepStrictEqual(steps.map(({ rebuilds }) => rebuilds), [["child"]])
  })

  it("makes tables anew by themselves where only an enum of theirs changes", () => {
    const mood = Type.custom(Type.text, { duckdb: "mood" })
    const [from, to] = [{ name: "mood", values: ["a"] }, { name: "mood", values: ["a", "b"] }]
    const types = [mood, Type.list(mood), Type.map(Type.text, mood), Type.struct(["m", mood]), Type.text]
    const tables = types.map((type, index) => createTable({ name: `t${index}`, columns: [column("m", type)] }))
    const { steps } = planSteps(
      [Migration.changeEnum(from, to)],
      evolve(empty, [Migration.createEnum(from), ...tables]),
      dialect
    )
    assert.deepStrictEqual(
      steps.map(({ what }) => what),
      ["change enum mood", "rebuild t0, t1, t2, t3"]
    )
  })

  it("drops what tables let go of after them, unless it is made again", () => {
    const [mood, numbers] = [{ name: "mood", values: ["a"] }, { name: "numbers", start: 1, increment: 1 }]
    const before = evolve(structure, [Migration.createEnum(mood), Migration.createSequence(numbers)])
    const rebuild = addUnique("lone", { columns: ["id"] })
    const whatOf = (steps: ReadonlyArray<Migration.Step>) =>
      planSteps(steps, before, dialect).steps.map(({ what }) => what)
    assert.deepStrictEqual(
      whatOf([dropEnum(mood), dropSequence(numbers), rebuild]),
      ["add unique key lone (id)", "drop enum mood", "drop sequence numbers"]
    )
    assert.deepStrictEqual(
      whatOf([
        rebuild,
        dropEnum(mood),
        Migration.createEnum(mood),
        dropSequence(numbers),
        Migration.createSequence(numbers)
      ]),
      [
        "drop enum mood",
        "create enum mood",
        "drop sequence numbers",
        "create sequence numbers",
        "add unique key lone (id)"
      ]
    )
  })

  it("takes a table for written after SQL by hand, or where it is told so", () => {
    const step = Migration.createIndex("lone", "by_id", ["id"])
    const rebuilds = (steps: ReadonlyArray<Migration.Step>, isWritten?: boolean) =>
      planSteps(steps, structure, dialect, isWritten).steps.flatMap((one) => one.rebuilds)
    assert.deepStrictEqual(rebuilds([step]), [])
    assert.deepStrictEqual(rebuilds([step], true), ["lone"])
    assert.deepStrictEqual(rebuilds([execute("DELETE FROM lone"), step]), ["lone"])
  })

  it("refuses to change one of two enums with the same values, where a column is of one of them", () => {
    const mood = { name: "mood", values: ["good", "bad"] }
    const grade = { name: "grade", values: ["good", "bad"] }
    const change = Migration.changeEnum(grade, { ...grade, values: ["good", "bad", "ugly"] })
    const enums = evolve(empty, [Migration.createEnum(mood), Migration.createEnum(grade)])
    const held = evolve(enums, [
      createTable({ name: "days", columns: [column("mood", Type.custom(Type.text, { duckdb: "\"mood\"" }))] })
    ])
    assert.throws(() => planSteps([change], held, dialect), /whose values are also those of mood/)
    assert.lengthOf(planSteps([change], enums, dialect).steps, 1)
    assert.lengthOf(planSteps([change], held, postgres).steps, 1)
  })

  it("refuses references in a circle, which DuckDB can't have", () => {
    assert.throws(
      () =>
        planSteps(
          [addForeignKey("parent", { columns: ["id"], references: { name: "child" }, targets: ["id"] })],
          structure,
          dialect
        ),
      /tables that refer to each other in a circle, as \w+ and \w+ do/
    )
  })
})
