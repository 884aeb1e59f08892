/**
 * Lists, structs, maps and unions as the binding's values.
 *
 * @since 0.1.0
 */
import {
  arrayValue,
  DuckDBMapValue,
  type DuckDBType,
  DuckDBUnionValue,
  type DuckDBValue,
  listValue,
  structValue
} from "@duckdb/node-api"
import type { Encode } from "./encodeNumber.ts"
import { refuse, within } from "./notBindable.ts"

/** What a part of a value travels as, and how it is made so. */
export interface Part {
  readonly native: DuckDBType
  readonly encode: Encode
}

const encodePart = (part: Part, step: string | number, value: unknown): DuckDBValue =>
  value === null || value === undefined ? null : within(step, () => part.encode(value))

/** `LIST`, from an array or a typed array. */
export const encodeList = (item: Part): Encode => (value) => listValue(items(item, value))

/** `ARRAY`, whose length is part of the type. */
export const encodeArray = (item: Part, length: number): Encode => (value) => {
  const values = items(item, value)
  return values.length === length ? arrayValue(values) : refuse(value, `has ${values.length} items, not ${length}`)
}

const items = (item: Part, value: unknown): ReadonlyArray<DuckDBValue> =>
  isItems(value)
    ? Array.from(value, (one, index) => encodePart(item, index, one))
    : refuse(value, "is no list: pass an array")

const isItems = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))

/** `STRUCT`. A field that the value lacks is `null`; one that the type lacks is refused. */
export const encodeStruct = (fields: Readonly<Record<string, Part>>): Encode => {
  const parts = Object.entries(fields)
  const known = new Set(parts.map(([name]) => name))
  return (value) => {
    if (typeof value !== "object" || value === null) return refuse(value, "is no STRUCT: pass an object")
    const given = new Map<string, unknown>(Object.entries(value))
    const unknown = [...given.keys()].find((name) => !known.has(name))
    if (unknown !== undefined) return refuse(value, `has a field "${unknown}", which the STRUCT has not`)
    return structValue(Object.fromEntries(parts.map(([name, part]) => [name, encodePart(part, name, given.get(name))])))
  }
}

/** `MAP`, from a `Map`. */
export const encodeMap = (key: Part, item: Part): Encode => (value) => {
  if (!(value instanceof Map)) return refuse(value, "is no MAP: pass a Map")
  const entries = Array.from(value, ([name, one]: [unknown, unknown]) => {
    if (name === null || name === undefined) return refuse(name, "is no key of a MAP")
    return { key: within("key", () => key.encode(name)), value: encodePart(item, keyStep(name), one) }
  })
  const names = new Set<string>()
  for (const { key: name } of entries) {
    if (names.size === names.add(String(name)).size) return refuse(value, `has the key ${String(name)} twice`)
  }
  return new DuckDBMapValue(entries)
}

/** What tells an entry of a `Map` in a path. */
export const keyStep = (key: unknown): string | number => {
  if (typeof key === "bigint") return String(key)
  return typeof key === "string" || typeof key === "number" ? key : "an entry"
}

/** `UNION`, from the member's name and its value. */
export const encodeUnion = (members: Readonly<Record<string, Part>>): Encode => {
  const known = new Map(Object.entries(members))
  const expected = Array.from(known.keys(), (tag) => `{ tag: ${JSON.stringify(tag)}, value }`).join(" or ")
  return (value) => {
    if (typeof value !== "object" || value === null || !("tag" in value) || !("value" in value)) {
      return refuse(value, `is no UNION: pass ${expected}`)
    }
    const { tag, value: one } = value
    const member = typeof tag === "string" ? known.get(tag) : undefined
    if (typeof tag !== "string" || member === undefined) return refuse(value, `is no UNION: pass ${expected}`)
    if (one === null || one === undefined) {
      return refuse(value, `has no value, which DuckDB can't be given: write union_value("${tag}" := NULL) in SQL`)
    }
    return new DuckDBUnionValue(tag, within(tag, () => member.encode(one)))
  }
}

/** Why these can't be the parts of a `STRUCT` or `UNION`, if they can't. */
export const fieldsProblem = (names: ReadonlyArray<string>): string | undefined => {
  if (names.length === 0) return "DuckDB has no STRUCT or UNION without parts"
  if (!names.every((name) => name !== "" && isName(name))) {
    return `DuckDB can't keep such a name: ${names.map((name) => JSON.stringify(name)).join(", ")}`
  }
  const isClear = new Set(names.map((name) => name.toLowerCase())).size === names.length
  return isClear ? undefined : `DuckDB takes upper and lower case for the same: ${names.join(", ")}`
}

/** Whether DuckDB's types keep a name as it is. */
export const isName = (name: string): boolean => name.isWellFormed() && !name.includes("\0")
