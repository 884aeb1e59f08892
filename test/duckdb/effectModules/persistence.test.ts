/**
 * Effect's `Persistence` and `PersistedCache` on DuckDB.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { KeyValueStore, Persistable, PersistedCache, Persistence } from "effect/persistence"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as TestClock from "effect/testing/TestClock"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

class Weather extends Persistable.Class<{ payload: { readonly city: string } }>()("Weather", {
  primaryKey: ({ city }) => city,
  success: Schema.Struct({ degrees: Schema.Finite }),
  error: Schema.Struct({ problem: Schema.String })
}) {}

const mild = Exit.succeed({ degrees: 21.5 })
const unknown = Exit.fail({ problem: "no such city" })
const open = (storeId = "weather") =>
  Effect.flatMap(Persistence.Persistence, (persistence) => persistence.make({ storeId, timeToLive: () => "1 hour" }))

describe.each([
  ["in one table", Persistence.layerSql],
  ["in a table per store", Persistence.layerSqlMultiTable]
])("Persistence %s, with the compatibility Layer", (_name, persistence) => {
  const layer = persistence.pipe(Layer.provide(compatible))

  it.live("keeps successes and failures, by the real clock", () =>
    Effect.gen(function*() {
      const store = yield* open()
      const [lima, paris, oslo] = [
        new Weather({ city: "Lima" }),
        new Weather({ city: "Paris" }),
        new Weather({ city: "Oslo" })
      ]
      yield* store.set(lima, mild)
      yield* store.set(lima, unknown)
      yield* store.setMany([[paris, mild], [oslo, unknown]])
      assert.deepStrictEqual(yield* store.get(lima), unknown)
      assert.deepStrictEqual(yield* store.getMany([oslo, new Weather({ city: "Rome" }), paris]), [
        unknown,
        undefined,
        mild
      ])
      yield* store.remove(paris)
      assert.isUndefined(yield* store.get(paris))
      yield* store.clear
      assert.isUndefined(yield* store.get(lima))
    }).pipe(Effect.provide(layer)))

  it.effect("forgets what has expired", () =>
    Effect.gen(function*() {
      const store = yield* open()
      const lima = new Weather({ city: "Lima" })
      yield* store.set(lima, mild)
      yield* TestClock.adjust("59 minutes")
      assert.deepStrictEqual(yield* store.get(lima), mild)
      yield* TestClock.adjust("1 minute")
      assert.isUndefined(yield* store.get(lima))
    }).pipe(Effect.provide(layer)))

  it.live("keeps the stores apart, and takes writes of many fibers to the same keys", () =>
    Effect.gen(function*() {
      const [ours, theirs] = yield* Effect.all([open("ours"), open("theirs")])
      const writes = Array.from({ length: 60 }, (_, index) => new Weather({ city: `city ${index % 3}` }))
      yield* Effect.forEach(writes, (key) => ours.set(key, mild), { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* ours.getMany(writes.slice(0, 3)), [mild, mild, mild])
      assert.isUndefined(yield* theirs.get(writes[0] ?? new Weather({ city: "" })))
    }).pipe(Effect.provide(layer)))
})

describe("Persistence in one table, with the compatibility Layer", () => {
  it.effect("removes what has expired from the table, in batches", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* Effect.scoped(Layer.build(Persistence.layerSql))
      yield* sql`INSERT INTO effect_persistence SELECT 's', 'k' || i, '{}', 1000 FROM range(2500) AS rows(i)`
      yield* sql`INSERT INTO effect_persistence VALUES ('s', 'later', '{}', 1000000000000), ('s', 'never', '{}', NULL)`
      yield* Layer.build(Persistence.layerSql)
      const left = sql<{ readonly left: number }>`SELECT count(*) AS left FROM effect_persistence`
      yield* TestClock.adjust("5 minutes").pipe(
        Effect.andThen(TestClock.withLive(Effect.sleep("10 millis"))),
        Effect.andThen(left),
        Effect.repeat({ until: ([row]) => row?.left === 2, times: 200 })
      )
      assert.deepStrictEqual(yield* sql`SELECT id FROM effect_persistence ORDER BY id`, [{ id: "later" }, {
        id: "never"
      }])
    }).pipe(Effect.scoped, Effect.provide(compatible)))
})

describe("Persistence on DuckDB as it is", () => {
  it.live("in a table per store, has no room for the milliseconds of today: its failure says so", () =>
    Effect.gen(function*() {
      const store = yield* open()
      const failure = yield* Effect.flip(store.set(new Weather({ city: "Lima" }), mild))
      assert.strictEqual(failure._tag, "PersistenceError")
    }).pipe(Effect.provide(Persistence.layerSqlMultiTable.pipe(Layer.provide(plain)))))

  it.live("in one table, can't make its index", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(Persistence.layerSql.pipe(Layer.provide(plain)))))
      assert.include(String(exit), "partial indexes")
    }))

  it.live("in a KeyValueStore, works", () =>
    Effect.gen(function*() {
      const store = yield* open()
      const lima = new Weather({ city: "Lima" })
      yield* store.set(lima, mild)
      assert.deepStrictEqual(yield* store.get(lima), mild)
    }).pipe(
      Effect.provide(Persistence.layerKvs.pipe(Layer.provide(KeyValueStore.layerSql()), Layer.provide(plain)))
    ))
})

describe("PersistedCache with the compatibility Layer", () => {
  it.live("looks a key up once, also for those who ask at once or after the file was opened again", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      let lookups = 0
      const ask = Effect.gen(function*() {
        const cache = yield* PersistedCache.make(
          (_: Weather) => Effect.sync(() => (lookups++, { degrees: lookups })),
          { storeId: "forecast", timeToLive: () => "1 hour" }
        )
        const lima = new Weather({ city: "Lima" })
        const answers = yield* Effect.all(Array.from({ length: 20 }, () => cache.get(lima)), {
          concurrency: "unbounded"
        })
        return { answers, again: Effect.andThen(cache.invalidate(lima), cache.get(lima)) }
      })
      const database = Persistence.layerSql.pipe(Layer.provide(compatibleAt(path)))
      const once = Array.from({ length: 20 }, () => ({ degrees: 1 }))
      const first = yield* Effect.scoped(ask).pipe(Effect.provide(database, { local: true }))
      assert.deepStrictEqual(first.answers, once)
      yield* Effect.gen(function*() {
        const { again, answers } = yield* ask
        assert.deepStrictEqual(answers, once)
        assert.deepStrictEqual(yield* again, { degrees: 2 })
      }).pipe(Effect.scoped, Effect.provide(database, { local: true }))
    }))
})
