/**
 * How the rows of a table get into a Parquet file and back: by the database itself, or as texts through a DuckDB of our own.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { DuckDb } from "../duckdb.ts"
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import { Database } from "../session/Database.ts"
import { asking, telling } from "../sql/asking.ts"
import type { CompiledQuery } from "../sql/CompiledQuery.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { quoted } from "../sql/quoted.ts"
import {
  type ColumnStructure,
  isSamePlace,
  type Place,
  type SequenceStructure,
  type TableStructure
} from "../sql/Structure.ts"
import { tableName } from "../sql/tableName.ts"

/** The rows of a database's tables in files. */
export const rowFiles = (database: Database["Service"]) =>
  database.dialect.features.parquet ? Effect.succeed(byItself(database)) : byTexts(database)

const text: ColumnType = { _tag: "Text" }

/** What the database computes comes back by itself. */
const stored = ({ columns }: TableStructure): ReadonlyArray<ColumnStructure> =>
  columns.filter(({ generated }) => generated === undefined)

const names = (columns: ReadonlyArray<{ readonly name: string }>, { identifier }: Dialect): string =>
  columns.map(({ name }) => identifier(name)).join(", ")

const byItself = (database: Database["Service"]) => {
  const { dialect } = database
  const execute = (sql: string) => database.execute(telling(sql), undefined)

  return {
    /** Whether foreign keys can come after the rows. */
    addsForeignKeys: false,

    write: (table: TableStructure, file: string) => {
      const values = stored(table).map(({ name, type }) => {
        const column = dialect.identifier(name)
        return `${dialect.cast(column, inParquet(type))} AS ${column}`
      })
      return Effect.asVoid(
        execute(
          `COPY (SELECT ${values.join(", ")} FROM ${tableName(table, dialect)}) TO ${quoted(file)} (FORMAT parquet)`
        )
      )
    },

    read: Effect.fnUntraced(function*(table: TableStructure, file: string) {
      const columns = stored(table)
      const into = tableName(table, dialect)
      const values = columns.map(({ name, type }) =>
        `${dialect.cast(dialect.identifier(name), type)} AS ${dialect.identifier(name)}`
      )
      const found = `(SELECT ${values.join(", ")} FROM read_parquet(${quoted(file)})) AS found`
      const insert = `INSERT INTO ${into} (${names(columns, dialect)}) SELECT ${names(columns, dialect)} FROM ${found}`
      const own = table.foreignKeys.filter(({ references }) => isSamePlace(references, table))
      if (own.length === 0) return void (yield* execute(insert))

      // a row comes when those of the same table are there that it refers to
      const isThere = (of: ReadonlyArray<string>, targets: ReadonlyArray<string>) =>
        `EXISTS (SELECT 1 FROM ${into} AS there WHERE ${
          Arr.zipWith(of, targets, (name, target) =>
            `there.${dialect.identifier(target)} = found.${dialect.identifier(name)}`).join(" AND ")
        })`
      const conditions = own.flatMap(({ columns: of, targets }) => [
        `NOT ${isThere(targets, targets)}`,
        `(${of.map((name) => `found.${dialect.identifier(name)} IS NULL`).join(" OR ")} OR ${isThere(of, targets)})`
      ])
      while ((yield* execute(`${insert} WHERE ${conditions.join(" AND ")}`)) > 0);
    }),

    lastOf: (sequence: SequenceStructure) =>
      `SELECT CAST(last_value AS VARCHAR) FROM duckdb_sequences() WHERE sequence_name = ${quoted(sequence.name)} AND ` +
      `database_name = current_database() AND schema_name = ${
        sequence.schema === undefined ? "current_schema()" : quoted(sequence.schema)
      }`,

    // a sequence can't be set, and its start is a part of the structure
    advance: (sequence: SequenceStructure, last: number) =>
      `SELECT CAST(count(nextval(${quoted(tableName(sequence, dialect))})) AS VARCHAR) FROM range(${
        (last - sequence.start) / sequence.increment + 1
      })`,

    /** What comes before a table whose numbers go on behind one. */
    numberFrom: (table: Place, column: string, last: number): ReadonlyArray<string> =>
      dialect.identity.before(table, column).map((sql) => `${sql} START WITH ${last + 1}`),

    /** What comes after its rows. */
    advanceColumn: (): ReadonlyArray<string> => []
  }
}

