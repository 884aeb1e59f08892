/**
 * Which tables a statement reads and writes.
 *
 * @since 0.1.0
 */
import { hasSensitive } from "../model/sensitive.ts"
import { identityOf, type Table } from "../model/Table.ts"
import type { Cte, Join, Projection, Read, Select, Source } from "./ast.ts"
import { isVerbatim, type Node, type Order } from "./node.ts"
import { partsOf } from "./parts.ts"
import { identifier } from "./quoted.ts"
import type { Raw, RawPart } from "./raw.ts"
import type { DeleteKeys, Write } from "./write.ts"

/**
 * Tables by their identities; `all` where a statement may concern any, because it is SQL by hand or reads a view, and only a database
 * knows more.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tables {
  readonly all: boolean
  readonly tables: ReadonlyMap<string, Table>
  /** The SQL by hand, of which a database knows more: names stand in the places of models, and something else in those of values. */
  readonly texts: ReadonlyArray<string>
}

/**
 * What a statement reads, and whether its answer follows from the rows alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadSet extends Tables {
  /** Whether there is SQL by hand in it, of which nothing is known. */
  readonly isRaw: boolean
  /** Whether a column is read, or a condition is about it, whose values are told to nobody. */
  readonly isSensitive: boolean
  /** Whether the same rows may give another answer, or are locked besides. */
  readonly varies: boolean
}

/** What was found so far. */
interface Walk {
  all: boolean
  isRaw: boolean
  isSensitive: boolean
  varies: boolean
  readonly tables: Map<string, Table>
  readonly texts: Array<string>
  readonly ctes: Set<unknown>
}

const walk = (visit: (walk: Walk) => void): ReadSet => {
  const found: Walk = {
    all: false,
    isRaw: false,
    isSensitive: false,
    varies: false,
    tables: new Map(),
    texts: [],
    ctes: new Set()
  }
  visit(found)
  const { all, isRaw, isSensitive, tables, texts, varies } = found
  return { all, isRaw, isSensitive, tables, texts, varies }
}

/**
 * The tables that a statement asks, through its joins, subqueries and common table expressions, and those that it writes to.
 *
 * @category conversions
 * @since 0.1.0
 */
export const readSet = (statement: Read | Write): ReadSet => walk((found) => ofStatement(statement, found))

/**
 * The tables that a write changes. What becomes of rows that refer to those which it deletes is not counted.
 *
 * @category conversions
 * @since 0.1.0
 */
export const writeSet = (write: Write | DeleteKeys): Tables =>
  walk((found) => write._tag === "RawWrite" ? ofRaw(write.raw, found) : ofTable(write.table, found))

/**
 * The tables of several statements.
 *
 * @category conversions
 * @since 0.1.0
 */
export const joined = (several: ReadonlyArray<Tables>): Tables => ({
  all: several.some(({ all }) => all),
  tables: new Map(several.flatMap(({ tables }) => [...tables])),
  texts: several.flatMap(({ texts }) => texts)
})

/**
 * Whether a table is one of them.
 *
 * @category predicates
 * @since 0.1.0
 */
export const concerns = ({ all, tables }: Tables, table: Table): boolean => all || tables.has(identityOf(table))

const ofStatement = (statement: Read | Write, found: Walk): void => {
  switch (statement._tag) {
    case "Update":
      ofTable(statement.table, found)
      statement.set.forEach(({ node }) => ofNode(node, found))
      return ofOptional(statement.where, found)
    case "Delete":
      ofTable(statement.table, found)
      return ofOptional(statement.where, found)
    case "InsertFrom":
      ofTable(statement.table, found)
      return ofRead(statement.select, found)
    case "RawWrite":
      return ofRaw(statement.raw, found)
    case "Select":
    case "Compound":
    case "Values":
    case "Unnest":
    case "RawRead":
      return ofRead(statement, found)
  }
}

/** A view reads from tables that only the database knows. */
const ofTable = (table: Table, found: Walk): void => {
  found.tables.set(identityOf(table), table)
  if (table.isView) found.all = true
}

