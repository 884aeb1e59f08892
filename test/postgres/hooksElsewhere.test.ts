/**
 * Hooks of a repository reach its own PostgreSQL by whatever they use, also where another one is around them.
 */
import { PgClient } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { Column, Database, Model, Repository } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"

class Item extends Model.Class<Item>("Item")({ id: Column.primaryKey(Column.int32) }, { table: "items" }) {}

class Archive extends Database.Service<Archive, Postgres.Provided>()("test/Archive") {}

const live = Layer.merge(TestDatabase.layerPostgres([Item]), Archive.layer(TestDatabase.layerPostgres([Item])))

/** Which database and transaction a client is in, and the locks of that. */
const place = ({ unsafe }: SqlClient.SqlClient) =>
  Effect.map(
    unsafe<{ readonly place: string; readonly locks: number }>(
      `SELECT concat_ws(' ', current_database(), pg_current_xact_id()) AS place,
        (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`
    ),
    ([found]) => found
  )

layer(live, { timeout: "60 seconds" })("hooks inside of another PostgreSQL", (it) => {
  it.effect("have the client, the locks and the channels of their own", () =>
    Effect.gen(function*() {
      const found: Array<unknown> = []
      const items = yield* Repository.make(Item, {
        hooks: {
          afterInsert: () =>
            Effect.gen(function*() {
              yield* Postgres.transactionLock("items")
              yield* Postgres.notify("items", "one more")
              found.push(yield* place(yield* SqlClient.SqlClient), yield* place(yield* PgClient.PgClient))
            })
        }
      })
      for (const insert of [items.insert({ id: 1 }), Archive.run(items.insert({ id: 2 }))]) {
        yield* insert
        const [plain, driver] = found.splice(0)
        assert.deepStrictEqual(driver, plain)
        assert.deepInclude(plain, { locks: 1 })
      }
    }))

  it.effect("are those of the one inside, where the repository was made there", () =>
    Archive.run(Effect.gen(function*() {
      const items = yield* Repository.make(Item, { hooks: { afterInsert: () => Postgres.transactionLock("items") } })
      yield* items.insert({ id: 1 })
    })))
})
