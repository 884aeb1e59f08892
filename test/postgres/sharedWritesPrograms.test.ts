/**
 * Several programs that share their writes see each other's, in their caches and live queries, whatever happens between them.
 */
import { assert, layer } from "@effect/vitest"
import { Query } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import process from "node:process"
import { Author, Book, empty, withLibrary } from "../contract/library.ts"
import { program } from "./sharing/programs.ts"
import { Step } from "./sharing/steps.ts"

interface Place {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly database: string
}

/** Three programs on a database, which the test itself looks at with nothing between. */
class Programs extends Context.Service<Programs, {
  readonly place: Place
  readonly all: ReadonlyArray<Effect.Success<ReturnType<typeof program>>>
}>()("test/Programs") {
  static readonly layer = Layer.unwrap(Effect.map(PostgresServer.start(), ({ database, host, port, username }) => {
    const place = { database, host, port, username }
    const programs = Effect.map(
      Effect.forEach([1, 2, 3], () => program({ ...place, pool: { size: 2 } })),
      (all) => ({ place, all })
    )
    return Layer.effect(this, programs).pipe(Layer.provideMerge(withLibrary(Postgres.layer(place))))
  }))
}

/** What the tables hold. */
const stored = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const authors = yield* sql`SELECT id, name FROM library_authors ORDER BY id`
  const books = yield* sql`SELECT id, "authorId", pages FROM library_books ORDER BY id`
  return authors.map((author) => ({ ...author, books: books.filter((book) => book["authorId"] === author["id"]) }))
})

/** Waits until what every program answers with from memory is what is stored. */
const settled = (readers: Programs["Service"]["all"]) =>
  Effect.gen(function*() {
    const truth = yield* stored
    const deadline = performance.now() + 15_000
    for (const reader of readers) {
      for (;;) {
        const { cached, fresh, live } = yield* reader.ask({ _tag: "Read" })
        const isTold = isEqual(Reflect.get(Object(cached), "authors"), truth) && isEqual(live, truth)
        if (isTold && isEqual(cached, fresh)) break
        if (performance.now() > deadline) assert.deepStrictEqual({ cached, live }, { cached: fresh, live: truth })
      }
    }
  })

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const plain = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

const seeded = Effect.gen(function*() {
  yield* empty
  yield* Query.insert(Author).values([1, 2, 3].map((id) => ({ id, name: "0" })))
  yield* Query.insert(Book).values([1, 2, 3].map((id) => ({ id, authorId: id, pages: 1 })))
  // the test itself tells nothing
  yield* plain("SELECT pg_notify('andamios_written', '')")
})

const Turn = Schema.Struct({ who: Schema.Literals([0, 1, 2]), step: Step })
const turns = Arbitrary.array(Arbitrary.schema(Turn), { minLength: 1, maxLength: 12 })

layer(Programs.layer, { timeout: "120 seconds", excludeTestServices: true })(
  "programs that share their writes",
  (it) => {
    it.effect.prop(
      "see all that is stored, at each quiet point of random programs",
      { turns },
      ({ turns: all }) =>
        Effect.gen(function*() {
          const { all: programs } = yield* Programs
          yield* seeded
          yield* settled(programs)
          for (const { step, who } of all) {
            const { failed } = yield* (programs[who] ?? (yield* Effect.die("no program"))).ask({ _tag: "Write", step })
            assert.isUndefined(failed)
            yield* settled(programs)
          }
          for (const reader of programs) assert.isAbove((yield* reader.ask({ _tag: "Read" })).hits ?? 0, 0)
        }),
      { arbitrary: { runs: 25 }, timeout: 240_000 }
    )

    it.effect("see all that a program has stored which was killed", () =>
      Effect.gen(function*() {
        const { all, place } = yield* Programs
        yield* seeded
        for (let round = 1; round <= 3; round++) {
          const writer = yield* program({ ...place, pool: { size: 1 } })
          yield* writer.order({ _tag: "WriteOn" })
          let last = 0
          while (last < 20 * round) last = (yield* writer.answer).name ?? Number.NaN
          yield* writer.kill
          yield* settled(all)
          const [author] = yield* stored
          assert.isAtLeast(Number(Reflect.get(Object(author), "name")), last)
        }
      }).pipe(Effect.scoped), 120_000)

    /** Something is done that ends connections; what is written meanwhile and after that is seen. */
    const surviving = (harm: Effect.Effect<unknown, unknown, SqlClient.SqlClient>) =>
      Effect.gen(function*() {
        const { all: [writer, ...readers] } = yield* Programs
        if (writer === undefined) return
        yield* Effect.eventually(seeded)
        for (let round = 0; round < 5; round++) {
          yield* Effect.ignore(harm)
          for (const value of [1, 2, 3, 4] as const) {
            const step = { what: "author", id: 1, value, how: value % 2 === 0 ? "plain" : "committed" } as const
            // its own connections are gone, too
            yield* Effect.repeat(writer.ask({ _tag: "Write", step }), { until: ({ failed }) => failed === undefined })
          }
          yield* Effect.eventually(stored)
          yield* settled(readers)
        }
      })

    it.effect("see what was stored while their connections were ended", () =>
      surviving(
        plain(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
        )
      ), 120_000)

    it.effect("see what was stored when the server has begun anew", () =>
      surviving(
        Effect.flatMap(
          plain("SELECT pg_backend_pid() AS pid"),
          ([row]) => Effect.sync(() => process.kill(Number(Reflect.get(Object(row), "pid")), "SIGKILL"))
        )
      ), 120_000)
  }
)
