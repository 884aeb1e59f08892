/**
 * The schemas of keys, which models of other files use while these are loaded.
 */
import * as Schema from "effect/Schema"

export const AuthorId = Schema.String.pipe(Schema.brand("AuthorId"))
export const Isbn = Schema.String.pipe(Schema.brand("Isbn"))
