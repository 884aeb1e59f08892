/**
 * What can be asked of a struct or a JSON document.
 *
 * @since 0.1.0
 */
import type { Expression, Of, PlainStage, Stage } from "./Expression.ts"

/**
 * The value of a field, which is null where the whole is null or the field may be missing.
 *
 * @category models
 * @since 0.1.0
 */
export type Part<A, K> = A extends null | undefined ? null
  : K extends keyof A ? Exclude<A[K], undefined> | (undefined extends A[K] ? null : never)
  : null

/** The names of fields; of several kinds of documents those of all. */
type Names<A> = A extends object ? keyof A & string : never

/**
 * An expression whose value is an object: a struct, or a JSON document.
 *
 * @category models
 * @since 0.1.0
 */
export interface StructExpression<A, out L extends Stage = PlainStage> extends Expression<A, L> {
  /** A field, as what the model's schema makes of it. */
  get<K extends Names<A>>(key: K): Of<Part<A, K>, L>
}
