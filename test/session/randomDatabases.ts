/**
 * Fibers that use three databases of one program at random: each row lands where it was sent, and nothing else does; what is rolled back
 * on one is kept on the others; and nobody reads of one what is in another.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Database, Model, Query, QueryCache, Repository, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import type { Database as Any } from "../contract/Subject.ts"

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  home: Schema.String
}, { table: "random_databases_notes" }) {}

/** What the hook of a repository writes. */
class Echo extends Model.Class<Echo>("Echo")({
  id: Column.primaryKey(Column.int32),
  home: Schema.String
}, { table: "random_databases_echoes" }) {}

class One extends Database.Service<One>()("randomDatabases/One") {}
class Two extends Database.Service<Two>()("randomDatabases/Two") {}

class Undone extends Data.TaggedError("Undone") {}

/** The default one, and the two that have names. */
type Place = "default" | "one" | "two"
const places: ReadonlyArray<Place> = ["default", "one", "two"]

const to = Schema.Literals(["here", "one", "two"])
const Add = Schema.TaggedStruct("Add", {
  to,
  by: Schema.Literals(["query", "repository", "repository used elsewhere", "work", "work used elsewhere", "sql"])
})
const Read = Schema.TaggedStruct("Read", {
  to,
  by: Schema.Literals(["query", "keys", "repository used elsewhere", "stream", "sql"])
})
const leaf = Schema.Union([Add, Read, Schema.TaggedStruct("Wait", {})])
const how = { to, as: Schema.Literals(["transaction", "work", "sql"]), fails: Schema.Boolean }
const blockOf = <S extends Schema.Top>(step: S) =>
  Schema.TaggedStruct("Block", { ...how, steps: Schema.Array(step).check(Schema.isMaxLength(4)) })
const inner = Schema.Union([leaf, blockOf(leaf)])
const middle = Schema.Union([leaf, blockOf(inner)])
const Steps = Schema.Array(Schema.Union([leaf, blockOf(middle)])).check(Schema.isMinLength(2), Schema.isMaxLength(6))

/** Steps in a transaction or a unit of work. */
interface Block {
  readonly _tag: "Block"
  readonly to: typeof to.Type
  readonly as: typeof how.as.Type
  readonly fails: boolean
  readonly steps: ReadonlyArray<Step>
}

type Step = typeof leaf.Type | Block

/** A row that was sent to a database; what was added by a repository has an echo there. */
interface Added {
  readonly place: Place
  readonly id: number
  readonly isEchoed: boolean
}

/** What a step is in: the database that is used there, and the units of work and transactions around it, by their databases. */
interface Around {
  readonly here: Place
  readonly open: ReadonlySet<Place>
  readonly works: ReadonlyMap<Place, UnitOfWork.UnitOfWork["Service"]>
}

const at = <A, E, R>(place: Place, effect: Effect.Effect<A, E, R>) =>
  Effect.suspend((): Effect.Effect<A, E, R | One | Two | Database.Beside<R, Database.Provided>> => {
    switch (place) {
      case "default":
        return effect
      case "one":
        return One.run(effect)
      case "two":
        return Two.run(effect)
    }
  })

type Needed = Session.Session | SqlClient.SqlClient | One | Two

const placeOf = (step: Pick<Block, "to">, { here }: Around): Place => step.to === "here" ? here : step.to

const elsewhere = (place: Place): Place => place === "one" ? "two" : "one"

const repositoryAt = (place: Place) =>
  at(
    place,
    Repository.make(Note, {
      hooks: { afterInsert: (rows) => Query.insert(Echo).values(rows.map(({ home, id }) => ({ id, home }))) }
    })
  )

const byNumber = (one: number, other: number) => one - other

