/**
 * Whatever tree is saved over whatever other one, what is stored afterwards is that tree.
 */
import { assert, layer } from "@effect/vitest"
import { Aggregate } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { SqlClient } from "effect/sql"
import { Author, house } from "./publisher.ts"
import type { Database, Facts } from "./Subject.ts"

const small = (most: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: most }))
const some = <S extends Schema.Constraint>(schema: S, most: number) =>
  Schema.Array(schema).check(Schema.isMaxLength(most))

const Note = Schema.Struct({ note: small(5), text: small(2) })
const Chapter = Schema.Struct({ number: small(3), text: small(2), notes: some(Note, 2) })
const Book = Schema.Struct({
  slot: small(3),
  pages: small(2),
  city: small(2),
  publisher: Schema.NullOr(small(2)),
  tags: some(small(3), 3),
  chapters: some(Chapter, 3)
})
const Tree = Schema.Struct({
  name: small(2),
  profile: Schema.NullOr(small(2)),
  drafts: some(Schema.Struct({ draft: small(3), text: small(2) }), 3),
  books: some(Book, 3)
})
type Tree = typeof Tree.Type

const shape = {
  books: { chapters: { notes: true }, tags: true, publisher: true },
  profile: true,
  drafts: true
} as const

/** The rows whose key none before has. */
const distinct = <A>(rows: ReadonlyArray<A>, key: (row: A) => unknown): ReadonlyArray<A> => [
  ...new Map(rows.map((row) => [key(row), row])).values()
]

/** A tree in which each key is there once: a note belongs to the last chapter that has it. */
const tidy = (tree: Tree, movable: boolean) => {
  const notes = new Set<number>()
  const cities = new Map<number, number>()
  return {
    ...tree,
    drafts: distinct(tree.drafts, ({ draft }) => draft),
    books: distinct(tree.books, ({ slot }) => slot).map((book) => {
      // a row that others refer to keeps its references on some databases
      const publisher = movable ? book.publisher : book.slot % 3
      if (publisher !== null && !cities.has(publisher)) cities.set(publisher, book.city)
      return {
        ...book,
        publisher,
        city: publisher === null ? 0 : cities.get(publisher) ?? 0,
        tags: distinct(book.tags, (tag) => tag),
        chapters: distinct(book.chapters, ({ number }) => number).map((chapter) => ({
          ...chapter,
          notes: distinct(chapter.notes, ({ note }) => note).filter(({ note }) => {
            const isNew = !notes.has(note)
            notes.add(note)
            return isNew
          })
        }))
      }
    })
  }
}

/** What there is to see of a tree, in one order. */
const seen = (run: number, tree: ReturnType<typeof tidy>) => ({
  authors: [`${tree.name}|${tree.profile ?? "none"}`],
  drafts: tree.drafts.map(({ draft, text }) => `${run}-${draft}|${text}`).toSorted(),
  books: tree.books.map(({ city, pages, publisher, slot }) =>
    `${run}-${slot}|${pages}|${publisher === null ? "none" : `${run}-${publisher}|${city}`}`
  ).toSorted(),
  tags: tree.books.flatMap(({ slot, tags }) => tags.map((tag) => `${run}-${slot}|${run}-${tag}`)).toSorted(),
  chapters: tree.books.flatMap(({ chapters, slot }) =>
    chapters.map(({ number, text }) => `${run}-${slot}|${number}|${text} `)
  ).toSorted(),
  notes: tree.books.flatMap(({ chapters, slot }) =>
    chapters.flatMap(({ notes, number }) =>
      notes.map(({ note, text }) => `${run}-${slot}|${number}|${run}-${note}|${text}`)
    )
  ).toSorted()
})

