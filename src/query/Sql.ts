/**
 * SQL by hand: templates that take values only as parameters, and names only from models.
 *
 * There is no way to put text into a statement that the program did not write itself.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Model from "../model/Model.ts"
import { columnOfSchema, type TableColumn, tableOf } from "../model/Table.ts"
import type { ReadError, WriteError } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { type Projection, selectFrom } from "../sql/ast.ts"
import * as Expression from "../sql/Expression.ts"
import { columnValue } from "../sql/operand.ts"
import { fieldOf } from "../sql/node.ts"
import { ownAlias } from "../sql/raw.ts"
import type { RawWrite } from "../sql/write.ts"
import { From } from "./from.ts"
import {
  Fragment,
  isModel,
  only,
  type Part,
  type PartServices,
  rawOf,
  refused,
  type Rows,
  rows,
  type WrittenServices
} from "./raw.ts"
import { selectFields, type Selection } from "./selection.ts"
import { Answering, Change } from "./write.ts"

export { check, type CheckOptions } from "./check.ts"
export { Fragment } from "./raw.ts"
export type { Part, PartServices, Rows, WrittenServices } from "./raw.ts"

/**
 * The columns of a query by hand: those of its schema.
 *
 * @category models
 * @since 0.1.0
 */
export type RawColumns<F extends Schema.Struct.Fields> = {
  readonly [K in keyof F]: Expression.OfField<F[K], F[K]["Type"]>
}

/**
 * A read by hand, whose rows are decoded strictly by the schema.
 *
 * @category models
 * @since 0.1.0
 */
export type RawQuery<F extends Schema.Struct.Fields, R> = Selection<RawColumns<F>, Schema.Struct<F>["Type"], R>

/** A schema whose rows a query by hand gives. */
type RowSchema<F extends Schema.Struct.Fields> = Schema.Struct<F> & {
  readonly DecodingServices: never
  readonly EncodingServices: never
}

/**
 * A read: its columns are named as the fields of the schema are, in any order. It has the verbs of every query, and can be read from
 * by others: `Query.from(raw, "name")`. Throws `InvalidModel` where a field of the schema has no column type.
 *
 * @example
 * ```ts
 * import { Column, Model, Sql } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString,
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const book = Sql.columns(Book)
 * const long = Sql.query(Schema.Struct({ title: Schema.String }))`
 *   SELECT ${book.title} FROM ${book} WHERE ${book.pages} > ${500} ORDER BY ${book.title}
 * `
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export function query<M extends Model.Any>(
  model: M
): <const P extends ReadonlyArray<Part>>(
  texts: TemplateStringsArray,
  ...parts: P
) => From<Expression.Columns<M>, never, M["Type"], PartServices<P[number]>>
export function query<F extends Schema.Struct.Fields>(
  schema: RowSchema<F>
): <const P extends ReadonlyArray<Part>>(
  texts: TemplateStringsArray,
  ...parts: P
) => RawQuery<F, PartServices<P[number]>>
export function query(schema: Model.Any | RowSchema<Schema.Struct.Fields>): unknown {
  const columns = resultOf(schema)
  return (texts: TemplateStringsArray, ...parts: ReadonlyArray<unknown>) => {
    const alias = { name: "raw" }
    const source = {
      _tag: "ReadSource",
      read: { _tag: "RawRead", raw: rawOf(texts, parts) },
      alias,
      lateral: false
    } as const
    if (!isModel(schema)) {
      const fields = columns.map((column) => [column.field, fieldOf(alias, column)] as const)
      return selectFields(selectFrom(source, { _tag: "Record", fields: [] }), Object.fromEntries(fields))
    }
    const table = tableOf(schema)
    const instance: Projection = { _tag: "Instance", source: alias, table, optional: false }
    return new From(selectFrom(source, instance), Expression.columns(table, alias, false))
  }
}

/** The columns of a result that a schema describes. */
const resultOf = (schema: Model.Any | RowSchema<Schema.Struct.Fields>): ReadonlyArray<TableColumn> =>
  isModel(schema)
    ? tableOf(schema).columns
    : Object.entries(schema.fields).map(([name, field]) => columnOfSchema("the result", name, field))

/**
 * A statement by hand that writes; it answers with the number of rows that it changed.
 *
 * @errors WriteError
 * @category models
 * @since 0.1.0
 */
export class Statement<R = never> extends Change<WriteError, R> {
  private readonly write: RawWrite

  constructor(write: RawWrite) {
    super()
    this.write = write
  }

  /** Answers with columns of the rows that it changed, under the names of the schema's fields: it adds the `RETURNING` itself. */
  returning<F extends Schema.Struct.Fields>(
    schema: RowSchema<F>
  ): Answering<ReadonlyArray<Schema.Struct<F>["Type"]>, WriteError | ReadError, R> {
    const { write } = this
    const fields = resultOf(schema).map((column) =>
      [column.field, { _tag: "Value", node: fieldOf(write.alias, column) }] as const
    )
    return new Answering(Effect.flatMap(Session, (session) => session.returning(write, { _tag: "Record", fields })))
  }

  override asEffect(): Effect.Effect<number, WriteError, Session | R> {
    return Effect.flatMap(Session, (session) => session.run(this.write))
  }

  /** The write as a plain value. */
  get statement(): Effect.Effect<RawWrite> {
    return Effect.succeed(this.write)
  }
}

