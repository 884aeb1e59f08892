/**
 * Turns a read into the text of a dialect, with the columns of its result.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type {
  Compound,
  Cte,
  Grouping,
  Join,
  ListSource,
  Projection,
  Read,
  Select,
  Source,
  TableSource,
  Unnest,
  Values
} from "./ast.ts"
import { type Compilation, Inexpressible, type ReadParts, type RowsParts, type Texts } from "./compilation.ts"
import type { Parameter } from "./CompiledQuery.ts"
import { both, type Node, type Order, type ToldValue, type ValueList } from "./node.ts"
import { directionText, listParameter, nodeText, orderText } from "./nodeText.ts"
import { pageFirst } from "./pageFirst.ts"
import { conjuncts } from "./parts.ts"
import { type Told, toldParameter } from "./placeholder.ts"
import { lockText, sampleText } from "./portion.ts"
import { rawText } from "./rawText.ts"
import { columnsOf, type Item, type Projected, projected, resultText } from "./selectList.ts"
import { whole } from "./slot.ts"
import { tableName } from "./tableName.ts"

/** The text of any read; throws `NotStorable` and `Inexpressible`. */
export const readText = (read: Read, compilation: Compilation): string => {
  switch (read._tag) {
    case "Select":
      return selectParts(read, compilation).sql
    case "Compound":
      return compoundText(read, compilation)
    case "Values":
      return valuesText(read, compilation)
    case "Unnest":
      return unnestText(read, compilation)
    case "RawRead":
      // a comment in the last line must not reach beyond it
      return compilation.within([], () => `${rawText(read.raw, compilation)}\n`)
  }
}

/** The texts of whatever a statement is made of. */
export const statementTexts: Texts = {
  readText: (read, compilation) => readText(read, compilation),
  sourceText: (source, compilation) => sourceText(source, compilation),
  nodeText,
  rowsParts: (read, compilation) => rowsParts(read, compilation)
}

/** The parts of a select, whose list may be said in another way; throws `NotStorable` and `Inexpressible`. */
export const selectParts = (
  select: Select<unknown>,
  compilation: Compilation,
  listText: (found: Projected) => string = ({ list }) => list
): ReadParts => {
  const sources = sourcesOf(select)
  return compilation.within(sources.map(({ alias }) => alias), () => {
    const found = projected(select.projection, strictSources(sources, compilation), compilation)
    const isWrapped = select.qualify !== undefined && !compilation.dialect.features.qualify
    const sql = isWrapped
      ? qualifiedText(select, select.qualify, found.items, compilation)
      : selectText(select, listText(found), compilation)
    return { sql, columns: columnsOf(found), shape: found.shape }
  })
}

/** Each row of the select is one list, and all of them are one value; where there is one at most, it is by itself. */
const rowsParts = (select: Select<unknown>, compilation: Compilation): RowsParts => {
  const { nested } = compilation.dialect
  if (nested === undefined) throw new Inexpressible("rows within rows", "Read each of both by a query of its own.")
  const itemText = ({ column: { rows, type }, sql }: Item) => rows === undefined ? nested.item(sql, type) : sql
  const found = selectParts(select, compilation, ({ items }) => nested.row(items.map(itemText)))
  const isOne = select.limit === 1
  return { ...found, sql: isOne ? nested.one(found.sql) : nested.list(found.sql), isOne }
}

const selectText = (select: Select<unknown>, list: string, compilation: Compilation): string => {
  const page = pageFirst(select)
  if (page === undefined || !isFew(select.limit, compilation)) return listedText(select, list, compilation)
  const from = `(${listedText(page, "*", compilation)}) AS ${compilation.nameOf(select.from.alias)}`
  return listedText({ ...select, where: undefined, limit: undefined, offset: undefined }, list, compilation, from)
}

const listedText = (select: Select<unknown>, list: string, compilation: Compilation, from?: string): string =>
  clauses(
    `SELECT ${distinctText(select, compilation)}${list}`,
    ...bodyClauses(select, compilation, from),
    select.qualify && `QUALIFY ${nodeText(select.qualify, compilation)}`,
    select.orderBy.length > 0 && `ORDER BY ${orderText(select.orderBy, compilation)}`,
    ...pageClauses(select, compilation),
    select.lock && lockText(select, select.lock, compilation)
  )

