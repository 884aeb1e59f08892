/**
 * Rows in groups.
 *
 * @since 0.1.0
 */
import type { Grouping, Select } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import { slotOf } from "../sql/slot.ts"
import { optionalScope } from "./joining.ts"
import { also } from "./read.ts"
import {
  type Fields,
  type FieldServices,
  type GroupValues,
  nodesOf,
  selectFields,
  type Selection
} from "./selection.ts"

/**
 * The keys of a group, as values of the whole group.
 *
 * @category models
 * @since 0.1.0
 */
export type GroupKeys<Keys> = {
  readonly [K in keyof Keys]: Keys[K] extends Expression.Expression<infer A> ? Expression.Of<A, "of a group"> : never
}

/**
 * Rows in groups; `select` says what is made of each. A column is a value of single rows, so it has none for a group: it is either
 * a key, or goes through an aggregate.
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
 * const authors = Query.from(Book)
 *   .groupBy((book) => ({ author: book.author }))
 *   .select((book) => ({ books: Query.count(), pages: Query.sum(book.pages) }))
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export class Grouped<Scope, Keys extends Fields, R = never> {
  private readonly statement: Select<unknown>
  private readonly scope: Scope
  private readonly keys: Keys

  constructor(statement: Select<unknown>, scope: Scope, keys: Keys) {
    this.statement = statement
    this.scope = scope
    this.keys = keys
  }

  /** Keeps the groups that the condition holds for. */
  having<L extends "of a group" | Expression.Needs<unknown> = never>(
    condition: (columns: NoInfer<Scope>, keys: NoInfer<GroupKeys<Keys>>) => Expression.Expression<boolean | null, L>
  ): Grouped<Scope, Keys, R | Expression.Services<L>> {
    const having = also(this.statement.having, condition(this.scope, Expression.scope(this.keys)).node)
    return new Grouped({ ...this.statement, having }, this.scope, this.keys)
  }

  /** One row for each group: its keys, and these values. */
  select<const Selected extends Fields<Expression.GroupStage>>(
    fields: (columns: NoInfer<Scope>, keys: NoInfer<GroupKeys<Keys>>) => Selected
  ): Selection<Keys & Selected, GroupValues<Keys & Selected>, R | FieldServices<Selected>> {
    const selected = fields(this.scope, Expression.scope(this.keys))
    return selectFields(this.statement, nodesOf({ ...this.keys, ...selected }))
  }
}

/** How rows are grouped by keys, or by some sets of them. */
export const groupsOf = (
  kind: Grouping["kind"],
  keys: Fields,
  sets: ReadonlyArray<ReadonlyArray<string>>
): Grouping => ({
  kind,
  sets: sets.map((set) => set.flatMap((name) => keys[name]?.node ?? []))
})

/** The keys that a group has where it is one of some sets of them: a key of no set is null in all. */
export const keysOf = (keys: Fields, sets: ReadonlyArray<ReadonlyArray<string>>): object =>
  optionalScope(
    Object.fromEntries(
      Object.entries(keys).map(([name, key]) => [name, sets.some((set) => set.includes(name)) ? key : nothing(key)])
    )
  )

const nothing = ({ node }: Expression.Expression<unknown>): Expression.Expression<unknown> => {
  const slot = { ...slotOf(node), nullable: true }
  return Expression.make({ _tag: "Cast", operand: { _tag: "Value", value: null, slot, column: undefined }, slot })
}
