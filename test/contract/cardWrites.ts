/**
 * Random writes to cards and all else that is looked up by keys: some tell whose rows they are, and some don't.
 */
import { Query, Repository, Session, UnitOfWork } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { Branch, Card, Coded, Leaf, Note, Owner, Slot } from "./cards.ts"

export const Key = Schema.Literals([1, 2, 3, 4])
const Text = Schema.Literals(["x", "y"])
export const Who = Schema.Literals(["a", "b"])

export const Write = Schema.Union([
  Schema.TaggedStruct("Card", {
    key: Key,
    other: Key,
    text: Text,
    by: Schema.Literals([
      "insert",
      "upsert",
      "upsertOnCode",
      "patch",
      "update",
      "updateAll",
      "code",
      "select",
      "newKey"
    ])
  }),
  Schema.TaggedStruct("NoCard", {
    key: Key,
    other: Key,
    by: Schema.Literals(["delete", "deleteMany", "query", "purge", "restore", "sql", "unknown"])
  }),
  Schema.TaggedStruct("Coded", {
    key: Key,
    text: Text,
    by: Schema.Literals(["patch", "upsert", "query", "delete", "deleteMany"])
  }),
  Schema.TaggedStruct("Slot", {
    key: Key,
    text: Text,
    who: Who,
    by: Schema.Literals(["insert", "upsert", "patch", "update", "delete", "deleteMany", "query", "given"])
  }),
  Schema.TaggedStruct("Branch", {
    key: Key,
    parent: Schema.NullOr(Key),
    by: Schema.Literals(["insert", "upsert", "patch", "increment", "delete", "sql", "add", "change", "remove"])
  }),
  Schema.TaggedStruct("Leaf", { key: Key, branch: Schema.NullOr(Key) }),
  Schema.TaggedStruct("Note", {
    key: Key,
    text: Text,
    by: Schema.Literals(["insert", "insertMany", "select", "patch", "delete"])
  })
])
export type Write = typeof Write.Type

export const codeOf = (key: number): string => `c${key}`
export const slotOf = (key: number) => ({ shelf: `s${key % 2}`, place: key >> 1 })

/** Carries out a write; notes have the numbers from this one on. */
export const write = (step: Write, firstNote: number) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    switch (step._tag) {
      case "Card": {
        const { by, key: id, other, text } = step
        const cards = yield* Repository.make(Card)
        const row = { id, code: codeOf(other), text }
        switch (by) {
          case "insert":
            return yield* cards.insert(row)
          case "upsert":
            return yield* cards.upsertMany([row, { id: id + 4, code: `d${id}`, text }])
          case "upsertOnCode":
            return yield* cards.upsert(row, { on: "code" })
          case "patch":
            return yield* cards.patchMany([{ id, text }])
          case "update":
            return yield* Query.update(Card).set(() => ({ text })).where((card) =>
              card.text.ne(text).and(card.id.eq(id))
            )
          case "updateAll":
            return yield* Query.update(Card).set(() => ({ text })).where((card) => card.id.eq(id).or(card.id.eq(other)))
          case "code":
            return yield* cards.patch({ id, code: codeOf(other) })
          case "select":
            return yield* Query.insert(Card).from(
              Query.from(Card).where((card) => card.id.eq(id)).select((card) => ({
                id: card.id.add(1),
                code: card.code.concat("+"),
                text: card.text
              }))
            )
          case "newKey":
            return yield* sql`UPDATE kept_cards SET id = ${other} WHERE id = ${id}`
        }
      }
      case "NoCard": {
        const { by, key: id, other } = step
        const cards = yield* Repository.make(Card)
        switch (by) {
          case "delete":
            return yield* cards.delete(id)
          case "deleteMany":
            return yield* cards.deleteMany([id, other])
          case "query":
            return yield* Query.delete(Card).where((card) => card.id.in([id, other]))
          case "purge":
            return yield* cards.purge(id)
          case "restore":
            return yield* cards.restore(id)
          case "sql":
            return yield* sql`DELETE FROM kept_cards WHERE id = ${id}`
          case "unknown":
            return yield* sql`EXPLAIN ANALYZE DELETE FROM kept_cards`
        }
      }
      case "Coded": {
        const { by, key: id, text } = step
        const coded = yield* Repository.make(Coded)
        const code = codeOf(id)
        switch (by) {
          case "patch":
            return yield* coded.patch({ code, text })
          case "upsert":
            return yield* coded.upsert({ code, id, text })
          case "query":
            return yield* Query.update(Coded).set(() => ({ id, text })).where((card) => card.code.eq(code))
          case "delete":
            return yield* coded.delete(code)
          case "deleteMany":
            return yield* coded.deleteMany([code])
        }
      }
      case "Slot": {
        const { by, key, text, who } = step
        const slots = yield* Repository.make(Slot)
        const slot = slotOf(key)
        const done = Effect.gen(function*() {
          switch (by) {
            case "insert":
              return yield* slots.insert({ ...slot, text })
            case "upsert":
              return yield* slots.upsert({ ...slot, text })
            case "patch":
              return yield* slots.patch({ ...slot, text })
            case "update":
              return yield* Query.update(Slot).set(() => ({ text })).where(({ place, shelf }) =>
                place.eq(slot.place).and(shelf.eq(slot.shelf))
              )
            case "delete":
              return yield* slots.delete(slot)
            case "deleteMany":
              return yield* slots.deleteMany([slot])
            case "query":
              return yield* Query.delete(Slot).where(({ shelf }) => shelf.eq(slot.shelf))
            case "given":
              return yield* sql`UPDATE kept_slots SET "tenantId" = ${who} WHERE place = ${slot.place}`
          }
        })
        return yield* Effect.provideService(done, Owner, who)
      }
      case "Branch": {
        const { by, key: id } = step
        // none refers to itself, however far away
        const parent = step.parent === null || step.parent >= id ? null : step.parent
        const branches = yield* Repository.make(Branch)
        const row = { id, parent, weight: 1 }
        switch (by) {
          case "insert":
            return yield* branches.insert(row)
          case "upsert":
            return yield* branches.upsert(row)
          case "patch": {
            const { version } = yield* branches.get(id)
            return yield* branches.patch({ id, parent, version })
          }
          case "increment":
            return yield* branches.increment(id, { weight: 2 })
          case "delete":
            return yield* branches.delete(id)
          case "sql":
            return yield* sql`DELETE FROM kept_branches WHERE id = ${id}`
          case "add":
            return yield* Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, (work) => work.add(Branch, row)))
          case "change":
            return yield* Session.unitOfWork(Effect.gen(function*() {
              const work = yield* UnitOfWork.UnitOfWork
              return yield* work.change(Branch, yield* work.get(Branch, id), { parent, weight: 3 })
            }))
          case "remove":
            return yield* Session.unitOfWork(Effect.gen(function*() {
              const work = yield* UnitOfWork.UnitOfWork
              return yield* work.remove(Branch, yield* work.get(Branch, id))
            }))
        }
      }
      case "Leaf":
        return yield* (yield* Repository.make(Leaf)).upsert({ id: step.key, branch: step.branch })
      case "Note": {
        const { by, key, text } = step
        const notes = yield* Repository.make(Note)
        const id = firstNote + key
        switch (by) {
          case "insert":
            return yield* notes.insert({ text })
          case "insertMany":
            return yield* notes.insertMany([{ text }, { text }])
          case "select":
            return yield* Query.insert(Note).from(Query.from(Card).select((card) => ({ text: card.text })))
          case "patch":
            return yield* notes.patch({ id, text })
          case "delete":
            return yield* notes.delete(id)
        }
      }
    }
  })
