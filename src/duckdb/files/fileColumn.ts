/**
 * How the values of a file become those of a column, in SQL: each exactly, or told as one that doesn't.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../../model/ColumnType.ts"
import { quoted } from "../../sql/quoted.ts"
import { dialect } from "../dialect.ts"
import { entriesOf } from "./fileText.ts"
import { travelType } from "../types.ts"

const { identifier } = dialect

/** The expression of a column's value, and the condition that what the file has is no such value. */
export interface Conversion {
  readonly value: string
  readonly bad: string
}

/** A value that is taken as it is. */
export const asItIs = (value: string): Conversion => ({ value, bad: "FALSE" })

/** A value that becomes one of the column, or else is bad. */
const orBad = (value: string, found: string): Conversion => ({
  value,
  bad: `(${found} IS NOT NULL AND ${value} IS NULL)`
})

/** A value of another type, which is the column's where the way back leads to it again. */
export const castExactly = (type: ColumnType, found: string, foundType: string): Conversion => {
  const value = `TRY_CAST(${found} AS ${travelType(type)})`
  return { value, bad: `(TRY_CAST(${value} AS ${foundType}) IS DISTINCT FROM ${found})` }
}

/** From a text, such as a cell of a CSV file. DuckDB's casts round and cut off, so what they are given is looked at first. */
export const fromText = (type: ColumnType, text: string): Conversion => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return asItIs(text)
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Int128":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
      return written(type, text, String.raw`\s*[+-]?\d+\s*`)
    case "Decimal":
      return written(type, text, String.raw`\s*[+-]?\d*(\.\d{0,${type.scale}}0*)?\s*`)
    case "Date":
      return written(type, text, String.raw`\s*\d{4}-\d\d-\d\d\s*`)
    case "Time":
      return written(type, text, String.raw`\s*\d\d:\d\d(:\d\d(\.\d{1,6}0*)?)?\s*`)
    case "Timestamp":
      return fromInstant(text, type.zoned === true)
    case "Custom":
      return fromText(type.base, text)
    case "Float":
    case "Double":
    case "Boolean":
    case "Interval":
    case "Blob":
    case "Uuid":
    case "Json":
      return orBad(`TRY_CAST(${text} AS ${travelType(type)})`, text)
    case "List":
    case "Struct":
    case "Map": {
      const json = `TRY_CAST(${text} AS JSON)`
      const { bad, value } = fromJson({ type, nullable: true }, json, 0)
      return { value, bad: `((${text} IS NOT NULL AND ${json} IS NULL) OR ${bad})` }
    }
  }
}

const written = (type: ColumnType, text: string, pattern: string): Conversion =>
  orBad(
    `CASE WHEN regexp_full_match(${text}, ${quoted(pattern)}) THEN TRY_CAST(${text} AS ${travelType(type)}) END`,
    text
  )

const instant = String.raw`\s*\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6}0*)?)?)?`
const zone = String.raw`\s*(Z|[+-]\d\d(:?\d\d)?)\s*`

/** Without a zone an instant is in UTC. A cast to `TIMESTAMP` would drop the zone. */
const fromInstant = (text: string, zoned: boolean): Conversion => {
  const inUtc =
    `CASE WHEN regexp_full_match(${text}, ${quoted(`${instant}\\s*`)}) THEN TRY_CAST(${text} AS TIMESTAMP) ` +
    `WHEN regexp_full_match(${text}, ${quoted(instant + zone)}) ` +
    `THEN TRY_CAST(${text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END`
  return orBad(zoned ? `((${inUtc}) AT TIME ZONE 'UTC')` : inUtc, text)
}

