/**
 * Two people change one row: who comes too late is told so, and nobody overwrites what they have not seen.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Mixin, Model, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Schema } from "effect"

// `Mixin.version` counts how often a row was stored. Whoever changes it says which version they have read.
class Page extends Model.Class<Page>("Page")({
  slug: Column.primaryKey(Schema.String),
  text: Schema.String,
  visits: Column.withDefault(Column.int32, 0),
  ...Mixin.version
}, { table: "pages" }) {}

const show = ({ text, version, visits }: Page) => `"${text}", version ${version}, visited ${visits} times`

const tooLate = Effect.gen(function*() {
  const pages = yield* Repository.make(Page)
  const first = yield* pages.insert({ slug: "home", text: "Hello" })
  yield* Console.log(`inserted  ${show(first)}`)

  // Ann and Ben read the same page, and Ann is faster. Without a version Ben would overwrite her words, and nobody would know.
  const [ann, ben] = yield* Effect.all([pages.get("home"), pages.get("home")])
  yield* pages.patch({ slug: "home", version: ann.version, text: "Hello, says Ann" })
  yield* pages.patch({ slug: "home", version: ben.version, text: "Hello, says Ben" }).pipe(
    Effect.catchTag("StaleRow", (stale) => Console.log(`StaleRow: ${stale.message}`))
  )
  yield* Console.log(`stored    ${show(yield* pages.get("home"))}`)
})

// Read, change, and begin again with what is there by then. A `Conflict` is the database's word for the same: it saw two transactions
// at one row.
const append = Effect.fn("append")(function*(slug: string, words: string) {
  const pages = yield* Repository.make(Page)
  const change = Effect.gen(function*() {
    const { text, version } = yield* pages.get(slug)
    return yield* pages.patch({ slug, version, text: `${text}${words}` })
  })
  return yield* Effect.retry(change, { while: ({ _tag }) => _tag === "StaleRow" || _tag === "Conflict" })
})

const again = Effect.gen(function*() {
  const pages = yield* Repository.make(Page)
  yield* pages.insert({ slug: "wall", text: "" })
  yield* Effect.forEach(Array.from({ length: 20 }), () => append("wall", "x"), { concurrency: 8, discard: true })
  const { text, version } = yield* pages.get("wall")
  yield* Console.log(`20 changes by 8 fibers: ${text.length} letters, version ${version}`)
})

const many = Effect.gen(function*() {
  const pages = yield* Repository.make(Page)
  const [about, team] = yield* pages.insertMany([{ slug: "about", text: "About" }, { slug: "team", text: "Team" }])
  if (about === undefined || team === undefined) return
  yield* pages.patch({ slug: "team", version: team.version, text: "Our team" })

  // All or none: one row that came too late keeps the others from being changed, and the failure says which ones did.
  yield* pages.patchMany([about, team].map(({ slug, version }) => ({ slug, version, text: "Closed" }))).pipe(
    Effect.catchTag(
      "StaleRow",
      ({ expected, key, rows, stored }) =>
        Console.log(`StaleRow: ${key} was read at ${expected} and is at ${stored}; that is change ${rows.join()}`)
    )
  )
  const texts = (yield* pages.getMany(["about", "team"])).map(({ text }) => text)
  yield* Console.log(`as before: ${texts.join(", ")}`)
})

// What only counts up needs no version and no second try: the database adds, whoever else does at the same time.
const count = Effect.gen(function*() {
  const pages = yield* Repository.make(Page)
  const visit = Effect.retry(pages.increment("home", { visits: 1 }), { while: ({ _tag }) => _tag === "Conflict" })
  yield* Effect.forEach(Array.from({ length: 50 }), () => visit, { concurrency: 8, discard: true })
  yield* Console.log(`visited   ${(yield* pages.get("home")).visits} times`)
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Page])

  yield* Console.log("1. Who comes too late is told so")
  yield* tooLate

  yield* Console.log("\n2. Read again, and make the change anew")
  yield* again

  yield* Console.log("\n3. Many rows, all or none")
  yield* many

  yield* Console.log("\n4. Counting needs no version")
  yield* count
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
