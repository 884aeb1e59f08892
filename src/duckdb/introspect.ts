/**
 * What a DuckDB database is made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ColumnType } from "../model/ColumnType.ts"
import type { Database } from "../session/Database.ts"
import type { ReadError } from "../session/OrmError.ts"
import { asking } from "../sql/asking.ts"
import {
  type ColumnStructure,
  type EnumStructure,
  isSamePlace,
  type KeyStructure,
  type Place,
  type SequenceStructure,
  type Structure,
  type TableStructure
} from "../sql/Structure.ts"
import { isNumbering, numberedBy } from "./numbering.ts"
import { castsAsStored } from "./storedCasts.ts"
import { checkOf, type ColumnText, columnTexts, indexedTexts, viewQuery } from "./storedText.ts"
import { storedType } from "./storedType.ts"

type Read = Database["Service"]["read"]

/** Reads the structure of the session's own database: not what is temporary, nor of those that are attached. */
export const introspecting = (read: Read): Effect.Effect<Structure, ReadError> =>
  Effect.map(
    Effect.all({
      schemas: asked(read, schemas),
      enums: asked(read, enums),
      sequences: asked(read, sequences),
      tables: asked(read, tables),
      columns: asked(read, allColumns),
      constraints: asked(read, constraints),
      indexes: asked(read, indexes),
      views: asked(read, views)
    }),
    structureOf
  )

interface Question<A> {
  readonly sql: string
  readonly types: Readonly<Record<string, ColumnType>>
  readonly answer: Schema.Decoder<A>
}

const asked = <A>(read: Read, { answer, sql, types }: Question<A>): Effect.Effect<ReadonlyArray<A>, ReadError> =>
  Effect.flatMap(
    read(asking(sql, types)),
    (rows) => Effect.forEach(rows, (row) => Effect.orDie(Schema.decodeUnknownEffect(answer)(row)))
  )

const text: ColumnType = { _tag: "Text" }
const texts: ColumnType = { _tag: "List", element: { type: text, nullable: true } }
const int: ColumnType = { _tag: "Int64", as: "number" }
const flag: ColumnType = { _tag: "Boolean" }
const maybeText = Schema.NullOr(Schema.String)

/** What is in the schema where tables are made by default is said to be in none. */
const schemaOf = "nullif(schema_name, current_schema())"
const here = "database_name = current_database()"

const schemas = {
  sql: `SELECT schema_name FROM duckdb_schemas()
WHERE ${here} AND NOT internal AND schema_name <> current_schema() ORDER BY ALL`,
  types: { name: text },
  answer: Schema.Struct({ name: Schema.String })
}

const enums = {
  sql: `SELECT ${schemaOf}, type_name, labels FROM duckdb_types()
WHERE ${here} AND NOT internal AND logical_type = 'ENUM' ORDER BY 1 NULLS FIRST, 2`,
  types: { schema: text, name: text, values: texts },
  answer: Schema.Struct({ schema: maybeText, name: Schema.String, values: Schema.Array(Schema.String) })
}

const sequences = {
  sql: `SELECT ${schemaOf}, sequence_name, start_value, increment_by FROM duckdb_sequences()
WHERE ${here} AND NOT temporary ORDER BY 1 NULLS FIRST, 2`,
  types: { schema: text, name: text, start: int, increment: int },
  answer: Schema.Struct({ schema: maybeText, name: Schema.String, start: Schema.Int, increment: Schema.Int })
}

const tables = {
  sql: `SELECT ${schemaOf}, table_name, comment, sql FROM duckdb_tables()
WHERE ${here} AND NOT internal AND NOT temporary ORDER BY 1 NULLS FIRST, 2`,
  types: { schema: text, name: text, comment: text, sql: text },
  answer: Schema.Struct({ schema: maybeText, name: Schema.String, comment: maybeText, sql: Schema.String })
}

const allColumns = {
  sql:
    `SELECT ${schemaOf}, table_name, column_name, data_type, is_nullable, column_default, comment FROM duckdb_columns()
WHERE ${here} AND NOT internal ORDER BY 1 NULLS FIRST, 2, column_index`,
  types: { schema: text, table: text, name: text, type: text, nullable: flag, default: text, comment: text },
  answer: Schema.Struct({
    schema: maybeText,
    table: Schema.String,
    name: Schema.String,
    type: Schema.String,
    nullable: Schema.Boolean,
    default: maybeText,
    comment: maybeText
  })
}

const constraints = {
  sql: `SELECT ${schemaOf}, table_name, constraint_type, constraint_column_names, expression, referenced_table,
referenced_column_names FROM duckdb_constraints() WHERE ${here} ORDER BY 1 NULLS FIRST, 2, constraint_index`,
  types: { schema: text, table: text, kind: text, columns: texts, expression: text, target: text, targets: texts },
  answer: Schema.Struct({
    schema: maybeText,
    table: Schema.String,
    kind: Schema.String,
    columns: Schema.Array(Schema.String),
    expression: maybeText,
    target: maybeText,
    targets: Schema.NullOr(Schema.Array(Schema.String))
  })
}

