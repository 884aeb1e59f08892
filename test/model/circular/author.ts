/**
 * A model that refers to one of another file, which refers to it.
 */
import { Column, Model, Relation } from "andamios-orm"
import * as Schema from "effect/Schema"
// oxlint-disable-next-line import/no-cycle -- what the test is about
import { Book } from "./book.ts"
import { AuthorId, Isbn } from "./ids.ts"

export class Author extends Model.Class<Author>("Author")({
  id: Column.id(AuthorId),
  best: Column.references(Schema.NullOr(Isbn), (): Model.Any => Book, "isbn")
}, { table: "authors" }) {
  static readonly relations = () => ({ books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }) })
}
