/**
 * Values of PostgreSQL's own types come back as they were, and what would come back otherwise is refused.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session, Sql } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { fromEpochMilliseconds } from "../../src/model/ColumnType.ts"
import { assertSame } from "../contract/columnTypes.ts"

class Kept extends Model.Class<Kept>("Kept")({
  id: Column.primaryKey(Schema.Int),
  int4: Postgres.int4range,
  int8: Schema.NullOr(Postgres.int8range),
  num: Postgres.numrange,
  day: Postgres.daterange,
  ts: Postgres.tsrange,
  tstz: Postgres.tstzrange,
  list: Schema.Array(Schema.NullOr(Postgres.int4range)),
  object: Schema.Struct({ during: Postgres.tstzrange, amount: Postgres.numeric }),
  numeric: Postgres.numeric,
  inet: Postgres.inet,
  mac: Postgres.macaddr,
  bits: Postgres.bits
}, { table: "kept" }) {}

class User extends Model.Class<User>("User")({
  email: Column.primaryKey(Postgres.citext),
  name: Postgres.citext
}, { table: "users", indexes: [Index.unique("name")] }) {}

const between = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const oneOf = <A>(...choices: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(between(0, choices.length - 1), (index) => choices[index] ?? choices[0] ?? assert.fail())

const int32s = oneOf(between(-20, 20), between(-(2 ** 31), 2 ** 31 - 1))
const int64s = Arbitrary.schema(Column.int64)
const decimals = Arbitrary.map(
  Arbitrary.all([int64s, between(0, 40)]),
  ([value, scale]) => BigDecimal.make(value, scale)
)
const days = Arbitrary.map(between(-719_162, 2_932_896), (day) => DateTime.makeUnsafe(day * 86_400_000))
const instants = Arbitrary.map(
  Arbitrary.all([between(-8_000_000_000_000, 8_000_000_000_000), between(0, 999)]),
  ([milliseconds, microseconds]) => fromEpochMilliseconds((milliseconds * 1000 + microseconds) / 1000)
)

/** An end of a range of values that are counted, near to others and often the same. */
const counted = oneOf<number | null>(
  between(-3, 3),
  between(-3, 3),
  Arbitrary.map(between(0, 0), () => null)
)

const plain = {
  id: 1,
  int4: "empty",
  int8: null,
  num: "empty",
  day: "empty",
  ts: "empty",
  tstz: "empty",
  list: [],
  object: { during: "empty", amount: BigDecimal.make(0n, 0) },
  numeric: BigDecimal.make(0n, 0),
  inet: "::1",
  mac: "08:00:2b:01:02:03",
  bits: "1"
} as const

/** Ranges as their column keeps them, out of any two values. */
const rangesOf = <A>(schema: Postgres.RangeColumn<A>, value: Arbitrary.Arbitrary<A>) => {
  const isTaken = Schema.is(schema)
  const isKept = (range: Postgres.Range<A>) => {
    const written = isTaken(range) ? Schema.encodeSync(schema)(range) : ""
    return range === "empty" || range.bounds === `${written.at(0)}${written.at(-1)}`
  }
  const end = oneOf<A | null>(value, value, value, Arbitrary.map(value, () => null))
  const bounds = Arbitrary.schema(Schema.Literals(["[)", "[]", "()", "(]"]))
  return Arbitrary.map(Arbitrary.all([end, end, bounds]), ([one, other, kind]): Postgres.Range<A> => {
    const made = [
      Postgres.range(one, other, kind),
      Postgres.range(other, one, kind),
      Postgres.range(one, other),
      Postgres.range(other, one)
    ]
    return made.find(isKept) ?? "empty"
  })
}

const addresses = oneOf(
  Arbitrary.schema(Schema.Literals(["0.0.0.0", "::", "::1", "::ffff:10.0.0.1", "::1.2.3.4/120", "10.0.0.1/0"])),
  Arbitrary.map(Arbitrary.array(between(0, 255), { minLength: 4, maxLength: 4 }), (bytes) => bytes.join(".")),
  Arbitrary.map(
    Arbitrary.array(oneOf(between(0, 1), between(0, 65_535)), { minLength: 8, maxLength: 8 }),
    (parts) => new URL(`http://[${parts.map((part) => part.toString(16)).join(":")}]`).hostname.slice(1, -1)
  )
).pipe(Arbitrary.filter(Schema.is(Postgres.inet)))

