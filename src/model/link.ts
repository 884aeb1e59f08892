/**
 * A relation between tables, found by the name that its model gives it.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "./ColumnType.ts"
import type * as Model from "./Model.ts"
import { type Arity, InvalidRelation, type Kind, type Relation } from "./Relation.ts"
import { getOrInsert } from "./getOrInsert.ts"
import { type Table, type TableColumn, tableOf } from "./Table.ts"

/** A relation, said in columns. */
export interface Link {
  readonly name: string
  readonly kind: Kind
  readonly arity: Arity
  readonly owner: Table
  readonly target: Table
  /** Columns of the owner's table, and those of the target or of the table between. */
  readonly pairs: Pairs
  /** The table between, with its columns and those of the target. */
  readonly between: { readonly table: Table; readonly pairs: Pairs } | undefined
}

/** Columns of two tables that have the same values. */
export type Pairs = ReadonlyArray<{ readonly from: TableColumn; readonly to: TableColumn }>

/** A relation as a model declares it. */
export type AnyRelation = Relation<Arity, Model.Any, unknown, Model.Any>

type Relations = Readonly<Record<string, AnyRelation>>

const known = new WeakMap<Model.Any, Relations>()

/** The relations that a model declares; throws `InvalidRelation` where the name of one has another meaning already. */
export const relationsOf = (model: Model.Any & { readonly relations?: () => Relations }): Relations =>
  getOrInsert(known, model, () => {
    const made = model.relations?.() ?? {}
    const taken = Object.keys(made).find((name) => name in model.fields || name in model.prototype)
    if (taken !== undefined) throw refusing(model, taken)("the model has a field, a getter or a method of this name")
    return made
  })

const links = new WeakMap<AnyRelation, Link>()

/** A relation in columns; throws `InvalidRelation` where no tables fit it. */
export const linkOf = (owner: Model.Any, name: string, relation: AnyRelation): Link =>
  getOrInsert(links, relation, () => makeLink(owner, name, relation))

type Refused = (reason: string) => InvalidRelation

const refusing = ({ identifier }: Model.Any, relation: string): Refused => (reason) =>
  new InvalidRelation({ model: identifier, relation, reason })

const makeLink = (owner: Model.Any, name: string, relation: AnyRelation): Link => {
  const refused = refusing(owner, name)
  const { arity, between, kind } = relation
  const table = tableOf(owner)
  const target = tableOf(relation.target())
  const middle = between && { table: tableOf(between.model()), from: between.from, to: between.to }
  const pairs = paired([table, relation.from], [middle?.table ?? target, relation.to], refused)
  if (arity !== "many" && !isKey(target, pairs)) {
    const fields = relation.to.join(" and ")
    throw refused(
      `it leads to one row, but ${fields} of ${target.model.identifier} is no key: make it unique, or use Relation.hasMany`
    )
  }
  return {
    name,
    kind,
    arity,
    owner: table,
    target,
    pairs,
    between: middle &&
      { table: middle.table, pairs: paired([middle.table, middle.from], [target, middle.to], refused) }
  }
}

type Side = readonly [table: Table, fields: ReadonlyArray<string>]

/** The columns of two sides, whose values can be compared. */
const paired = (one: Side, other: Side, refused: Refused): Pairs => {
  const [left, right] = [columnsOf(one, refused), columnsOf(other, refused)]
  const uneven = () => refused(`it compares ${left.length} fields with ${right.length}`)
  if (left.length === 0 || left.length < right.length) throw uneven()
  return left.map((from, index) => {
    const to = right[index]
    if (to === undefined) throw uneven()
    if (nested.has(from.type._tag)) throw refused(`${nameOf(one, from)} is a ${from.type._tag}, which is no key`)
    if (kindOf(from) === kindOf(to)) return { from, to }
    throw refused(
      `${nameOf(one, from)} is a ${from.type._tag}, and ${
        nameOf(other, to)
      } a ${to.type._tag}; Column.references stores a ` +
        `field as what it refers to is stored`
    )
  })
}

const columnsOf = ([table, fields]: Side, refused: Refused): ReadonlyArray<TableColumn> =>
  fields.map((field) => {
    const column = table.columns.find((candidate) => candidate.field === field)
    if (column === undefined) throw refused(`${table.model.identifier} has no field ${field}`)
    return column
  })

const nameOf = ([table]: Side, { field }: TableColumn): string => `${table.model.identifier}.${field}`

/** Types whose values databases don't send in lists, or can't tell apart. */
const nested = new Set<ColumnType["_tag"]>(["Json", "List", "Struct", "Map", "Custom"])

/** Integers of all widths can be compared, and else only values of one type. */
const kindOf = ({ type }: TableColumn): string => /^U?Int\d/.test(type._tag) ? "integer" : type._tag

/** Whether no two rows of a table have the same values in its columns of these. */
const isKey = ({ primaryKey, uniques }: Table, pairs: Pairs): boolean => {
  const names = pairs.map(({ to }) => to.name)
  const keys = [primaryKey.map(({ name }) => name), ...uniques]
  return keys.some((key) => key.length > 0 && key.every((name) => names.includes(name)))
}
