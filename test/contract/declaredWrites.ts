/**
 * Writes by condition and SQL by hand keep to all that a model declares: its names, types, defaults, references and secrets.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Generated, Model, OrmError, Query, Relation, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

const schema = "declared \"writes\"; --"

class Owner extends Model.Class<Owner>("Owner")({
  ownerId: Column.primaryKey(Schema.Int),
  fullName: Schema.String
}, { table: "declared_owners", schema, columns: "snake_case" }) {
  static readonly relations = () => ({ things: Relation.hasMany(() => Thing, { from: "ownerId", to: "owner" }) })
}

const Bits = Column.custom(Schema.String.check(Schema.isPattern(/^[01]+$/)), {
  as: Schema.String,
  duckdb: "BIT",
  postgres: "BIT VARYING"
})

class Thing extends Model.Class<Thing>("Thing")({
  thingId: Column.primaryKey(Schema.Int),
  owner: Column.references(Schema.NullOr(Schema.Int), () => Owner, "ownerId", { onDelete: "cascade" }),
  madeAt: Column.databaseDefault(Column.timestamp, "now"),
  bits: Bits,
  size: Column.uint64,
  opens: Column.time,
  lasts: Column.duration,
  bytes: Column.blob,
  names: Column.map(Schema.String, Column.uint8),
  places: Schema.Array(Schema.Struct({ at: Column.int16 })),
  sizeAgain: Column.generated(Schema.NullOr(Column.uint64))
}, { table: "declared_things", schema, columns: "snake_case" }) {
  static readonly relations = () => ({ ownedBy: Relation.belongsTo(() => Owner, { from: "owner", to: "ownerId" }) })
  static readonly generated = () => Generated.of(Thing, (thing) => ({ sizeAgain: thing.size }))
}

/** A table of the same name, elsewhere. */
class OtherOwner extends Model.Class<OtherOwner>("OtherOwner")({
  ownerId: Column.primaryKey(Schema.Int)
}, { table: "declared_owners", columns: "snake_case" }) {}

class Account extends Model.Class<Account>("Account")({
  token: Column.primaryKey(Column.sensitive(Schema.String)),
  pin: Column.sensitive(Column.int32),
  name: Schema.String
}, { table: "declared_accounts" }) {}

const owner = (ownerId: number) => ({ ownerId, fullName: `owner ${ownerId}` })

const thing = (thingId: number, more: Partial<Model.Insert<typeof Thing>> = {}) => ({
  thingId,
  owner: null,
  bits: "101",
  size: 2n ** 64n - 1n,
  opens: "09:30:00.000001",
  lasts: Duration.micros(1_500n),
  bytes: new Uint8Array([0, 255]),
  names: new Map([["a", 1], ["ü", 255]]),
  places: [{ at: -1 }, { at: 2 }],
  ...more
})

const partsOf = ({ bits, bytes, lasts, names, opens, owner: of, places, size, sizeAgain }: Thing) =>
  [of, bits, bytes, lasts, names, opens, places, size, sizeAgain] as const

const empty = Effect.gen(function*() {
  for (const model of [Thing, Owner, OtherOwner, Account]) yield* Sql.statement`DELETE FROM ${model}`
})

