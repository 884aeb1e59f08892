/**
 * What a read's plan and the structure of its database tell of how it could be faster or smaller.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import type { Projection, Select, Source, TableSource } from "./ast.ts"
import type { Dialect } from "./Dialect.ts"
import type { Finding } from "./Finding.ts"
import type { Field, Node, ValueList } from "./node.ts"
import { type Across } from "./across.ts"
import { conjuncts } from "./parts.ts"
import { type Doing, type Plan, stepsOf } from "./Plan.ts"
import { shardKeyOf } from "./shardKey.ts"
import { type SqlText, sqlTexts, type Structure } from "./Structure.ts"

/** What findings are made of. */
export interface Known {
  readonly select: Select<unknown>
  readonly plan: Plan
  readonly dialect: Dialect
  readonly structure: Structure
  /** What it brings together from several servers. */
  readonly across: ReadonlyArray<Across>
  readonly tables: ReadonlyArray<Sized>
  readonly lists: ReadonlyArray<Listed>
}

/** A table that a read names, with the number of rows that the database expects in it. */
export interface Sized extends TableSource {
  readonly rows: number
}

/** A list of values, with the number of rows that the database expects it to find, which its plans guess badly. */
export interface Listed extends Lookup {
  readonly rows: number
}

/** A list of values in which a column is looked up. */
export interface Lookup {
  readonly table: Table
  readonly field: Field
  readonly list: ValueList
}

/** From how many rows on it matters that they come at once. */
const manyRows = 10_000

/** From how many columns on a table is wide. */
const manyColumns = 16

/** The findings of a read, the gravest first. */
export const findingsOf = (known: Known): ReadonlyArray<Finding> => [
  ...products(known),
  ...joinsAcross(known),
  ...missingIndexes(known),
  ...castColumns(known),
  ...wideRows(known),
  ...noLimit(known)
]

/** The tables that a read names as sources, and those in it that are reads themselves. */
export const tablesIn = (select: Select<unknown>): ReadonlyArray<TableSource> =>
  sourcesOf(select).filter((source) => source._tag === "TableSource")

const sourcesOf = ({ from, joins }: Select<unknown>): ReadonlyArray<Source> => [
  from,
  ...joins.map(({ source }) => source)
]

/** The lists of values in which a read looks up columns of its tables. */
export const listsIn = (select: Select<unknown>): ReadonlyArray<Lookup> =>
  conjuncts(select.where).flatMap((condition) => {
    if (condition._tag !== "Membership") return []
    return lookedUp(condition).flatMap((field) =>
      tablesIn(select)
        .filter(({ alias }) => alias === field.source)
        .map(({ table }) => ({ table, field, list: condition }))
    )
  })

const rowsOf = ({ children, estimatedRows }: Plan, isProduct: boolean): number =>
  estimatedRows ?? (isProduct ? children.reduce((rows, child) => rows * rowsOf(child, false), 1) : 1)

const products = ({ dialect, plan }: Known): ReadonlyArray<Finding> =>
  stepsOf(plan).flatMap((step): ReadonlyArray<Finding> => {
    if (dialect.explain.doing(step)._tag !== "Product") return []
    const sides = step.children.map((child) => rowsOf(child, false))
    const rows = sides.reduce((product, side) => product * side, 1)
    if (rows < manyRows || sides.some((side) => side <= 1)) return []
    return [{
      _tag: "CartesianProduct",
      tables: [...new Set(scansIn(step, dialect).map(({ table }) => table))],
      columns: [],
      step: step.operator,
      cost: `${sides.map(counted).join(" times ")} rows are ${counted(rows)} pairs.`,
      advice: "Say which rows belong together: `.join(Other, \"other\", ({ one, other }) => one.id.eq(other.oneId))`."
    }]
  })

