/**
 * Rows that are given instead of read, and rows made of the parts of others.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { columnsOf, type TableColumn } from "../model/Table.ts"
import { type Read, selectFrom, type Source } from "../sql/ast.ts"
import { callNode } from "../sql/call.ts"
import * as Expression from "../sql/Expression.ts"
import { type Alias, type Field, type Node, verbatim } from "../sql/node.ts"
import { columnOf, columnValue, valueAt } from "../sql/operand.ts"
import { slotOf } from "../sql/slot.ts"
import type { Derived } from "./derived.ts"

/** The slot and the column that a field of such rows has. */
type FieldParts = Pick<Field, "slot" | "column">

/**
 * Rows that stand in a statement by themselves. They are read from like a table.
 *
 * @category models
 * @since 0.1.0
 */
export class Given<C, A> implements Derived<C, A> {
  declare readonly "~columns": C
  declare readonly "~row": A
  declare readonly "~services": never
  private readonly read: Read
  private readonly fields: ReadonlyArray<readonly [name: string, parts: FieldParts]>

  constructor(read: Read, fields: ReadonlyArray<readonly [name: string, parts: FieldParts]>) {
    this.read = read
    this.fields = fields
  }

  /** Its fields, for a query that reads from it under this name. */
  derivedFields(source: Alias): Readonly<Record<string, Field>> {
    return Object.fromEntries(
      this.fields.map(([name, { column, slot }]) => [name, { _tag: "Field", source, name, slot, column }])
    )
  }

  /** What such a query has in its `FROM`. */
  derivedSource(alias: Alias): Source {
    return { _tag: "ReadSource", read: this.read, alias, lateral: false }
  }
}

/** Schemas by the names of columns. */
type Schemas = Readonly<Record<string, Schema.Top>>

type RowOf<S extends Schemas> = { readonly [K in keyof S]: S[K]["Type"] }

type GivenColumns<S extends Schemas> = { readonly [K in keyof S]: Expression.OfField<S[K], S[K]["Type"]> }

/**
 * These rows as a source, with columns of these schemas.
 *
 * @example
 * ```ts
 * import { Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * const rates = Query.values([{ currency: "EUR", rate: 1.1 }, { currency: "CHF", rate: 1.2 }], {
 *   currency: Schema.String,
 *   rate: Schema.Number
 * })
 * const strong = Query.from(rates, "rate").where(({ rate }) => rate.rate.gt(1.15))
 * ```
 *
 * @category sources
 * @since 0.1.0
 */
export const values = <const S extends Schemas>(
  rows: ReadonlyArray<RowOf<S>>,
  schemas: S
): Given<GivenColumns<S>, RowOf<S>> => {
  const columns = columnsOf("the values", schemas)
  const given: ReadonlyArray<ReadonlyMap<string, unknown>> = rows.map((row) => new Map(Object.entries(row)))
  return new Given(
    given.length === 0
      ? noRows(columns)
      : {
        _tag: "Values",
        names: columns.map(({ name }) => name),
        rows: given.map((row) => columns.map((column) => columnValue(row.get(column.field), column)))
      },
    columns.map((column) => [column.field, { slot: { type: column.type, nullable: column.nullable }, column }])
  )
}

/** Columns of these types, and no row: one of nulls that isn't there. */
const noRows = (columns: ReadonlyArray<TableColumn>): Read => {
  const nulls = columns.map(({ type }): Node => {
    const slot = { type, nullable: true }
    return { _tag: "Cast", operand: verbatim("NULL", slot), slot }
  })
  const read: Read = { _tag: "Values", names: columns.map(({ name }) => name), rows: [nulls] }
  const alias = { name: "none" }
  const source: Source = { _tag: "ReadSource", read, alias, lateral: false }
  const fields = columns.map((column) => {
    const node: Node = { _tag: "Field", source: alias, name: column.name, slot: column, column }
    return [column.name, { _tag: "Value", node }] as const
  })
  const where = verbatim("FALSE", { type: { _tag: "Boolean" }, nullable: false })
  return { ...selectFrom(source, { _tag: "Record", fields }), where }
}

/** The item of a list as a column. */
type ItemOf<A> = NonNullable<A> extends ReadonlyArray<infer Item> ? Item : never

/**
 * One row for each item of a list: its `value`, and its `place` from 0. It is joined with the row that has the list:
 * `joinLateral("tag", ({ book }) => Query.unnest(book.tags))`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   tags: Schema.Array(Schema.String)
 * }, { table: "books" }) {}
 *
 * const tags = Query.from(Book, "book")
 *   .joinLateral("tag", ({ book }) => Query.unnest(book.tags))
 *   .select(({ book, tag }) => ({ isbn: book.isbn, tag: tag.value, place: tag.place }))
 * ```
 *
 * @category sources
 * @since 0.1.0
 */
export const unnest = <A extends ReadonlyArray<unknown> | null>(
  list: Expression.Expression<A>
): Given<
  { readonly value: Expression.Of<ItemOf<A>, "of each row">; readonly place: Expression.Of<number, "of each row"> },
  { readonly value: ItemOf<A>; readonly place: number }
