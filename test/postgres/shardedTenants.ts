/**
 * A help desk with tenants whose rows are spread, steps at random of programs that use it, and what each step answers.
 */
import { Column, Model, Query, Relation, Repository, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Country extends Model.Class<Country>("Country")({
  code: Column.primaryKey(Schema.String),
  name: Schema.String
}, { table: "tenant_countries", distribution: "reference" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Column.int32),
  number: Column.primaryKey(Column.int32),
  title: Schema.String,
  votes: Column.withDefault(Column.int32, 0),
  country: Column.references(Schema.String, () => Country, "code")
}, { table: "tenant_tickets", distribution: { by: "tenantId" } }) {
  static readonly relations = () => ({
    comments: Relation.hasMany(() => Comment, { from: ["tenantId", "number"], to: ["tenantId", "ticket"] })
  })
}

class Comment extends Model.Class<Comment>("Comment")({
  tenantId: Column.primaryKey(Column.int32),
  ticket: Column.primaryKey(Column.int32),
  line: Column.primaryKey(Column.int32),
  text: Schema.String
}, { table: "tenant_comments", distribution: { by: "tenantId" } }) {}

export const models = [Country, Ticket, Comment]

const tenant = Schema.Literals([1, 2, 3, 4])
const number = Schema.Literals([1, 2, 3])
const title = Schema.Literals(["a", "b", "c"])
/** There is no country `xx`. */
const country = Schema.Literals(["pt", "uy", "xx"])

/** What concerns one tenant. */
const Own = Schema.Union([
  Schema.TaggedStruct("Insert", { tenant, number, title, country }),
  Schema.TaggedStruct("Patch", { tenant, number, title }),
  Schema.TaggedStruct("Upsert", { tenant, number, title }),
  Schema.TaggedStruct("Increment", { tenant, number }),
  Schema.TaggedStruct("Delete", { tenant, number }),
  Schema.TaggedStruct("Comment", { tenant, number, title }),
  Schema.TaggedStruct("UpdateWhere", { tenant, title }),
  Schema.TaggedStruct("Tickets", { tenant }),
  Schema.TaggedStruct("Countries", { tenant })
])

/** What concerns several. */
const Any = Schema.Union([
  Own,
  Schema.TaggedStruct("InsertMany", { tenants: Schema.Array(tenant).check(Schema.isMaxLength(4)), number, title }),
  Schema.TaggedStruct("PatchMany", { tenants: Schema.Array(tenant).check(Schema.isMaxLength(4)), number, title }),
  Schema.TaggedStruct("UpdateAll", { title, country }),
  Schema.TaggedStruct("DeleteAll", { title }),
  Schema.TaggedStruct("Rename", { country, title }),
  Schema.TaggedStruct("Titles", {}),
  Schema.TaggedStruct("PerCountry", {}),
  Schema.TaggedStruct("Page", { number })
])

export type Step = typeof Any.Type

const steps = <S extends Schema.Top>(step: S) => Schema.Array(step).check(Schema.isMinLength(2), Schema.isMaxLength(8))

export const ownSteps = steps(Own)

/** Steps one after another, those of some parts in a transaction, which may fail in the end. */
export const Program = Schema.Array(Schema.Struct({
  transaction: Schema.Literals(["none", "kept", "undone"]),
  steps: steps(Any)
})).check(Schema.isMinLength(1), Schema.isMaxLength(4))

const byNumber = ({ number: own, tenantId }: Query.Scope<typeof Ticket>) => [tenantId.asc(), own.asc()]

