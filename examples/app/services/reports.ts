/**
 * What the dashboard tells: of three million flights that were flown, and of the bookings as they are now.
 */
import { Query } from "andamios-orm"
import { BigDecimal, type DateTime, Effect } from "effect"
import { Booking } from "../models/booking.ts"
import { Flight } from "../models/flight.ts"
import { PastFlight } from "../models/pastFlight.ts"

const zero = BigDecimal.make(0n, 2)

/** How late flights leave by the hour of the day. Hours in which hardly anybody flies tell of nothing but chance. */
export const delaysByHour = Query.from(PastFlight)
  .groupBy((flight) => ({ hour: flight.date.hour() }))
  .having(() => Query.count().gt(5_000))
  .select((flight) => ({ flights: Query.count(), delay: Query.avg(flight.delay) }))
  .orderBy(({ hour }) => hour.asc())

/** Where most flights went. */
export const busiestRoutes = Query.from(PastFlight)
  .groupBy(({ destination, origin }) => ({ origin, destination }))
  .select(() => ({ flights: Query.count() }))
  .orderBy(({ destination, flights, origin }) => [flights.desc(), origin.asc(), destination.asc()])
  .limit(10)

/** Bookings that are not cancelled, and what they bring, by the day on which they were made. */
export const bookingsByDay = (since: DateTime.Utc) =>
  Query.from(Booking)
    .where((booking) => booking.createdAt.gte(since))
    .groupBy((booking) => ({ day: booking.createdAt.toDate() }))
    .select((booking) => ({ bookings: Query.count(), revenue: Query.sum(booking.price) }))
    .orderBy(({ day }) => day.asc())

/** How many bookings there are: what the live totals watch. */
export const bookingsNow = Query.from(Booking).select((booking) => ({
  bookings: Query.count(),
  revenue: Query.sum(booking.price).orElse(zero)
}))

const nothing = { bookings: 0, revenue: zero, flights: 0, seatsLeft: 0 }

/** The service in a line: seats that are sold and what they bring, and how many can still be had. */
export const totals = (now: DateTime.Utc) =>
  Effect.gen(function*() {
    const [booked] = yield* bookingsNow
    const [ahead] = yield* Query.from(Flight)
      .where((flight) => flight.departsAt.gt(now).and(flight.status.eq("scheduled")))
      .select((flight) => ({
        flights: Query.count(),
        seatsLeft: Query.sum(flight.seats.subtract(flight.sold)).orElse(0)
      }))
    return { ...nothing, ...booked, ...ahead }
  })
