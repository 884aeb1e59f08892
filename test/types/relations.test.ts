/**
 * Related rows are typed by the relations that their models declare, and a relation that can't be doesn't compile.
 */
import { Column, Computed, Mixin, Model, type OrmError, Query, Relation, type Session } from "andamios-orm"
import type * as BigDecimal from "effect/BigDecimal"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { describe, expectTypeOf, it } from "vitest"

const AuthorId = Schema.String.pipe(Schema.brand("AuthorId"))

class Author extends Model.Class<Author>("Author")({
  id: Column.id(AuthorId),
  name: Schema.NonEmptyString,
  mentorId: Column.references(Schema.NullOr(AuthorId), (): Model.Any => Author, "id")
}, { table: "authors" }) {
  static readonly relations = () => ({
    books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }),
    mentor: Relation.belongsTo(() => Author, { from: "mentorId", to: "id" }),
    profile: Relation.hasOne(() => Profile, { from: "id", to: "authorId" })
  })
  get initials(): string {
    return this.name.slice(0, 1)
  }
}

class Profile extends Model.Class<Profile>("Profile")({
  authorId: Column.primaryKey(Column.references(AuthorId, () => Author, "id")),
  text: Schema.String
}, { table: "profiles" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  authorId: Column.references(AuthorId, () => Author, "id"),
  editorId: Column.references(Schema.OptionFromNullOr(AuthorId), () => Author, "id"),
  title: Schema.String,
  price: Column.decimal({ precision: 8, scale: 2 })
}, { table: "books" }) {
  static readonly relations = () => ({
    author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" }),
    hidden: Relation.belongsTo(() => Author, { from: "authorId", to: "id", optional: true }),
    editor: Relation.belongsTo(() => Author, { from: "editorId", to: "id" }),
    tags: Relation.manyToMany(() => Tag, {
      through: () => BookTag,
      from: "id",
      throughFrom: "bookId",
      throughTo: "tag",
      to: "name"
    }),
    pages: Relation.hasMany(() => Page, { from: ["id", "title"], to: ["book", "title"] })
  })
  static readonly computed = () =>
    Computed.of(Book, (book) => ({ twice: book.price.multiply(book.price), long: book.title.gt("m") }))
}

class Tag extends Model.Class<Tag>("Tag")({ name: Column.primaryKey(Schema.String) }, { table: "tags" }) {}
class BookTag
  extends Model.Class<BookTag>("BookTag")({ bookId: Schema.Int, tag: Schema.String }, { table: "book_tags" })
{}
class Page extends Model.Class<Page>("Page")({ book: Schema.Int, title: Schema.String }, { table: "pages" }) {}

class Tenant {
  declare readonly "~tenant": true
}

/** A field that asks every query of its model for a service. */
const owned = Object.assign(Schema.String.annotate({}), { "~andamios/services": new Tenant() })

class Secret extends Model.Class<Secret>("Secret")({
  authorId: Column.references(AuthorId, () => Author, "id"),
  bookId: Schema.Int,
  owner: owned
}, {
  table: "secrets"
}) {}
class Keeper extends Model.Class<Keeper>("Keeper")({ id: Column.id(AuthorId) }, { table: "keepers" }) {
  static readonly relations = () => ({
    secrets: Relation.hasMany(() => Secret, { from: "id", to: "authorId" }),
    books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }),
    works: Relation.manyToMany(() => Book, {
      through: () => Secret,
      from: "id",
      throughFrom: "authorId",
      throughTo: "bookId",
      to: "id"
    })
  })
}

/** The type of a query's rows. */
type RowOf<Q> = Q extends Query.Included<unknown, infer A, unknown> ? A : never

