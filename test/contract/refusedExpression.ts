/**
 * What can't be said is refused with a failure that tells what it was, before anything is sent; nothing is dropped silently.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { untyped } from "./cases.ts"
import { decimal } from "./people.ts"
import type { Database } from "./Subject.ts"

class Thing extends Model.Class<Thing>("Thing")({
  id: Column.primaryKey(Schema.Int),
  key: Column.uuid,
  name: Schema.String,
  at: Column.timestamp,
  parts: Schema.Array(Schema.Struct({ size: Schema.Int })),
  struct: Schema.NullOr(Schema.Struct({ size: Schema.Int })),
  document: Column.json(Schema.Struct({ list: Schema.Array(Schema.Int), text: Schema.String })),
  listed: Column.json(Schema.Array(Schema.String)),
  written: Column.json(Schema.String)
}, { table: "refused_things" }) {}

const things = Query.from(Thing)

/** What each query is refused for. */
const refused: ReadonlyArray<readonly [tells: string, query: Query.Query<unknown>]> = [
  ["the part street of a Struct", things.where((thing) => untyped(thing.struct, "get", "street").isNull())],
  ["the part 0 of a Struct", things.where((thing) => untyped(thing.struct, "at", 0).isNull())],
  ["the part size of a List", things.where((thing) => untyped(thing.parts, "get", "size").isNull())],
  ["the part 0.5 of a List", things.where((thing) => thing.parts.at(0.5).isNull())],
  ["the part street of a Json", things.where((thing) => untyped(thing.document, "get", "street").isNull())],
  ["the part x of a Json", things.where((thing) => untyped(thing.document.get("list"), "get", "x").isNull())],
  ["the part x of a Text", things.where((thing) => untyped(thing.document.get("text"), "get", "x").isNull())],
  ["the part undefined of a Struct", things.where((thing) => untyped(thing.struct, "get", undefined).isNull())],
  [
    "decades where a whole number is needed",
    things.where((thing) => untyped(thing.at, "since", thing.at, "decades").isNull())
  ],
  ["at beside undefined", things.where((thing) => untyped(thing.at, "add", "a while").isNull())],
  ["a value beside undefined", things.where((thing) => untyped(thing.name.lower(), "eq", undefined))],
  ["calculating with a Text", things.where((thing) => untyped(thing.name, "add", 1).isNull())],
  ["this of what isn't an aggregate", things.where((thing) => untyped(thing.id, "filter", thing.id.gt(1)).isNull())],
  ["this of what isn't an aggregate", things.where((thing) => untyped(Query.sum(thing.id).add(1), "over").isNull())],
  ["this of what isn't a case", things.where((thing) => untyped(thing.id, "otherwise", 1).isNull())],
  ["a value of type object as a literal", things.where(() => untyped(Query, "literal", Option.some(1)).isNull())],
  ["undefined as a literal", things.where(() => untyped(Query, "literal", undefined).isNull())],
  ["null as a literal", things.where((thing) => untyped(Query, "caseWhen", thing.id.gt(1), null).isNull())],
  ["includes of a Json", things.where((thing) => thing.listed.includes("a"))],
  ["includesAny of a Json", things.where((thing) => thing.listed.includesAny(["a"]))],
  ["includesAll of a Json", things.where((thing) => thing.document.get("list").includesAll([1]))],
  ["append of a Json", things.select((thing) => ({ value: thing.listed.append("a") }))],
  ["join of a Json", things.select((thing) => ({ value: thing.listed.join(", ") }))],
  ["sorted of a Json", things.select((thing) => ({ value: thing.listed.sorted() }))],
  ["distinct of a Json", things.select((thing) => ({ value: thing.listed.distinct() }))],
  ["length of a Json", things.select((thing) => ({ value: thing.listed.length() }))],
  ["concat of a Json", things.select((thing) => ({ value: thing.listed.concat(["a"]) }))],
  ["lower of a Json", things.select((thing) => ({ value: thing.written.lower() }))],
  ["startsWith of a Json", things.where((thing) => thing.written.startsWith("a"))],
  [
    "a frame of such an offset",
    things.orderBy((thing) =>
      Query.count().over({
        orderBy: thing.id.asc(),
        frame: { rows: [{ preceding: Duration.days(1) }, "current row"] }
      }).asc()
    )
  ],
  [
    "a frame of such an offset",
    things.orderBy((thing) =>
      Query.count().over({ orderBy: thing.name.asc(), frame: { range: [{ preceding: 1 }, "current row"] } }).asc()
    )
  ],
  [
    "the parts of nothing",
    Query.from(Thing, "thing").joinLateral("part", () => Query.unpivot({})).select(({ thing }) => ({ id: thing.id }))
  ]
]

export const refusedExpression = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Thing]), { timeout: "60 seconds" })(`${name}: refused expression`, (it) => {
    it.effect("tells what it was", () =>
      Effect.gen(function*() {
        for (const [tells, query] of refused) {
          const failure = yield* Effect.flip(query.all)
          assert.instanceOf(failure, OrmError.Unsupported, tells)
          assert.include(String(failure), tells)
        }
      }))

    it.effect("is refused, or done, where databases differ", () =>
      Effect.gen(function*() {
        const queries: ReadonlyArray<Query.Query<unknown>> = [
          things.select((thing) => ({ value: thing.parts.append({ size: 1 }) })),
          things.select((thing) => ({ value: Query.median(thing.id).over() })),
          things.select((thing) => ({ value: Query.mode(thing.id).over() })),
          things.select((thing) => ({ value: Query.countDistinct(thing.id).over() })),
          things.select((thing) => ({ value: Query.argMax(thing.id, thing.name).over() }))
        ]
        for (const query of queries) {
          const result = yield* Effect.result(query.all)
          if (result._tag === "Success") assert.deepStrictEqual(result.success, [])
          else assert.instanceOf(result.failure, OrmError.Unsupported)
        }
      }))

    it.effect("is none where a uuid is asked as a text, or two filters are both required", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(
          yield* things.where((thing) =>
            thing.key.startsWith("a").and(thing.key.length().eq(36)).and(thing.key.concat("x").eq("y"))
          ),
          []
        )
        const unlike = yield* Effect.flip(things.where((thing) => untyped(thing.name, "includes", "x")).all)
        assert.strictEqual(unlike._tag, "Unsupported")
        const numbers = Query.values([1, 2, 3].map((id) => ({ id })), { id: Schema.Int })
        const [found] = yield* Query.from(numbers, "one").select(({ one }) => ({
          middle: Query.count().filter(one.id.gt(1)).filter(one.id.lt(3)),
          lists: Query.list(Query.struct({ ids: Query.literal([2n ** 60n], Schema.Array(Column.int64)) })).filter(
            one.id.eq(1)
          )
        }))
        const products = yield* Query.from(numbers, "one")
          .where(({ one }) => untyped(untyped(one.id, "multiply", decimal("1.5")), "eq", decimal("4.5")))
        assert.lengthOf(products, 1)
        assert.deepStrictEqual(found, { middle: 1, lists: [{ ids: [2n ** 60n] }] })
      }))
  })
