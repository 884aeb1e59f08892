/**
 * Random operations on several repositories, alone, in transactions that nest, fail and are cut off, answer and leave behind what a
 * few maps say.
 */
import { assert, layer } from "@effect/vitest"
import { type OrmError, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"
import {
  all,
  computed,
  distinct,
  Doc,
  docId,
  Item,
  nothing,
  type Operation,
  Owner,
  type State,
  Step,
  type Transaction
} from "./randomRepositorySteps.ts"

/** What plain SQL tells of the id of an owner, and of the version of a document. */
const numberOf = Effect.fnUntraced(function*(table: string, column: string, key: string, value: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly n: number }>`
    SELECT CAST(${sql(column)} AS INTEGER) AS n FROM ${sql(table)} WHERE CAST(${sql(key)} AS VARCHAR) = ${value}`
  return row?.n ?? -1
})

const ownerOf = (key: string) => numberOf("random_repository_owners", "id", "name", key)

const asked = Effect.fnUntraced(function*(operation: Operation) {
  const owners = yield* Repository.make(Owner)
  const items = yield* Repository.make(Item)
  const docs = yield* Repository.make(Doc)
  switch (operation._tag) {
    case "InsertOwner":
      return (yield* owners.insert({ name: operation.name, rank: operation.rank })).rank
    case "UpsertOwner": {
      const options = operation.update ? {} : { update: [] }
      return (yield* owners.upsert({ name: operation.name, rank: operation.rank }, { on: "name", ...options })).rank
    }
    case "PatchOwner":
      return (yield* owners.patch({ id: yield* ownerOf(operation.name), rank: operation.rank })).rank
    case "IncrementOwner":
      return (yield* owners.increment(yield* ownerOf(operation.name), { rank: operation.rank })).rank
    case "DeleteOwner":
      return yield* owners.delete(yield* ownerOf(operation.name))
    case "InsertItems": {
      const owner = yield* ownerOf(operation.name)
      return (yield* items.insertMany(distinct(operation.places).map((at) => ({ owner, place: at, count: 0 })))).length
    }
    case "UpsertItem": {
      const owner = yield* ownerOf(operation.name)
      return (yield* items.upsert({ owner, place: operation.place, count: operation.count })).count
    }
    case "SaveItem": {
      const owner = yield* ownerOf(operation.name)
      return (yield* items.save(new Item({ owner, place: operation.place, count: operation.count }))).count
    }
    case "IncrementItem": {
      const owner = yield* ownerOf(operation.name)
      return (yield* items.increment({ owner, place: operation.place }, { count: operation.count })).count
    }
    case "DeleteItems": {
      const owner = yield* ownerOf(operation.name)
      return yield* items.deleteMany(operation.places.map((at) => ({ owner, place: at })))
    }
    case "GetItems": {
      const owner = yield* ownerOf(operation.name)
      return (yield* items.getMany(operation.places.map((at) => ({ owner, place: at })))).map(({ count }) => count)
    }
    case "InsertDoc":
      return (yield* docs.insert({ id: docId(operation.doc), title: operation.title })).version
    case "PatchDoc": {
      const version = yield* numberOf("random_repository_docs", "version", "id", docId(operation.doc))
      const change = { id: docId(operation.doc), title: operation.title, version: version - operation.late }
      return (yield* docs.patch(change)).version
    }
    case "DeleteDoc":
      return yield* docs.delete(docId(operation.doc))
    case "RestoreDoc":
      return (yield* docs.restore(docId(operation.doc))).version
    case "PurgeDoc":
      return yield* docs.purge(docId(operation.doc))
  }
})

/** DuckDB counts a row that was deleted in the same transaction as one that still refers to another: no transaction does both. */
const isPossible = ({ inner, operations: outer }: Transaction): boolean => {
  const tags = [...outer, ...inner.operations].map(({ _tag }) => _tag)
  return !(tags.includes("DeleteItems") && tags.includes("DeleteOwner"))
}

