/**
 * Compiles statements that differ in nothing but values, such as the key of a row: the text that one had is the text of all.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import type { Circumstances } from "./compilation.ts"
import type { CompiledQuery } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import type { Value } from "./node.ts"
import { parameterOf } from "./nodeText.ts"

/**
 * What statements on one table have in common, and the values in which they differ: all that they have, in the order of their text, and
 * none of them null.
 *
 * @category models
 * @since 0.1.0
 */
export interface Alike {
  readonly kind: object
  readonly values: ReadonlyArray<Value>
}

/** What one of them was compiled to, and where. */
interface Compiled {
  readonly query: CompiledQuery<unknown>
  readonly dialect: Dialect
  readonly isStrict: boolean
}

const known = new WeakMap<object, Compiled>()

/**
 * Compiles one of them, by `compile` where none was yet. Where conditions come with the table, each is compiled by itself: they may have
 * values of their own.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileAlike = <Q extends CompiledQuery<unknown>>(
  { kind, values }: Alike,
  table: Table,
  dialect: Dialect,
  circumstances: Circumstances,
  compile: () => Q
): Q => {
  if (hasConditions(table)) return compile()
  const isStrict = circumstances.isStrict(table)
  const one = known.get(kind)
  if (one?.dialect === dialect && one.isStrict === isStrict) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- statements of one kind have rows of one type
    const query = one.query as Q
    return { ...query, parameters: values.map((value) => parameterOf(value, dialect)) }
  }
  const query = compile()
  known.set(kind, { query, dialect, isStrict })
  return query
}

const hasConditions = ({ roles }: Table): boolean =>
  roles.some(({ role }) => role._tag === "DeletedAt" || role._tag === "Tenant")