const joinsAcross = ({ across, dialect }: Known): ReadonlyArray<Finding> =>
  across.map(({ isAlone, tables: [one, other] }): Finding => {
    const keys = [one, other].flatMap((table) => shardKeyOf(table, dialect) ?? [])
    const [first, second = first] = keys
    const tables = [one.fullName, other.fullName]
    return isAlone
      ? {
        _tag: "JoinAcrossShards",
        tables,
        columns: [],
        cost:
          `The rows of ${one.fullName} are on several servers, and those of ${other.fullName} on the first one alone: they are ` +
          "fetched to be joined.",
        advice:
          `Have a copy of ${other.fullName} on every server, by \`distribution: "reference"\` of ${other.model.identifier}, ` +
          "or distribute it like the other, by a field that both have."
      }
      : {
        _tag: "JoinAcrossShards",
        tables,
        columns: keys.map(({ name }) => name),
        cost:
          `Rows of ${one.fullName} and ${other.fullName} that belong together may be on different servers: they are fetched to ` +
          "be joined.",
        advice:
          `Join by the shard keys, too: let \`${first?.field}\` of one be equal to \`${second?.field}\` of the other; ` +
          `or have a copy of the smaller one everywhere, by \`distribution: "reference"\`.`
      }
  })

/** A step that reads a table, on one of several servers where rows are spread. */
interface Scan extends Extract<Doing, { readonly _tag: "Scan" }> {
  readonly step: Plan
  readonly shard: string | undefined
  /** Whether no step below it reads one for it, as a shard does for its coordinator. */
  readonly isLast: boolean
}

const scansIn = (step: Plan, dialect: Dialect, of?: string): ReadonlyArray<Scan> => {
  const shard = step.shards?.[0] ?? of
  const below = step.children.flatMap((child) => scansIn(child, dialect, shard))
  const doing = dialect.explain.doing(step)
  return doing._tag === "Scan" ? [{ ...doing, step, shard, isLast: below.length === 0 }, ...below] : below
}

/** The scans in which rows of a table are found: the first one, on each server. */
const findingIn = (scans: ReadonlyArray<Scan>, { name }: Table): ReadonlyArray<Scan> => {
  const last = scans.filter(({ isLast, table }) => isLast && table === name)
  return last.filter(({ shard }, index) => last.findIndex((other) => other.shard === shard) === index)
}

const missingIndexes = (known: Known): ReadonlyArray<Finding> => {
  const { dialect: { lookup }, lists, select, structure, tables } = known
  const conditions = conjuncts(select.where)
  const equal = conditions.flatMap(lookedUp)
  return tables.flatMap(({ alias, rows, table }): ReadonlyArray<Finding> => {
    const fields = equal.filter((field) => field.source === alias)
    const columns = table.columns.filter(({ name }) => fields.some((field) => field.name === name))
    const scans = findingIn(scansIn(known.plan, known.dialect), table)
    const [scan] = scans
    if (scan === undefined || columns.length === 0) return []
    const listed = lists.filter(({ field }) => field.source === alias).map((list) => list.rows)
    const found = Math.min(scans.reduce((sum, { step }) => sum + rowsOf(step, false), 0), ...listed)
    const isIndexed = scans.some(({ byIndex }) => byIndex) ||
      columns.some(({ name }) => hasIndex(structure, table, name, lookup.compound))
    const isAlone = conditions.length === 1 && !table.roles.some(({ role }) => hiding.has(role._tag))
    const isWorth = rows >= lookup.from && found <= lookup.most(rows) && (lookup.compound || isAlone)
    if (isIndexed || !isWorth) return []
    const index = `Index.on(${columns.map(({ field }) => JSON.stringify(field)).join(", ")})`
    return [{
      _tag: "MissingIndex",
      tables: [table.fullName],
      columns: columns.map(({ name }) => name),
      step: scan.step.operator,
      cost: `${counted(rows)} rows are read to find about ${counted(found)}.`,
      advice: `Add \`${index}\` to the \`indexes\` of ${table.model.identifier}, and generate a migration.`
    }]
  })
}

/** The parts of a column in a table by which sessions hide rows, with a condition of their own. */
const hiding = new Set(["DeletedAt", "Tenant"])

