/**
 * Rows are created and changed together with the rows that belong to them: in one transaction, with one statement for each relation.
 */
import { assert, layer } from "@effect/vitest"
import { Aggregate, Repository } from "andamios-orm"
import { expectStatements, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { SqlClient } from "effect/sql"
import { Author, house, Tag } from "./publisher.ts"
import type { Database } from "./Subject.ts"

const whole = {
  books: { chapters: { notes: true }, tags: true, publisher: true },
  profile: true,
  drafts: true
} as const

export const aggregateWrites = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, house), { timeout: "60 seconds" })(`${name}: aggregates`, (it) => {
    const authorsWith = Aggregate.make(Author, whole)

    it.effect("are created with all that belongs to them, and read as they were created", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const tags = yield* Repository.make(Tag)
        yield* tags.insert({ name: "maths" })
        const authors = yield* authorsWith
        const ada = yield* authors.create({
          name: "Ada",
          books: {
            create: [{
              title: "Notes",
              publisher: { create: { id: "press", city: "London" } },
              chapters: {
                create: [
                  { number: 1, title: "A", notes: { create: [{ id: "n1", text: "first" }] } },
                  { number: 2, title: "B" }
                ]
              },
              tags: { connect: ["maths"], create: [{ name: "engines", color: "red" }] }
            }, { title: "Letters" }]
          },
          profile: { create: { text: "Countess" } },
          drafts: { create: [{ id: 1, text: "unfinished" }] }
        })
        assert.strictEqual(ada.shout, "ADA")
        assert.strictEqual(ada.books.length, 2)
        const notes = ada.books.find(({ title }) => title === "Notes")
        assert.strictEqual(notes?.publisher?.city, "London")
        assert.deepStrictEqual(notes?.tags.map((tag) => tag.name).toSorted(), ["engines", "maths"])
        assert.deepStrictEqual(notes?.chapters.flatMap((chapter) => chapter.notes.map(({ text }) => text)), ["first"])
        assert.deepStrictEqual(ada.drafts[0]?.authorId, Option.some(ada.id))
        assert.deepStrictEqual(yield* authors.get(ada.id), ada)
        assert.deepStrictEqual(
          yield* sql`SELECT c."bookId" = b.id AS "same", CAST(c.number AS INT) AS "number", c.title FROM house_chapters c JOIN house_books b ON b.id = c."bookId" ORDER BY 2`,
          [{ same: true, number: 1, title: "A" }, { same: true, number: 2, title: "B" }]
        )
        assert.deepStrictEqual(yield* sql`SELECT tag FROM house_book_tags ORDER BY tag`, [{ tag: "engines" }, {
          tag: "maths"
        }])
        assert.deepStrictEqual(yield* sql`SELECT text FROM house_profiles WHERE "authorId" = ${ada.id}`, [{
          text: "Countess"
        }])
      }))

    it.effect("are created a hundred at once by one insert for each relation", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const authors = yield* Aggregate.make(Author, { books: { chapters: true } })
        const [before] = yield* sql<{ n: number }>`SELECT CAST(count(*) AS INT) AS n FROM house_chapters`
        const created = yield* authors.createMany(
          Array.from({ length: 100 }, (_, author) => ({
            name: `author ${author}`,
            books: {
              create: Array.from({ length: 10 }, (_unused, book) => ({
                title: `book ${author}.${book}`,
                publisherId: null,
                chapters: {
                  create: [1, 2, 3].map((number) => ({ number, title: `chapter ${author}.${book}.${number}` }))
                }
              }))
            }
          }))
        ).pipe(expectStatements({ insert: 3 }))
        const [after] = yield* sql<{ n: number }>`SELECT CAST(count(*) AS INT) AS n FROM house_chapters`
        assert.strictEqual((after?.n ?? 0) - (before?.n ?? 0), 3_000)
        created.forEach(({ books, name: author }, index) => {
          assert.strictEqual(author, `author ${index}`)
          books.forEach(({ chapters, title }, at) => {
            assert.strictEqual(title, `book ${index}.${at}`)
            assert.deepStrictEqual(
              chapters.map((chapter) => chapter.title),
              [1, 2, 3].map((number) => `chapter ${index}.${at}.${number}`)
            )
          })
        })
        assert.strictEqual(
          (yield* sql`SELECT 1 FROM house_chapters c JOIN house_books b ON b.id = c."bookId" JOIN house_authors a ON a.id = b."authorId"
            WHERE replace(a.name, 'author ', '') || '.' || split_part(b.title, '.', 2) || '.' || c.number = replace(c.title, 'chapter ', '')`)
            .length,
          3_000
        )
      }))
  })
