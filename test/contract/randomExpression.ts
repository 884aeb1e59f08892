/**
 * Whatever expressions are made of, a database understands them.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Expression, Model, Query } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { day, decimal } from "./people.ts"
import type { Database } from "./Subject.ts"

class Everything extends Model.Class<Everything>("Everything")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.NullOr(Schema.String),
  integer: Schema.NullOr(Column.int32),
  money: Schema.NullOr(Column.decimal({ precision: 12, scale: 3 })),
  ratio: Schema.NullOr(Schema.Number),
  truth: Schema.NullOr(Schema.Boolean),
  at: Schema.NullOr(Column.timestamp),
  tags: Schema.NullOr(Schema.Array(Schema.String)),
  document: Schema.NullOr(
    Column.json(Schema.Struct({ name: Schema.String, size: Schema.Int, deep: Schema.Array(Schema.Number) }))
  )
}, { table: "random_everything" }) {}

type Columns = Expression.Columns<typeof Everything>

/** Chooses by the numbers on a tape, and always the same once it has ended, so that every choice ends. */
const chooser = (tape: ReadonlyArray<number>) => {
  let place = 0
  return <A>(...choices: ReadonlyArray<() => A>): A => {
    const chosen = choices[(tape[place++] ?? 0) % choices.length] ?? choices[0]
    if (chosen === undefined) throw new Error("nothing to choose from")
    return chosen()
  }
}

/** Expressions of each kind, made of one another as the tape says. The first choice is always a column. */
const expressions = (row: Columns, tape: ReadonlyArray<number>) => {
  const choose = chooser(tape)
  const text = (): Expression.TextExpression<string | null> =>
    choose<Expression.TextExpression<string | null>>(
      () => row.text,
      () => text().lower(),
      () => text().upper().trim(),
      () => text().concat(text()),
      () => text().replace("a", text()),
      () => text().substring(1, 2),
      () => text().left(text().length()),
      () => text().right(2),
      () => text().padStart(3, text()),
      () => text().padEnd(integer(), "x"),
      () => text().reversed(),
      () => text().repeat(2),
      () => text().regexReplace("a+", "b"),
      () => text().regexExtract("[a-z]"),
      () => tags().at(0),
      () => tags().join(","),
      () => at().toIso(),
      () => integer().toText(),
      () => Query.caseWhen(truth(), text()).when(truth(), "x").otherwise(text()),
      () => Query.coalesce(text(), text(), "x"),
      () => Query.nullIf(text(), text()),
      () => Query.least(text(), "m"),
      () => row.document.get("name"),
      () => Query.cast(integer(), Schema.String)
    )
  const integer = (): Expression.NumberExpression<number | null> =>
    choose<Expression.NumberExpression<number | null>>(
      () => row.integer,
      () => integer().add(integer()),
      () => integer().subtract(3),
      () => integer().multiply(2),
      () => integer().quotient(integer()),
      () => integer().modulo(7),
      () => integer().abs().negate(),
      () => integer().round(-1),
      () => integer().sign(),
      () => text().length(),
      () => text().indexOf(text()),
      () => tags().length(),
      () => at().year(),
      () => at().dayOfWeek(),
      () => at().since(at(), "hours"),
      () => Query.caseWhen(truth(), integer()).otherwise(0),
      () => Query.coalesce(integer(), 1),
      () => Query.greatest(integer(), integer()),
      () => row.document.get("size"),
      () => Query.cast(ratio(), Schema.Int)
    )
  const ratio = (): Expression.NumberExpression<number | null> =>
    choose<Expression.NumberExpression<number | null>>(
      () => row.ratio,
      () => ratio().add(integer()),
      () => ratio().multiply(ratio()),
      () => integer().divide(integer()),
      () => money().divide(money()),
      () => ratio().modulo(2.5),
      () => ratio().round(2),
      () => ratio().floor(),
      () => ratio().sqrt(),
      () => ratio().ln(),
      () => ratio().exp(),
      () => ratio().power(0.5),
      () => at().epoch(),
      () => row.document.get("deep").at(-1),
      () => Query.least(ratio(), integer())
    )
  const money = (): Expression.NumberExpression<typeof Everything["Type"]["money"]> =>
    choose<Expression.NumberExpression<typeof Everything["Type"]["money"]>>(
      () => row.money,
      () => money().add(decimal("0.25")),
      () => money().subtract(money()),
      () => money().round(1),
      () => money().ceil(),
      () => Query.coalesce(money(), decimal("1.5")),
      () => Query.cast(integer(), Column.decimal({ precision: 20, scale: 1 }))
    )
  const at = (): Expression.TimeExpression<typeof Everything["Type"]["at"]> =>
    choose<Expression.TimeExpression<typeof Everything["Type"]["at"]>>(
      () => row.at,
      () => at().truncate("month"),
      () => at().add("1 hour"),
      () => at().subtract("2 days"),
      () => at().addMonths(integer()),
      () => at().orElse(day("2024-02-29")),
      () => Query.caseWhen(truth(), at()).otherwise(day("2024-01-01"))
    )
  const tags = (): Expression.ListExpression<ReadonlyArray<string> | null, string> =>
    choose<Expression.ListExpression<ReadonlyArray<string> | null, string>>(
      () => row.tags,
      () => tags().append(text()),
      () => tags().concat(tags()),
      () => tags().sorted(),
      () => tags().distinct(),
      () => text().split(",")
    )
  const truth = (): Expression.Condition =>
    choose<Expression.Condition>(
      () => Query.and(row.truth),
      () => text().eq(text()),
      () => text().ilike("%a_"),
      () => text().matches("^a+$"),
      () => text().startsWith(text()),
      () => text().equalsIgnoringCase("x"),
      () => integer().gt(integer()),
      () => integer().in([1, 2, 3]),
      () => ratio().between(0, ratio()),
      () => money().lte(decimal("2")),
      () => at().lt(at()),
      () => at().isNull(),
      () => tags().includes(text()),
      () => tags().includesAny(["a"]),
      () => truth().and(truth()),
      () => truth().or(truth()).not(),
      () => Query.tuple(text(), integer()).gt(["a", 1]),
      () => Query.optional(1, (one) => integer().ne(one))
    )
  return { text, integer, ratio, money, at, tags, truth }
}

