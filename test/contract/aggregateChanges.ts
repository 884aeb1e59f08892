/**
 * A change of a row says what becomes of the rows that belong to it, and touches no others.
 */
import { assert, layer } from "@effect/vitest"
import { Aggregate, Repository } from "andamios-orm"
import { expectStatements, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { SqlClient } from "effect/sql"
import { Author, Book, Chapter, Draft, Folder, house, Publisher, Tag } from "./publisher.ts"
import type { Database, Facts } from "./Subject.ts"

/** `movable` says whether the database changes the reference of a row that others refer to. */
export const aggregateChanges = (name: string, database: Database, { freesRows: movable }: Facts) =>
  layer(TestDatabase.layerOn(database, house), { timeout: "60 seconds" })(`${name}: changes of aggregates`, (it) => {
    const titles = (rows: ReadonlyArray<{ readonly title: string }>) => rows.map(({ title }) => title).toSorted()
    const names = (rows: ReadonlyArray<{ readonly name: string }>) => rows.map((row) => row.name).toSorted()

    it.effect("create, change, overwrite and delete rows that belong to it", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { books: { chapters: true } })
        const ada = yield* authors.create({
          name: "Ada",
          books: {
            create: ["one", "two", "three"].map((title) => ({
              title,
              publisherId: null,
              chapters: title === "one" ? { create: [{ number: 1, title: "I" }, { number: 2, title: "II" }] } : {}
            }))
          }
        })
        const [one, two, three] = ada.books
        if (one === undefined || two === undefined || three === undefined) return assert.fail("three were created")
        const changed = yield* authors.update({
          id: ada.id,
          version: ada.version,
          name: "Ada King",
          books: {
            create: [{ title: "four", publisherId: null }],
            update: [{
              id: one.id,
              pages: 7,
              chapters: {
                update: [{ number: 1, title: "first" }],
                delete: [{ number: 2 }],
                create: [{ number: 3, title: "III" }]
              }
            }],
            upsert: [{ id: two.id, title: "two", pages: 9, publisherId: null }, { title: "five", publisherId: null }],
            delete: [three.id]
          }
        })
        assert.strictEqual(changed.name, "Ada King")
        assert.strictEqual(changed.version, ada.version + 1)
        assert.deepStrictEqual(titles(changed.books), ["five", "four", "one", "two"])
        assert.deepStrictEqual(yield* authors.get(ada.id), changed)
        assert.deepStrictEqual(
          yield* sql`SELECT title, CAST(pages AS INT) AS pages FROM house_books WHERE "authorId" = ${ada.id} ORDER BY title`,
          [{ title: "five", pages: 100 }, { title: "four", pages: 100 }, { title: "one", pages: 7 }, {
            title: "two",
            pages: 9
          }]
        )
        assert.deepStrictEqual(
          yield* sql`SELECT CAST(number AS INT) AS "number", title FROM house_chapters WHERE "bookId" = ${one.id} ORDER BY 1`,
          [{ number: 1, title: "first" }, { number: 3, title: "III" }]
        )
      }))

    it.effect("leave rows that belong to another as they are", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { books: { chapters: true }, drafts: true })
        const [ada, eve] = yield* authors.createMany(["Ada", "Eve"].map((author, index) => ({
          name: author,
          books: {
            create: [{ title: `by ${author}`, publisherId: null, chapters: { create: [{ number: 1, title: "I" }] } }]
          },
          drafts: { create: [{ id: 10 + index, text: author }] }
        })))
        const [own] = ada?.books ?? []
        const [others] = eve?.books ?? []
        if (ada === undefined || own === undefined || others === undefined) return assert.fail("they were created")
        const { id, version } = ada
        const before = yield* sql`SELECT * FROM house_books ORDER BY id`
        const refused = [
          authors.update({ id, version, name: "X", books: { update: [{ id: others.id, pages: 1 }] } }),
          authors.update({ id, version, name: "X", books: { delete: [others.id] } }),
          authors.update({
            id,
            version,
            name: "X",
            books: { upsert: [{ id: others.id, title: "X", publisherId: null }] }
          }),
          authors.update({ id, version, name: "X", books: { update: [{ id: 404_404, pages: 1 }] } }),
          authors.update({ id, version, name: "X", drafts: { disconnect: [11] } }),
          authors.update({ id, version, name: "X", drafts: { connect: [404_404] } }),
          authors.update({
            id,
            version,
            name: "X",
            books: { update: [{ id: own.id, chapters: { delete: [{ bookId: others.id, number: 1 }] } }] }
          }),
          authors.update({ id: 404_404, version: 1, name: "X" }),
          authors.create({ name: "X", drafts: { connect: [404_404] } })
        ]
        const failures = yield* Effect.forEach(refused, (effect) => Effect.flip(effect))
        assert.deepStrictEqual(failures.map((failure) => failure._tag === "NotFound" ? failure.message : failure), [
          `There is no Book with id = ${others.id}`,
          `There is no Book with id = ${others.id}`,
          `There is no Book with id = ${others.id}`,
          "There is no Book with id = 404404",
          "There is no Draft with id = 11",
          "There is no Draft with id = 404404",
          `There is no Chapter with bookId = ${others.id} and number = 1`,
          "There is no Author with id = 404404",
          "There is no Draft with id = 404404"
        ])
        assert.deepStrictEqual(yield* sql`SELECT * FROM house_books ORDER BY id`, before)
        assert.deepStrictEqual(yield* sql`SELECT name FROM house_authors WHERE name = 'X'`, [])
      }))

    it.effect("move rows here from another, and let them go", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { drafts: true })
        const [ada, eve] = yield* authors.createMany([
          { name: "Ada", drafts: { create: [{ id: 20, text: "a" }, { id: 21, text: "b" }] } },
          { name: "Eve", drafts: { create: [{ id: 22, text: "c" }] } }
        ])
        if (ada === undefined || eve === undefined) return assert.fail("they were created")
        const moved = yield* authors.update({
          id: ada.id,
          version: ada.version,
          drafts: { connect: [22, 20], disconnect: [21] }
        })
        assert.deepStrictEqual(moved.drafts.map(({ id }) => id).toSorted((a, b) => a - b), [20, 22])
        assert.deepStrictEqual((yield* authors.get(eve.id)).drafts, [])
        assert.deepStrictEqual(
          yield* sql`SELECT CAST(id AS INT) AS id FROM house_drafts WHERE id BETWEEN 20 AND 22 AND "authorId" IS NULL`,
          [{ id: 21 }]
        )
        const set = yield* authors.update({ id: ada.id, version: moved.version, drafts: { set: [21, 22] } })
        assert.deepStrictEqual(set.drafts.map(({ id }) => id).toSorted((a, b) => a - b), [21, 22])
        const none = yield* authors.update({ id: ada.id, version: set.version, drafts: { set: [] } })
        assert.deepStrictEqual(none.drafts, [])
        const drafts = yield* Repository.make(Draft)
        assert.deepStrictEqual((yield* drafts.get(20)).authorId, Option.none())
      }))

    it.effect("check and raise the version of the row, also where only others are changed", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { drafts: true })
        const read = yield* authors.create({ name: "Ada", drafts: { create: [{ id: 30, text: "a" }] } })
        const { id, version } = read
        yield* authors.update({ id, version, drafts: { update: [{ id: 30, text: "b" }] } })
        const stale = yield* Effect.flip(authors.update({ id, version, drafts: { update: [{ id: 30, text: "c" }] } }))
        assert.strictEqual(stale._tag, "StaleRow")
        const saved = yield* Effect.flip(authors.save(Struct.assign(read, { drafts: [] })))
        assert.strictEqual(saved._tag, "StaleRow")
        assert.deepStrictEqual(yield* sql`SELECT text FROM house_drafts WHERE id = 30`, [{ text: "b" }])
        const now = yield* authors.get(id)
        assert.strictEqual(now.version, version + 1)
        assert.strictEqual((yield* authors.save(now)).version, version + 2)
      }))

    it.effect("come through for one of several that have read the same", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { drafts: true })
        const { id, version } = yield* authors.create({ name: "Ada", drafts: { create: [{ id: 40, text: "" }] } })
        const results = yield* Effect.forEach(
          [1, 2, 3, 4],
          (fiber) => Effect.result(authors.update({ id, version, drafts: { create: [{ id: 40 + fiber, text: "" }] } })),
          { concurrency: "unbounded" }
        )
        const tags = results.flatMap((result) => Result.isFailure(result) ? [result.failure._tag] : [])
        assert.strictEqual(tags.length, 3)
        for (const tag of tags) assert.include(["StaleRow", "Conflict"], tag)
        assert.strictEqual((yield* sql`SELECT id FROM house_drafts WHERE id BETWEEN 41 AND 44`).length, 1)
      }))

    it.effect("write the one row that belongs to it, and the one that it names", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { profile: true })
        const profileOf = (id: number) => sql`SELECT text FROM house_profiles WHERE "authorId" = ${id}`
        const one = yield* authors.create({ name: "Ada", profile: {} })
        assert.strictEqual(one.profile, null)
        const { id } = one
        const missing = yield* Effect.flip(authors.update({ id, version: 1, profile: { update: { text: "a" } } }))
        assert.strictEqual(missing.message, `There is no Profile with authorId = ${id}`)
        yield* authors.update({ id, version: 1, profile: { upsert: { text: "a" } } })
        assert.deepStrictEqual(yield* profileOf(id), [{ text: "a" }])
        yield* authors.update({ id, version: 2, profile: { upsert: { text: "b" } } })
        assert.deepStrictEqual(yield* profileOf(id), [{ text: "b" }])
        yield* authors.update({ id, version: 3, profile: { update: { text: "c" } } })
        assert.deepStrictEqual(yield* profileOf(id), [{ text: "c" }])
        yield* authors.update({ id, version: 4, profile: { delete: true } })
        assert.deepStrictEqual(yield* profileOf(id), [])
        yield* authors.update({ id, version: 5, profile: { create: { text: "d" } } })
        assert.deepStrictEqual(yield* profileOf(id), [{ text: "d" }])

        const books = yield* Aggregate.make(Book, { author: true, publisher: true })
        const book = yield* books.create({
          title: "named",
          author: { connect: id },
          publisher: { create: { id: "first", city: "Rome" } }
        })
        assert.strictEqual(book.author.name, "Ada")
        assert.strictEqual(book.publisher?.city, "Rome")
        yield* books.update({ id: book.id, publisher: { update: { city: "Paris" } } })
        assert.deepStrictEqual(yield* sql`SELECT city FROM house_publishers WHERE id = 'first'`, [{ city: "Paris" }])
        const publishers = yield* Repository.make(Publisher)
        yield* publishers.insert({ id: "second", city: "Oslo" })
        assert.strictEqual(
          (yield* books.update({ id: book.id, publisher: { connect: "second" } })).publisher?.city,
          "Oslo"
        )
        assert.strictEqual((yield* books.update({ id: book.id, publisher: { disconnect: true } })).publisher, null)
        assert.deepStrictEqual(yield* sql`SELECT "publisherId" FROM house_books WHERE id = ${book.id}`, [{
          publisherId: null
        }])
        const other = yield* books.update({ id: book.id, author: { create: { name: "Eve" } } })
        assert.strictEqual(other.author.name, "Eve")
        const nobody = yield* Effect.flip(books.update({ id: book.id, author: { connect: 404_404 } }))
        assert.strictEqual(nobody.message, "There is no Author with id = 404404")
      }))

    it.effect("check the versions of the rows that belong to it, and raise those of rows that move", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const award =
          sql`SELECT CAST("authorId" AS INT) AS author, name, CAST(version AS INT) AS version FROM house_awards WHERE id = 70`
        const authors = yield* Aggregate.make(Author, { award: true })
        const [ada, eve] = yield* authors.createMany([
          { name: "Ada", award: { create: { id: 70, name: "first" } } },
          { name: "Eve" }
        ])
        if (ada === undefined || eve === undefined) return assert.fail("they were created")
        yield* authors.update({ id: eve.id, version: 1, award: { connect: 70 } })
        assert.deepStrictEqual(yield* award, [{ author: eve.id, name: "first", version: 2 }])
        const stale = yield* Effect.flip(
          authors.update({ id: eve.id, version: 2, award: { update: { name: "second", version: 1 } } })
        )
        assert.strictEqual(stale._tag, "StaleRow")
        yield* authors.update({ id: eve.id, version: 2, award: { update: { name: "second", version: 2 } } })
        yield* authors.update({ id: eve.id, version: 3, award: { disconnect: true } })
        assert.deepStrictEqual(yield* award, [{ author: null, name: "second", version: 4 }])
        const saved = yield* authors.save({ id: ada.id, version: 1, name: "Ada", award: { id: 71, name: "other" } })
        const read = { id: 71, name: "late", version: 7 }
        const late = yield* Effect.flip(authors.save({ id: ada.id, version: 2, name: "Ada", award: read }))
        assert.strictEqual(late._tag, "StaleRow")
        const gone = yield* Effect.flip(
          authors.save({ id: ada.id, version: 2, name: "Ada", award: { ...read, id: 404_404 } })
        )
        assert.strictEqual(gone.message, "There is no Award with id = 404404")
        const unread = yield* Effect.flip(
          authors.save({ id: ada.id, version: saved.version, name: "Ada", award: { id: 71, name: "unread" } })
        )
        assert.include(unread.message, "award.version: it is missing: a change carries the version that was read")
      }))

    it.effect("pair rows and part them", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const books = yield* Aggregate.make(Book, { author: true, tags: true })
        const tags = yield* Repository.make(Tag)
        yield* tags.insertMany(["a", "b", "c", "d"].map((tag) => ({ name: `pair ${tag}` })))
        const book = yield* books.create({
          title: "paired",
          publisherId: null,
          author: { create: { name: "Ada" } },
          tags: { connect: ["pair a", "pair b"], create: [{ name: "pair new" }] }
        })
        const { id } = book
        const pairs = sql<
          { id: number; tag: string }
        >`SELECT id, tag FROM house_book_tags WHERE "bookId" = ${id} ORDER BY tag`
        const [first] = yield* pairs
        const connected = yield* books.update({ id, tags: { connect: ["pair a", "pair c"], disconnect: ["pair b"] } })
        assert.deepStrictEqual(names(connected.tags), ["pair a", "pair c", "pair new"])
        assert.deepStrictEqual((yield* pairs)[0], first, "a pair that is there stays as it is")
        const set = yield* books.update({ id, tags: { set: ["pair d", "pair a"] } })
        assert.deepStrictEqual(names(set.tags), ["pair a", "pair d"])
        assert.deepStrictEqual((yield* pairs)[0], first)
        yield* books.update({
          id,
          tags: {
            update: [{ name: "pair d", color: "red" }],
            upsert: [{ name: "pair e" }, { name: "pair a", color: "blue" }]
          }
        })
        assert.deepStrictEqual(
          yield* sql`SELECT t.name, t.color FROM house_tags t JOIN house_book_tags p ON p.tag = t.name WHERE p."bookId" = ${id} ORDER BY 1`,
          [{ name: "pair a", color: "blue" }, { name: "pair d", color: "red" }, { name: "pair e", color: "grey" }]
        )
        const other = yield* Effect.flip(books.update({ id, tags: { update: [{ name: "pair b", color: "red" }] } }))
        assert.strictEqual(other.message, "There is no Tag with name = pair b")
        const deleted = yield* books.update({ id, tags: { delete: ["pair e"] } })
        assert.deepStrictEqual(names(deleted.tags), ["pair a", "pair d"])
        assert.deepStrictEqual(yield* sql`SELECT name FROM house_tags WHERE name = 'pair e'`, [])
      }))

    it.effect("reach rows below rows of the same model, told by keys of several columns", () =>
      Effect.gen(function*() {
        const folders = yield* Aggregate.make(Folder, { folders: { folders: true } })
        const root = yield* folders.create({
          id: 1,
          parentId: null,
          name: "root",
          folders: {
            create: [{ id: 2, name: "a", folders: { create: [{ id: 3, name: "deep" }] } }, { id: 4, name: "b" }]
          }
        })
        assert.deepStrictEqual(names(root.folders), ["a", "b"])
        assert.deepStrictEqual(names(root.folders.flatMap((folder) => folder.folders)), ["deep"])
        const chapters = yield* Aggregate.make(Chapter, { notes: true })
        const books = yield* Aggregate.make(Book, { author: true })
        const book = yield* books.create({ title: "noted", publisherId: null, author: { create: { name: "Ada" } } })
        const one = yield* chapters.create({
          bookId: book.id,
          number: 1,
          title: "I",
          notes: { create: [{ id: "x", text: "x" }] }
        })
        const two = yield* chapters.create({ bookId: book.id, number: 2, title: "II", notes: { connect: ["x"] } })
        assert.deepStrictEqual(two.notes.map((note) => [note.id, note.book, note.chapter]), [["x", book.id, 2]])
        assert.deepStrictEqual((yield* chapters.get({ bookId: book.id, number: 1 })).notes, [])
        yield* chapters.update({ bookId: one.bookId, number: 2, notes: { disconnect: ["x"] } })
        assert.deepStrictEqual((yield* chapters.get({ bookId: book.id, number: 2 })).notes, [])
      }))

    it.effect("tell where in the input a value is that doesn't fit, and write nothing", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { books: { chapters: true }, profile: true })
        const failure = yield* Effect.flip(authors.createMany([
          { name: "fits" },
          {
            name: "",
            profile: { create: { text: "x" } },
            books: {
              create: [{
                title: "wrong",
                publisherId: null,
                chapters: { create: [{ number: 1, title: "I" }, { number: 2, title: "" }] }
              }]
            }
          }
        ])).pipe(expectStatements(0))
        if (failure._tag !== "Invalid") return assert.fail(failure.message)
        assert.deepStrictEqual(failure.issues.map(({ path, row }) => [row, path.join(".")]), [
          [1, "name"],
          [1, "books.create.0.chapters.create.1.title"]
        ])
        const unstorable = yield* Effect.flip(authors.create({
          name: "half",
          books: { create: [{ title: "fits", publisherId: null }, { title: "\ud800", publisherId: null }] }
        }))
        if (unstorable._tag !== "Invalid") return assert.fail(unstorable.message)
        assert.deepStrictEqual(unstorable.issues.map(({ path }) => path.join(".")), ["books.create.1.title"])
        assert.deepStrictEqual(yield* sql`SELECT name FROM house_authors WHERE name IN ('half', 'fits')`, [])
        const more = { name: "more", drafts: { create: [] } }
        const unknown = yield* Effect.flip(authors.create(more))
        assert.include(unknown.message, "drafts: there is no such field, and no such relation in the aggregate")
      }))

    it.effect("give a row to which others refer to another, where the database can", () =>
      Effect.gen(function*() {
        const authors = yield* Aggregate.make(Author, { books: { chapters: true } })
        const [ada, eve] = yield* authors.createMany([
          {
            name: "Ada",
            books: {
              create: [{ title: "moving", publisherId: null, chapters: { create: [{ number: 1, title: "I" }] } }]
            }
          },
          { name: "Eve" }
        ])
        const [book] = ada?.books ?? []
        if (book === undefined || eve === undefined) return assert.fail("they were created")
        const moving = authors.update({ id: eve.id, version: eve.version, books: { connect: [book.id] } })
        if (movable) return assert.deepStrictEqual(titles((yield* moving).books), ["moving"])
        const failure = yield* Effect.flip(moving)

        if (failure._tag !== "StillReferenced") return assert.fail(failure.message)
        assert.include(failure.message, "Create it anew where it belongs, with what belongs to it, and delete this one")
        assert.strictEqual((yield* authors.get(eve.id)).version, eve.version)
      }))
  })