export const declaredWrites = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Owner, Thing, OtherOwner, Account]), { timeout: "60 seconds" })(
    `${name}: writes of what models declare`,
    (it) => {
      it.effect("go to the table of the model's schema, under the names of its columns", () =>
        Effect.gen(function*() {
          yield* empty
          yield* Query.insert(Owner).values([owner(1), owner(2)])
          yield* Query.insert(OtherOwner).from(Query.from(Owner).select((one) => ({ ownerId: one.ownerId.add(10) })))
          yield* Query.insert(Owner).from(
            Query.from(OtherOwner).select((one) => ({
              ownerId: one.ownerId,
              fullName: Sql.expression(Schema.String)`'x'`
            }))
          )
          assert.strictEqual(
            yield* Query.update(Owner).set(() => ({ fullName: "y" })).where((one) => one.ownerId.gt(10)),
            2
          )
          assert.strictEqual(yield* Query.delete(Owner).where((one) => one.ownerId.eq(11)), 1)
          assert.deepStrictEqual(yield* Query.from(Owner).orderBy((one) => one.ownerId.asc()), [
            Owner.make(owner(1)),
            Owner.make(owner(2)),
            Owner.make({ ownerId: 12, fullName: "y" })
          ])
          assert.strictEqual(yield* Query.from(OtherOwner).count, 2)
          assert.notStrictEqual(Query.from(Owner).hash, Query.from(OtherOwner).hash)
        }))

      it.effect("also where they are written by hand", () =>
        Effect.gen(function*() {
          yield* empty
          yield* Sql.statement`INSERT INTO ${Sql.identifier(Owner)} (${Sql.identifier(Owner, "ownerId")}, ${
            Sql.identifier(Owner, "fullName")
          }) VALUES (${1}, ${"a"})`
          yield* Sql.statement`UPDATE ${Owner} SET ${Sql.identifier(Owner, "fullName")} = ${"b"}`
          const one = Sql.columns(Owner)
          const rows = Sql.query(Owner)`SELECT * FROM ${one} WHERE ${one.fullName} = ${"b"}`
          assert.deepStrictEqual(yield* rows, [Owner.make({ ownerId: 1, fullName: "b" })])
          yield* Sql.check(rows, { readOnly: true })
        }))

      it.effect("keep values of every type, and what the database makes", () =>
        Effect.gen(function*() {
          yield* empty
          const given = thing(1)
          const [first] = yield* Query.insert(Thing).values(given).returning()
          const copies = Query.insert(Thing).from(
            Query.from(Thing).select((one) => ({
              thingId: one.thingId.add(1),
              owner: one.owner,
              bits: one.bits,
              size: one.size,
              opens: one.opens,
              lasts: one.lasts,
              bytes: one.bytes,
              names: one.names,
              places: one.places
            })).limit(1)
          )
          const [copy] = yield* copies.returning()
          assert.isDefined(copy)
          assert.isDefined(first)
          assert.isTrue(DateTime.isDateTime(copy.madeAt))
          assert.strictEqual(copy.sizeAgain, given.size)
          assert.deepStrictEqual(partsOf(copy), partsOf(first))
          const changed = Query.update(Thing).set(() => ({
            bits: "1",
            opens: "23:59:59",
            lasts: Duration.seconds(1),
            names: new Map(),
            places: []
          })).where((one) => one.thingId.eq(2).and(one.bits.eq("101")))
          const [after] = yield* changed.returning()
          assert.isDefined(after)
          assert.deepStrictEqual([after.bits, after.opens, Duration.toMillis(after.lasts)], ["1", "23:59:59", 1_000])
          assert.deepStrictEqual([after.names.size, after.places.length], [0, 0])
          assert.deepStrictEqual(yield* Query.from(Thing).where((one) => one.thingId.eq(2)), [after])
          const swapped = Query.update(Thing).set((one) => ({ size: one.size, opens: one.opens, bits: one.bits }))
          assert.strictEqual(yield* swapped.everywhere(), 2)
          const byHand = Sql.query(Thing)`SELECT * FROM ${Thing} ORDER BY 1`
          assert.deepStrictEqual(yield* byHand, yield* Query.from(Thing).orderBy((one) => one.thingId.asc()))
          const bits = Query.delete(Thing).where((one) => one.bits.eq("1")).returning((one) => ({ bits: one.bits }))
          assert.deepStrictEqual(yield* bits, [{ bits: "1" }])
        }))

      it.effect("write nothing to what the database computes", () =>
        Effect.gen(function*() {
          yield* empty
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a program without types could insert
          const rows: Query.Query<never> = Query.from(Thing).select((one) => ({ sizeAgain: one.size })) as never
          assert.strictEqual((yield* Effect.flip(Query.insert(Thing).from(rows)))._tag, "Unsupported")
          const forged: {} = { sizeAgain: 1n }
          assert.instanceOf(
            yield* Effect.flip(Query.update(Thing).set(() => forged).everywhere()),
            OrmError.Invalid
          )
        }))

      it.effect("are told by related rows, and take along those that are to go with theirs", () =>
        Effect.gen(function*() {
          yield* empty
          yield* Query.insert(Owner).values([owner(1), owner(2), owner(3)])
          yield* Query.insert(Thing).values([thing(1, { owner: 1 }), thing(2, { owner: 2 }), thing(3)])
          const owned = Query.update(Thing).set(() => ({ bits: "0" })).where((one) =>
            one.ownedBy.is((who) => who.fullName.eq("owner 1"))
          )
          assert.deepStrictEqual(yield* owned.returning((one) => ({ id: one.thingId })), [{ id: 1 }])
          const idle = Query.delete(Owner).where((one) => one.things.none())
          assert.deepStrictEqual(yield* idle.returning((one) => ({ things: one.things.count(), id: one.ownerId })), [
            { things: 0, id: 3 }
          ])
          const gone = Query.delete(Owner).where((one) => one.ownerId.eq(1))
          assert.deepStrictEqual(yield* gone.returning((one) => ({ next: one.ownerId.add(1) })), [{ next: 2 }])
          assert.strictEqual(yield* Query.delete(Owner).everywhere(), 1)
          assert.deepStrictEqual((yield* Query.from(Thing)).map(({ thingId }) => thingId), [3])
        }))

      it.effect("tell no secret: in no text, hash or cursor", () =>
        Effect.gen(function*() {
          yield* empty
          const account = (token: string) => ({ token: Redacted.make(token), pin: Redacted.make(4711), name: "Ada" })
          const stored = yield* Query.insert(Account).values([account("s1"), account("s2")])
            .returning((one) => ({ token: one.token, shout: Sql.expression(Schema.String)`upper(${one.name})` }))
          assert.deepStrictEqual(stored.map(({ token }) => Redacted.value(token)), ["s1", "s2"])
          const change = Query.update(Account).set(() => ({ pin: Redacted.make(4712) }))
            .where((one) => one.token.eq(Redacted.make("s2")))
          const { parameters } = yield* change.toSql
          assert.lengthOf(parameters.filter(Redacted.isRedacted), 2)
          const [changed] = yield* change.returning((one) => ({ pin: one.pin }))
          assert.strictEqual(Redacted.value(changed?.pin ?? Redacted.make(0)), 4712)
          const taken = yield* Effect.flip(
            Query.insert(Account).from(
              Query.from(Account).select((one) => ({ token: one.token, pin: one.pin, name: one.name }))
            )
          )
          assert.notInclude(taken.message, "s1")
          const by = (token: string) => Query.from(Account).where((one) => one.token.eq(Redacted.make(token)))
          assert.notStrictEqual(by("s1").hash, by("s2").hash)
          assert.strictEqual(by("s1").shapeHash, by("s2").shapeHash)
          const page = yield* Effect.flip(Query.page(Query.from(Account), { size: 1 }))
          assert.strictEqual(page._tag, "Unsupported")
          assert.strictEqual((yield* Query.numberedPage(Query.from(Account), { number: 2, size: 1 })).rows.length, 1)
        }))

      it.effect("are paged in the order of values that a cursor tells, and of no others", () =>
        Effect.gen(function*() {
          yield* empty
          yield* Query.insert(Thing).values(
            [1, 2, 3].map((id) => thing(id, { opens: `0${id}:00:00`, size: BigInt(id) }))
          )
          const ordered = Query.from(Thing).orderBy((one) => [one.opens.desc(), one.size.asc()])
          const first = yield* Query.page(ordered, { size: 2 })
          const rest = yield* Query.page(ordered, { size: 2, after: Option.getOrUndefined(first.next) })
          assert.deepStrictEqual([...first.rows, ...rest.rows].map(({ thingId }) => thingId), [3, 2, 1])
          const spans = yield* Effect.flip(Query.page(Query.from(Thing).orderBy((one) => one.lasts.asc()), { size: 1 }))
          assert.strictEqual(spans._tag, "Unsupported")
        }))
    }
  )
