/**
 * A prepared query answers as the query does that is written with its values, each time with others.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Mixin, Model, OrmError, Query, QueryCache, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import type * as BigDecimal from "effect/BigDecimal"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Author, Book, empty, withLibrary } from "./library.ts"
import { byId, City, day, decimal, idsOf, type People, Person, uuid, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

const Field = Schema.Literals(["name", "age", "height", "born", "seen", "savings", "views", "badge", "nickname"])
const Operator = Schema.Literals(["eq", "ne", "gt", "gte", "lt", "lte", "is", "isNot"])

/** A condition on people, whatever its values are. */
type Shape =
  | { readonly _tag: "Compared"; readonly field: typeof Field.Type; readonly operator: typeof Operator.Type }
  | { readonly _tag: "Listed" | "Between" | "Matched" | "Calculated" | "Inside" }
  | { readonly _tag: "Not"; readonly operand: Shape }
  | { readonly _tag: "Both" | "Either"; readonly left: Shape; readonly right: Shape }

const Shape: Schema.Codec<Shape> = Schema.Union([
  Schema.TaggedStruct("Compared", { field: Field, operator: Operator }),
  Schema.Struct({ _tag: Schema.Literals(["Listed", "Between", "Matched", "Calculated", "Inside"]) }),
  Schema.TaggedStruct("Not", { operand: Schema.suspend(() => Shape) }),
  Schema.Struct({
    _tag: Schema.Literals(["Both", "Either"]),
    left: Schema.suspend(() => Shape),
    right: Schema.suspend(() => Shape)
  })
])

/** What a condition is made with: values, or parameters that stand for them. */
interface Given {
  readonly name: Expression.Operand<string, never>
  readonly age: Expression.Operand<number, never>
  readonly height: Expression.Operand<number, never>
  readonly born: Expression.Operand<DateTime.Utc, never>
  readonly seen: Expression.Operand<DateTime.Utc, never>
  readonly savings: Expression.Operand<BigDecimal.BigDecimal, never>
  readonly views: Expression.Operand<bigint, never>
  readonly badge: Expression.Operand<string, never>
  readonly nickname: Expression.Operand<Option.Option<string>, never>
  readonly ages: ReadonlyArray<number> | Expression.Parameter<ReadonlyArray<number>>
  readonly country: Expression.Operand<"ES" | "PT" | "FR", never>
}

const { fields } = Person

const parameters = {
  name: fields.name,
  age: fields.age,
  height: fields.height,
  born: fields.born,
  seen: fields.seen,
  savings: fields.savings,
  views: fields.views,
  badge: fields.badge,
  nickname: fields.nickname,
  ages: Schema.Array(Column.int32),
  country: City.fields.country,
  limit: Schema.Int,
  offset: Schema.Int
}

const few = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 }))

const Values = Schema.Struct({
  name: Schema.Literals(["Ada", "ada", "a%", "%A%", "100\\%%", ""]),
  age: Schema.Literals([17, 36, 39, 40]),
  height: Schema.Literals([1.65, 1.7, -0.5]),
  born: Schema.Literals(["1815-12-10", "1999-12-31", "2024-02-29"]),
  seen: Schema.Literals(["2024-02-29T23:59:59.999Z", "1969-12-31T23:59:59.999Z"]),
  savings: Schema.Literals(["10.5", "-0.01", "9999999999.99"]),
  views: Schema.Literals([0n, 2n ** 60n, 2n ** 60n + 1n]),
  badge: Schema.Literals(["a", "b", "c"]),
  nickname: Schema.Literals(["enchantress", ""]),
  ages: Schema.Array(Schema.Literals([17, 36, 39])),
  country: Schema.Literals(["ES", "PT", "FR"]),
  limit: few,
  offset: few
})

const valuesOf = (given: typeof Values.Type) => ({
  ...given,
  born: day(given.born),
  seen: day(given.seen),
  savings: decimal(given.savings),
  badge: uuid(given.badge),
  nickname: Option.some(given.nickname)
})

const compared = <A>(
  expression: Expression.Expression<A, "of each row">,
  operator: typeof Operator.Type,
  operand: Expression.Operand<A, never>
) => expression[operator](operand)

