/**
 * Which tables a statement brings together although it isn't said that their rows are on one server.
 *
 * Rows are together where their shard keys are equal: those of joined tables to each other or to one value, and those of a subquery to
 * those around it. Every server has the rows of reference tables.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import type { Cte, Projection, RawRead, Read, Select, Source, TableSource } from "./ast.ts"
import { type Circumstances, present } from "./compilation.ts"
import type { Dialect } from "./Dialect.ts"
import { columnTerm, Equalities, type Term, termOf } from "./equalities.ts"
import { fieldOf, type Node } from "./node.ts"
import { conjuncts, readsIn } from "./parts.ts"
import { shardKeyOf } from "./shardKey.ts"
import type { Write } from "./write.ts"

/** Two tables whose rows come from several servers. */
export interface Across {
  readonly tables: readonly [Table, Table]
  /** Whether the rows of the second are on the first server alone. */
  readonly isAlone: boolean
}

/** Rows that are on certain servers: of a table, or of what is read from several that are together. */
interface Rows {
  readonly table: Table
  /** What they are spread by; undefined where they are on the first server alone. */
  readonly key: Term | undefined
  /** The columns of a read that have the key. */
  readonly names: ReadonlyArray<string>
  readonly equal: Equalities
}

/**
 * What a statement brings together from several servers, each two tables once.
 *
 * @category conversions
 * @since 0.1.0
 */
export const acrossOf = (
  statement: Select<unknown> | RawRead | Write,
  dialect: Pick<Dialect, "sharding">,
  conditions: Circumstances["conditions"]
): ReadonlyArray<Across> => {
  if (dialect.sharding === undefined) return []
  const found = new Map<string, Across>()

  const meet = (one: Rows, other: Rows): void => {
    const [first, second] = one.key === undefined ? [other, one] : [one, other]
    if (first.key === undefined || isTogether(first, second)) return
    const tables = [first.table, second.table] as const
    const name = JSON.stringify(tables.map(({ fullName }) => fullName).toSorted())
    if (!found.has(name)) found.set(name, { tables, isAlone: second.key === undefined })
  }

  const ofTable = ({ alias, table }: TableSource, equal: Equalities): ReadonlyArray<Rows> => {
    const key = shardKeyOf(table, dialect)
    if (key !== undefined) return [{ table, key: columnTerm(alias, key.name), names: [], equal }]
    const isAlone = dialect.sharding?.distributionOf(table) === undefined && !table.isView
    return isAlone ? [{ table, key: undefined, names: [], equal }] : []
  }

  const ofSource = (source: Source, equal: Equalities, before: ReadonlyArray<Rows>): ReadonlyArray<Rows> => {
    switch (source._tag) {
      case "TableSource":
        return ofTable(source, equal)
      case "ReadSource":
        return ofRead(source.read, equal, source.lateral ? before : []).map((rows) => named(rows, source, equal))
      case "CteSource":
        return ofCte(source.cte).map((rows) => named(rows, source, equal))
      case "ListSource":
        return []
    }
  }

  const ofCte = ({ base, step }: Cte): ReadonlyArray<Rows> =>
    [base, ...step === undefined ? [] : [step]].flatMap((read) => ofRead(read, new Equalities(), []))

  const ofRead = (read: Read, around: Equalities, outer: ReadonlyArray<Rows>): ReadonlyArray<Rows> => {
    switch (read._tag) {
      case "Select":
        return ofSelect(read, around, outer)
      case "Compound":
        return [read.left, read.right].flatMap((side) => ofRead(side, around, outer))
      case "Values":
        inside(read.rows.flat(), around, outer)
        return []
      case "Unnest":
        inside([read.list], around, outer)
        return []
      case "RawRead":
        return []
    }
  }

  const ofSelect = (select: Select<unknown>, around: Equalities, outer: ReadonlyArray<Rows>): ReadonlyArray<Rows> => {
    const sources = [select.from, ...select.joins.map(({ source }) => source)]
    const own = sources.flatMap((source) => source._tag === "TableSource" ? conditions(source) : [])
    const equal = new Equalities(around)
    const known = [...own, select.where, ...select.joins.map(({ on }) => on)].flatMap(conjuncts)
    known.forEach((condition) => equal.learn(condition))
    const all: Array<Rows> = []
    for (const source of sources) {
      const before = [...outer, ...all]
      const further = ofSource(source, equal, before)
      for (const rows of further) before.forEach((other) => meet(other, rows))
      all.push(...further)
    }
    inside(nodesOf(select), equal, all)
    const rows = all.find(({ key }) => key !== undefined) ?? all[0]
    return rows === undefined ? [] : [{ ...rows, names: namesOf(select.projection, rows, equal) }]
  }

  /** The reads inside of expressions, which are joined with what is around them. */
  const inside = (nodes: ReadonlyArray<Node>, equal: Equalities, outer: ReadonlyArray<Rows>): void => {
    for (const { among, read } of nodes.flatMap(readsIn)) {
      const around = new Equalities(equal)
      const [first] = projected(read.projection, "")
      if (among !== undefined && first !== undefined) around.equate(among, first[1])
      ofRead(read, around, outer)
    }
  }

  const ofChange = (source: TableSource, where: Node | undefined, set: ReadonlyArray<Node>): void => {
    const equal = new Equalities()
    for (const condition of [...conditions(source), where].flatMap(conjuncts)) equal.learn(condition)
    inside([...where === undefined ? [] : [where], ...set], equal, ofTable(source, equal))
  }

  switch (statement._tag) {
    case "Update":
      ofChange({ ...statement, _tag: "TableSource" }, statement.where, statement.set.map(({ node }) => node))
      break
    case "Delete":
      ofChange({ ...statement, _tag: "TableSource" }, statement.where, [])
      break
    case "InsertFrom":
      ofRead(statement.select, new Equalities(), [])
      break
    case "Select":
      ofRead(statement, new Equalities(), [])
      break
    case "RawRead":
    case "RawWrite":
      break
  }
  return [...found.values()]
}

