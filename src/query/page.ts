/**
 * Pages: the rows of a query part by part, behind a cursor or by number.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { ColumnType } from "../model/ColumnType.ts"
import { type InvalidCursor, type ReadError, Unsupported } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { columnOf } from "../sql/anyExpression.ts"
import type { Projection, Select } from "../sql/ast.ts"
import { hash } from "../sql/hash.ts"
import { both, fieldOf, type Node, type Order } from "../sql/node.ts"
import { slotOf } from "../sql/slot.ts"
import * as Cursor from "./cursor.ts"
import { Included } from "./include.ts"
import { also, type Query } from "./read.ts"
import { outputs } from "./selection.ts"

/**
 * Some rows of a query, and the cursor behind which the next ones come, where there are more.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  readonly rows: ReadonlyArray<A>
  readonly next: Option.Option<string>
}

/**
 * A page by its number, counted from 1, and how many rows and pages there are.
 *
 * @category models
 * @since 0.1.0
 */
export interface NumberedPage<out A> {
  readonly rows: ReadonlyArray<A>
  readonly number: number
  readonly pages: number
  readonly total: number
}

/**
 * What can be read page by page: a query, also one whose rows come with related ones.
 *
 * @category models
 * @since 0.1.0
 */
export type Pageable<A, R> = Query<A, R> | Included<unknown, A, R>

/**
 * The next rows of a query in its order: at most `size`, and those behind the cursor of the page before. Rows that the order leaves
 * equal are told apart by their primary keys. Whatever is inserted or deleted meanwhile, no row comes twice and none is left out, and
 * the last page costs what the first does.
 *
 * A cursor is a text that can go to a client and come back; one that is not this query's fails with `InvalidCursor`. It tells the
 * values that the rows are ordered by to whoever decodes it.
 *
 * Of a query with `include`, what is related comes with the rows of the page.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Effect, Option, Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Schema.NullOr(Column.int32)
 * }, { table: "books" }) {}
 *
 * const longest = Query.from(Book).orderBy((book) => book.pages.desc())
 *
 * const twoPages = Effect.gen(function*() {
 *   const first = yield* Query.page(longest, { size: 20 })
 *   const second = yield* Query.page(longest, { size: 20, after: Option.getOrUndefined(first.next) })
 *   return [...first.rows, ...second.rows]
 * })
 * ```
 *
 * @errors ReadError
 * @category pages
 * @since 0.1.0
 */
export const page: <A, R>(
  query: Pageable<A, R>,
  options: { readonly size: number; readonly after?: string | undefined }
) => Effect.Effect<Page<A>, ReadError | InvalidCursor, Session | R> = Effect.fn("Query.page")((query, options) =>
  query instanceof Included ? query.through((rows) => pageOf(rows, options)) : pageOf(query, options)
)

const pageOf = Effect.fnUntraced(function*<A, R>(
  query: Query<A, R>,
  { after, size }: { readonly size: number; readonly after?: string | undefined }
): Effect.fn.Return<Page<A>, ReadError | InvalidCursor, Session | R> {
  const { "~row": _, ...statement } = query.statement
  yield* checked(statement, size)
  const orders = totalOrder(statement)
  if (orders === undefined) {
    return yield* refused(
      "pages of rows that no key tells apart",
      "Page through a query of models with primary keys, of their groups, or of distinct values."
    )
  }
  const untold = orders.find(({ node }) => !isTold(node))
  if (untold !== undefined) {
    return yield* refused(
      "pages in the order of a value that no cursor tells: a sensitive one, or one of a type that is no text, number or time",
      "Order by other columns, or take the pages by number."
    )
  }
  const shape = hash({ ...statement, orderBy: orders }, false)
  const behind = after === undefined ? undefined : beyond(orders, yield* Cursor.decode(shape, after))
  const keyed: Select<{ readonly row: A; readonly key: Readonly<Record<string, unknown>> }> = {
    ...keeping(statement, behind),
    orderBy: orders,
    limit: size + 1,
    projection: { _tag: "Record", fields: [["row", statement.projection], ["key", keyProjection(orders)]] }
  }
  const session = yield* Session
  const found = yield* session.run(keyed)
  const rows = found.slice(0, size)
  const last = found.length > size ? rows.at(-1) : undefined
  return {
    rows: rows.map(({ row }) => row),
    next: Option.map(
      Option.fromUndefinedOr(last),
      ({ key }) => Cursor.encode(shape, orders.map(({ node }, index) => native(node, key[nameOf(index)])))
    )
  }
})