/** What a step answers, as plain values. */
const answer = (step: Step) =>
  Effect.gen(function*() {
    const tickets = yield* Repository.make(Ticket)
    switch (step._tag) {
      case "Insert":
        return yield* tickets.insert({
          tenantId: step.tenant,
          number: step.number,
          title: step.title,
          country: step.country
        })
      case "Patch":
        return yield* tickets.patch({ tenantId: step.tenant, number: step.number, title: step.title })
      case "Upsert":
        return yield* tickets.upsert(
          { tenantId: step.tenant, number: step.number, title: step.title, country: "pt" },
          { update: ["title"] }
        )
      case "Increment":
        return yield* tickets.increment({ tenantId: step.tenant, number: step.number }, { votes: 1 })
      case "Delete":
        return yield* tickets.delete({ tenantId: step.tenant, number: step.number })
      case "Comment": {
        const comments = yield* Repository.make(Comment)
        const line = yield* comments.query.where(({ tenantId }) => tenantId.eq(step.tenant)).count
        return yield* comments.insert({ tenantId: step.tenant, ticket: step.number, line, text: step.title })
      }
      case "UpdateWhere":
        return yield* Query.update(Ticket).set(({ votes }) => ({ votes: votes.add(2) })).where((ticket) =>
          ticket.tenantId.eq(step.tenant).and(ticket.title.eq(step.title))
        )
      case "Tickets":
        return yield* tickets.query.where(({ tenantId }) => tenantId.eq(step.tenant)).orderBy(byNumber)
          .include({ comments: { orderBy: ({ line }) => line.asc() } }).all
      case "Countries":
        return yield* Query.from(Ticket, "ticket")
          .join(Country, "country", (joined) => joined.ticket.country.eq(joined.country.code))
          .where(({ ticket }) => ticket.tenantId.eq(step.tenant))
          .groupBy((joined) => ({ name: joined.country.name }))
          .select(({ ticket }) => ({ tickets: Query.count(), votes: Query.sum(ticket.votes) }))
          .orderBy(({ name }) => name.asc()).all
      case "InsertMany":
        return yield* tickets.insertMany(
          step.tenants.map((tenantId) => ({ tenantId, number: step.number, title: step.title, country: "uy" }))
        )
      case "PatchMany":
        return yield* tickets.patchMany(
          [...new Set(step.tenants)].map((tenantId) => ({ tenantId, number: step.number, title: step.title }))
        )
      case "UpdateAll":
        return yield* Query.update(Ticket).set(() => ({ title: step.title })).where((ticket) =>
          ticket.country.eq(step.country)
        )
      case "DeleteAll":
        return yield* Query.delete(Ticket).where((ticket) => ticket.title.eq(step.title))
      case "Rename":
        return yield* Query.update(Country).set(() => ({ name: step.title })).where(({ code }) => code.eq(step.country))
      case "Titles":
        return yield* Query.from(Ticket).select(({ title: own }) => ({ title: own })).distinct()
          .orderBy(({ title: own }) => own.asc()).all
      case "PerCountry":
        return yield* Query.from(Ticket, "ticket")
          .join(Country, "country", (joined) => joined.ticket.country.eq(joined.country.code))
          .groupBy((joined) => ({ code: joined.country.code, name: joined.country.name }))
          .select(({ ticket }) => ({ tickets: Query.count(), most: Query.max(ticket.votes) }))
          .orderBy(({ code }) => code.asc()).all
      case "Page":
        return yield* Query.from(Ticket).orderBy(byNumber).limit(2).offset(step.number).all
    }
  })

/** An answer in words that are equal where answers are. */
const told = <A>(value: A) => JSON.stringify(value, (_, one: unknown) => typeof one === "bigint" ? Number(one) : one)

/** What each step answers by itself, or the name of its failure. */
export const traced = (program: ReadonlyArray<Step>) =>
  Effect.forEach(
    program,
    (step) => Effect.match(answer(step), { onFailure: ({ _tag }) => `${step._tag}: ${_tag}`, onSuccess: told })
  )

/** What the parts of a program answer. */
export const run = (program: typeof Program.Type) =>
  Effect.forEach(program, ({ steps: own, transaction }) => {
    if (transaction === "none") return traced(own)
    const whole = Effect.map(Effect.forEach(own, answer), (answers) => answers.map(told))
    const ended = transaction === "kept" ? whole : Effect.flatMap(whole, () => Effect.fail({ _tag: "Undone" as const }))
    return Effect.match(Session.transaction(ended), {
      onFailure: ({ _tag }) => [`transaction: ${_tag}`],
      onSuccess: (answers) => answers
    })
  })

/** The rows as they are stored, as plain SQL tells them. */
export const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return [
    yield* sql`SELECT code, name FROM tenant_countries ORDER BY code`,
    yield* sql`SELECT "tenantId", number, title, votes, country FROM tenant_tickets ORDER BY "tenantId", number`,
    yield* sql`SELECT "tenantId", ticket, line, text FROM tenant_comments ORDER BY "tenantId", ticket, line`
  ]
})

/** Leaves two countries alone. */
export const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM tenant_comments`
  yield* sql`DELETE FROM tenant_tickets`
  yield* sql`DELETE FROM tenant_countries`
  yield* sql`INSERT INTO tenant_countries (code, name) VALUES ('pt', 'Portugal'), ('uy', 'Uruguay')`
})
