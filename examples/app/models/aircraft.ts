/**
 * What flies, and the seats that are in it.
 */
import { Column, Model, Relation } from "andamios-orm"
import { Schema } from "effect"

export const AircraftCode = Schema.NonEmptyString.pipe(Schema.brand("AircraftCode"))

export class Aircraft extends Model.Class<Aircraft>("Aircraft")({
  code: Column.primaryKey(AircraftCode),
  name: Schema.NonEmptyString,
  seats: Column.int16.check(Schema.isGreaterThan(0))
}, { table: "aircraft" }) {
  static readonly relations = () => ({
    seatMap: Relation.hasMany(() => Seat, { from: "code", to: "aircraftCode" })
  })
}

/** A row and a letter, such as `12C`. */
export const SeatNumber = Schema.String.check(
  Schema.isPattern(/^\d{1,2}[A-F]$/, { message: "A seat is a row and a letter, such as 12C" })
).pipe(Schema.brand("SeatNumber"))

export const Cabin = Schema.Literals(["business", "economy"])

export class Seat extends Model.Class<Seat>("Seat")({
  aircraftCode: Column.primaryKey(Column.references(AircraftCode, () => Aircraft, "code")),
  number: Column.primaryKey(SeatNumber),
  /** Its place from front to back, because "10A" comes before "2A" as a text. */
  place: Column.int16,
  cabin: Cabin
}, { table: "seats", columns: "snake_case" }) {}
