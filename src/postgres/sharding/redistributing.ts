/**
 * Spreads the rows of a table otherwise, by another table that takes its place.
 *
 * @since 0.1.0
 */
import type { Operation } from "../../sql/operation.ts"
import { identifier, quoted } from "../../sql/quoted.ts"
import {
  type ForeignKeyStructure,
  isSamePlace,
  type Place,
  placeOf,
  type Structure,
  type TableStructure
} from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"
import { dependents } from "../dependents.ts"
import { dialect } from "../dialect.ts"
import { home } from "./shards.ts"

/**
 * What is done, in order, by operations and statements of SQL. Names of keys and indexes are given up by the old table before the new one
 * takes them, and numbers go on behind the last that was given.
 */
export const redistribution = (
  { to }: Extract<Operation, { readonly _tag: "Distribute" }>,
  { distribution: _, ...table }: TableStructure,
  before: Structure
): ReadonlyArray<Operation | string> => {
  const place = placeOf(table)
  const old = { ...place, name: `before ${place.name}` }
  const views = dependents(
    [{ table, columns: table.columns.map(({ name }) => name), hanging: "views", remade: [] }],
    before
  )
  const keys = foreignKeysOf(place, before)
  const bare: TableStructure = { ...table, uniques: [], indexes: [], foreignKeys: [] }
  const stored = table.columns.filter(({ generated }) => generated === undefined)
  const names = stored.map(({ name }) => identifier(name)).join(", ")
  return [
    ...views.off,
    ...keys.map(reference("DropForeignKey")),
    ...table.indexes.map((index) => ({ _tag: "DropIndex", table: place, index }) as const),
    ...table.uniques.map((key) => ({ _tag: "DropUnique", table: place, key }) as const),
    ...(table.primaryKey === undefined
      ? []
      : [{ _tag: "DropPrimaryKey", table: place, key: table.primaryKey } as const]),
    { _tag: "RenameTable", table: place, to: old.name },
    {
      _tag: "CreateTable",
      table: { ...table, foreignKeys: [], ...(to === undefined ? {} : { distribution: to }) }
    },
    `INSERT INTO ${tableName(place, dialect)} (${names}) SELECT ${names} FROM ${tableName(old, dialect)}`,
    ...stored.filter(({ identity }) => identity).map(({ name }) => continued(place, old, name)),
    { _tag: "DropTable", table: { ...bare, ...old } },
    ...keys.map(reference("AddForeignKey")),
    ...views.on
  ]
}

/** Refuses a table that has what no structure tells: the table that takes its place would be without. */
export const refuseLosses = (table: Place): string => {
  const name = tableName(table, dialect)
  const refusals = losses.map(([what, condition]) => {
    const reason = `the table ${name} has ${what}, which would be lost when its rows are spread otherwise`
    const hint = `Take them away in the same migration before, and make them anew on the table that it has become.`
    return `IF ${condition} THEN RAISE EXCEPTION USING MESSAGE = ${quoted(reason)}, HINT = ${quoted(hint)}; END IF; `
  })
  return `DO ${quoted(`DECLARE this REGCLASS := ${quoted(name)}; BEGIN ${refusals.join("")}END`)}`
}

const losses: ReadonlyArray<readonly [what: string, condition: string]> = [
  ["policies", "EXISTS (SELECT FROM pg_policy WHERE polrelid = this)"],
  ["row security", "(SELECT relrowsecurity FROM pg_class WHERE oid = this)"],
  [
    "grants",
    "EXISTS (SELECT FROM pg_class, aclexplode(relacl) WHERE oid = this AND grantee <> relowner) " +
    "OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = this AND attacl IS NOT NULL)"
  ],
  [
    "triggers",
    "EXISTS (SELECT FROM pg_trigger JOIN pg_proc f ON f.oid = tgfoid " +
    `WHERE tgrelid = this AND NOT tgisinternal AND pronamespace <> '${home}'::regnamespace)`
  ]
]

interface Referring {
  readonly table: Place
  readonly key: ForeignKeyStructure
}

/** The foreign keys of a table and to it. */
const foreignKeysOf = (place: Place, { tables }: Structure): ReadonlyArray<Referring> =>
  tables.flatMap((table) =>
    table.foreignKeys
      .filter(({ references }) => isSamePlace(table, place) || isSamePlace(references, place))
      .map((key) => ({ table: placeOf(table), key }))
  )

const reference = (_tag: "AddForeignKey" | "DropForeignKey") => (one: Referring): Operation => ({ _tag, ...one })

const continued = (to: Place, from: Place, column: string): string => {
  const sequence = (table: Place) =>
    `pg_get_serial_sequence(${quoted(tableName(table, dialect))}, ${quoted(column)})::regclass`
  const last = `pg_sequence_last_value(${sequence(from)})`
  return `SELECT setval(${sequence(to)}, coalesce(${last}, 1), ${last} IS NOT NULL)`
}
