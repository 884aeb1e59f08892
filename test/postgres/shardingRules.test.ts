/**
 * What a table that is spread can't have is refused before anything is sent, and told with what to do instead; Citus is told the rest.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import { evolve } from "../../src/sql/evolve.ts"
import { empty } from "../../src/sql/Structure.ts"
import { sharded } from "../../src/postgres/sharding/dialect.ts"

const column = Migration.column
const shard = { host: "localhost", database: "shard", username: "postgres" }
const partitioned = sharded({ strategy: "partitioned", shards: [shard, shard] })
const citus = sharded({ strategy: "citus" })

const table = (name: string, distribution?: Migration.TableOptions["distribution"], type = Type.int32) =>
  Migration.createTable({
    name,
    columns: [
      column("tenant", type),
      column("id", Type.int32),
      column("other", Type.int32, { nullable: true }),
      column("mood", Type.custom(Type.text, { postgres: "mood" }))
    ],
    primaryKey: { columns: ["tenant", "id"] },
    ...(distribution === undefined ? {} : { distribution })
  })

const mood = { name: "mood", values: ["good", "bad"] }

const before = evolve(empty, [
  Migration.createEnum(mood),
  table("alone"),
  table("states", "reference"),
  table("accounts", { by: "tenant" }),
  table("tickets", { by: "tenant" }),
  table("long", { by: "tenant" }, Type.int64),
  table("moods", { by: "mood" })
])

const refers = (columns: ReadonlyArray<string>, name: string, targets = columns, onDelete?: "setNull") => ({
  columns,
  references: { name },
  targets,
  ...(onDelete === undefined ? {} : { onDelete })
})

const refused: ReadonlyArray<readonly [Migration.Operation, message: string]> = [
  [
    Migration.dropColumn("tickets", column("tenant", Type.int32)),
    "dropping tickets.tenant, by which its rows are spread"
  ],
  [
    Migration.changeColumn("tickets", { from: column("tenant", Type.int32), to: column("tenant", Type.text) }),
    "changing tickets.tenant, by which its rows are spread"
  ],
  [
    Migration.changeColumn("tickets", {
      from: column("tenant", Type.int32),
      to: column("tenant", Type.int32),
      using: "tenant + 1"
    }),
    "changing tickets.tenant"
  ],
  [Migration.changeEnum(mood, { name: "mood", values: ["bad"] }), "changing moods.mood"],
  [Migration.addPrimaryKey("tickets", { columns: ["id"] }), "the key id of tickets, whose rows are spread by tenant"],
  [Migration.addUnique("tickets", { columns: ["id", "other"] }), "the key id, other of tickets"],
  [Migration.createIndex("tickets", "tickets_once", ["id"], { unique: true }), "the key tickets_once of tickets"],
  [Migration.addForeignKey("tickets", refers(["tenant", "id"], "alone")), "alone, which is on the first server alone"],
  [Migration.addForeignKey("states", refers(["tenant", "id"], "alone")), "alone, which is on the first server alone"],
  [Migration.addForeignKey("alone", refers(["tenant", "id"], "tickets")), "tickets, whose rows are spread by tenant"],
  [Migration.addForeignKey("states", refers(["tenant", "id"], "tickets")), "tickets, whose rows are spread by tenant"],
  [
    Migration.addForeignKey("tickets", refers(["id", "tenant"], "accounts", ["tenant", "id"])),
    "accounts, whose rows are spread by tenant, while these are spread by tenant"
  ],
  [
    Migration.addForeignKey("tickets", refers(["other"], "accounts", ["id"])),
    "accounts, whose rows are spread by tenant"
  ],
  [
    Migration.addForeignKey("tickets", refers(["tenant", "id"], "long")),
    "whose shard key tenant is of another type than tenant"
  ],
  [
    Migration.addForeignKey("tickets", refers(["tenant", "id"], "accounts", undefined, "setNull")),
    "which would set the shard key tenant to null"
  ],
  [Migration.distribute("alone", { to: { by: "none" } }), "spreading alone by none, which it does not have"],
  [Migration.distribute("alone", { to: { by: "other" } }), "the key tenant, id of alone"],
  [Migration.distribute("nobody", { to: "reference" }), "distributing nobody, of which nothing is known"],
  [
    Migration.createTable({ name: "keyless", columns: [column("id", Type.int32)], distribution: "reference" }),
    "the reference table keyless without a primary key"
  ]
]

describe("sharded PostgreSQL: what a spread table can't have", () => {
  for (const [operation, message] of refused) {
    it(`${operation._tag}: ${message}`, () => {
      for (const dialect of [partitioned, citus]) {
        assert.throws(() => compileOperation(operation, dialect, { before }), message)
      }
    })
  }

  it("is refused of a table whose references would be apart", () => {
    const tied = evolve(before, [Migration.addForeignKey("tickets", refers(["tenant", "id"], "accounts"))])
    const operation = Migration.distribute("accounts", { from: { by: "tenant" } })
    for (const dialect of [partitioned, citus]) {
      assert.throws(
        () => compileOperation(operation, dialect, { before: tied }),
        "a reference from tickets (tenant, id) to accounts, which is on the first server alone"
      )
    }
  })

  it("leaves what is kept together", () => {
    const allowed = [
      Migration.addForeignKey("tickets", refers(["tenant", "id"], "accounts")),
      Migration.addForeignKey("tickets", refers(["tenant", "other"], "states", ["tenant", "id"])),
      Migration.addForeignKey("alone", refers(["tenant", "id"], "states")),
      Migration.addForeignKey("states", refers(["tenant", "id"], "states")),
      Migration.addForeignKey("tickets", refers(["tenant", "id"], "unknown")),
      Migration.addForeignKey("unknown", refers(["tenant", "id"], "tickets")),
      Migration.createIndex("tickets", "tickets_once", ["id", "\"tenant\""], { unique: true }),
      Migration.changeEnum(mood, { name: "mood", values: ["good", "bad", "new"] }),
      Migration.changeColumn("tickets", {
        from: column("tenant", Type.int32),
        to: column("tenant", Type.int32, { default: "1" })
      })
    ]
    for (const dialect of [partitioned, citus]) {
      for (const operation of allowed) assert.isNotEmpty(compileOperation(operation, dialect, { before }))
    }
  })
})

describe("Citus is told", () => {
  const told = (operation: Migration.Operation, options = {}) =>
    compileOperation(operation, sharded({ strategy: "citus", ...options }), { before })

  it("how a new table is spread, by its functions", () => {
    const [, distribute] = told(table("orders", { by: "tenant" }))
    assert.strictEqual(distribute, `SELECT create_distributed_table('"orders"', 'tenant')`)
    const [, counted] = told(table("orders", { by: "tenant" }), { shardCount: 64 })
    assert.strictEqual(counted, `SELECT create_distributed_table('"orders"', 'tenant', shard_count => 64)`)
    const [, copied] = told(table("places", "reference"))
    assert.strictEqual(copied, `SELECT create_reference_table('"places"')`)
    assert.lengthOf(told(table("local")), 1)
  })

  it("of references when both tables are spread, under a name", () => {
    const statements = told(Migration.createTable({
      name: "orders",
      columns: [column("tenant", Type.int32), column("id", Type.int32)],
      foreignKeys: [refers(["tenant", "id"], "accounts")],
      distribution: { by: "tenant" }
    }))
    assert.deepStrictEqual(statements.slice(1), [
      `SELECT create_distributed_table('"orders"', 'tenant')`,
      `ALTER TABLE "orders" ADD CONSTRAINT "orders_tenant_id_fkey" FOREIGN KEY ("tenant", "id") REFERENCES "accounts" ("tenant", "id")`
    ])
    assert.deepStrictEqual(told(Migration.addUnique("tickets", { columns: ["tenant", "other"] })), [
      `ALTER TABLE "tickets" ADD CONSTRAINT "tickets_tenant_other_key" UNIQUE ("tenant", "other")`
    ])
    assert.deepStrictEqual(told(Migration.addPrimaryKey("tickets", { name: "mine", columns: ["tenant"] })), [
      `ALTER TABLE "tickets" ADD CONSTRAINT "mine" PRIMARY KEY ("tenant")`
    ])
  })

  it("once, where a table may be there already", () => {
    const statements = compileOperation(
      Migration.createTable({
        name: "orders",
        columns: [column("tenant", Type.int32)],
        foreignKeys: [refers(["tenant"], "states", ["tenant"])],
        distribution: { by: "tenant" }
      }),
      citus,
      { before, existing: "keep" }
    )
    assert.include(statements[0], "CREATE TABLE IF NOT EXISTS")
    assert.strictEqual(
      statements[1],
      `SELECT create_distributed_table('"orders"', 'tenant') WHERE NOT EXISTS ` +
        `(SELECT FROM pg_dist_partition WHERE logicalrelid = '"orders"'::regclass)`
    )
    assert.include(statements[2], "IF NOT EXISTS (SELECT FROM pg_constraint")
  })

  it("where the rows go", () => {
    const spread = { by: "tenant" }
    assert.deepStrictEqual(told(Migration.distribute("alone", { to: spread })), [
      `SELECT create_distributed_table('"alone"', 'tenant')`
    ])
    assert.deepStrictEqual(told(Migration.distribute("tickets", { from: spread })), [
      `SELECT undistribute_table('"tickets"')`
    ])
    assert.deepStrictEqual(told(Migration.distribute("tickets", { from: spread, to: { by: "id" } })), [
      `SELECT alter_distributed_table('"tickets"', distribution_column => 'id')`
    ])
    assert.deepStrictEqual(told(Migration.distribute("tickets", { from: spread, to: "reference" })), [
      `SELECT undistribute_table('"tickets"')`,
      `SELECT create_reference_table('"tickets"')`
    ])
    assert.deepStrictEqual(told(Migration.distribute("alone", {})), [])
  })

  it("nothing of other changes, which it carries on itself", () => {
    assert.deepStrictEqual(told(Migration.renameTable("tickets", "cases")), [`ALTER TABLE "tickets" RENAME TO "cases"`])
  })
})
