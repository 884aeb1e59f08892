/**
 * Texts for the primary keys of rows: by them it is known which rows a write concerns, and which are asked for.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { ColumnType } from "../model/ColumnType.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import type { Dialect } from "./Dialect.ts"
import { encoder, encodeValue } from "./encode.ts"
import type { Alias, Node, Value } from "./node.ts"
import { keyFields, keyTexts } from "./rowKey.ts"
import type { Delete, Update } from "./write.ts"

type Features = Dialect["features"]

const kinds = new WeakMap<Table, string | undefined>()

/**
 * What the texts of a table's keys are made of: those of two descriptions of one table can be compared where it is the same. There is
 * none where a key may be stored as another one than was given, such as an instant in a column of whole seconds.
 */
export const keyKind = (table: Table): string | undefined => {
  if (kinds.has(table)) return kinds.get(table)
  const { isView, primaryKey } = table
  const isExact = !isView && primaryKey.length > 0 && primaryKey.every(({ type }) => isKept(type))
  const kind = isExact ? JSON.stringify(primaryKey.map(({ name, type }) => [name, type._tag])) : undefined
  kinds.set(table, kind)
  return kind
}

/** Whether a value is stored as it is given. */
const isKept = ({ _tag }: ColumnType): boolean => {
  switch (_tag) {
    case "Text":
    case "Enum":
    case "Uuid":
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
    case "Boolean":
    case "Date":
      return true
    case "Float":
    case "Double":
    case "Decimal":
    case "Time":
    case "Timestamp":
    case "Interval":
    case "Blob":
    case "Json":
    case "List":
    case "Struct":
    case "Map":
    case "Custom":
      return false
  }
}

/** All of the texts, where there is one for each. */
const allOf = (texts: ReadonlyArray<string | undefined>): ReadonlyArray<string> | undefined => {
  const found = texts.filter((text) => text !== undefined)
  return found.length === texts.length ? found : undefined
}

/** The texts of keys whose storable values are in these columns; nothing where one of them is none. */
export const storedKeyTexts = (
  table: Table,
  parts: ReadonlyArray<ReadonlyArray<unknown>>,
  count: number
): ReadonlyArray<string> | undefined => keyKind(table) === undefined ? undefined : allOf(keyTexts(parts, count))

/** What makes texts of primary keys as a model has them; nothing where one of them can't be stored. */
export const askedKeyTexts = (features: Features) => {
  const known = new WeakMap<Table, ReadonlyArray<(key: unknown) => unknown>>()

  const partsOf = (table: Table) => {
    const { primaryKey } = table
    const [only, ...more] = primaryKey
    return only === undefined || more.length > 0
      ? primaryKey.map((column) => {
        const encode = encoder(column, features)
        return (key: unknown) => encode(keyFields(table, key)[column.field])
      })
      : [encoder(only, features)]
  }

  return (table: Table, keys: ReadonlyArray<unknown>): ReadonlyArray<string> | undefined => {
    if (keyKind(table) === undefined) return undefined
    const parts = getOrInsert(known, table, partsOf)
    const texts = Result.try(() => keyTexts(parts.map((part) => keys.map(part)), keys.length))
    return Result.isSuccess(texts) ? allOf(texts.success) : undefined
  }
}

/** The texts of the keys that the condition of a write names, where it changes no other rows, and no keys. */
export const writtenKeyTexts = (
  { alias, table, where, ...write }: Update | Delete,
  features: Features
): ReadonlyArray<string> | undefined => {
  const { primaryKey } = table
  if (keyKind(table) === undefined || where === undefined) return undefined
  if (write._tag === "Update" && write.set.some(({ column }) => primaryKey.includes(column))) return undefined
  const named = primaryKey.map((column) => {
    const values = conditionsIn(where).flatMap((node) => namedBy(node, alias, column))
    return values.slice(0, 1).map((value) => encodeValue(value, features))
  })
  return named.every(({ length }) => length === 1) ? storedKeyTexts(table, named, 1) : undefined
}

/** The conditions that all have to hold where this one does. */
const conditionsIn = (node: Node): ReadonlyArray<Node> =>
  node._tag === "Logical" && node.operator === "AND"
    ? [...conditionsIn(node.left), ...conditionsIn(node.right)]
    : [node]

/** The value that a condition says a column has. */
const namedBy = (node: Node, alias: Alias, column: Table["columns"][number]): ReadonlyArray<Value> =>
  node._tag === "Comparison" && node.operator === "=" && node.left._tag === "Field" && node.left.source === alias &&
    node.left.column === column && node.right._tag === "Value" && node.right.column === column
    ? [node.right]
    : []
