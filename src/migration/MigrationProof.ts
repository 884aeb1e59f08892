/**
 * What a proof tells: what became of the rows, and of the values of each column, when a plan was tried on them.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const Finding = Schema.Struct({ what: Schema.String, reason: Schema.String })

/**
 * What became of a column's values: how many there were that are not null, and how many there are; nothing after it is dropped.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProvedColumn = Schema.Struct({
  name: Schema.String,
  /** What it is called afterwards, where that is something else. */
  became: Schema.optionalKey(Schema.String),
  values: Schema.Struct({ before: Schema.Int, after: Schema.optionalKey(Schema.Int) }),
  nulls: Schema.Struct({ before: Schema.Int, after: Schema.optionalKey(Schema.Int) }),
  /** Whether all values are what they were; not there where that can't be told. */
  same: Schema.optionalKey(Schema.Boolean)
})

/**
 * What became of a column's values.
 *
 * @category models
 * @since 0.1.0
 */
export type ProvedColumn = typeof ProvedColumn.Type

/**
 * What became of a table's rows.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProvedTable = Schema.Struct({
  name: Schema.String,
  became: Schema.optionalKey(Schema.String),
  rows: Schema.Struct({ before: Schema.Int, after: Schema.optionalKey(Schema.Int) }),
  columns: Schema.Array(ProvedColumn)
})

/**
 * What became of a table's rows.
 *
 * @category models
 * @since 0.1.0
 */
export type ProvedTable = typeof ProvedTable.Type

/**
 * What a plan did to the rows of a database when it was tried and rolled back. As JSON it goes into a file, by `ProofJson`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Proof = Schema.Struct({
  /** The checksum of the plan that was carried out. */
  plan: Schema.String,
  /** The database, for people. */
  database: Schema.String,
  at: Schema.DateTimeUtcFromString,
  milliseconds: Schema.Number,
  /** The tables that the plan may change; none, where it was not tried. */
  tables: Schema.Array(ProvedTable),
  /** What was lost: nothing, where all is well. */
  losses: Schema.Array(Finding),
  /** What would make it fail, so that it was not tried: nothing, where all is well. */
  obstacles: Schema.Array(Finding)
})

/**
 * What a plan did to the rows of a database when it was tried and rolled back.
 *
 * @category models
 * @since 0.1.0
 */
export type Proof = typeof Proof.Type

/**
 * A proof as the text of a JSON document, and back.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProofJson: Schema.Codec<Proof, string> = Schema.fromJsonString(Proof)

/**
 * Whether a proof says that a plan goes through and loses nothing.
 *
 * @example
 * ```ts
 * import { MigrationProof, Migrator } from "andamios-orm"
 * import { Effect, FileSystem, Schema } from "effect"
 *
 * // made on a copy of the database, and kept for the run on the real one
 * const proved = Effect.gen(function*() {
 *   const files = yield* FileSystem.FileSystem
 *   const proof = yield* Migrator.prove()
 *   yield* Effect.log(MigrationProof.reported(proof))
 *   if (!MigrationProof.isHarmless(proof)) return yield* Effect.fail("something would be lost, or is in the way")
 *   yield* files.writeFileString("proof.json", yield* Schema.encodeEffect(MigrationProof.ProofJson)(proof))
 * })
 *
 * const done = Effect.gen(function*() {
 *   const files = yield* FileSystem.FileSystem
 *   const proof = yield* Schema.decodeEffect(MigrationProof.ProofJson)(yield* files.readFileString("proof.json"))
 *   return yield* Migrator.up(undefined, { proof })
 * })
 * ```
 *
 * @category predicates
 * @since 0.1.0
 */
export const isHarmless = ({ losses, obstacles }: Proof): boolean => losses.length === 0 && obstacles.length === 0

/**
 * A proof as a text for people, in aligned columns.
 *
 * @category conversions
 * @since 0.1.0
 */
export const reported = (proof: Proof): string => {
  const { at, database, losses, milliseconds, obstacles, plan, tables } = proof
  return [
    `Plan ${plan} on ${database}, tried at ${DateTime.formatIso(at)} in ${Math.round(milliseconds)} ms and rolled back`,
    ...section("Tables", tables.flatMap(tableLines)),
    ...section("Lost", losses.map(({ reason, what }) => [what, reason])),
    ...section("In the way, so that it was not tried", obstacles.map(({ reason, what }) => [what, reason])),
    "",
    ...(isHarmless(proof) ? ["Nothing is lost."] : [])
  ].join("\n").trimEnd()
}

const section = (title: string, lines: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...aligned(lines)]

const tableLines = ({ columns, rows, ...table }: ProvedTable): ReadonlyArray<ReadonlyArray<string>> => [
  [called(table), moved(rows, "rows"), "", ""],
  ...columns.map(({ nulls, same, values, ...column }) => [
    `  ${called(column)}`,
    moved(values, "values"),
    moved(nulls, "nulls"),
    verdict(values.after, same)
  ])
]

const called = ({ became, name }: { readonly name: string; readonly became?: string }): string =>
  became === undefined ? name : `${name} → ${became}`

const moved = ({ after, before }: { readonly before: number; readonly after?: number }, what: string): string => {
  if (after === undefined) return `${before} → none ${what}`
  return after === before ? `${before} ${what}` : `${before} → ${after} ${what}`
}

const verdict = (after: number | undefined, same: boolean | undefined): string => {
  if (after === undefined) return "dropped"
  if (same === undefined) return "can't be compared"
  return same ? "the same" : "others"
}

/** Columns start below one another. */
const aligned = (lines: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = lines.reduce<ReadonlyArray<number>>(
    (found, line) => line.map((cell, index) => Math.max(found[index] ?? 0, cell.length)),
    []
  )
  return lines.map((line) => `  ${Arr.zipWith(line, widths, (cell, width) => cell.padEnd(width)).join("  ")}`.trimEnd())
}
