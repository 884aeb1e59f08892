/**
 * Structures as far as a database tells them apart, so that two can be compared by value.
 */
import type { Structure } from "andamios-orm"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { sqlFor } from "../../src/sql/compileTable.ts"
import { fullName } from "../../src/sql/Structure.ts"

const told = (thing: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(thing).filter(([, value]) => value !== undefined).toSorted(([one], [other]) =>
      one.localeCompare(other)
    )
  )

const inOrder = <A>(things: ReadonlyArray<A>): ReadonlyArray<A> =>
  things.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))

const byName = <P extends Structure.Place>(places: ReadonlyArray<P>): ReadonlyArray<P> =>
  places.toSorted((one, other) => fullName(one).localeCompare(fullName(other)))

/** Without the names of keys, which each database makes as it likes. */
export const canonical = (structure: Structure.Structure, dialect: Dialect): unknown => {
  const text = (sql: Structure.SqlText | undefined) => sql === undefined ? undefined : sqlFor(sql, dialect)
  const nameless = ({ name: _, ...key }: Structure.KeyStructure) => told(key)
  return {
    schemas: inOrder(structure.schemas),
    enums: byName(structure.enums).map(told),
    sequences: byName(structure.sequences).map(told),
    tables: byName(structure.tables).map((table) =>
      told({
        ...table,
        columns: inOrder(table.columns.map((column) =>
          told({
            ...column,
            type: dialect.columnType(column.type),
            default: text(column.default),
            generated: text(column.generated)
          })
        )),
        primaryKey: table.primaryKey === undefined ? undefined : nameless(table.primaryKey),
        uniques: inOrder(table.uniques.map(nameless)),
        checks: inOrder(table.checks.map((check) => told({ ...check, condition: text(check.condition) }))),
        foreignKeys: inOrder(
          table.foreignKeys.map((key) => told({ ...nameless(key), references: fullName(key.references) }))
        ),
        indexes: inOrder(
          table.indexes.map((index) => told({ ...index, on: index.on.map(text), where: text(index.where) }))
        )
      })
    ),
    views: byName(structure.views).map(({ reads: _, ...view }) => told({ ...view, sql: text(view.sql) }))
  }
}
