/**
 * Columns of single values of types that only PostgreSQL has.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { isIP } from "node:net"
import * as Column from "../model/Column.ts"
import { decimalText } from "../model/ColumnType.ts"

/** A decimal with all its places, and without an exponent. */
export const decimalTextOf = (decimal: BigDecimal.BigDecimal): string =>
  decimal.scale < 0
    ? decimalText(decimal.value * 10n ** BigInt(-decimal.scale), 0)
    : decimalText(decimal.value, decimal.scale)

/** The decimal of a text; throws where it is none, as `NaN` is. */
export const decimalOf = (text: string): BigDecimal.BigDecimal => Option.getOrThrow(BigDecimal.fromString(text))

/**
 * A decimal of any precision, whose places are kept: `NUMERIC` without limits. `NaN` and the infinities are no decimals.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Schema } from "effect"
 *
 * class Device extends Model.Class<Device>("Device")({
 *   id: Column.serial(Schema.Int),
 *   owner: Column.unique(Postgres.citext),
 *   address: Postgres.inet,
 *   card: Postgres.macaddr,
 *   flags: Postgres.bits,
 *   reading: Postgres.numeric
 * }, { table: "devices" }) {}
 *
 * // finds Ada@Example.com, too
 * const device = Query.from(Device).where((device) => device.owner.eq("ada@example.com")).first
 * ```
 *
 * @category columns
 * @since 0.1.0
 */
export const numeric: Schema.Codec<BigDecimal.BigDecimal, string> = Column.custom(
  Schema.String.pipe(Schema.decodeTo(
    Schema.BigDecimal,
    SchemaTransformation.transformEffect<BigDecimal.BigDecimal, string>({
      decode: (text, options) =>
        Effect.try({
          try: () => decimalOf(text),
          catch: () => new SchemaIssue.InvalidValue({ expected: "a decimal" }, text, options)
        }),
      encode: (decimal) => Effect.succeed(decimalTextOf(decimal))
    })
  )),
  { as: Schema.String, postgres: "NUMERIC" }
)

/**
 * An address of the internet as PostgreSQL writes it, with the length of its network where that is shorter: `10.0.0.1`, `10.0.0.1/8`,
 * `2001:db8::1`. The type is `INET`.
 *
 * @category columns
 * @since 0.1.0
 */
export const inet: Schema.Codec<string, string> = Column.custom(
  Schema.String.pipe(Schema.decodeTo(
    Schema.String.check(Schema.makeFilter((text: string) => isAddress(text), {
      expected: "an address as PostgreSQL writes it, such as 10.0.0.1, 10.0.0.0/8 or 2001:db8::1"
    })),
    SchemaTransformation.transform({
      // cast to text, an address has the length of its network always
      decode: (text) => text.replace(text.includes(":") ? /\/128$/ : /\/32$/, ""),
      encode: (text) => text
    })
  )),
  { as: Schema.String, postgres: "INET" }
)

const isAddress = (text: string): boolean => {
  const [, address = "", length] = /^([0-9a-f.:]+)(?:\/(0|[1-9]\d?\d?))?$/.exec(text) ?? []
  const version = isIP(address)
  if (version === 0) return false
  const isWhole = length === undefined || Number(length) < (version === 4 ? 32 : 128)
  return isWhole && (version === 4 || address === shortest(address))
}

/** The one way of many in which PostgreSQL writes an address of version 6; the last two parts may be one of version 4. */
const shortest = (address: string): string => {
  const host = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, mapped = "", high, low] = /^::(ffff:)?([0-9a-f]+):([0-9a-f]+)$/.exec(host) ?? []
  if (high === undefined || low === undefined) return host
  const bytes = [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255])
  return `::${mapped}${bytes.join(".")}`
}

/**
 * The address of a network card, `08:00:2b:01:02:03`: `MACADDR`.
 *
 * @category columns
 * @since 0.1.0
 */
export const macaddr: Schema.String = Column.custom(
  Schema.String.check(Schema.makeFilter((text: string) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(text), {
    expected: "six bytes in lower case, such as 08:00:2b:01:02:03"
  })),
  { as: Schema.String, postgres: "MACADDR" }
)

/**
 * A text that equals others whatever their case, as keys and in queries, and keeps its own: `CITEXT`. The database needs the extension
 * of that name.
 *
 * @category columns
 * @since 0.1.0
 */
export const citext: Schema.String = Column.custom(Schema.String, { as: Schema.String, postgres: "CITEXT" })

/**
 * Bits, as many as there are: `BIT VARYING`.
 *
 * @category columns
 * @since 0.1.0
 */
export const bits: Schema.String = Column.custom(
  Schema.String.check(Schema.isPattern(/^[01]*$/)),
  { as: Schema.String, postgres: "BIT VARYING" }
)
