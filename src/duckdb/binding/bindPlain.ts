/**
 * Binds the parameters of plain SQL, for which no schema says their types: each gets an explicit one from its value.
 *
 * @since 0.1.0
 */
import { type DuckDBPreparedStatement, DuckDBTimestampValue, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import { rethrow } from "../../model/rethrow.ts"
import { wellFormed } from "./encodeText.ts"
import { Failure } from "../failure/failure.ts"
import { inferType } from "./inferType.ts"
import { changesTables, refuseLoss } from "./loss.ts"
import { NotBindable } from "./notBindable.ts"
import { type TypedParameter, typedParameter } from "./parameter.ts"

/** Binds values in the order of their placeholders; throws a `Failure` for one that would not arrive as it is. */
export const bindPlain = (prepared: DuckDBPreparedStatement, sql: string, values: ReadonlyArray<unknown>): void => {
  const { parameterCount } = prepared
  if (values.length > parameterCount) {
    const reason = `${values.length} values were given for ${parameterCount} placeholders`
    throw new Failure({ kind: "Statement", reason, sql })
  }
  let place = 0
  rethrow(
    () => {
      for (const value of values) bind(prepared, ++place, value)
    },
    NotBindable,
    ({ message, path }) => {
      const steps = path.map((step) => `[${JSON.stringify(step)}]`).join("")
      return new Failure({ kind: "Statement", reason: `parameter $${place}${steps}: ${message}`, sql })
    }
  )
}

/** The kinds that are bound most have calls of their own; a value of the type that is expected spares DuckDB planning anew. */
const bind = (prepared: DuckDBPreparedStatement, place: number, value: unknown): void => {
  if (value === null || value === undefined) return prepared.bindNull(place)
  if (typeof value === "string") return bindText(prepared, place, value)
  if (typeof value === "number") return bindNumber(prepared, place, value)
  if (typeof value === "boolean") return prepared.bindBoolean(place, value)
  if (value instanceof Date && value.constructor === Date) return bindDate(prepared, place, value)
  const typed = typeof value === "object" ? typedParameter(value) : undefined
  return typed === undefined ? bindInferred(prepared, place, value) : bindTyped(prepared, place, typed)
}

const bindText = (prepared: DuckDBPreparedStatement, place: number, text: string): void => {
  const expected = prepared.parameterTypeId(place)
  // a text is cast to whatever is expected, also where it is only compared
  if (expected !== DuckDBTypeId.VARCHAR && expected !== DuckDBTypeId.INVALID) {
    refuseLoss(prepared.parameterType(place), text)
  }
  prepared.bindVarchar(place, wellFormed(text))
}

const bindNumber = (prepared: DuckDBPreparedStatement, place: number, number: number): void => {
  const expected = prepared.parameterTypeId(place)
  if (expected === DuckDBTypeId.DOUBLE) return prepared.bindDouble(place, number)
  if (expected === DuckDBTypeId.INTEGER && (number | 0) === number) return prepared.bindInteger(place, number)
  if (expected !== DuckDBTypeId.BIGINT && expected !== DuckDBTypeId.INVALID) refuseChange(prepared, place, number)
  if (Number.isSafeInteger(number) && !Object.is(number, -0)) return prepared.bindBigInt(place, BigInt(number))
  if (expected === DuckDBTypeId.BIGINT) refuseChange(prepared, place, number)
  prepared.bindDouble(place, number)
}

const bindDate = (prepared: DuckDBPreparedStatement, place: number, date: Date): void => {
  const expected = prepared.parameterTypeId(place)
  const isExpected = expected === DuckDBTypeId.TIMESTAMP || expected === DuckDBTypeId.INVALID
  if (!isExpected || Number.isNaN(date.getTime())) return bindInferred(prepared, place, date)
  prepared.bindTimestamp(place, new DuckDBTimestampValue(BigInt(date.getTime()) * 1000n))
}

const bindInferred = (prepared: DuckDBPreparedStatement, place: number, value: unknown): void => {
  const expected = expectedType(prepared, place)
  const type = inferType(value, expected)
  if (expected !== undefined && changesTables(prepared)) refuseLoss(expected, value)
  prepared.bindValue(place, type.encode(value), type.native)
}

/** The type that the statement says the parameter has, where it says one. */
const expectedType = (prepared: DuckDBPreparedStatement, place: number): DuckDBType | undefined =>
  prepared.parameterTypeId(place) === DuckDBTypeId.INVALID ? undefined : prepared.parameterType(place)

/** What is compared with a column is not changed, only what is put into it. */
const refuseChange = (prepared: DuckDBPreparedStatement, place: number, value: unknown): void => {
  if (changesTables(prepared)) refuseLoss(prepared.parameterType(place), value)
}

const bindTyped = (
  prepared: DuckDBPreparedStatement,
  place: number,
  { paramA: type, paramB: value }: TypedParameter
) => {
  if (value === null || value === undefined) return prepared.bindNull(place)
  prepared.bindValue(place, type.encode(value), type.native)
}
