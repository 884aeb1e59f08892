/**
 * Makes a value that a field's schema allows and every database can hold.
 *
 * @since 0.1.0
 */
import { faker } from "@faker-js/faker/locale/en"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Hash from "effect/Hash"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Model from "../../model/Model.ts"
import type { TableColumn } from "../../model/Table.ts"
import { features } from "../../postgres/features.ts"
import { encoder } from "../../sql/encode.ts"
import { FactoryFailed } from "./FactoryFailed.ts"
import { realistic } from "./realistic.ts"

/** What a value is made for, which makes it another one. */
interface Circumstances {
  readonly seed: number
  /** The number of the row among those of its table. */
  readonly number: number
  /** How often a unique value was made anew: in the end by any value that the schema allows. */
  readonly attempt: number
  /** How often a row was made anew for a check: by values of the same kind. */
  readonly draw: number
  /** The day that dates are near, in milliseconds since 1970. */
  readonly today: number
}

/** A field that rows get a value of. */
export interface MadeField {
  readonly column: TableColumn
  /** Whether rows are made without it, because something else makes its value. */
  readonly isLeftOut: boolean
  readonly make: (circumstances: Circumstances) => Effect.Effect<unknown, FactoryFailed>
  /** The model's value for nothing. */
  readonly nothing: unknown
  /** The text by which values that a database takes for the same are told. */
  readonly textOf: (value: unknown) => string
}

/** So many realistic values are tried before any that the schema allows. */
const mostRealistic = 8

/** The field of a model that fills a column. */
export const madeField = (model: Model.Any, column: TableColumn, insert: Schema.Constraint): MadeField => {
  const { ast } = insert
  const schema = Schema.toType(Schema.make<Schema.Codec<unknown>>(ast))
  const isValid = Schema.is(schema)
  // what PostgreSQL can hold every database can
  const encode = encoder(column, features)
  const isStorable = (value: unknown) => isValid(value) && Result.isSuccess(Result.try(() => encode(value)))
  const modelled = (value: unknown): unknown => {
    if (column.codec === undefined) return value
    const decoded = column.codec.decode(value)
    return Exit.isSuccess(decoded) ? decoded.value : undefined
  }
  const failed = (reason: string) => new FactoryFailed({ model: model.identifier, fields: [column.field], reason })
  const arbitrary = Result.try(() => Arbitrary.filter(Arbitrary.schema(schema), isStorable))

  const seedOf = ({ attempt, draw, number, seed }: Circumstances) =>
    `${seed} ${model.identifier} ${column.field} ${number} ${attempt}${draw === 0 ? "" : `/${draw}`}`

  const likely = (circumstances: Circumstances): unknown => {
    const { attempt, today } = circumstances
    for (let more = 0; more < mostRealistic; more++) {
      faker.seed(Hash.string(`${seedOf(circumstances)} ${more}`) >>> 0)
      const { checks, field, type } = column
      const made = realistic(type, { model: model.identifier, field, checks, today, attempt: attempt + more })
      if (made === undefined) return undefined
      const value = modelled(made)
      if (isStorable(value)) return value
    }
    return undefined
  }

  const make = Effect.fnUntraced(function*(circumstances: Circumstances) {
    const value = circumstances.attempt < mostRealistic ? likely(circumstances) : undefined
    if (value !== undefined) return value
    if (Result.isFailure(arbitrary)) {
      return yield* failed(`its schema has no arbitrary values (${String(arbitrary.failure)})`)
    }
    const sampled = yield* Arbitrary.sampleEffect(arbitrary.success, {
      seed: seedOf(circumstances)
    }).pipe(Effect.mapError(() => failed("none of the values that were tried fits its schema and the database")))
    return sampled[0]
  })

  return {
    column,
    isLeftOut: ast.context?.isOptional === true || ast.context?.constructorDefault !== undefined,
    make,
    nothing: modelled(null),
    textOf: (value) => JSON.stringify(encode(value), (_, part: unknown) => typeof part === "bigint" ? `${part}n` : part)
  }
}
