/**
 * The people that the contracts of queries ask for.
 */
import { Column, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

export class City extends Model.Class<City>("City")({
  code: Column.primaryKey(Schema.String),
  country: Schema.NullOr(Schema.Literals(["ES", "PT", "FR"]))
}, { table: "people_cities" }) {}

export class Person extends Model.Class<Person>("Person")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  age: Schema.NullOr(Column.int32),
  height: Schema.NullOr(Schema.Number),
  born: Schema.NullOr(Column.date),
  seen: Schema.NullOr(Column.timestamp),
  savings: Schema.NullOr(Column.decimal({ precision: 12, scale: 2 })),
  views: Column.int64,
  active: Schema.Boolean,
  badge: Schema.NullOr(Column.uuid),
  city: Column.references(Schema.NullOr(Schema.String), () => City, "code"),
  nickname: Schema.OptionFromNullOr(Schema.String)
}, { table: "people" }) {
  get isAdult() {
    return this.age !== null && this.age >= 18
  }
}

export const decimal = BigDecimal.fromStringUnsafe
export const day = (text: string) => DateTime.makeUnsafe(text)
export const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`

const cities = [
  { code: "MAD", country: "ES" },
  { code: "LIS", country: "PT" },
  { code: "XXX", country: null }
] as const

const nobody = {
  age: null,
  height: null,
  born: null,
  seen: null,
  savings: null,
  views: 0n,
  active: false,
  badge: null,
  city: null,
  nickname: Option.none()
}

const people: ReadonlyArray<Model.Insert<typeof Person>> = [
  {
    id: 1,
    name: "Ada",
    age: 36,
    height: 1.65,
    born: day("1815-12-10"),
    seen: day("2024-02-29T23:59:59.999Z"),
    savings: decimal("10.50"),
    views: 2n ** 60n,
    active: true,
    badge: uuid("a"),
    city: "MAD",
    nickname: Option.some("enchantress")
  },
  {
    ...nobody,
    id: 2,
    name: "Blaise",
    age: 39,
    height: 1.7,
    savings: decimal("-0.01"),
    views: 2n ** 60n + 1n,
    active: true,
    city: "LIS"
  },
  {
    ...nobody,
    id: 3,
    name: "ada",
    age: 17,
    born: day("1999-12-31"),
    savings: decimal("10.50"),
    badge: uuid("b"),
    city: "MAD"
  },
  {
    ...nobody,
    id: 4,
    name: "100% O'Hara_\\",
    age: null,
    seen: day("1969-12-31T23:59:59.999Z"),
    nickname: Option.some("")
  },
  { ...nobody, id: 5, name: "Émilie 👩‍🔬", age: 42, height: Number.NaN, savings: decimal("9999999999.99"), city: "XXX" }
]

/** The columns of a person. */
export type People = Expression.Columns<typeof Person>

/** Contracts that share a database share the people too. */
const stored = Layer.effectDiscard(Effect.gen(function*() {
  if (yield* Query.from(Person).exists) return
  yield* Effect.flatMap(Repository.make(City), (repository) => repository.insertMany(cities))
  yield* Effect.flatMap(Repository.make(Person), (repository) => repository.insertMany(people))
}))

/** The database with these people and their cities. */
export const withPeople = (database: Database): Database =>
  stored.pipe(Layer.provideMerge(TestDatabase.layerOn(database, [City, Person])))

export const byId = (person: People) => person.id.asc()

export const idsOf = (found: ReadonlyArray<Person>) => found.map(({ id }) => id)
