/**
 * A query tells what it is, and how the database carries it out.
 */
import { assert, layer } from "@effect/vitest"
import { Plan, Query, Sql } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { City, Person, withPeople } from "./people.ts"
import type { Database } from "./Subject.ts"

const pairs = Query.from(Person, "person")
  .join(City, "city", ({ city, person }) => person.city.eq(city.code))
  .where(({ person }) => person.age.gt(17))
  .groupBy(({ city }) => ({ country: city.country }))
  .select(({ person }) => ({ people: Query.count(), oldest: Query.max(person.age) }))
  .orderBy(({ people }) => people.desc())

const stepsOf = (plan: Plan.Plan): ReadonlyArray<Plan.Plan> => [plan, ...plan.children.flatMap(stepsOf)]

export const plan = (name: string, database: Database) =>
  layer(withPeople(database), { timeout: "60 seconds" })(`${name}: plan`, (it) => {
    it.effect("is a tree of steps with what the database expects of them", () =>
      Effect.gen(function*() {
        const steps = stepsOf(yield* pairs.explain())
        assert.isAbove(steps.length, 3)
        assert.isTrue(
          steps.every(({ actualRows, milliseconds }) => actualRows === undefined && milliseconds === undefined)
        )
        assert.isTrue(steps.some(({ estimatedRows }) => estimatedRows !== undefined))
        assert.isTrue(steps.some(({ operator }) => /scan/i.test(operator)))
        assert.isTrue(steps.some(({ details }) => Object.values(details).some((detail) => /age/.test(detail))))
      }))

    it.effect("has rows and time once it is run", () =>
      Effect.gen(function*() {
        const whole = yield* pairs.explain({ analyze: true })
        const steps = stepsOf(whole)
        assert.isTrue(steps.some(({ actualRows }) => actualRows === 3))
        assert.isTrue(steps.some(({ milliseconds }) => milliseconds !== undefined))
      }))

    it.effect("is drawn as a tree whose columns are aligned", () =>
      Effect.gen(function*() {
        const drawn = Plan.draw(
          yield* Query.from(Person).where((person) => person.age.gt(1)).limit(3).explain({ analyze: true })
        )
        const lines = drawn.split("\n")
        assert.isAbove(lines.length, 1)
        assert.match(lines[1] ?? "", /^└─ /)
        assert.isTrue(lines.every((line) => / rows/.test(line) || / ms/.test(line)), drawn)
      }))

    it.effect("is told of SQL by hand, too", () =>
      Effect.gen(function*() {
        const raw = Sql.query(Schema.Struct({ id: Schema.Int }))`SELECT id FROM ${Person} WHERE age > ${30}`
        assert.isAbove(stepsOf(yield* raw.explain()).length, 0)
      }))
  })
