/**
 * Who sits where.
 */
import { Query, Repository } from "andamios-orm"
import type { DateTime } from "effect"
import { Seat } from "../models/aircraft.ts"
import { Booking } from "../models/booking.ts"
import { Change } from "../models/change.ts"
import type { Customer } from "../models/customer.ts"
import type { Flight } from "../models/flight.ts"

export class Bookings extends Repository.Service<Bookings>()("flights/Bookings", Booking, (bookings) => ({
  /** A customer's bookings of flights that leave after this, with these flights, the next departure first. */
  ahead: (customerId: Customer["id"], now: DateTime.Utc) =>
    bookings.query
      .where((booking) =>
        booking.customerId.eq(customerId).and(booking.flight.is((flight) => flight.departsAt.gt(now)))
      )
      .orderBy((booking) => booking.flight.value((flight) => flight.departsAt).asc())
      .include({ flight: true }),

  /** The seats of a flight that nobody has, from front to back. */
  freeSeats: ({ aircraftCode, id }: Pick<Flight, "id" | "aircraftCode">) =>
    Query.from(Seat)
      .where((seat) => seat.aircraftCode.eq(aircraftCode))
      .where((seat) =>
        Query.not(
          Query.exists(
            Query.from(Booking).where((booking) => booking.flightId.eq(id).and(booking.seat.eq(seat.number)))
          )
        )
      )
      .orderBy((seat) => seat.place.asc()),

  /** What was done to a booking of a customer, cancelled or not, the first change first. */
  changesOf: (id: Booking["id"], customerId: Customer["id"]) =>
    Query.from(Change)
      .where((change) => change.model.eq("Booking").and(change.key.eq(id)))
      .where(() =>
        Query.exists(
          Query.from(Booking).withDeleted().where((booking) => booking.id.eq(id).and(booking.customerId.eq(customerId)))
        )
      )
      .orderBy((change) => change.id.asc())
})) {}