/** A fiber, whose rows are numbered from the same number on in each database. */
const fiber = (first: number) => {
  const counts: Record<Place, number> = { default: 0, one: 0, two: 0 }
  let alive: ReadonlyArray<Added> = []

  const add = Effect.fnUntraced(function*(place: Place, by: typeof Add.Type["by"], { works }: Around) {
    const row = { id: first + counts[place]++, home: place }
    const work = works.get(place)
    switch (by) {
      case "query":
        yield* at(place, Query.insert(Note).values(row))
        break
      case "repository": {
        const notes = yield* repositoryAt(place)
        yield* at(place, notes.insert(row))
        break
      }
      case "repository used elsewhere": {
        const notes = yield* repositoryAt(place)
        yield* at(elsewhere(place), notes.insert(row))
        break
      }
      case "work":
        yield* at(
          place,
          Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, (own) => own.add(Note, row)))
        )
        break
      case "work used elsewhere":
        yield* work === undefined
          ? at(place, Query.insert(Note).values(row))
          : at(elsewhere(place), work.add(Note, row))
        break
      case "sql":
        yield* at(
          place,
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO random_databases_notes ${sql.insert(row)}`)
        )
    }
    alive = [...alive, { place, id: row.id, isEchoed: by.startsWith("repository") }]
  })

  const read = Effect.fnUntraced(function*(place: Place, by: typeof Read.Type["by"], { works }: Around) {
    const ids = alive.filter((added) => added.place === place).map(({ id }) => id)
    const isMine = (note: Query.Scope<typeof Note>) => note.id.between(first, first + 99)
    const reading = Effect.gen(function*() {
      switch (by) {
        case "query":
          return yield* Query.from(Note).where(isMine)
        case "repository used elsewhere": {
          const notes = yield* repositoryAt(place)
          const found = at(elsewhere(place), Effect.zip(notes.find(isMine), notes.count(isMine)))
          const [rows, count] = yield* found
          assert.lengthOf(rows, count)
          return rows
        }
        case "keys": {
          const notes = yield* Repository.make(Note)
          return (yield* Effect.forEach(ids, notes.findById)).flatMap(Option.toArray)
        }
        case "stream":
          return yield* Stream.runCollect(Query.from(Note).where(isMine).stream)
        case "sql": {
          yield* works.get(place)?.flush ?? Effect.void
          const sql = yield* SqlClient.SqlClient
          return yield* sql<{ id: number; home: string }>`SELECT id, home FROM random_databases_notes
            WHERE id BETWEEN ${first} AND ${first + 99}`
        }
      }
    })
    const rows = yield* by === "repository used elsewhere" ? reading : at(place, reading)
    assert.deepStrictEqual(rows.map(({ id }) => id).toSorted(byNumber), ids, `what is read of ${place} by ${by}`)
    assert.deepStrictEqual(rows.filter(({ home }) => home !== place), [], `what is read of ${place} by ${by}`)
  })

  const run = (steps: ReadonlyArray<Step>, around: Around): Effect.Effect<void, unknown, Needed> =>
    Effect.forEach(steps, (step): Effect.Effect<void, unknown, Needed> => {
      switch (step._tag) {
        case "Wait":
          return Effect.yieldNow
        case "Add":
          return add(placeOf(step, around), step.by, around)
        case "Read":
          return Effect.forEach(
            [placeOf(step, around), elsewhere(placeOf(step, around))],
            (place) => read(place, step.by, around),
            { discard: true }
          )
        case "Block":
          return block(placeOf(step, around), step, around)
      }
    }, { discard: true })

  /** If it fails, what was done to its own database is rolled back, and nothing else. */
  const block = (place: Place, { as, fails, steps }: Block, around: Around) =>
    Effect.suspend(() => {
      const before = alive
      const inside = (works: Around["works"]) => {
        const done = run(steps, { here: place, open: new Set([...around.open, place]), works })
        // a nested transaction that fails is another story
        return fails && !around.open.has(place) ? Effect.andThen(done, new Undone()) : done
      }
      return at(place, begun(as, place, around.works, inside)).pipe(
        Effect.catchIf((error) => error instanceof Undone, () =>
          Effect.sync(() => {
            alive = alive.filter((added) => added.place !== place || before.includes(added))
          }))
      )
    })

  const around: Around = { here: "default", open: new Set(), works: new Map() }
  return (steps: ReadonlyArray<Step>) => Effect.map(run(steps, around), () => alive)
}

const begun = (
  as: Block["as"],
  place: Place,
  works: Around["works"],
  inside: (works: Around["works"]) => Effect.Effect<void, unknown, Needed>
): Effect.Effect<void, unknown, Needed> => {
  switch (as) {
    case "transaction":
      return Session.transaction(inside(works))
    case "work":
      return Session.unitOfWork(
        Effect.flatMap(UnitOfWork.UnitOfWork, (work) => inside(new Map([...works, [place, work]])))
      )
    case "sql":
      return Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(inside(works)))
  }
}

const idsIn = (table: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ id: number; home: string }>`SELECT id, home FROM ${sql(table)} ORDER BY id`,
      (rows) => rows.map(({ home, id }) => `${home} ${id}`)
    ))

const stored = Effect.all([idsIn("random_databases_notes"), idsIn("random_databases_echoes")])

const told = (added: ReadonlyArray<Added>) =>
  added.toSorted((one, other) => byNumber(one.id, other.id)).map(({ id, place }) => `${place} ${id}`)

const emptied = Effect.andThen(Query.delete(Note).everywhere(), Query.delete(Echo).everywhere())

const withTables = (database: Any) => TestDatabase.layerOn(database, [Note, Echo])

export const randomDatabases = (label: string, first: Any, one: Any, two: Any) =>
  layer(
    Layer.mergeAll(
      withTables(first),
      One.layer(withTables(one)),
      Two.layer(withTables(two)),
      QueryCache.layerMemory()
    ),
    { timeout: "60 seconds" }
  )(`${label}: several databases at random`, (it) => {
    it.effect.prop("are kept apart by fibers that use all of them", [Steps, Steps, Steps], ([...fibers]) =>
      Effect.gen(function*() {
        yield* Effect.forEach(places, (place) =>
          at(place, emptied))
        const added = yield* Effect.forEach(fibers, (steps, index) =>
          fiber(index * 100)(steps), {
          concurrency: "unbounded"
        })
        for (const place of places) {
          const there = added.flat().filter((each) => each.place === place)
          assert.deepStrictEqual(
            yield* at(place, stored),
            [told(there), told(there.filter(({ isEchoed }) => isEchoed))],
            `what is stored in ${place}`
          )
        }
      }), { arbitrary: { runs: 60 } })
  })
