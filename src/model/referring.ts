/**
 * The models that refer to others, known from their definition on.
 *
 * @since 0.1.0
 */
import type * as Model from "./Model.ts"

const known = new Set<Model.Any>()

/** Makes a model known as one that refers to others. */
export const refers = (model: Model.Any): void => void known.add(model)

/** All that are known, of which there are only ever more. */
export const referring: ReadonlySet<Model.Any> = known