/** `movable` says whether the database changes the references of a row that others refer to. */
export const randomAggregates = (name: string, database: Database, { freesRows: movable }: Facts) =>
  layer(TestDatabase.layerOn(database, house), { timeout: "120 seconds" })(`${name}: random aggregates`, (it) => {
    let run = 0

    /** The same, as plain SQL finds it. */
    const stored = Effect.fnUntraced(function*(id: number) {
      const sql = yield* SqlClient.SqlClient
      const lines = (rows: ReadonlyArray<{ readonly line: string }>) => rows.map(({ line }) => line).toSorted()
      const book = sql`FROM house_books b LEFT JOIN house_publishers p ON p.id = b."publisherId"`
      return {
        authors: lines(
          yield* sql<{ line: string }>`SELECT a.name || '|' || coalesce(p.text, 'none') AS line FROM house_authors a
          LEFT JOIN house_profiles p ON p."authorId" = a.id WHERE a.id = ${id}`
        ),
        drafts: lines(yield* sql<{ line: string }>`SELECT text AS line FROM house_drafts WHERE "authorId" = ${id}`),
        books: lines(
          yield* sql<
            { line: string }
          >`SELECT b.title || '|' || b.pages || '|' || coalesce(p.id || '|' || p.city, 'none') AS line
          ${book} WHERE b."authorId" = ${id}`
        ),
        tags: lines(
          yield* sql<{ line: string }>`SELECT b.title || '|' || t.tag AS line FROM house_book_tags t
          JOIN house_books b ON b.id = t."bookId" WHERE b."authorId" = ${id}`
        ),
        chapters: lines(
          yield* sql<{ line: string }>`SELECT b.title || '|' || c.number || '|' || c.title AS line
          FROM house_chapters c JOIN house_books b ON b.id = c."bookId" WHERE b."authorId" = ${id}`
        ),
        notes: lines(
          yield* sql<{ line: string }>`SELECT b.title || '|' || n.chapter || '|' || n.id || '|' || n.text AS line
          FROM house_notes n JOIN house_books b ON b.id = n.book WHERE b."authorId" = ${id}`
        )
      }
    })

    it.effect.prop(
      "are stored as they are saved",
      { trees: Arbitrary.schema(some(Tree, 3)) },
      ({ trees }) =>
        Effect.gen(function*() {
          run += 1
          const here = run
          const authors = yield* Aggregate.make(Author, shape)
          let current = yield* authors.create({ name: "new" })
          for (const [index, given] of trees.entries()) {
            const tree = tidy(given, movable)
            const known = new Map(current.books.map((book) => [book.title, book]))
            const books = tree.books.map(({ chapters, city, pages, publisher, slot, tags }) => ({
              title: `${here}-${slot}`,
              pages,
              publisher: publisher === null ? null : { id: `${here}-${publisher}`, city: String(city) },
              tags: tags.map((tag) => ({ name: `${here}-${tag}` })),
              chapters: chapters.map(({ notes, number, text }) => ({
                number,
                title: `${text} `,
                notes: notes.map(({ note, text: words }) => ({ id: `${here}-${note}`, text: String(words) }))
              }))
            }))
            const saved = yield* authors.save(Struct.assign(current, {
              name: String(tree.name),
              profile: tree.profile === null ? null : { text: String(tree.profile) },
              drafts: tree.drafts.map(({ draft, text }) => ({
                id: 100_000 + here * 10 + draft,
                text: `${here}-${draft}|${text}`
              })),
              books: books.map((book) => Struct.assign(known.get(book.title) ?? {}, book))
            }))
            assert.strictEqual(saved.version, index + 2)
            const found = yield* authors.get(saved.id)
            assert.deepStrictEqual(saved, found)
            assert.deepStrictEqual(yield* stored(saved.id), seen(here, tree))
            current = index % 2 === 0 ? saved : found
          }
          yield* authors.delete(current.id)
          const nothing = { authors: [], drafts: [], books: [], tags: [], chapters: [], notes: [] }
          assert.deepStrictEqual(yield* stored(current.id), nothing)
        }),
      { arbitrary: { runs: 25 } }
    )
  })
