/**
 * Schemas that a model is given before they are there: their file imports the model's, and is loaded after it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

/** Stands for the schema until the model knows the name of its field, and is refused there. */
const unloaded = Schema.Never.annotate({ identifier: "unloaded" })

/** The field, or what stands for one that its file has not made yet: to TypeScript it is always there. */
export const loaded = <F>(field: F | undefined): F | typeof unloaded => field ?? unloaded

/** Whether it stands for a schema that was not there. */
export const isUnloaded = (ast: SchemaAST.AST): boolean => ast === unloaded.ast

/** Why there is no column. */
export const whyUnloaded =
  "its schema is undefined here, because the file that has it imports this one and is not loaded yet. " +
  "Put the schema into a file of its own, which both import"