/**
 * Throws `Inexpressible` where a statement joins rows of several servers, and the database doesn't.
 *
 * @category conversions
 * @since 0.1.0
 */
export const refuseAcross = (
  statement: Select<unknown> | RawRead | Write,
  { sharding }: Pick<Dialect, "sharding">,
  { conditions }: Circumstances
): void => {
  if (sharding === undefined || sharding.joinsAcross === true) return
  const across = acrossOf(statement, { sharding }, conditions).find(({ isAlone }) => !isAlone)
  if (across === undefined) return
  const [one, other] = across.tables.map(({ model }) => model.identifier)
  present(`joining ${one} with ${other}, whose rows may be on different servers`, sharding.joinsAcross)
}

/** Whether the shard keys of both are equal, as either side knows. */
const isTogether = (one: Rows, other: Rows): boolean =>
  one.key !== undefined && other.key !== undefined &&
  (one.equal.same(one.key, other.key) || other.equal.same(other.key, one.key))

/** The columns of a projection that have the shard key. */
const namesOf = (projection: Projection, { key, equal: inside }: Rows, outside: Equalities): ReadonlyArray<string> =>
  projected(projection, "").flatMap(([name, node]) => {
    const term = termOf(node)
    const isKey = term !== undefined && key !== undefined && [inside, outside].some((equal) => equal.same(key, term))
    return isKey ? [name] : []
  })

/** The rows of a read as those of a source, which has a key of its own: it may be read from twice. */
const named = ({ key, names, ...rows }: Rows, { alias }: Source, outside: Equalities): Rows => {
  if (key === undefined) return { ...rows, key, names }
  const own = columnTerm({ name: alias.name }, "")
  names.forEach((name) => outside.join(own, columnTerm(alias, name)))
  outside.take(own, key, rows.equal)
  // a lateral read knows what it is together with
  const equal = new Equalities(rows.equal)
  equal.join(own, key)
  return { ...rows, key: own, names, equal }
}

/** What is selected, by the names of columns. */
const projected = (projection: Projection, path: string): ReadonlyArray<readonly [name: string, node: Node]> => {
  const inner = (name: string) => path === "" ? name : `${path}.${name}`
  switch (projection._tag) {
    case "Value":
      return [[path, projection.node]]
    case "Record":
      return projection.fields.flatMap(([name, field]) => projected(field, inner(name)))
    case "Instance":
      return projection.table.columns.map((column) => [inner(column.name), fieldOf(projection.source, column)])
    case "Rows":
      return []
  }
}

/** The expressions of a select. */
const nodesOf = (select: Select<unknown>): ReadonlyArray<Node> =>
  [
    select.where,
    select.having,
    select.qualify,
    ...select.joins.flatMap(({ nearest, on }) => [on, nearest]),
    ...select.orderBy.map(({ node }) => node),
    ...typeof select.distinct === "boolean" ? [] : select.distinct,
    ...(select.grouping?.sets ?? []).flat(),
    ...projected(select.projection, "").map(([, node]) => node)
  ].filter((node) => node !== undefined)
