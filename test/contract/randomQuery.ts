/**
 * A query of random rows finds what the same query finds in JavaScript.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Score extends Model.Class<Score>("Score")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  label: Schema.NullOr(Schema.Literals(["a", "b", "c"])),
  points: Schema.NullOr(Column.int8)
}, { table: "random_scores" }) {}

/** What a condition of random rows is, told twice: to the database, and in JavaScript with SQL's three truth values. */
type Predicate =
  | { readonly _tag: "Points"; readonly operator: "eq" | "ne" | "gt" | "gte" | "lt" | "lte"; readonly value: number }
  | { readonly _tag: "Label"; readonly values: ReadonlyArray<"a" | "b" | "c"> }
  | { readonly _tag: "Null"; readonly field: "points" | "label" }
  | { readonly _tag: "Not"; readonly operand: Predicate }
  | { readonly _tag: "Both" | "Either"; readonly left: Predicate; readonly right: Predicate }

const Predicate: Schema.Codec<Predicate> = Schema.Union([
  Schema.TaggedStruct("Points", {
    operator: Schema.Literals(["eq", "ne", "gt", "gte", "lt", "lte"]),
    value: Schema.Int.check(Schema.isBetween({ minimum: -4, maximum: 4 }))
  }),
  Schema.TaggedStruct("Label", { values: Schema.Array(Schema.Literals(["a", "b", "c"])) }),
  Schema.TaggedStruct("Null", { field: Schema.Literals(["points", "label"]) }),
  Schema.TaggedStruct("Not", { operand: Schema.suspend(() => Predicate) }),
  Schema.Struct({
    _tag: Schema.Literals(["Both", "Either"]),
    left: Schema.suspend(() => Predicate),
    right: Schema.suspend(() => Predicate)
  })
])

const asked = (predicate: Predicate, score: Expression.Columns<typeof Score>): Expression.Condition => {
  switch (predicate._tag) {
    case "Points":
      return score.points[predicate.operator](predicate.value)
    case "Label":
      return score.label.in(predicate.values)
    case "Null":
      return score[predicate.field].isNull()
    case "Not":
      return asked(predicate.operand, score).not()
    case "Both":
      return asked(predicate.left, score).and(asked(predicate.right, score))
    case "Either":
      return asked(predicate.left, score).or(asked(predicate.right, score))
  }
}

interface Row {
  readonly label: "a" | "b" | "c" | null
  readonly points: number | null
}

const compared = { eq: [0], ne: [-1, 1], gt: [1], gte: [0, 1], lt: [-1], lte: [-1, 0] }

const computed = (predicate: Predicate, row: Row): boolean | null => {
  switch (predicate._tag) {
    case "Points":
      return row.points === null ? null : compared[predicate.operator].includes(Math.sign(row.points - predicate.value))
    case "Label":
      return row.label === null ? (predicate.values.length === 0 ? false : null) : predicate.values.includes(row.label)
    case "Null":
      return row[predicate.field] === null
    case "Not": {
      const operand = computed(predicate.operand, row)
      return operand === null ? null : !operand
    }
    case "Both": {
      const both = [computed(predicate.left, row), computed(predicate.right, row)]
      return both.includes(false) ? false : both.includes(null) ? null : true
    }
    case "Either": {
      const both = [computed(predicate.left, row), computed(predicate.right, row)]
      return both.includes(true) ? true : both.includes(null) ? null : false
    }
  }
}

const Direction = Schema.Literals(["asc", "desc"])

const few = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 }))

const rows = Arbitrary.array(
  Arbitrary.schema(Schema.Struct({
    label: Schema.NullOr(Schema.Literals(["a", "b", "c"])),
    points: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: -4, maximum: 4 })))
  })),
  { maxLength: 25 }
)

/** Orders values as `asc` or `desc` do: nulls last in both. */
const order = <A extends string | number>(direction: "asc" | "desc", one: A | null, other: A | null): number => {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  const ascending = one < other ? -1 : one > other ? 1 : 0
  return direction === "asc" ? ascending : -ascending
}

export const randomQuery = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Score]), { timeout: "60 seconds" })(`${name}: random query`, (it) => {
    let round = 0
    it.effect.prop(
      "finds, orders and cuts random rows as JavaScript does",
      { rows, predicate: Predicate, byLabel: Direction, byPoints: Direction, limit: few, offset: few },
      ({ byLabel, byPoints, limit, offset, predicate, rows: given }) =>
        Effect.gen(function*() {
          round += 1
          const scores = yield* Repository.make(Score)
          const inserted = yield* scores.insertMany(given.map((row) => ({ ...row, round })))
          const expected = inserted
            .filter((row) => computed(predicate, row) === true)
            .toSorted((one, other) =>
              order(byLabel, one.label, other.label) || order(byPoints, one.points, other.points) || one.id - other.id
            )

          const found = Query.from(Score)
            .where((score) => score.round.eq(round))
            .where((score) => asked(predicate, score))
            .orderBy((score) => [score.label[byLabel](), score.points[byPoints]()])
            .orderBy((score) => score.id.asc())
          assert.deepStrictEqual(yield* found, expected)
          assert.strictEqual(yield* found.count, expected.length)
          const cut = found.limit(limit).offset(offset)
          assert.deepStrictEqual(yield* cut, expected.slice(offset, offset + limit))
          assert.strictEqual(yield* cut.count, expected.slice(offset, offset + limit).length)
        }),
      { arbitrary: { runs: 150 } }
    )
  })
