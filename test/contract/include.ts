/**
 * Related rows come with the rows that they belong to: whole, in one query more for each relation.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Relation, Repository, Session } from "andamios-orm"
import { expectStatements, TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Author, Biography, Book, Chapter, day, decimal, Note, precise, Tag, withBookshop } from "./bookshop.ts"
import type { Database } from "./Subject.ts"

/** Rows whose key is an option, and which may name what is not there. */
class Parcel extends Model.Class<Parcel>("Parcel")({
  id: Column.primaryKey(Schema.Int),
  box: Schema.OptionFromNullOr(Schema.String),
  sender: Schema.Int
}, { table: "include_parcels" }) {
  static readonly relations = () => ({
    inside: Relation.belongsTo(() => Box, { from: "box", to: "code" }),
    boxes: Relation.hasMany(() => Box, { from: "box", to: "code" }),
    person: Relation.belongsTo(() => Author, { from: "sender", to: "id" }),
    anybody: Relation.belongsTo(() => Author, { from: "sender", to: "id", optional: true })
  })
}

class Box extends Model.Class<Box>("Box")({ code: Column.primaryKey(Schema.String), size: Schema.Int }, {
  table: "include_boxes"
}) {}

const same = <const Field extends string>(field: Field) => ({ from: field, to: field })

/** A key of every type that databases compare. */
class Kind extends Model.Class<Kind>("Kind")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  short: Column.char(2),
  tiny: Column.uint8,
  whole: Column.uint32,
  big: Column.int64,
  huge: Column.int128,
  float: Column.double,
  money: Column.decimal({ precision: 12, scale: 2 }),
  flag: Schema.Boolean,
  label: Schema.Literals(["a", "b"]),
  badge: Column.uuid,
  bytes: Column.blob,
  on: Column.date,
  at: Column.timestamp,
  zoned: Column.timestamptz,
  plain: Schema.Date,
  clock: Column.time
}, { table: "include_kinds" }) {
  static readonly relations = () => ({
    byText: Relation.hasMany(() => Kind, same("text")),
    byShort: Relation.hasMany(() => Kind, same("short")),
    byTiny: Relation.hasMany(() => Kind, { from: "tiny", to: "whole" }),
    byBig: Relation.hasMany(() => Kind, same("big")),
    byHuge: Relation.hasMany(() => Kind, same("huge")),
    byFloat: Relation.hasMany(() => Kind, same("float")),
    byMoney: Relation.hasMany(() => Kind, same("money")),
    byFlag: Relation.hasMany(() => Kind, same("flag")),
    byLabel: Relation.hasMany(() => Kind, same("label")),
    byBadge: Relation.hasMany(() => Kind, same("badge")),
    byBytes: Relation.hasMany(() => Kind, same("bytes")),
    byDay: Relation.hasMany(() => Kind, same("on")),
    byInstant: Relation.hasMany(() => Kind, same("at")),
    byZoned: Relation.hasMany(() => Kind, same("zoned")),
    byPlain: Relation.hasMany(() => Kind, same("plain")),
    byClock: Relation.hasMany(() => Kind, same("clock"))
  })
}

const kind = (id: number, digit: number): Model.Insert<typeof Kind> => ({
  id,
  text: `O'Hara ${digit} \\ {,} 👩‍🔬`,
  short: `é${digit}`,
  tiny: digit,
  whole: digit,
  big: precise + BigInt(digit),
  huge: 2n ** 100n + BigInt(digit),
  float: digit / 10,
  money: decimal(`12.5${digit}`),
  flag: digit === 1,
  label: digit === 1 ? "a" : "b",
  badge: `${String(digit).repeat(8)}-0000-4000-8000-000000000000`,
  bytes: Uint8Array.of(0, 255, digit),
  on: day(`1969-12-0${digit}`),
  at: day(`1969-12-31T23:59:59.00${digit}Z`),
  zoned: day(`2024-02-29T23:59:59.00${digit}Z`),
  plain: new Date(`2024-02-29T23:59:59.00${digit}Z`),
  clock: `23:59:59.00000${digit}`
})

