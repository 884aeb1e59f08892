/**
 * Queries with a name, which a statement may use several times, or which read from themselves.
 *
 * @since 0.1.0
 */
import type { Cte as CteNode, Source } from "../sql/ast.ts"
import type { Alias, Field } from "../sql/node.ts"
import type { Derived } from "./derived.ts"
import type { Query } from "./read.ts"
import { aligned, type DerivedColumns, outputs, type Selection } from "./selection.ts"

/**
 * A common table expression. It is read from like a table.
 *
 * @category models
 * @since 0.1.0
 */
export class Cte<C, A, R = never> implements Derived<C, A, R> {
  declare readonly "~columns": C
  declare readonly "~row": A
  declare readonly "~services": R
  private readonly node: CteNode
  /** Its fields, for a query that reads from it under this name. */
  readonly derivedFields: (alias: Alias) => Readonly<Record<string, Field>>

  constructor(node: CteNode, fields: (alias: Alias) => Readonly<Record<string, Field>>) {
    this.node = node
    this.derivedFields = fields
  }

  /** What such a query has in its `FROM`. */
  derivedSource(alias: Alias): Source {
    return { _tag: "CteSource", cte: this.node, alias }
  }
}

/**
 * Gives a query a name, under which a statement may use it several times and make it once.
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
 * const long = Query.cte(
 *   "long",
 *   Query.from(Book).where((book) => book.pages.gt(500)).select((book) => ({ title: book.title, author: book.author }))
 * )
 *
 * const authors = Query.from(long, "long").select(({ long }) => ({ author: long.author })).distinct()
 * ```
 *
 * @category common table expressions
 * @since 0.1.0
 */
export const cte = <Selected, A, R>(
  name: string,
  query: Selection<Selected, A, R>
): Cte<DerivedColumns<Selected, A>, A, R> =>
  new Cte(
    { name: { name }, base: query.statement, step: undefined, repeats: false },
    (alias) => query.derivedFields(alias)
  )

/**
 * A query that reads from itself: the rows of `base`, and those that `step` makes of the rows found last, until it finds none.
 *
 * With `repeats`, rows that were found already are found again, which is faster and never ends in a circle.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Part extends Model.Class<Part>("Part")({
 *   id: Column.primaryKey(Schema.Int),
 *   inside: Schema.NullOr(Schema.Int),
 *   name: Schema.String
 * }, { table: "parts" }) {}
 *
 * // the engine, the parts in it, the parts in these, and so on
 * const parts = Query.recursive(
 *   "parts",
 *   Query.from(Part).where((part) => part.name.eq("engine")).select((part) => ({ id: part.id, name: part.name })),
 *   (self) =>
 *     Query.from(Part, "part").join(self, "self", ({ part, self }) => part.inside.eq(self.id))
 *       .select(({ part }) => ({ id: part.id, name: part.name }))
 * )
 * ```
 *
 * @category common table expressions
 * @since 0.1.0
 */
export const recursive = <Selected, A, R, R2>(
  name: string,
  base: Selection<Selected, A, R>,
  step: (self: Cte<DerivedColumns<Selected, A>, A, R>) => Query<A, R2>,
  { repeats = false }: { readonly repeats?: boolean } = {}
): Cte<DerivedColumns<Selected, A>, A, R | R2> => {
  const node: CteNode = { name: { name }, base: base.statement, step: undefined, repeats }
  const fields = (alias: Alias) => base.derivedFields(alias)
  const made = step(new Cte(node, fields))
  return new Cte({ ...node, step: aligned(made.statement, outputs(base.statement)) }, fields)
}
