/**
 * Units of work at random, with nested transactions and failures, leave behind what a plain model says; what they say they have changed
 * makes the same of an empty database.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Session, UnitOfWork } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { type Database, withTables } from "../databases.ts"

class Folder extends Model.Class<Folder>("Folder")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String,
  parent: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Folder, "id"),
  ...Mixin.version
}, { table: "random_work_folders" }) {}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  folder: Column.references(Column.int32, () => Folder, "id"),
  text: Schema.String,
  ...Mixin.timestamps,
  ...Mixin.softDelete
}, { table: "random_work_notes" }) {}

const id = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))
const name = Schema.Literals(["a", "b", "c"])

const Step = Schema.Union([
  Schema.TaggedStruct("AddFolder", { id, name, parent: Schema.NullOr(id) }),
  Schema.TaggedStruct("AddNote", { id, folder: id, text: name }),
  Schema.TaggedStruct("Rename", { id, name }),
  Schema.TaggedStruct("Rewrite", { id, text: name }),
  Schema.TaggedStruct("Move", { id, folder: id }),
  Schema.TaggedStruct("RemoveFolder", { id }),
  Schema.TaggedStruct("RemoveNote", { id }),
  Schema.TaggedStruct("Flush", {}),
  Schema.TaggedStruct("Query", {}),
  Schema.TaggedStruct("Refresh", { id })
])
type Step = typeof Step.Type

const Part = Schema.Struct({
  /** How the steps are run: as they are, or in a nested transaction that succeeds, fails or is undone by an interrupt. */
  nested: Schema.Literals(["no", "no", "succeeds", "fails", "dies"]),
  steps: Schema.Array(Step)
})
type Part = typeof Part.Type

interface FolderRow {
  readonly id: number
  readonly name: string
  readonly parent: number | null
  readonly version: number
}

interface NoteRow {
  readonly id: number
  readonly folder: number
  readonly text: string
  readonly deleted: boolean
}

/** What is stored, and which rows were changed since it was written. */
interface State {
  readonly folders: ReadonlyMap<number, FolderRow>
  readonly notes: ReadonlyMap<number, NoteRow>
}

/** A step as it is expected to leave things, or nothing where it makes no sense and is left out. */
const expected = (step: Step, { folders, notes }: State): State | undefined => {
  const without = <A>(rows: ReadonlyMap<number, A>, key: number) => new Map([...rows].filter(([at]) => at !== key))
  switch (step._tag) {
    case "AddFolder": {
      const isRooted = step.parent === null || folders.has(step.parent)
      if (folders.has(step.id) || !isRooted) return undefined
      const { _tag, ...row } = step
      return { notes, folders: new Map([...folders, [row.id, { ...row, version: 1 }]]) }
    }
    case "AddNote": {
      if (notes.has(step.id) || !folders.has(step.folder)) return undefined
      const { _tag, ...row } = step
      return { folders, notes: new Map([...notes, [row.id, { ...row, deleted: false }]]) }
    }
    case "Rename": {
      const folder = folders.get(step.id)
      return folder && { notes, folders: new Map([...folders, [step.id, { ...folder, name: step.name }]]) }
    }
    case "Rewrite": {
      const note = notes.get(step.id)
      if (note === undefined || note.deleted) return undefined
      return { folders, notes: new Map([...notes, [step.id, { ...note, text: step.text }]]) }
    }
    case "Move": {
      const note = notes.get(step.id)
      if (note === undefined || note.deleted || !folders.has(step.folder)) return undefined
      return { folders, notes: new Map([...notes, [step.id, { ...note, folder: step.folder }]]) }
    }
    case "RemoveFolder": {
      const isReferredTo = [...folders.values()].some(({ parent }) => parent === step.id) ||
        [...notes.values()].some(({ folder }) => folder === step.id)
      return folders.has(step.id) && !isReferredTo ? { notes, folders: without(folders, step.id) } : undefined
    }
    case "RemoveNote": {
      const note = notes.get(step.id)
      if (note === undefined || note.deleted) return undefined
      return { folders, notes: new Map([...notes, [step.id, { ...note, deleted: true }]]) }
    }
    case "Flush":
    case "Query":
    case "Refresh":
      return { folders, notes }
  }
}

class Undone extends Schema.TaggedError<Undone>()("Undone", {}) {}

const run = Effect.fnUntraced(function*(step: Step) {
  const work = yield* UnitOfWork.UnitOfWork
  switch (step._tag) {
    case "AddFolder":
      return yield* work.add(Folder, { id: step.id, name: step.name, parent: step.parent })
    case "AddNote":
      return yield* work.add(Note, { id: step.id, folder: step.folder, text: step.text })
    case "Rename":
      return yield* work.change(Folder, yield* work.get(Folder, step.id), { name: step.name })
    case "Rewrite":
      return yield* work.change(Note, yield* work.get(Note, step.id), { text: step.text })
    case "Move":
      return yield* work.change(Note, yield* work.get(Note, step.id), { folder: step.folder })
    case "RemoveFolder":
      return yield* work.remove(Folder, yield* work.get(Folder, step.id))
    case "RemoveNote":
      // one that was not written yet would be gone, and not marked
      yield* work.flush
      return yield* work.remove(Note, yield* work.get(Note, step.id))
    case "Flush":
      return yield* work.flush
    case "Query":
    case "Refresh":
      return
  }
})

