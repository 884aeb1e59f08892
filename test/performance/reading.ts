/**
 * The rows that everyone reads and writes: readings of an instrument, of eight columns.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { Column, Model } from "../../src/index.ts"
import type { Dataset } from "./tables.ts"

const fields = {
  id: Column.primaryKey(Column.int32),
  serial: Column.int64,
  level: Schema.Number,
  note: Schema.NullOr(Schema.String),
  valid: Schema.Boolean,
  takenAt: Column.timestamp,
  takenOn: Column.date,
  device: Column.uuid
}

/** A million of them are read. */
export class Reading extends Model.Class<Reading>("Reading")(fields, { table: "readings" }) {}

/** These are written, into a table that starts empty each time. */
export class Incoming extends Model.Class<Incoming>("Incoming")(fields, { table: "incoming" }) {}

/** The number of rows in `readings`, which are numbered from 0. */
export const total = 1_000_000

/** A reading in values of plain JavaScript, which the peers take. */
export interface PlainReading {
  readonly id: number
  readonly serial: bigint
  readonly level: number
  readonly note: string | null
  readonly valid: boolean
  readonly takenAt: Date
  readonly takenOn: Date
  readonly device: string
}

/** The reading of that number: a seventh have no note, half of the others one that is too long to be stored inline. */
export const plainReading = (id: number): PlainReading => ({
  id,
  serial: BigInt(id) * 10_000_000_000n,
  level: id / 2,
  note: id % 7 === 0 ? null : id % 2 === 0 ? `note ${id}` : `a longer note, number ${id}`,
  valid: id % 3 === 0,
  takenAt: new Date(1_700_000_000_000 + id * 1001),
  takenOn: new Date(1_577_836_800_000 + id % 1000 * 86_400_000),
  device: `${id.toString(16).padStart(8, "0")}-0000-4000-8000-${id.toString(16).padStart(12, "0")}`
})

/** As our models take it. */
export const modelReading = (id: number): typeof Incoming.insert["Type"] => {
  const plain = plainReading(id)
  return { ...plain, takenAt: DateTime.fromDateUnsafe(plain.takenAt), takenOn: DateTime.fromDateUnsafe(plain.takenOn) }
}

/** A query that makes the readings up to a number, with the same values. */
export const selectReadings = (count: number): string => `
  SELECT
    i::INTEGER AS id,
    i * 10000000000 AS serial,
    i / 2 AS level,
    CASE WHEN i % 7 = 0 THEN NULL WHEN i % 2 = 0 THEN 'note ' || i ELSE 'a longer note, number ' || i END AS note,
    i % 3 = 0 AS valid,
    make_timestamptz((1700000000000 + i * 1001) * 1000) AS takenAt,
    DATE '2020-01-01' + (i % 1000)::INTEGER AS takenOn,
    format('{:08x}-0000-4000-8000-{:012x}', i, i)::UUID AS device
  FROM range(${count}) AS numbers (i)
`

/** The table that is read, and the one that is written. */
export const readings: Dataset = {
  models: [Reading, Incoming],
  fill: [`INSERT INTO readings ${selectReadings(total)} ORDER BY id`]
}
