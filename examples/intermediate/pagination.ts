/**
 * Pages of a query: behind a cursor, which is exact however much changes meanwhile, or by number with a total.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Option, Schema } from "effect"

class Post extends Model.Class<Post>("Post")({
  id: Column.primaryKey(Schema.Int),
  title: Schema.NonEmptyString,
  likes: Schema.NullOr(Column.int32)
}, { table: "posts" }) {}

const fill = Effect.gen(function*() {
  yield* Session.createTables([Post])
  const likes = [3, 8, null, 8, 1, null, 5]
  yield* Query.insert(Post).values(
    likes.map((some, index) => ({ id: index + 1, title: `Post ${index + 1}`, likes: some }))
  )
})

// Several posts have as many likes, and some have none at all. Behind the order comes the primary key, so every post has a place.
const popular = Query.from(Post).orderBy((post) => post.likes.desc())

const show = (posts: ReadonlyArray<Post>) => posts.map(({ id, likes }) => `${id} (${likes ?? "-"})`).join(", ")

const cursors = Effect.gen(function*() {
  const first = yield* Query.page(popular, { size: 3 })
  yield* Console.log(`first:  ${show(first.rows)}`)

  // The cursor is a text: it can go to a browser and come back. Meanwhile a better post appears, and a page by number would show
  // the last row again.
  yield* Query.insert(Post).values({ id: 8, title: "Post 8", likes: 99 })
  const second = yield* Query.page(popular, { size: 3, after: Option.getOrUndefined(first.next) })
  yield* Console.log(`second: ${show(second.rows)}`)
  const third = yield* Query.page(popular, { size: 3, after: Option.getOrUndefined(second.next) })
  yield* Console.log(`third:  ${show(third.rows)}, and ${Option.isNone(third.next) ? "no more" : "more"}`)

  // A cursor of another order, or one that somebody changed, is a failure with a name.
  const byTitle = Query.from(Post).orderBy((post) => post.title.asc())
  yield* Query.page(byTitle, { size: 3, after: Option.getOrUndefined(first.next) }).pipe(
    Effect.catchTag("InvalidCursor", ({ reason }) => Console.log(`refused: ${reason}`))
  )
})

const numbers = Effect.gen(function*() {
  const { number, pages, rows, total } = yield* Query.numberedPage(popular, { number: 2, size: 3 })
  yield* Console.log(`page ${number} of ${pages}: ${show(rows)}, of ${total} posts`)
})

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* fill
  yield* Console.log("1. Behind a cursor")
  yield* cursors
  yield* Console.log("\n2. By number")
  yield* numbers
}).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
