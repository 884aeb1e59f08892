/**
 * How a table is spread is written into revisions and models, undone by its opposite, and nothing to a database of one server.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Structure, Type } from "andamios-orm"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { diff } from "../../src/migration/comparing/diff.ts"
import { rendered } from "../../src/migration/files/render.ts"
import { planSteps } from "../../src/migration/planning/planSteps.ts"
import { renderModels } from "../../src/migration/pulling/renderModels.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { sharded } from "../../src/postgres/sharding/dialect.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { reverse } from "../../src/sql/operation.ts"

const create = (distribution?: Migration.TableOptions["distribution"]) =>
  Migration.createTable({
    name: "tickets",
    columns: [Migration.column("tenant_id", Type.int32), Migration.column("number", Type.int32)],
    primaryKey: { columns: ["tenant_id", "number"] },
    ...(distribution === undefined ? {} : { distribution })
  })

const spread = evolve(Structure.empty, [create({ by: "tenant_id" })])
const copied = evolve(Structure.empty, [create("reference")])
const alone = evolve(Structure.empty, [create()])

describe("how a table is spread", () => {
  it("is written into revisions", () => {
    const up = [
      create({ by: "tenant_id" }),
      Migration.distribute("tickets", { from: { by: "tenant_id" }, to: "reference" })
    ]
    const { down: _, up: __, ...revision } = Migration.make({ id: "1", name: "spread", parents: [], up })
    const text = rendered({ ...revision, up, down: undefined })
    assert.include(text, `distribution: { by: "tenant_id" }`)
    assert.include(text, `Migration.distribute("tickets", { from: { by: "tenant_id" }, to: "reference" })`)
  })

  it("is written into models, by the name of the field", () => {
    const texts = (structure: Structure.Structure) => JSON.stringify(renderModels(structure, postgres))
    assert.include(texts(spread), String.raw`distribution: { by: \"tenantId\" }`)
    assert.include(texts(copied), String.raw`distribution: \"reference\"`)
    assert.notInclude(texts(alone), "distribution")
  })

  it("is a change where there are several servers, and none where there is one", () => {
    const several = sharded({ strategy: "citus" })
    for (const [from, to] of [[alone, spread], [spread, copied], [copied, alone]] as const) {
      const changes = diff(from, to, { dialect: several })
      assert.deepStrictEqual(changes.map(({ _tag }) => _tag), ["Distribute"])
      assert.deepStrictEqual(evolve(from, changes), to)
      assert.deepStrictEqual(evolve(to, changes.flatMap((change) => reverse(change) ?? [])), from)
      for (const dialect of [duckdb, postgres]) {
        assert.deepStrictEqual(diff(from, to, { dialect }), [])
        const [step] = planSteps(changes, from, dialect).steps
        assert.deepStrictEqual(step?.statements, [])
        assert.deepStrictEqual(step?.losses, [])
      }
    }
    const words = (structure: Structure.Structure) =>
      planSteps(
        diff(structure === spread ? alone : spread, structure, { dialect: several }),
        structure === spread ? alone : spread,
        several
      )
        .steps.map(({ what }) => what)
    assert.deepStrictEqual([spread, copied, alone].flatMap(words), [
      "distribute tickets by tenant_id",
      "distribute tickets to all servers",
      "distribute tickets to one server alone"
    ])
  })

  it("follows the column under another name", () => {
    const [table] = evolve(spread, [Migration.renameColumn("tickets", "tenant_id", "customer_id")]).tables
    assert.deepStrictEqual(table?.distribution, { by: "customer_id" })
  })
})
