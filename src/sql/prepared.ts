/**
 * Compiles selects that are prepared: once for all values that they are run with.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import type { Select, TableSource } from "./ast.ts"
import { type Circumstances, Inexpressible } from "./compilation.ts"
import type { CompiledRead, Parameter } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import type { Node } from "./node.ts"
import type { ParameterValues, Told } from "./placeholder.ts"

/**
 * One run of a prepared select.
 *
 * @category models
 * @since 0.1.0
 */
export interface Given {
  /** The select of all runs, with parameters in the place of values; it is one object. */
  readonly shared: Select<unknown>
  readonly values: ParameterValues
  /** The same select with the values themselves, where there can't be one text for all of them. */
  readonly own: () => Select<unknown>
}

/** Compiles a select in circumstances that tell the values of its parameters, where it has any. */
type Compile = (select: Select<unknown>, circumstances: Circumstances) => CompiledRead<unknown>

/** The text of all runs where the same tables are checked, and the same tests hold. */
interface Shared {
  readonly query: CompiledRead<unknown>
  readonly parameters: ReadonlyArray<Parameter | Told>
  readonly checked: ReadonlyArray<readonly [table: Table, isStrict: boolean]>
  readonly tested: ReadonlyArray<Tested>
}

/** What the text depends on of a value that runs tell. */
interface Tested {
  readonly told: Told
  readonly test: (value: unknown) => boolean
  readonly holds: boolean
}

/** What is known of a select on a database. */
interface Known {
  readonly shared: Array<Shared>
  /** Whether its text depends on the values. */
  isApart: boolean
}

const known = new WeakMap<object, WeakMap<Dialect, Known>>()

/**
 * Compiles one run of a select by the text that runs share, which `compile` makes the first time: all of them, but where a test of a value
 * comes out otherwise. Where there can't be one, such as for a limit in a place where a database takes no parameter, each run is compiled
 * by itself.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileGiven = (
  select: Select<unknown>,
  { own, shared, values }: Given,
  dialect: Dialect,
  circumstances: Circumstances,
  compile: Compile
): CompiledRead<unknown> => {
  const valueOf = ({ made, placeholder }: Told) => made(placeholder(values, circumstances))
  const holds = (told: Told, test: Tested["test"]) => test(valueOf(told).value)
  if (!isSame(select, shared)) {
    return compile({ ...select, given: undefined }, { ...circumstances, tell: valueOf, holds })
  }
  const all = knownOf(shared, dialect)
  if (all.isApart) return compile(own(), circumstances)
  const found = all.shared.find(({ checked, tested }) =>
    checked.every(([table, isStrict]) => circumstances.isStrict(table) === isStrict) &&
    tested.every((one) => holds(one.told, one.test) === one.holds)
  )
  const one = found ?? expressible(() => sharedOf(shared, { ...circumstances, holds }, compile))
  if (one === undefined) {
    const query = compile(own(), circumstances)
    // what fails with its values as well may be compiled another time
    all.isApart = true
    return query
  }
  if (found === undefined) all.shared.push(one)
  return {
    ...one.query,
    parameters: one.parameters.map((parameter) => "made" in parameter ? valueOf(parameter) : parameter)
  }
}

/** Whether a select says what another does, and nothing was added to it. */
const isSame = (one: Select<unknown>, other: Select<unknown>): boolean =>
  one.where === other.where && one.limit === other.limit && one.offset === other.offset &&
  one.orderBy === other.orderBy && one.projection === other.projection && one.from === other.from &&
  one.joins === other.joins && one.distinct === other.distinct && one.having === other.having &&
  one.qualify === other.qualify && one.grouping === other.grouping && one.lock === other.lock

const knownOf = (select: object, dialect: Dialect): Known => {
  const all = getOrInsert(known, select, () => new WeakMap<Dialect, Known>())
  return getOrInsert(all, dialect, () => ({ shared: [], isApart: false }))
}

/** What is made, where it can be said. */
const expressible = <A>(make: () => A): A | undefined => {
  const made = Result.try(make)
  if (Result.isSuccess(made)) return made.success
  if (made.failure instanceof Inexpressible) return undefined
  throw made.failure
}

const sharedOf = (
  select: Select<unknown>,
  circumstances: Circumstances & Required<Pick<Circumstances, "holds">>,
  compile: Compile
): Shared => {
  const told = new Map<Parameter, Told>()
  const checked = new Map<Table, boolean>()
  const tested: Array<Tested> = []
  const conditions = new Map<TableSource, ReadonlyArray<Node>>()
  const query = compile(select, {
    tell: (parameter) => {
      const open = { type: parameter.type, value: undefined }
      told.set(open, parameter)
      return open
    },
    isStrict: (table) => {
      const isStrict = circumstances.isStrict(table)
      checked.set(table, isStrict)
      return isStrict
    },
    holds: (parameter, test) => {
      const holds = circumstances.holds(parameter, test)
      tested.push({ told: parameter, test, holds })
      return holds
    },
    conditions: (source) => getOrInsert(conditions, source, () => openConditions(source, circumstances))
  })
  return {
    query,
    parameters: query.parameters.map((parameter) => told.get(parameter) ?? parameter),
    checked: [...checked],
    tested
  }
}

/** The conditions that a table comes with, whose values are those of whoever asks. */
const openConditions = (source: TableSource, circumstances: Circumstances): ReadonlyArray<Node> =>
  circumstances.conditions(source).map((condition, place) => {
    if (condition._tag !== "Comparison" || condition.right._tag !== "Value") return condition
    const placeholder = (_: ParameterValues, { conditions }: Circumstances) => comparedTo(conditions(source)[place])
    return { ...condition, right: { ...condition.right, value: undefined, placeholder } }
  })

/** The value that a condition compares a column to; throws `Inexpressible` where it is one that can't be. */
const comparedTo = (condition: Node | undefined): unknown => {
  const right = condition?._tag === "Comparison" ? condition.right : undefined
  if (right?._tag === "Refused") throw new Inexpressible(right.feature, right.instead)
  return right?._tag === "Value" ? right.value : undefined
}