describe("related rows", () => {
  it("come as properties beside the row's own", () => {
    const authors = Query.from(Author).include({ books: true, profile: true, mentor: true })
    expectTypeOf<RowOf<typeof authors>>().toEqualTypeOf<
      Author & {
        readonly books: ReadonlyArray<Book>
        readonly profile: Profile | null
        readonly mentor: Author | null
      }
    >()
    expectTypeOf<RowOf<typeof authors>["initials"]>().toEqualTypeOf<string>()
  })

  it("are certain where the key that names them is never null, unless they are said to be optional", () => {
    const books = Query.from(Book).include({ author: true, hidden: true, editor: true })
    type Row = RowOf<typeof books>
    expectTypeOf<Row["author"]>().toEqualTypeOf<Author>()
    expectTypeOf<Row["hidden"]>().toEqualTypeOf<Author | null>()
    expectTypeOf<Row["editor"]>().toEqualTypeOf<Author | null>()
    const some = Query.from(Book).include({ author: { where: (author) => author.name.eq("Ada") } })
    expectTypeOf<RowOf<typeof some>["author"]>().toEqualTypeOf<Author | null>()
  })

  it("may be missing where they are deleted softly", () => {
    class Press extends Model.Class<Press>("Press")({ id: Column.primaryKey(Schema.Int), ...Mixin.softDelete }, {
      table: "presses"
    }) {}
    class Print extends Model.Class<Print>("Print")({ press: Schema.Int }, { table: "prints" }) {
      static readonly relations = () => ({ pressOf: Relation.belongsTo(() => Press, { from: "press", to: "id" }) })
    }
    const prints = Query.from(Print).include({ pressOf: { withDeleted: true } })
    expectTypeOf<RowOf<typeof prints>["pressOf"]>().toEqualTypeOf<Press | null>()
    expectTypeOf(() => {
      // @ts-expect-error Type 'true' is not assignable to type '"a Mixin.softDelete, which this model lacks"'
      Query.from(Author).include({ books: { withDeleted: true } })
    }).toBeFunction()
  })

  it("are nested to any depth, as whole rows or as selected values", () => {
    const authors = Query.from(Author).include({
      books: {
        where: (book) => book.author.is((author) => author.name.eq("Ada")).and(book.long),
        orderBy: (book) => [book.twice.desc(), book.tags.count().asc()],
        limit: 3,
        include: {
          tags: { select: (tag) => ({ label: tag.name }) },
          author: { with: (author) => ({ works: author.books.count() }), include: { profile: true } }
        }
      }
    })
    type Books = RowOf<typeof authors>["books"][number]
    expectTypeOf<Books["title"]>().toEqualTypeOf<string>()
    expectTypeOf<Books["tags"]>().toEqualTypeOf<ReadonlyArray<{ readonly label: string }>>()
    expectTypeOf<Books["author"]["works"]>().toEqualTypeOf<number>()
    expectTypeOf<Books["author"]["profile"]>().toEqualTypeOf<Profile | null>()
  })

  it("come with every end of a query", () => {
    const authors = Query.from(Author).include({ books: true }).where((author) => author.books.some()).limit(1)
    type Row = Author & { readonly books: ReadonlyArray<Book> }
    expectTypeOf(authors.all).toEqualTypeOf<Effect.Effect<ReadonlyArray<Row>, OrmError.ReadError, Session.Session>>()
    expectTypeOf(authors.first).toEqualTypeOf<Effect.Effect<Option.Option<Row>, OrmError.ReadError, Session.Session>>()
    expectTypeOf(authors.one).toEqualTypeOf<
      Effect.Effect<Row, OrmError.ReadError | OrmError.NotFound | OrmError.MultipleFound, Session.Session>
    >()
    expectTypeOf(authors.stream).toEqualTypeOf<Stream.Stream<Row, OrmError.StreamError, Session.Session>>()
  })

  it("read as records where they are shown", () => {
    const authors = Query.from(Author).include({ books: { select: (book) => ({ title: book.title }) } })
    const wrong = (row: RowOf<typeof authors>) => {
      // @ts-expect-error Type 'Author & { readonly books: readonly { readonly title: string; }[]; }' is not assignable to type 'null'
      const shown: null = row
      return shown
    }
    expectTypeOf(wrong).toBeFunction()
  })

  it("ask for the services of their models, at any depth", () => {
    const all = Query.from(Keeper).include({ secrets: true })
    expectTypeOf(all.all).toEqualTypeOf<
      Effect.Effect<
        ReadonlyArray<Keeper & { readonly secrets: ReadonlyArray<Secret> }>,
        OrmError.ReadError,
        Session.Session | Tenant
      >
    >()
    const some = Query.from(Keeper).where((keeper) => keeper.secrets.some())
    expectTypeOf(some.count).toEqualTypeOf<Effect.Effect<number, OrmError.ReadError, Session.Session | Tenant>>()
    const counted = Query.from(Keeper).with((keeper) => ({ secrets: keeper.secrets.count() }))
    expectTypeOf(counted.count).toEqualTypeOf<Effect.Effect<number, OrmError.ReadError, Session.Session | Tenant>>()
    const over = Query.from(Keeper).include({ works: true })
    expectTypeOf(over.count).toEqualTypeOf<Effect.Effect<number, OrmError.ReadError, Session.Session | Tenant>>()
    const plain = Query.from(Keeper).include({ books: true })
    expectTypeOf(plain.count).toEqualTypeOf<Effect.Effect<number, OrmError.ReadError, Session.Session>>()
  })
})

