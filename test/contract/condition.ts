/**
 * A condition finds the rows that it holds for, whatever their values are.
 */
import { assert, layer } from "@effect/vitest"
import { type Expression, Query } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { byId, day, decimal, idsOf, type People, Person, uuid, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

/** What each condition finds. */
const conditions: ReadonlyArray<
  readonly [says: string, where: (person: People) => Expression.Condition, ids: ReadonlyArray<number>]
> = [
  ["eq a text", (person) => person.name.eq("Ada"), [1]],
  ["eq an integer", (person) => person.age.eq(17), [3]],
  ["eq a 64-bit integer exactly", (person) => person.views.eq(2n ** 60n + 1n), [2]],
  ["eq a double", (person) => person.height.eq(1.7), [2]],
  ["eq a decimal of any scale", (person) => person.savings.eq(decimal("10.5")), [1, 3]],
  ["eq a day", (person) => person.born.eq(day("1999-12-31")), [3]],
  ["eq an instant", (person) => person.seen.eq(day("2024-02-29T23:59:59.999Z")), [1]],
  ["eq a boolean", (person) => person.active.eq(true), [1, 2]],
  ["eq a uuid in any case", (person) => person.badge.eq(uuid("A")), [1]],
  ["eq what a schema transforms", (person) => person.nickname.eq(Option.some("enchantress")), [1]],
  ["eq an empty text, which is not null", (person) => person.nickname.eq(Option.some("")), [4]],
  ["ne, without nulls", (person) => person.age.ne(36), [2, 3, 5]],
  ["gt", (person) => person.age.gt(36), [2, 5]],
  ["gt a 64-bit integer exactly", (person) => person.views.gt(2n ** 60n), [2]],
  ["gte", (person) => person.age.gte(36), [1, 2, 5]],
  ["lt", (person) => person.savings.lt(decimal("0")), [2]],
  ["lte", (person) => person.savings.lte(decimal("10.50")), [1, 2, 3]],
  ["lt an instant before 1970", (person) => person.seen.lt(day("1970-01-01")), [4]],
  ["gte a day", (person) => person.born.gte(day("1815-12-11")), [3]],
  ["between, both ends included", (person) => person.age.between(17, 36), [1, 3]],
  ["between nothing", (person) => person.age.between(36, 17), []],
  ["in", (person) => person.age.in([17, 42, 99]), [3, 5]],
  ["in one", (person) => person.name.in(["Blaise"]), [2]],
  ["in decimals", (person) => person.savings.in([decimal("10.5"), decimal("9999999999.990")]), [1, 3, 5]],
  ["in bigints", (person) => person.views.in([2n ** 60n, 2n ** 60n + 1n]), [1, 2]],
  ["in uuids", (person) => person.badge.in([uuid("B"), uuid("a")]), [1, 3]],
  ["in days", (person) => person.born.in([day("1815-12-10")]), [1]],
  ["in instants", (person) => person.seen.in([day("1969-12-31T23:59:59.999Z")]), [4]],
  ["in booleans", (person) => person.active.in([false]), [3, 4, 5]],
  ["in what a schema transforms", (person) => person.nickname.in([Option.some("enchantress"), Option.some("")]), [
    1,
    4
  ]],
  ["in nothing", (person) => person.age.in([]), []],
  ["in a list of ten thousand", (person) => person.age.in(Array.from({ length: 10_000 }, (_, age) => age + 40)), [5]],
  ["notIn, without nulls", (person) => person.age.notIn([36, 39]), [3, 5]],
  ["not in nothing", (person) => person.name.notIn([]), [1, 2, 3, 4, 5]],
  ["isNull", (person) => person.age.isNull(), [4]],
  ["isNotNull", (person) => person.age.isNotNull(), [1, 2, 3, 5]],
  ["isNull of an option", (person) => person.nickname.isNull(), [2, 3, 5]],
  ["startsWith", (person) => person.name.startsWith("Ad"), [1]],
  ["startsWith beyond one byte", (person) => person.name.startsWith("É"), [5]],
  ["startsWith an empty text", (person) => person.name.startsWith(""), [1, 2, 3, 4, 5]],
  ["endsWith", (person) => person.name.endsWith("da"), [1, 3]],
  ["endsWith beyond one code unit", (person) => person.name.endsWith("👩‍🔬"), [5]],
  ["endsWith an empty text", (person) => person.name.endsWith(""), [1, 2, 3, 4, 5]],
  ["contains", (person) => person.name.contains("a"), [1, 2, 3, 4]],
  ["contains an empty text", (person) => person.name.contains(""), [1, 2, 3, 4, 5]],
  ["startsWith a percent sign, which is data", (person) => person.name.startsWith("%"), []],
  ["contains a percent sign, which is data", (person) => person.name.contains("%"), [4]],
  ["contains an underscore, which is data", (person) => person.name.contains("_"), [4]],
  ["endsWith a backslash, which is data", (person) => person.name.endsWith("\\"), [4]],
  ["contains a quote, which is data", (person) => person.name.contains("O'H"), [4]],
  ["like", (person) => person.name.like("%a"), [1, 3]],
  ["like one character", (person) => person.name.like("_da"), [1, 3]],
  ["like an escaped percent sign", (person) => person.name.like("100\\%%"), [4]],
  ["like, minding the case", (person) => person.name.like("A%"), [1]],
  ["ilike, whatever the case", (person) => person.name.ilike("A%"), [1, 3]],
  ["ilike beyond ASCII", (person) => person.name.ilike("é%"), [5]],
  ["a match with null", (person) => person.city.startsWith("MA"), [1, 3]],
  ["and", (person) => person.city.eq("MAD").and(person.age.gt(18)), [1]],
  ["or", (person) => person.age.lt(18).or(person.age.gt(40)), [3, 5]],
  ["or of and, as it is nested", (person) => person.id.eq(1).or(person.id.eq(2)).and(person.age.gt(36)), [2]],
  ["and of or, as it is nested", (person) => person.id.eq(1).or(person.id.eq(2).and(person.age.gt(40))), [1]],
  ["not", (person) => person.age.gt(36).not(), [1, 3]],
  ["not of or", (person) => person.id.eq(1).or(person.id.eq(2)).not(), [3, 4, 5]],
  ["a boolean column itself", (person) => person.active, [1, 2]],
  ["not a boolean column", (person) => person.active.not(), [3, 4, 5]],
  ["a boolean column and more", (person) => person.active.and(person.age.gt(36)), [2]],
  ["one column against another", (person) => person.age.gt(person.id), [1, 2, 3, 5]],
  ["one column equal to itself, which a null isn't", (person) => person.age.eq(person.age), [1, 2, 3, 5]],
  ["between two columns", (person) => person.id.between(person.age, person.age), []],
  ["an injection attempt", (person) => person.name.eq("' OR 1=1; DROP TABLE people; --"), []],
  ["an injection attempt in a match", (person) => person.name.contains("' OR '1'='1"), []],
  [
    "an injection attempt in a list",
    (person) => person.name.in(["x']) OR 1=1 --", "\") OR (\"1\"=\"1", "{Ada,\"ada\"}"]),
    []
  ]
]

export const condition = (name: string, database: Database) =>
  layer(withPeople(database), { timeout: "60 seconds" })(`${name}: condition`, (it) => {
    for (const [says, where, ids] of conditions) {
      it.effect(`finds ${says}`, () =>
        Effect.gen(function*() {
          const found = Query.from(Person).where(where)
          assert.deepStrictEqual(idsOf(yield* found.orderBy(byId)), ids)
          assert.strictEqual(yield* found.count, ids.length)
          assert.strictEqual(yield* found.exists, ids.length > 0)
          // where a null makes a condition unknown, its opposite is unknown too
          const opposite = idsOf(yield* Query.from(Person).where((person) => where(person).not()))
          assert.deepStrictEqual(opposite.filter((id) => ids.includes(id)), [])
        }))
    }
  })
