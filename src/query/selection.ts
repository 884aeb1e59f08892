/**
 * Rows of selected values.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Holds } from "../model/arrayKind.ts"
import type { ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import { columnOf } from "../sql/anyExpression.ts"
import { type Compound, type Projection, type Select, selectFrom, type Source } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import type { Alias, Field, Node, Order } from "../sql/node.ts"
import { slotOf } from "../sql/slot.ts"
import type { Derived } from "./derived.ts"
import { also, many, Query } from "./read.ts"
import { countedRows, type RowCount } from "./rowCount.ts"
import { columnsOf, type SelectedVectors } from "./vectors.ts"

/**
 * Expressions by the names they have in a result.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields<L extends Expression.Stage = Expression.Stage> = Readonly<
  Record<string, Expression.Expression<unknown, L>>
>

/**
 * The values of expressions of single rows, or of all rows: there an aggregate is null where there are no rows.
 *
 * @category models
 * @since 0.1.0
 */
export type Values<F> = F extends infer T ? {
    readonly [K in keyof T]: T[K] extends Expression.Expression<infer A, infer L>
      ? "of a group" extends L ? T[K] extends Expression.Certain ? A : A | null : A
      : never
  }
  : never

/**
 * The values of expressions of a group, which has at least one row.
 *
 * @category models
 * @since 0.1.0
 */
export type GroupValues<F> = F extends infer T
  ? { readonly [K in keyof T]: T[K] extends Expression.Expression<infer A> ? A : never }
  : never

/**
 * The services that expressions need.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldServices<F> = Expression.Services<StageOf<F>>

/** The stages of expressions. */
export type StageOf<F> = [F[keyof F]] extends [never] ? never
  : F[keyof F] extends Expression.Expression<unknown, infer L> ? L
  : never

/**
 * Selected values as the columns of a source.
 *
 * @category models
 * @since 0.1.0
 */
export type DerivedColumns<Selected, A> = {
  readonly [K in keyof Selected]: K extends keyof A
    ? Selected[K] extends Holds<infer V> ? Expression.Of<A[K], "of each row"> & Holds<V>
    : Expression.Of<A[K], "of each row">
    : never
}

/** The value of a row that has one. */
type Single<A, K = keyof A> = [K] extends [never] ? never
  : K extends unknown ? [keyof A] extends [K] ? A[K & keyof A] : never
  : never

/**
 * Rows of selected values. It can be read from like a table, and give an expression its values where it has one column.
 *
 * @category models
 * @since 0.1.0
 */
