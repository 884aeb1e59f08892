/**
 * Puts the rows of a database aside as Parquet files, with its structure beside them, and makes the database again of them.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { Database } from "../session/Database.ts"
import { asking, telling } from "../sql/asking.ts"
import { compileOperation } from "../sql/compileOperation.ts"
import { inDependencyOrder } from "../sql/creation.ts"
import { inOrder } from "../sql/evolve.ts"
import type { Operation } from "../sql/operation.ts"
import {
  empty,
  type ForeignKeyStructure,
  fullName,
  placeOf,
  type Structure,
  type TableStructure,
  type ViewStructure
} from "../sql/Structure.ts"
import { tableName } from "../sql/tableName.ts"
import { rowFiles } from "./rowFiles.ts"

/**
 * A snapshot can't be taken or restored.
 *
 * @category errors
 * @since 0.1.0
 */
export class SnapshotFailed extends Schema.TaggedError<SnapshotFailed>()("SnapshotFailed", {
  directory: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `The snapshot ${this.directory}: ${this.reason}`
  }
}

/** A number to go on behind: the last one of a sequence, or the highest of a column that numbers its rows. */
const Numbered = Schema.Struct({ of: Schema.String, column: Schema.optionalKey(Schema.String), last: Schema.Int })

const isStructure = (value: unknown): value is Structure =>
  typeof value === "object" && value !== null &&
  ["schemas", "enums", "sequences", "tables", "views"].every((part) =>
    Array.isArray(Object.getOwnPropertyDescriptor(value, part)?.value)
  )

const Contents = Schema.fromJsonString(Schema.Struct({
  format: Schema.Literal(1),
  /** The dialect of the database. */
  dialect: Schema.String,
  at: Schema.DateTimeUtcFromString,
  structure: Schema.declare(isStructure),
  tables: Schema.Array(Schema.Struct({ name: Schema.String, file: Schema.String, rows: Schema.Int })),
  numbers: Schema.Array(Numbered)
}))

const contentsFile = "snapshot.json"

/**
 * Writes all rows of the tables of a structure into a new directory: `snapshot.json` with the structure, and a Parquet file for each
 * table, of one moment; where rows are spread over servers, of one moment for each of these. Until all of it is written the directory has another name, so that one which is there is whole.
 *
 * @category operations
 * @since 0.1.0
 */
export const takeSnapshot = Effect.fn("Snapshot.take")(function*(directory: string, structure: Structure) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  if (yield* files.exists(directory)) {
    return yield* new SnapshotFailed({ directory, reason: "is there already. Give it another name." })
  }
  yield* files.makeDirectory(path.dirname(path.resolve(directory)), { recursive: true })
  const unfinished = yield* files.makeTempDirectory({
    directory: path.dirname(path.resolve(directory)),
    prefix: ".unfinished-snapshot-"
  })
  yield* Effect.andThen(
    Effect.scoped(write(unfinished, structure)),
    files.rename(unfinished, directory)
  ).pipe(
    Effect.onExit((exit) =>
      Exit.isSuccess(exit) ? Effect.void : Effect.ignore(files.remove(unfinished, { recursive: true }))
    )
  )
})

const write = Effect.fnUntraced(function*(directory: string, structure: Structure) {
  const database = yield* Database
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const rows = yield* rowFiles(database)
  const at = yield* DateTime.now
  const numberOf = (sql: string) =>
    Effect.map(database.read(asking(sql, { number: { _tag: "Text" } })), ([row]) => numberIn(row?.number))

  const copied = Effect.gen(function*() {
    const tables = yield* Effect.forEach(structure.tables, (table, index) =>
      Effect.gen(function*() {
        const file = `${index + 1}-${table.name.replace(/[^\w-]+/g, "_")}.parquet`
        yield* rows.write(table, path.join(directory, file))
        const count = yield* numberOf(`SELECT ${asText("count(*)", database)} FROM ${named(table, database)}`)
        return { name: fullName(table), file, rows: count ?? 0 }
      }))
    const sequences = yield* Effect.forEach(
      structure.sequences,
      (sequence) =>
        Effect.map(
          numberOf(rows.lastOf(sequence)),
          (last) => last === undefined ? [] : [{ of: fullName(sequence), last }]
        )
    )
    const identities = structure.tables.flatMap((table) =>
      table.columns.filter(({ identity }) => identity).map(({ name }) => ({ table, name }))
    )
    const columns = yield* Effect.forEach(identities, ({ name, table }) =>
      Effect.map(
        numberOf(
          `SELECT ${asText(`max(${database.dialect.identifier(name)})`, database)} FROM ${named(table, database)}`
        ),
        (last) => last === undefined ? [] : [{ of: fullName(table), column: name, last }]
      ))
    return { tables, numbers: [...sequences.flat(), ...columns.flat()] }
  })

  // shards have no moment in common: each is copied as of one of its own
  const isOfOneMoment = typeof database.dialect.isolation.begin["repeatable read"] === "string"
  const found = yield* database.transaction(copied, isOfOneMoment ? { isolation: "repeatable read" } : {})
  const contents = { format: 1 as const, dialect: database.dialect.key, at, structure, ...found }
  yield* files.writeFileString(
    path.join(directory, contentsFile),
    yield* Effect.orDie(Schema.encodeEffect(Contents)(contents))
  )
})