const ofRead = (read: Read, found: Walk): void => {
  switch (read._tag) {
    case "Select":
      return ofSelect(read, found)
    case "Compound":
      ofRead(read.left, found)
      return ofRead(read.right, found)
    case "Values":
      return read.rows.forEach((row) => ofNodes(row, found))
    case "Unnest":
      return ofNode(read.list, found)
    case "RawRead":
      return ofRaw(read.raw, found)
  }
}

const ofSelect = (select: Select<unknown>, found: Walk): void => {
  if (select.lock !== undefined) found.varies = true
  ofSource(select.from, found)
  select.joins.forEach((join) => ofJoin(join, found))
  for (const node of [select.where, select.having, select.qualify]) ofOptional(node, found)
  select.grouping?.sets.forEach((set) => ofNodes(set, found))
  if (typeof select.distinct !== "boolean") ofNodes(select.distinct, found)
  ofOrders(select.orderBy, found)
  ofProjection(select.projection, found)
}

const ofJoin = ({ nearest, on, source }: Join, found: Walk): void => {
  ofSource(source, found)
  ofOptional(on, found)
  ofOptional(nearest, found)
}

const ofSource = (source: Source, found: Walk): void => {
  switch (source._tag) {
    case "TableSource":
      if (source.sample !== undefined && source.sample.seed === undefined) found.varies = true
      return ofTable(source.table, found)
    case "ReadSource":
      return ofRead(source.read, found)
    case "CteSource":
      return ofCte(source.cte, found)
    case "ListSource":
      return
  }
}

/** One that reads from itself does so under its own name, and without its step. */
const ofCte = ({ base, name, step }: Cte, found: Walk): void => {
  if (found.ctes.has(step ?? name)) return
  found.ctes.add(name)
  found.ctes.add(step)
  ofRead(base, found)
  if (step !== undefined) ofRead(step, found)
}

const ofProjection = (projection: Projection, found: Walk): void => {
  switch (projection._tag) {
    case "Value":
      return ofNode(projection.node, found)
    case "Record":
      return projection.fields.forEach(([, field]) => ofProjection(field, found))
    case "Instance":
      if (hasSensitive(projection.table)) found.isSensitive = true
      return ofTable(projection.table, found)
    case "Rows":
      return ofRead(projection.read, found)
  }
}

const ofRaw = (raw: Raw, found: Walk): void => {
  if (isVerbatim(raw)) return
  found.all = true
  found.isRaw = true
  found.texts.push(textOf(raw))
  ofParts(raw, found)
}

const ofParts = (raw: Raw, found: Walk): void => raw.parts.forEach((part) => ofPart(part, found))

/** A fragment may be a part of a name, or of a call, so that its text is nothing by itself. */
const textOf = ({ parts, texts }: Raw): string => texts.map((text, index) => text + standIn(parts[index])).join("")

const standIn = (part: RawPart | undefined): string => {
  switch (part?._tag) {
    case undefined:
    case "Refused":
      return ""
    case "Model":
    case "Rows":
      return identifier(part.source.table.name)
    case "Table":
      return identifier(part.table.name)
    case "Name":
      return identifier(part.name)
    case "Expression":
      return " $1"
    case "Query":
      return "($1)"
    case "Fragment":
      return textOf(part.raw)
  }
}

const ofPart = (part: RawPart, found: Walk): void => {
  switch (part._tag) {
    case "Expression":
      return ofNode(part.node, found)
    case "Model":
    case "Rows":
      return ofSource(part.source, found)
    case "Table":
      return ofTable(part.table, found)
    case "Query":
      return ofRead(part.read, found)
    case "Fragment":
      return ofParts(part.raw, found)
    case "Name":
    case "Refused":
      return
  }
}

const ofNodes = (nodes: ReadonlyArray<Node>, found: Walk): void => nodes.forEach((node) => ofNode(node, found))

const ofOptional = (node: Node | undefined, found: Walk): void => {
  if (node !== undefined) ofNode(node, found)
}

const ofOrders = (orders: ReadonlyArray<Order>, found: Walk): void => orders.forEach(({ node }) => ofNode(node, found))

const ofNode = (node: Node, found: Walk): void => {
  if (node._tag === "Fragment") return ofRaw(node.raw, found)
  if (node._tag === "Field" && node.column?.sensitive === true) found.isSensitive = true
  if ("read" in node) ofRead(node.read, found)
  ofNodes(partsOf(node), found)
}
