/**
 * What a database is made of whose tables are spread over several servers: as on one server, and how they are spread.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "../../session/Database.ts"
import { asking } from "../../sql/asking.ts"
import { at, empty, type Place, placeOf, type Structure, type TableStructure } from "../../sql/Structure.ts"
import { question } from "../catalog.ts"
import { structureOf } from "../introspect.ts"
import type { Sharding } from "./options.ts"
import { isSpread } from "./parts.ts"
import { asked, home, schemaOf } from "./shards.ts"

/** Reads the structure of a database, as the first shard has the keys of what is spread. */
export const introspectingShards = (
  read: Database["Service"]["read"],
  sharding: Sharding
): Database["Service"]["introspect"] =>
  read(
    asking(questions[sharding.strategy], { here: { _tag: "Json" }, spread: { _tag: "Json" }, there: { _tag: "Json" } })
  )
    .pipe(
      Effect.flatMap(([row]) =>
        Effect.all({
          here: structureOf(row?.here),
          spread: Effect.orDie(decode(row?.spread)),
          there: row?.there === null ? Effect.succeed(empty) : structureOf(row?.there)
        })
      ),
      Effect.map(({ here, spread, there }) => joined(here, spread, there))
    )

/** How a table is spread: by a column, or with a copy on each server where none is named. */
const Spread = Schema.Struct({
  schema: Schema.optionalKey(Schema.String),
  name: Schema.String,
  by: Schema.optionalKey(Schema.String)
})

const decode = Schema.decodeUnknownEffect(Schema.Array(Spread))

const joined = (here: Structure, spread: ReadonlyArray<typeof Spread.Type>, there: Structure): Structure => ({
  ...here,
  schemas: here.schemas.filter((name) => !isOurs(name)),
  tables: here.tables.map((table) => {
    const found = at<Place & { readonly by?: string }>(spread, table)
    if (found === undefined) return table
    const { by } = found
    const distributed: TableStructure = { ...table, distribution: by === undefined ? "reference" : { by } }
    const atShard = at(there.tables, placeOf(table))
    return isSpread(distributed) && atShard !== undefined ? withKeys(distributed, atShard) : distributed
  })
})

/** The keys of what is spread are kept by the shards. */
const withKeys = (
  table: TableStructure,
  { foreignKeys, indexes, primaryKey, uniques }: TableStructure
): TableStructure => ({
  ...table,
  ...(primaryKey === undefined ? {} : { primaryKey }),
  uniques,
  foreignKeys,
  indexes
})

const isOurs = (schema: string): boolean => schema === home || /^andamios_shard_\d+$/.test(schema)

/** A list of tables, as JSON in which what is null is left out. */
const listed = (columns: string, from: string): string =>
  `SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(spread))), '[]') FROM (SELECT ${columns} ${from}) AS spread`

const place = "nullif(s.nspname, current_schema()) AS schema, c.relname AS name"

const partitioned = listed(
  `${place}, a.attname AS by`,
  `FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid JOIN pg_namespace s ON s.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
    WHERE EXISTS (
      SELECT FROM pg_inherits i JOIN pg_class part ON part.oid = i.inhrelid JOIN pg_namespace within ON within.oid = part.relnamespace
      WHERE i.inhparent = c.oid AND within.nspname = '${schemaOf(0)}'
    )
    UNION ALL SELECT ${place}, NULL
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace s ON s.oid = c.relnamespace
    JOIN pg_proc f ON f.oid = t.tgfoid
    WHERE t.tgname = 'andamios_insert' AND f.proname = 'replicate' AND f.pronamespace = '${home}'::regnamespace`
)

/** As the documentation of Citus tells its table of tables: those with copies have no way of distribution, and two-phase commits. */
const citus = listed(
  `${place}, column_to_column_name(p.logicalrelid, p.partkey) AS by`,
  `FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace s ON s.oid = c.relnamespace
  WHERE p.partmethod = 'h' OR p.repmodel = 't'`
)

const questions: Readonly<Record<Sharding["strategy"], string>> = {
  partitioned: `WITH shard AS (${asked(0, `SELECT (${question}) AS structure`)}) ` +
    `SELECT (${question}), (${partitioned}), (SELECT answer -> 0 -> 'structure' FROM shard)`,
  citus: `SELECT (${question}), (${citus}), NULL`
}