> => {
  const { node } = list
  const item = Expression.make<Expression.ListExpression<ReadonlyArray<unknown>, unknown>>(node).at(0).node
  const { type } = slotOf(node)
  const nullable = type._tag === "List" && type.element.nullable
  return new Given({ _tag: "Unnest", list: node, value: "value", place: "place" }, [
    ["value", { slot: { ...slotOf(item), nullable }, column: columnOf(item) }],
    ["place", { slot: { type: { _tag: "Int64", as: "number" }, nullable: false }, column: undefined }]
  ])
}

type Parts = Readonly<Record<string, Expression.Expression<unknown>>>

type PartOf<P extends Parts> = P[keyof P] extends Expression.Expression<infer A> ? A : never

/**
 * One row for each of these expressions: its `name`, and its `value`. It is joined with the row that has them:
 * `joinLateral("quarter", ({ year }) => Query.unpivot({ spring: year.spring, summer: year.summer }))`.
 *
 * @category sources
 * @since 0.1.0
 */
export const unpivot = <const P extends Parts>(
  parts: P
): Given<
  {
    readonly name: Expression.Of<keyof P & string, "of each row">
    readonly value: Expression.Of<PartOf<P>, "of each row">
  },
  { readonly name: keyof P & string; readonly value: PartOf<P> }
> => {
  const [first = nothing, ...more] = Object.entries(parts).map(([part, { node }]) => [part, node] as const)
  const entries = [first, ...more]
  const slots = entries.map(([, node]) => slotOf(node))
  const name = { type: { _tag: "Text" }, nullable: false } as const
  return new Given(
    {
      _tag: "Values",
      names: ["name", "value"],
      rows: entries.map(([part, node]) => [valueAt(part, name), node])
    },
    [
      ["name", { slot: name, column: undefined }],
      ["value", {
        slot: { ...slotOf(first[1]), nullable: slots.some(({ nullable }) => nullable) },
        column: columnOf(first[1])
      }]
    ]
  )
}

const nothing: readonly [string, Node] = ["nothing", {
  _tag: "Refused",
  feature: "the parts of nothing",
  instead: "Give at least one expression under a name."
}]

/** An expression by each of the names. */
type Pivoted<V extends string, E> = { readonly [K in V]: E }

/**
 * A column for each of these values of an expression, made of the rows that have it: in a `select` of groups,
 * `...Query.pivot(order.category, ["Furniture", "Technology"], (isIt) => Query.sum(order.sales).filter(isIt))`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Sale extends Model.Class<Sale>("Sale")({
 *   id: Column.serial(Schema.Int),
 *   shop: Schema.String,
 *   season: Schema.String,
 *   cents: Column.int32,
 *   tips: Column.int32
 * }, { table: "sales" }) {}
 *
 * // a column for each season
 * const seasons = Query.from(Sale).groupBy((sale) => ({ shop: sale.shop })).select((sale) =>
 *   Query.pivot(sale.season, ["summer", "winter"], (isIt) => Query.sum(sale.cents).filter(isIt))
 * )
 * // a row for each column
 * const kinds = Query.from(Sale, "sale")
 *   .joinLateral("part", ({ sale }) => Query.unpivot({ cents: sale.cents, tips: sale.tips }))
 *   .select(({ part, sale }) => ({ shop: sale.shop, kind: part.name, amount: part.value }))
 * // sums of shops, and the sum of all
 * const sums = Query.from(Sale).rollup((sale) => ({ shop: sale.shop })).select((sale, keys) => ({
 *   isAll: Query.grouping(keys.shop),
 *   sales: Query.list(Query.struct({ season: sale.season, cents: sale.cents }))
 * }))
 * ```
 *
 * @category aggregates
 * @since 0.1.0
 */
export const pivot = <A extends string | null, L extends Expression.Stage, const V extends NonNullable<A>, E>(
  expression: Expression.Expression<A, L>,
  among: ReadonlyArray<V>,
  make: (isIt: Expression.Condition<L>) => E
): Pivoted<V, E> =>
  Expression.scope(
    Object.fromEntries(
      among.map((value) => [value, make(Expression.make(Expression.equal(expression.node, value).node))])
    )
  )

/**
 * 1 in the rows of a rollup, cube or grouping set in which a key is left out, and 0 in the others: it tells a key that is null
 * because it is left out from one that is null.
 *
 * @category aggregates
 * @since 0.1.0
 */
export const grouping = (
  { node }: Expression.Expression<unknown, "of a group">
): Expression.NumberExpression<number, number, "of a group"> => Expression.make(callNode("grouping", node))

type Row<P extends Parts> = {
  readonly [K in keyof P]: P[K] extends Expression.Expression<infer A> ? A : never
}

/**
 * Values under names as one: `Query.list(Query.struct({ title: book.title, pages: book.pages }))` is a list of such objects.
 *
 * @category choices
 * @since 0.1.0
 */
export const struct = <const P extends Parts>(
  parts: P
): Expression.StructExpression<Row<P>, P[keyof P] extends Expression.Expression<unknown, infer L> ? L : never> => {
  const fields = Object.entries(parts).map(([name, { node }]) => [name, node] as const)
  const type = { _tag: "Struct", fields: fields.map(([name, node]) => ({ name, ...slotOf(node) })) } as const
  return Expression.make({ _tag: "Record", fields, slot: { type, nullable: false } })
}
