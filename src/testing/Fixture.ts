/**
 * Fixtures: rows for tests in files, read through the models.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Model from "../model/Model.ts"
import { identityOf, type Table, tableOf } from "../model/Table.ts"
import { insert } from "../query/insert.ts"
import { Change } from "../session/Change.ts"
import { FileFailed, type FileInvalid, type FileMismatch } from "../session/FileError.ts"
import type { InsertError, ReadError, StatementError, TransactionError } from "../session/OrmError.ts"
import type { ReplayError } from "../session/replay.ts"
import { replay, type Session, transaction } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { rowSchema } from "./fixture/rowSchema.ts"

/**
 * A model, and the file that rows of it are in.
 *
 * @category models
 * @since 0.1.0
 */
export type Fixture<M extends Model.Stored = Model.Stored> = readonly [model: M, path: string]

/**
 * What loading fixtures can fail with: `FileFailed` where a file can't be read, `FileMismatch` where its columns are others,
 * `FileInvalid` where rows don't fit, told by their number from 0, and what storing rows fails with.
 *
 * @category errors
 * @since 0.1.0
 */
export type LoadError =
  | FileFailed
  | FileMismatch
  | FileInvalid
  | ReadError
  | StatementError
  | InsertError
  | ReplayError
  | TransactionError

/**
 * Stores the rows of a file in a model's table: all, or none where one doesn't fit. Answers how many they are.
 *
 * The ending of the path tells what the file is: `.json`, an array or one object a line, `.csv` or `.parquet`, on every database. Columns
 * have the names that they have in the database. What a default or a mixin makes may be missing. Numbers that the database would give may
 * be there: such rows are stored with all their values as they are, and the database's own numbers go on behind them.
 *
 * @errors LoadError
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Fixture, TestDatabase } from "andamios-orm/testing"
 * import { Effect, Layer, Schema } from "effect"
 *
 * class Author extends Model.Class<Author>("Author")({
 *   id: Column.serial(Schema.Int),
 *   name: Schema.NonEmptyString
 * }, { table: "authors" }) {}
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   author: Column.references(Schema.Int, () => Author, "id")
 * }, { table: "books" }) {}
 *
 * const one = Fixture.load(Author, "fixtures/authors.json")
 *
 * const database = Fixture.layer([Book, "fixtures/books.csv"], [Author, "fixtures/authors.json"]).pipe(
 *   Layer.provideMerge(TestDatabase.layer([Author, Book]))
 * )
 * ```
 *
 * @category loading
 * @since 0.1.0
 */
export const load = <M extends Model.Stored>(
  model: M,
  path: string
): Effect.Effect<number, LoadError, Session | Model.WriteServices<M>> =>
  reader(path).pipe(
    Effect.flatMap(({ fixtureRows }) => fixtureRows(model, path)),
    Effect.flatMap((rows) => Effect.as(stored(model, rows), rows.length)),
    Effect.withSpan("Fixture.load", { attributes: { path } })
  )

/** DuckDB reads the files, for other databases, too. It is loaded when there is one to read. */
const reader = (path: string) =>
  Effect.tryPromise({
    try: () => import("./fixture/fixtureRows.ts"),
    catch: (cause) =>
      new FileFailed({
        path,
        reason: `DuckDB reads it: install @duckdb/node-api and @duckdb/node-bindings (${String(cause)})`
      })
  })

/**
 * Stores the rows of several files in one transaction, those that others refer to first. Answers how many they are.
 *
 * @errors LoadError
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Fixture } from "andamios-orm/testing"
 * import { Effect, Schema } from "effect"
 *
 * class Customer extends Model.Class<Customer>("Customer")({ id: Column.serial(Schema.Int) }, { table: "customers" }) {}
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   customerId: Column.references(Schema.Int, () => Customer, "id")
 * }, { table: "parcels" }) {}
 *
 * // customers go first, in whatever order they are named
 * const loaded = Fixture.loadAll([Parcel, "fixtures/parcels.csv"], [Customer, "fixtures/customers.json"]).pipe(
 *   Effect.tap((count) => Effect.log(`${count} rows`))
 * )
 * ```
 *
 * @category loading
 * @since 0.1.0
 */
export const loadAll = <const Fixtures extends ReadonlyArray<Fixture>>(
  ...fixtures: Fixtures
): Effect.Effect<number, LoadError, Session | Model.WriteServices<Fixtures[number][0]>> => {
  const loads: ReadonlyArray<Effect.Effect<number, LoadError, Session | Model.WriteServices<Fixtures[number][0]>>> =
    parentsFirst(fixtures).map(([model, path]) => load(model, path))
  return Effect.map(transaction(Effect.all(loads)), (counts) => counts.reduce((sum, count) => sum + count, 0))
}

/**
 * A Layer that loads files when it is built; see `loadAll`. The tables have to be there.
 *
 * @errors LoadError
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <const Fixtures extends ReadonlyArray<Fixture>>(
  ...fixtures: Fixtures
): Layer.Layer<never, LoadError, Session | Model.WriteServices<Fixtures[number][0]>> =>
  Layer.effectDiscard(loadAll(...fixtures))

/** The fixtures, each behind those that its rows may refer to. */
const parentsFirst = <F extends Fixture>(fixtures: ReadonlyArray<F>): ReadonlyArray<F> => {
  const ordered = new Set<F>()
  const visit = (fixture: F, path: ReadonlyArray<F>): void => {
    if (ordered.has(fixture) || path.includes(fixture)) return
    fixtures
      .filter(([model]) => refersTo(tableOf(fixture[0]), tableOf(model)))
      .forEach((parent) => visit(parent, [...path, fixture]))
    ordered.add(fixture)
  }
  fixtures.forEach((fixture) => visit(fixture, []))
  return [...ordered]
}

const refersTo = ({ foreignKeys }: Table, other: Table): boolean =>
  foreignKeys.some(({ model }) => identityOf(tableOf(model())) === identityOf(other))

/** Stores rows: as they are, where they say what an insert leaves to the database, or name each other. */
const stored = <M extends Model.Stored>(
  model: M,
  rows: ReadonlyArray<Row>
): Effect.Effect<unknown, LoadError, Session | Model.WriteServices<M>> => {
  const table = tableOf(model)
  const isPlain = !refersTo(table, table) &&
    rows.every((row) => Object.keys(row).every((field) => Object.hasOwn(model.insert.fields, field)))
  if (isPlain) return insert<M>(model).values(rows).asEffect()
  const encode = Schema.encodeSync(Schema.toCodecJson(rowSchema(table)))
  const changes = rows.map((row) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a JSON codec of a struct makes JSON objects
    const values = encode(row) as Change["values"]
    const key = Object.entries(values).filter(([name]) => table.primaryKey.some(({ field }) => field === name))
    return new Change({ model: model.identifier, operation: "insert", key: Object.fromEntries(key), values })
  })
  return replay([model], changes)
}
