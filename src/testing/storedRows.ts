/**
 * The rows of tables as they are stored, whoever may see them, and back.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { type ForeignKey, identityOf, type Table, type TableColumn, tableOf, targetsOf } from "../model/Table.ts"
import { Database } from "../session/Database.ts"
import type { ReadError, TransactionError, WriteError } from "../session/OrmError.ts"
import { asking, telling } from "../sql/asking.ts"
import type { RowShape } from "../sql/CompiledQuery.ts"
import { keyTexts } from "../sql/rowKey.ts"
import { tableName } from "../sql/tableName.ts"
import { tableShape } from "../sql/tableShape.ts"

/** A row by the names of its columns. */
type Row = Readonly<Record<string, unknown>>

/** The rows of a table. */
export interface StoredRows {
  readonly table: Table
  readonly rows: ReadonlyArray<Row>
}

/** The rows of a table as instances of its model: all of them, be they deleted softly or another tenant's. */
export const instancesIn = Effect.fnUntraced(function*(table: Table) {
  const { dialect, read } = yield* Database
  const shape: RowShape & { readonly _tag: "Instance" } = tableShape(table)
  const columns = table.columns.map(({ name, type }) => dialect.selected(type, dialect.identifier(name)))
  const sql = `SELECT ${columns.join(", ")} FROM ${tableName(table, dialect)}`
  return yield* read<object>({ sql, parameters: [], columns: shape.columns, shape })
})

/**
 * The rows of tables, a table behind those that it refers to: all at one moment, where a database knows one that holds for all of its
 * servers.
 */
export const taken = Effect.fnUntraced(function*(tables: ReadonlyArray<Table>) {
  const { dialect, read, transaction } = yield* Database
  const rowsOf = (table: Table) => {
    const columns = writable(table)
    const selected = columns.map(({ name, type }) => dialect.selected(type, dialect.identifier(name)))
    const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]))
    const sql = `SELECT ${selected.join(", ")} FROM ${tableName(table, dialect)}`
    return Effect.map(read(asking(sql, types)), (rows): StoredRows => ({ table, rows }))
  }
  const isKept = typeof dialect.isolation.begin["repeatable read"] === "string"
  return yield* transaction(Effect.forEach(inOrder(tables), rowsOf), isKept ? { isolation: "repeatable read" } : {})
})

/**
 * Puts rows in the place of those that are there. Where a database can't let go of what is referred to in one transaction, it is done
 * in several, and what was there is put back where one of them fails.
 */
export const put = Effect.fnUntraced(function*(stored: ReadonlyArray<StoredRows>) {
  const { dialect, inTransaction, transaction } = yield* Database
  const clear = Effect.forEach(stored.toReversed(), cleared, { discard: true })
  const fill = Effect.forEach(stored, filled, { discard: true })
  const frees = dialect.features.freesRows || !referToEachOther(stored.map(({ table }) => table))
  if (frees || (yield* inTransaction)) return yield* transaction(Effect.andThen(clear, fill))
  const replaced = Effect.andThen(clear, transaction(fill))
  const before = yield* taken(stored.map(({ table }) => table))
  // the rows come in one transaction, after which nothing fails: until then some may have gone, and none have come
  const back = Effect.flatMap(
    taken(before.map(({ table }) => table)),
    (now) =>
      transaction(
        Effect.forEach(before, (one, index) => filled(without(one, now[index]?.rows ?? [])), { discard: true })
      )
  )
  yield* Effect.uninterruptible(Effect.onError(replaced, () => Effect.orDie(back)))
})

/** The rows that are not among those that are still there. A table without a key has lost all or none. */
const without = ({ rows, table }: StoredRows, there: ReadonlyArray<Row>): StoredRows => {
  if (table.primaryKey.length === 0) return { table, rows: there.length === 0 ? rows : [] }
  const known = new Set(textsOf(table.primaryKey, there))
  const own = textsOf(table.primaryKey, rows)
  return { table, rows: rows.filter((_, index) => !known.has(own[index])) }
}

type Writes = Effect.Effect<void, ReadError | WriteError | TransactionError, Database>

