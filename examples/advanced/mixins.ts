/**
 * Fields that change more than a type: rows that know their times, versions, tenants and authors, and stay when they are deleted.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Context, DateTime, Effect, Random, Schema } from "effect"
import { Model as EffectModel } from "effect/schema"

// A mixin is a record of fields, to be spread into a model. One of your own is no different: this one gives each row a code to share
// it by, made where an insert leaves it out, and checked like any column.
const Code = Schema.String.check(Schema.isPattern(/^[a-z]{6}$/)).pipe(Schema.brand("Code"))

const letter = Effect.map(Random.nextIntBetween(0, 25), (number) => "abcdefghijklmnopqrstuvwxyz".charAt(number))
const newCode = Effect.map(
  Effect.all(Array.from({ length: 6 }, () => letter)),
  (letters) => Code.make(letters.join(""))
)

const shareable = {
  code: EffectModel.Field({ select: Code, insert: Code.pipe(Schema.withConstructorDefault(newCode)), json: Code })
}

/** What a mixin adds to instances is a function that their classes call. */
const linkTo = ({ code }: { readonly code: typeof Code.Type }) => `https://example.com/${code}`

class Article extends Model.Class<Article>("Article")({
  id: Column.primaryKey(Schema.Int),
  slug: Column.unique(Schema.NonEmptyString),
  title: Schema.NonEmptyString,
  ...shareable,
  ...Mixin.timestamps,
  ...Mixin.version,
  ...Mixin.softDelete
}, { table: "articles", indexes: [Index.unique("code")] }) {
  get link() {
    return linkTo(this)
  }
}

// Who asks, and whose rows are meant, are services: whoever reads or writes the model says so in its type.
const TenantId = Schema.String.pipe(Schema.brand("TenantId"))
class CurrentTenant extends Context.Service<CurrentTenant, typeof TenantId.Type>()("app/CurrentTenant") {}

const UserId = Schema.String.pipe(Schema.brand("UserId"))
class CurrentUser extends Context.Service<CurrentUser, typeof UserId.Type>()("app/CurrentUser") {}

class Change extends Model.Class<Change>("Change")({ ...Mixin.history(UserId) }, { table: "changes" }) {}

class Invoice extends Model.Class<Invoice>("Invoice")({
  id: Column.primaryKey(Schema.Int),
  number: Schema.Int,
  total: Column.int32,
  ...Mixin.tenant(CurrentTenant, TenantId),
  ...Mixin.audit(CurrentUser, UserId, { history: () => Change })
}, { table: "invoices", indexes: [Index.unique("tenantId", "number")] }) {}

const acme = Effect.provideService(CurrentTenant, TenantId.make("acme"))
const globex = Effect.provideService(CurrentTenant, TenantId.make("globex"))
const ada = Effect.provideService(CurrentUser, UserId.make("ada"))
const bob = Effect.provideService(CurrentUser, UserId.make("bob"))

const changing = Effect.gen(function*() {
  const articles = yield* Repository.make(Article)
  const first = yield* articles.insert({ id: 1, slug: "mixins", title: "On mixins" })
  yield* Console.log(
    `inserted at version ${first.version}, created and updated at once: ${
      DateTime.Equivalence(first.createdAt, first.updatedAt)
    }`
  )

  // A patch carries the version that was read, so nobody overwrites what they have not seen.
  const second = yield* articles.patch({ id: 1, version: first.version, title: "On mixing in" })
  yield* Console.log(
    `patched to version ${second.version}, created at the same time: ${
      DateTime.Equivalence(first.createdAt, second.createdAt)
    }`
  )
  yield* articles.patch({ id: 1, version: first.version, title: "Mine" }).pipe(
    Effect.catchTag("StaleRow", (stale) => Console.log(`StaleRow: ${stale.message}`))
  )
})

const deleting = Effect.gen(function*() {
  const articles = yield* Repository.make(Article)
  yield* articles.delete(1)
  yield* Console.log(`after the delete there are ${yield* articles.query.count}`)
  const all = yield* Query.from(Article).withDeleted()
  yield* Console.log(`with the deleted ones: ${all.map(({ title }) => title).join(", ")}`)

  // The keys of deleted rows are free again, and taken where a row comes back too late.
  yield* articles.insert({ id: 2, slug: "mixins", title: "Another one" })
  yield* articles.restore(1).pipe(
    Effect.catchTag("UniqueViolation", (taken) => Console.log(`restoring it: ${taken.columns.join(", ")} is taken`))
  )
  yield* articles.purge(2)
  const restored = yield* articles.restore(1)
  yield* Console.log(`once the other one is gone for good: ${restored.title} is back, at version ${restored.version}`)
})

const tenants = Effect.gen(function*() {
  const invoices = yield* Repository.make(Invoice)
  yield* acme(ada(invoices.insertMany([{ id: 1, number: 1, total: 10 }, { id: 2, number: 2, total: 20 }])))
  yield* globex(bob(invoices.insert({ id: 3, number: 1, total: 70 })))

  // One query, two answers. Without a tenant it does not compile.
  const total = Query.from(Invoice).select((invoice) => ({ total: Query.sum(invoice.total) }))
  yield* Console.log(`acme    ${JSON.stringify(yield* acme(total))}`)
  yield* Console.log(`globex  ${JSON.stringify(yield* globex(total))}`)

  // A key of somebody else's row is the key of no row.
  yield* globex(bob(invoices.patch({ id: 1, total: 0 }))).pipe(
    Effect.catchTag("NotFound", (missing) => Console.log(`globex  ${missing.message}`))
  )
  const everything = Query.from(Query.acrossTenants(Invoice)).orderBy((invoice) => invoice.id.asc())
  yield* Console.log(`all     ${(yield* everything).map(({ id, tenantId }) => `${tenantId} ${id}`).join(", ")}`)
})

const totalOf = (row: Change["before"]) => row === null ? "nothing" : JSON.stringify(row["total"])

const history = Effect.gen(function*() {
  const invoices = yield* Repository.make(Invoice)
  const changed = yield* acme(bob(invoices.patch({ id: 1, total: 11 })))
  yield* Console.log(`created by ${changed.createdBy}, updated by ${changed.updatedBy}`)
  yield* acme(ada(invoices.delete(2)))

  const acmes = Query.from(Change).where((change) => change.key.in(["1", "2"])).orderBy((change) => change.id.asc())
  for (const { after, before, by, key, operation } of yield* acmes) {
    yield* Console.log(`${by} ${operation} ${key}: ${totalOf(before)} -> ${totalOf(after)}`)
  }
})

const own = Effect.gen(function*() {
  const articles = yield* Repository.make(Article)
  const article = yield* articles.insert({ id: 4, slug: "own", title: "A mixin of one's own" })
  yield* Console.log(`${article.title}: ${article.link}`)
  yield* articles.insert({ id: 5, slug: "bad", title: "Bad", code: Code.make("abc", { disableChecks: true }) }).pipe(
    Effect.catchTag("Invalid", (invalid) => Console.log(invalid.message))
  )
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Article, Change, Invoice])

  yield* Console.log("1. Times and versions")
  yield* changing

  yield* Console.log("\n2. Deleted, and not gone")
  yield* deleting

  yield* Console.log("\n3. Tenants")
  yield* tenants

  yield* Console.log("\n4. Who did what")
  yield* history

  yield* Console.log("\n5. A mixin of one's own")
  yield* Effect.provideService(own, Random.Random, fixed)
})

/** Chance that is the same in every run of this file. */
const fixed: (typeof Random.Random)["Service"] = { nextIntUnsafe: () => 7, nextDoubleUnsafe: () => 0.3 }

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