/**
 * A page of a query by its number, counted from 1, with the number of all rows: two queries, of which the second skips the rows of
 * the pages before. Rows that the query's order leaves equal are told apart by their primary keys, where they have any.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.String,
 *   author: Schema.String,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const third = Query.numberedPage(Query.from(Book).orderBy((book) => book.title.asc()), { number: 3, size: 20 })
 * ```
 *
 * @errors ReadError
 * @category pages
 * @since 0.1.0
 */
export const numberedPage: <A, R>(
  query: Pageable<A, R>,
  options: { readonly number: number; readonly size: number }
) => Effect.Effect<NumberedPage<A>, ReadError, Session | R> = Effect.fn("Query.numberedPage")((query, options) =>
  query instanceof Included
    ? query.through((rows) => numberedPageOf(rows, options))
    : numberedPageOf(query, options)
)

const numberedPageOf = Effect.fnUntraced(function*<A, R>(
  query: Query<A, R>,
  { number, size }: { readonly number: number; readonly size: number }
): Effect.fn.Return<NumberedPage<A>, ReadError, Session | R> {
  const session = yield* Session
  const { statement } = query
  yield* checked(statement, size)
  const total = yield* query.count
  const orderBy = totalOrder(statement) ?? statement.orderBy
  const rows = yield* session.run<A>({ ...statement, orderBy, limit: size, offset: (number - 1) * size })
  return { rows, number, pages: Math.ceil(total / size), total }
})

type Statement = Omit<Select<unknown>, "~row">

/** The order of a query, and behind it what tells its rows apart. */
const totalOrder = (statement: Statement): ReadonlyArray<Order> | undefined => {
  const isKnown = (node: Node) => statement.orderBy.some((order) => isSame(order.node, node))
  const more = uniqueNodes(statement)?.filter((node) => !isKnown(node))
  return more && [
    ...statement.orderBy,
    ...more.map((node) => ({ node, direction: "ASC", nulls: "LAST" }) as const)
  ]
}

const isSame = (one: Node, other: Node): boolean =>
  one === other ||
  (one._tag === "Field" && other._tag === "Field" && one.source === other.source && one.name === other.name)

/** Fails where a page can't be one of a query. */
const checked = ({ limit, offset }: Statement, size: number): Effect.Effect<void, Unsupported> => {
  if (limit !== undefined || offset !== undefined) {
    return refused("pages of a query that has a limit or an offset", "Leave those out: a page has a size.")
  }
  return Number.isSafeInteger(size) && size > 0
    ? Effect.void
    : refused(`a page of ${size} rows`, "Give it a whole number of rows, at least one.")
}

const refused = (feature: string, instead: string) =>
  Effect.fail(new Unsupported({ database: "Andamios ORM", feature, instead }))

/** What no two rows of a query have alike. */
const uniqueNodes = ({ distinct, from, grouping, joins, projection }: Statement): ReadonlyArray<Node> | undefined => {
  if (distinct === true) {
    return projection._tag === "Record"
      ? outputs({ projection }).map(([, node]) => node)
      : undefined
  }
  if (distinct !== false) return undefined
  if (grouping !== undefined) return grouping.kind === "plain" ? grouping.sets.flat() : undefined
  const keys = [from, ...joins.map(({ source }) => source)].map((source) =>
    source._tag === "TableSource" && source.table.primaryKey.length > 0
      ? source.table.primaryKey.map((column) => fieldOf(source.alias, column, joins.length > 0))
      : undefined
  )
  return keys.every((key) => key !== undefined) ? keys.flat() : undefined
}