describe("values beside a row's own", () => {
  it("are typed as they are when they are selected", () => {
    const books = Query.from(Book).with((book) => ({ tags: book.tags.count(), twice: book.twice }))
    expectTypeOf<RowOf<typeof books>>().toExtend<Book>()
    expectTypeOf<RowOf<typeof books>["tags"]>().toEqualTypeOf<number>()
    expectTypeOf<RowOf<typeof books>["twice"]>().toEqualTypeOf<BigDecimal.BigDecimal>()
  })
})

describe("what is made of related rows", () => {
  it("may be null where there are none", () => {
    const made = Query.from(Author).select((author) => ({
      works: author.books.count(),
      dearest: author.books.aggregate((book) => Query.max(book.price)),
      mentor: author.mentor.value((mentor) => mentor.id)
    }))
    expectTypeOf<Effect.Success<typeof made.all>>().toEqualTypeOf<
      ReadonlyArray<{
        readonly works: number
        readonly dearest: BigDecimal.BigDecimal | null
        readonly mentor: typeof AuthorId.Type | null
      }>
    >()
  })
})

describe("a computed column", () => {
  it("may be null where its source may be missing, and is no stored one", () => {
    const joined = Query.from(Author, "author")
      .leftJoin(Book, "book", ({ author, book }) => book.authorId.eq(author.id))
      .select(({ book }) => ({ twice: book.twice }))
    expectTypeOf<Effect.Success<typeof joined.all>>().toEqualTypeOf<
      ReadonlyArray<{ readonly twice: BigDecimal.BigDecimal | null }>
    >()
    expectTypeOf<keyof Effect.Success<ReturnType<typeof columns>>>().toEqualTypeOf<
      "id" | "authorId" | "editorId" | "title" | "price"
    >()
    const columns = () => Query.from(Book).columns
  })
})

