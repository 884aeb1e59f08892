/**
 * What is said of the rows that a factory makes, as a value.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../../model/Model.ts"
import { tableOf } from "../../model/Table.ts"
import { current, nextNumbers } from "./current.ts"
import type { Values, WantedRow } from "./madeRows.ts"

/** How rows of a model are made: what is said of their fields, and parameters that are no fields. */
export class Recipe {
  readonly model: Model.Stored
  readonly said: Values
  readonly transient: Values

  constructor(model: Model.Stored, said: Values = {}, transient: Values = {}) {
    this.model = model
    this.said = said
    this.transient = transient
  }

  /** The recipe with more said; what names a parameter changes that. */
  and(more: Values): Recipe {
    const entries = Object.entries(more)
    const isParameter = ([name]: readonly [string, unknown]) => Object.hasOwn(this.transient, name)
    return new Recipe(
      this.model,
      { ...this.said, ...Object.fromEntries(entries.filter((entry) => !isParameter(entry))) },
      { ...this.transient, ...Object.fromEntries(entries.filter(isParameter)) }
    )
  }
}

/** The next rows of a recipe, with what is said of each. */
export const wantedRows = (
  { model, said, transient }: Recipe,
  count: number
): Effect.Effect<ReadonlyArray<WantedRow>> =>
  Effect.map(current, (making) =>
    nextNumbers(making, tableOf(model).fullName, count).map((number) => ({
      number,
      given: Object.fromEntries(
        Object.entries(said).flatMap(([field, value]) => {
          const told: unknown = typeof value === "function"
            ? Reflect.apply(value, undefined, [number, transient])
            : value
          return told === undefined ? [] : [[field, told]]
        })
      )
    })))