const tape = Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))), {
  minLength: 10,
  maxLength: 40
})

export const randomExpression = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Everything]), { timeout: "60 seconds" })(`${name}: random expression`, (it) => {
    it.effect.prop(
      "is understood where rows are selected, kept, sorted, grouped and put into windows",
      { tape },
      ({ tape: given }) =>
        Effect.gen(function*() {
          const part = (row: Columns, from: number) => expressions(row, given.slice(from))
          const all = Query.from(Everything).where((row) => part(row, 1).truth())
          const selected = yield* all
            .orderBy((row) => part(row, 2).text().asc())
            .select((row) => ({
              text: part(row, 0).text(),
              integer: part(row, 1).integer(),
              ratio: part(row, 2).ratio(),
              money: part(row, 3).money(),
              at: part(row, 4).at(),
              tags: part(row, 5).tags(),
              truth: part(row, 6).truth(),
              rank: Query.rank().over({ partitionBy: part(row, 7).integer(), orderBy: part(row, 8).at().desc() })
            }))
          assert.deepStrictEqual(selected, [])
          const grouped = yield* all
            .groupBy((row) => ({ text: part(row, 3).text(), truth: part(row, 4).truth() }))
            .having((row) => Query.max(part(row, 5).integer()).gt(1))
            .select((row) => ({
              sum: Query.sum(part(row, 6).money()),
              list: Query.list(part(row, 7).text()).orderBy(part(row, 8).ratio().asc()),
              median: Query.median(part(row, 9).integer()),
              some: Query.some(part(row, 0).truth()),
              filtered: Query.count().filter(part(row, 1).truth())
            }))
          assert.deepStrictEqual(grouped, [])
        }),
      { arbitrary: { runs: 150 } }
    )
  })
