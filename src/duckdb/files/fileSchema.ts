/**
 * The columns of a model as a Parquet file carries them: to be read by people, and as a hash that tells at once whether they are these.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { Table } from "../../model/Table.ts"
import { quoted } from "../../sql/quoted.ts"

/** The keys in a file's metadata. */
export const hashKey = "andamios.hash"
const columnsKey = "andamios.columns"

const columnsOf = ({ columns }: Table) => columns.map(({ name, nullable, type }) => ({ name, type, nullable }))

/**
 * A hash of the columns' names, types and nullability, and of the checks that Effect can tell apart: where one of them changes, the rows
 * of a file are no longer taken as they are.
 */
export const hashOf = (table: Table): string => {
  const fields = Schema.Struct(table.model.fields)
  const schema = [Schema.toRepresentation(fields), Schema.toRepresentation(Schema.toType(fields))]
  return createHash("sha256").update(JSON.stringify([columnsOf(table), schema], withBigints)).digest("hex")
}

const withBigints = (_: string, value: unknown): unknown => typeof value === "bigint" ? `${value}n` : value

/** The option of `COPY` that writes both into a file. */
export const metadata = (table: Table): string =>
  `KV_METADATA {${quoted(hashKey)}: ${quoted(hashOf(table))}, ${quoted(columnsKey)}: ${
    quoted(JSON.stringify(columnsOf(table)))
  }}`
