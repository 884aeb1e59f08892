/**
 * What tables that are spread can't have, because each server knows its own rows alone: the same for every way of sharding.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "../../sql/compilation.ts"
import { sqlFor } from "../../sql/compileTable.ts"
import type { Around } from "../../sql/Dialect.ts"
import { evolve } from "../../sql/evolve.ts"
import type { Operation } from "../../sql/operation.ts"
import { identifier } from "../../sql/quoted.ts"
import {
  at,
  type DistributionStructure,
  type ForeignKeyStructure,
  fullName,
  type IndexStructure,
  isSamePlace,
  type Place,
  type TableStructure
} from "../../sql/Structure.ts"
import { addsValues, isOf } from "../changeEnum.ts"
import { dialect } from "../dialect.ts"

/** The column by which the rows of a table are spread, if they are. */
const shardKeyOf = (distribution: DistributionStructure | undefined): string | undefined =>
  distribution === undefined || distribution === "reference" ? undefined : distribution.by

/** Throws `Inexpressible` where a change would leave a table that can't be spread as it is. */
export const keepRules = (operation: Operation, { before, following }: Around): void => {
  const tables = operation._tag === "CreateTable" ? [...before.tables, operation.table] : before.tables
  const of = (place: Place) => at(tables, place)
  switch (operation._tag) {
    case "CreateTable": {
      const { table } = operation
      if (table.distribution === "reference" && table.primaryKey === undefined) throw keyless(table)
      keepKeys(table, table.distribution)
      return table.foreignKeys.forEach((key) => keepReference(table, key, of(key.references)))
    }
    case "DropColumn": {
      const key = shardKeyOf(of(operation.table)?.distribution)
      if (key === operation.column.name) throw heldBy(operation.table, key, "dropping")
      return
    }
    case "ChangeColumn": {
      const { from, table, to, using } = operation
      const isOther = using !== undefined || to.generated !== undefined ||
        dialect.columnType(from.type) !== dialect.columnType(to.type)
      if (isOther && shardKeyOf(of(table)?.distribution) === to.name) throw heldBy(table, to.name, "changing")
      return
    }
    case "ChangeEnum": {
      if (addsValues(operation.from, operation.to, following)) return
      for (const table of tables) {
        const key = shardKeyOf(table.distribution)
        const column = table.columns.find(({ name }) => name === key)
        if (column !== undefined && isOf(column.type, operation.from)) throw heldBy(table, column.name, "changing")
      }
      return
    }
    case "AddPrimaryKey":
    case "AddUnique":
      return keepKey(operation.table, operation.key.columns, of(operation.table)?.distribution)
    case "CreateIndex":
      return keepIndex(operation.table, operation.index, of(operation.table)?.distribution)
    case "AddForeignKey": {
      const table = of(operation.table)
      return table === undefined ? undefined : keepReference(table, operation.key, of(operation.key.references))
    }
    case "Distribute":
      return keepDistribution(operation, evolve(before, [operation]).tables)
    case "CreateSchema":
    case "DropSchema":
    case "CreateEnum":
    case "DropEnum":
    case "CreateSequence":
    case "DropSequence":
    case "DropTable":
    case "RenameTable":
    case "AddColumn":
    case "RenameColumn":
    case "DropPrimaryKey":
    case "DropUnique":
    case "AddCheck":
    case "DropCheck":
    case "DropForeignKey":
    case "DropIndex":
    case "Comment":
    case "CreateView":
    case "DropView":
    case "Execute":
      return
  }
}

const keepDistribution = (
  { table: place }: Extract<Operation, { readonly _tag: "Distribute" }>,
  tables: ReadonlyArray<TableStructure>
): void => {
  const table = at(tables, place)
  if (table === undefined) {
    throw new Inexpressible(
      `distributing ${fullName(place)}, of which nothing is known`,
      "Create it in a revision before, or look whether its name is right."
    )
  }
  keepKeys(table, table.distribution)
  for (const one of tables) {
    for (const key of one.foreignKeys) {
      if (one === table || isSamePlace(key.references, table)) keepReference(one, key, at(tables, key.references))
    }
  }
}

