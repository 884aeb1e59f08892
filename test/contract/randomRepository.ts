/**
 * Random operations on several repositories, alone, in transactions that nest, fail and are cut off, answer and leave behind what a
 * few maps say.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, type OrmError, Repository, Session } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { type Database, withTables } from "../databases.ts"

class Owner extends Model.Class<Owner>("Owner")({
  id: Column.serial(Schema.Int),
  name: Column.unique(Schema.String),
  rank: Column.int32.check(Schema.isBetween({ minimum: -5, maximum: 5 }))
}, { table: "random_repository_owners" }) {}

class Item extends Model.Class<Item>("Item")({
  owner: Column.primaryKey(Column.references(Schema.Int, () => Owner, "id")),
  place: Column.primaryKey(Column.int16),
  count: Column.int32
}, { table: "random_repository_items" }) {}

const DocId = Schema.String.pipe(Schema.brand("DocId"))

class Doc extends Model.Class<Doc>("Doc")({
  id: Column.id(DocId),
  title: Column.unique(Schema.String),
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "random_repository_docs" }) {}

const name = Schema.Literals(["a", "b", "c"])
const rank = Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 3 }))
const place = Schema.Literals([0, 1, 2])
const doc = Schema.Literals([1, 2, 3])
const title = Schema.Literals(["x", "y", "z"])

const Operation = Schema.Union([
  Schema.TaggedStruct("InsertOwner", { name, rank }),
  Schema.TaggedStruct("UpsertOwner", { name, rank, update: Schema.Boolean }),
  Schema.TaggedStruct("PatchOwner", { name, rank }),
  Schema.TaggedStruct("IncrementOwner", { name, rank }),
  Schema.TaggedStruct("DeleteOwner", { name }),
  Schema.TaggedStruct("InsertItems", { name, places: Schema.Array(place) }),
  Schema.TaggedStruct("UpsertItem", { name, place, count: rank }),
  Schema.TaggedStruct("SaveItem", { name, place, count: rank }),
  Schema.TaggedStruct("IncrementItem", { name, place, count: rank }),
  Schema.TaggedStruct("DeleteItems", { name, places: Schema.Array(place) }),
  Schema.TaggedStruct("GetItems", { name, places: Schema.Array(place) }),
  Schema.TaggedStruct("InsertDoc", { doc, title }),
  Schema.TaggedStruct("PatchDoc", { doc, title, late: Schema.Literals([0, 0, 1]) }),
  Schema.TaggedStruct("DeleteDoc", { doc }),
  Schema.TaggedStruct("RestoreDoc", { doc }),
  Schema.TaggedStruct("PurgeDoc", { doc })
])
type Operation = typeof Operation.Type

const operations = Schema.Array(Operation).check(Schema.isMaxLength(4))
const Inner = Schema.Struct({ operations, end: Schema.Literals(["commit", "fail"]) })
const Step = Schema.Union([
  Schema.TaggedStruct("Alone", { operation: Operation }),
  Schema.TaggedStruct("Transaction", {
    operations,
    inner: Inner,
    end: Schema.Literals(["commit", "commit", "fail", "interrupt"]),
    /** After how many turns of the scheduler it is interrupted from outside, if it is. */
    cut: Schema.Literals([0, 0, 1, 5, 20])
  })
])
type Step = typeof Step.Type
type Transaction = Extract<Step, { readonly _tag: "Transaction" }>

interface State {
  readonly owners: ReadonlyMap<string, number>
  readonly items: ReadonlyMap<string, number>
  readonly docs: ReadonlyMap<number, { readonly title: string; readonly version: number; readonly deleted: boolean }>
}

const nothing: State = { owners: new Map(), items: new Map(), docs: new Map() }

/** What an operation answers, and what it leaves behind; a failure, by its tag, leaves all as it was. */
interface Outcome {
  readonly answer: unknown
  readonly state: State
  readonly failed: boolean
}

/** Places, each once: databases differ in what they say of a key that is given twice for an owner that there isn't. */
const distinct = (places: ReadonlyArray<number>) => [...new Set(places)]