/** From a value in a JSON file. `depth` tells the variables of nested lists apart. */
export const fromJson = (slot: Slot, json: string, depth: number): Conversion => {
  const { type } = slot
  const kind = `json_type(${json})`
  const text = `(${json} ->> '$')`
  const is = (...kinds: ReadonlyArray<string>) => `coalesce(${kind} IN (${kinds.map(quoted).join(", ")}), FALSE)`
  const given = `(${json} IS NOT NULL AND ${kind} <> 'NULL')`
  const of = (allowed: string, value: string): Conversion => {
    const found = `CASE WHEN ${allowed} THEN ${value} END`
    return { value: found, bad: `(${given} AND ${found} IS NULL)` }
  }
  switch (type._tag) {
    case "Text":
    case "Enum":
      return of(is("VARCHAR"), text)
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Int128":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
      return of(is("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE", "VARCHAR"), fromText(type, text).value)
    case "Decimal": {
      // a number with a point is read as a double, which keeps 15 digits
      const isExact = `(${is("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "VARCHAR")} OR ` +
        `(${is("DOUBLE")} AND length(regexp_replace(${text}, '[^0-9]', '', 'g')) <= 15))`
      return of(isExact, fromText(type, text).value)
    }
    case "Float":
    case "Double":
      return of(
        `(${is("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE")} OR ${text} IN ('NaN', 'Infinity', '-Infinity'))`,
        `TRY_CAST(${text} AS ${travelType(type)})`
      )
    case "Boolean":
      return of(is("BOOLEAN"), `TRY_CAST(${text} AS BOOLEAN)`)
    case "Date":
    case "Time":
    case "Timestamp":
    case "Interval":
    case "Blob":
    case "Uuid":
      return of(is("VARCHAR"), fromText(type, text).value)
    case "Json":
      // where the column has no null of its own, `null` is a document
      return asItIs(slot.nullable ? `CASE WHEN ${given} THEN ${json} END` : `coalesce(${json}, CAST('null' AS JSON))`)
    case "List": {
      const items = `TRY_CAST(CASE WHEN ${is("ARRAY")} THEN ${json} END AS JSON[])`
      const item = `item${depth}`
      const { bad, value } = fromJson(type.element, item, depth + 1)
      const list = `list_transform(${items}, lambda ${item}: ${value})`
      const isBad = `${given} AND NOT ${is("ARRAY")} OR ` +
        `coalesce(list_bool_or(list_transform(${items}, lambda ${item}: ${bad})), FALSE)`
      // an array of a fixed size is still a list, because DuckDB has no `CASE` of arrays
      return {
        value: list,
        bad: `(${isBad}${type.size === undefined ? "" : ` OR ${given} AND len(${items}) <> ${type.size}`})`
      }
    }
    case "Map": {
      const { bad, value } = fromJson({ type: entriesOf(type), nullable: slot.nullable }, json, depth)
      const keys = `list_transform(${value}, lambda entry${depth}: entry${depth}.key)`
      const isClear = `coalesce(len(list_filter(${keys}, lambda key${depth}: key${depth} IS NOT NULL)) = ` +
        `len(list_distinct(${keys})) AND len(list_distinct(${keys})) = len(${keys}), TRUE)`
      return {
        value: `CASE WHEN ${isClear} THEN map_from_entries(${value}) END`,
        bad: `(${bad} OR NOT ${isClear})`
      }
    }
    case "Custom":
      return fromJson({ ...slot, type: type.base }, json, depth)
    case "Struct": {
      const fields = type.fields.map((field) => ({
        name: field.name,
        ...fromJson(field, member(json, field.name), depth)
      }))
      const packed = fields.map(({ name, value }) => `${identifier(name)} := ${value}`).join(", ")
      return {
        value: `CASE WHEN ${is("OBJECT")} THEN struct_pack(${packed}) END`,
        bad: `(${given} AND NOT ${is("OBJECT")} OR ${is("OBJECT")} AND (${fields.map(({ bad }) => bad).join(" OR ")}))`
      }
    }
  }
}

/** A member of a JSON object, by a pointer (RFC 6901), which takes any name. */
export const member = (json: string, name: string): string =>
  `json_extract(${json}, ${quoted(`/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`)})`
