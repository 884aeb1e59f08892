/**
 * Steps at random of a unit of work in which two tenants share a table, and what a plain model knows of their rows: numbered tickets
 * that are versioned, stamped and deleted softly.
 */
import { Column, Mixin, Model } from "andamios-orm"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

const Tenant = Schema.Literals(["acme", "globex"])

export class CurrentTenant
  extends Context.Service<CurrentTenant, typeof Tenant.Type>()("randomTickets/CurrentTenant")
{}

export class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.serial(Column.int32),
  title: Schema.String,
  rank: Column.int32,
  ...Mixin.tenant(CurrentTenant, Tenant),
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "random_tickets" }) {}

/** A row that is found by the key that it brings. */
export class Label extends Model.Class<Label>("Label")({
  name: Column.primaryKey(Schema.String),
  uses: Column.int32,
  ...Mixin.version
}, { table: "random_tickets_labels" }) {}

/** Which of the tenant's tickets is meant, in the order of their making. */
const which = Schema.Literals([0, 1, 2])
const title = Schema.Literals(["a", "b", "c"])
const rank = Schema.Literals([0, 1, 2])
const name = Schema.Literals(["x", "y"])

const Through = Schema.Union([
  Schema.TaggedStruct("Add", { title, rank }),
  Schema.TaggedStruct("Retitle", { which, title }),
  Schema.TaggedStruct("Rank", { which, rank }),
  Schema.TaggedStruct("Remove", { which }),
  Schema.TaggedStruct("Detach", { which }),
  Schema.TaggedStruct("Refresh", { which }),
  Schema.TaggedStruct("Flush", {}),
  Schema.TaggedStruct("Get", { which }),
  Schema.TaggedStruct("Find", { rank }),
  Schema.TaggedStruct("AddLabel", { name, rank }),
  Schema.TaggedStruct("UseLabel", { name, rank }),
  Schema.TaggedStruct("RemoveLabel", { name })
])

/** What writes past the unit of work, and is not told by its changes. */
const Past = Schema.Union([
  Schema.TaggedStruct("Insert", { title, rank }),
  Schema.TaggedStruct("Patch", { which, title }),
  Schema.TaggedStruct("Delete", { which }),
  Schema.TaggedStruct("Restore", { which }),
  Schema.TaggedStruct("UpdateWhere", { rank, title }),
  Schema.TaggedStruct("DeleteWhere", { rank }),
  Schema.TaggedStruct("Upsert", { name, rank }),
  Schema.TaggedStruct("Increment", { name, rank })
])

const steps = <S extends Schema.Top>(step: S) =>
  Schema.Array(Schema.Struct({ tenant: Tenant, step })).check(Schema.isMinLength(4), Schema.isMaxLength(20))

export const throughSteps = steps(Through)
export const anySteps = steps(Schema.Union([Through, Past]))

type Step = typeof Through.Type | typeof Past.Type
export interface Given {
  readonly tenant: typeof Tenant.Type
  readonly step: Step
}

/** What a unit of work may begin with, so that what follows it meets rows. */
export const filling: ReadonlyArray<Given> = [
  { tenant: "acme", step: { _tag: "Add", title: "a", rank: 0 } },
  { tenant: "globex", step: { _tag: "Add", title: "b", rank: 1 } },
  { tenant: "acme", step: { _tag: "Add", title: "c", rank: 1 } },
  { tenant: "acme", step: { _tag: "AddLabel", name: "x", rank: 0 } }
]

export interface TicketRow {
  readonly id: number
  readonly tenantId: typeof Tenant.Type
  readonly title: string
  readonly rank: number
  readonly version: number
  readonly updatedAt: number
  readonly deleted: boolean
}

export interface LabelRow {
  readonly name: string
  readonly uses: number
  readonly version: number
}

interface Rows {
  readonly tickets: ReadonlyMap<number, TicketRow>
  readonly labels: ReadonlyMap<string, LabelRow>
}

/** What is stored, and what is known, which is what will be stored. */
export interface State {
  readonly stored: Rows
  readonly known: Rows
}

const none: Rows = { tickets: new Map(), labels: new Map() }

export const nothing: State = { stored: none, known: none }

/** All that is known is stored. */
export const flushed = ({ known }: State): State => ({ stored: known, known })

export const without = <K, A>(rows: ReadonlyMap<K, A>, key: K): ReadonlyMap<K, A> =>
  new Map([...rows].filter(([at]) => at !== key))

export const withTicket = (rows: Rows, row: TicketRow): Rows => ({
  ...rows,
  tickets: new Map([...rows.tickets, [row.id, row]])
})

export const withLabel = (rows: Rows, row: LabelRow): Rows => ({
  ...rows,
  labels: new Map([...rows.labels, [row.name, row]])
})

/** A ticket with other values: as it is stored, where they are those, and else with one change more than it was stored with. */
export const changed = (state: State, row: TicketRow, fields: Partial<TicketRow>, now: number): State => {
  const stored = state.stored.tickets.get(row.id)
  const next = { ...row, ...fields }
  if (stored === undefined) return { ...state, known: withTicket(state.known, next) }
  const isSame = next.title === stored.title && next.rank === stored.rank
  const touched = { ...next, version: stored.version + 1, updatedAt: now }
  return { ...state, known: withTicket(state.known, isSame ? stored : touched) }
}

/** A ticket that was written past the unit of work, once all that was known is stored. */
export const written = (state: State, row: TicketRow, fields: Partial<TicketRow>, now: number): State => {
  const touched = { ...row, ...fields, version: row.version + 1, updatedAt: now }
  return flushed({ ...state, known: withTicket(state.known, touched) })
}

const byKey = (one: ReadonlyArray<unknown>, other: ReadonlyArray<unknown>) => String(one[0]) < String(other[0]) ? -1 : 1

/** What is stored of a state, as plain SQL tells it. */
export const told = ({ stored: { labels, tickets } }: State) => [
  [...tickets.values()]
    .map((row) => [row.id, row.tenantId, row.title, row.rank, row.version, row.updatedAt, row.deleted])
    .toSorted(byKey),
  [...labels.values()].map((row) => [row.name, row.uses, row.version]).toSorted(byKey)
]

/** What is stored, in the words of both databases. */
export const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tickets = yield* sql`SELECT id, "tenantId", title, "rank", version,
    CAST(round(extract(epoch FROM "updatedAt") * 1000) AS FLOAT8) AS at, "deletedAt" IS NOT NULL AS deleted FROM random_tickets`
  const labels = yield* sql`SELECT name, uses, version FROM random_tickets_labels`
  const values = (rows: ReadonlyArray<object>) =>
    rows.map((row): ReadonlyArray<unknown> => Object.values(row)).toSorted(byKey)
  return [values(tickets), values(labels)]
})

/** Leaves nothing in both tables. */
export const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM random_tickets`
  yield* sql`DELETE FROM random_tickets_labels`
})
