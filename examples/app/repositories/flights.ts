/**
 * The timetable: what can be searched for, and what becomes of a flight.
 */
import { Query, Repository } from "andamios-orm"
import { DateTime } from "effect"
import type { Airport } from "../models/airport.ts"
import { Flight } from "../models/flight.ts"

export interface Search {
  readonly from: Airport["iata"]
  readonly to?: Airport["iata"]
  /** The day of departure. */
  readonly day: DateTime.Utc
  readonly after?: string
  readonly size: number
}

export class Flights extends Repository.Service<Flights>()("flights/Flights", Flight, (flights) => ({
  /** The flights of a day that have not left yet, the earliest first, page by page. */
  search: ({ after, day, from, size, to }: Search, now: DateTime.Utc) =>
    Query.page(
      flights.query
        .where((flight) =>
          Query.and(
            flight.origin.eq(from),
            flight.departsAt.gte(DateTime.max(DateTime.startOf(day, "day"), now)),
            flight.departsAt.lt(DateTime.add(DateTime.startOf(day, "day"), { days: 1 })),
            Query.optional(to, (wanted) => flight.destination.eq(wanted))
          )
        )
        .orderBy((flight) => flight.departsAt.asc()),
      { after, size }
    ),

  /** The flight does not leave. Its bookings stay, for whoever has to call these people. */
  callOff: (id: Flight["id"]) => flights.patch({ id, status: "cancelled" })
})) {}
