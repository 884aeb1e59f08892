/**
 * The error of a model that no table can be made of.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * A model that no table can be made of. It is a mistake in the program, so it is thrown where the class is defined.
 *
 * @example
 * ```ts
 * import { InvalidModel, Model } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * const defined = Effect.try({
 *   try: () => Model.Class<never>("Book")({ cover: Schema.Symbol }, { table: "books" }),
 *   catch: (cause) => cause
 * }).pipe(Effect.catch((cause) => Effect.log(cause instanceof InvalidModel ? `${cause.field}: ${cause.reason}` : cause)))
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidModel extends Data.TaggedError("InvalidModel")<{
  readonly model: string
  /** The field that is to blame; empty where it is none. */
  readonly field: string
  readonly reason: string
}> {
  override get message(): string {
    return this.field === ""
      ? `${this.model} can't be a table: ${this.reason}`
      : `${this.model}.${this.field} can't be a column: ${this.reason}`
  }
}
