/**
 * Writes of rows that are told by what they are, and not by their keys.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Table } from "../model/Table.ts"
import { type Projection, type Select, selectFrom } from "../sql/ast.ts"
import { compileSelect } from "../sql/compile.ts"
import { compileWrite } from "../sql/compileWrite.ts"
import { keyIsAmong } from "../sql/keyCondition.ts"
import { type Alias, fieldOf, type Node } from "../sql/node.ts"
import { keyTexts } from "../sql/rowKey.ts"
import type { Delete, InsertFrom, Update, Write } from "../sql/write.ts"
import type { compiling } from "./compiling.ts"
import type { Database } from "./Database.ts"
import { deletion, isMarked } from "./deletion.ts"
import { isRecorded, type Recorder } from "./history.ts"
import { completed } from "./mixedIn.ts"
import { Conflict, Unsupported } from "./OrmError.ts"

/** The writes of a session's database. */
export const writes = (
  database: Database["Service"],
  compiled: ReturnType<typeof compiling>,
  record: Recorder
) => {
  const { dialect } = database
  const lock = dialect.features.rowLocks === true ? { strength: "update", wait: "wait" } as const : undefined
  const seeToReferring = deletion(database, compiled)

  const compileAs = <A>(write: Write, projection: Projection | undefined) =>
    compiled((circumstances, services) =>
      compileWrite<A>(completed(write, services), projection, dialect, circumstances)
    )

  const compileChange = (write: Write) => compileAs<never>(write, undefined)

  const execute = (write: Write) =>
    Effect.flatMap(compileChange(write), (query) => database.execute(query, writtenBy(write)))

  const giveBack = <A>(write: Write, projection: Projection) =>
    Effect.flatMap(compileAs<A>(write, projection), (query) => database.write(query, writtenBy(write)))

  const read = <A>(select: Select<A>) =>
    Effect.flatMap(compiled((circumstances) => compileSelect(select, dialect, circumstances)), database.read)

  /** What is made of the rows that a write is about to change; they stay as they are until then, where rows can be locked. */
  const beforehand = <A>(write: Update | Delete, projection: Projection) =>
    read<A>({ ...rowsOf<A>(write, write.where, projection), lock })

  /** What is made of the rows with these keys; whatever a write has made of them, they are its rows. */
  const readByKeys = <A>(found: Found, keys: ReadonlyArray<Row>, projection: Projection) => {
    const select = rowsOf<A>(found, keyIsAmong(found.table, found.alias, keys), projection)
    return Effect.flatMap(
      compiled((circumstances) => compileSelect(select, dialect, { ...circumstances, conditions: () => [] })),
      database.read
    )
  }

  /** Before a delete, what refers to its rows is seen to: in transactions of its own, once the delete itself can be said. */
  const beginning = <A, E>(write: Delete, run: Effect.Effect<A, E>) => {
    const seeing = seeToReferring(write)
    return seeing === undefined ? run : Effect.andThen(Effect.andThen(compileChange(write), seeing), run)
  }

  /** Runs a write, and writes down what it makes of its rows where their model asks for that. */
  const recording = <A extends number | ReadonlyArray<unknown>, E>(
    write: Update | Delete,
    run: Effect.Effect<A, E>
  ) => {
    const { table } = write
    if (!isRecorded(table)) return run
    return database.transaction(Effect.gen(function*() {
      const before = yield* beforehand<Row>(write, instanceOf(write))
      const result = yield* run
      yield* refuseOthers(before, typeof result === "number" ? result : result.length)
      const after = write._tag === "Delete" ? [] : yield* sameRows(write, before)
      yield* record(table, before, after)
      return result
    }))
  }

  /** The rows as they are now, each at the place that it had. */
  const sameRows = Effect.fnUntraced(function*(write: Update, before: ReadonlyArray<Row>) {
    if (!isKeyed(write)) return yield* keyless(write.table)
    const rows = yield* readByKeys<Row>(write, before, instanceOf(write))
    const texts = textsOf(write.table, rows)
    const places = new Map(texts.map((text, place) => [text, rows[place]]))
    return textsOf(write.table, before).map((text) => places.get(text))
  })

  /** Inserts rows of a read whose model wants them written down. */
  const recordedInsert = Effect.fnUntraced(function*(write: InsertFrom) {
    const inserted = yield* giveBack<Row>(write, instanceOf(write))
    yield* record(write.table, [], inserted)
    return inserted
  })

  /** The number of rows that a write changes. */
  const change = (write: Write) => {
    switch (write._tag) {
      case "RawWrite":
        return execute(write)
      case "Update":
        return recording(write, execute(write))
      case "Delete":
        return beginning(write, recording(write, execute(write)))
      case "InsertFrom":
        return isRecorded(write.table)
          ? Effect.map(database.transaction(recordedInsert(write)), ({ length }) => length)
          : execute(write)
    }
  }

  /** What is made of the rows that a write changes; what the database doesn't give back is read in the same transaction. */
  const returning = <A>(write: Write, projection: Projection) => {
    const isGivenBack = isPlain(projection) || dialect.features.returnsExpressions
    switch (write._tag) {
      case "RawWrite":
        return giveBack<A>(write, projection)
      case "Delete": {
        // a row that is only marked is told as it was, too
        const gone = isGivenBack && !isMarked(write.table)
          ? giveBack<A>(write, projection)
          : database.transaction(
            Effect.tap(
              beforehand<A>(write, projection),
              (rows) => Effect.flatMap(execute(write), (count) => refuseOthers(rows, count))
            )
          )
        return beginning(write, recording(write, gone))
      }
      case "Update": {
        if (isGivenBack && (dialect.features.updateReturns || !isKeyed(write))) {
          return recording(write, giveBack<A>(write, projection))
        }
        if (!isKeyed(write)) return keyless(write.table)
        // the condition holds for the same rows before the update and in it
        const keys = beforehand<Row>(write, keyOf(write))
        const changed = database.transaction(
          Effect.flatMap(Effect.tap(keys, () => execute(write)), (found) => readByKeys<A>(write, found, projection))
        )
        return recording(write, changed)
      }
      case "InsertFrom": {
        const isWhole = projection._tag === "Instance"
        if (isGivenBack && (isWhole || !isRecorded(write.table))) {
          const inserted = giveBack<A>(write, projection)
          if (!isRecorded(write.table)) return inserted
          return database.transaction(Effect.tap(inserted, (rows) => record(write.table, [], rows)))
        }
        if (!isKeyed(write)) return keyless(write.table)
        const inserted = isRecorded(write.table) ? recordedInsert(write) : giveBack<Row>(write, keyOf(write))
        return database.transaction(Effect.flatMap(inserted, (rows) => readByKeys<A>(write, rows, projection)))
      }
    }
  }

  const keyless = ({ model }: Table) =>
    Effect.fail(
      new Unsupported({
        database: dialect.name,
        feature: `calculating with rows of ${model.identifier} as they are written, which has no primary key`,
        instead: "Let the columns themselves be given back."
      })
    )

  return { change, compileChange, returning }
}

