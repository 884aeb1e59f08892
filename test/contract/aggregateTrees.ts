/**
 * A whole tree is saved as it is given, and deleted with all that belongs to it.
 */
import { assert, layer } from "@effect/vitest"
import { Aggregate, Repository, Session } from "andamios-orm"
import { Statements, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import { SqlClient } from "effect/sql"
import { fieldsOf } from "./fieldsOf.ts"
import { Author, Book, Folder, house, Publisher, Shelf, Tag } from "./publisher.ts"
import type { Database, Facts } from "./Subject.ts"

const whole = {
  books: { chapters: { notes: true }, tags: true, publisher: true },
  profile: true,
  drafts: true
} as const

const isWrite = ({ kind }: Statements.Statement) => ["insert", "update", "delete", "merge"].includes(kind)

/** `together` says whether the database deletes rows in the transaction in which those that refer to them are deleted. */
export const aggregateTrees = (name: string, database: Database, { freesRows: together }: Facts) =>
  layer(TestDatabase.layerOn(database, house), { timeout: "60 seconds" })(`${name}: whole aggregates`, (it) => {
    const library = Effect.fnUntraced(function*(number: number) {
      const authors = yield* Aggregate.make(Author, whole)
      const ada = yield* authors.create({
        name: "Ada",
        books: {
          create: [
            {
              title: `one ${number}`,
              publisher: { create: { id: `press ${number}`, city: "Rome" } },
              chapters: {
                create: [
                  { number: 1, title: "I", notes: { create: [{ id: `n${number}`, text: "note" }] } },
                  { number: 2, title: "II" }
                ]
              },
              tags: { create: [{ name: `a ${number}` }, { name: `b ${number}` }] }
            },
            { title: `two ${number}`, chapters: { create: [{ number: 1, title: "1" }] } }
          ]
        },
        profile: { create: { text: "Countess" } },
        drafts: { create: [{ id: number * 10, text: "unfinished" }] }
      })
      const [one, two] = ada.books
      if (one === undefined || two === undefined) return assert.fail("two books were created")
      return { authors, ada, one, two }
    })

    /** How many rows there are of an author, at every distance. */
    const counted = Effect.fnUntraced(function*(id: number) {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql`SELECT
        CAST((SELECT count(*) FROM house_books WHERE "authorId" = ${id}) AS INT) AS books,
        CAST((SELECT count(*) FROM house_chapters c JOIN house_books b ON c."bookId" = b.id WHERE b."authorId" = ${id}) AS INT) AS chapters,
        CAST((SELECT count(*) FROM house_book_tags c JOIN house_books b ON c."bookId" = b.id WHERE b."authorId" = ${id}) AS INT) AS pairs,
        CAST((SELECT count(*) FROM house_profiles WHERE "authorId" = ${id}) AS INT) AS profiles,
        CAST((SELECT count(*) FROM house_drafts WHERE "authorId" = ${id}) AS INT) AS drafts`
      return row
    })

    it.effect("stay as they are where nothing is different", () =>
      Effect.gen(function*() {
        const { ada, authors } = yield* library(101)
        const [same, statements] = yield* Statements.sent(authors.save(ada))
        assert.deepStrictEqual(fieldsOf(same), Struct.assign(ada, { version: ada.version + 1 }))
        assert.lengthOf(statements.filter(isWrite), 1, "the version alone is written")
        assert.isAtMost(statements.filter(({ kind }) => kind === "select").length, 2 * 8 + 2)
      }))

    it.effect("are inserted, changed and deleted row by row, by one statement for each", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { ada, authors, one, two } = yield* library(102)
        const tags = yield* Repository.make(Tag)
        yield* tags.insert({ name: "c 102" })
        const [first] = one.chapters.toSorted((a, b) => a.number - b.number)
        if (first === undefined || ada.profile === null) return assert.fail("they were created")
        const saved = yield* authors.save(
          Struct.assign(ada, {
            name: "Ada King",
            profile: Struct.assign(ada.profile, { text: "Countess of Lovelace" }),
            drafts: [{ id: 1021, text: "new" }],
            books: [
              Struct.assign(one, {
                pages: 5,
                publisher: { id: "press 102", city: "Paris" },
                chapters: [Struct.assign(first, { title: "first", notes: [] }), {
                  number: 3,
                  title: "III",
                  notes: [{ id: "m102", text: "new" }]
                }],
                tags: [{ name: "a 102", color: "red" }, { name: "c 102" }, { name: "d 102" }]
              }),
              Struct.assign(two, { publisher: null }),
              {
                title: "three 102",
                publisher: { id: "press 102", city: "Paris" },
                chapters: [],
                tags: [{ name: "d 102" }]
              }
            ]
          })
        )
        assert.deepStrictEqual(yield* authors.get(ada.id), saved)
        assert.strictEqual(saved.name, "Ada King")
        assert.strictEqual(saved.profile?.text, "Countess of Lovelace")
        assert.deepStrictEqual(yield* counted(ada.id), { books: 3, chapters: 3, pairs: 4, profiles: 1, drafts: 1 })
        assert.deepStrictEqual(
          yield* sql`SELECT b.title, p.city FROM house_books b JOIN house_publishers p ON p.id = b."publisherId" WHERE b."authorId" = ${ada.id} ORDER BY 1`,
          [{ title: "one 102", city: "Paris" }, { title: "three 102", city: "Paris" }]
        )
        assert.deepStrictEqual(
          yield* sql`SELECT name, color FROM house_tags WHERE name LIKE '% 102' ORDER BY 1`,
          [{ name: "a 102", color: "red" }, { name: "b 102", color: "grey" }, { name: "c 102", color: "grey" }, {
            name: "d 102",
            color: "grey"
          }]
        )
        assert.deepStrictEqual(
          yield* sql`SELECT id, text FROM house_notes WHERE book = ${one.id}`,
          [{ id: "m102", text: "new" }]
        )
      }))

    it.effect("lose rows with all that belongs to these", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { ada, authors, two } = yield* library(103)
        const saved = yield* authors.save(Struct.assign(ada, { books: [two], profile: null }))
        assert.deepStrictEqual(saved.books.map(({ title }) => title), ["two 103"])
        assert.deepStrictEqual(yield* counted(ada.id), { books: 1, chapters: 1, pairs: 0, profiles: 0, drafts: 1 })
        assert.deepStrictEqual(yield* sql`SELECT id FROM house_notes WHERE id = 'n103'`, [])
        assert.deepStrictEqual((yield* sql`SELECT name FROM house_tags WHERE name LIKE '% 103'`).length, 2)
        yield* authors.update({ id: ada.id, version: saved.version, books: { delete: [two.id] } })
        assert.deepStrictEqual(yield* counted(ada.id), { books: 0, chapters: 0, pairs: 0, profiles: 0, drafts: 1 })
      }))

    it.effect("give rows to one another", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { ada, authors, one, two } = yield* library(104)
        const chapters = [...one.chapters.filter((chapter) => chapter.number === 2), ...two.chapters]
        const saved = yield* authors.save(Struct.assign(ada, { books: [Struct.assign(two, { chapters })] }))
        assert.deepStrictEqual(saved.books.flatMap((book) => book.chapters.map(({ title }) => title)).toSorted(), [
          "1",
          "II"
        ])
        assert.deepStrictEqual(
          yield* sql`SELECT title FROM house_chapters WHERE "bookId" = ${two.id} ORDER BY 1`,
          [{ title: "1" }, { title: "II" }]
        )
        const folders = yield* Aggregate.make(Folder, { folders: { folders: true } })
        const root = yield* folders.create({
          id: 40,
          parentId: null,
          name: "root",
          folders: {
            create: [{ id: 41, name: "a", folders: { create: [{ id: 43, name: "x" }] } }, { id: 42, name: "b" }]
          }
        })
        const [a, b] = root.folders
        if (a === undefined || b === undefined) return assert.fail("they were created")
        // the one that goes is deleted after the one below it has moved
        yield* folders.save(Struct.assign(root, { folders: [Struct.assign(b, { folders: a.folders })] }))
        assert.deepStrictEqual(
          yield* sql`SELECT CAST(id AS INT) AS id, CAST("parentId" AS INT) AS parent FROM house_folders WHERE id >= 40 ORDER BY 1`,
          [{ id: 40, parent: null }, { id: 42, parent: 40 }, { id: 43, parent: 42 }]
        )
      }))

    it.effect("keep rows of a relation that a tree does not speak of", () =>
      Effect.gen(function*() {
        const { ada } = yield* library(110)
        const { ada: eve } = yield* library(111)
        const authors = yield* Aggregate.make(Author, { books: true, drafts: true })
        const { id, version } = ada
        // @ts-expect-error Property 'books' is missing in type
        const silent: Aggregate.Graph<typeof Author, { books: true; drafts: true }> = {
          id,
          version,
          name: "Ada",
          drafts: []
        }
        const said = { id: eve.id, version: eve.version, name: "Eve", books: eve.books, drafts: [] }
        const [saved] = yield* authors.saveMany([silent, said])
        assert.strictEqual(saved?.books.length, 2)
        assert.deepStrictEqual(saved?.drafts, [])
        assert.strictEqual((yield* counted(ada.id))?.["books"], 2)
        // @ts-expect-error Type 'number' is not assignable to type
        const senseless: typeof silent = { ...silent, books: [1] }
        assert.strictEqual((yield* Effect.flip(authors.save({ ...senseless, version: version + 1 })))._tag, "Invalid")
      }))

    it.effect("are new where nothing is stored, unless they were read", () =>
      Effect.gen(function*() {
        const books = yield* Aggregate.make(Book, { author: true, tags: true, chapters: true })
        const author = { name: "Eve" }
        const book = yield* books.save({
          title: "saved",
          publisherId: null,
          author,
          tags: [{ name: "t" }],
          chapters: [{ number: 1, title: "I" }]
        })
        assert.deepStrictEqual(yield* books.get(book.id), book)
        const missing = yield* Effect.flip(books.save(Struct.assign(book, { id: 404_404 })))
        assert.strictEqual(missing.message, "There is no Book with id = 404404")
        const chapters = [{ number: 7, title: "x" }, { bookId: book.id, number: 1, title: "I" }, {
          number: 1,
          title: "II"
        }]
        const twice = yield* Effect.flip(books.save(Struct.assign(book, { chapters })))
        if (twice._tag !== "Invalid") return assert.fail(twice.message)
        assert.deepStrictEqual(twice.issues, [
          { row: 0, path: ["chapters", "2", "bookId", "number"], message: "the tree has another row with the same key" }
        ])
        const invalid = yield* Effect.flip(books.save(Struct.assign(book, { chapters: [{ number: 1, title: "" }] })))
        if (invalid._tag !== "Invalid") return assert.fail(invalid.message)
        assert.deepStrictEqual(invalid.issues.map(({ path }) => path.join(".")), ["chapters.0.title"])
        const [one, two] = yield* books.saveMany([Struct.assign(book, { pages: 1 }), {
          title: "other",
          publisherId: null,
          author,
          tags: [{ name: "t" }],
          chapters: []
        }])
        assert.deepStrictEqual([one?.pages, two?.title, two?.tags.length], [1, "other", 1])
      }))

    it.effect("are replaced by others that take over their keys", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { ada, authors, one } = yield* library(109)
        const profile = yield* authors.save(Struct.assign(ada, { profile: { text: "new" }, drafts: [] }))
        const second = { title: one.title, publisher: null, chapters: [], tags: [] }
        const replaced = yield* Effect.result(authors.save(Struct.assign(profile, { books: [second] })))
        // where rows that others referred to are deleted after, their keys are taken until then
        assert.strictEqual(Result.isSuccess(replaced), together)
        assert.deepStrictEqual(yield* sql`SELECT text FROM house_profiles WHERE "authorId" = ${ada.id}`, [{
          text: "new"
        }])
        assert.strictEqual(
          (yield* sql`SELECT id FROM house_books WHERE "authorId" = ${ada.id}`).length,
          together ? 1 : 2
        )
      }))

    it.effect("are deleted with all that belongs to them, and nothing else", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { ada, authors } = yield* library(105)
        const other = yield* library(106)
        const before = yield* counted(other.ada.id)
        yield* authors.delete(ada.id)
        assert.deepStrictEqual(yield* counted(ada.id), { books: 0, chapters: 0, pairs: 0, profiles: 0, drafts: 0 })
        assert.deepStrictEqual(yield* counted(other.ada.id), before)
        assert.deepStrictEqual(yield* sql`SELECT id FROM house_authors WHERE id = ${ada.id}`, [])
        assert.deepStrictEqual(yield* sql`SELECT id FROM house_publishers WHERE id = 'press 105'`, [{
          id: "press 105"
        }])
        assert.strictEqual((yield* Effect.flip(authors.delete(ada.id)))._tag, "NotFound")
        assert.strictEqual((yield* Effect.flip(authors.get(ada.id)))._tag, "NotFound")
        const folders = yield* Aggregate.make(Folder, { folders: true })
        yield* folders.create({ id: 51, parentId: null, name: "root", folders: { create: [{ id: 52, name: "a" }] } })
        yield* folders.delete(51)
        assert.deepStrictEqual(yield* sql`SELECT id FROM house_folders WHERE id IN (51, 52)`, [])
      }))

    it.effect("are deleted in a transaction where the database can, and else nothing is written", () =>
      Effect.gen(function*() {
        const { ada, authors, two } = yield* library(107)
        const before = yield* counted(ada.id)
        const removals = [
          authors.delete(ada.id),
          authors.save(Struct.assign(ada, { name: "X", books: [two] })),
          authors.update({ id: ada.id, version: ada.version, name: "X", books: { delete: [two.id] } })
        ]
        for (const removal of removals) {
          const attempt = Session.transaction(Effect.andThen(removal, Effect.fail("undone")))
          const failure = yield* Effect.flip(attempt)
          if (together) {
            assert.strictEqual(failure, "undone")
            continue
          }
          const [refused, statements] = yield* Statements.sent(Effect.flip(Session.transaction(
            Effect.gen(function*() {
              return yield* Effect.flip(Effect.asVoid(removal))
            }).pipe(Effect.flip)
          )))
          assert.strictEqual(refused._tag, "Unsupported")
          assert.deepStrictEqual(statements.filter(isWrite), [])
        }
        assert.deepStrictEqual(yield* counted(ada.id), before)
        // what nothing refers to goes in the same transaction everywhere
        yield* Session.transaction(authors.save(Struct.assign(ada, { drafts: [], profile: null })))
        assert.deepStrictEqual(yield* counted(ada.id), { ...before, drafts: 0, profiles: 0 })
      }))

    it.effect("stay where rows that are no part of them refer to them", () =>
      Effect.gen(function*() {
        const { ada } = yield* library(112)
        const before = yield* counted(ada.id)
        const authors = yield* Aggregate.make(Author, { books: { chapters: { notes: true }, tags: true } })
        const refused = yield* Effect.flip(authors.delete(ada.id))
        assert.strictEqual(refused._tag, "StillReferenced")
        assert.deepStrictEqual(yield* counted(ada.id), before)
      }))

    it.effect("are hidden with all that belongs to them where they are deleted softly, also in a transaction", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const shelves = yield* Aggregate.make(Shelf, { items: true })
        const shelf = yield* shelves.create({ id: 1, name: "a", items: { create: [{ id: 1 }, { id: 2 }] } })
        const less = yield* shelves.save(Struct.assign(shelf, { items: [{ id: 2 }] }))
        assert.deepStrictEqual(less.items.map(({ id }) => id), [2])
        yield* Session.transaction(shelves.delete(1))
        assert.strictEqual((yield* Effect.flip(shelves.get(1)))._tag, "NotFound")
        assert.deepStrictEqual(
          yield* sql`SELECT count(*) = 2 AS "all" FROM house_items WHERE "deletedAt" IS NOT NULL`,
          [{ all: true }]
        )
        assert.strictEqual((yield* sql`SELECT id FROM house_shelves WHERE "deletedAt" IS NOT NULL`).length, 1)
      }))

    it.effect("are found by conditions, and refined as queries", () =>
      Effect.gen(function*() {
        const { ada, authors } = yield* library(108)
        assert.deepStrictEqual(yield* authors.find((author) => author.id.eq(ada.id)), [ada])
        const [first] = yield* authors.query.where((author) => author.books.some((book) => book.title.eq("one 108")))
        assert.deepStrictEqual(first, ada)
        const publishers = yield* Aggregate.make(Publisher, {})
        yield* publishers.create({ id: "alone", city: "Oslo" })
        assert.strictEqual((yield* publishers.update({ id: "alone", city: "Bergen" })).city, "Bergen")
        assert.deepStrictEqual(yield* publishers.createMany([]), [])
        yield* publishers.delete("alone")
      }))
  })