/**
 * A statement that writes. A model in it is the name of its table, and `Sql.columns(model)` its rows, to be read from.
 *
 * What a model's mixins add to its reads and writes, they add to neither the text nor to a model's name in it.
 *
 * @example
 * ```ts
 * import { Column, Model, Sql } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const renumber = Sql.statement`UPDATE ${Book} SET ${Sql.identifier(Book, "pages")} = ${1} WHERE isbn = ${"x"}`
 * const renumbered = renumber.returning(Schema.Struct({ isbn: Schema.String }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const statement = <const P extends ReadonlyArray<Part>>(
  texts: TemplateStringsArray,
  ...parts: P
): Statement<WrittenServices<P[number]>> =>
  new Statement({ _tag: "RawWrite", raw: rawOf(texts, parts), alias: { name: "changed" } })

/**
 * A piece of SQL, to be put into others.
 *
 * @example
 * ```ts
 * import { Column, Model, Sql } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   tags: Schema.Array(Schema.String),
 *   pages: Column.int32
 * }, { table: "books" }) {}
 *
 * const book = Sql.columns(Book)
 * const conditions = [Sql.fragment`${book.pages} > ${100}`, Sql.fragment`${book.isbn} <> ${""}`]
 * const found = Sql.query(Schema.Struct({ isbn: Schema.String }))`
 *   SELECT ${book.isbn} FROM ${book}
 *   WHERE ${Sql.join(conditions, Sql.fragment` AND `)} AND ${book.tags} = ${Sql.value(Book.fields.tags, ["sea", "war"])}
 * `
 * ```
 *
 * @category parts
 * @since 0.1.0
 */
export const fragment = <const P extends ReadonlyArray<Part>>(
  texts: TemplateStringsArray,
  ...parts: P
): Fragment<PartServices<P[number]>> => new Fragment(rawOf(texts, parts))

/**
 * The columns of a model, to be named in SQL by hand, and its rows, to be read from: as they are called in the statement, and as
 * all reads of the model see them. With a name, they are called so.
 *
 * @category parts
 * @since 0.1.0
 */
export const columns = <M extends Model.Any>(
  model: M,
  name?: string
): Expression.Columns<M> & Rows<Model.Services<M>> => {
  const table = tableOf(model)
  const alias = name === undefined ? ownAlias(table) : { name }
  return Expression.scope({
    ...Expression.columns(table, alias, false),
    [rows]: { _tag: "TableSource", table, alias }
  })
}

/**
 * The name of a model's table, with its schema, or of the column of one of its fields, without the table: as an insert or `SET` names it. A field that
 * the model has not is refused when the statement is run.
 *
 * @category parts
 * @since 0.1.0
 */
export const identifier = <M extends Model.Any>(model: M, field?: keyof M["fields"] & string): Fragment => {
  const table = tableOf(model)
  if (field === undefined) return new Fragment(only({ _tag: "Table", table }))
  const column = table.columns.find((one) => one.field === field)
  return new Fragment(
    column === undefined
      ? refused(`the field ${field}, which ${model.identifier} has not`, "Name one of the model's fields.")
      : only({ _tag: "Name", name: column.name })
  )
}

/**
 * A value of a schema, sent as that is stored: where the type that JavaScript tells is not enough, as for a list, a uuid or JSON.
 *
 * @category parts
 * @since 0.1.0
 */
export const value = <S extends Schema.Top & { readonly EncodingServices: never }>(
  schema: S,
  given: S["Type"]
): Fragment => {
  const column = columnOfSchema("the value", "value", schema)
  const slot = { type: column.type, nullable: column.nullable }
  // also where nothing around it says what it is, and where it is null
  return new Fragment(only({ _tag: "Expression", node: { _tag: "Cast", operand: columnValue(given, column), slot } }))
}

/**
 * Parts with a separator between them, a comma unless it says otherwise. A list of nothing is refused when the statement is run.
 *
 * @category parts
 * @since 0.1.0
 */
export const join = <P extends Part, R = never>(
  parts: ReadonlyArray<P>,
  separator: Fragment<R> = comma
): Fragment<PartServices<P> | R> => {
  const [first, ...more] = parts
  if (first === undefined) {
    return new Fragment(
      refused("a list of nothing", "Leave out the clause that it is for, or ask for something that is never so.")
    )
  }
  return more.reduce<Fragment<PartServices<P> | R>>(
    (before, part) => fragment`${before}${separator}${part}`,
    fragment`${first}`
  )
}

const comma: Fragment = fragment`, `

/**
 * SQL by hand as an expression of a query, whose value is one of the schema.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Sql } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Book extends Model.Class<Book>("Book")({
 *   isbn: Column.primaryKey(Schema.String),
 *   title: Schema.NonEmptyString
 * }, { table: "books" }) {}
 *
 * const shouted = Query.from(Book).select((book) => ({
 *   title: Sql.expression(Schema.String)`upper(${book.title})`
 * }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const expression = <S extends Schema.Top & { readonly DecodingServices: never }>(schema: S) => {
  const column = columnOfSchema("the expression", "value", schema)
  return <const P extends ReadonlyArray<Part>>(
    texts: TemplateStringsArray,
    ...parts: P
  ): Expression.Of<S["Type"], "of each row" | Expression.Needs<PartServices<P[number]>>> => {
    const slot = { type: column.type, nullable: column.nullable }
    return Expression.of({ _tag: "Fragment", raw: rawOf(texts, parts), slot, column })
  }
}
