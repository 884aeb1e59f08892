/**
 * A seat that somebody has on a flight. Cancelling hides it and frees its keys; what happened to it stays in its history.
 */
import { Column, Index, Mixin, Model, Relation } from "andamios-orm"
import { Schema } from "effect"
import { SeatNumber } from "./aircraft.ts"
import { Change } from "./change.ts"
import { CurrentCustomer, Customer, CustomerId } from "./customer.ts"
import { Flight, FlightId } from "./flight.ts"

export const BookingId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("BookingId"))

export class Booking extends Model.Class<Booking>("Booking")({
  id: Column.id(BookingId),
  flightId: Column.references(FlightId, () => Flight, "id"),
  customerId: Column.references(CustomerId, () => Customer, "id"),
  seat: SeatNumber,
  price: Column.decimal({ precision: 8, scale: 2 }),
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version,
  ...Mixin.audit(CurrentCustomer, CustomerId, { history: () => Change })
}, {
  table: "bookings",
  columns: "snake_case",
  // Both hold among the bookings that are not cancelled.
  indexes: [Index.unique("flightId", "seat"), Index.unique("flightId", "customerId")]
}) {
  static readonly relations = () => ({
    flight: Relation.belongsTo(() => Flight, { from: "flightId", to: "id" }),
    customer: Relation.belongsTo(() => Customer, { from: "customerId", to: "id" })
  })
}