/** The most rows that are looked up in what they are joined with, one by one, sooner than that is gone through. */
const few = 100

/** Whether few rows are asked for. Several servers join the rows that each of them has, and a page comes of all of them. */
const isFew = (limit: number | ToldValue | undefined, { dialect, holds }: Compilation): boolean => {
  if (limit === undefined || dialect.sharding !== undefined) return false
  const isIn = (rows: unknown) => Number(rows) <= few
  return typeof limit === "number" ? isIn(limit) : holds?.(toldRows(limit), isIn) === true
}

/** Where there is no `QUALIFY`, the select is put into another, which asks for the condition and sorts by names. */
const qualifiedText = (
  select: Select<unknown>,
  qualify: Node,
  items: ReadonlyArray<Item>,
  compilation: Compilation
): string => {
  const { dialect } = compilation
  const name = (text: string) => dialect.identifier(text)
  const sorted = select.orderBy.map((order, index) => ({ ...order, name: name(`sort ${index}`) }))
  const inner = clauses(
    `SELECT ${
      [
        ...items.map(({ column, sql }) => `${sql} AS ${name(column.name)}`),
        `${nodeText(qualify, compilation)} AS ${name("qualifies")}`,
        ...sorted.map((order) => `${nodeText(order.node, compilation)} AS ${order.name}`)
      ].join(", ")
    }`,
    ...bodyClauses(select, compilation)
  )
  const list = items.map(({ column }) =>
    `${resultText(column, name(column.name), compilation)} AS ${name(column.name)}`
  )
  return clauses(
    `SELECT ${distinctText(select, compilation)}${list.join(", ")} FROM (${inner}) AS ${name("windowed")}`,
    `WHERE ${name("qualifies")}`,
    sorted.length > 0 &&
      `ORDER BY ${sorted.map((order) => `${order.name} ${directionText(order)}`).join(", ")}`,
    ...pageClauses(select, compilation)
  )
}

type Clause = string | false | undefined

const clauses = (...all: ReadonlyArray<Clause>): string => all.filter((clause) => clause).join(" ")

const bodyClauses = (
  select: Select<unknown>,
  compilation: Compilation,
  from = sourceText(select.from, compilation)
): ReadonlyArray<Clause> => [
  `FROM ${from}`,
  ...select.joins.map((join) => joinText(join, compilation)),
  select.where && `WHERE ${nodeText(select.where, compilation)}`,
  select.grouping && groupingText(select.grouping, compilation),
  select.having && `HAVING ${nodeText(select.having, compilation)}`
]

/** One row is asked for as a constant: a database plans for it in another way than for a page. */
const pageClauses = ({ limit, offset }: Select<unknown>, compilation: Compilation): ReadonlyArray<Clause> => [
  limit !== undefined && `LIMIT ${limit === 1 ? "1" : rowsText(limit, compilation)}`,
  offset !== undefined && `OFFSET ${rowsText(offset, compilation)}`
]

/** A number of rows: a constant inside of another read, where DuckDB takes no parameter, and else one statement for all numbers. */
const rowsText = (rows: number | ToldValue, compilation: Compilation): string => {
  const { isInside, once, parameter } = compilation
  if (typeof rows === "number") {
    const { type, value } = rowsParameter(rows)
    return isInside() ? String(value) : parameter(type, value)
  }
  const told = () => toldParameter(toldRows(rows), compilation)
  return isInside() ? constantRows(told()) : once(rows, told)
}

const toldRows = ({ placeholder }: ToldValue): Told => ({ type: whole.type, placeholder, made: rowsParameter })

const rowsParameter = (rows: unknown): Parameter => {
  if (Number.isSafeInteger(rows) && Number(rows) >= 0) return { type: whole.type, value: rows }
  throw new Inexpressible(`a limit or offset of ${String(rows)} rows`, "Give a whole number from 0 on.")
}