const rowsOf = Arbitrary.all({
  int4: rangesOf(Postgres.int4range, int32s),
  int8: oneOf<Postgres.Range<bigint> | null>(
    rangesOf(Postgres.int8range, int64s),
    Arbitrary.map(int64s, () => null)
  ),
  num: rangesOf(Postgres.numrange, decimals),
  day: rangesOf(Postgres.daterange, days),
  ts: rangesOf(Postgres.tsrange, instants),
  tstz: rangesOf(Postgres.tstzrange, instants),
  list: Arbitrary.array(rangesOf(Postgres.int4range, int32s), { maxLength: 3 }),
  object: Arbitrary.all({ during: rangesOf(Postgres.tstzrange, instants), amount: decimals }),
  numeric: decimals,
  inet: addresses,
  mac: Arbitrary.map(
    Arbitrary.array(between(0, 255), { minLength: 6, maxLength: 6 }),
    (bytes) => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":")
  ),
  bits: Arbitrary.map(between(0, 2 ** 30), (number) => number.toString(2))
})

layer(TestDatabase.layerPostgres([Kept]), { timeout: "120 seconds", excludeTestServices: true })(
  "PostgreSQL's own types",
  (it) => {
    it.effect.prop(
      "come back as they were",
      { rows: Arbitrary.array(rowsOf, { minLength: 1, maxLength: 5 }) },
      ({ rows }) =>
        Session.transaction(Effect.gen(function*() {
          const repository = yield* Repository.make(Kept)
          const kept = rows.map((row, id) => ({ ...row, id }))
          yield* Query.delete(Kept).everywhere()
          assertSame(yield* repository.insertMany(kept), kept)
          const all = repository.query.orderBy((row) => row.id.asc())
          assertSame(yield* all, kept)
          assertSame(yield* Stream.runCollect(all.stream), kept)
          for (const row of kept) {
            const found = yield* repository.query.where((one) =>
              one.id.eq(row.id).and(one.num.eq(row.num)).and(one.tstz.eq(row.tstz)).and(one.numeric.eq(row.numeric))
                .and(one.inet.eq(row.inet)).and(one.bits.eq(row.bits))
            )
            assertSame(found, [row])
          }
          const { id: _, ...first } = kept[0] ?? assert.fail()
          yield* repository.upsertMany(kept.map(({ id }) => ({ ...first, id })))
          assertSame(yield* all, kept.map(({ id }) => ({ ...first, id })))
        })),
      { arbitrary: { runs: 40 } }
    )

    it.effect.prop(
      "of integers and days come back as PostgreSQL writes them, whichever bounds they were given with",
      { ends: Arbitrary.all([counted, counted, Arbitrary.schema(Schema.Literals(["[)", "[]", "()", "(]"]))]) },
      ({ ends: [lower, upper, bounds] }) =>
        Effect.gen(function*() {
          const day = (value: number | null) => value === null ? null : DateTime.makeUnsafe(value * 86_400_000)
          const long = (value: number | null) => value === null ? null : BigInt(value)
          const given = {
            int4: Postgres.range(lower, upper, bounds),
            int8: Postgres.range(long(lower), long(upper), bounds),
            day: Postgres.range(day(lower), day(upper), bounds)
          }
          const Ranges = Schema.Struct({ int4: Postgres.int4range, int8: Postgres.int8range, day: Postgres.daterange })
          const written = Sql.query(Ranges)`SELECT
            int4range(${lower}::int, ${upper}::int, ${bounds}::text) AS int4,
            int8range(${lower}::bigint, ${upper}::bigint, ${bounds}::text) AS int8,
            daterange('1970-01-01'::date + ${lower}::int, '1970-01-01'::date + ${upper}::int, ${bounds}::text) AS day`
          // PostgreSQL itself refuses ends that are the wrong way round
          if (lower !== null && upper !== null && lower > upper) return assert.isFalse(Schema.is(Ranges)(given))
          const [expected] = yield* written
          if (expected?.int4 === "empty") return assert.isFalse(Schema.is(Ranges)(given))

          yield* Query.delete(Kept).everywhere()
          const row = { ...plain, ...given }
          const repository = yield* Repository.make(Kept)
          assertSame(yield* repository.insert(row), { ...row, ...expected })
          assertSame(yield* repository.upsertMany([row]), [{ ...row, ...expected }])
          assertSame(yield* repository.query.where((one) => one.int4.eq(given.int4).and(one.day.eq(given.day))), [
            { ...row, ...expected }
          ])
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect("are the database's own, and found by its operators", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const types = yield* sql<{ readonly name: string; readonly type: string }>`
          SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'kept'`
        assert.deepInclude(Object.fromEntries(types.map(({ name, type }) => [name, type])), {
          int4: "int4range",
          int8: "int8range",
          num: "numrange",
          day: "daterange",
          ts: "tsrange",
          tstz: "tstzrange",
          numeric: "numeric",
          inet: "inet",
          mac: "macaddr",
          bits: "bit varying"
        })
        const numbers = Sql.query(Schema.Struct({ range: Postgres.int4range }))`
          SELECT range FROM (VALUES (int4range(1, 5)), (int4range(5, 9)), ('empty'), (NULL)) AS given (range)
          WHERE range && ${Sql.value(Postgres.int4range, Postgres.range(4, null))}
        `
        assertSame(yield* numbers.orderBy((row) => row.range.asc()), [
          { range: Postgres.range(1, 5) },
          { range: Postgres.range(5, 9) }
        ])
      }))

    it.effect("refuse what the server would write in another way", () =>
      Effect.sync(() => {
        const is = <S extends Schema.Top>(schema: S, ...values: ReadonlyArray<unknown>) => values.map(Schema.is(schema))
        const { range } = Postgres
        assert.notInclude(
          [
            ...is(
              Postgres.int4range,
              range(5, 5),
              range(5, 4),
              range(5, 4, "[]"),
              range(5, 6, "()"),
              range(5, 5, "(]"),
              range(1.5, 2),
              range(1.5, 2, "(]"),
              range(0, 2 ** 31),
              range(0, 2 ** 31 - 1, "[]"),
              { lower: 1, upper: 2 },
              "none"
            ),
            ...is(Postgres.int8range, range(0n, 2n ** 63n - 1n, "[]"), range(2n ** 63n - 1n, null, "()")),
            ...is(Postgres.daterange, range(null, DateTime.makeUnsafe("9999-12-31"), "(]")),
            ...is(Postgres.tsrange, range(null, null, "()"), range(null, DateTime.makeUnsafe(0), "(]")),
            ...is(Postgres.numrange, range(BigDecimal.make(1n, 0), BigDecimal.make(10n, 1), "[)")),
            ...is(
              Postgres.inet,
              "10.0.0.1/32",
              "10.0.0.1/33",
              "010.0.0.1",
              "2001:DB8::1",
              "::1/128",
              "::102:304",
              "fe80::1%eth0",
              "0::"
            ),
            ...is(Postgres.macaddr, "08:00:2B:01:02:03", "08-00-2b-01-02-03"),
            ...is(Postgres.bits, "12")
          ],
          true
        )
        assert.isTrue(Schema.is(Postgres.numrange)(range(BigDecimal.make(1n, 0), BigDecimal.make(10n, 1), "[]")))
        assertSame(Schema.encodeSync(Postgres.numeric)(BigDecimal.make(5n, -3)), "5000")
      }))

    it.effect("are undecodable where the model has no value for them", () =>
      Effect.gen(function*() {
        const odd = [
          [Postgres.tstzrange, "tstzrange('infinity', NULL)"],
          [Postgres.tsrange, "tsrange('0044-01-01 BC', NULL)"],
          [Postgres.numrange, "numrange('NaN', NULL)"],
          [Postgres.numeric, "'NaN'::numeric"],
          [Postgres.numeric, "'Infinity'::numeric"],
          [Postgres.int4range, "int4range(1, 2)::text || 'x'"]
        ] as const
        for (const [schema, value] of odd) {
          const written = new Sql.Fragment({ texts: [value], parts: [] })
          const read = Sql.query(Schema.Struct({ value: schema }))`SELECT ${written} AS value`
          assert.strictEqual((yield* Effect.flip(read))._tag, "Undecodable", value)
        }
      }))

    it.effect("are texts in JSON", () =>
      Effect.gen(function*() {
        const json = Schema.toCodecJson(Schema.Struct({ during: Postgres.tstzrange, amount: Postgres.numeric }))
        const value = { during: Postgres.range(DateTime.makeUnsafe(0), null), amount: BigDecimal.make(150n, 2) }
        const encoded = yield* Schema.encodeEffect(json)(value)
        assert.deepStrictEqual(encoded, { during: "[1970-01-01 00:00:00.000000+00,)", amount: "1.50" })
        assertSame(yield* Schema.decodeEffect(json)(encoded), value)
      }))

    it.effect("tell texts apart whatever their case, where the extension is there", () =>
      Effect.gen(function*() {
        const missing = yield* Effect.flip(Session.createTables([User]))
        assert.deepInclude(missing, { _tag: "QueryFailed" })
        assert.include(missing.message, "CREATE EXTENSION")
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE EXTENSION citext`
        yield* Session.createTables([User])
        const users = yield* Repository.make(User)
        yield* users.insert({ email: "Ada@Example.org", name: "Ada" })
        assert.deepInclude(yield* users.get("ADA@example.ORG"), { email: "Ada@Example.org" })
        const taken = yield* Effect.flip(users.insert({ email: "other", name: "aDA" }))
        assert.strictEqual(taken._tag, "UniqueViolation")
        assert.lengthOf(yield* users.query.where((user) => user.name.in(["ADA"])), 1)
      }))
  }
)
