/**
 * What changes of the keys, checks and indexes of a table.
 *
 * @since 0.1.0
 */
import { mentions } from "../../sql/namesIn.ts"
import type { Operation } from "../../sql/operation.ts"
import {
  type CheckStructure,
  type IndexStructure,
  type KeyStructure,
  placeOf,
  type TableStructure
} from "../../sql/Structure.ts"
import { type Alike, apart } from "./alike.ts"

/** What is taken off a table, and what is put on it. */
export interface ConstraintChanges {
  /** Indexes, checks and keys, in the order in which they go. */
  readonly drops: ReadonlyArray<Operation>
  /** Keys, which others may refer to. */
  readonly keys: ReadonlyArray<Operation>
  readonly checks: ReadonlyArray<Operation>
  readonly indexes: ReadonlyArray<Operation>
  /** The keys that go, be it for a while: whatever refers to them has to go before. */
  readonly droppedKeys: ReadonlyArray<KeyStructure>
}

/** What makes the constraints and indexes of a table those of another; those over columns that are made anew are, too. */
export const constraintChanges = (
  before: TableStructure,
  after: TableStructure,
  same: Alike,
  remade: ReadonlyArray<string>
): ConstraintChanges => {
  const table = placeOf(after)
  const isRemade = (key: KeyStructure) => key.columns.some((column) => remade.includes(column))
  const primaryKeys = apart(
    only(before.primaryKey),
    only(after.primaryKey),
    (one, other) => !isRemade(one) && same.key(one, other)
  )
  const uniques = apart(before.uniques, after.uniques, (one, other) => !isRemade(one) && same.key(one, other))
  const checks = apart(
    before.checks,
    after.checks,
    (one, other) => !remade.some((column) => mentions(one.condition, column)) && same.check(one, other)
  )
  const indexes = apart(
    before.indexes,
    after.indexes,
    (one, other) => !remade.some((column) => isOver(one, column)) && same.index(one, other)
  )
  return {
    drops: [
      ...indexes.gone.map((index): Operation => ({ _tag: "DropIndex", table, index })),
      ...checks.gone.map((check: CheckStructure): Operation => ({ _tag: "DropCheck", table, check })),
      ...uniques.gone.map((key): Operation => ({ _tag: "DropUnique", table, key })),
      ...primaryKeys.gone.map((key): Operation => ({ _tag: "DropPrimaryKey", table, key }))
    ],
    keys: [
      ...primaryKeys.come.map((key): Operation => ({ _tag: "AddPrimaryKey", table, key })),
      ...uniques.come.map((key): Operation => ({ _tag: "AddUnique", table, key }))
    ],
    checks: checks.come.map((check): Operation => ({ _tag: "AddCheck", table, check })),
    indexes: indexes.come.map((index): Operation => ({ _tag: "CreateIndex", table, index })),
    droppedKeys: [...primaryKeys.gone, ...uniques.gone]
  }
}

const only = <A>(thing: A | undefined): ReadonlyArray<A> => thing === undefined ? [] : [thing]

/** Whether an index holds a column, or only rows that it tells. */
const isOver = ({ on, where = "" }: IndexStructure, column: string): boolean =>
  [...on, where].some((part) => mentions(part, column))
