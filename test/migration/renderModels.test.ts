/**
 * Models that are written of tables are what those tables were made of.
 */
import { assert, it } from "@effect/vitest"
import {
  Check,
  Column,
  type ColumnType,
  type Dialect,
  Generated,
  Index,
  Model,
  Reference,
  type Structure,
  Table
} from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { renderModels } from "../../src/migration/pulling/renderModels.ts"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { tableStructure } from "../../src/sql/tableStructure.ts"
import { compilerOutput, importModels, projectDirectory, writeFiles } from "./modelFiles.ts"

class Publisher extends Model.Class<Publisher>("Publisher")({
  id: Column.serial(Schema.Int),
  name: Column.unique(Schema.NonEmptyString),
  parentId: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Publisher, "id", { onDelete: "setNull" })
}, { table: "publishers", columns: "snake_case" }) {}

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  title: Column.comment(Schema.NonEmptyString, "As it stands on the \"cover\" */"),
  kind: Schema.Literals(["novel", "it's poetry"]),
  price: Column.decimal({ precision: 12, scale: 2 }),
  pages: Column.withDefault(Schema.Int.check(Schema.isGreaterThan(0)), 1),
  big: Column.withDefault(Column.int64.check(Schema.isLessThanBigInt(2n ** 60n)), 7n),
  isOld: Column.withDefault(Schema.Boolean, false),
  motto: Column.withDefault(Schema.NullOr(Column.text(40)), String.raw`it's; \`\${nothing}\``),
  code: Schema.String.check(Schema.isPattern(/^[A-Z]{2,3}-[0-9]+\/x$/)),
  country: Column.char(2),
  added: Column.databaseDefault(Column.timestamp, "now"),
  day: Column.databaseDefault(Column.date, "today"),
  token: Column.databaseDefault(Column.uuid, "uuid"),
  rank: Column.databaseDefault(Schema.Number, { sql: "1 + 1" }),
  document: Schema.NullOr(Column.json(Schema.Json)),
  embedding: Column.vector(3),
  tags: Schema.Array(Schema.String),
  names: Schema.Struct({ "long name": Schema.String, short: Schema.NullOr(Schema.String) }),
  counts: Column.map(Schema.String, Schema.Int),
  flags: Column.custom(Schema.String, { as: Schema.String, duckdb: "BIT", postgres: "BIT VARYING" }),
  initial: Column.generated(Schema.NullOr(Schema.String)),
  publisherId: Column.references(Schema.Int, () => Publisher, "id", { onDelete: "cascade" }),
  "Odd Name": Schema.Number
}, {
  table: "books",
  schema: "shop",
  columns: "snake_case",
  comment: "What is sold.",
  indexes: [Index.on("title"), Index.named("idx_price", Index.on("price", "kind")), Index.unique("title", "code")]
}) {
  static readonly generated = () => Generated.of(Book, (book) => ({ initial: book.title }))
  static readonly checks = () => Check.of(Book, (book) => ({ "old & big": book.pages.gt(1) }))
}

class Shelf extends Model.Class<Shelf>("Shelf")({
  hall: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Column.int16)
}, { table: "shelves" }) {}

class Copy extends Model.Class<Copy>("Copy")({
  id: Column.primaryKey(Column.uuid),
  book: Column.references(Schema.String, () => Book, "isbn"),
  hall: Schema.String,
  shelf: Column.int16
}, { table: "copies", references: [Reference.to(["hall", "shelf"], () => Shelf, ["hall", "number"])] }) {}

class Standing extends Model.Class<Standing>("Standing")({
  publisherId: Column.primaryKey(Column.references(Schema.Int, () => Publisher, "id")),
  isbn: Column.primaryKey(Column.references(Schema.String, () => Book, "isbn"))
}, { table: "standings", columns: "snake_case" }) {}

const models = [Publisher, Book, Shelf, Copy, Standing]

/** A type as a database tells it, which knows no lists of values and nothing of nulls inside of others. */
const told = (type: ColumnType.ColumnType, dialect: Dialect.Dialect): ColumnType.ColumnType => {
  const isPostgres = dialect.key === "postgres"
  if (type._tag === "Enum" || (type._tag === "Text" && !isPostgres)) return { _tag: "Text" }
  if (type._tag === "Text" && type.length !== undefined) return { ...type, length: { ...type.length, least: 0 } }
  if (type._tag === "List" && isPostgres) return { _tag: "List", element: type.element }
  if (type._tag === "Int64") return { _tag: "Int64", as: "bigint" }
  return isPostgres && (type._tag === "Struct" || type._tag === "Map") ? { _tag: "Json" } : type
}

const structureOf = (
  all: ReadonlyArray<Model.Stored>,
  dialect: Dialect.Dialect
): ReadonlyArray<Structure.TableStructure> =>
  all.map((model) => {
    const table = tableStructure(Table.tableOf(model), dialect)
    return { ...table, columns: table.columns.map((column) => ({ ...column, type: told(column.type, dialect) })) }
  })

/** Brackets are the database's, which tells all texts in its own way. */
const bare = (sql: Structure.SqlText): string =>
  (typeof sql === "string" ? sql : JSON.stringify(sql)).replaceAll(/[()]/g, "")

const byName = <A extends { readonly name?: string | undefined }>(things: ReadonlyArray<A>): ReadonlyArray<A> =>
  things.toSorted((one, other) => String(one.name).localeCompare(String(other.name)))

/** The tables without what means nothing: orders, and brackets. */
const compared = (tables: ReadonlyArray<Structure.TableStructure>) =>
  tables.map((table) => ({
    ...table,
    columns: byName(table.columns).map(({ generated, ...column }) => ({
      ...column,
      generated: generated && bare(generated)
    })),
    indexes: byName(table.indexes),
    checks: byName(table.checks.map(({ condition, name }) => ({ name, condition: bare(condition) })))
  }))

for (const dialect of [duckdb, postgres]) {
  for (const oneFile of [false, true]) {
    it.effect(
      `${dialect.name}: models in ${oneFile ? "one file" : "files"} make the tables that they were read from`,
      () =>
        Effect.gen(function*() {
          const tables = structureOf(models, dialect)
          const directory = yield* projectDirectory
          const pulled = renderModels({ schemas: ["shop"], enums: [], sequences: [], views: [], tables }, dialect, {
            oneFile
          })
          writeFiles(directory, pulled.files)
          assert.deepStrictEqual(compilerOutput(directory), "")
          const imported = yield* Effect.promise(() => importModels(directory))
          assert.deepStrictEqual(compared(structureOf(imported.models, dialect)), compared(tables))
          assert.deepStrictEqual(pulled.unsaid, [])
        }),
      60_000
    )
  }
}
