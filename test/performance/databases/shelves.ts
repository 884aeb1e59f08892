/**
 * What each test's database is made of: 20 tables, made by a migration.
 */
import { Migration, Type } from "../../../src/index.ts"

/** With a primary key and a foreign key each; and where they are indexed, with a unique column and an index besides. */
export const shelves = (isIndexed: boolean) => ({
  migrations: { revisions: [Migration.make({ id: "8f2c41d09a7b", up: names.flatMap(made(isIndexed)) })] }
})

const names = Array.from({ length: 20 }, (_, index) => `shelf_${index}`)

const made = (isIndexed: boolean) => (name: string, index: number) => [
  Migration.createTable({
    name,
    columns: [
      Migration.column("id", Type.int32),
      Migration.column("title", Type.text),
      Migration.column("price", Type.double),
      Migration.column("added", Type.timestamp),
      Migration.column("sold", Type.boolean),
      Migration.column("beside", Type.int32, { nullable: true })
    ],
    primaryKey: { columns: ["id"] },
    uniques: isIndexed ? [{ columns: ["title"] }] : [],
    foreignKeys: index === 0 ? [] : [{
      columns: ["beside"],
      references: { name: `shelf_${index - 1}` },
      targets: ["id"]
    }]
  }),
  ...isIndexed ? [Migration.createIndex(name, `${name}_price`, ["price"])] : []
]
