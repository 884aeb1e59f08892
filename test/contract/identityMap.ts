/**
 * In a unit of work there is one instance of each row, whoever asks for it and however.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Relation, Repository, Session, Sql, UnitOfWork } from "andamios-orm"
import { expectStatements, TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const Tenant = Schema.Literals(["acme", "globex"])

class CurrentTenant extends Context.Service<CurrentTenant, typeof Tenant.Type>()("identity/CurrentTenant") {}

class Writer extends Model.Class<Writer>("Writer")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String
}, { table: "identity_writers" }) {
  static readonly relations = () => ({ works: Relation.hasMany(() => Work, { from: "id", to: "writer" }) })
}

class Work extends Model.Class<Work>("Work")({
  id: Column.primaryKey(Schema.Int),
  title: Schema.String,
  writer: Column.references(Schema.NullOr(Schema.Int), () => Writer, "id"),
  ...Mixin.softDelete
}, { table: "identity_works" }) {}

class Place extends Model.Class<Place>("Place")({
  aisle: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Schema.Int),
  label: Schema.String,
  ...Mixin.tenant(CurrentTenant, Tenant)
}, { table: "identity_places" }) {}

/** Rows that nothing tells apart. */
class Line extends Model.Class<Line>("Line")({ text: Schema.String }, { table: "identity_lines" }) {}

const inWork = <A, E, R>(
  run: (work: UnitOfWork.UnitOfWork["Service"]) => Effect.Effect<A, E, R>,
  options?: { readonly keep: number }
) => Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, run), options)

