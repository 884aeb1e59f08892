/**
 * Columns of random tables, with values that any change of them keeps: row `n` has the same value wherever a type is the same, which
 * makes keys unique and references hold.
 */
import { type ColumnType, type Structure, Type } from "andamios-orm"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { nameIn } from "../../src/sql/namesIn.ts"
import type { Chooser } from "./chooser.ts"

type Column = Structure.ColumnStructure
type AnyType = ColumnType.ColumnType

/** A type with what there is to know about it; literals are those of both databases. */
interface Known {
  readonly type: AnyType
  readonly value: (row: number) => string
  readonly default: string
  /** Whether each row has a value of its own. */
  readonly isDistinct: boolean
  /** A condition that all values meet. */
  readonly check?: (name: string) => string
  /** The types that its values can be cast to, and back from. */
  readonly casts: ReadonlyArray<AnyType>
}

const money = Type.decimal(10, 2)
const isPositive = (name: string) => `${name} >= 0`
const number = (type: AnyType, casts: ReadonlyArray<AnyType>, isWhole = true): Known => ({
  type,
  value: (row) => isWhole ? `${row}` : `${row}.25`,
  default: isWhole ? "7" : "7.25",
  isDistinct: true,
  check: isPositive,
  casts
})

const known: readonly [Known, ...ReadonlyArray<Known>] = [
  number(Type.int32, [Type.int64, Type.int16, Type.text, Type.double, money]),
  {
    type: Type.text,
    value: (row) => `'${row}'`,
    default: "'it''s 7'",
    isDistinct: true,
    check: (name) => `length(${name}) < 100`,
    casts: [Type.int32, Type.int64, Type.double]
  },
  number(Type.int64, [Type.int32, Type.int16, Type.text, Type.double, money]),
  number(Type.int16, [Type.int32, Type.int64, Type.text, Type.double, money]),
  number(Type.double, [Type.text, money], false),
  number(money, [Type.text, Type.double, Type.decimal(12, 4)], false),
  {
    type: Type.boolean,
    value: (row) => `${row % 2 === 0}`,
    default: "true",
    isDistinct: false,
    casts: [Type.text]
  },
  {
    type: Type.date,
    value: (row) => `DATE '2020-01-${String(row).padStart(2, "0")}'`,
    default: "DATE '2020-01-07'",
    isDistinct: true,
    check: (name) => `${name} > DATE '1999-12-31'`,
    casts: [Type.timestamp, Type.text]
  },
  {
    type: Type.timestamp,
    value: (row) => `TIMESTAMP '2020-01-${String(row).padStart(2, "0")} 00:00:00'`,
    default: "TIMESTAMP '2020-01-07 08:09:10'",
    isDistinct: true,
    casts: [Type.date, Type.text]
  },
  {
    type: Type.uuid,
    value: (row) => `CAST('00000000-0000-4000-8000-${String(row).padStart(12, "0")}' AS UUID)`,
    default: "CAST('00000000-0000-4000-8000-000000000007' AS UUID)",
    isDistinct: true,
    casts: [Type.text]
  },
  { type: Type.json, value: (row) => `'{"n": ${row}}'`, default: "'{}'", isDistinct: false, casts: [] },
  {
    type: Type.list(Type.int32),
    value: (row) => `CAST(ARRAY[${row}, 7] AS INTEGER[])`,
    default: "CAST(ARRAY[7] AS INTEGER[])",
    isDistinct: false,
    casts: []
  }
]

const knownOf = (type: AnyType): Known | undefined =>
  known.find((one) => JSON.stringify(one.type) === JSON.stringify(type))

/** What goes for values of this type, which is an enum where it is none of the others. */
export const about = (type: AnyType): Omit<Known, "type"> =>
  knownOf(type) ??
    {
      value: () => `'${firstOf(type)}'`,
      default: `'${firstOf(type)}'`,
      isDistinct: false,
      casts: []
    }

const firstOf = (type: AnyType): string =>
  type._tag === "Custom" && type.base._tag === "Enum" ? type.base.values[0] ?? "" : ""

const plainTypes = known.map(({ type }) => type)
const distinctTypes = known.filter(({ isDistinct }) => isDistinct).map(({ type }) => type)

/** The type of an enum that both databases have under the same name. */
const enumType = ({ name, values }: Structure.EnumStructure): AnyType =>
  Type.custom(Type.oneOf(...values), { duckdb: nameIn(name), postgres: nameIn(name) })

/** A column of any type. */
export const randomColumn = (
  choose: Chooser,
  name: string,
  enums: ReadonlyArray<Structure.EnumStructure>
): Column => {
  const type = choose.anyOf([...plainTypes, ...enums.map(enumType)]) ?? Type.int32
  return {
    name,
    type,
    nullable: choose.oneIn(2),
    ...(choose.oneIn(3) ? { default: about(type).default } : {}),
    ...(choose.oneIn(5) ? { comment: randomComment(choose) } : {})
  }
}

/** A column that can be a key, numbered by the database where it is a number and chance has it. */
export const keyColumn = (choose: Chooser, name: string): Column => {
  const type = choose.anyOf(distinctTypes) ?? Type.int32
  const isNumbered = (type._tag === "Int64" || type._tag === "Int32") && choose.oneIn(2)
  return { name, type, nullable: false, ...(isNumbered ? { identity: true as const } : {}) }
}

/** A column that is computed of another, which is a whole number. */
export const computedColumn = (choose: Chooser, name: string, of: Column, dialect: Dialect): Column => ({
  name,
  type: Type.int64,
  nullable: true,
  generated: dialect.cast(`${nameIn(of.name)} + ${choose.upTo(3)}`, Type.int64)
})

export const isWhole = ({ generated, type }: Column): boolean =>
  generated === undefined && ["Int16", "Int32", "Int64"].includes(type._tag)

/** Whether a column can be in a key; one that is new has the same in all rows. */
export const isDistinct = ({ generated, name, type }: Column): boolean =>
  generated === undefined && about(type).isDistinct && !name.startsWith("new ")

export const randomComment = (choose: Chooser): string => choose.oneOf(["what it is", "it's \"it\"", "é\n2"])