type Row = Readonly<Record<string, unknown>>

/** The rows of a table as a write calls them. */
interface Found {
  readonly table: Table
  readonly alias: Alias
}

const rowsOf = <A>({ alias, table }: Found, where: Node | undefined, projection: Projection): Select<A> => ({
  ...selectFrom<A>({ _tag: "TableSource", table, alias }, projection),
  where
})

const isKeyed = ({ table }: Found): boolean => table.primaryKey.length > 0

const keyOf = ({ alias, table }: Found): Projection => ({
  _tag: "Record",
  fields: table.primaryKey.map((column) => [column.field, { _tag: "Value", node: fieldOf(alias, column) }])
})

const instanceOf = ({ alias, table }: Found): Projection => ({
  _tag: "Instance",
  source: alias,
  table,
  optional: false
})

const textsOf = ({ primaryKey }: Table, rows: ReadonlyArray<Row>) =>
  keyTexts(primaryKey.map(({ field }) => rows.map((row) => row[field])), rows.length)

/** Another transaction may have made rows fit a condition between their being read and changed, where only found ones are locked. */
const refuseOthers = (rows: ReadonlyArray<unknown>, changed: number): Effect.Effect<void, Conflict> =>
  rows.length === changed
    ? Effect.void
    : Effect.fail(
      new Conflict({ reason: `${changed} rows were changed where ${rows.length} had been found just before` })
    )

/** Whether rows become nothing but their own columns. */
const isPlain = (projection: Projection): boolean =>
  projection._tag === "Record"
    ? projection.fields.every(([, field]) => isPlain(field))
    : projection._tag === "Instance" || projection._tag === "Value" && projection.node._tag === "Field"

/** The table that errors name; a statement by hand tells none. */
const writtenBy = (write: Write): Table | undefined => write._tag === "RawWrite" ? undefined : write.table