/** What values go into the file as: Parquet has no whole numbers of 128 bits, and no spans more exact than a millisecond. */
const inParquet = (type: ColumnType): ColumnType => {
  switch (type._tag) {
    case "Int128":
    case "UInt128":
    case "Interval":
    case "Custom":
      return text
    case "List":
      return { ...type, element: slotInParquet(type.element) }
    case "Struct":
      return { ...type, fields: type.fields.map(slotInParquet) }
    case "Map":
      return { ...type, key: inParquet(type.key), value: slotInParquet(type.value) }
    case "Text":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "Float":
    case "Double":
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Time":
    case "Timestamp":
    case "Uuid":
    case "Blob":
    case "Json":
    case "Enum":
      return type
  }
}

const slotInParquet = <S extends Slot>(slot: S): S => ({ ...slot, type: inParquet(slot.type) })

const batch = 10_000

const byTexts = Effect.fnUntraced(function*(database: Database["Service"]) {
  const { dialect } = database
  const duck = Context.get(yield* Layer.build(DuckDb.layer({ path: ":memory:" })), Database)
  const execute = (sql: string) => database.execute(telling(sql), undefined)
  const textsOf = (columns: ReadonlyArray<ColumnStructure>) =>
    Object.fromEntries(columns.map((_, index): [string, ColumnType] => [`c${index}`, text]))
  const list: ColumnType = { _tag: "List", element: { type: text, nullable: true } }

  /** A statement over rows, whose columns are its parameters. */
  const fed = (
    sql: string,
    columns: ReadonlyArray<ColumnStructure>,
    rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  ): CompiledQuery<never> => ({
    ...telling(sql),
    parameters: columns.map((_, index) => ({ type: list, value: rows.map((row) => row[`c${index}`] ?? null) }))
  })

  return {
    addsForeignKeys: true,

    write: Effect.fnUntraced(function*(table: TableStructure, file: string) {
      const columns = stored(table)
      const declared = columns.map(({ name }) => `${duck.dialect.identifier(name)} VARCHAR`)
      yield* duck.execute(telling(`CREATE OR REPLACE TABLE found (${declared.join(", ")})`), undefined)
      const values = columns.map(({ name }) => dialect.cast(dialect.identifier(name), text))
      // the driver keeps what it was told of the answer to a text, which has so many columns
      const cursor = `andamios_snapshot_of_${columns.length}`
      yield* execute(
        `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${values.join(", ")} FROM ${tableName(table, dialect)}`
      )
      const next = database.read(asking(`FETCH FORWARD ${batch} FROM ${cursor}`, textsOf(columns)))
      // one JSON text goes in twice as fast as lists of texts
      const cells = columns.map((_, index) => `cells[${index + 1}]`)
      const insert = `INSERT INTO found SELECT ${cells.join(", ")} FROM ` +
        `(SELECT unnest(from_json($1, '[["VARCHAR"]]')) AS cells)`
      for (let rows = yield* next; rows.length > 0; rows = yield* next) {
        const value = JSON.stringify(rows.map((row) => columns.map((_, index) => row[`c${index}`])))
        yield* duck.execute({ ...telling(insert), parameters: [{ type: text, value }] }, undefined)
      }
      yield* execute(`CLOSE ${cursor}`)
      yield* duck.execute(telling(`COPY found TO ${quoted(file)} (FORMAT parquet)`), undefined)
    }),

    read: Effect.fnUntraced(function*(table: TableStructure, file: string) {
      const columns = stored(table)
      const cells = columns.map((_, index) => `c${index}`)
      const values = columns.map(({ type }, index) => dialect.cast(`found.c${index}`, type))
      const parameters = columns.map((_, index) => dialect.placeholder(index + 1, list))
      const sql = `INSERT INTO ${tableName(table, dialect)} (${names(columns, dialect)}) SELECT ${values.join(", ")} ` +
        `FROM unnest(${parameters.join(", ")}) AS found (${cells.join(", ")})`
      const rows = duck.stream(
        asking(`SELECT ${names(columns, duck.dialect)} FROM read_parquet(${quoted(file)})`, textsOf(columns))
      )
      yield* rows.pipe(
        Stream.grouped(batch),
        Stream.runForEach((some) => database.execute(fed(sql, columns, some), undefined))
      )
    }),

    lastOf: (sequence: SequenceStructure) =>
      `SELECT CAST(CASE WHEN is_called THEN last_value END AS TEXT) FROM ${tableName(sequence, dialect)}`,

    advance: (sequence: SequenceStructure, last: number) =>
      `SELECT CAST(setval(${quoted(tableName(sequence, dialect))}, ${last}) AS TEXT)`,

    numberFrom: (): ReadonlyArray<string> => [],

    advanceColumn: (table: Place, column: string, last: number): ReadonlyArray<string> => [
      `SELECT CAST(setval(pg_get_serial_sequence(${quoted(tableName(table, dialect))}, ${
        quoted(column)
      }), ${last}) AS TEXT)`
    ]
  }
})