/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- what doesn't compile has no type */
describe("what doesn't compile", () => {
  it("a field that the model hasn't", () => {
    class Bad extends Model.Class<Bad>("Bad")({ id: Column.id(AuthorId), name: Schema.String }, { table: "bad" }) {
      static readonly relations = () => ({
        from: Relation.hasMany(() => Book, { from: "idd", to: "authorId" }),
        // @ts-expect-error Type '"authoId"' is not assignable to type 'Field<typeof Book>'. Did you mean '"authorId"'?
        to: Relation.hasMany(() => Book, { from: "id", to: "authoId" }),
        // @ts-expect-error Type '["book"]' is not assignable to type 'readonly [Field<typeof Page>, Field<typeof Page>]'. Source has 1 element(s) but target requires 2.
        few: Relation.hasMany(() => Page, { from: ["id", "name"], to: ["book"] }),
        through: Relation.manyToMany(() => Tag, {
          through: () => BookTag,
          from: "id",
          // @ts-expect-error Type '"boookId"' is not assignable to type 'Field<typeof BookTag>'. Did you mean '"bookId"'?
          throughFrom: "boookId",
          throughTo: "tag",
          to: "name"
        })
      })
    }
    expectTypeOf(() => {
      // @ts-expect-error Type 'true' is not assignable to type '"The relation goes by idd, which is no field of the model"'
      Query.from(Bad).include({ from: true })
      // @ts-expect-error Property 'some' does not exist on type '"The relation goes by idd, which is no field of the model"'
      Query.from(Bad).where((bad) => bad.from.some())
    }).toBeFunction()
  })

  it("fields with values of different types, and a name that is taken", () => {
    class Bad extends Model.Class<Bad>("Bad")({ id: Schema.Int, name: Schema.String }, { table: "bad" }) {
      static readonly relations = () => ({
        books: Relation.hasMany(() => Book, { from: "name", to: "authorId" }),
        name: Relation.hasMany(() => Tag, { from: "name", to: "name" }),
        tags: Relation.manyToMany(() => Tag, {
          through: () => BookTag,
          from: "id",
          throughFrom: "bookId",
          throughTo: "bookId",
          to: "name"
        })
      })
    }
    expectTypeOf(() => {
      // @ts-expect-error Property 'some' does not exist on type '"The field name and the one that it is compared to have values of different types"'
      Query.from(Bad).where((bad) => bad.books.some())
      // @ts-expect-error Property 'some' does not exist on type 'TextExpression<string, "of each row"> & "The model has a field of this name"'
      Query.from(Bad).where((bad) => bad.name.some())
      // @ts-expect-error Property 'some' does not exist on type '"The field bookId and the one that it is compared to have values of different types"'
      Query.from(Bad).where((bad) => bad.tags.some())
    }).toBeFunction()
  })

  it("a relation or an option that there isn't, at any depth", () => {
    expectTypeOf(() => {
      // @ts-expect-error Object literal may only specify known properties, but 'bokks' does not exist in type '{ readonly books?: …'. Did you mean to write 'books'?
      Query.from(Author).include({ bokks: true })
      // @ts-expect-error Type 'boolean' is not assignable to type 'NoSuchRelation'
      Query.from(Author).include({ books: true, bokks: true })
      // @ts-expect-error Type 'number' is not assignable to type 'NoSuchOption'
      Query.from(Author).include({ books: { limit: 1, limt: 1 } })
      // @ts-expect-error Object literal may only specify known properties, but 'limt' does not exist in type 'ManyOptions<typeof Book>'. Did you mean to write 'limit'?
      Query.from(Author).include({ books: { limt: 1 } })
      // @ts-expect-error Object literal may only specify known properties, and 'limit' does not exist in type 'OneOptions<typeof Author>'
      Query.from(Author).include({ mentor: { limit: 1 } })
      // @ts-expect-error Object literal may only specify known properties, and 'tgas' does not exist in type '{ readonly author?: …'
      Query.from(Author).include({ books: { include: { tgas: true } } })
      // @ts-expect-error Type 'false' is not assignable to type 'true | ManyOptions<typeof Book>'
      Query.from(Author).include({ books: false })
      // @ts-expect-error Argument of type '{ books: boolean; }' is not assignable to parameter of type '"There are no relations here: a model declares them, and includes them before it is joined with others"'
      Query.from(Page).include({ books: true })
      const joined = Query.from(Author, "author").join(Book, "book", ({ author, book }) => book.authorId.eq(author.id))
      // @ts-expect-error Argument of type '{ books: boolean; }' is not assignable to parameter of type '"There are no relations here: …
      joined.include({ books: true })
    }).toBeFunction()
  })

  it("a condition on a related row with an unknown column, or a value of another type", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'titel' does not exist on type 'Scope<typeof Book>'. Did you mean 'title'?
      Query.from(Author).where((author) => author.books.some((book) => book.titel.eq("Faust")))
      // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<string, never>'
      Query.from(Author).include({ books: { where: (book) => book.title.eq(1) } })
      // @ts-expect-error Property 'is' does not exist on type 'Many<typeof Book, never>'
      Query.from(Author).where((author) => author.books.is())
      // @ts-expect-error Property 'some' does not exist on type 'One<typeof Author, null, never>'
      Query.from(Author).where((author) => author.mentor.some())
    }).toBeFunction()
  })

  it("aggregates of all rows beside those of each", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'TextExpression<string, "of each row">' is not assignable to type 'Expression<unknown, "of a group">'
      Query.from(Author).where((author) => author.books.aggregate((book) => book.title).eq("Faust"))
      // @ts-expect-error Type 'Count' is not assignable to type 'Expression<unknown, RowStage>'
      Query.from(Author).with(() => ({ all: Query.count() }))
      // @ts-expect-error a number of related rows is a value of each row
      Query.from(Author).groupBy((author) => ({ name: author.name })).select((author) => ({ n: author.books.count() }))
    }).toBeFunction()
  })

  it("a computed column of an unknown field, or with a field's name", () => {
    class Bad extends Model.Class<Bad>("Bad")({ id: Schema.Int, name: Schema.String }, { table: "bad" }) {
      static readonly computed = () =>
        Computed.of(Bad, (bad) => ({
          // @ts-expect-error Property 'nmae' does not exist on type 'Columns<typeof Bad>'. Did you mean 'name'?
          wrong: bad.nmae.isNull()
        }))
    }
    expectTypeOf(() => {
      // @ts-expect-error Type 'NumberExpression<…>' is not assignable to type '"The model has a field of this name"'
      Computed.of(Bad, (bad) => ({ id: bad.id.add(1) }))
    }).toBeFunction()
  })
})
