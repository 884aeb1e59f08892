/**
 * A project of two branches of revisions on a DuckDB file.
 */
export const library = {
  "andamios.config.ts": `
import { Column, Model } from "andamios-orm"
import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"
import { Schema } from "effect"

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Column.int32),
  title: Schema.String
}, { table: "books" }) {}

class Author extends Model.Class<Author>("Author")({ id: Column.primaryKey(Column.int32) }, { table: "authors" }) {}

export default defineConfig({ database: DuckDb.layer({ path: "app.duckdb" }), models: [Book, Author] })
`,
  "migrations/1.ts": `
import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "aa11",
  name: "books",
  up: [
    Migration.createTable({
      name: "books",
      columns: [
        Migration.column("id", Type.int32),
        Migration.column("title", Type.text),
        Migration.column("subtitle", Type.text, { nullable: true })
      ],
      primaryKey: { columns: ["id"] }
    })
  ]
})
`,
  "migrations/2.ts": `
import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "bb22",
  name: "no subtitles",
  parents: ["aa11"],
  up: [Migration.dropColumn("books", Migration.column("subtitle", Type.text, { nullable: true }))]
})
`,
  "migrations/3.up.sql": "-- revision: cc33\n-- name: authors\n-- parents: aa11\n-- labels: people\n\n" +
    "CREATE TABLE authors (id INTEGER PRIMARY KEY);\n",
  "migrations/3.down.sql": "DROP TABLE authors;\n"
}
