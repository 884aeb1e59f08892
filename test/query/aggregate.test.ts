/**
 * An aggregate of relations that there are not is a mistake in the program, and is told where it is made.
 */
import { assert, describe, it } from "@effect/vitest"
import { memberOf } from "../../src/query/members.ts"
import { Author, Book, Folder } from "../contract/publisher.ts"

describe("the models of an aggregate", () => {
  it("are related as they declare", () => {
    const { branches, filled } = memberOf(Author, { books: { publisher: true, chapters: true } })
    const [books] = branches
    assert.deepStrictEqual([...filled], [])
    assert.deepStrictEqual([...books?.member.filled ?? []], ["authorId", "publisherId"])
    assert.throws(() => memberOf(Author, { pets: true }), "Author.pets can't be a relation: it is not declared")
    const reason = "it leads back to the row that this one belongs to, which is a part of the aggregate already"
    const back = [
      () => memberOf(Author, { books: { author: true } }),
      () => memberOf(Book, { author: { books: true } }),
      () => memberOf(Book, { tags: { books: true } }),
      () => memberOf(Folder, { folders: { parent: true } })
    ]
    for (const make of back) assert.throws(make, reason)
    assert.strictEqual(memberOf(Book, { author: { drafts: true } }).branches.length, 1)
    assert.strictEqual(memberOf(Folder, { folders: { folders: true } }).branches.length, 1)
  })
})
