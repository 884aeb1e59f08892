/**
 * Makes the model's value of a single value that was read, through its schema.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { getOrInsert } from "../model/getOrInsert.ts"
import { reasonOf } from "../model/nativeCodec.ts"
import { told } from "../model/sensitive.ts"
import type { TableColumn } from "../model/Table.ts"
import type { ResultColumn } from "./CompiledQuery.ts"

/** A value that was read and that its column's type or schema can't hold; `row` is what people call its row, where it is known. */
export class Unreadable extends Error {
  readonly column: string
  readonly row: string | undefined
  constructor(column: string, reason: string, row?: string) {
    super(reason)
    this.column = column
    this.row = row
  }
}

/** Such a value, and the place of its row among those that are made together. */
export class UnreadableCell extends Error {
  readonly column: string
  readonly row: number
  constructor(column: string, reason: string, row: number) {
    super(reason)
    this.column = column
    this.row = row
  }
}

/** Makes the model's value of what was read in a row of a column; it throws `UnreadableCell`. */
export type CellDecoder = (value: unknown, row: number, column: string, mayBeAbsent: boolean) => unknown

/** The decoder of a field whose schema transforms its values; `undefined` where what is read is the model's value. */
export const cellDecoder = (field: TableColumn | undefined): CellDecoder | undefined => {
  const codec = field?.codec
  return codec && ((value, row, column, mayBeAbsent) => {
    if (mayBeAbsent && value === null) return null
    const decoded = codec.decode(value)
    if (Exit.isSuccess(decoded)) return decoded.value
    throw new UnreadableCell(column, told(field, reasonOf(decoded.cause)), row)
  })
}

/** Whether the column may be null where its field isn't: in a row without a partner in a left join, and of no rows at all. */
export const mayBeAbsent = ({ field, nullable }: ResultColumn): boolean => nullable && field?.nullable !== true

/** Tells a value that the schema of a column allows, and why it doesn't. */
export interface Guard {
  readonly isValid: (value: unknown) => boolean
  readonly reason: (value: unknown) => string
}

const guards = new WeakMap<TableColumn, Guard>()

/** The guard of a column whose values are read as they are, compiled once. */
export const guardOf = (column: TableColumn): Guard => getOrInsert(guards, column, makeGuard)

const makeGuard = ({ schema }: TableColumn): Guard => {
  const values = Schema.toType(Schema.make<Schema.Codec<unknown>>(schema.ast))
  SchemaJITCompiler.enable(values.ast)
  const decode = Schema.decodeUnknownEffect(values)
  return {
    isValid: Schema.is(values),
    reason: (value) => Effect.runSync(Effect.flip(decode(value))).message
  }
}
