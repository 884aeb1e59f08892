/**
 * The models that an aggregate is made of: its root, and those whose rows are saved with it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { type Link, linkOf, relationsOf } from "../model/link.ts"
import type * as Model from "../model/Model.ts"
import { InvalidRelation } from "../model/Relation.ts"
import { columnWith, type Table, type TableColumn, tableOf } from "../model/Table.ts"
import type { ReadError } from "../session/OrmError.ts"
import { storedValue } from "../session/references.ts"
import type { Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { selectFrom } from "../sql/ast.ts"
import { keyIsAmong } from "../sql/keyCondition.ts"
import { keyTexts } from "../sql/rowKey.ts"
import { finished } from "./assembling.ts"
import { type Load, loadsOf } from "./loading.ts"
import { scopeOf } from "./related.ts"

/** A model of an aggregate. */
export interface Member {
  readonly table: Table
  readonly branches: ReadonlyArray<Branch>
  /** The fields of its rows that relations of the aggregate fill in. */
  readonly filled: ReadonlySet<string>
  /** The field that counts the changes of a row. */
  readonly version: string | undefined
  /** Loads the rows that belong to its rows, all the way down. */
  readonly loads: ReadonlyArray<Load>
}

/** A relation whose rows belong to those of a member. */
export interface Branch {
  readonly link: Link
  readonly member: Member
  /** Loads only the rows that it leads to. */
  readonly load: ReadonlyArray<Load>
}

/** Which relations belong to a model's rows, by their names. */
export interface Parts {
  readonly [relation: string]: true | Parts
}

/** The model of an aggregate with its relations; `above` is the one by which it belongs to another. */
export const memberOf = (model: Model.Any, shape: Parts, above?: Link): Member => {
  const table = tableOf(model)
  const relations = relationsOf(model)
  const scope = scopeOf(table, { name: table.name }, false)
  const branches = Object.entries(shape).map(([name, inner]): Branch => {
    const relation = relations[name]
    const refused = (reason: string) => new InvalidRelation({ model: model.identifier, relation: name, reason })
    if (relation === undefined) throw refused("it is not declared")
    const link = linkOf(model, name, relation)
    if (above !== undefined && leadsBack(link, above)) {
      throw refused("it leads back to the row that this one belongs to, which is a part of the aggregate already")
    }
    return {
      link,
      member: memberOf(relation.target(), inner === true ? {} : inner, link),
      load: loadsOf(scope, { [name]: true })
    }
  })
  const foreign = above?.kind === "hasMany" || above?.kind === "hasOne" ? above.pairs.map(({ to }) => to.field) : []
  const naming = branches.flatMap(({ link }) =>
    link.kind === "belongsTo" ? link.pairs.map(({ from }) => from.field) : []
  )
  return {
    table,
    branches,
    filled: new Set([...foreign, ...naming]),
    version: columnWith(table, "Version")?.field,
    loads: loadsOf(scope, inclusionOf(shape))
  }
}

/** Whether a relation is the other one seen from its end: by the same columns, or the same rows between. */
const leadsBack = (link: Link, { between, owner, pairs }: Link): boolean =>
  link.target === owner && link.between?.table === between?.table &&
  (between !== undefined ||
    link.pairs.every(({ from, to }) => pairs.some((other) => other.from === to && other.to === from)))

/** What a query includes to load rows of this shape. */
const inclusionOf = (shape: Parts): Readonly<Record<string, object | true>> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, inner]) => [name, inner === true ? true : { include: inclusionOf(inner) }])
  )

/** The rows of a table that have one of these values in its columns. */
export const readRows = (
  session: Session["Service"],
  table: Table,
  columns: ReadonlyArray<TableColumn>,
  keys: ReadonlyArray<Row>
): Effect.Effect<ReadonlyArray<Row>, ReadError> => {
  if (keys.length === 0) return Effect.succeed([])
  const alias = { name: table.name }
  const rows = selectFrom<Row>({ _tag: "TableSource", table, alias }, {
    _tag: "Instance",
    source: alias,
    table,
    optional: false
  })
  return session.run({ ...rows, where: keyIsAmong({ ...table, primaryKey: columns }, alias, keys) })
}

/** The rows with these primary keys, and all that belongs to them. */
export const readTrees = (
  session: Session["Service"],
  { loads, table }: Member,
  keys: ReadonlyArray<Row>
): Effect.Effect<ReadonlyArray<Row>, ReadError> =>
  Effect.flatMap(readRows(session, table, table.primaryKey, keys), (rows) => withLoads(session, loads, rows))

/** Rows with what is loaded to them. */
export const withLoads = (
  session: Session["Service"],
  loads: ReadonlyArray<Load>,
  rows: ReadonlyArray<Row>
): Effect.Effect<ReadonlyArray<Row>, ReadError> =>
  Effect.map(
    finished(session, { keeps: true, values: {}, loads }, rows.map((row) => ({ row }))),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what keeps its row is that row with more properties
    (trees) => trees as ReadonlyArray<Row>
  )

/** The rows that belong to a loaded one by a relation. */
export const loaded = ({ name }: Link, tree: Row | undefined): ReadonlyArray<Row> => {
  const found = tree?.[name]
  const rows = Array.isArray(found) ? found : found === null || found === undefined ? [] : [found]
  return rows as ReadonlyArray<Row>
}

/** A text that two rows have in common where their values in these columns are the same; none where one of them is missing. */
export const textOf = (columns: ReadonlyArray<TableColumn>, row: Row): string | undefined =>
  columns.some(({ field }) => row[field] === undefined)
    ? undefined
    : keyTexts(columns.map((column) => [storedValue(column, row[column.field])]), 1)[0]

/** The value of one column as another one holds it, for a key and what refers to it. */
export const valueFor = (to: TableColumn, from: TableColumn, value: unknown): unknown =>
  modelValue(to, storedValue(from, value))

/** No value, as the column's model has it. */
export const noValue = (column: TableColumn): unknown => modelValue(column, null)

const modelValue = ({ codec }: TableColumn, value: unknown): unknown =>
  codec === undefined ? value : Option.getOrElse(Exit.getSuccess(codec.decode(value)), () => value)
