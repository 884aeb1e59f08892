/**
 * The other model of `author.ts`.
 */
import { Column, Model, Relation } from "andamios-orm"
// oxlint-disable-next-line import/no-cycle -- what the test is about
import { Author } from "./author.ts"
import { AuthorId, Isbn } from "./ids.ts"

export class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Isbn),
  authorId: Column.references(AuthorId, () => Author, "id")
}, { table: "books" }) {
  static readonly relations = () => ({ author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" }) })
}
