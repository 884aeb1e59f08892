/**
 * Texts, and what is given as a text, as the binding's values.
 *
 * @since 0.1.0
 */
import { DuckDBBitValue, DuckDBBlobValue, DuckDBUUIDValue } from "@duckdb/node-api"
import { uuidPattern } from "../../sql/storable.ts"
import type { Encode } from "./encodeNumber.ts"
import { isPlain, NotBindable, refuse, within } from "./notBindable.ts"
import { uuidBits } from "../stored.ts"

/** `VARCHAR`. */
export const encodeText: Encode = (value) =>
  typeof value === "string" ? wellFormed(value) : refuse(value, "is no VARCHAR")

/** A text that DuckDB keeps: half of a surrogate pair would become another character. */
export const wellFormed = (text: string): string =>
  text.isWellFormed()
    ? text
    : refuse(text, "has half of a surrogate pair, which DuckDB would replace: use toWellFormed()")

/** `BLOB`. */
export const encodeBlob: Encode = (value) =>
  value instanceof Uint8Array ? new DuckDBBlobValue(value) : refuse(value, "is no BLOB: pass a Uint8Array")

/** `BIT`. */
export const encodeBits: Encode = (value) =>
  typeof value === "string" && /^[01]+$/.test(value)
    ? DuckDBBitValue.fromString(value)
    : refuse(value, "is no BIT: pass a text of zeros and ones")

/** `UUID`. */
export const encodeUuid: Encode = (value) =>
  typeof value === "string" && uuidPattern.test(value.toLowerCase())
    ? DuckDBUUIDValue.fromUint128(uuidBits(value))
    : refuse(value, "is no UUID")

/** `ENUM`. */
export const encodeMember = (values: ReadonlyArray<string>): Encode => {
  const known = new Set<unknown>(values)
  const expected = values.slice(0, 8).map((value) => JSON.stringify(value)).join(", ")
  return (value) =>
    typeof value === "string" && known.has(value)
      ? value
      : refuse(value, `is none of ${values.length > 8 ? `${expected} and ${values.length - 8} more` : expected}`)
}

/** `JSON`, which travels as its text. */
export const encodeJson: Encode = (value) => {
  assertJson(value, [])
  return JSON.stringify(value)
}

/** Refuses what `JSON.stringify` would leave out or change. */
const assertJson = (value: unknown, above: ReadonlyArray<object>): void => {
  if (value === null || typeof value === "boolean") return
  if (typeof value === "string") return void wellFormed(value)
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return
  if (typeof value !== "object") return refuse(value, "has no place in JSON")
  if (above.includes(value)) throw new NotBindable("an object that holds itself has no place in JSON")
  const path = [...above, value]
  if (Array.isArray(value)) return value.forEach((item, index) => within(index, () => assertJson(item, path)))
  if (!isPlain(value)) return refuse(value, "has no place in JSON: pass a plain object")
  for (const [key, item] of Object.entries(value)) within(key, () => assertJson(item, path))
}