const indexes = {
  sql: `SELECT ${schemaOf}, table_name, index_name, is_unique, sql FROM duckdb_indexes()
WHERE ${here} AND sql IS NOT NULL ORDER BY 1 NULLS FIRST, 2, 3`,
  types: { schema: text, table: text, name: text, unique: flag, sql: text },
  answer: Schema.Struct({
    schema: maybeText,
    table: Schema.String,
    name: Schema.String,
    unique: Schema.Boolean,
    sql: Schema.String
  })
}

const views = {
  sql: `SELECT ${schemaOf}, view_name, comment, sql FROM duckdb_views()
WHERE ${here} AND NOT internal AND NOT temporary ORDER BY 1 NULLS FIRST, 2`,
  types: { schema: text, name: text, comment: text, sql: text },
  answer: Schema.Struct({ schema: maybeText, name: Schema.String, comment: maybeText, sql: Schema.String })
}

type Row<Q> = Q extends Question<infer A> ? A : never

interface Found {
  readonly schemas: ReadonlyArray<Row<typeof schemas>>
  readonly enums: ReadonlyArray<Row<typeof enums>>
  readonly sequences: ReadonlyArray<Row<typeof sequences>>
  readonly tables: ReadonlyArray<Row<typeof tables>>
  readonly columns: ReadonlyArray<Row<typeof allColumns>>
  readonly constraints: ReadonlyArray<Row<typeof constraints>>
  readonly indexes: ReadonlyArray<Row<typeof indexes>>
  readonly views: ReadonlyArray<Row<typeof views>>
}

const structureOf = (found: Found): Structure => {
  const named = found.enums.map((one): EnumStructure => ({ ...placed(one), values: one.values }))
  const made = found.tables.map((table) => tableOf(table, found, named))
  const numbering = made.flatMap((table) => table.columns.flatMap((column) => numberedBy(table, column)))
  return {
    schemas: found.schemas.map(({ name }) => name),
    enums: named,
    sequences: found.sequences
      .map((one): SequenceStructure => ({ ...placed(one), start: one.start, increment: one.increment }))
      .filter((one) => !numbering.some((place) => isSamePlace(place, one))),
    tables: made,
    views: found.views.map((view) => ({ ...placed(view), sql: castsAsStored(viewQuery(view.sql)), ...commented(view) }))
  }
}

const placed = ({ name, schema }: { readonly schema: string | null; readonly name: string }): Place =>
  schema === null ? { name } : { schema, name }

const commented = ({ comment }: { readonly comment: string | null }): { readonly comment?: string } =>
  comment === null ? {} : { comment }

const tableOf = (
  table: Row<typeof tables>,
  found: Found,
  named: ReadonlyArray<EnumStructure>
): TableStructure => {
  const place = placed(table)
  const own = <A extends { readonly schema: string | null; readonly table: string }>(things: ReadonlyArray<A>) =>
    things.filter((thing) => thing.schema === table.schema && thing.table === table.name)
  const constrained = (kind: string) => own(found.constraints).filter((constraint) => constraint.kind === kind)
  const keys = (kind: string): ReadonlyArray<KeyStructure> => constrained(kind).map(({ columns }) => ({ columns }))
  const [primaryKey] = keys("PRIMARY KEY")
  const said = columnTexts(table.sql)
  return {
    ...place,
    columns: own(found.columns).map((column) => columnOf(place, column, said.get(column.name), named)),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    uniques: keys("UNIQUE"),
    checks: constrained("CHECK").map(({ expression }) => checkOf(castsAsStored(expression ?? ""))),
    foreignKeys: constrained("FOREIGN KEY").map(({ columns, target, targets }) => ({
      columns,
      references: { ...place, name: target ?? "" },
      targets: targets ?? []
    })),
    indexes: own(found.indexes).map(({ name, sql, unique }) => ({
      name,
      on: indexedTexts(sql).map(castsAsStored),
      unique
    })),
    ...commented(table)
  }
}

const columnOf = (
  table: Place,
  column: Row<typeof allColumns>,
  said: ColumnText | undefined,
  named: ReadonlyArray<EnumStructure>
): ColumnStructure => {
  const type = said?.collation === undefined
    ? storedType(column.type, named)
    : storedType(`${column.type} COLLATE ${said.collation}`, named)
  const value = column.default
  const isNumbered = value !== null && isNumbering(table, column.name, value)
  return {
    name: column.name,
    type,
    nullable: column.nullable,
    ...(isNumbered ? { identity: true as const } : {}),
    ...(said?.generated === undefined ? {} : { generated: castsAsStored(said.generated) }),
    ...(value === null || isNumbered || said?.generated !== undefined ? {} : { default: castsAsStored(value) }),
    ...commented(column)
  }
}
