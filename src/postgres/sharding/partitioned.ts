/**
 * Changes of tables whose rows are in hash partitions on other servers, each of which is a table of its own there, and of tables of which
 * each of these servers has a copy.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "../../sql/compilation.ts"
import { compileOperation } from "../../sql/compileOperation.ts"
import { createTable } from "../../sql/compileTable.ts"
import type { Around, Existing, Sharding } from "../../sql/Dialect.ts"
import { evolve } from "../../sql/evolve.ts"
import type { Operation, TableOperation } from "../../sql/operation.ts"
import { identifier, quoted } from "../../sql/quoted.ts"
import {
  at as found,
  type ColumnStructure,
  type EnumStructure,
  fullName,
  type Structure,
  type TableStructure
} from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { addsValues, isOf } from "../changeEnum.ts"
import { dialect } from "../dialect.ts"
import { atCoordinator, atShard, columnAtShard, isDistributed, isSpread, ofCoordinator, ofShard } from "./parts.ts"
import { keepKey } from "./keepKey.ts"
import { partition, refuseOtherwise, unpartition } from "./partitions.ts"
import { redistribution, refuseLosses } from "./redistributing.ts"
import { refuseRows, triggers } from "./replicating.ts"
import { keepRules } from "./rules.ts"
import { shareEnum } from "./sharing.ts"
import { at, atAs, home } from "./shards.ts"

/** What is known around a change. */
type Moment = Around & { readonly existing: Existing }

/** Statements, and the structure when they have run. */
interface Made {
  readonly before: Structure
  readonly statements: ReadonlyArray<string>
}