const asked = (shape: Shape, person: People, given: Given): Expression.Condition => {
  switch (shape._tag) {
    case "Compared":
      return {
        name: () => compared(person.name, shape.operator, given.name),
        age: () => compared(person.age, shape.operator, given.age),
        height: () => compared(person.height, shape.operator, given.height),
        born: () => compared(person.born, shape.operator, given.born),
        seen: () => compared(person.seen, shape.operator, given.seen),
        savings: () => compared(person.savings, shape.operator, given.savings),
        views: () => compared(person.views, shape.operator, given.views),
        badge: () => compared(person.badge, shape.operator, given.badge),
        nickname: () => compared(person.nickname, shape.operator, given.nickname)
      }[shape.field]()
    case "Listed":
      return person.age.in(given.ages)
    case "Between":
      return person.age.between(given.age, 39)
    case "Matched":
      return person.name.ilike(given.name)
    case "Calculated":
      return person.age.subtract(given.age).multiply(2).gt(person.age.add(given.age).modulo(7))
    case "Inside":
      return person.city.in(
        Query.from(City).where((city) => city.country.eq(given.country)).select((city) => ({ code: city.code }))
      )
    case "Not":
      return Query.not(asked(shape.operand, person, given))
    case "Both":
      return Query.and(asked(shape.left, person, given), asked(shape.right, person, given))
    case "Either":
      return Query.or(asked(shape.left, person, given), asked(shape.right, person, given))
  }
}

/** The people of a condition, said either way. */
const peopleOf = (shape: Shape, given: Given) =>
  Query.from(Person).where((person) => asked(shape, person, given)).orderBy(byId)

const byName = Query.prepare(
  { name: fields.name },
  ({ name }) => Query.from(Person).where((person) => person.name.eq(name))
)

class CurrentShop extends Context.Service<CurrentShop, string>()("test/CurrentShop") {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.primaryKey(Column.int32),
  priority: Column.int32,
  ...Mixin.tenant(CurrentShop, Schema.String),
  ...Mixin.softDelete
}, { table: "prepared_tickets" }) {}

const inShop = (shop: string) => Effect.provideService(CurrentShop, shop)

