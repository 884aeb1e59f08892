/**
 * Places in the rows of a query, as texts that a program can hand out and take back.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { fromEpochMilliseconds } from "../model/ColumnType.ts"
import { InvalidCursor } from "../session/OrmError.ts"
import { digest } from "../sql/hash.ts"

/** How a value is written, where JSON has none of its kind. */
const Written = Schema.Union([
  Schema.String,
  Schema.Finite,
  Schema.Boolean,
  Schema.Null,
  Schema.Struct({
    as: Schema.Literals(["bigint", "decimal", "instant", "date", "number"]),
    text: Schema.String
  })
])

type Written = typeof Written.Type

const Payload = Schema.fromJsonString(Schema.Tuple([Schema.String, Schema.Array(Written)]))

/** The text of a place in the rows of a query of this shape: the values of what it is ordered by. */
export const encode = (shape: string, values: ReadonlyArray<unknown>): string => {
  const payload = JSON.stringify([shape, values.map(written)])
  return digest(payload) + Base64Url.encode(payload)
}

/** The values of a place in the rows of a query of this shape. */
export const decode = (shape: string, cursor: string): Effect.Effect<ReadonlyArray<unknown>, InvalidCursor> => {
  const invalid = (reason: string) => Effect.fail(new InvalidCursor({ cursor, reason }))
  const payload = Result.getOrElse(Base64Url.decodeString(cursor.slice(checkLength)), () => "")
  const isWhole = digest(payload) === cursor.slice(0, checkLength)
  const decoded = isWhole ? Schema.decodeUnknownOption(Payload)(payload) : Option.none()
  if (Option.isNone(decoded)) return invalid("it was changed or cut off on its way, or was never one")
  const [made, values] = decoded.value
  if (made !== shape) return invalid("it belongs to another query")
  // whoever makes one by hand can write what is no number
  return Result.match(Result.try(() => values.map(read)), {
    onFailure: () => invalid("it holds a value that is none"),
    onSuccess: Effect.succeed
  })
}

/** The characters of a digest. */
const checkLength = 16

const written = (value: unknown): Written => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : { as: "number", text: String(value) }
  if (typeof value === "bigint") return { as: "bigint", text: String(value) }
  if (value instanceof Date) return { as: "date", text: String(value.getTime()) }
  if (BigDecimal.isBigDecimal(value)) return { as: "decimal", text: BigDecimal.format(value) }
  return { as: "instant", text: DateTime.isDateTime(value) ? String(value.epochMilliseconds) : "" }
}

const read = (value: Written): unknown => {
  if (value === null || typeof value !== "object") return value
  switch (value.as) {
    case "bigint":
      return BigInt(value.text)
    case "decimal":
      return BigDecimal.fromStringUnsafe(value.text)
    case "instant":
      return fromEpochMilliseconds(Number(value.text))
    case "date":
      return new Date(Number(value.text))
    case "number":
      return Number(value.text)
  }
}
