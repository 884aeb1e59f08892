/**
 * A flight of the timetable, and how many of its seats are sold.
 */
import { Check, Column, Index, Mixin, Model, Relation } from "andamios-orm"
import { Schema } from "effect"
import { Aircraft, AircraftCode } from "./aircraft.ts"
import { Airport, Iata } from "./airport.ts"

export const FlightId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("FlightId"))

export class Flight extends Model.Class<Flight>("Flight")({
  id: Column.id(FlightId),
  number: Schema.String.check(Schema.isPattern(/^AN\d{1,5}$/)),
  origin: Column.references(Iata, () => Airport, "iata"),
  destination: Column.references(Iata, () => Airport, "iata"),
  aircraftCode: Column.references(AircraftCode, () => Aircraft, "code"),
  departsAt: Column.timestamp,
  distance: Column.int16.check(Schema.isGreaterThan(0)),
  fare: Column.decimal({ precision: 8, scale: 2 }),
  seats: Column.int16.check(Schema.isGreaterThan(0)),
  // Every booking and every cancellation changes this number, so two of the same flight never pass each other unseen.
  sold: Column.withDefault(Column.int16.check(Schema.isGreaterThanOrEqualTo(0)), 0),
  status: Column.withDefault(Schema.Literals(["scheduled", "cancelled"]), "scheduled"),
  ...Mixin.timestamps
}, { table: "flights", columns: "snake_case", indexes: [Index.on("origin", "departsAt")] }) {
  static readonly relations = () => ({
    from: Relation.belongsTo(() => Airport, { from: "origin", to: "iata" }),
    to: Relation.belongsTo(() => Airport, { from: "destination", to: "iata" }),
    aircraft: Relation.belongsTo(() => Aircraft, { from: "aircraftCode", to: "code" })
  })

  // What no code can get past: the database itself refuses to oversell.
  static readonly checks = () => Check.of(Flight, (flight) => ({ soldAtMostSeats: flight.sold.lte(flight.seats) }))

  get left() {
    return this.seats - this.sold
  }
}