export const identityMap = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Writer, Work, Place, Line]), { timeout: "60 seconds" })(
    `${name}: identity map`,
    (it) => {
      const stored = Effect.gen(function*() {
        const writers = yield* Repository.make(Writer)
        const works = yield* Repository.make(Work)
        const sql = yield* SqlClient.SqlClient
        yield* sql`DELETE FROM identity_works`
        yield* sql`DELETE FROM identity_writers`
        yield* writers.insertMany([{ id: 1, name: "Ada" }, { id: 2, name: "Blaise" }])
        yield* works.insertMany([{ id: 1, title: "Notes", writer: 1 }, { id: 2, title: "Pensées", writer: 2 }])
        return { writers, works, sql }
      })

      it.effect("asks the database once for a row, and never for one that a query has found", () =>
        Effect.gen(function*() {
          yield* stored
          yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.get(Writer, 1)
              assert.strictEqual(yield* work.get(Writer, 1), one)
              assert.deepStrictEqual(yield* work.find(Writer, 1), Option.some(one))
              const [first, second] = yield* Query.from(Writer).orderBy((writer) => writer.id.asc()).all
              assert.strictEqual(first, one)
              assert.strictEqual(yield* work.get(Writer, 2), second)
              assert.deepStrictEqual(yield* work.find(Writer, 3), Option.none())
            })
          ).pipe(expectStatements({ select: 3 }))
        }))

      it.effect("gives the same instance in joins, records, streams, pages, writes and included rows", () =>
        Effect.gen(function*() {
          const { writers } = yield* stored
          yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.get(Writer, 1)
              const notes = yield* work.get(Work, 1)
              const joined = yield* Query.from(Work, "made")
                .join(Writer, "writer", ({ made, writer }) => made.writer.eq(writer.id))
                .orderBy(({ made }) => made.id.asc())
                .all
              assert.strictEqual(joined[0]?.writer, one)
              assert.strictEqual(joined[0]?.made, notes)
              const streamed = yield* Stream.runCollect(Query.from(Writer).orderBy((row) => row.id.asc()).stream)
              assert.strictEqual([...streamed][0], one)
              assert.strictEqual(Option.getOrThrow(yield* writers.findById(1)), one)
              const included = yield* Query.from(Writer).include({ works: true }).orderBy((row) => row.id.asc()).all
              assert.strictEqual(included[0]?.works[0], notes)
              assert.strictEqual(included[0]?.name, one.name)
              const left = yield* Query.from(Writer, "writer")
                .leftJoin(Work, "made", ({ made, writer }) => made.writer.eq(writer.id).and(made.id.gt(5)))
                .all
              assert.isNull(left[0]?.made)
            })
          )
        }))

      it.effect("keeps to the row as it was read or changed, until it is asked to refresh it", () =>
        Effect.gen(function*() {
          const { sql } = yield* stored
          yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.get(Writer, 1)
              yield* sql`UPDATE identity_writers SET name = 'Elsewhere' WHERE id = 1`
              const [found] = yield* Query.from(Writer).where((writer) => writer.name.eq("Elsewhere")).all
              assert.strictEqual(found, one)
              const names = yield* Query.from(Writer).where((row) => row.id.eq(1)).select((row) => ({ name: row.name }))
                .all
              assert.deepStrictEqual(names, [{ name: "Elsewhere" }], "columns are always the database's")
              const streamed = Query.from(Writer).where((row) =>
                row.id.eq(1)
              ).select((row) => ({ name: row.name })).stream
              assert.deepStrictEqual([...yield* Stream.runCollect(streamed)], names)
              const refreshed = yield* work.refresh(Writer, one)
              assert.strictEqual(refreshed.name, "Elsewhere")
              assert.strictEqual((yield* Query.from(Writer).where((row) => row.id.eq(1)).all)[0], refreshed)
            })
          )
        }))

      it.effect("knows what writes past it give back, and forgets what they may have changed", () =>
        Effect.gen(function*() {
          const { works, writers } = yield* stored
          yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.get(Writer, 1)
              const two = yield* work.get(Writer, 2)
              const patched = yield* writers.patch({ id: 1, name: "Patched" })
              assert.strictEqual(yield* work.get(Writer, 1), patched)
              assert.strictEqual(yield* work.get(Writer, 2), two)
              const upserted = yield* writers.upsert({ id: 2, name: "Upserted" })
              assert.strictEqual(yield* work.get(Writer, 2), upserted)
              const three = yield* writers.insert({ id: 3, name: "Inserted" })
              assert.strictEqual(yield* work.get(Writer, 3), three)
              yield* Query.update(Writer).set(() => ({ name: "Updated" })).where((row) => row.id.eq(1))
              const updated = yield* work.get(Writer, 1)
              assert.strictEqual(updated.name, "Updated")
              assert.strictEqual(one.name, "Ada")
              const [back] = yield* Query.update(Writer).set(() => ({ name: "Back" })).where((row) => row.id.eq(1))
                .returning()
              assert.strictEqual(yield* work.get(Writer, 1), back)
              yield* Sql.statement`UPDATE ${Writer} SET name = ${"by hand"} WHERE id = ${1}`
              assert.strictEqual((yield* work.get(Writer, 1)).name, "by hand")
              yield* work.get(Work, 1)
              yield* works.delete(1)
              assert.deepStrictEqual(yield* work.find(Work, 1), Option.none())
              const restored = yield* works.restore(1)
              assert.strictEqual(yield* work.get(Work, 1), restored)
              yield* works.deleteMany([1])
              assert.deepStrictEqual(yield* work.find(Work, 1), Option.none())
              const [hidden] = yield* works.withDeleted.where((row) => row.id.eq(1)).all
              assert.isNotNull(hidden?.deletedAt)
              assert.deepStrictEqual(yield* work.find(Work, 1), Option.none(), "a deleted row is not found by its key")
            })
          )
        }))

      it.effect("tells rows by all fields of their keys, and by whose they are", () =>
        Effect.gen(function*() {
          const places = yield* Repository.make(Place)
          const insert = (tenant: typeof Tenant.Type, number: number, label: string) =>
            places.insert({ aisle: "A", number, label }).pipe(Effect.provideService(CurrentTenant, tenant))
          yield* insert("acme", 1, "ours")
          yield* insert("globex", 2, "theirs")
          yield* inWork((work) =>
            Effect.gen(function*() {
              const find = (tenant: typeof Tenant.Type, number: number) =>
                work.find(Place, { aisle: "A", number }).pipe(Effect.provideService(CurrentTenant, tenant))
              const ours = yield* find("acme", 1)
              assert.strictEqual(Option.getOrThrow(ours).label, "ours")
              assert.strictEqual(Option.getOrThrow(yield* find("acme", 1)), Option.getOrThrow(ours))
              assert.deepStrictEqual(yield* find("globex", 1), Option.none())
              const all = yield* Query.from(Query.acrossTenants(Place)).all
              assert.lengthOf(all, 2)
              assert.deepStrictEqual(yield* find("acme", 2), Option.none())
              const theirs = Option.getOrThrow(yield* find("globex", 2))
              const moved = work.change(Place, theirs, { label: "moved" })
              yield* moved.pipe(Effect.provideService(CurrentTenant, "globex"))
              const added = yield* work.add(Place, { aisle: "B", number: 1, label: "new" }).pipe(
                Effect.provideService(CurrentTenant, "globex")
              )
              assert.strictEqual(added.tenantId, "globex")
            })
          )
          const sql = yield* SqlClient.SqlClient
          assert.deepStrictEqual(
            yield* sql`SELECT label, "tenantId" FROM identity_places ORDER BY aisle, number`,
            [
              { label: "ours", tenantId: "acme" },
              { label: "moved", tenantId: "globex" },
              { label: "new", tenantId: "globex" }
            ]
          )
        }))

      it.effect("keeps as many instances as it is told, and any that is held or was changed", () =>
        Effect.gen(function*() {
          yield* stored
          yield* inWork((work) =>
            Effect.gen(function*() {
              const one = yield* work.get(Writer, 1)
              const two = yield* work.get(Writer, 2)
              const changed = yield* work.change(Writer, one, { name: "Changed" })
              assert.strictEqual(yield* work.get(Writer, 2), two)
              assert.strictEqual(yield* work.get(Writer, 1), changed)
            }), { keep: 0 })
          const sql = yield* SqlClient.SqlClient
          assert.deepStrictEqual(yield* sql`SELECT name FROM identity_writers ORDER BY id`, [{ name: "Changed" }, {
            name: "Blaise"
          }])
        }))

      it.effect("leaves rows alone that nothing tells apart, and what is no row", () =>
        Effect.gen(function*() {
          const { sql } = yield* stored
          yield* sql`INSERT INTO identity_lines (text) VALUES ('one'), ('one')`
          yield* inWork((work) =>
            Effect.gen(function*() {
              const [one, other] = yield* Query.from(Line).all
              assert.deepStrictEqual(one, other)
              assert.notStrictEqual(one, other)
              assert.strictEqual(yield* Query.from(Line).count, 2)
              assert.deepStrictEqual(yield* work.pending, [])
            })
          )
        }))

      it.effect("gives rows that change while they are streamed as they are by then", () =>
        Effect.gen(function*() {
          const { sql } = yield* stored
          yield* sql`DELETE FROM identity_works`
          yield* inWork((work) =>
            Effect.gen(function*() {
              const two = yield* work.get(Writer, 2)
              let seen = 0
              yield* Query.from(Writer).orderBy((row) => row.id.asc()).stream.pipe(
                Stream.mapEffect((row) =>
                  Effect.gen(function*() {
                    seen += 1
                    if (row.id === 1) yield* work.change(Writer, two, { name: "changed meanwhile" })
                    if (row.id === 2) yield* work.remove(Writer, row)
                  })
                ),
                Stream.runDrain
              )
              assert.strictEqual(seen, 2)
            })
          )
          assert.deepStrictEqual(yield* sql`SELECT name FROM identity_writers`, [{ name: "Ada" }])
        }))

      it.effect("gives a row that is removed while it is read as it was, and then no more", () =>
        Effect.gen(function*() {
          const { sql } = yield* stored
          yield* sql`DELETE FROM identity_works`
          yield* inWork((work) =>
            Effect.gen(function*() {
              const two = yield* work.get(Writer, 2)
              const read = Query.from(Writer).where((row) => row.id.eq(2)).all
              const [found] = yield* Effect.all([read, work.remove(Writer, two)], { concurrency: 2 })
              assert.deepStrictEqual(found, [two])
              assert.deepStrictEqual(yield* work.find(Writer, 2), Option.none())
            })
          )
          assert.deepStrictEqual(yield* sql`SELECT name FROM identity_writers`, [{ name: "Ada" }])
        }))

      it.effect("ends with its unit of work: outside, each read makes an instance of its own", () =>
        Effect.gen(function*() {
          const { writers } = yield* stored
          const inside = yield* inWork((work) => work.get(Writer, 1))
          assert.notStrictEqual(yield* writers.get(1), inside)
          assert.notStrictEqual(yield* inWork((work) => work.get(Writer, 1)), inside)
        }))
    }
  )