/** What the unit of work knows and what its queries find is what is expected. */
const check = Effect.fnUntraced(function*(step: Step, { folders, notes }: State) {
  const work = yield* UnitOfWork.UnitOfWork
  if (step._tag === "Query") {
    const found = yield* Query.from(Folder).orderBy((folder) => folder.id.asc()).all
    assert.deepStrictEqual(
      found.map(({ id: key, name: given, parent }) => [key, given, parent]),
      [...folders.values()].toSorted((one, other) => one.id - other.id).map((row) => [row.id, row.name, row.parent])
    )
    for (const folder of found) assert.strictEqual(yield* work.get(Folder, folder.id), folder)
  }
  if (step._tag === "Refresh") {
    yield* work.flush
    const before = yield* work.find(Note, step.id)
    if (before._tag === "None") return assert.isFalse(notes.get(step.id)?.deleted === false)
    const after = yield* work.refresh(Note, before.value)
    assert.deepStrictEqual(after, before.value)
    assert.strictEqual(yield* work.get(Note, step.id), after)
    assert.strictEqual(after.text, notes.get(step.id)?.text)
  }
})

const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return [
    yield* sql`SELECT * FROM random_work_folders ORDER BY id`,
    yield* sql`SELECT * FROM random_work_notes ORDER BY id`
  ]
})

const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM random_work_notes`
  let left = 1
  // a row goes after those that refer to it, each in a transaction of its own
  while (left > 0) {
    yield* sql`DELETE FROM random_work_folders WHERE id NOT IN
      (SELECT parent FROM random_work_folders WHERE parent IS NOT NULL)`
    left = (yield* sql`SELECT 1 FROM random_work_folders`).length
  }
})

const parts = Arbitrary.array(Arbitrary.schema(Part), { minLength: 1, maxLength: 6 })

/** The result of parts that are run one after another, each as a whole or not at all. */
const runParts = Effect.fnUntraced(function*(given: ReadonlyArray<Part>, begin: State) {
  let state = begin
  for (const { nested, steps } of given) {
    let reached = state
    const all = Effect.gen(function*() {
      for (const step of steps) {
        const next = expected(step, reached)
        if (next === undefined) continue
        yield* run(step)
        reached = next
        yield* Effect.scoped(check(step, reached))
        yield* TestClock.adjust("1 second")
      }
      if (nested === "fails") return yield* new Undone()
      if (nested === "dies") return yield* Effect.interrupt
    })
    if (nested === "no") {
      yield* all
      state = reached
      continue
    }
    const exit = yield* Effect.exit(Session.transaction(all))
    if (Exit.isSuccess(exit)) state = reached
    else if (nested === "succeeds") return yield* Effect.failCause(exit.cause)
  }
  return state
})

const told = ({ folders, notes }: State) => [
  [...folders.values()].map((row) => [row.id, row.name, row.parent]).toSorted(byKey),
  [...notes.values()].map((row) => [row.id, row.folder, row.text, row.deleted]).toSorted(byKey)
]

const byKey = ([one]: ReadonlyArray<unknown>, [other]: ReadonlyArray<unknown>) => Number(one) - Number(other)

/** A database that frees no rows may refuse what others do: see `Dialect.features`. */
export const randomWork = (label: string, database: Database, { freesRows = true } = {}) =>
  layer(withTables(database, Folder, Note), { timeout: "120 seconds" })(`${label}: random units of work`, (it) => {
    it.effect.prop(
      "leave behind what a plain model says, or nothing, and their changes make the same of an empty database",
      { units: Arbitrary.array(parts, { minLength: 1, maxLength: 3 }), fails: Schema.Boolean },
      ({ fails, units }) =>
        Effect.gen(function*() {
          yield* emptied
          let state: State = { folders: new Map(), notes: new Map() }
          const changes: Array<UnitOfWork.Change> = []
          for (const [place, unit] of units.entries()) {
            const isUndone = fails && place === 1
            const before = yield* stored
            const exit = yield* Effect.exit(Session.unitOfWork(Effect.gen(function*() {
              const work = yield* UnitOfWork.UnitOfWork
              const reached = yield* runParts(unit, state)
              const made = yield* work.changes
              if (isUndone) return yield* new Undone()
              return { reached, made }
            })))
            if (Exit.isFailure(exit)) {
              assert.deepStrictEqual(yield* stored, before)
              if (!isUndone) assert.isTrue(!freesRows && isRefused(exit), Cause.pretty(exit.cause))
              continue
            }
            state = exit.value.reached
            changes.push(...exit.value.made)
            const [folders = [], notes = []] = yield* stored
            assert.deepStrictEqual([
              folders.map((row) => [row["id"], row["name"], row["parent"]]),
              notes.map((row) => [row["id"], row["folder"], row["text"], row["deletedAt"] !== null])
            ], told(state))
          }
          const made = yield* stored
          yield* emptied
          const encoded = JSON.stringify(yield* Schema.encodeEffect(Schema.Array(UnitOfWork.Change))(changes))
          const decoded = yield* Schema.decodeUnknownEffect(Schema.Array(UnitOfWork.Change))(JSON.parse(encoded))
          const replayed = yield* Effect.exit(Session.replay([Folder, Note], decoded))
          if (Exit.isSuccess(replayed)) return assert.deepStrictEqual(yield* stored, made)
          // DuckDB deletes no row in the transaction in which one that referred to it was deleted
          assert.isTrue(!freesRows && isRefused(replayed), Cause.pretty(replayed.cause))
        }),
      { arbitrary: { runs: 150 } }
    )
  })

/** Whether it failed because the database does not remove a row in the transaction in which others referred to it. */
const isRefused = (exit: Exit.Failure<unknown, unknown>): boolean =>
  /does not do this: removing|still referred to/.test(Cause.pretty(exit.cause))
