/**
 * The rows of files, as a model's insert schema decodes them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { type ColumnType, toDuration } from "../../model/ColumnType.ts"
import type { Table } from "../../model/Table.ts"
import { toOrmError } from "../failure/failure.ts"
import { fileFailure } from "./fileQuery.ts"
import type { Source } from "./fileSource.ts"

/** The rows of all files, one file after another. */
export const rowStream = (table: Table, { parts, path }: Source) => {
  const { columns } = table
  const decode = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
    Object.fromEntries(columns.map(({ field, type }, index) => {
      const misread = row[`bad${index}`]
      return [field, misread === null ? encoded(type, row[`c${index}`]) : misread]
    }))
  return Stream.fromIterable(parts).pipe(
    Stream.flatMap(({ part }) => {
      const values = columns.flatMap(({ name }, index) => {
        const { bad, found, value } = part.columns.get(name) ?? { value: "NULL", bad: "FALSE", found: "NULL" }
        return [`${value} AS c${index}`, `CASE WHEN ${bad} THEN CAST(${found} AS VARCHAR) END AS bad${index}`]
      })
      return Stream.unwrap(
        Effect.map(
          SqlClient,
          (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(`SELECT ${values.join(", ")} FROM ${part.from}`).stream
        )
      )
    }),
    Stream.map(decode),
    Stream.mapError((error) => fileFailure(path, toOrmError(error)))
  )
}

/** Plain SQL knows of no `bigint` columns, and of no JSON. */
const encoded = (type: ColumnType, value: unknown): unknown => {
  if (value === null) return null
  switch (type._tag) {
    case "Int64":
      return type.as === "bigint" && typeof value === "number" ? BigInt(value) : value
    case "Int128":
    case "UInt64":
    case "UInt128":
      return typeof value === "number" ? BigInt(value) : value
    case "Interval":
      return intervalOf(type, value)
    case "Map":
      return value instanceof Map
        ? new Map(
          Array.from(
            value,
            ([key, one]: readonly [unknown, unknown]) => [encoded(type.key, key), encoded(type.value.type, one)]
          )
        )
        : value
    case "Custom":
      return encoded(type.base, value)
    case "Json":
      return typeof value === "string" ? JSON.parse(value) : value
    case "List":
      return Array.isArray(value) ? value.map((item) => encoded(type.element.type, item)) : value
    case "Struct": {
      const fields = new Map(Object.entries(value ?? {}))
      return Object.fromEntries(
        type.fields.map((field) => [field.name, encoded(field.type, fields.get(field.name) ?? null)])
      )
    }
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Float":
    case "Time":
    case "Blob":
    case "Double":
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Timestamp":
    case "Uuid":
      return value
  }
}

const intervalOf = ({ as }: { readonly as: "Duration" | "Calendar" }, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || !("micros" in value)) return value
  const { micros, ...parts } = value
  return as === "Duration" && typeof micros === "bigint" ? toDuration(micros) : { ...parts, microseconds: micros }
}