/** The rows that a condition holds for, once there are groups and windows to be told by. */
const keeping = (statement: Statement, condition: Node | undefined): Statement => {
  if (condition === undefined) return statement
  if (statement.qualify !== undefined || hasWindow([statement.projection, statement.orderBy])) {
    return { ...statement, qualify: also(statement.qualify, condition) }
  }
  return statement.grouping === undefined
    ? { ...statement, where: also(statement.where, condition) }
    : { ...statement, having: also(statement.having, condition) }
}

/** A window sees all rows, also those of the pages before. */
const hasWindow = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null || "model" in value || "schema" in value) return false
  const isWindow = ("_tag" in value && value._tag === "Window") ||
    ("texts" in value && /\bover\b/i.test(String(value.texts)))
  return isWindow || Object.values(value).some(hasWindow)
}

const nameOf = (index: number): string => `k${index}`

const keyProjection = (orders: ReadonlyArray<Order>): Projection => ({
  _tag: "Record",
  fields: orders.map(({ node }, index) => [nameOf(index), { _tag: "Value", node }])
})

/** Whether a cursor can tell the values of a node. */
const isTold = (node: Node): boolean => columnOf(node)?.sensitive !== true && !untoldTypes.has(slotOf(node).type._tag)

const untoldTypes = new Set<ColumnType["_tag"]>(["Interval", "Blob", "Json", "List", "Struct", "Map", "Custom"])

/** The value that the database has for a model's. */
const native = (node: Node, value: unknown): unknown => {
  const codec = columnOf(node)?.codec
  if (codec === undefined || value === null) return value
  return Exit.match(codec.encode(value), { onFailure: () => null, onSuccess: (encoded) => encoded })
}

/** Whether a row comes behind the one with these values: by the first in which they are not the same. */
const beyond = (orders: ReadonlyArray<Order>, values: ReadonlyArray<unknown>): Node =>
  orders.reduceRight<Node | undefined>((rest, order, index) => {
    const later = laterThan(order, values[index] ?? null)
    const same = rest && both(sameAs(order.node, values[index] ?? null), rest)
    if (later === undefined || same === undefined) return later ?? same
    return either(later, same)
  }, undefined) ?? nothing

/** What holds for no row. */
const nothing: Node = {
  _tag: "Value",
  value: false,
  slot: { type: { _tag: "Boolean" }, nullable: false },
  column: undefined
}

const either = (left: Node, right: Node): Node => ({ _tag: "Logical", operator: "OR", left, right })

const isNull = (operand: Node, negated: boolean): Node => ({ _tag: "NullCheck", operand, negated })

const sameAs = (node: Node, value: unknown): Node =>
  value === null
    ? isNull(node, false)
    : { _tag: "Comparison", operator: "=", left: node, right: valueNode(node, value) }

/** Whether a row's value comes behind this one; nothing does where nulls come last and it is null. */
const laterThan = ({ direction, node, nulls }: Order, value: unknown): Node | undefined => {
  if (value === null) return nulls === "LAST" ? undefined : isNull(node, true)
  const operator = direction === "ASC" ? ">" : "<"
  const later: Node = { _tag: "Comparison", operator, left: node, right: valueNode(node, value) }
  return nulls === "LAST" && slotOf(node).nullable ? either(later, isNull(node, false)) : later
}

/** The value as the database has it, so that no schema is to encode it again. */
const valueNode = (like: Node, value: unknown): Node => ({
  _tag: "Value",
  value,
  slot: { type: slotOf(like).type, nullable: false },
  column: undefined
})
