/**
 * Changes of tables that Citus spreads. It carries them to all servers itself; it only has to be told how a table is spread.
 *
 * Tables whose shard keys are of the same type are together without being told, because all are made with the same number of shards.
 *
 * @since 0.1.0
 */
import { compileOperation } from "../../sql/compileOperation.ts"
import type { Existing, Sharding } from "../../sql/Dialect.ts"
import { quoted } from "../../sql/quoted.ts"
import {
  at,
  type DistributionStructure,
  type KeyStructure,
  type Place,
  type TableStructure
} from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { dialect } from "../dialect.ts"
import type { Citus } from "./options.ts"
import { keepRules } from "./rules.ts"
import { shortened } from "./shortened.ts"

/** The statements of changes. */
export const distributingBy = ({ shardCount }: Pick<Citus, "shardCount">): Sharding["change"] => {
  const distribute = (table: Place, by: string) => {
    const count = shardCount === undefined ? "" : `, shard_count => ${shardCount}`
    return `SELECT create_distributed_table(${named(table)}, ${quoted(by)}${count})`
  }

  const spread = (table: Place, distribution: DistributionStructure) =>
    distribution === "reference" ? refer(table) : distribute(table, distribution.by)

  /** References are added when it is known on which servers both tables are. */
  const create = (table: TableStructure, distribution: DistributionStructure, existing: Existing) => [
    ...compileOperation({ _tag: "CreateTable", table: { ...table, foreignKeys: [] } }, dialect, { existing }),
    spread(table, distribution) + (existing === "keep" ? ` WHERE NOT ${isDistributed(table)}` : ""),
    ...table.foreignKeys.flatMap((key) => {
      const constraint = withName(table, key, "fkey")
      const add = compileOperation({ _tag: "AddForeignKey", table, key: constraint }, dialect)
      return existing === "keep" ? add.map((statement) => unlessThere(table, constraint, statement)) : add
    })
  ]

  const redistribute = (
    table: Place,
    from: DistributionStructure | undefined,
    to: DistributionStructure | undefined
  ): ReadonlyArray<string> => {
    if (from === undefined) return to === undefined ? [] : [spread(table, to)]
    const undistribute = `SELECT undistribute_table(${named(table)})`
    if (to === undefined) return [undistribute]
    return from === "reference" || to === "reference"
      ? [undistribute, spread(table, to)]
      : [`SELECT alter_distributed_table(${named(table)}, distribution_column => ${quoted(to.by)})`]
  }

  return (operation, around, alone) => {
    keepRules(operation, around)
    switch (operation._tag) {
      case "CreateTable": {
        const { table } = operation
        return table.distribution === undefined
          ? alone(operation)
          : create(table, table.distribution, around.existing)
      }
      case "Distribute":
        return redistribute(
          operation.table,
          at(around.before.tables, operation.table)?.distribution ?? operation.from,
          operation.to
        )
      case "AddPrimaryKey":
        return alone({ ...operation, key: withName(operation.table, operation.key, "pkey") })
      case "AddUnique":
        return alone({ ...operation, key: withName(operation.table, operation.key, "key") })
      case "AddForeignKey":
        return alone({ ...operation, key: withName(operation.table, operation.key, "fkey") })
      case "CreateSchema":
      case "DropSchema":
      case "CreateEnum":
      case "DropEnum":
      case "ChangeEnum":
      case "CreateSequence":
      case "DropSequence":
      case "DropTable":
      case "RenameTable":
      case "AddColumn":
      case "DropColumn":
      case "RenameColumn":
      case "ChangeColumn":
      case "DropPrimaryKey":
      case "DropUnique":
      case "AddCheck":
      case "DropCheck":
      case "DropForeignKey":
      case "CreateIndex":
      case "DropIndex":
      case "Comment":
      case "CreateView":
      case "DropView":
      case "Execute":
        return alone(operation)
    }
  }
}

const named = (table: Place): string => quoted(tableName(table, dialect))

const refer = (table: Place): string => `SELECT create_reference_table(${named(table)})`

const isDistributed = (table: Place): string =>
  `EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = ${named(table)}::regclass)`

/** What Citus adds to a table that is spread has a name: the one that PostgreSQL would give it, unless that is too long. */
const withName = <K extends KeyStructure>(table: Place, key: K, kind: "pkey" | "key" | "fkey"): K => ({
  ...key,
  name: key.name ?? shortened([table.name, ...(kind === "pkey" ? [] : key.columns), kind].join("_"))
})

const unlessThere = (table: Place, { name = "" }: KeyStructure, statement: string): string => {
  const isThere = `SELECT FROM pg_constraint WHERE conrelid = ${named(table)}::regclass AND conname = ${quoted(name)}`
  return `DO ${quoted(`BEGIN IF NOT EXISTS (${isThere}) THEN ${statement}; END IF; END`)}`
}
