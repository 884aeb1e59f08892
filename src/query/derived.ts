/**
 * What a query can read from: a model, or the rows of another query.
 *
 * @since 0.1.0
 */
import type { Holds } from "../model/arrayKind.ts"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import type { Projection, Source as SourceNode } from "../sql/ast.ts"
import type { Unstored } from "../sql/Computed.ts"
import * as Expression from "../sql/Expression.ts"
import type { Alias, Field } from "../sql/node.ts"
import type { Lifted } from "./lifted.ts"
import { scopeOf } from "./related.ts"
import type { OptionalScope, Scope } from "./scope.ts"

/**
 * The rows of a query or of a common table expression, to be read from as from a table. `C` are its columns, `A` its rows, and `R`
 * the services that it needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Derived<out C, out A, out R = never> {
  readonly "~columns": C
  readonly "~row": A
  readonly "~services": R
  /** Its columns under an alias, by the names they have in a row. */
  readonly derivedFields: (alias: Alias) => Readonly<Record<string, Field>>
  /** It as a source of a statement. */
  readonly derivedSource: (alias: Alias) => SourceNode
}

/**
 * What a query can read from.
 *
 * @category models
 * @since 0.1.0
 */
export type Source = Model.Any | Lifted<Model.Any, unknown> | Derived<unknown, unknown, unknown>

/**
 * The columns of a source.
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnsOf<S> = S extends Derived<infer C, unknown, unknown> ? C
  : S extends Lifted<infer M, unknown> ? Scope<M>
  : S extends Model.Any ? Scope<S>
  : never

/**
 * The columns of a source that a row may lack.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalColumnsOf<S> = S extends Derived<infer C, unknown, unknown> ? Optional<C>
  : S extends Lifted<infer M, unknown> ? OptionalScope<M>
  : S extends Model.Any ? OptionalScope<S>
  : never

/**
 * A row of a source.
 *
 * @category models
 * @since 0.1.0
 */
export type RowOf<S> = S extends Derived<unknown, infer A, unknown> ? A
  : S extends Lifted<infer M, unknown> ? M["Type"]
  : S extends Model.Any ? S["Type"]
  : never

/**
 * A row of a source that may be missing: no instance of a model, or values that are all null.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalRowOf<S> = S extends Derived<unknown, infer A, unknown> ? { readonly [K in keyof A]: A[K] | null }
  : S extends Lifted<infer M, unknown> ? M["Type"] | null
  : S extends Model.Any ? S["Type"] | null
  : never

/**
 * The services that reading from a source needs.
 *
 * @category models
 * @since 0.1.0
 */
export type ServicesOf<S> = S extends Derived<unknown, unknown, infer R> ? R
  : S extends Lifted<Model.Any, infer R> ? R
  : S extends Model.Any ? Model.Services<S>
  : never

/**
 * Columns that a row may lack.
 *
 * @category models
 * @since 0.1.0
 */
export type Optional<C> = { readonly [K in keyof C]: OptionalColumn<C[K]> }

type OptionalColumn<E> = E extends Expression.Expression<infer A, infer L>
  ? E extends Holds<infer V> ? Expression.Of<A | null, L> & Holds<V>
  : E extends Unstored ? Expression.Of<A | null, L> & Unstored
  : Expression.Of<A | null, L>
  : E

/** A source with its columns, and what its rows become. */
interface Opened {
  readonly source: SourceNode
  readonly columns: Readonly<Record<string, unknown>>
  readonly projection: Projection
}

/** Opens a source under an alias; `optional` where a row may lack it. */
export const openSource = (given: Source, alias: Alias, optional: boolean): Opened => {
  if (!isDerived(given)) {
    const { lifted, model } = "lifted" in given ? given : { lifted: undefined, model: given }
    const table = tableOf(model)
    return {
      source: { _tag: "TableSource", table, alias, lifted },
      columns: scopeOf(table, alias, optional),
      projection: { _tag: "Instance", source: alias, table, optional }
    }
  }
  const fields = Object.entries(given.derivedFields(alias)).map(([name, field]) => {
    const slot = { ...field.slot, nullable: field.slot.nullable || optional }
    return [name, { ...field, slot }] as const
  })
  return {
    source: given.derivedSource(alias),
    columns: Object.fromEntries(fields.map(([name, field]) => [name, Expression.make(field)])),
    projection: { _tag: "Record", fields: fields.map(([name, node]) => [name, { _tag: "Value", node }]) }
  }
}

const isDerived = (given: Source): given is Derived<unknown, unknown, unknown> => "derivedSource" in given
