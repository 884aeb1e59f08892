/**
 * A flush writes rows in an order that their references allow, in as few statements as that takes.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Database as Service, Model, Reference, Repository, Session, UnitOfWork } from "andamios-orm"
import { Statements, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database, Facts } from "./Subject.ts"

class Country extends Model.Class<Country>("Country")({
  id: Column.serial(Schema.Int),
  name: Schema.String
}, { table: "order_countries" }) {}

class Town extends Model.Class<Town>("Town")({
  id: Column.serial(Schema.Int),
  country: Column.references(Schema.Int, () => Country, "id"),
  name: Schema.String
}, { table: "order_towns" }) {}

class Street extends Model.Class<Street>("Street")({
  town: Column.primaryKey(Column.references(Schema.Int, () => Town, "id")),
  name: Column.primaryKey(Schema.String)
}, { table: "order_streets" }) {}

class House extends Model.Class<House>("House")({
  id: Column.serial(Schema.Int),
  town: Schema.Int,
  street: Schema.String
}, { table: "order_houses", references: [Reference.to(["town", "street"], () => Street, ["town", "name"])] }) {}

class Part extends Model.Class<Part>("Part")({
  id: Column.primaryKey(Schema.Int),
  whole: Column.references(Schema.OptionFromNullOr(Schema.Int), (): Model.Any => Part, "id")
}, { table: "order_parts" }) {}

class Ring extends Model.Class<Ring>("Ring")({
  id: Column.primaryKey(Schema.Int),
  next: Column.references(Schema.Int, (): Model.Any => Ring, "id")
}, { table: "order_rings" }) {}

class Step extends Model.Class<Step>("Step")({
  id: Column.primaryKey(Schema.Int),
  after: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Step, "id"),
  also: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Step, "id"),
  country: Column.references(Schema.NullOr(Schema.Int), () => Country, "id")
}, { table: "order_steps" }) {}

class Parent extends Model.Class<Parent>("Parent")({
  id: Column.primaryKey(Schema.Int)
}, { table: "order_parents" }) {}

class Child extends Model.Class<Child>("Child")({
  id: Column.primaryKey(Schema.Int),
  parent: Column.references(Schema.NullOr(Schema.Int), () => Parent, "id", { onDelete: "cascade" })
}, { table: "order_children" }) {}

const inWork = <A, E, R>(run: (work: UnitOfWork.UnitOfWork["Service"]) => Effect.Effect<A, E, R>) =>
  Session.unitOfWork(Effect.flatMap(UnitOfWork.UnitOfWork, run))

const step = (id: number, after: number | null = null, also: number | null = null) => ({
  id,
  after,
  also,
  country: null
})

const part = (id: number, whole?: number) => ({ id, whole: Option.fromNullishOr(whole) })

/** What a database that frees no rows says instead: see `Dialect.features`. */
export const flushOrder = (name: string, database: Database, { freesRows }: Facts) =>
  layer(TestDatabase.layerOn(database, [House, Street, Town, Country, Part, Ring, Step, Parent, Child]), {
    timeout: "60 seconds"
  })(
    `${name}: flush order`,
    (it) => {
      const kinds = (statements: ReadonlyArray<Statements.Statement>) =>
        statements.flatMap(({ text }) => {
          const [, verb, table] = /^(INSERT INTO|UPDATE|DELETE FROM) "order_(\w+)"/.exec(text) ?? []
          return verb === undefined ? [] : [`${verb.split(" ")[0]} ${table}`]
        })

      it.effect("inserts rows after those that they refer to, those of a table together", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const [ids, statements] = yield* Statements.sent(inWork((work) =>
            Effect.gen(function*() {
              const country = yield* work.add(Country, { name: "ES" })
              const town = yield* work.add(Town, { country: country.id, name: "Madrid" })
              const street = yield* work.add(Street, { town: town.id, name: "Mayor" })
              yield* work.add(House, { town: street.town, street: street.name })
              const other = yield* work.add(Country, { name: "PT" })
              yield* work.add(Town, { country: other.id, name: "Lisboa" })
              return [country.id, other.id]
            })
          ))
          assert.deepStrictEqual(kinds(statements), [
            "INSERT countries",
            "INSERT towns",
            "INSERT streets",
            "INSERT houses"
          ])
          assert.lengthOf(ids, 2)
          assert.lengthOf(yield* sql`SELECT 1 FROM order_houses JOIN order_streets ON street = name`, 1)
        }))

      it.effect("inserts rows of one table after those that they refer to, whatever order they were added in", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const [, statements] = yield* Statements.sent(
            inWork((work) => work.addMany(Part, [part(3, 2), part(2, 1), part(1), part(4, 1), part(5, 4), part(6)]))
          )
          assert.deepStrictEqual(kinds(statements), ["INSERT parts", "INSERT parts", "INSERT parts"])
          assert.lengthOf(yield* sql`SELECT 1 FROM order_parts`, 6)
        }))

      it.effect("inserts a row after all that it refers to", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const [, statements] = yield* Statements.sent(
            inWork((work) => work.addMany(Step, [step(3, 1, 2), step(2, 1), step(1)]))
          )
          assert.deepStrictEqual(kinds(statements), ["INSERT steps", "INSERT steps", "INSERT steps"])
          assert.lengthOf(yield* sql`SELECT 1 FROM order_steps`, 3)
        }))

      it.effect("inserts a row that refers to itself, where the database does that at all", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const itself = inWork((work) => work.addMany(Step, [step(4, 4), step(5, 4)]))
          if (!freesRows) return assert.propertyVal(yield* Effect.flip(itself), "_tag", "ForeignKeyViolation")
          const [, statements] = yield* Statements.sent(itself)
          assert.deepStrictEqual(kinds(statements), ["INSERT steps", "INSERT steps"])
          assert.lengthOf(yield* sql`SELECT 1 FROM order_steps WHERE after = 4`, 2)
        }))

      it.effect("sets no more references afterwards than circles that share a row take, or says what to do", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const circles = inWork((work) =>
            Effect.andThen(work.addMany(Step, [step(11, 12), step(12, 11, 13), step(13, 12)]), work.changes)
          )
          if (!freesRows) return assert.propertyVal(yield* Effect.flip(circles), "_tag", "Unsupported")
          const made = yield* circles
          assert.deepStrictEqual(
            made.map(({ key, operation, values }) => [operation, key["id"], Object.keys(values)]),
            [
              ...[11, 12, 13].map((id) => ["insert", id, ["id", "after", "also", "country"]]),
              ["update", 11, ["after"]],
              ["update", 12, ["also"]]
            ]
          )
          assert.deepStrictEqual(yield* sql`SELECT id, after, also FROM order_steps WHERE id > 10 ORDER BY id`, [
            { id: 11n, after: 12n, also: null },
            { id: 12n, after: 11n, also: 13n },
            { id: 13n, after: 12n, also: null }
          ])
        }))

      it.effect("sets a reference afterwards where rows refer to each other in a circle, or says what to do", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const circle = inWork((work) =>
            Effect.andThen(work.addMany(Part, [part(11, 12), part(12, 13), part(13, 11), part(14, 13)]), work.changes)
          )
          if (freesRows) {
            assert.deepStrictEqual((yield* circle).map(({ key, operation }) => [operation, key["id"]]), [
              ["insert", 11],
              ["insert", 13],
              ["insert", 12],
              ["insert", 14],
              ["update", 11]
            ])
            assert.deepStrictEqual(yield* sql`SELECT whole FROM order_parts WHERE id > 10 ORDER BY id`, [
              { whole: 12n },
              { whole: 13n },
              { whole: 11n },
              { whole: 13n }
            ])
            yield* inWork((work) =>
              Effect.forEach(
                [11, 12, 13, 14],
                (id) => Effect.flatMap(work.get(Part, id), (row) => work.remove(Part, row))
              )
            )
            assert.deepStrictEqual(yield* sql`SELECT 1 FROM order_parts WHERE id > 10`, [])
          } else {
            const { dialect } = yield* Service.Database
            const refused = yield* Effect.flip(circle)
            assert.strictEqual(
              refused.message,
              `${dialect.name} does not do this: writing rows at once that refer to each other in a circle: Part with id = 11, ` +
                "Part with id = 12, Part with id = 13. Add the rows without one of the references, and set that in a unit of " +
                "work of its own."
            )
            assert.deepStrictEqual(yield* sql`SELECT 1 FROM order_parts WHERE id > 10`, [])
          }
        }))

      it.effect("refuses a circle of references that are never null, and names its rows", () =>
        Effect.gen(function*() {
          const refused = yield* Effect.flip(
            inWork((work) => work.addMany(Ring, Array.from({ length: 8 }, (_, id) => ({ id, next: (id + 1) % 8 }))))
          )
          assert.strictEqual(refused._tag, "Unsupported")
          assert.include(refused.message, "Ring with id = 4, 3 more. ")
        }))

      it.effect("keeps going where a refused circle is taken apart", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* inWork((work) =>
            Effect.gen(function*() {
              const [one, two] = yield* work.addMany(Ring, [{ id: 21, next: 22 }, { id: 22, next: 21 }])
              assert.strictEqual((yield* Effect.flip(work.flush))._tag, "Unsupported")
              if (one !== undefined && two !== undefined) {
                yield* Effect.forEach([one, two], (row) => work.remove(Ring, row))
              }
              yield* work.flush
              yield* work.add(Country, { name: "FR" })
            })
          )
          assert.lengthOf(yield* sql`SELECT 1 FROM order_countries WHERE name = 'FR'`, 1)
        }))

      it.effect("changes what rows refer to before what they referred to is removed, or says what to do", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const towns = yield* Repository.make(Town)
          const countries = yield* Repository.make(Country)
          const [from, to] = yield* countries.insertMany([{ name: "from" }, { name: "to" }])
          if (from === undefined || to === undefined) return assert.fail("two were inserted")
          const town = yield* towns.insert({ country: from.id, name: "moved" })
          const moving = inWork((work) =>
            Effect.gen(function*() {
              yield* work.remove(Country, from)
              yield* work.change(Town, town, { country: to.id })
            })
          )
          if (freesRows) yield* moving
          else {
            const { dialect } = yield* Service.Database
            const refused = yield* Effect.flip(moving)
            assert.strictEqual(
              refused.message,
              `${dialect.name} does not do this: removing Country with id = ${from.id} in the transaction in which a row that referred to ` +
                "it was removed or changed. Remove or change the rows that refer to it in a unit of work of their own, before " +
                "this one."
            )
            yield* inWork((work) => work.change(Town, town, { country: to.id }))
            yield* inWork((work) => work.remove(Country, from))
          }
          assert.deepStrictEqual(yield* sql`SELECT 1 FROM order_countries WHERE name = 'from'`, [])
        }))

      it.effect("removes rows before those that they refer to, or says what to do", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const country = yield* inWork((work) =>
            Effect.gen(function*() {
              const added = yield* work.add(Country, { name: "IT" })
              yield* work.add(Town, { country: added.id, name: "Roma" })
              return added
            })
          )
          const [town] = yield* Effect.flatMap(Repository.make(Town), (all) => all.find((row) => row.name.eq("Roma")))
          if (town === undefined) return assert.fail("it was inserted")
          const removing = inWork((work) =>
            Effect.gen(function*() {
              yield* work.remove(Country, country)
              yield* work.remove(Town, town)
            })
          )
          const inTwo = inWork((work) =>
            Effect.gen(function*() {
              yield* work.remove(Town, town)
              yield* work.flush
              yield* work.remove(Country, country)
            })
          )
          if (freesRows) {
            const [, statements] = yield* Statements.sent(removing)
            assert.deepStrictEqual(kinds(statements), ["DELETE towns", "DELETE countries"])
          } else {
            assert.strictEqual((yield* Effect.flip(removing))._tag, "Unsupported")
            assert.strictEqual((yield* Effect.flip(inTwo))._tag, "Unsupported")
            yield* inWork((work) => work.remove(Town, town))
            yield* inWork((work) => work.remove(Country, country))
          }
          assert.deepStrictEqual(yield* sql`SELECT 1 FROM order_countries WHERE name = 'IT'`, [])
        }))

      it.effect("forgets rows that the database deletes with others, or refuses to delete these in a transaction", () =>
        Effect.gen(function*() {
          const removing = inWork((work) =>
            Effect.gen(function*() {
              const parent = yield* work.add(Parent, { id: 1 })
              yield* work.addMany(Child, [{ id: 1, parent: 1 }, { id: 2, parent: null }])
              yield* work.flush
              yield* work.remove(Parent, parent)
              yield* work.flush
              assert.deepStrictEqual(yield* work.find(Child, 1), Option.none())
              assert.isTrue(Option.isSome(yield* work.find(Child, 2)))
            })
          )
          const again = Effect.gen(function*() {
            const parents = yield* Repository.make(Parent)
            const children = yield* Repository.make(Child)
            yield* parents.insert({ id: 5 })
            yield* children.insert({ id: 5, parent: 5 })
            const change = { model: "Parent", operation: "delete", key: { id: 5 }, values: {} } as const
            yield* Session.replay([Parent], [new UnitOfWork.Change(change)])
            assert.deepStrictEqual(yield* children.findById(5), Option.none())
          })
          for (const deleting of [removing, again]) {
            if (freesRows) yield* deleting
            else assert.propertyVal(yield* Effect.flip(deleting), "_tag", "Unsupported")
          }
        }))

      it.effect("tells of a row that others still refer to", () =>
        Effect.gen(function*() {
          const [town] = yield* Effect.flatMap(Repository.make(Town), (all) => all.find((row) => row.name.eq("Lisboa")))
          const failed = yield* Effect.flip(inWork((work) =>
            Effect.flatMap(work.get(Country, town?.country ?? 0), (country) => work.remove(Country, country))
          ))
          assert.strictEqual(failed._tag, "StillReferenced")
          const dangling = yield* Effect.flip(inWork((work) =>
            work.add(Town, { country: 999_999, name: "Nowhere" })
          ))
          assert.strictEqual(dangling._tag, "ForeignKeyViolation")
        }))
    }
  )
