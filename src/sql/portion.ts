/**
 * The clauses that draw a part of a table's rows, and that lock the rows of a read. Where rows are spread over servers, a database may leave
 * them out without a word.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import type { Lock, Sample, Select } from "./ast.ts"
import { type Compilation, Inexpressible, present } from "./compilation.ts"
import { readSet } from "./readSet.ts"
import { shardKeyOf } from "./shardKey.ts"

/** The clause behind a select that locks its rows; throws `Inexpressible`. */
export const lockText = (
  select: Select<unknown>,
  { strength, wait }: Lock,
  { dialect, has }: Compilation
): string => {
  present("locking the rows of a read", dialect.features.rowLocks)
  has("lock")
  const spread = [...readSet(select).tables.values()].find((table) => shardKeyOf(table, dialect) !== undefined)
  if (wait !== "wait" && spread !== undefined) {
    present(
      `looking at the locks of ${spread.model.identifier}, whose rows are distributed`,
      dialect.sharding?.looksAtLocks
    )
  }
  const waiting = { wait: "", noWait: " NOWAIT", skipLocked: " SKIP LOCKED" }
  return `FOR ${strength === "update" ? "UPDATE" : "SHARE"}${waiting[wait]}`
}

/** The clause behind a table that draws a part of its rows; throws `Inexpressible`. */
export const sampleText = (table: Table, sample: Sample, { dialect }: Compilation): string => {
  if (shardKeyOf(table, dialect) !== undefined) {
    present(`a sample of ${table.model.identifier}, whose rows are distributed`, dialect.sharding?.samples)
  }
  const { percent, seed = 0 } = sample
  if (percent >= 0 && percent <= 100 && Number.isInteger(seed)) return dialect.sample(sample)
  throw new Inexpressible(
    `a sample of ${percent} percent with seed ${seed}`,
    "Give 0 to 100 percent, and a whole number."
  )
}
