/**
 * Models of files that import each other are found whichever file comes first, and a schema that comes too late is told.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { vi } from "vitest"

/** The library in a program that has loaded nothing yet. */
const anew = Effect.andThen(Effect.sync(() => vi.resetModules()), Effect.promise(() => import("andamios-orm")))

const author = Effect.promise(() => import("./circular/author.ts"))
const book = Effect.promise(() => import("./circular/book.ts"))

describe("files that import each other", () => {
  it.effect.each([["author", author], ["book", book]] as const)(
    "have models that refer to each other: %s first",
    ([, first]) =>
      Effect.gen(function*() {
        const { Table } = yield* anew
        yield* first
        const [{ Author }, { Book }] = yield* Effect.all([author, book])
        const targets = (model: typeof Author | typeof Book) =>
          Table.tableOf(model).foreignKeys.map((key) => key.model().identifier)
        assert.deepStrictEqual(targets(Author), ["Book"])
        assert.deepStrictEqual(targets(Book), ["Author"])
        assert.deepStrictEqual([Object.keys(Author.relations()), Object.keys(Book.relations())], [["books"], [
          "author"
        ]])
      })
  )

  it.effect("are told of a schema that is not loaded yet, with its field and what to do", () =>
    Effect.gen(function*() {
      const { InvalidModel } = yield* anew
      const refusal = (load: () => Promise<unknown>) =>
        Effect.tryPromise({ try: load, catch: (error) => error }).pipe(
          Effect.flip,
          Effect.map((error) => {
            assert.instanceOf(error, InvalidModel)
            return error
          })
        )
      const referring = yield* refusal(() => import("./circular/singer.ts"))
      assert.deepInclude(referring, { model: "Song", field: "singerId" })
      assert.strictEqual(
        referring.message,
        "Song.singerId can't be a column: its schema is undefined here, because the file that has it imports this one and is " +
          "not loaded yet. Put the schema into a file of its own, which both import"
      )
      const plain = yield* refusal(() => import("./circular/stage.ts"))
      assert.deepInclude(plain, { model: "Show", field: "stageId", reason: referring.reason })
    }))
})