/** The statements of changes over so many shards. */
export const partitioning = (shards: number): Sharding["change"] => {
  const numbers = Array.from({ length: shards }, (_, shard) => shard)

  /** Statements that every shard executes. */
  const everywhere = (statements: ReadonlyArray<string>) =>
    numbers.flatMap((shard) => statements.map((statement) => at(shard, statement)))

  /** What the coordinator does of a change. */
  const here = (operation: Operation, { before, ...around }: Moment) =>
    compileOperation(operation, dialect, { ...around, before: ofCoordinator(before) })

  /** What the shards do of a change. */
  const there = (operation: Operation, { before, ...around }: Moment) =>
    everywhere(compileOperation(operation, dialect, { ...around, before: ofShard(before) }))

  const both = (operation: Operation, moment: Moment) => [...here(operation, moment), ...there(operation, moment)]

  const partitions = (table: TableStructure, existing: Existing = "refuse") =>
    isSpread(table) ? numbers.map((shard) => partition(table, shard, shards, existing)) : []

  const unpartitions = (table: TableStructure) =>
    isSpread(table) ? numbers.map((shard) => unpartition(table, shard)) : []

  /** What a table needs on shards that have not known it. */
  const prerequisites = ({ columns, schema }: TableStructure) => {
    const name = schema === undefined ? "quote_ident(current_schema())" : quoted(identifier(schema))
    return [
      ...numbers.map((shard) => atAs(shard, `'CREATE SCHEMA IF NOT EXISTS ' || ${name}`)),
      ...sharedTypes(columns)
    ]
  }

  /** The enums of columns that others than the models may have made. */
  const sharedTypes = (columns: ReadonlyArray<ColumnStructure>) => {
    const types = new Set(columns.flatMap(({ type }) => type._tag === "Custom" ? [dialect.columnType(type)] : []))
    return [...types].map((type) => shareEnum(type, shards))
  }

  const create = (table: TableStructure, moment: Moment): ReadonlyArray<string> => {
    const { existing } = moment
    if (!isDistributed(table)) return here({ _tag: "CreateTable", table }, moment)
    const refusal = existing === "keep" ? [refuseOtherwise(table)] : []
    const onShards = [
      ...prerequisites(table),
      ...everywhere(createTable(atShard(table), dialect, existing))
    ]
    if (!isSpread(table)) {
      return [
        ...here({ _tag: "CreateTable", table }, moment),
        ...refusal,
        ...onShards,
        ...(existing === "keep" ? [refuseRows(table)] : []),
        ...triggers(table, shards)
      ]
    }
    const clause = ` PARTITION BY HASH (${identifier(table.distribution.by)})`
    return [
      ...createTable(atCoordinator(table), dialect, existing, clause),
      ...refusal,
      ...onShards,
      ...partitions(table, existing),
      keepKey(tableName(table, dialect), table.distribution.by, home)
    ]
  }

  /** Foreign tables refuse most changes of columns. They hold nothing, so they go, and come back as the table is then. */
  const repartitioned = (
    operation: TableOperation,
    table: TableStructure,
    { before }: Moment,
    statements: ReadonlyArray<string>
  ) => {
    const place = operation._tag === "RenameTable" ? { ...operation.table, name: operation.to } : operation.table
    const after = found(evolve(before, [operation]).tables, place)
    return [...unpartitions(table), ...statements, ...(after === undefined ? [] : partitions(after))]
  }

  /** Rows that are there get the value that the coordinator gives. */
  const addColumn = (
    operation: Extract<Operation, { readonly _tag: "AddColumn" }>,
    table: TableStructure,
    moment: Moment
  ) => {
    const { column } = operation
    const isGiven = column.identity === true || column.default !== undefined
    if (isGiven && table.distribution === "reference" && table.primaryKey === undefined) {
      throw new Inexpressible(
        `adding ${fullName(table)}.${column.name}, which has a value, to a reference table without a primary key`,
        "Add it in a revision of its own, while the table has one."
      )
    }
    const stored = columnAtShard(column)
    const filled = { ...stored, nullable: isGiven || stored.nullable }
    const name = identifier(column.name)
    const added = { ...moment, before: evolve(moment.before, [operation]) }
    return [
      ...sharedTypes([column]),
      ...repartitioned(operation, table, moment, [
        ...here(operation, moment),
        ...there({ ...operation, column: filled }, moment)
      ]),
      ...(isGiven
        ? [`UPDATE ${tableName(table, dialect)} SET ${name} = ${isSpread(table) ? "DEFAULT" : name}`]
        : []),
      ...there({ _tag: "ChangeColumn", table: operation.table, from: filled, to: stored }, added)
    ]
  }

  /** A column is numbered when its rows can be seen again. */
  const changeColumn = (
    operation: Extract<Operation, { readonly _tag: "ChangeColumn" }>,
    table: TableStructure,
    moment: Moment
  ) => {
    const { from, to, using } = operation
    const { identity, ...plain } = to
    const isNumbered = identity === true && from.identity !== true
    const first = isNumbered ? { ...operation, to: plain } : operation
    const stored = {
      _tag: "ChangeColumn" as const,
      table: operation.table,
      from: columnAtShard(from),
      to: columnAtShard(to),
      ...(using === undefined ? {} : { using })
    }
    const changed = { ...moment, before: evolve(moment.before, [first]) }
    return [
      ...sharedTypes([to]),
      ...repartitioned(operation, table, moment, [...here(first, moment), ...there(stored, moment)]),
      ...(isNumbered ? here({ _tag: "ChangeColumn", table: operation.table, from: plain, to }, changed) : [])
    ]
  }

  /** A change of a table that is spread, or has copies. */
  const ofTable = (operation: TableOperation, table: TableStructure, moment: Moment): ReadonlyArray<string> => {
    switch (operation._tag) {
      case "CreateTable":
        return create(operation.table, moment)
      case "DropTable":
      case "DropPrimaryKey":
      case "AddPrimaryKey":
      case "AddUnique":
      case "DropUnique":
        return isSpread(table) && operation._tag !== "DropTable" ? there(operation, moment) : both(operation, moment)
      case "RenameTable":
      case "DropColumn":
      case "RenameColumn":
        return repartitioned(operation, table, moment, both(operation, moment))
      case "AddColumn":
        return addColumn(operation, table, moment)
      case "ChangeColumn":
        return changeColumn(operation, table, moment)
      case "AddCheck":
      case "DropCheck":
        return isSpread(table) ? both(operation, moment) : here(operation, moment)
      case "AddForeignKey":
      case "DropForeignKey":
      case "CreateIndex":
      case "DropIndex":
        return isSpread(table) ? there(operation, moment) : here(operation, moment)
      case "Comment":
        return here(operation, moment)
      case "Distribute":
        return [
          refuseLosses(table),
          ...(isDistributed(table) ? everywhere([refuseLosses(table)]) : []),
          ...redistribution(operation, table, moment.before)
        ].reduce<Made>(
          ({ before, statements }, step) =>
            typeof step === "string"
              ? { before, statements: [...statements, step] }
              : {
                before: evolve(before, [step]),
                statements: [...statements, ...change(step, { ...moment, before })]
              },
          { before: moment.before, statements: [] }
        ).statements
    }
  }

  /** The type is kept on the shards too, and is there anew where no table of theirs has it. */
  const changeEnum = (operation: Extract<Operation, { readonly _tag: "ChangeEnum" }>, moment: Moment) => {
    const { from, to } = operation
    const users = moment.before.tables.filter((table) =>
      table.distribution !== undefined && table.columns.some(({ type }) => isOf(type, from))
    )
    if (users.length === 0) {
      return [
        ...here(operation, moment),
        ...everywhere([dropEnum(from), ...compileOperation({ _tag: "CreateEnum", enum: to }, dialect)])
      ]
    }
    const isInPlace = addsValues(from, to, moment.following)
    return isInPlace ? both(operation, moment) : [
      ...users.flatMap(unpartitions),
      ...both(operation, moment),
      ...users.flatMap((table) => partitions(table))
    ]
  }

  const change = (operation: Operation, moment: Moment): ReadonlyArray<string> => {
    switch (operation._tag) {
      case "CreateSchema":
        return [
          ...here(operation, moment),
          ...everywhere(compileOperation(operation, dialect, { existing: "keep" }))
        ]
      case "DropSchema":
        return [
          ...here(operation, moment),
          ...everywhere([`DROP SCHEMA IF EXISTS ${identifier(operation.schema.name)}`])
        ]
      case "CreateEnum":
        return [...here(operation, moment), ...everywhere([createEnumIfMissing(operation.enum)])]
      case "DropEnum":
        return [...here(operation, moment), ...everywhere([dropEnum(operation.enum)])]
      case "ChangeEnum":
        return changeEnum(operation, moment)
      case "CreateSequence":
      case "DropSequence":
      case "CreateView":
      case "DropView":
      case "Execute":
        return here(operation, moment)
      case "CreateTable":
      case "DropTable":
      case "RenameTable":
      case "AddColumn":
      case "DropColumn":
      case "RenameColumn":
      case "ChangeColumn":
      case "AddPrimaryKey":
      case "DropPrimaryKey":
      case "AddUnique":
      case "DropUnique":
      case "AddCheck":
      case "DropCheck":
      case "AddForeignKey":
      case "DropForeignKey":
      case "CreateIndex":
      case "DropIndex":
      case "Comment":
      case "Distribute": {
        const table = subject(operation, moment)
        return table === undefined ? here(operation, moment) : ofTable(operation, table, moment)
      }
    }
  }

  return (operation, moment) => {
    keepRules(operation, moment)
    return change(operation, moment)
  }
}

/** The table that a change is of, where it is spread or is to be. */
const subject = (operation: TableOperation, { before }: Moment): TableStructure | undefined => {
  const known = found(before.tables, operation.table)
  if (operation._tag === "Distribute") return known
  const isWhole = operation._tag === "CreateTable" || operation._tag === "DropTable"
  const table = isWhole ? known ?? operation.table : known
  return table?.distribution === undefined ? undefined : table
}

const createEnumIfMissing = (one: EnumStructure): string => {
  const missing = `to_regtype(${quoted(tableName(one, dialect))}) IS NULL`
  const [create = ""] = compileOperation({ _tag: "CreateEnum", enum: one }, dialect)
  return `DO ${quoted(`BEGIN IF ${missing} THEN ${create}; END IF; END`)}`
}

const dropEnum = (one: EnumStructure): string => `DROP TYPE IF EXISTS ${tableName(one, dialect)}`