/**
 * Makes what a snapshot was taken of in a database where nothing of it is: all of it, or nothing. Numbers go on behind the highest.
 *
 * @category operations
 * @since 0.1.0
 */
export const restoreSnapshot = Effect.fn("Snapshot.restore")((directory: string) => Effect.scoped(restore(directory)))

const restore = Effect.fnUntraced(function*(directory: string) {
  const database = yield* Database
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const failed = (reason: string) => new SnapshotFailed({ directory, reason })
  const { dialect } = database

  const text = yield* Effect.mapError(
    files.readFileString(path.join(directory, contentsFile)),
    ({ message }) => failed(`can't be read: ${message}`)
  )
  const { numbers, structure, tables, ...contents } = yield* Effect.mapError(
    Schema.decodeEffect(Contents)(text),
    ({ message }) => failed(`${contentsFile} is not one of a snapshot: ${message}`)
  )
  if (contents.dialect !== dialect.key) {
    return yield* failed(`is of another kind of database (${contents.dialect}) than this one (${dialect.key}).`)
  }

  const rows = yield* rowFiles(database)
  const run = (statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (sql) => database.execute(telling(sql), undefined), { discard: true })
  const make = (operations: ReadonlyArray<Operation>) =>
    run(inOrder(empty, operations).flatMap(({ before, operation }) => compileOperation(operation, dialect, { before })))
  const lastOf = (of: string, column?: string) => numbers.find((one) => one.of === of && one.column === column)?.last

  yield* database.transaction(Effect.gen(function*() {
    yield* make(before(structure))
    for (const sequence of structure.sequences) {
      const last = lastOf(fullName(sequence))
      if (last !== undefined) yield* database.read(asking(rows.advance(sequence, last), { number: { _tag: "Text" } }))
    }
    for (const table of inDependencyOrder(structure.tables)) {
      const stored = tables.find(({ name }) => name === fullName(table))
      if (stored === undefined) return yield* failed(`has no rows of ${fullName(table)}`)
      const numbered = table.columns.filter(({ identity }) => identity).map(({ name }) => ({
        column: name,
        last: lastOf(fullName(table), name) ?? 0
      }))
      yield* run(numbered.flatMap(({ column, last }) => rows.numberFrom(table, column, last)))
      yield* make([{ _tag: "CreateTable", table: rows.addsForeignKeys ? { ...table, foreignKeys: [] } : table }])
      yield* rows.read(table, path.join(directory, stored.file))
      for (const { column, last } of numbered.filter((one) => one.last > 0)) {
        yield* Effect.forEach(
          rows.advanceColumn(table, column, last),
          (sql) => database.read(asking(sql, { number: { _tag: "Text" } }))
        )
      }
      const [counted] = yield* database.read(
        asking(`SELECT ${asText("count(*)", database)} FROM ${named(table, database)}`, { number: { _tag: "Text" } })
      )
      if (Number(counted?.number) !== stored.rows) {
        return yield* failed(
          `has ${stored.rows} rows of ${fullName(table)}, of which ${String(counted?.number)} could be put back`
        )
      }
    }
    yield* make(rows.addsForeignKeys ? structure.tables.flatMap(foreignKeysOf) : [])
    yield* make(viewsInOrder(structure.views).map((view) => ({ _tag: "CreateView", view })))
  }))
})

const before = ({ enums, schemas, sequences }: Structure): ReadonlyArray<Operation> => [
  ...schemas.map((name) => ({ _tag: "CreateSchema", schema: { name } }) as const),
  ...enums.map((type) => ({ _tag: "CreateEnum", enum: type }) as const),
  ...sequences.map((sequence) => ({ _tag: "CreateSequence", sequence }) as const)
]

const foreignKeysOf = (table: TableStructure): ReadonlyArray<Operation> =>
  table.foreignKeys.map((key: ForeignKeyStructure) => ({ _tag: "AddForeignKey", table: placeOf(table), key }))

/** The views, each behind those that it reads. */
const viewsInOrder = (views: ReadonlyArray<ViewStructure>): ReadonlyArray<ViewStructure> => {
  const ordered = new Set<ViewStructure>()
  const visit = (view: ViewStructure): void => {
    views.filter((other) => view.reads?.some((read) => fullName(read) === fullName(other)) === true).forEach(visit)
    ordered.add(view)
  }
  views.forEach(visit)
  return [...ordered]
}

const numberIn = (cell: unknown): number | undefined => cell === null || cell === undefined ? undefined : Number(cell)

const named = (table: TableStructure, { dialect }: Database["Service"]): string => tableName(table, dialect)

const asText = (expression: string, { dialect }: Database["Service"]): string =>
  dialect.cast(expression, { _tag: "Text" })