/** Deletes all rows of a table: where they refer to each other, those that nothing refers to first. */
const cleared = ({ table }: StoredRows): Writes =>
  Effect.gen(function*() {
    const { dialect, execute } = yield* Database
    const name = tableName(table, dialect)
    const clear = (condition: string) => execute(telling(`DELETE FROM ${name}${condition}`), table)
    const [key] = dialect.features.freesRows ? [] : selfReferences(table)
    if (key === undefined) return void (yield* clear(""))
    const column = (of: string, { name: own }: TableColumn) => `${of}.${dialect.identifier(own)}`
    const targets = targetsOf(key)
    const refers = key.columns.flatMap((one, index) =>
      targets.slice(index, index + 1).map((target) => `${column("other", one)} = ${column(name, target)}`)
    )
    const itself = table.primaryKey.map((one) => `${column("other", one)} = ${column(name, one)}`)
    const others = itself.length === 0 ? "" : ` AND NOT (${itself.join(" AND ")})`
    const leaves = ` WHERE NOT EXISTS (SELECT 1 FROM ${name} AS other WHERE ${refers.join(" AND ")}${others})`
    while ((yield* clear(leaves)) > 0);
    yield* clear("")
  })

/** Inserts rows: where they refer to each other, each after the one that it refers to. */
const filled = ({ rows, table }: StoredRows): Writes =>
  Effect.gen(function*() {
    const { insert } = yield* Database
    const columns = writable(table)
    for (const level of levelsOf(table, rows)) {
      if (level.length === 0) continue
      const values = columns.map(({ name }) => level.map((row) => row[name]))
      yield* insert({ table, columns, values, count: level.length, returning: undefined })
    }
  })

/** The rows in levels, each of which refers to those before; what is left refers to each other in a circle, and goes together. */
const levelsOf = (table: Table, rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<Row>> => {
  const [key] = selfReferences(table)
  if (key === undefined) return [rows]
  const own = textsOf(targetsOf(key), rows)
  const to = textsOf(key.columns, rows)
  const placed = new Set<string | undefined>([undefined])
  const levels: Array<ReadonlyArray<Row>> = []
  let left = rows.map((row, index) => ({ row, own: own[index], to: to[index] }))
  while (left.length > 0) {
    const ready = left.filter((one) => placed.has(one.to) || one.to === one.own)
    const level = ready.length === 0 ? left : ready
    levels.push(level.map(({ row }) => row))
    for (const one of level) placed.add(one.own)
    left = left.filter((one) => !placed.has(one.own))
  }
  return levels
}

const textsOf = (columns: ReadonlyArray<TableColumn>, rows: ReadonlyArray<Row>) =>
  keyTexts(columns.map(({ name }) => rows.map((row) => row[name])), rows.length)

/** What the database computes comes back by itself. */
const writable = ({ columns }: Table): ReadonlyArray<TableColumn> => columns.filter(({ computed }) => !computed)

const selfReferences = (table: Table): ReadonlyArray<ForeignKey> =>
  table.foreignKeys.filter(({ model }) => identityOf(tableOf(model())) === identityOf(table))

const referToEachOther = (tables: ReadonlyArray<Table>): boolean => {
  const known = new Set(tables.map(identityOf))
  return tables.some(({ foreignKeys }) => foreignKeys.some(({ model }) => known.has(identityOf(tableOf(model())))))
}

/** The tables, each once and behind those that it refers to. */
const inOrder = (tables: ReadonlyArray<Table>): ReadonlyArray<Table> => {
  const all = new Map(tables.map((table) => [identityOf(table), table]))
  const ordered = new Map<string, Table>()
  const visit = (identity: string, path: ReadonlyArray<string>): void => {
    const table = all.get(identity)
    if (table === undefined || ordered.has(identity) || path.includes(identity)) return
    for (const { model } of table.foreignKeys) visit(identityOf(tableOf(model())), [...path, identity])
    ordered.set(identity, table)
  }
  for (const identity of all.keys()) visit(identity, [])
  return [...ordered.values()]
}
