/**
 * A statement in a unit of work finds what is pending on its tables written.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session, Sql, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Room extends Model.Class<Room>("Room")({
  id: Column.primaryKey(Schema.Int),
  name: Column.unique(Schema.String),
  label: Column.withDefault(Schema.String, ""),
  ...Mixin.version
}, { table: "autoflush_rooms" }) {}

class Guest extends Model.Class<Guest>("Guest")({
  id: Column.primaryKey(Schema.Int),
  room: Column.references(Schema.Int, () => Room, "id")
}, { table: "autoflush_guests" }) {}

class Other extends Model.Class<Other>("Other")({ id: Column.primaryKey(Schema.Int) }, { table: "autoflush_others" }) {}

const inWork = <A, E, R>(run: (work: UnitOfWork.UnitOfWork["Service"]) => Effect.Effect<A, E, R>) =>
  Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, run))

export const autoflush = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Room, Guest, Other]), { timeout: "60 seconds" })(`${name}: autoflush`, (it) => {
    let id = 0
    /** Whether a new row of rooms is written when this has run. */
    const writes = <E, R>(run: Effect.Effect<unknown, E, R>) =>
      inWork((work) =>
        Effect.gen(function*() {
          id += 1
          yield* work.add(Room, { id, name: `room ${id}` })
          yield* run
          return (yield* work.pending).length === 0
        })
      )

    it.effect("before whatever reads a table that something is pending on", () =>
      Effect.gen(function*() {
        const rooms = yield* Repository.make(Room)
        const inGuests = Query.from(Guest).where((guest) =>
          guest.room.in(Query.from(Room).select((room) => ({ id: room.id })))
        )
        const reads: ReadonlyArray<Effect.Effect<unknown, unknown, Session.Session>> = [
          Query.from(Room).all,
          Query.from(Room).count,
          Query.from(Room).select((room) => ({ name: room.name })).all,
          Stream.runDrain(Query.from(Room).stream),
          Query.from(Room).select((room) => ({ id: room.id })).columns,
          inGuests.all,
          rooms.find((room) => room.id.gt(0)),
          Sql.query(Schema.Struct({ id: Schema.Int }))`SELECT id FROM ${Room}`.all
        ]
        for (const [place, read] of reads.entries()) assert.isTrue(yield* writes(read), `read ${place}`)
        assert.isFalse(yield* writes(Query.from(Other).all), "others are left alone")
      }))

    it.effect("before whatever writes past it, which may refer to what is pending", () =>
      Effect.gen(function*() {
        const guests = yield* Repository.make(Guest)
        const sql = yield* SqlClient.SqlClient
        yield* inWork((work) =>
          Effect.gen(function*() {
            const room = yield* work.add(Room, { id: 100, name: "hundred" })
            yield* guests.insert({ id: 1, room: room.id })
            yield* work.change(Room, room, { label: "changed" })
            yield* Query.update(Room).set((all) => ({ label: all.label.concat("!") })).where((all) => all.id.eq(100))
          })
        )
        assert.deepStrictEqual(yield* sql`SELECT label, version FROM autoflush_rooms WHERE id = 100`, [
          { label: "changed!", version: 3 }
        ])
      }))

    it.effect("before rows are inserted of a query", () =>
      Effect.gen(function*() {
        yield* inWork((work) =>
          Effect.gen(function*() {
            const room = yield* work.add(Room, { id: 150, name: "copied" })
            const copied = Query.from(Room).where((row) => row.id.eq(150)).select((row) => ({ id: row.id }))
            assert.strictEqual(yield* Query.insert(Other).from(copied), 1)
            assert.strictEqual(yield* work.get(Room, 150), room)
          })
        )
      }))

    it.effect("before a nested transaction, and at its end", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* inWork((work) =>
          Effect.gen(function*() {
            yield* work.add(Room, { id: 200, name: "outer" })
            yield* Session.transaction(work.add(Room, { id: 201, name: "inner" }))
            assert.deepStrictEqual(yield* work.pending, [])
            assert.lengthOf(yield* sql`SELECT 1 FROM autoflush_rooms WHERE id >= 200`, 2)
          })
        )
      }))

    it.effect("tells in a query that what was pending can't be written, and at the end why", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const rooms = yield* Repository.make(Room)
        yield* rooms.insert({ id: 300, name: "taken" })
        const failed = yield* Effect.flip(
          inWork((work) => Effect.andThen(work.add(Room, { id: 301, name: "taken" }), rooms.all))
        )
        assert.strictEqual(failed._tag, "UniqueViolation")
        const caught = yield* Effect.flip(inWork((work) =>
          Effect.gen(function*() {
            yield* work.add(Room, { id: 302, name: "taken" })
            const told = yield* Effect.flip(rooms.all)
            assert.strictEqual(told._tag, "TransactionAborted")
            assert.include(
              told.message,
              "what was pending could not be written: Table autoflush_rooms has a row with the same name"
            )
            assert.strictEqual((yield* Effect.flip(Query.from(Other).all))._tag, "TransactionAborted")
            assert.strictEqual((yield* Effect.flip(work.flush))._tag, "UniqueViolation")
          })
        ))
        assert.propertyVal(caught, "_tag", "UniqueViolation")
        assert.deepStrictEqual(yield* sql`SELECT 1 FROM autoflush_rooms WHERE id IN (301, 302)`, [])
      }))

    it.effect("goes on after a nested transaction in which something could not be written", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const rooms = yield* Repository.make(Room)
        yield* rooms.insert({ id: 400, name: "four hundred" })
        yield* inWork((work) =>
          Effect.gen(function*() {
            yield* work.add(Room, { id: 401, name: "first" })
            const nested = yield* Effect.flip(Session.transaction(
              Effect.andThen(work.add(Room, { id: 402, name: "four hundred" }), rooms.all)
            ))
            assert.strictEqual(nested._tag, "TransactionAborted")
            yield* work.add(Room, { id: 403, name: "last" })
            assert.lengthOf(yield* work.changes, 2)
          })
        )
        assert.lengthOf(yield* sql`SELECT 1 FROM autoflush_rooms WHERE id BETWEEN 401 AND 403`, 2)
      }))

    it.effect("is refused in a transaction that only reads", () =>
      Effect.gen(function*() {
        const failed = yield* Effect.flip(
          Session.unitOfWork(
            Effect.flatMap(UnitOfWork.UnitOfWork, (work) => work.add(Room, { id: 500, name: "no" })),
            { readOnly: true }
          )
        )
        assert.strictEqual(failed._tag, "ReadOnly")
      }))
  })