export const include = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withBookshop(database), [Parcel, Box, Kind]), { timeout: "60 seconds" })(
    `${name}: include`,
    (it) => {
      const authors = Query.from(Author).orderBy((author) => author.id.asc())
      const books = Query.from(Book).orderBy((book) => book.id.asc())
      const ids = <A extends { readonly id: unknown }>(rows: ReadonlyArray<A>) => rows.map(({ id }) => id)

      it.effect("come with the rows of each page", () =>
        Effect.gen(function*() {
          const byName = Query.from(Author).orderBy((author) => author.name.desc())
            .include({ books: { orderBy: (book) => book.id.asc() } })
          const all = yield* byName.all
          const { next, rows } = yield* Query.page(byName, { size: 2 })
          const rest = yield* Query.page(byName, { size: all.length, after: Option.getOrUndefined(next) })
          assert.deepStrictEqual([...rows, ...rest.rows], all)
          assert.instanceOf(rows[0], Author)
          assert.isTrue(rows.every((author) => Array.isArray(author.books)))
          assert.deepStrictEqual(yield* Query.numberedPage(byName, { number: 2, size: 2 }), {
            rows: all.slice(2, 4),
            number: 2,
            pages: Math.ceil(all.length / 2),
            total: all.length
          })
        }))

      it.effect("gives the rows that name each row, in two statements", () =>
        Effect.gen(function*() {
          const found = yield* authors.include({ books: { orderBy: (book) => book.id.asc() } }).all.pipe(
            expectStatements(2)
          )
          assert.deepStrictEqual(found.map(({ books: own, id }) => [id, ids(own)]), [
            [1, [1, 2, 3]],
            [2, [4, 5]],
            [3, []],
            [
              4,
              []
            ]
          ])
        }))

      it.effect("gives instances of their classes, which have their getters", () =>
        Effect.gen(function*() {
          const [ada] = yield* authors.include({ books: true, biography: true })
          assert.instanceOf(ada, Author)
          assert.strictEqual(ada?.shout, "ADA")
          assert.isTrue(ada?.books.every((book) => book instanceof Book))
          assert.instanceOf(ada?.biography, Biography)
          assert.deepStrictEqual(Object.keys(ada ?? {}), ["id", "name", "mentorId", "books", "biography"])
        }))

      it.effect("gives the one row that each row names, and null where it names none", () =>
        Effect.gen(function*() {
          const found = yield* books.include({ author: true }).all.pipe(expectStatements(2))
          assert.deepStrictEqual(found.map(({ author }) => author?.name ?? null), [
            "Ada",
            "Ada",
            "Ada",
            "Blaise",
            "Blaise",
            null
          ])
          const mentored = yield* authors.include({ mentor: true, pupils: { orderBy: (pupil) => pupil.id.asc() } })
          assert.deepStrictEqual(
            mentored.map(({ mentor, name: own, pupils }) => [own, mentor?.name ?? null, ids(pupils)]),
            [["Ada", null, [2, 3]], ["Blaise", "Ada", [4]], ["Cyd", "Ada", []], ["Dora", "Blaise", []]]
          )
          const lives = yield* authors.include({ biography: true })
          assert.deepStrictEqual(lives.map(({ biography }) => biography?.text ?? null), ["Born", null, null, "Lived"])
        }))

      it.effect("goes over the model between, in both directions", () =>
        Effect.gen(function*() {
          const found = yield* books.include({ tags: { orderBy: (tag) => tag.id.asc() } }).all.pipe(expectStatements(2))
          assert.deepStrictEqual(found.map(({ tags }) => ids(tags)), [
            ["maths"],
            ["nature"],
            ["art", "nature"],
            ["nature"],
            [],
            [
              "art"
            ]
          ])
          const tags = yield* Query.from(Tag).orderBy((tag) => tag.id.asc())
            .include({ books: { orderBy: (book) => book.id.desc() } })
          assert.deepStrictEqual(tags.map(({ books: own }) => ids(own)), [[6, 3], [1], [4, 3, 2], []])
        }))

      it.effect("compares keys of several columns in all of them", () =>
        Effect.gen(function*() {
          const chapters = Query.from(Chapter).orderBy((chapter) => [chapter.bookId.asc(), chapter.code.asc()])
          const found = yield* chapters.include({
            notes: { orderBy: (note) => note.id.asc() },
            readers: { orderBy: (reader) => reader.id.asc() },
            book: true
          })
          assert.deepStrictEqual(
            found.map(({ book, bookId, code, notes, readers }) => [bookId, code, book.id, ids(notes), ids(readers)]),
            [[1, "a", 1, [1, 2], [2, 3]], [1, "b", 1, [], [2]], [2, "a", 2, [3], [1]], [4, "a", 4, [], []]]
          )
          const notes = yield* Query.from(Note).orderBy((note) => note.id.asc()).include({ chapterOf: true })
          assert.deepStrictEqual(notes.map(({ chapterOf }) => chapterOf?.code ?? null), ["a", "a", "a", null, null])
        }))

      it.effect("goes to any depth, with filters, order and limits of its own at each, in a statement for each relation", () =>
        Effect.gen(function*() {
          const query = authors.include({
            books: {
              where: (book) => book.pages.gt(60).and(book.tags.some()),
              orderBy: (book) => book.pages.desc(),
              limit: 2,
              include: {
                tags: {
                  orderBy: (tag) => tag.id.asc(),
                  include: { books: { where: (book) => book.pages.gt(300), orderBy: (book) => book.id.asc() } }
                },
                chapters: { orderBy: (chapter) => chapter.code.asc(), offset: 1 }
              }
            }
          })
          const found = yield* query.all.pipe(expectStatements(5))
          assert.deepStrictEqual(
            found.map((author) =>
              author.books.map((book) => [
                book.id,
                book.tags.map((tag) => [tag.id, ids(tag.books)]),
                book.chapters.map(({ code }) => code)
              ])
            ),
            [
              [[2, [["nature", [2, 4]]], []], [3, [["art", [6]], ["nature", [2, 4]]], []]],
              [[4, [["nature", [2, 4]]], []]],
              [],
              []
            ]
          )
        }))

      it.effect("limits and skips related rows for each row by itself", () =>
        Effect.gen(function*() {
          const byPages = (limits: { readonly limit?: number; readonly offset?: number }) =>
            Effect.map(
              authors.include({ books: { orderBy: (book) => book.pages.asc(), ...limits } }).all,
              (found) => found.map(({ books: own }) => ids(own))
            )
          assert.deepStrictEqual(yield* byPages({ limit: 1 }), [[1], [5], [], []])
          assert.deepStrictEqual(yield* byPages({ offset: 1 }), [[3, 2], [4], [], []])
          assert.deepStrictEqual(yield* byPages({ limit: 1, offset: 2 }), [[2], [], [], []])
          assert.deepStrictEqual(yield* byPages({ limit: 0 }), [[], [], [], []])
          const refused = yield* Effect.flip(byPages({ limit: -1 }))
          assert.instanceOf(refused, OrmError.Unsupported)
          assert.instanceOf(yield* Effect.flip(byPages({ limit: 2, offset: 0.5 })), OrmError.Unsupported)
        }))

      it.effect("keeps every digit at every depth", () =>
        Effect.gen(function*() {
          const found = yield* authors.where((author) => author.id.eq(1)).include({
            books: {
              orderBy: (book) => book.id.asc(),
              limit: 1,
              include: {
                tags: true,
                chapters: {
                  where: (chapter) => chapter.code.eq("a"),
                  include: { notes: { orderBy: (note) => note.id.asc() } }
                }
              }
            }
          }).one
          const [book] = found.books
          assert.strictEqual(book?.sold, precise + 1n)
          assert.deepStrictEqual(book?.price, BigDecimal.make(10_001n, 4))
          assert.deepStrictEqual(book?.published, day("1901-02-03"))
          assert.deepStrictEqual(book?.tags[0]?.since, day("2020-01-02T03:04:05.678Z"))
          assert.strictEqual(book?.chapters[0]?.words, precise)
          assert.deepStrictEqual(
            book?.chapters[0]?.notes.map(({ amount }) => amount),
            [decimal("1.10"), decimal("2.20")].map((
              { scale: _, value }
            ) => BigDecimal.make(value * (value < 100n ? 10n : 1n), 2))
          )
        }))

      it.effect("gives selected values of related rows, and values beside theirs", () =>
        Effect.gen(function*() {
          const found = yield* authors.limit(2).include({
            books: {
              orderBy: (book) => book.id.asc(),
              select: (book) => ({ title: book.title, chapters: book.chapters.count() }),
              include: { tags: { select: (tag) => ({ id: tag.id }), orderBy: (tag) => tag.id.asc() } }
            },
            pupils: { with: (pupil) => ({ works: pupil.books.count() }), orderBy: (pupil) => pupil.id.asc() }
          })
          assert.deepStrictEqual(found.map((author) => author.books), [
            [
              { title: "Algebra", chapters: 2, tags: [{ id: "maths" }] },
              { title: "Bees", chapters: 1, tags: [{ id: "nature" }] },
              { title: "Clouds", chapters: 0, tags: [{ id: "art" }, { id: "nature" }] }
            ],
            [
              { title: "Dust", chapters: 1, tags: [{ id: "nature" }] },
              { title: "Echo", chapters: 0, tags: [] }
            ]
          ])
          assert.deepStrictEqual(found.map((author) => author.pupils.map(({ shout, works }) => [shout, works])), [
            [["BLAISE", 2], ["CYD", 0]],
            [["DORA", 0]]
          ])
        }))

      it.effect("adds values to rows, together with what is related", () =>
        Effect.gen(function*() {
          const found = yield* authors.with((author) => ({ works: author.books.count() })).include({ biography: true })
            .with((author) => ({ pupilsToo: author.pupils.count() })).where((author) => author.books.some()).all
            .pipe(expectStatements(2))
          assert.deepStrictEqual(
            found.map(({ biography, pupilsToo, shout, works }) => [shout, works, pupilsToo, biography?.id ?? null]),
            [["ADA", 3, 2, 1], ["BLAISE", 2, 1, null]]
          )
        }))

      it.effect("ends as every query does", () =>
        Effect.gen(function*() {
          const all = authors.include({ books: true }).include({ pupils: true })
          assert.deepStrictEqual(ids(yield* all.where((author) => author.books.some()).limit(1).offset(1)), [2])
          assert.deepStrictEqual(
            ids(yield* Query.from(Author).include({ books: true }).orderBy((author) => author.id.desc())),
            [
              4,
              3,
              2,
              1
            ]
          )
          const first = yield* all.first
          assert.deepStrictEqual(
            Option.map(first, ({ books: own, pupils }) => [own.length, pupils.length]),
            Option.some([3, 2])
          )
          assert.deepStrictEqual(yield* all.where((author) => author.id.lt(0)).first, Option.none())
          const one = yield* all.where((author) => author.id.eq(2)).one
          assert.deepStrictEqual([one.books.length, one.pupils.length], [2, 1])
          assert.instanceOf(yield* Effect.flip(all.where((author) => author.id.lt(0)).one), OrmError.NotFound)
          assert.instanceOf(yield* Effect.flip(all.one), OrmError.MultipleFound)
          assert.strictEqual(yield* all.count, 4)
          assert.isTrue(yield* all.exists)
          assert.include((yield* all.toSql).sql, "shop_authors")
          const streamed = yield* Stream.runCollect(all.stream)
          assert.deepStrictEqual(streamed.map(({ books: own }) => own.length), [3, 2, 0, 0])
        }))

      it.effect("asks nothing more where there are no rows, or none that names another", () =>
        Effect.gen(function*() {
          const none = authors.where((author) => author.id.lt(0)).include({
            books: { include: { tags: true } },
            mentor: true
          })
          assert.deepStrictEqual(yield* none.all.pipe(expectStatements(1)), [])
          const alone = yield* authors.where((author) => author.mentorId.isNull())
            .include({ mentor: { include: { books: true } } }).all.pipe(expectStatements(1))
          assert.deepStrictEqual(alone.map(({ mentor }) => mentor), [null])
        }))

      it.effect("leaves out a row that the condition doesn't hold for", () =>
        Effect.gen(function*() {
          const found = yield* books.include({ author: { where: (author) => author.name.eq("Ada") } })
          assert.deepStrictEqual(found.map(({ author }) => author?.id ?? null), [1, 1, 1, null, null, null])
        }))

      it.effect("takes a key that its schema transforms, and tells of a row that should be there and is not", () =>
        Effect.gen(function*() {
          const boxes = yield* Repository.make(Box)
          const parcels = yield* Repository.make(Parcel)
          if (!(yield* Query.from(Parcel).exists)) {
            yield* boxes.insertMany([{ code: "x", size: 1 }, { code: "y", size: 2 }])
            yield* parcels.insertMany([
              { id: 1, box: Option.some("y"), sender: 1 },
              { id: 2, box: Option.none(), sender: 1 },
              { id: 3, box: Option.some("y"), sender: 99 }
            ])
          }
          const all = Query.from(Parcel).orderBy((parcel) => parcel.id.asc())
          const found = yield* all.include({ inside: true, boxes: true, anybody: true })
          assert.deepStrictEqual(
            found.map(({ anybody, boxes: own, inside }) => [inside?.size ?? null, own.length, anybody?.name ?? null]),
            [[2, 1, "Ada"], [null, 0, "Ada"], [2, 1, null]]
          )
          const lost = yield* Effect.flip(all.include({ person: true }).all)
          assert.instanceOf(lost, OrmError.Undecodable)
          assert.strictEqual(
            lost.message,
            "Column sender of row id = 3 holds a value that its model can't: there is no Author that it names, or it is hidden; " +
              "where that may be, declare person as a Relation.belongsTo that is optional. Correct the row, or widen the " +
              "column's schema."
          )
          const asked = yield* all.include({ person: { where: (author) => author.id.gt(0) } })
          assert.deepStrictEqual(asked.map(({ person }) => person?.id ?? null), [1, 1, null])
        }))

      it.effect("takes keys of every type that databases compare", () =>
        Effect.gen(function*() {
          const repository = yield* Repository.make(Kind)
          yield* repository.upsertMany([kind(1, 1), kind(2, 2), kind(3, 1)])
          const order = { orderBy: (row: Query.Scope<typeof Kind>) => row.id.asc() }
          const found = yield* Query.from(Kind).orderBy((row) => row.id.asc()).include({
            byText: order,
            byShort: order,
            byTiny: order,
            byBig: order,
            byHuge: order,
            byFloat: order,
            byMoney: order,
            byFlag: order,
            byLabel: order,
            byBadge: order,
            byBytes: order,
            byDay: order,
            byInstant: order,
            byZoned: order,
            byPlain: order,
            byClock: order
          })
          assert.deepStrictEqual(
            found.map((row) => Object.values(row).flatMap((rows) => Array.isArray(rows) ? [ids<Kind>(rows)] : [])),
            [[1, 3], [2], [1, 3]].map((expected) => Object.keys(Kind.relations()).map(() => expected))
          )
        }))

      it.effect("loads 10,000 rows with all that is related to them in one statement for each relation", () =>
        Effect.gen(function*() {
          const boxes = yield* Repository.make(Box)
          const parcels = yield* Repository.make(Parcel)
          const loaded = Session.transaction(Effect.gen(function*() {
            yield* boxes.insertMany(Array.from({ length: 500 }, (_, index) => ({ code: `many ${index}`, size: index })))
            yield* parcels.insertMany(
              Array.from({ length: 10_000 }, (_, index) => ({
                id: index + 1_000,
                box: Option.some(`many ${index % 500}`),
                sender: index % 4 + 1
              }))
            )
            const many = Query.from(Parcel).where((parcel) => parcel.id.gte(1_000)).orderBy((parcel) => parcel.id.asc())
              .include({ inside: true, person: { include: { books: true } } })
            const found = yield* many.all.pipe(expectStatements(4))
            assert.lengthOf(found, 10_000)
            assert.isTrue(
              found.every(({ inside, person, sender }, index) =>
                inside?.size === index % 500 && person.id === sender &&
                person.books.every(({ authorId }) => authorId === sender)
              )
            )
            const streamed = yield* Stream.runCollect(many.stream)
            assert.deepStrictEqual(streamed.map(({ inside }) => inside?.size), found.map(({ inside }) => inside?.size))
            return yield* Effect.fail("undone" as const)
          }))
          assert.strictEqual(yield* Effect.flip(loaded), "undone")
        }))
    }
  )