/** A key is kept among the rows of one server. */
const keepKeys = (table: TableStructure, distribution: DistributionStructure | undefined): void => {
  const key = shardKeyOf(distribution)
  if (key !== undefined && !table.columns.some(({ name }) => name === key)) {
    throw new Inexpressible(
      `spreading ${fullName(table)} by ${key}, which it does not have`,
      "Name a column of its primary key."
    )
  }
  if (table.primaryKey !== undefined) keepKey(table, table.primaryKey.columns, distribution)
  table.uniques.forEach(({ columns }) => keepKey(table, columns, distribution))
  table.indexes.forEach((index) => keepIndex(table, index, distribution))
}

const keepKey = (
  table: Place,
  columns: ReadonlyArray<string>,
  distribution: DistributionStructure | undefined
): void => {
  const key = shardKeyOf(distribution)
  if (key !== undefined && !columns.includes(key)) throw global(table, columns.join(", "), key)
}

const keepIndex = (
  table: Place,
  { name, on, unique }: IndexStructure,
  distribution: DistributionStructure | undefined
): void => {
  const key = shardKeyOf(distribution)
  if (key === undefined || !unique) return
  const isIn = on.some((part) => [key, identifier(key)].includes(sqlFor(part, dialect)))
  if (!isIn) throw global(table, name, key)
}

/** A reference is followed where both rows are on one server. */
const keepReference = (table: TableStructure, key: ForeignKeyStructure, target: TableStructure | undefined): void => {
  if (target === undefined) return
  const reason = apart(table, key, target)
  if (reason !== undefined) {
    throw new Inexpressible(
      `a reference from ${fullName(table)} (${key.columns.join(", ")}) to ${fullName(target)}, ${reason.because}`,
      reason.instead
    )
  }
}

/** Why the row that is referred to may be on another server than the one that refers to it. */
const apart = (table: TableStructure, key: ForeignKeyStructure, target: TableStructure) => {
  const from = shardKeyOf(table.distribution)
  const to = shardKeyOf(target.distribution)
  if (from !== undefined && key.onDelete === "setNull" && key.columns.includes(from)) {
    return { because: `which would set the shard key ${from} to null`, instead: "Let it cascade, or restrict." }
  }
  if (target.distribution === "reference") return undefined
  if (to === undefined) {
    return table.distribution === undefined ? undefined : {
      because: "which is on the first server alone",
      instead: `Make ${fullName(target)} a reference table, or the field a plain one of the same type.`
    }
  }
  if (from === undefined) {
    return {
      because: `whose rows are spread by ${to}`,
      instead: `Spread ${
        fullName(table)
      } by a column of the reference too, or make the field a plain one of the same type.`
    }
  }
  const place = key.columns.indexOf(from)
  if (place < 0 || key.targets[place] !== to) {
    return {
      because: `whose rows are spread by ${to}, while these are spread by ${from}`,
      instead: `Let the reference contain both at the same place, so that ${from} refers to ${to}.`
    }
  }
  return typeOf(table, from) === typeOf(target, to) ? undefined : {
    because: `whose shard key ${to} is of another type than ${from}`,
    instead: "Give both the same type: only then the same values are on the same server."
  }
}

const typeOf = ({ columns }: TableStructure, column: string): string | undefined => {
  const found = columns.find(({ name }) => name === column)
  return found === undefined ? undefined : dialect.columnType(found.type)
}

const global = (table: Place, key: string, shardKey: string) =>
  new Inexpressible(
    `the key ${key} of ${fullName(table)}, whose rows are spread by ${shardKey}`,
    `Let it contain ${shardKey}: no server knows the rows of the others.`
  )

const keyless = (table: Place) =>
  new Inexpressible(
    `the reference table ${fullName(table)} without a primary key`,
    "Give it one: by it the copies of a row are found on all servers."
  )

const heldBy = (table: Place, column: string, doing: string) =>
  new Inexpressible(
    `${doing} ${fullName(table)}.${column}, by which its rows are spread`,
    "Spread them by another column before, or make another table and move the rows to it."
  )