/** The column that a condition compares with values that are given. */
const lookedUp = (condition: Node): ReadonlyArray<Field> => {
  if (condition._tag === "Membership") {
    return condition.operand._tag === "Field" && condition.values.length > 0 ? [condition.operand] : []
  }
  if (condition._tag !== "Comparison" || condition.operator !== "=") return []
  const { left, right } = condition
  if (left._tag === "Field" && right._tag === "Value") return [left]
  return left._tag === "Value" && right._tag === "Field" ? [right] : []
}

/** Whether an index that holds every row begins with the column; one of further columns counts where databases use such. */
const hasIndex = ({ tables }: Structure, { name, schema }: Table, column: string, compound: boolean): boolean =>
  tables.filter((table) => table.name === name && (schema === undefined || schema === table.schema)).some((table) => {
    const keys = [...table.uniques, ...table.primaryKey === undefined ? [] : [table.primaryKey]].map(({ columns }) =>
      columns
    )
    const whole = table.indexes.filter(({ using, where }) => where === undefined && using === undefined).map(({ on }) =>
      on
    )
    return [...keys, ...whole].some((on) =>
      on[0] !== undefined && isColumn(on[0], column) && (compound || on.length === 1)
    )
  })

const isColumn = (expression: SqlText, column: string): boolean =>
  sqlTexts(expression).some((text) => text === column || text === `"${column.replaceAll("\"", "\"\"")}"`)

const castColumns = ({ dialect, plan, tables }: Known): ReadonlyArray<Finding> =>
  tables.filter(({ rows }) => rows >= dialect.lookup.from).flatMap(({ rows, table }) => {
    const scans = scansIn(plan, dialect).filter((scan) => scan.table === table.name)
    return table.columns.flatMap((column): ReadonlyArray<Finding> => {
      const scan = scans.find(({ casts }) => casts.includes(column.name))
      // a text is cast to be compared as a text, which is no cast
      if (scan === undefined || column.type._tag === "Text" || column.type._tag === "Enum") return []
      return [{
        _tag: "CastColumn",
        tables: [table.fullName],
        columns: [column.name],
        step: scan.step.operator,
        cost: `${column.name} is cast in each of ${counted(rows)} rows, and no index of it is used.`,
        advice:
          `Compare \`${column.field}\` as it is with a value of its own type, ${column.type._tag}: cast the value.`
      }]
    })
  })

const wideRows = ({ plan, select, dialect }: Known): ReadonlyArray<Finding> => {
  const rows = rowsOf(plan, dialect.explain.doing(plan)._tag === "Product")
  if (select.limit !== undefined || rows < manyRows) return []
  return instancesIn(select.projection).filter(({ columns }) => columns.length >= manyColumns).map((
    table
  ): Finding => ({
    _tag: "WideRows",
    tables: [table.fullName],
    columns: [],
    cost: `All ${table.columns.length} columns of about ${counted(rows)} rows are read, sent and decoded.`,
    advice: `If few of them are used, take these alone: \`.select((row) => ({ ${
      table.columns.slice(0, 2).map(({ field }) => `${field}: row.${field}`).join(", ")
    } }))\`.`
  }))
}

const instancesIn = (projection: Projection): ReadonlyArray<Table> => {
  switch (projection._tag) {
    case "Instance":
      return [projection.table]
    case "Record":
      return projection.fields.flatMap(([, field]) => instancesIn(field))
    case "Value":
    case "Rows":
      return []
  }
}

const noLimit = ({ dialect, plan, select, tables }: Known): ReadonlyArray<Finding> => {
  const rows = rowsOf(plan, dialect.explain.doing(plan)._tag === "Product")
  // what a list of values finds is as short as the list, which databases guess badly
  const isListed = conjuncts(select.where).some(({ _tag }) => _tag === "Membership")
  if (select.limit !== undefined || isListed || rows < manyRows) return []
  return [{
    _tag: "NoLimit",
    tables: tables.map(({ table }) => table.fullName),
    columns: [],
    step: plan.operator,
    cost: `About ${counted(rows)} rows are held in memory at once.`,
    advice:
      "Ask for as many as are shown, `.limit(100)`, for a page of them, `Query.page(query, { size: 100 })`, or take them " +
      "as they come, `.stream`."
  }]
}

const counted = (rows: number): string => Math.round(rows).toLocaleString("en")
