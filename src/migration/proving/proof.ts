/**
 * Proves on the real rows what a change does to them: rows, nulls and a fingerprint of each column, before and after.
 *
 * What would make the change fail is looked for first: if there is any, it is not tried, and the proof tells it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Database } from "../../session/Database.ts"
import type { ReadError, TransactionError } from "../../session/OrmError.ts"
import { asking } from "../../sql/asking.ts"
import type { CompiledQuery } from "../../sql/CompiledQuery.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { quoted } from "../../sql/quoted.ts"
import type { Place, Structure } from "../../sql/Structure.ts"
import { comparison, type Sides } from "./comparison.ts"
import { lostBetween } from "./fitting.ts"
import type { FollowedColumn, FollowedTable } from "./followed.ts"
import { following } from "./following.ts"
import { castOf, countingAltered, type Measured, measured, measuring } from "./measuring.ts"
import type { Loss, PlannedRevision } from "../MigrationPlan.ts"
import type { Proof } from "../MigrationProof.ts"
import type { Question } from "./obstacles.ts"

export type { Proof } from "../MigrationProof.ts"

/**
 * Carries out a change and tells what it did to the rows, both inside of one transaction, which has to be there. Where something is in
 * the way of the plan, the change is not carried out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const proving = (database: Database["Service"]) => {
  const { dialect } = database

  /** Asks what may fail, so that the transaction goes on: a database that can't try a cast can undo a part of a transaction. */
  const attempt = <A>(query: CompiledQuery<A>) =>
    Effect.result<ReadonlyArray<A>, ReadError | TransactionError, never>(
      typeof dialect.tryCast === "function" ? database.read(query) : database.transaction(database.read(query))
    )

  const obstacle = Effect.fnUntraced(function*({ failure, reason, sql, what }: Question) {
    const answer = yield* attempt(asking(sql(dialect), { count: { _tag: "Text" } }))
    if (Result.isFailure(answer)) return failure === undefined ? [] : [{ what, reason: failure }]
    const count = Number(answer.success[0]?.count)
    return count === 0 ? [] : [{ what, reason: reason(count) }]
  })

  const measure = (place: Place, values: ReadonlyArray<Measured>) =>
    Effect.map(database.read(measuring(place, values, dialect)), ([answer]) => measured(values, answer))

  /** How many values of each column that becomes narrower are others afterwards, where that can be told. */
  const altered = Effect.fnUntraced(function*({ before, columns, now }: FollowedTable) {
    const counts = new Map<string, number>()
    for (const column of columns) {
      const isNarrower = now !== undefined && column.now !== undefined && !column.using && isRetyped(column, dialect) &&
        lostBetween(column.before.type, column.type) !== undefined
      if (!isNarrower) continue
      const types = { from: column.before.type, to: column.type }
      const answer = yield* attempt(countingAltered(before, column.before.name, types, dialect))
      if (Result.isSuccess(answer)) counts.set(column.before.name, Number(answer.success[0]?.count))
    }
    return counts
  })

  const before = Effect.fnUntraced(function*(table: FollowedTable) {
    return { table, altered: yield* altered(table), before: yield* measure(table.before, valuesBefore(table, dialect)) }
  })

  /** The columns that are there; after SQL by hand only the database can tell. */
  const present = Effect.fnUntraced(function*({ columns, now }: FollowedTable, isByHand: boolean) {
    const expected = now === undefined ? [] : columns.flatMap((column) => column.now === undefined ? [] : [column.now])
    if (now === undefined || !isByHand) return new Set(expected)
    const found = yield* database.read(asking(columnsOf(now), { name: { _tag: "Text" } }))
    return new Set(found.map(({ name }) => String(name)))
  })

  /** Values that can't become what they were are counted alone. */
  const after = Effect.fnUntraced(function*(sides: Omit<Sides, "after">, isByHand: boolean) {
    const { table } = sides
    const there = yield* present(table, isByHand)
    if (table.now === undefined || there.size === 0) return comparison({ ...sides, after: undefined })
    const values = valuesAfter(table, there, dialect)
    const read = yield* attempt(measuring(table.now, values, dialect))
    if (Result.isSuccess(read)) return comparison({ ...sides, after: measured(values, read.success[0]) })
    const counted = values.map((one) => ({ ...one, compared: one.compared === one.value ? one.value : undefined }))
    return comparison({ ...sides, after: yield* measure(table.now, counted) })
  })

  return <A, E, R>(
    plan: {
      readonly checksum: string
      readonly database?: string
      readonly revisions: ReadonlyArray<PlannedRevision>
    },
    structure: Structure,
    change: Effect.Effect<A, E, R>
  ): Effect.Effect<Proof, E | ReadError, R> =>
    Effect.gen(function*() {
      const start = yield* Clock.currentTimeMillis
      const at = yield* DateTime.now
      const told = Effect.fnUntraced(function*(found: Pick<Proof, "tables" | "losses" | "obstacles">) {
        const milliseconds = (yield* Clock.currentTimeMillis) - start
        return { plan: plan.checksum, database: plan.database ?? dialect.name, at, milliseconds, ...found }
      })
      const { isByHand, questions, tables } = following(plan.revisions, structure)

      const obstacles: ReadonlyArray<Loss> = (yield* Effect.forEach(questions, obstacle)).flat()
      if (obstacles.length > 0) return yield* told({ tables: [], losses: [], obstacles })

      const touched = yield* Effect.forEach(tables.filter(({ isTouched }) => isTouched), before)
      yield* change
      const compared = yield* Effect.forEach(touched, (sides) => after(sides, isByHand))
      return yield* told({
        tables: compared.map(({ table }) => table),
        losses: compared.flatMap(({ losses }) => losses),
        obstacles: []
      })
    })
}

/** What the database computes is not stored, and can't be lost. */
const isStored = ({ before }: FollowedColumn): boolean => before.generated === undefined

const isRetyped = ({ before, type }: FollowedColumn, dialect: Dialect): boolean =>
  dialect.columnType(before.type) !== dialect.columnType(type)

const valuesBefore = ({ columns, now }: FollowedTable, dialect: Dialect): ReadonlyArray<Measured> =>
  columns.filter(isStored).map(({ before: { name }, now: later }) => {
    const value = dialect.identifier(name)
    return { name, value, compared: now === undefined || later === undefined ? undefined : value }
  })

/** The values as those of the type that they had. */
const valuesAfter = (
  { columns }: FollowedTable,
  there: ReadonlySet<string>,
  dialect: Dialect
): ReadonlyArray<Measured> =>
  columns.filter(isStored).flatMap((column) => {
    if (column.now === undefined || !there.has(column.now)) return []
    const value = dialect.identifier(column.now)
    const compared = isRetyped(column, dialect) ? castOf(dialect)(value, column.before.type) : value
    return [{ name: column.before.name, value, compared }]
  })

const columnsOf = ({ database, name, schema }: Place): string =>
  `SELECT column_name FROM information_schema.columns WHERE table_name = ${quoted(name)} AND ` +
  `table_schema = ${schema === undefined ? "current_schema()" : quoted(schema)} AND ` +
  `table_catalog = ${database === undefined ? "current_database()" : quoted(database)}`
