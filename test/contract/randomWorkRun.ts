/**
 * Runs the random steps of a unit of work, holds what it knows against a plain model, and tells what is stored.
 */
import { assert } from "@effect/vitest"
import { Query, Session, UnitOfWork } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { begun, expected, Folder, Note, type Part, type State, type Step, type Told } from "./randomWorkSteps.ts"

export class Undone extends Schema.TaggedError<Undone>()("Undone", {}) {}

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

/** What plain SQL tells of both tables. */
export const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return [
    yield* sql`SELECT * FROM random_work_folders ORDER BY id`,
    yield* sql`SELECT * FROM random_work_notes ORDER BY id`
  ]
})

/** Leaves nothing in both tables. */
export const emptied = Effect.gen(function*() {
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

/** The result of parts that are run one after another, each as a whole or not at all. */
export const runParts = Effect.fnUntraced(function*(given: ReadonlyArray<Part>, before: State) {
  let state = begun(before)
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

/** What is stored, as a state is told. */
export const storedAsTold = Effect.map(stored, ([folders = [], notes = []]): Told => [
  folders.map((row) => [row["id"], row["name"], row["parent"]]),
  notes.map((row) => [row["id"], row["folder"], row["text"], row["deletedAt"] !== null])
])
