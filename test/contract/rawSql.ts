/**
 * SQL by hand takes values as values and names from models, gives what its schema says, and goes together with other queries.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { City, day, decimal, Person, uuid, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  "te\"xt": Schema.String,
  tags: Schema.Array(Schema.String)
}, { table: "raw \"notes\"" }) {}

const person = Sql.columns(Person)

const names = Schema.Struct({ name: Schema.String })

/** The reason of a failure that the database gave. */
const reasonOf = (failure: { readonly _tag: string; readonly message: string }) => `${failure._tag}: ${failure.message}`

export const rawSql = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(withPeople(database), [Note]), { timeout: "60 seconds" })(`${name}: SQL by hand`, (it) => {
    it.effect("gives rows of its schema, in its order", () =>
      Effect.gen(function*() {
        const found = Sql.query(Schema.Struct({ name: Schema.String, age: Schema.NullOr(Column.int32) }))`
          SELECT ${person.age}, ${person.name} -- any order of columns does
          FROM ${person} WHERE ${person.age} > ${17} AND ${null} IS NULL ORDER BY ${person.age} DESC`
        assert.deepStrictEqual(yield* found, [{ name: "Émilie 👩‍🔬", age: 42 }, { name: "Blaise", age: 39 }, {
          name: "Ada",
          age: 36
        }])
        assert.deepStrictEqual(yield* found.first, Option.some({ name: "Émilie 👩‍🔬", age: 42 }))
        assert.strictEqual(yield* found.count, 3)
        assert.isTrue(yield* found.exists)
        assert.deepStrictEqual((yield* found.limit(1).offset(1)).map(({ age }) => age), [39])
        assert.deepStrictEqual(Array.from(yield* Stream.runCollect(found.stream)).length, 3)
        assert.instanceOf(yield* Effect.flip(found.one), OrmError.MultipleFound)
      }))

    it.effect("takes values of every kind, exactly", () =>
      Effect.gen(function*() {
        const at = DateTime.makeUnsafe("2024-02-29T23:59:59.999Z")
        const values = Sql.query(Schema.Struct({
          text: Schema.String,
          small: Schema.Int,
          large: Schema.Int,
          huge: Column.int64,
          half: Schema.Number,
          yes: Schema.Boolean,
          none: Schema.NullOr(Schema.String),
          at: Column.timestamp,
          date: Schema.Date,
          money: Column.decimal({ precision: 10, scale: 2 }),
          badge: Column.uuid,
          tags: Schema.Array(Schema.String),
          json: Column.json(Schema.Struct({ a: Schema.Array(Schema.Number) }))
        }))`SELECT ${"it's"} AS text, ${7} AS small, ${2 ** 40} AS large, ${2n ** 60n + 1n} AS huge, ${0.5} AS half,
          ${true} AS yes, ${Sql.value(Schema.NullOr(Schema.String), null)} AS none, ${at} AS at, ${new Date(
          5
        )} AS date, ${decimal("10.50")} AS money,
          ${Sql.value(Column.uuid, uuid("A"))} AS badge, ${
          Sql.value(Schema.Array(Schema.String), ["a", "b,c"])
        } AS tags,
          ${Sql.value(Column.json(Schema.Struct({ a: Schema.Array(Schema.Number) })), { a: [1, 2.5] })} AS json`
        const row = yield* values.one
        assert.deepStrictEqual({ ...row, money: BigDecimal.format(row.money), at: DateTime.formatIso(row.at) }, {
          text: "it's",
          small: 7,
          large: 2 ** 40,
          huge: 2n ** 60n + 1n,
          half: 0.5,
          yes: true,
          none: null,
          at: "2024-02-29T23:59:59.999Z",
          date: new Date(5),
          money: "10.5",
          badge: uuid("a"),
          tags: ["a", "b,c"],
          json: { a: [1, 2.5] }
        })
      }))

    it.effect("gives instances of a model", () =>
      Effect.gen(function*() {
        const found = Sql.query(Person)`SELECT * FROM ${Person} WHERE ${person.city} = ${"MAD"}`
        const people = yield* found.where((row) => row.age.gt(20)).orderBy((row) => row.id.asc())
        assert.deepStrictEqual(people.map(({ id, isAdult }) => [id, isAdult]), [[1, true]])
        assert.instanceOf(people[0], Person)
      }))

    it.effect("decodes strictly, and names the column", () =>
      Effect.gen(function*() {
        const negative = Schema.Struct({ n: Schema.Int.check(Schema.isGreaterThan(0)) })
        const refused = yield* Effect.flip(Sql.query(negative)`SELECT ${-1} AS n`.all)
        assert.strictEqual(refused._tag === "Undecodable" ? refused.column : refused._tag, "n")
        const missing = yield* Effect.flip(Sql.query(names)`SELECT NULL AS name`.all)
        assert.strictEqual(missing._tag, "Undecodable")
        const other = yield* Effect.flip(Sql.query(Schema.Struct({ n: Schema.Boolean }))`SELECT ${1} AS n`.all)
        assert.strictEqual(other._tag, "Undecodable")
        const nested = yield* Effect.flip(Query.from(Sql.query(negative)`SELECT ${-1} AS n`, "x").all)
        assert.strictEqual(nested._tag, "Undecodable")
        const absent = yield* Effect.flip(Sql.query(names)`SELECT 1 AS other`.all)
        assert.strictEqual(absent._tag, "QueryFailed")
      }))

    it.effect("takes fragments, lists, identifiers and other queries", () =>
      Effect.gen(function*() {
        const adult = Sql.fragment`${person.age} >= ${18}`
        const cities = Query.from(City).where((city) => city.country.eq("ES")).select((city) => ({ code: city.code }))
        const inside = Sql.query(
          Schema.Struct({ code: Schema.String })
        )`SELECT code FROM ${City} WHERE country = ${"PT"}`
        const found = Sql.query(names)`
          SELECT ${Sql.identifier(Person, "name")} FROM ${Sql.identifier(Person)}
          WHERE ${Sql.join([adult, Sql.fragment`${person.name} <> ${"x"}`], Sql.fragment` AND `)}
          AND (${person.city} IN ${cities} OR ${person.city} IN ${inside}) AND ${person.id} IN (${Sql.join([1, 2, 3])})
          ORDER BY 1`
        assert.deepStrictEqual(yield* found, [{ name: "Ada" }, { name: "Blaise" }])
      }))

    it.effect("calls a model's rows as it is told, also twice", () =>
      Effect.gen(function*() {
        const [one, other] = [Sql.columns(Person, "one"), Sql.columns(Person, "an \"other\"")]
        const found = Sql.query(Schema.Struct({ a: Schema.Int, b: Schema.Int }))`
          SELECT ${one.id} AS a, ${other.id} AS b FROM ${one} JOIN ${other} ON ${one.city} = ${other.city}
          WHERE ${one.id} < ${other.id}`
        assert.deepStrictEqual(yield* found, [{ a: 1, b: 3 }])
      }))

    it.effect("is read from by other queries", () =>
      Effect.gen(function*() {
        const ages = Sql.query(Schema.Struct({ city: Schema.String, oldest: Column.int32 }))`
          SELECT city, max(age) AS oldest FROM people WHERE city IS NOT NULL GROUP BY city`
        const found = yield* Query.from(City, "city")
          .leftJoin(ages, "age", ({ age, city }) => age.city.eq(city.code))
          .where(({ age }) => age.oldest.gt(36))
          .orderBy(({ city }) => city.code.asc())
          .select(({ age, city }) => ({ code: city.code, next: age.oldest.add(1) }))
        assert.deepStrictEqual(found, [{ code: "LIS", next: 40 }, { code: "XXX", next: 43 }])
        const grouped = Query.from(ages, "age").where(({ age }) => age.oldest.gt(36)).select(({ age }) => ({
          city: age.city
        }))
        assert.strictEqual(yield* grouped.count, 2)
        assert.deepStrictEqual(
          (yield* Query.from(Person).where((row) => row.city.in(grouped)).orderBy((row) => row.id.asc())).map((
            { id }
          ) => id),
          [2, 5]
        )
      }))

    it.effect("is an expression of another query", () =>
      Effect.gen(function*() {
        const found = yield* Query.from(Person)
          .where((row) => Sql.expression(Schema.Boolean)`${row.age} % ${2} = ${0}`)
          .select((row) => ({ id: row.id, shout: Sql.expression(Schema.NonEmptyString)`upper(${row.name})` }))
          .orderBy(({ id }) => id.asc())
        assert.deepStrictEqual(found, [{ id: 1, shout: "ADA" }, { id: 5, shout: "ÉMILIE 👩‍🔬" }])
        const empty = Query.from(Person).select(() => ({ text: Sql.expression(Schema.NonEmptyString)`${""}` }))
        assert.strictEqual((yield* Effect.flip(empty.all))._tag, "Undecodable")
        const nickname = Sql.expression(Schema.OptionFromNullOr(Schema.String))`nullif(${"x"}, ${"x"})`
        assert.deepStrictEqual(yield* Query.from(Person).limit(1).select(() => ({ nickname })), [{
          nickname: Option.none()
        }])
      }))

    it.effect("writes, and says how many rows, or gives columns of them back", () =>
      Effect.gen(function*() {
        const text = Sql.identifier(Note, "te\"xt")
        yield* Sql.statement`DELETE FROM ${Note}`
        assert.strictEqual(
          yield* Sql.statement`INSERT INTO ${Note} (id, ${text}, tags) VALUES
            ${
            Sql.join(
              [1, 2].map((id) => Sql.fragment`(${id}, ${"x"}, ${Sql.value(Schema.Array(Schema.String), ["t"])})`)
            )
          }`,
          2
        )
        const note = Sql.columns(Note)
        const update = Sql.statement`UPDATE ${Note} SET ${text} = ${"it's"} WHERE ${note.id} > ${1}`
        assert.deepStrictEqual(
          yield* update.returning(Schema.Struct({ id: Schema.Int, "te\"xt": Schema.NonEmptyString })),
          [{ id: 2, "te\"xt": "it's" }]
        )
        assert.strictEqual(yield* Sql.statement`DELETE FROM ${Note} WHERE id IN (SELECT id FROM ${note})`, 2)
        const { parameters, sql } = yield* update.toSql
        assert.include(sql, "UPDATE \"raw \"\"notes\"\"\" SET \"te\"\"xt\" = $1")
        assert.deepStrictEqual(parameters, ["it's", 1])
      }))

    it.effect("names the constraint that a statement breaks", () =>
      Effect.gen(function*() {
        const twice = Sql.statement`INSERT INTO ${City} (code) VALUES (${"MAD"})`
        assert.strictEqual((yield* Effect.flip(twice))._tag, "UniqueViolation")
        const missing = yield* Effect.flip(Sql.statement`INSERT INTO ${Note} (id, tags) VALUES (${9}, NULL)`)
        assert.strictEqual(missing._tag === "CheckViolation" ? missing.constraint : missing._tag, "NOT NULL")
      }))

    it.effect("is one statement, without NUL characters", () =>
      Effect.gen(function*() {
        const several = yield* Effect.flip(Sql.statement`DELETE FROM ${Note}; DROP TABLE ${Note}`)
        assert.strictEqual(several._tag, "QueryFailed")
        const hidden = yield* Effect.flip(Sql.query(names)`SELECT 'x' AS name; DROP TABLE ${Note}`.all)
        assert.strictEqual(hidden._tag, "QueryFailed")
        const cut = yield* Effect.flip(Sql.query(names)`SELECT 'x' AS name${"a"} \0 FROM nowhere`.all)
        assert.strictEqual(cut._tag, "Unsupported")
        assert.strictEqual(yield* Query.from(Note).count, 0)
      }))

    it.effect("refuses what has no type, no name or no text of its own", () =>
      Effect.gen(function*() {
        // oxlint-disable typescript/no-unsafe-type-assertion -- what a program without types could pass
        const refused = [
          Sql.query(names)`SELECT ${undefined as never} AS name`,
          Sql.query(names)`SELECT ${{ toString: () => "x" } as never} AS name`,
          Sql.query(names)`SELECT ${["x"] as never} AS name`,
          Sql.query(names)`SELECT ${Sql.identifier(Person, "name\" FROM people; --" as never)} AS name`,
          Sql.query(names)`SELECT 1 AS name WHERE 1 IN (${Sql.join([])})`,
          Sql.query(names)(["SELECT 'x' AS name"] as never),
          Sql.query(names)(Object.assign(["SELECT 'x' AS name"], { raw: ["SELECT 'x' AS name"] }))
        ]
        // oxlint-enable typescript/no-unsafe-type-assertion
        for (const refusing of refused) {
          const failure = yield* Effect.flip(refusing.all)
          assert.strictEqual(failure._tag, "Unsupported", reasonOf(failure))
        }
      }))

    it.effect("changes nothing in a read-only transaction", () =>
      Effect.gen(function*() {
        const failure = yield* Effect.flip(
          Session.transaction(Sql.statement`DELETE FROM ${Note}`, { readOnly: true })
        )
        assert.strictEqual(failure._tag, "ReadOnly")
        const written = yield* Effect.flip(Sql.query(names)`DELETE FROM ${Person} RETURNING name`.all)
        assert.strictEqual(written._tag, "QueryFailed")
        assert.strictEqual(yield* Query.from(Person).count, 5)
      }))

    it.effect("is checked against the tables that there are, and every difference is told", () =>
      Effect.gen(function*() {
        const right = Sql.query(
          Schema.Struct({ name: Schema.String, age: Schema.NullOr(Column.int32), n: Schema.Int })
        )`
          SELECT name, age, count(*) AS n FROM ${Person} WHERE ${person.age} > ${1} AND name = ${"x"} GROUP BY name, age`
        yield* Sql.check(right)
        yield* Sql.check(right, { readOnly: true })
        yield* Sql.check(Sql.query(Person)`SELECT * FROM ${Person} WHERE ${person.born} < ${day("1900-01-01")}`)
        yield* Sql.check(Query.from(Person).where((row) => row.age.gt(1)))
        yield* Sql.check(Query.from(Person).select((row) => ({ id: row.id, next: row.age.add(1) })))

        const wrong = Sql.query(Schema.Struct({ name: Column.int32, agee: Schema.Int, id: Column.int32 }))`
          SELECT name, age, id FROM ${Person}`
        const failure = yield* Effect.flip(Sql.check(wrong))
        assert.strictEqual(failure._tag, "SqlMismatch")
        if (failure._tag !== "SqlMismatch") return
        assert.deepStrictEqual(failure.differences.map(({ name: column, place }) => [place, column]), [
          ["column", "name"],
          ["column", "agee"],
          ["column", "id"]
        ])
        assert.match(failure.message, /column agee: expected BIGINT, found no such column/)
      }))

    it.effect("is checked for the types of its parameters", () =>
      Effect.gen(function*() {
        const failure = yield* Effect.flip(Sql.check(Sql.statement`UPDATE ${Person} SET age = ${"36"}`))
        assert.strictEqual(failure._tag === "SqlMismatch" ? failure.differences[0]?.place : failure, "parameter")
        yield* Sql.check(Sql.statement`UPDATE ${Person} SET age = ${36} WHERE name = ${"x"}`)
      }))

    it.effect("is checked to change nothing, and to be one statement", () =>
      Effect.gen(function*() {
        const deleting = Sql.statement`DELETE FROM ${Person}`
        yield* Sql.check(deleting)
        const failure = yield* Effect.flip(Sql.check(deleting, { readOnly: true }))
        assert.strictEqual(failure._tag, "SqlMismatch")
        assert.match(failure.message, /expected one that only reads, found one that writes/)
        for (
          const failing of [
            Sql.check(Sql.statement`DELETE FROM ${Person}; DELETE FROM ${City}`),
            Sql.check(Sql.query(names)`SELEC name FROM ${Person}`),
            Sql.check(Sql.query(names)`SELECT name FROM nowhere`),
            Sql.check(Sql.query(names)`SELECT name FROM ${Person}; SELECT 1`)
          ]
        ) assert.strictEqual((yield* Effect.flip(failing))._tag, "QueryFailed")
        assert.strictEqual(yield* Query.from(Person).count, 5)
      }))
  })
