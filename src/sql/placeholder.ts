/**
 * Values that each run of a statement tells by itself.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { Read } from "./ast.ts"
import { type Circumstances, Inexpressible } from "./compilation.ts"
import type { Parameter } from "./CompiledQuery.ts"

/**
 * The values of a run, by the names of its parameters.
 *
 * @category models
 * @since 0.1.0
 */
export type ParameterValues = Readonly<Record<string, unknown>>

/**
 * Where a run has a value: among those that it is given, or in the conditions that its tables come with.
 *
 * @category models
 * @since 0.1.0
 */
export type Placeholder = (values: ParameterValues, circumstances: Circumstances) => unknown

/**
 * A parameter whose value a run tells. `made` throws `NotStorable` where the value is none that can be sent, and `Inexpressible` where
 * it is none that can be asked with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Told {
  readonly type: ColumnType
  readonly placeholder: Placeholder
  readonly made: (value: unknown) => Parameter
}

/**
 * What stands for a parameter in a text: for all runs, or for the one that tells its value. Throws `Inexpressible` where there is no run.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toldParameter = (told: Told, { tell }: Pick<Circumstances, "tell">): Parameter => {
  if (tell !== undefined) return tell(told)
  throw new Inexpressible(
    "a parameter of a prepared query outside of that query",
    "Use it in what the callback of Query.prepare makes: only that is given its value."
  )
}

/**
 * Whether there is a placeholder in a statement.
 *
 * @category predicates
 * @since 0.1.0
 */
export const hasPlaceholder = (statement: Read): boolean => {
  const seen = new Set<unknown>()
  const isIn = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null || seen.has(value) || "model" in value || "schema" in value) {
      return false
    }
    seen.add(value)
    return "placeholder" in value && value.placeholder !== undefined || Object.values(value).some(isIn)
  }
  return isIn(statement)
}
