/**
 * How PostgreSQL says what a table's structure is made of.
 *
 * @since 0.1.0
 */
import { databaseDefaults } from "../sql/databaseDefault.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { quoted } from "../sql/quoted.ts"
import { toJson } from "./json.ts"
import { itemType } from "./types.ts"

/** The answers to be spread into the dialect. */
export const structure = (
  { columnType, identifier }: Pick<Dialect, "columnType" | "identifier">
): Pick<Dialect, "databaseDefault" | "nestedLiteral" | "fingerprint" | "length" | "generated" | "constraint"> => ({
  databaseDefault: databaseDefaults("gen_random_uuid()"),
  nestedLiteral: (type, value, literal) => {
    if (type._tag === "List" && itemType(type) !== undefined && Array.isArray(value)) {
      return `CAST(ARRAY[${value.map((item) => literal(type.element, item)).join(", ")}] AS ${columnType(type)})`
    }
    return `CAST(${quoted(JSON.stringify(toJson(type, value)))} AS JSONB)`
  },
  // every type has a text that is the same for the same value; sums of 64 bits are kept with more
  fingerprint: (values) =>
    `CAST(sum(hashtextextended(CAST(${
      values.length === 1 ? values.join() : `ROW(${values.join(", ")})`
    } AS TEXT), 0)) AS TEXT)`,
  length: {
    codePoints: (text) => `char_length(${text})`,
    // beyond the 65,536 characters of UTF-16's one unit there is the second
    utf16: (text) =>
      String.raw`(char_length(${text}) + char_length(regexp_replace(${text}, '[^\U00010000-\U0010FFFF]', '', 'g')))`
  },
  generated: { clause: (expression) => `GENERATED ALWAYS AS (${expression}) STORED`, notNull: true },
  constraint: (name, condition) => `CONSTRAINT ${identifier(name)} CHECK (${condition})`
})
