/**
 * Rows that are exported and imported again are the same rows, in every format and of every column type.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { type Kind, kinds } from "../contract/columnKinds.ts"
import { integers, kind } from "../contract/kind.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** A kind in every way that a column can have it, in two tables. */
const modelsOf = ({ name, schema }: Kind, index: number) => {
  const fields = {
    id: Column.primaryKey(Schema.Int),
    value: schema,
    nullable: Schema.NullOr(schema),
    option: Schema.OptionFromNullOr(schema),
    list: Schema.Array(Schema.NullOr(schema)),
    object: Schema.NullOr(Schema.Struct({ "a \"b'": schema, none: Schema.NullOr(schema), list: Schema.Array(schema) }))
  }
  class Written extends Model.Class<Written>(`Written ${name}`)(fields, { table: `written ${index}` }) {}
  class Read extends Model.Class<Read>(`Read ${name}`)(fields, { table: `read ${index}` }) {}
  return { Written, Read }
}

const rowOf = (id: number, value: unknown, other: unknown) => ({
  id,
  value,
  nullable: id % 3 === 0 ? null : value,
  option: id % 3 === 1 ? Option.none() : Option.some(value),
  list: [[], [null, value], [value, other, null], [null]][id % 4] ?? [],
  object: id % 4 === 3
    ? null
    : { "a \"b'": value, none: id % 2 === 0 ? null : other, list: [value, other].slice(id % 3) }
})

const ways: ReadonlyArray<readonly [name: string, file: string, options: { readonly check?: boolean }]> = [
  ["Parquet", "rows.parquet", {}],
  ["Parquet, checked", "checked.parquet", { check: true }],
  ["CSV", "rows.csv", {}],
  ["compressed CSV", "rows.csv.gz", {}],
  ["JSON", "rows.json", {}],
  ["compressed JSON", "rows.ndjson.zst", {}]
]

/** Types of one's own, which travel as others. */
const customKinds = [
  kind(
    "bits, which travel as a text",
    Column.custom(Schema.String.check(Schema.isPattern(/^[01]+$/)), { as: Schema.String, duckdb: "BIT" }),
    Arbitrary.map(integers(0, 2 ** 31), (number) => number.toString(2)),
    ["0", "1", "0001", "10".repeat(100)]
  ),
  kind(
    "exact quarters, which travel as a number",
    Column.custom(Column.float, { as: Column.float, duckdb: "DECIMAL(9, 2)" }),
    Arbitrary.map(integers(-1_000_000, 1_000_000), (number) => number / 4),
    [0, -0.25, 262_143.75]
  )
]

const stored = [...kinds, ...customKinds].map((one, index) => ({ ...one, ...modelsOf(one, index) }))

layer(TestDatabase.layer(stored.flatMap(({ Read, Written }) => [Read, Written])), { timeout: "60 seconds" })(
  "a round trip through a file",
  (it) => {
    for (const [index, { edges, name, Read, values, Written }] of stored.entries()) {
      it.effect(`keeps ${name}`, () =>
        Effect.gen(function*() {
          const directory = yield* temporaryDirectory
          const sql = yield* SqlClient.SqlClient
          const drawn = yield* Arbitrary.sampleEffect(values, { count: 40, size: 10 })
          const all = [...edges, ...drawn]
          const pairs = all.map((value, id) => ({ value, other: all[(id + 1) % all.length] }))
          const written = yield* Repository.make(Written)
          yield* written.insertMany(pairs.map(({ other, value }, id) => rowOf(id, value, other)))
          const expected = yield* Query.from(Written).orderBy((row) => row.id.asc())

          for (const [way, file, options] of ways) {
            const path = join(directory, file)
            assert.deepStrictEqual(yield* Files.exportTo(Written, path), { rows: pairs.length, files: 1 }, way)
            yield* sql`DELETE FROM ${sql(`read ${index}`)}`
            assert.strictEqual(yield* Files.importFrom(Read, path, options), pairs.length, way)
            const found = yield* Query.from(Read).orderBy((row) => row.id.asc())
            found.forEach((row, id) => {
              const [actual, wanted] = [Object.entries(row), Object.entries(expected[id] ?? {})]
              if (!isDeepStrictEqual(actual, wanted)) assert.deepStrictEqual(actual, wanted, way)
            })
          }
        }).pipe(Effect.scoped), 60_000)
    }
  }
)
