/**
 * How DuckDB says what a table's structure is made of.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { databaseDefaults } from "../sql/databaseDefault.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { quoted } from "../sql/quoted.ts"
import { columnType } from "./types.ts"

const nestedLiteral: Dialect["nestedLiteral"] = (type, value, literal) => {
  switch (type._tag) {
    case "List": {
      const items = Array.isArray(value) ? value.map((item) => literal(type.element, item)) : []
      return `CAST([${items.join(", ")}] AS ${columnType(type)})`
    }
    case "Struct": {
      const given = new Map(Predicate.isObject(value) ? Object.entries(value) : [])
      const fields = type.fields.map((field) => `${quoted(field.name)}: ${literal(field, given.get(field.name))}`)
      return `CAST({${fields.join(", ")}} AS ${columnType(type)})`
    }
  }
}

/** Beyond the 65,536 characters of UTF-16's one unit there is the second; most texts have none of these. */
const utf16 = (text: string): string =>
  `(length(${text}) + CASE WHEN strlen(${text}) = length(${text}) THEN 0 ` +
  String.raw`ELSE length(regexp_replace(${text}, '[^\x{10000}-\x{10FFFF}]', '', 'g')) END)`

/** The answers to be spread into the dialect. */
export const structure: Pick<
  Dialect,
  "databaseDefault" | "nestedLiteral" | "fingerprint" | "length" | "generated" | "constraint"
> = {
  databaseDefault: databaseDefaults("uuid()"),
  nestedLiteral,
  // a hash has 64 bits, and the sum of them twice as many; equal values hash alike, of whatever type
  fingerprint: (values) => `CAST(sum(hash(${values.join(", ")})) AS VARCHAR)`,
  length: { codePoints: (text) => `length(${text})`, utf16 },
  generated: { clause: (expression) => `GENERATED ALWAYS AS (${expression}) VIRTUAL`, notNull: false },
  // DuckDB forgets the names of constraints: this way the message about a broken one tells it
  constraint: (name, condition) => `CHECK ((${condition}) AND ${quoted(name)} <> '')`
}
