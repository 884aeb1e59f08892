/**
 * Lists of lists and objects as JSON: what a JSON number would change travels as a string.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import { refuse, scalarDecoder, scalarText } from "./scalar.ts"

/** The JSON value that stands for a storable value. */
export const toJson = (type: ColumnType, value: unknown): unknown => {
  if (value === null) return null
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Boolean":
    case "Time":
    case "Uuid":
    case "Json":
      return value
    case "Float":
    case "Double":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : scalarText(type, value)
    case "Date":
      return typeof value === "string" ? value : scalarText(type, value)
    case "Int64":
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Decimal":
    case "Timestamp":
    case "Interval":
    case "Blob":
      return scalarText(type, value)
    case "List":
      return listOf(value).map((item) => toJson(type.element.type, item))
    case "Struct": {
      const record = recordOf(value)
      return Object.fromEntries(type.fields.map((field) => [field.name, toJson(field.type, record.get(field.name))]))
    }
    case "Map":
      return Object.fromEntries(
        Array.from(mapOf(value), ([key, one]) => [String(toJson(type.key, key)), toJson(type.value.type, one)])
      )
    case "Custom":
      return toJson(type.base, value)
  }
}

/** Makes the value again that `toJson` was given; throws where JSON from elsewhere does not fit. */
export const jsonDecoder = (type: ColumnType): (json: unknown) => unknown => {
  switch (type._tag) {
    case "Json":
      return (json) => json
    case "Float":
    case "Double":
      return (json) => typeof json === "string" ? doubles.get(json) ?? refuse(json, "a number") : decodeDouble(json)
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Int64": {
      const decode = scalarDecoder(type)
      return (json) => decode(typeof json === "string" ? integerOf(json) : json)
    }
    case "Text":
    case "Enum":
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Boolean":
    case "Uuid":
    case "Decimal":
    case "Date":
    case "Time":
    case "Timestamp":
    case "Interval":
    case "Blob":
      return scalarDecoder(type)
    case "List": {
      const decode = placeDecoder(type.element)
      return (json) => listOf(json).map(decode)
    }
    case "Struct": {
      const fields = type.fields.map((field) => [field.name, placeDecoder(field)] as const)
      return (json) => {
        const record = recordOf(json)
        return Object.fromEntries(fields.map(([name, decode]) => [name, decode(record.get(name) ?? null)]))
      }
    }
    case "Map": {
      const [decodeKey, decodeValue] = [jsonDecoder(type.key), placeDecoder(type.value)]
      return (json) => new Map(Array.from(recordOf(json), ([key, one]) => [decodeKey(key), decodeValue(one)]))
    }
    case "Custom":
      return jsonDecoder(type.base)
  }
}

const placeDecoder = ({ nullable, type }: Slot) => {
  const decode = jsonDecoder(type)
  return (json: unknown): unknown =>
    json !== null || type._tag === "Json" ? decode(json) : nullable ? null : refuse(json, "a value")
}

const doubles = new Map([["-0", -0], ["NaN", Number.NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]])

const decodeDouble = scalarDecoder({ _tag: "Double" })

const integerOf = (text: string): bigint => /^-?\d+$/.test(text) ? BigInt(text) : refuse(text, "an integer")

/** The items of a list; throws where it is none. */
export const listOf = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : refuse(value, "a list")

const mapOf = (value: unknown): ReadonlyMap<unknown, unknown> => value instanceof Map ? value : refuse(value, "a Map")

const recordOf = (value: unknown): ReadonlyMap<string, unknown> =>
  typeof value === "object" && value !== null ? new Map(Object.entries(value)) : refuse(value, "an object")