export const prepared = (label: string, database: Database) => {
  const live = TestDatabase.layerOn(withLibrary(withPeople(database)), [Ticket])
  return layer(live, { timeout: "60 seconds" })(`${label}: prepared queries`, (it) => {
    it.effect.prop(
      "answer as the query that is written with the values, whatever it asks",
      { shape: Shape, runs: Schema.Array(Values).check(Schema.isMinLength(1), Schema.isMaxLength(3)) },
      ({ runs, shape }) =>
        Effect.gen(function*() {
          const whole = Query.prepare(parameters, (given) => peopleOf(shape, given))
          const cut = Query.prepare(parameters, ({ limit, offset, ...given }) =>
            peopleOf(shape, given).limit(limit).offset(offset))
          for (const run of runs) {
            const values = valuesOf(run)
            const { limit, offset, ...given } = values
            const byHand = peopleOf(shape, given)
            assert.deepStrictEqual(yield* whole(values), yield* byHand)
            assert.deepStrictEqual(yield* whole(values).first, yield* byHand.first)
            assert.strictEqual(yield* whole(values).count, yield* byHand.count)
            const cutByHand = byHand.limit(limit).offset(offset)
            assert.deepStrictEqual(yield* cut(values), yield* cutByHand)
            assert.strictEqual(yield* cut(values).count, yield* cutByHand.count)
            assert.strictEqual(yield* cut(values).exists, yield* cutByHand.exists)
          }
        }),
      { arbitrary: { runs: 40 } }
    )

    it.effect("take null where a column does", () =>
      Effect.gen(function*() {
        const either = Query.prepare({ city: fields.city, age: fields.age }, ({ age, city }) =>
          Query.from(Person).where((person) =>
            person.city.is(city).and(age.isNull().or(person.age.gte(age)))
          ).orderBy(byId))
        assert.deepStrictEqual(idsOf(yield* either({ city: null, age: null })), [4])
        assert.deepStrictEqual(idsOf(yield* either({ city: "MAD", age: null })), [1, 3])
        assert.deepStrictEqual(idsOf(yield* either({ city: "MAD", age: 18 })), [1])
      }))

    it.effect("have parameters in joins, groups, windows, values and inner queries", () =>
      Effect.gen(function*() {
        const some = { least: Column.int32, factor: Column.int32, country: City.fields.country, most: Schema.Int }
        const rich = Query.prepare(some, ({ country, factor, least, most }) =>
          Query.from(Person, "person")
            .join(City, "city", ({ city, person }) => city.code.eq(person.city).and(city.country.ne(country)))
            .where(({ person }) =>
              person.id.in(
                Query.from(Person).orderBy((inner) => inner.id.asc()).limit(most).select((inner) => ({ id: inner.id }))
              )
            )
            .groupBy(({ city }) => ({ country: city.country }))
            .having(() => Query.count().gte(least))
            .select(({ person }) => ({ many: Query.count().multiply(factor), age: Query.max(person.age) })))
        const values = { least: 1, factor: 3, country: "PT", most: 3 } as const
        assert.deepStrictEqual(yield* rich(values), [{ country: "ES", many: 6, age: 36 }])
        assert.deepStrictEqual(yield* rich({ ...values, most: 2 }), [{ country: "ES", many: 3, age: 36 }])
        assert.deepStrictEqual(yield* rich({ ...values, least: 3 }), [])
        const ranked = Query.prepare({ place: Schema.Int, prefix: Schema.String }, ({ place, prefix }) =>
          Query.from(Person)
            .select((person) => ({
              id: person.id,
              name: prefix.concat(person.name),
              place: Query.rowNumber().over({ orderBy: [person.id.desc()] })
            }))
            .qualify((row) =>
              row.place.lte(place)
            )
            .orderBy((row) => row.id.asc()))
        const found = yield* ranked({ place: 1, prefix: "~" })
        assert.deepStrictEqual(found, [{ id: 5, name: "~Émilie 👩‍🔬", place: 1 }])
        assert.lengthOf(yield* ranked({ place: 2, prefix: "" }), 2)
      }))

    it.effect("end as every query does", () =>
      Effect.gen(function*() {
        const ada = byName({ name: "Ada" })
        assert.deepStrictEqual(idsOf(yield* ada), [1])
        assert.strictEqual((yield* ada.one).id, 1)
        assert.deepStrictEqual(idsOf(yield* Stream.runCollect(ada.stream)), [1])
        assert.deepStrictEqual((yield* ada.toSql).parameters, ["Ada"])
        assert.isString((yield* ada.explain()).operator)
        assert.strictEqual(ada.hash, Query.from(Person).where((person) => person.name.eq("Ada")).hash)
        assert.deepStrictEqual(idsOf((yield* Query.page(ada, { size: 1 })).rows), [1])
        assert.strictEqual((yield* Effect.flip(byName({ name: "Nobody" }).one))._tag, "NotFound")
        const all = Query.prepare({}, () => Query.from(Person))
        assert.strictEqual((yield* Effect.flip(all({}).one))._tag, "MultipleFound")
      }))

    it.effect("refuse values as they are refused elsewhere", () =>
      Effect.gen(function*() {
        const limited = Query.prepare(
          { age: Column.int32, rows: Schema.Int, ages: Schema.Array(Column.int32) },
          (given) =>
            Query.from(Person).where((person) => person.age.gt(given.age).and(person.age.in(given.ages))).limit(
              given.rows
            )
        )
        const right = { age: 1, rows: 1, ages: [36] }
        assert.lengthOf(yield* limited(right), 1)
        for (const wrong of [{ age: 2 ** 40 }, { age: 0.5 }, { ages: [2 ** 40] }]) {
          assert.instanceOf(yield* Effect.flip(limited({ ...right, ...wrong }).all), OrmError.QueryFailed)
        }
        for (const rows of [-1, 0.5]) {
          const failure = yield* Effect.flip(limited({ ...right, rows }).all)
          assert.instanceOf(failure, OrmError.Unsupported)
          assert.include(String(failure), `a limit or offset of ${rows} rows`)
        }
        assert.lengthOf(yield* limited(right), 1)
      }))

    it.effect("have no parameters outside of them", () =>
      Effect.gen(function*() {
        const outside: Array<Query.Query<Person>> = []
        const inside = Query.prepare({ name: fields.name }, ({ name }) => {
          outside.push(Query.from(Person).where((person) => person.name.eq(name)))
          return Query.from(Person)
        })
        yield* inside({ name: "Ada" })
        const failures = yield* Effect.forEach(outside.slice(0, 1), (query) => Effect.flip(query.all))
        assert.include(String(failures[0]), "a parameter of a prepared query outside of that query")
      }))

    it.effect("bring related rows, which may be asked for with parameters", () =>
      Effect.gen(function*() {
        yield* empty
        yield* Query.insert(Author).values([{ id: 1, name: "Ada" }, { id: 2, name: "Bo" }])
        yield* Query.insert(Book).values([1, 2, 3].map((id) => ({ id, authorId: 1, pages: id * 100 })))
        const plain = Query.prepare({ id: Author.fields.id }, ({ id }) =>
          Query.from(Author).where((author) =>
            author.id.gte(id)
          ).orderBy((author) => author.id.asc()).include({ books: true }))
        const long = Query.prepare({ id: Author.fields.id, pages: Book.fields.pages }, ({ id, pages }) =>
          Query.from(Author).where((author) =>
            author.id.eq(id)
          ).include({
            books: {
              where: (book) =>
                book.pages.gte(pages),
              orderBy: (book) =>
                book.id.asc()
            }
          }))
        assert.deepStrictEqual(
          (yield* plain({ id: 1 })).map(({ books }) =>
            books.length
          ),
          [3, 0]
        )
        assert.deepStrictEqual((yield* plain({ id: 2 })).map(({ books }) => books.length), [0])
        assert.deepStrictEqual(
          (yield* plain({ id: 1 }).first).pipe(Option.map(({ books }) => books.length)),
          Option.some(3)
        )
        for (const [pages, ...found] of [[200, 2, 3], [300, 3], [100, 1, 2, 3]]) {
          const { books } = yield* long({ id: 1, pages: pages ?? 0 }).one
          assert.deepStrictEqual(books.map(({ id }) => id), found)
        }
        assert.strictEqual(yield* long({ id: 3, pages: 1 }).count, 0)
        assert.isTrue(yield* long({ id: 2, pages: 1 }).exists)
      }))

    it.effect("are cached by their values, and live", () =>
      Effect.gen(function*() {
        yield* empty
        yield* Query.insert(Author).values([{ id: 1, name: "Ada" }, { id: 2, name: "Bo" }])
        const named = Query.prepare({ name: Author.fields.name }, ({ name }) =>
          Query.from(Author).where((author) => author.name.eq(name)))
        const [ada] = yield* named({ name: "Ada" })
        assert.strictEqual((yield* named({ name: "Ada" }))[0], ada)
        assert.deepStrictEqual(
          (yield* named({ name: "Bo" })).map(({ id }) =>
            id
          ),
          [2]
        )
        const counts = yield* named({ name: "Bo" }).changes.pipe(
          Stream.map((rows) => rows.length),
          Stream.tap(() => Query.insert(Author).values({ id: 3, name: "Bo" }).pipe(Effect.ignore)),
          Stream.take(2),
          Stream.runCollect
        )
        assert.deepStrictEqual(counts, [1, 2])
        assert.deepStrictEqual((yield* named({ name: "Ada" }))[0], ada)
        yield* Query.update(Author).set(() => ({ name: "Ada" })).where((author) => author.id.eq(3))
        assert.lengthOf(yield* named({ name: "Ada" }), 2)
      }).pipe(Effect.provide(QueryCache.layerMemory({ capacity: 100 }))))

    it.effect("give the instances that a unit of work knows", () =>
      Effect.gen(function*() {
        const [known, again] = yield* Session.unitOfWork(
          Effect.all([byName({ name: "Ada" }).one, byName({ name: "Ada" }).one])
        )
        assert.strictEqual(known, again)
      }))

    it.effect("find the rows of whoever asks, and none that is deleted", () =>
      Effect.gen(function*() {
        const urgent = Query.prepare({ priority: Ticket.fields.priority }, ({ priority }) =>
          Query.from(Ticket).where((ticket) =>
            ticket.priority.gte(priority)
          ).orderBy((ticket) => ticket.id.asc()))
        const add = (shop: string, ids: ReadonlyArray<number>) =>
          inShop(shop)(Query.insert(Ticket).values(ids.map((id) => ({ id, priority: id % 10 }))))
        yield* add("one", [11, 12])
        yield* add("other", [22, 23, 24])
        const found = (shop: string, priority: number) =>
          Effect.map(inShop(shop)(urgent({ priority }).all), (rows) => rows.map(({ id }) => id))
        assert.deepStrictEqual(yield* found("one", 1), [11, 12])
        assert.deepStrictEqual(yield* found("other", 3), [23, 24])
        assert.deepStrictEqual(yield* found("one", 2), [12])
        yield* inShop("one")(Query.delete(Ticket).where((ticket) => ticket.id.eq(12)))
        assert.deepStrictEqual(yield* found("one", 1), [11])
      }))
  })
}
