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
  const { columns, counter, key, living, lookup, owner, source, table, update } = parts
  const names = list(columns)
  const name = tableName(table, dialect)
  const isOverwriting = update.length > 0 || counter !== undefined
  // any key that a shard keeps counts then, and this one is all that it has
  if (!isOverwriting && isOnlyKey(table, key)) return `INSERT INTO ${name} (${names}) ${source} ON CONFLICT DO NOTHING`
  const isPartial = living !== undefined && isOfLiving(table, key)
  const stored = (of: ReadonlyArray<TableColumn>) =>
    of.map((column) => `stored.${identifier(column.name)} = given.${identifier(column.name)}`)
  const alive = living === undefined ? [] : [`stored.${identifier(living.name)} IS NULL`]
  // one row's values stand in the condition by themselves, which tells the shard
  const given = `given (${names}) AS ${lookup.length === 0 ? "NOT " : ""}MATERIALIZED (${source})`
  const insert = (unless: string) =>
    `INSERT INTO ${name} (${names}) SELECT ${names} FROM given WHERE NOT EXISTS (${unless})`
  if (!isOverwriting) {
    const same = [...stored(key), ...lookup, ...(isPartial ? alive : [])].join(" AND ")
    return `WITH ${given} ${insert(`SELECT FROM ${name} AS stored WHERE ${same}`)}`
  }
  const set = [
    ...update.map((column) => `${identifier(column.name)} = given.${identifier(column.name)}`),
    ...(counter === undefined ? [] : [`${identifier(counter.name)} = stored.${identifier(counter.name)} + 1`])
  ]
  const returned = key.map((column) => `given.${identifier(column.name)}`).join(", ")
  const done = key.map((column) => `updated.${identifier(column.name)} = given.${identifier(column.name)}`)
  return `WITH ${given}, updated AS (UPDATE ${name} AS stored SET ${set.join(", ")} FROM given ` +
    `WHERE ${[...stored([...key, ...owner]), ...lookup, ...alive].join(" AND ")} RETURNING ${returned}), ` +
    `inserted AS (${insert(`SELECT FROM updated WHERE ${done.join(" AND ")}`)} RETURNING 1) ` +
    `SELECT FROM updated UNION ALL SELECT FROM inserted`
}

const list = (columns: ReadonlyArray<TableColumn>): string => columns.map(({ name }) => identifier(name)).join(", ")

/** Whether the key is kept among rows that are not deleted alone. */
const isOfLiving = (table: Table, key: ReadonlyArray<TableColumn>): boolean =>
  key.some((column) => !table.primaryKey.includes(column))

/** Whether a table keeps no other key. */
const isOnlyKey = ({ primaryKey, uniques }: Table, key: ReadonlyArray<TableColumn>): boolean =>
  uniques.length === 0 && primaryKey.length === key.length