const computed = (operation: Operation, state: State): Outcome => {
  const { docs, items, owners } = state
  const failed = (answer: string): Outcome => ({ answer, state, failed: true })
  const done = (answer: unknown, change: Partial<State>): Outcome => ({
    answer,
    state: { ...state, ...change },
    failed: false
  })
  const ranked = (key: string, to: number): Outcome => done(to, { owners: new Map([...owners, [key, to]]) })
  const documented = (key: number, to: { title: string; version: number; deleted: boolean }): Outcome =>
    !to.deleted && [...docs].some(([other, row]) => other !== key && !row.deleted && row.title === to.title)
      ? failed("UniqueViolation")
      : done(to.version, { docs: new Map([...docs, [key, to]]) })
  const without = <K, A>(map: ReadonlyMap<K, A>, gone: ReadonlyArray<K>) =>
    new Map([...map].filter(([key]) => !gone.includes(key)))

  switch (operation._tag) {
    case "InsertOwner":
      return owners.has(operation.name) ? failed("UniqueViolation") : ranked(operation.name, operation.rank)
    case "UpsertOwner": {
      const known = owners.get(operation.name)
      return ranked(operation.name, known === undefined || operation.update ? operation.rank : known)
    }
    case "PatchOwner":
      return owners.has(operation.name) ? ranked(operation.name, operation.rank) : failed("NotFound")
    case "IncrementOwner": {
      const known = owners.get(operation.name)
      if (known === undefined) return failed("NotFound")
      const sum = known + operation.rank
      return Math.abs(sum) > 5 ? failed("CheckViolation") : ranked(operation.name, sum)
    }
    case "DeleteOwner": {
      if (!owners.has(operation.name)) return failed("NotFound")
      const isReferred = [...items.keys()].some((key) => key.startsWith(operation.name))
      return isReferred ? failed("StillReferenced") : done(undefined, { owners: without(owners, [operation.name]) })
    }
    case "InsertItems": {
      const keys = distinct(operation.places).map((at) => `${operation.name}${at}`)
      if (keys.length === 0) return done(0, {})
      if (keys.some((key) => items.has(key))) return failed("UniqueViolation")
      if (!owners.has(operation.name)) return failed("ForeignKeyViolation")
      return done(keys.length, { items: new Map([...items, ...keys.map((key) => [key, 0] as const)]) })
    }
    case "UpsertItem":
      return owners.has(operation.name)
        ? done(operation.count, {
          items: new Map([...items, [`${operation.name}${operation.place}`, operation.count]])
        })
        : failed("ForeignKeyViolation")
    case "SaveItem":
    case "IncrementItem": {
      const key = `${operation.name}${operation.place}`
      const known = items.get(key)
      if (known === undefined) return failed("NotFound")
      const count = operation._tag === "SaveItem" ? operation.count : known + operation.count
      return done(count, { items: new Map([...items, [key, count]]) })
    }
    case "DeleteItems": {
      const keys = operation.places.map((at) => `${operation.name}${at}`).filter((key) => items.has(key))
      return done(new Set(keys).size, { items: without(items, keys) })
    }
    case "GetItems": {
      const found = operation.places.map((at) => items.get(`${operation.name}${at}`))
      return found.includes(undefined) ? failed("NotFound") : done(found, {})
    }
    case "InsertDoc":
      return docs.has(operation.doc)
        ? failed("UniqueViolation")
        : documented(operation.doc, { title: operation.title, version: 1, deleted: false })
    case "PatchDoc": {
      const known = docs.get(operation.doc)
      if (known === undefined || known.deleted) return failed("NotFound")
      return operation.late === 1
        ? failed("StaleRow")
        : documented(operation.doc, { ...known, title: operation.title, version: known.version + 1 })
    }
    case "DeleteDoc": {
      const known = docs.get(operation.doc)
      if (known === undefined || known.deleted) return failed("NotFound")
      const gone = { ...known, deleted: true, version: known.version + 1 }
      return done(undefined, { docs: new Map([...docs, [operation.doc, gone]]) })
    }
    case "RestoreDoc": {
      const known = docs.get(operation.doc)
      if (known === undefined || !known.deleted) return failed("NotFound")
      return documented(operation.doc, { ...known, deleted: false, version: known.version + 1 })
    }
    case "PurgeDoc":
      return docs.has(operation.doc) ? done(undefined, { docs: without(docs, [operation.doc]) }) : failed("NotFound")
  }
}

/** The operations one after another, until one fails. */
const all = (given: ReadonlyArray<Operation>, state: State): Outcome =>
  given.reduce(
    (before: Outcome, operation) => before.failed ? before : computed(operation, before.state),
    { answer: undefined, state, failed: false }
  )

const docId = (key: number) => DocId.make(`0195e1f0-7f3c-7b53-9f0a-00000000000${key}`)

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
  layer(withTables(database, Owner, Item, Doc), { timeout: "180 seconds" })(`${label}: random repository`, (it) => {
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
            if (!isCut) assert.strictEqual(isCommitted, after !== undefined, `${JSON.stringify(step)} ${String(exit)}`)
            if (isCommitted && after !== undefined) state = after
          }
          assert.deepStrictEqual(yield* stored, state, JSON.stringify(step))
        }
      }), { arbitrary: { runs: 60 } })
  })