export class Selection<Selected, A, R = never> extends Query<A, R>
  implements Derived<DerivedColumns<Selected, A>, A, R>, Expression.ColumnQuery<Single<A>, Expression.Needs<R>>
{
  declare readonly "~columns": DerivedColumns<Selected, A>
  declare readonly "~row": A
  declare readonly "~services": R
  declare readonly "~column": Single<A>
  declare readonly "~needed": Expression.Needs<R>
  /** The query as a plain value. */
  readonly statement: Select<A>
  private readonly selected: Selected

  constructor(statement: Select<A>, selected: Selected) {
    super()
    this.statement = statement
    this.selected = selected
  }

  /** Sorts by selected values; a later call sorts within what an earlier one leaves equal. */
  orderBy(order: (selected: Selected) => Order | ReadonlyArray<Order>): Selection<Selected, A, R> {
    return this.with({ orderBy: [...this.statement.orderBy, ...many(order(this.selected))] })
  }

  /** Keeps the rows that a condition on selected values holds for, once these are made: also of windows. */
  qualify(condition: (selected: Selected) => Expression.Expression<boolean | null>): Selection<Selected, A, R> {
    return this.with({ qualify: also(this.statement.qualify, condition(this.selected).node) })
  }

  /** Equal rows once. */
  distinct(): Selection<Selected, A, R> {
    return this.with({ distinct: true })
  }

  /** At most this many rows. */
  limit(rows: RowCount): Selection<Selected, A, R> {
    return this.with({ limit: countedRows(rows) })
  }

  /** Skips this many rows. */
  offset(rows: RowCount): Selection<Selected, A, R> {
    return this.with({ offset: countedRows(rows) })
  }

  /** The rows of both, equal ones once. */
  union<R2>(other: Query<A, R2>): Selection<Selected, A, R | R2> {
    return this.compound("UNION", other)
  }

  /** The rows of both. */
  unionAll<R2>(other: Query<A, R2>): Selection<Selected, A, R | R2> {
    return this.compound("UNION ALL", other)
  }

  /** The rows that the other has, too. */
  intersect<R2>(other: Query<A, R2>): Selection<Selected, A, R | R2> {
    return this.compound("INTERSECT", other)
  }

  /** The rows that the other has not. */
  except<R2>(other: Query<A, R2>): Selection<Selected, A, R | R2> {
    return this.compound("EXCEPT", other)
  }

  /** The columns instead of rows, each whole: typed arrays of numbers, with a bitmap of the rows that have a value. */
  get columns(): Effect.Effect<SelectedVectors<Selected, A>, ReadError, Session | R> {
    return columnsOf(this.statement)
  }

  /** Its fields, for a query that reads from it under this name. */
  derivedFields(alias: Alias): Readonly<Record<string, Field>> {
    return Object.fromEntries(outputs(this.statement).map(([name, node]) => [name, output(alias, name, node)]))
  }

  /** What such a query has in its `FROM`. */
  derivedSource(alias: Alias): Source {
    return { _tag: "ReadSource", read: this.statement, alias, lateral: false }
  }

  private with(change: Partial<Select<A>>): Selection<Selected, A, R> {
    return new Selection({ ...this.statement, ...change }, this.selected)
  }

  private compound<R2>(operator: Compound["operator"], other: Query<A, R2>): Selection<Selected, A, R | R2> {
    const read: Compound = {
      _tag: "Compound",
      operator,
      left: this.statement,
      right: aligned(other.statement, outputs(this.statement))
    }
    const alias = { name: "both" }
    return selectFields<Selected, A, R | R2>(
      selectFrom({ _tag: "ReadSource", read, alias, lateral: false }, { _tag: "Record", fields: [] }),
      this.derivedFields(alias)
    )
  }
}

/** The selected values of a statement, by their names. */
export const outputs = ({ projection }: Pick<Select<unknown>, "projection">): ReadonlyArray<readonly [string, Node]> =>
  projection._tag === "Record"
    ? projection.fields.flatMap(([name, field]) => field._tag === "Value" ? [[name, field.node] as const] : [])
    : []

/** A selected value, as a column of the read that selects it. */
const output = (source: Alias, name: string, node: Node): Field => ({
  _tag: "Field",
  source,
  name,
  slot: slotOf(node),
  column: columnOf(node)
})

/** The same rows with their values in the order of others and of their types, by which databases match them. */
export const aligned = (select: Select<unknown>, order: ReadonlyArray<readonly [string, Node]>): Select<unknown> => {
  const nodes = new Map(outputs(select))
  const fields = order.flatMap(([name, like]): ReadonlyArray<readonly [string, Projection]> => {
    const node = nodes.get(name)
    if (node === undefined) return []
    const slot = slotOf(like)
    const isSame = slotOf(node).type._tag === slot.type._tag
    return [[name, { _tag: "Value", node: isSame ? node : { _tag: "Cast", operand: node, slot } }]]
  })
  return { ...select, projection: { _tag: "Record", fields } }
}

/** Rows of these values, made of the rows of a statement. */
export const selectFields = <Selected, A, R>(
  { "~row": _, ...statement }: Select<unknown>,
  nodes: Readonly<Record<string, Node>>
): Selection<Selected, A, R> => {
  const entries = Object.entries(nodes)
  const fields = entries.map(([name, node]) => [name, { _tag: "Value", node }] as const)
  const selected = Object.fromEntries(entries.map(([name, node]) => [name, Expression.make(node)]))
  return new Selection({ ...statement, projection: { _tag: "Record", fields } }, Expression.scope<Selected>(selected))
}

/** The nodes of expressions. */
export const nodesOf = (fields: Fields): Readonly<Record<string, Node>> =>
  Object.fromEntries(Object.entries(fields).map(([name, { node }]) => [name, node]))
