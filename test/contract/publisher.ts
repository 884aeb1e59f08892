/**
 * Models of a publishing house, whose relations are of every kind, and keep keys in the database.
 */
import { Column, Index, Mixin, Model, Reference, Relation } from "andamios-orm"
import * as Schema from "effect/Schema"

/** Numbered by the database, and counts its changes. */
export class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  ...Mixin.version
}, { table: "house_authors" }) {
  static readonly relations = () => ({
    books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }),
    profile: Relation.hasOne(() => Profile, { from: "id", to: "authorId" }),
    drafts: Relation.hasMany(() => Draft, { from: "id", to: "authorId" }),
    award: Relation.hasOne(() => Award, { from: "id", to: "authorId" })
  })
  get shout() {
    return this.name.toUpperCase()
  }
}

export class Profile extends Model.Class<Profile>("Profile")({
  authorId: Column.primaryKey(Column.references(Schema.Int, () => Author, "id")),
  text: Schema.String
}, { table: "house_profiles" }) {}

export class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  authorId: Column.references(Schema.Int, () => Author, "id"),
  publisherId: Column.references(Schema.NullOr(Schema.String), () => Publisher, "id"),
  title: Column.unique(Schema.NonEmptyString),
  pages: Column.withDefault(Schema.Int, 100)
}, { table: "house_books" }) {
  static readonly relations = () => ({
    author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" }),
    publisher: Relation.belongsTo(() => Publisher, { from: "publisherId", to: "id" }),
    chapters: Relation.hasMany(() => Chapter, { from: "id", to: "bookId" }),
    tags: Relation.manyToMany(() => Tag, {
      through: () => BookTag,
      from: "id",
      throughFrom: "bookId",
      throughTo: "tag",
      to: "name"
    })
  })
}

/** Told by its book and its number. */
export class Chapter extends Model.Class<Chapter>("Chapter")({
  bookId: Column.primaryKey(Column.references(Schema.Int, () => Book, "id")),
  number: Column.primaryKey(Schema.Int),
  title: Schema.NonEmptyString
}, { table: "house_chapters" }) {
  static readonly relations = () => ({
    notes: Relation.hasMany(() => Note, { from: ["bookId", "number"], to: ["book", "chapter"] })
  })
}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.String),
  book: Schema.NullOr(Schema.Int),
  chapter: Schema.NullOr(Schema.Int),
  text: Schema.String
}, {
  table: "house_notes",
  references: [Reference.to(["book", "chapter"], () => Chapter, ["bookId", "number"])]
}) {}

export class Tag extends Model.Class<Tag>("Tag")({
  name: Column.primaryKey(Schema.String),
  color: Column.withDefault(Schema.String, "grey")
}, { table: "house_tags" }) {
  static readonly relations = () => ({
    books: Relation.manyToMany(() => Book, {
      through: () => BookTag,
      from: "name",
      throughFrom: "tag",
      throughTo: "bookId",
      to: "id"
    })
  })
}

export class BookTag extends Model.Class<BookTag>("BookTag")({
  id: Column.serial(Schema.Int),
  bookId: Column.references(Schema.Int, () => Book, "id"),
  tag: Column.references(Schema.String, () => Tag, "name")
}, { table: "house_book_tags", indexes: [Index.unique("bookId", "tag")] }) {}

export class Publisher extends Model.Class<Publisher>("Publisher")({
  id: Column.primaryKey(Schema.String),
  city: Schema.String
}, { table: "house_publishers" }) {}

/** Belongs to an author, or to none. */
export class Draft extends Model.Class<Draft>("Draft")({
  id: Column.primaryKey(Schema.Int),
  authorId: Column.references(Schema.OptionFromNullOr(Schema.Int), () => Author, "id"),
  text: Schema.String
}, { table: "house_drafts" }) {}

/** The one that an author has, or nobody; it counts its changes. */
class Award extends Model.Class<Award>("Award")({
  id: Column.primaryKey(Schema.Int),
  authorId: Column.unique(Column.references(Schema.NullOr(Schema.Int), () => Author, "id")),
  name: Schema.String,
  ...Mixin.version
}, { table: "house_awards" }) {}

/** Has others below it. */
export class Folder extends Model.Class<Folder>("Folder")({
  id: Column.primaryKey(Schema.Int),
  parentId: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Folder, "id"),
  name: Schema.String
}, { table: "house_folders" }) {
  static readonly relations = () => ({
    parent: Relation.belongsTo(() => Folder, { from: "parentId", to: "id" }),
    folders: Relation.hasMany(() => Folder, { from: "id", to: "parentId" })
  })
}

/** Is hidden where it is deleted, and so are its items. */
export class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  ...Mixin.softDelete
}, { table: "house_shelves" }) {
  static readonly relations = () => ({
    items: Relation.hasMany(() => Item, { from: "id", to: "shelfId" })
  })
}

class Item extends Model.Class<Item>("Item")({
  id: Column.primaryKey(Schema.Int),
  shelfId: Column.references(Schema.Int, () => Shelf, "id"),
  ...Mixin.softDelete
}, { table: "house_items" }) {}

export const house = [Publisher, Author, Profile, Book, Chapter, Note, Tag, BookTag, Draft, Award, Folder, Shelf, Item]
