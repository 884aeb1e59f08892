/**
 * Random operations on several repositories, and what a few maps say that each of them answers and leaves behind.
 */
import { Column, Mixin, Model } from "andamios-orm"
import * as Schema from "effect/Schema"

export class Owner extends Model.Class<Owner>("Owner")({
  id: Column.serial(Schema.Int),
  name: Column.unique(Schema.String),
  rank: Column.int32.check(Schema.isBetween({ minimum: -5, maximum: 5 }))
}, { table: "random_repository_owners" }) {}

export class Item extends Model.Class<Item>("Item")({
  owner: Column.primaryKey(Column.references(Schema.Int, () => Owner, "id")),
  place: Column.primaryKey(Column.int16),
  count: Column.int32
}, { table: "random_repository_items" }) {}

const DocId = Schema.String.pipe(Schema.brand("DocId"))

export class Doc extends Model.Class<Doc>("Doc")({
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
export type Operation = typeof Operation.Type

const operations = Schema.Array(Operation).check(Schema.isMaxLength(4))
const Inner = Schema.Struct({ operations, end: Schema.Literals(["commit", "fail"]) })
export const Step = Schema.Union([
  Schema.TaggedStruct("Alone", { operation: Operation }),
  Schema.TaggedStruct("Transaction", {
    operations,
    inner: Inner,
    end: Schema.Literals(["commit", "commit", "fail", "interrupt"]),
    /** After how many turns of the scheduler it is interrupted from outside, if it is. */
    cut: Schema.Literals([0, 0, 1, 5, 20])
  })
])
export type Step = typeof Step.Type
export type Transaction = Extract<Step, { readonly _tag: "Transaction" }>

export interface State {
  readonly owners: ReadonlyMap<string, number>
  readonly items: ReadonlyMap<string, number>
  readonly docs: ReadonlyMap<number, { readonly title: string; readonly version: number; readonly deleted: boolean }>
}

export const nothing: State = { owners: new Map(), items: new Map(), docs: new Map() }

/** What an operation answers, and what it leaves behind; a failure, by its tag, leaves all as it was. */
interface Outcome {
  readonly answer: unknown
  readonly state: State
  readonly failed: boolean
}

/** Places, each once: databases differ in what they say of a key that is given twice for an owner that there isn't. */
export const distinct = (places: ReadonlyArray<number>) => [...new Set(places)]

export const computed = (operation: Operation, state: State): Outcome => {
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
export const all = (given: ReadonlyArray<Operation>, state: State): Outcome =>
  given.reduce(
    (before: Outcome, operation) => before.failed ? before : computed(operation, before.state),
    { answer: undefined, state, failed: false }
  )

export const docId = (key: number) => DocId.make(`0195e1f0-7f3c-7b53-9f0a-00000000000${key}`)
