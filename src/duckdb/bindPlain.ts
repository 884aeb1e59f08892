/**
 * Binds the parameters of plain SQL, for which no schema says their types: each gets an explicit one from its value.
 *
 * @since 0.1.0
 */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  LIST,
  listValue,
  SQLNULL,
  VARCHAR
} from "@duckdb/node-api"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import type { ColumnType } from "../model/ColumnType.ts"
import { boundValue } from "./boundValue.ts"
import { Failure } from "./failure.ts"
import { valueType } from "./types.ts"

type Bound = readonly [value: DuckDBValue, type: DuckDBType]

/** Binds values in the order of their placeholders; throws a `Failure` for a value that has no type by itself. */
export const bindPlain = (prepared: DuckDBPreparedStatement, sql: string, values: ReadonlyArray<unknown>): void =>
  values.forEach((value, index) => prepared.bindValue(index + 1, ...bound(value, sql)))

const bound = (value: unknown, sql: string): Bound => {
  if (typeof value === "string") return [value, VARCHAR]
  if (typeof value === "boolean") return [value, BOOLEAN]
  if (typeof value === "bigint") return [value, BigInt.asIntN(64, value) === value ? BIGINT : HUGEINT]
  if (typeof value !== "number") return boundObject(value, sql)
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? [BigInt(value), BIGINT] : [value, DOUBLE]
}

const boundObject = (value: unknown, sql: string): Bound => {
  if (value === null || value === undefined) return [null, SQLNULL]
  if (value instanceof Date) return as({ _tag: "Timestamp", as: "Date" }, value)
  if (DateTime.isDateTime(value)) return as({ _tag: "Timestamp", as: "DateTime" }, DateTime.toUtc(value))
  if (BigDecimal.isBigDecimal(value)) return [BigDecimal.format(value), VARCHAR]
  if (value instanceof Uint8Array) return [new DuckDBBlobValue(value), BLOB]
  if (Array.isArray(value)) return boundList(value, sql)
  throw refused("an object has no type of its own; pass its JSON as a text, or its parts one by one", sql)
}

const as = (type: ColumnType, value: unknown): Bound => [boundValue(type, value), valueType(type)]

/** The type of a list is that of its items, nulls aside. */
const boundList = (items: ReadonlyArray<unknown>, sql: string): Bound => {
  const bounds = items.map((item) => bound(item, sql))
  const types = bounds.map(([, type]) => type).filter((type) => type !== SQLNULL)
  const [first = SQLNULL] = types
  const values = bounds.map(([value]) => value)
  if (types.every((type) => type.toString() === first.toString())) return [listValue(values), LIST(first)]
  const isNumeric = types.every((type) => type === BIGINT || type === DOUBLE)
  if (isNumeric) return [listValue(values.map((value) => value === null ? null : Number(value))), LIST(DOUBLE)]
  throw refused("the items of a list have different types", sql)
}

const refused = (reason: string, sql: string) => new Failure({ kind: "Statement", reason, sql })
