/**
 * Upserts of tables whose keys are kept by the shards alone, so that the coordinator has none to name as a conflict.
 *
 * @since 0.1.0
 */
import type { Table, TableColumn } from "../../model/Table.ts"
import type { Dialect, Sharding } from "../../sql/Dialect.ts"
import { identifier } from "../../sql/quoted.ts"
import { tableName } from "../../sql/tableName.ts"
import { dialect } from "../dialect.ts"

/**
 * Updates the rows that are stored, and inserts the others. Where another transaction inserts one of them meanwhile its shard refuses it
 * by its key, and nothing is stored.
 */
export const upserting = (distributionOf: Sharding["distributionOf"]): Dialect["upsert"] => (parts) => {
  const distribution = distributionOf(parts.table)
  if (distribution === undefined || distribution === "reference") return dialect.upsert(parts)
  const { columns, counter, key, living, owner, source, table, update } = parts
  const names = list(columns)
  const isPartial = living !== undefined && isOfLiving(table, key)
  const stored = (of: ReadonlyArray<TableColumn>) =>
    of.map(({ name }) => `stored.${identifier(name)} = given.${identifier(name)}`)
  const alive = living === undefined ? [] : [`stored.${identifier(living.name)} IS NULL`]
  const given = `given (${names}) AS MATERIALIZED (${source})`
  const name = tableName(table, dialect)
  const insert = (unless: string) =>
    `INSERT INTO ${name} (${names}) SELECT ${names} FROM given WHERE NOT EXISTS (${unless})`
  if (update.length === 0 && counter === undefined) {
    const same = [...stored(key), ...(isPartial ? alive : [])].join(" AND ")
    return `WITH ${given} ${insert(`SELECT FROM ${name} AS stored WHERE ${same}`)}`
  }
  const set = [
    ...update.map((column) => `${identifier(column.name)} = given.${identifier(column.name)}`),
    ...(counter === undefined ? [] : [`${identifier(counter.name)} = stored.${identifier(counter.name)} + 1`])
  ]
  const returned = key.map((column) => `given.${identifier(column.name)}`).join(", ")
  const done = key.map((column) => `updated.${identifier(column.name)} = given.${identifier(column.name)}`)
  return `WITH ${given}, updated AS (UPDATE ${name} AS stored SET ${set.join(", ")} FROM given ` +
    `WHERE ${[...stored([...key, ...owner]), ...alive].join(" AND ")} RETURNING ${returned}), ` +
    `inserted AS (${insert(`SELECT FROM updated WHERE ${done.join(" AND ")}`)} RETURNING 1) ` +
    `SELECT FROM updated UNION ALL SELECT FROM inserted`
}

const list = (columns: ReadonlyArray<TableColumn>): string => columns.map(({ name }) => identifier(name)).join(", ")

/** Whether the key is kept among rows that are not deleted alone. */
const isOfLiving = (table: Table, key: ReadonlyArray<TableColumn>): boolean =>
  key.some((column) => !table.primaryKey.includes(column))