/** The text of a number of rows that is known. */
const constantRows = ({ value }: Parameter): string => {
  if (typeof value === "number") return String(value)
  throw new Inexpressible("one text for all limits of an inner query", "Give the limit as a number.")
}

const distinctText = ({ distinct }: Select<unknown>, compilation: Compilation): string => {
  if (typeof distinct === "boolean") return distinct ? "DISTINCT " : ""
  return `DISTINCT ON (${texts(distinct, compilation)}) `
}

const groupingText = ({ kind, sets }: Grouping, compilation: Compilation): string => {
  const [keys = []] = sets
  switch (kind) {
    case "plain":
      return `GROUP BY ${keys.length === 0 ? "()" : texts(keys, compilation)}`
    case "rollup":
      return `GROUP BY ROLLUP (${texts(keys, compilation)})`
    case "cube":
      return `GROUP BY CUBE (${texts(keys, compilation)})`
    case "sets":
      return `GROUP BY GROUPING SETS (${sets.map((set) => `(${texts(set, compilation)})`).join(", ")})`
  }
}

/** Tells the sources whose rows are checked. */
const strictSources = (sources: ReadonlyArray<Source>, { isStrict }: Compilation) => {
  const strict = sources.flatMap((source) =>
    isRaw(source) || (source._tag === "TableSource" && isStrict(source.table)) ? [source.alias] : []
  )
  return (alias: Source["alias"]) => strict.includes(alias)
}

/** Whether the rows come from SQL by hand, which could give anything. */
const isRaw = (source: Source): boolean =>
  source._tag === "ReadSource" &&
  (source.read._tag === "RawRead" || (source.read._tag === "Select" && sourcesOf(source.read).some(isRaw)))

const sourcesOf = ({ from, joins }: Select<unknown>): ReadonlyArray<Source> => [
  from,
  ...joins.map(({ source }) => source)
]

/** What a projection adds to `RETURNING`, and what its rows become. */
export const projectionParts = (
  projection: Projection,
  sources: ReadonlyArray<Source>,
  compilation: Compilation
): ReadParts => {
  const found = projected(projection, strictSources(sources, compilation), compilation)
  return { sql: found.list, columns: columnsOf(found), shape: found.shape }
}

const sourceText = (source: Source, compilation: Compilation): string => {
  const alias = compilation.nameOf(source.alias)
  switch (source._tag) {
    case "TableSource":
      return tableText(source, alias, compilation)
    case "ReadSource":
      return `${source.lateral ? "LATERAL " : ""}(${readText(source.read, compilation)}) AS ${alias}`
    case "CteSource":
      return `${cteName(source.cte, compilation)} AS ${alias}`
    case "ListSource":
      return `(${listsText(source, compilation)}) AS ${alias}`
  }
}

/** Lists side by side, taken apart into rows. */
const listsText = ({ lists, place }: ListSource, compilation: Compilation): string => {
  const { dialect } = compilation
  const named = lists.map((list) => {
    const type: ColumnType = { _tag: "List", element: list.slot }
    return { name: dialect.identifier(list.name), list: dialect.cast(listText(list, compilation), type) }
  })
  return dialect.unnested(named, dialect.identifier(place))
}

const listText = (list: ValueList, { dialect, once }: Compilation): string =>
  once(list, () => listParameter(list, dialect))

/** Conditions by which shards find the rows that lists tell; for a join with the lists all of a table would leave them. */
const listed = ({ on, source }: Join, compilation: Compilation): ReadonlyArray<string> => {
  const { dialect } = compilation
  if (source._tag !== "ListSource" || dialect.sharding === undefined) return []
  return source.lists.flatMap((list) =>
    conjuncts(on).flatMap((condition) =>
      condition._tag === "Comparison" && condition.right._tag === "Field" && condition.right.name === list.name
        ? [dialect.membership(nodeText(condition.left, compilation), listText(list, compilation), list.slot.type)]
        : []
    )
  )
}

