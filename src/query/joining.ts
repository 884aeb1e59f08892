/**
 * What the rows of a query become when another source joins them.
 *
 * @since 0.1.0
 */
import { AnyExpression } from "../sql/anyExpression.ts"
import type { Join, JoinKind, Projection, Select } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import type { Alias, Node } from "../sql/node.ts"
import { openSource, type Optional, type Source } from "./derived.ts"
import { RelatedRows } from "./related.ts"

/** The name of a further source, or what is wrong with it. */
export type SourceName<Name extends string, Rows> = [Rows] extends [never]
  ? "Give the first source a name too: `Query.from(Model, name)`"
  : Name extends keyof Rows ? `There is a source named ${Name} already`
  : Name

/** One more source under a name. */
export type With<Scope, Name extends string, Columns> = Scope & { readonly [K in Name]: Columns }

/** One more row under a name, said as one record, which is what people are shown. */
export type WithRow<Rows, Name extends string, Row> = Rows extends infer T
  ? { readonly [K in keyof T | Name]: K extends keyof T ? T[K] : Row }
  : never

/** Sources that a row may lack. */
export type OptionalScope<Scope> = { readonly [K in keyof Scope]: Optional<Scope[K]> }
export type OptionalRows<Rows> = { readonly [K in keyof Rows]: Rows[K] | null }

type Condition = Expression.Expression<boolean | null, Expression.PlainStage>

/** How an asof join finds the row that is nearest. */
export interface Pairing<Scope> {
  /** What has to hold as well, such as that both are of the same place. */
  readonly on?: (columns: Scope) => Condition
  /** Compares a column of both sides by `lt`, `lte`, `gt` or `gte`. */
  readonly nearest: (columns: Scope) => Condition
}

/** A join that is asked for, whose callbacks are given `Visible`. */
export interface Joining<Visible> {
  readonly kind: JoinKind
  readonly source: Source
  readonly name: string
  readonly lateral?: boolean
  readonly on?: (columns: Visible) => Condition
  readonly nearest?: (columns: Visible) => Condition
}

/** A statement with one more source, and what its callbacks are given then. */
export const joinTo = <Visible, Scope, Rows>(
  { from, joins, projection, ...statement }: Select<unknown>,
  before: unknown,
  join: Joining<Visible>
): { readonly statement: Select<Rows>; readonly scope: Scope } => {
  const { kind, lateral = false, name } = join
  const keepsOthers = kind === "right" || kind === "full"
  const alias = { name }
  const matching = openSource(join.source, alias, false)
  const opened = kind === "left" || kind === "full" || kind === "asofLeft"
    ? openSource(join.source, alias, true)
    : matching
  const visible = Expression.scope<Visible>(Object.assign({}, before, { [name]: matching.columns }))
  const source = lateral && matching.source._tag === "ReadSource" ? { ...matching.source, lateral } : matching.source
  const joined: Join = {
    kind,
    source,
    on: join.on?.(visible).node,
    ...join.nearest !== undefined && { nearest: join.nearest(visible).node }
  }
  const rows = keepsOthers ? optionalProjection(projection) : projection
  return {
    statement: project<Rows>(
      { ...statement, from, projection, joins: [...joins, joined] },
      withRow(from.alias, rows, joins.length, [name, opened.projection])
    ),
    scope: Expression.scope<Scope>(
      Object.assign({}, keepsOthers ? optionalScope(before) : before, { [name]: opened.columns })
    )
  }
}

/** The same rows, made into something else. */
export const project = <A>({ "~row": _, ...statement }: Select<unknown>, projection: Projection): Select<A> => ({
  ...statement,
  projection
})

/** The row of a join: the rows of its sources by their names. */
const withRow = (
  first: Alias,
  before: Projection,
  joined: number,
  further: readonly [name: string, projection: Projection]
): Projection => {
  const fields = joined > 0 && before._tag === "Record" ? before.fields : [[first.name, before] as const]
  return { _tag: "Record", fields: [...fields, further] }
}

/** Rows that may be missing. */
const optionalProjection = (projection: Projection): Projection => {
  switch (projection._tag) {
    case "Value":
      return { ...projection, node: optionalNode(projection.node) }
    case "Record":
      return { ...projection, fields: projection.fields.map(([name, field]) => [name, optionalProjection(field)]) }
    case "Instance":
      return { ...projection, optional: true }
    case "Rows":
      return projection
  }
}

/** Columns that may be null, by the names of their sources. */
export const optionalScope = (scope: unknown): object =>
  Object.fromEntries(
    Object.entries(scope ?? {}).map(([name, inner]: readonly [string, unknown]) => [
      name,
      inner instanceof AnyExpression
        ? new AnyExpression(optionalNode(inner.node))
        : inner instanceof RelatedRows
        ? inner
        : optionalScope(inner)
    ])
  )

const optionalNode = (node: Node): Node =>
  "slot" in node && node._tag !== "Value" ? { ...node, slot: { ...node.slot, nullable: true } } : node
