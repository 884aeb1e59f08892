/**
 * Runs the random steps of two tenants in a unit of work, through it and past it, and holds each answer against a plain model.
 */
import { assert } from "@effect/vitest"
import { Query, Repository, UnitOfWork } from "andamios-orm"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import {
  changed,
  CurrentTenant,
  flushed,
  type Given,
  Label,
  type LabelRow,
  type State,
  Ticket,
  type TicketRow,
  withLabel,
  without,
  withTicket,
  written
} from "./randomTicketSteps.ts"

/** A ticket as the model tells it. */
const rowOf = (row: Ticket): TicketRow => ({
  id: row.id,
  tenantId: row.tenantId,
  title: row.title,
  rank: row.rank,
  version: row.version,
  updatedAt: DateTime.toEpochMillis(row.updatedAt),
  deleted: row.deletedAt !== null
})

const labelOf = ({ name, uses, version }: Label): LabelRow => ({ name, uses, version })

const ran = Effect.fnUntraced(function*({ step, tenant }: Given, state: State) {
  const work = yield* UnitOfWork.UnitOfWork
  const tickets = yield* Repository.make(Ticket)
  const labels = yield* Repository.make(Label)
  const now = yield* Clock.currentTimeMillis
  const own = [...state.known.tickets.values()].filter((row) => row.tenantId === tenant)
  const ticket = "which" in step ? own[step.which] : undefined
  const living = ticket?.deleted === false ? ticket : undefined
  const label = "name" in step ? state.known.labels.get(step.name) : undefined

  switch (step._tag) {
    case "Add": {
      const added = rowOf(yield* work.add(Ticket, { title: step.title, rank: step.rank }))
      const { rank: ranked, title: titled } = step
      const row = {
        id: added.id,
        tenantId: tenant,
        title: titled,
        rank: ranked,
        version: 1,
        updatedAt: now,
        deleted: false
      }
      assert.deepStrictEqual(added, row)
      assert.isFalse(state.known.tickets.has(added.id), "a number is drawn once")
      return { ...state, known: withTicket(state.known, row) }
    }
    case "Retitle":
    case "Rank": {
      if (living === undefined) return state
      const fields = step._tag === "Rank" ? { rank: step.rank } : { title: step.title }
      const next = changed(state, living, fields, now)
      const row = yield* work.change(Ticket, yield* work.get(Ticket, living.id), fields)
      assert.deepStrictEqual(rowOf(row), next.known.tickets.get(living.id))
      return next
    }
    case "Remove": {
      if (living === undefined) return state
      yield* work.remove(Ticket, yield* work.get(Ticket, living.id))
      const stored = state.stored.tickets.get(living.id)
      if (stored === undefined) {
        return { ...state, known: { ...state.known, tickets: without(state.known.tickets, living.id) } }
      }
      const removed = { ...living, version: stored.version + 1, updatedAt: now, deleted: true }
      return { ...state, known: withTicket(state.known, removed) }
    }
    case "Detach": {
      if (living === undefined) return state
      yield* work.detach(Ticket, yield* work.get(Ticket, living.id))
      const stored = state.stored.tickets.get(living.id)
      const detached = stored === undefined
        ? { ...state.known, tickets: without(state.known.tickets, living.id) }
        : withTicket(state.known, stored)
      return { ...state, known: detached }
    }
    case "Refresh": {
      const stored = living && state.stored.tickets.get(living.id)
      if (stored === undefined) return state
      const row = yield* work.refresh(Ticket, yield* work.get(Ticket, stored.id))
      assert.deepStrictEqual(rowOf(row), stored)
      assert.strictEqual(yield* work.get(Ticket, stored.id), row)
      return { ...state, known: withTicket(state.known, stored) }
    }
    case "Flush":
      yield* work.flush
      return flushed(state)
    case "Get": {
      const id = ticket?.id ?? 0
      const found = yield* work.find(Ticket, id)
      assert.deepStrictEqual(Option.getOrUndefined(Option.map(found, rowOf)), living)
      if (Option.isSome(found)) assert.strictEqual(yield* work.get(Ticket, id), found.value)
      // nobody finds what is another's
      const other = tenant === "acme" ? "globex" : "acme"
      assert.isTrue(Option.isNone(yield* Effect.provideService(work.find(Ticket, id), CurrentTenant, other)))
      return state
    }
    case "Find": {
      const found = yield* Query.from(Ticket).where((row) => row.rank.eq(step.rank)).orderBy((row) => row.id.asc()).all
      const expected = own.filter((row) => !row.deleted && row.rank === step.rank).toSorted((a, b) => a.id - b.id)
      assert.deepStrictEqual(found.map(rowOf), expected)
      for (const row of found) assert.strictEqual(yield* work.get(Ticket, row.id), row)
      return flushed(state)
    }
    case "AddLabel": {
      if (label !== undefined) return state
      yield* work.add(Label, { name: step.name, uses: step.rank })
      // one that is removed goes before what takes its key
      const before = state.stored.labels.has(step.name) ? flushed(state) : state
      return { ...before, known: withLabel(before.known, { name: step.name, uses: step.rank, version: 1 }) }
    }
    case "UseLabel": {
      if (label === undefined) return state
      const stored = state.stored.labels.get(step.name)
      const row = yield* work.change(Label, yield* work.get(Label, step.name), { uses: step.rank })
      const used = stored === undefined
        ? { ...label, uses: step.rank }
        : stored.uses === step.rank
        ? stored
        : { ...stored, uses: step.rank, version: stored.version + 1 }
      assert.deepStrictEqual(labelOf(row), used)
      return { ...state, known: withLabel(state.known, used) }
    }
    case "RemoveLabel":
      if (label === undefined) return state
      yield* work.remove(Label, yield* work.get(Label, step.name))
      return { ...state, known: { ...state.known, labels: without(state.known.labels, step.name) } }
    case "Insert": {
      const row = rowOf(yield* tickets.insert({ title: step.title, rank: step.rank }))
      assert.deepStrictEqual([row.tenantId, row.version, row.updatedAt], [tenant, 1, now])
      return flushed({ ...state, known: withTicket(state.known, row) })
    }
    case "Patch": {
      if (living === undefined) return state
      const { id, version } = yield* work.get(Ticket, living.id)
      yield* work.flush
      const row = yield* tickets.patch({ id, version, title: step.title })
      const next = written(state, living, { title: step.title }, now)
      assert.deepStrictEqual(rowOf(row), next.known.tickets.get(id))
      assert.strictEqual(yield* work.get(Ticket, id), row)
      return next
    }
    case "Delete":
      if (living === undefined) return state
      yield* tickets.delete(living.id)
      return written(state, living, { deleted: true }, now)
    case "Restore": {
      if (ticket?.deleted !== true) return state
      const next = written(state, ticket, { deleted: false }, now)
      assert.deepStrictEqual(rowOf(yield* tickets.restore(ticket.id)), next.known.tickets.get(ticket.id))
      return next
    }
    case "UpdateWhere":
    case "DeleteWhere": {
      const meant = own.filter((row) => !row.deleted && row.rank === step.rank)
      const count = step._tag === "UpdateWhere"
        ? yield* Query.update(Ticket).set(() => ({ title: step.title })).where((row) => row.rank.eq(step.rank))
        : yield* Query.delete(Ticket).where((row) => row.rank.eq(step.rank))
      assert.strictEqual(count, meant.length)
      const fields = step._tag === "UpdateWhere" ? { title: step.title } : { deleted: true }
      return meant.reduce((before, row) => written(before, row, fields, now), flushed(state))
    }
    case "Upsert": {
      const { uses, version } = yield* labels.upsert({ name: step.name, uses: step.rank })
      assert.deepStrictEqual([uses, version], [step.rank, (label?.version ?? 0) + 1])
      return flushed({ ...state, known: withLabel(state.known, { name: step.name, uses, version }) })
    }
    case "Increment": {
      if (label === undefined) return state
      const { uses, version } = yield* labels.increment(step.name, { uses: step.rank })
      assert.deepStrictEqual([uses, version], [label.uses + step.rank, label.version + 1])
      return flushed({ ...state, known: withLabel(state.known, { name: step.name, uses, version }) })
    }
  }
})

/** Runs a step as its tenant where it makes sense, checks what it answers, and says what it leaves behind. */
const run = (given: Given, state: State) => Effect.provideService(ran(given, state), CurrentTenant, given.tenant)

/** Runs steps one after another, a second apart, and says what they leave behind. */
export const runSteps = Effect.fnUntraced(function*(steps: ReadonlyArray<Given>, begin: State) {
  let state = begin
  for (const step of steps) {
    state = yield* run(step, state)
    yield* TestClock.adjust("1 second")
  }
  return state
})
