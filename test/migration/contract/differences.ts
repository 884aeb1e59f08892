/**
 * A database differs from its models in what really differs, and in nothing else.
 */
import { assert, layer } from "@effect/vitest"
import { Check, Column, Generated, Index, Mixin, Model, Session, type Structure } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { comparing } from "../../../src/migration/comparing/desired.ts"
import { differences, differencesOf, type Options } from "../../../src/migration/comparing/differences.ts"
import { described } from "../../../src/migration/planning/planSteps.ts"
import { Database as Service } from "../../../src/session/Database.ts"
import { kinds } from "../../contract/columnKinds.ts"
import type { Database } from "../../contract/Subject.ts"

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Column.unique(Schema.String)
}, { table: "diff_authors" }) {}

const money = Column.decimal({ precision: 12, scale: 2 })

/** The fields of every version of a book. */
const plain = { id: Column.primaryKey(Schema.Int), title: Schema.String, price: Schema.NullOr(money) }

const book = Model.Class<{ readonly id: number }>("Book")

/** What a version of the model says otherwise, and what the database lacks for that. */
const versions: ReadonlyArray<
  readonly [
    title: string,
    version: (table: string) => Model.Stored,
    expected: (table: string) => ReadonlyArray<string>
  ]
> = [
  ["nothing else", (table) => book(plain, { table }), () => []],
  ["a column more", (table) => book({ ...plain, note: Schema.NullOr(Schema.String) }, { table }), (table) => [
    `add column ${table}.note`
  ]],
  [
    "a column less",
    (table) => book({ id: plain.id, title: plain.title }, { table }),
    (table) => [`drop column ${table}.price`]
  ],
  ["another type", (table) => book({ ...plain, price: Schema.NullOr(Schema.Number) }, { table }), (table) => [
    `change column ${table}.price`
  ]],
  ["never null", (table) => book({ ...plain, price: money }, { table }), (table) => [`change column ${table}.price`]],
  [
    "a default",
    (table) => book({ ...plain, title: Column.withDefault(Schema.String, "it's new") }, { table }),
    (table) => [`change column ${table}.title`]
  ],
  ["a check by its schema", (table) => book({ ...plain, title: Schema.NonEmptyString }, { table }), (table) => [
    `add check ${table}.${table}_title_check`
  ]],
  [
    "a check of its own",
    (table) => {
      class Book extends Model.Class<Book>("Book")(plain, { table }) {
        static readonly checks = () => Check.of(Book, ({ price }) => ({ notFree: price.gt(BigDecimal.fromBigInt(0n)) }))
      }
      return Book
    },
    (table) => [`add check ${table}.notFree`]
  ],
  [
    "a computed column",
    (table) => {
      class Book extends Model.Class<Book>("Book")(
        { ...plain, shout: Column.generated(Schema.NullOr(Schema.String)) },
        { table }
      ) {
        static readonly generated = () => Generated.of(Book, ({ title }) => ({ shout: title.upper() }))
      }
      return Book
    },
    (table) => [`add column ${table}.shout`]
  ],
  ["a unique key", (table) => book({ ...plain, title: Column.unique(Schema.String) }, { table }), (table) => [
    `add unique key ${table} (title)`
  ]],
  ["an index", (table) => book(plain, { table, indexes: [Index.on("title", "price")] }), (table) => [
    `create index ${table}_title_price_index`
  ]],
  [
    "a unique key of what is not deleted",
    (table) => book({ ...plain, ...Mixin.softDelete }, { table, indexes: [Index.unique("title")] }),
    (table) => [`add column ${table}.deletedAt`, `create index ${table}_title_living`]
  ],
  ["something said of it", (table) => book(plain, { table, comment: "It's \"all\"\nthere is." }), (table) => [
    `comment on ${table}`
  ]],
  [
    "a reference",
    (table) =>
      book({
        ...plain,
        authorId: Column.references(Schema.NullOr(Schema.Int), () => Author, "id", { onDelete: "cascade" })
      }, { table }),
    (table) => ["create table diff_authors", `add column ${table}.authorId`, `add foreign key ${table} (authorId)`]
  ],
  [
    "another key",
    (table) => book({ ...plain, id: Schema.Int, title: Column.primaryKey(Schema.String) }, { table }),
    (table) => [
      `drop primary key ${table} (id)`,
      `add primary key ${table} (title)`
    ]
  ]
]

