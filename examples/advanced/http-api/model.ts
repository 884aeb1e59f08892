/**
 * What a library lends, said once: the rows, their tables, and what of them goes over the wire.
 */
import { Check, Column, Mixin, Model } from "andamios-orm"
import { Context, Schema } from "effect"

export const UserId = Schema.NonEmptyString.pipe(Schema.brand("UserId"))

/** Who asks. Every write of a model with `Mixin.audit` needs to know, so one that nobody signs does not compile. */
export class CurrentUser extends Context.Service<CurrentUser, typeof UserId.Type>()("library/CurrentUser") {}

const AuthorId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("AuthorId"))

export class Author extends Model.Class<Author>("Author")({
  id: Column.id(AuthorId),
  name: Schema.NonEmptyString,
  // In the table, and in no JSON variant: no endpoint can give it away.
  email: Column.sensitive(
    Schema.String.check(Schema.isPattern(/^[^@\s]+@[^@\s]+$/, { message: "not an e-mail address" }))
  ),
  ...Mixin.timestamps,
  ...Mixin.audit(CurrentUser, UserId)
}, { table: "authors" }) {}

const BookId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("BookId"))
const Isbn = Schema.String.check(Schema.isPattern(/^\d{13}$/, { message: "not an ISBN of 13 digits" }))
const Copies = Column.int32.check(Schema.isGreaterThanOrEqualTo(0, { message: "not a number of copies" }))

export class Book extends Model.Class<Book>("Book")({
  id: Column.id(BookId),
  isbn: Column.unique(Isbn),
  title: Schema.NonEmptyString,
  authorId: Column.references(AuthorId, () => Author, "id"),
  copies: Copies,
  lent: Column.withDefault(Copies, 0),
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version,
  ...Mixin.audit(CurrentUser, UserId)
}, { table: "books" }) {
  // What no single value can break, the database refuses.
  static readonly checks = () => Check.of(Book, (book) => ({ lentAtMostCopies: book.lent.lte(book.copies) }))
}