/** Everything that is stored, as plain SQL tells. */
const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const owners = yield* sql<{ name: string; rank: number }>`SELECT name, rank FROM random_repository_owners`
  const items = yield* sql<{ name: string; place: number; count: number }>`
    SELECT o.name, i.place, i."count" FROM random_repository_items i JOIN random_repository_owners o ON o.id = i.owner`
  const docs = yield* sql<{ id: string; title: string; version: number; deleted: boolean }>`
    SELECT CAST(id AS VARCHAR) AS id, title, version, "deletedAt" IS NOT NULL AS deleted FROM random_repository_docs`
  return {
    owners: new Map(owners.map((row) => [row.name, row.rank])),
    items: new Map(items.map((row) => [`${row.name}${row.place}`, row.count])),
    docs: new Map(docs.map(({ id, ...row }) => [Number(id.slice(-1)), row]))
  }
})

const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const table of ["items", "owners", "docs"]) yield* sql`DELETE FROM ${sql(`random_repository_${table}`)}`
})

type Failure = Effect.Error<ReturnType<typeof asked>> | OrmError.TransactionError

/** Runs a transaction with one nested in it, whose failure is caught. */
const run = ({ end, inner, operations: outer }: Transaction) => {
  const nested = Session.transaction(
    Effect.andThen(
      Effect.forEach(inner.operations, asked, { discard: true }),
      inner.end === "fail" ? Effect.fail("undo" as const) : Effect.void
    )
  )
  const body = Effect.gen(function*() {
    yield* Effect.forEach(outer, asked, { discard: true })
    yield* nested.pipe(Effect.catch(() => Effect.void))
    if (end === "fail") return yield* Effect.fail("undo" as const)
    if (end === "interrupt") return yield* Effect.interrupt
  })
  return Session.transaction(body)
}

/** What a transaction leaves behind where it commits; nothing where it can't. */
const committed = ({ end, inner, operations: outer }: Transaction, before: State): State | undefined => {
  const outcome = all(outer, before)
  if (outcome.failed || end !== "commit") return undefined
  const within = all(inner.operations, outcome.state)
  return within.failed || inner.end === "fail" ? outcome.state : within.state
}

const isLost = (exit: Exit.Exit<unknown, Failure | "undo">): boolean =>
  Option.exists(Exit.findErrorOption(exit), (error) => error !== "undo" && error._tag === "SavepointLost")

const steps = Arbitrary.array(Arbitrary.schema(Step), { minLength: 1, maxLength: 12 })

export const randomRepository = (label: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Owner, Item, Doc]), { timeout: "180 seconds" })(
    `${label}: random repository`,
    (it) => {
      it.effect.prop("answers and stores what maps would", { steps }, ({ steps: given }) =>
        Effect.gen(function*() {
          yield* emptied
          let state = nothing
          for (const step of given) {
            if (step._tag === "Alone") {
              const outcome = computed(step.operation, state)
              const answer = yield* asked(step.operation).pipe(Effect.catch(({ _tag }) => Effect.succeed(_tag)))
              assert.deepStrictEqual(answer, outcome.answer, JSON.stringify(step))
              state = outcome.state
            } else if (isPossible(step)) {
              const after = committed(step, state)
              const fiber = yield* Effect.forkChild(run(step), { startImmediately: true })
              if (step.cut > 0) {
                yield* Effect.repeat(Effect.yieldNow, { times: step.cut })
                yield* Fiber.interrupt(fiber)
              }
              const exit = yield* Fiber.await(fiber)
              const isCommitted = Exit.isSuccess(exit)
              const isCut = step.cut > 0 || isLost(exit)
              if (!isCut) {
                assert.strictEqual(isCommitted, after !== undefined, `${JSON.stringify(step)} ${String(exit)}`)
              }
              if (isCommitted && after !== undefined) {
                state = after
              }
            }
            assert.deepStrictEqual(yield* stored, state, JSON.stringify(step))
          }
        }), { arbitrary: { runs: 60 } })
    }
  )
