/**
 * What a type of DuckDB is to its parameters.
 *
 * @since 0.1.0
 */
import type { DuckDBType } from "@duckdb/node-api"
import type { Part } from "./encodeNested.ts"
import type { Encode } from "./encodeNumber.ts"

/**
 * A type of DuckDB whose parameters take values of `A`, and `null`.
 *
 * @category models
 * @since 0.1.0
 */
export interface DuckDbType<in A> extends Part {
  /** How SQL calls it. */
  readonly name: string
  /** The values it takes; there is nothing here when the program runs. */
  readonly "~value"?: (value: A) => void
}

/** A type whose values travel as `native`. */
export const make = <A>(native: DuckDBType, encode: Encode, name: string = native.toString()): DuckDbType<A> => ({
  native,
  encode,
  name
})