const words = (models: ReadonlyArray<Model.Any>, options?: Options) =>
  Effect.map(differences(models, { keepUnknown: true, ...options }), (operations) => operations.map(described))

export const differing = (name: string, database: Database) =>
  layer(database, { timeout: "60 seconds" })(`${name}: differences`, (it) => {
    it.effect("are none after the tables of all kinds of columns were made", () =>
      Effect.gen(function*() {
        const models = kinds.map(({ name: kind, schema }, index) =>
          Model.Class<{ readonly id: number }>(`Kind${index}`)({
            id: Column.primaryKey(Schema.Int),
            value: schema,
            maybe: Schema.NullOr(schema)
          }, { table: `kind ${index}`, comment: kind })
        )
        yield* Session.createTables(models)
        assert.deepStrictEqual(yield* differences(models), [])
      }))

    it.effect.each(versions.map(([title], index) => [title, index] as const))(
      "are found in %s",
      ([, index]) =>
        Effect.gen(function*() {
          const table = `diff_books_${index}`
          const [, version, expected] = versions[index] ?? assert.fail("no such version")
          yield* Session.createTables([book(plain, { table })])
          const found = yield* words([version(table)])
          assert.sameMembers([...found], [...expected(table)])
        })
    )

    it.effect("are found in schemas, and in references within them", () =>
      Effect.gen(function*() {
        class Shelf extends Model.Class<Shelf>("Shelf")({ id: Column.serial(Schema.Int) }, {
          schema: "diff sales",
          table: "shelves"
        }) {}
        class Place extends Model.Class<Place>("Place")({
          id: Column.serial(Schema.Int),
          shelf: Column.references(Schema.Int, () => Shelf, "id")
        }, { schema: "diff sales", table: "places" }) {}
        // what a model refers to is wanted, too
        assert.deepStrictEqual(yield* words([Place]), [
          "create schema diff sales",
          "create table diff sales.shelves",
          "create table diff sales.places"
        ])
        yield* Session.createTables([Shelf, Place])
        assert.deepStrictEqual(yield* words([Place]), [])
      }))

    it.effect("tell renames that are told, and candidates where they are not", () =>
      Effect.gen(function*() {
        yield* Session.createTables([book(plain, { table: "diff_old" })])
        const renamed = book({ id: plain.id, heading: Schema.String, price: plain.price }, { table: "diff_new" })
        const only: Options = { ignore: ["kind *", "diff_books*", "diff sales.*", "diff_authors"] }
        assert.deepStrictEqual(yield* words([renamed], { ...only, keepUnknown: false }), [
          "create table diff_new",
          "drop table diff_old"
        ])
        const renames = { diff_old: "diff_new", "diff_old.title": "heading" }
        assert.deepStrictEqual(yield* words([renamed], { ...only, keepUnknown: false, renames }), [
          "rename column diff_old.title to heading",
          "rename table diff_old to diff_new"
        ])
        const { dialect } = yield* Service
        const compared = yield* comparing([renamed], only)
        const { candidates } = yield* Effect.fromResult(differencesOf(compared, dialect))
        assert.deepStrictEqual(candidates, [{ kind: "table", from: "diff_old", to: ["diff_new"] }])
        const next = yield* Effect.fromResult(differencesOf(compared, dialect, { diff_old: "diff_new" }))
        assert.deepStrictEqual(next.candidates, [{ kind: "column", from: "diff_old.title", to: ["heading"] }])
        const refused = yield* Effect.flip(
          differences([renamed], { ...only, renames: { "diff_old.titel": "heading" } })
        )
        assert.strictEqual(refused._tag, "RenameRefused")
      }))

    it.effect("leave alone the tables of migrators, and what they are told to", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`DROP TABLE IF EXISTS alembic_version`
        yield* sql`CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)`
        yield* sql`CREATE TABLE diff_left (id INTEGER)`
        const ignore = ["kind *", "diff_b*", "diff_o*", "diff sales.*", "diff_authors"]
        const found = (options: Options) => words([], { ignore, keepUnknown: false, ...options })
        assert.deepStrictEqual(yield* found({}), ["drop table diff_left"])
        assert.deepStrictEqual(yield* found({ ignore: [...ignore, "diff_left"] }), [])
        assert.deepStrictEqual(yield* found({ keepUnknown: true }), [])

        yield* Session.createTables([book(plain, { table: "diff_parts" })])
        yield* sql`CREATE INDEX diff_index ON diff_parts (title)`
        yield* sql`ALTER TABLE diff_left ADD COLUMN note VARCHAR`
        const other = book({ ...plain, price: Schema.NullOr(Schema.Number) }, { table: "diff_parts" })
        assert.deepStrictEqual(yield* words([other]), ["drop index diff_index", "change column diff_parts.price"])
        assert.deepStrictEqual(yield* words([other], { ignore: ["diff_parts.diff_index", "diff_parts.price"] }), [])
      }))

    it.effect("are found in views, enums and sequences that are given, and in no others", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const model = book(plain, { table: "diff_viewed" })
        const titles = "select v.title, count(*) as n from diff_viewed v, diff_dear d where v.id = d.id group by 1"
        const views: ReadonlyArray<Structure.ViewStructure> = [
          { name: "diff_titles", sql: titles },
          { name: "diff_dear", sql: "SELECT * FROM diff_viewed WHERE price > 10" }
        ]
        const enums = [{ name: "diff_mood", values: ["good", "bad"] }]
        const sequences = [{ name: "diff_numbers", start: 5, increment: 2 }]
        assert.deepStrictEqual(yield* words([model], { views, enums, sequences }), [
          "create enum diff_mood",
          "create sequence diff_numbers",
          "create table diff_viewed",
          "create view diff_dear",
          "create view diff_titles"
        ])
        yield* Session.createTables([model])
        yield* sql`CREATE TYPE diff_mood AS ENUM ('good')`
        yield* sql`CREATE SEQUENCE diff_numbers START WITH 5 INCREMENT BY 2`
        yield* sql`CREATE VIEW diff_dear AS SELECT * FROM diff_viewed WHERE price > 11`
        yield* sql`CREATE VIEW diff_other AS SELECT id FROM diff_viewed`
        assert.deepStrictEqual(yield* words([model], { views, enums, sequences }), [
          "drop view diff_dear",
          "change enum diff_mood",
          "create view diff_dear",
          "create view diff_titles"
        ])
        assert.deepStrictEqual(yield* words([model]), [])
        yield* sql`DROP VIEW diff_dear`
        yield* sql`CREATE VIEW diff_dear AS SELECT * FROM diff_viewed WHERE price > 10`
        yield* sql.unsafe(`CREATE VIEW diff_titles AS ${titles}`)
        assert.deepStrictEqual(yield* words([model], { views, sequences }), [])
      }))

    it.effect("are found in columns of an enum that is wanted itself", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const Shade = Column.custom(Schema.String, {
          as: Schema.String,
          duckdb: "\"diff Shade\"",
          postgres: "\"diff Shade\""
        })
        const model = book({ ...plain, shade: Shade, other: Schema.NullOr(Shade), shades: Schema.Array(Shade) }, {
          table: "diff_shades"
        })
        const enums = [{ name: "diff Shade", values: ["light", "dark"] }]
        assert.deepStrictEqual(yield* words([model], { enums }), ["create enum diff Shade", "create table diff_shades"])
        yield* sql`CREATE TYPE "diff Shade" AS ENUM ('light', 'dark')`
        yield* Session.createTables([model])
        assert.deepStrictEqual(yield* words([model], { enums }), [])
        const text = book(
          { ...plain, shade: Schema.String, other: Schema.NullOr(Shade), shades: Schema.Array(Shade) },
          {
            table: "diff_shades"
          }
        )
        assert.deepStrictEqual(yield* words([text], { enums }), ["change column diff_shades.shade"])
        assert.deepStrictEqual(yield* words([text]), ["change column diff_shades.shade"])
      }))

    it.effect("make a view anew that reads a renamed table, although nobody asks for it", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Session.createTables([book(plain, { table: "diff_read" })])
        yield* sql`CREATE VIEW diff_reader AS SELECT diff_read.id FROM diff_read`
        const renamed = book(plain, { table: "diff_read_anew" })
        assert.deepStrictEqual(yield* words([renamed], { renames: { diff_read: "diff_read_anew" } }), [
          "drop view diff_reader",
          "rename table diff_read to diff_read_anew",
          "create view diff_reader"
        ])
      }))

    it.effect("are refused of tables in other databases", () =>
      Effect.gen(function*() {
        const refused = yield* Effect.flip(differences([book(plain, { table: "diff_far", database: "other" })]))
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "other.diff_far")
      }))
  })