/** A table, or those of its rows that its conditions let through. */
const tableText = (source: TableSource, alias: string, compilation: Compilation): string => {
  const table = tableName(source.table, compilation.dialect)
  const sample = source.sample === undefined ? "" : sampleText(source.table, source.sample, compilation)
  const named = `${table === alias ? table : `${table} AS ${alias}`}${sample}`
  const [first, ...more] = compilation.conditions(source)
  if (first === undefined) return named
  const kept = more.reduce(both, first)
  return `(SELECT * FROM ${named} WHERE ${nodeText(kept, compilation)}) AS ${alias}`
}

const joinText = (join: Join, compilation: Compilation): string => {
  const source = sourceText(join.source, compilation)
  const conditions = [join.on === undefined ? "TRUE" : nodeText(join.on, compilation), ...listed(join, compilation)]
  const on = ` ON ${conditions.join(" AND ")}`
  switch (join.kind) {
    case "inner":
      return `JOIN ${source}${on}`
    case "left":
      return `LEFT JOIN ${source}${on}`
    case "right":
      return `RIGHT JOIN ${source}${on}`
    case "full":
      return `FULL JOIN ${source}${on}`
    case "cross":
      return `CROSS JOIN ${source}`
    case "asof":
    case "asofLeft":
      return asofText(join, source, compilation)
  }
}

/** Where there is no `ASOF JOIN`, the nearest row is looked for row by row. */
const asofText = (join: Join, source: string, compilation: Compilation): string => {
  const { dialect, nameOf } = compilation
  const alias = nameOf(join.source.alias)
  const { by, comparison } = nearestOf(join)
  const condition = nodeText(join.on === undefined ? comparison : both(join.on, comparison), compilation)
  const outer = join.kind === "asof" ? "" : "LEFT "
  if (dialect.features.asofJoin) return `ASOF ${outer}JOIN ${source} ON ${condition}`
  const found = `SELECT ${alias}.* FROM ${source} WHERE ${condition} ORDER BY ${orderText([by], compilation)} LIMIT 1`
  return `${outer}JOIN LATERAL (${found}) AS ${alias} ON TRUE`
}

/** The order in which the nearest row comes first: the greatest of those that are less, or the least of those that are greater. */
const nearestOf = ({ nearest, source: { alias } }: Join) => {
  if (nearest?._tag === "Comparison" && direction.has(nearest.operator)) {
    const { left, operator, right } = nearest
    const isLeft = left._tag === "Field" && left.source === alias
    const isBelow = isLeft === (direction.get(operator) === "<")
    const by: Order = { node: isLeft ? left : right, direction: isBelow ? "DESC" : "ASC", nulls: "LAST" }
    return { comparison: nearest, by }
  }
  throw new Inexpressible(
    "an asof join without an order",
    "Let `nearest` compare a column of both sides by lte, lt, gte or gt."
  )
}

const direction = new Map<string, "<" | ">">([["<", "<"], ["<=", "<"], [">", ">"], [">=", ">"]])

const compoundText = ({ left, operator, right }: Compound, compilation: Compilation): string =>
  `(${readText(left, compilation)}) ${operator} (${readText(right, compilation)})`

const valuesText = ({ names, rows }: Values, compilation: Compilation): string => {
  const { dialect } = compilation
  const list = rows.map((row) => `(${texts(row, compilation)})`).join(", ")
  return `SELECT * FROM (VALUES ${list}) AS ${dialect.identifier("given")} (${
    names.map((name) => dialect.identifier(name)).join(", ")
  })`
}

const unnestText = ({ list, place, value }: Unnest, compilation: Compilation): string => {
  const name = (text: string) => compilation.dialect.identifier(text)
  const items = nodeText(list, compilation)
  return `SELECT unnest(${items}) AS ${name(value)}, generate_subscripts(${items}, 1) - 1 AS ${name(place)}`
}

const cteName = (cte: Cte, compilation: Compilation): string =>
  compilation.cteName(cte, () => {
    const base = readText(cte.base, compilation)
    const text = cte.step === undefined
      ? base
      : `(${base}) UNION ${cte.repeats ? "ALL " : ""}(${readText(cte.step, compilation)})`
    return `${compilation.nameOf(cte.name)} AS (${text})`
  })

const texts = (nodes: ReadonlyArray<Node>, compilation: Compilation): string =>
  nodes.map((node) => nodeText(node, compilation)).join(", ")
