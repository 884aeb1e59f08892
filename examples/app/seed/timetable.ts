/**
 * The timetable: flights that were flown between the busiest airports in the first days of 2001 fly again, from today on.
 */
import { type Model, Query } from "andamios-orm"
import { BigDecimal, DateTime } from "effect"
import type { Flight } from "../models/flight.ts"
import { PastFlight } from "../models/pastFlight.ts"
import { fleet } from "./fleet.ts"
import type { Size } from "./size.ts"

export type NewFlight = Model.Insert<typeof Flight>

const firstDay = DateTime.makeUnsafe("2001-01-01")

/** The airports that most flights leave from. */
export const busiest = (airports: number) =>
  Query.from(PastFlight)
    .groupBy(({ origin }) => ({ origin }))
    .select(() => ({ flights: Query.count() }))
    .orderBy(({ flights, origin }) => [flights.desc(), origin.asc()])
    .limit(airports)

/** The flights between these airports in so many days, the earliest first. */
export const flown = ({ days }: Size, airports: ReadonlyArray<PastFlight["origin"]>) =>
  Query.from(PastFlight)
    .where((flight) =>
      Query.and(
        flight.date.lt(DateTime.add(firstDay, { days })),
        flight.origin.in(airports),
        flight.destination.in(airports)
      )
    )
    .orderBy((flight) => [flight.date.asc(), flight.origin.asc(), flight.destination.asc(), flight.delay.asc()])

/** A dollar more or less for each flight of a day, so that prices look like prices. */
const fareOf = ({ distance }: PastFlight, place: number): BigDecimal.BigDecimal =>
  BigDecimal.make(BigInt(4_900 + 11 * distance + 100 * (place % 23)), 2)

/** The flights as they will be flown, the first of them today, numbered in the order in which they leave. */
export const timetable = (past: ReadonlyArray<PastFlight>, today: DateTime.Utc): ReadonlyArray<NewFlight> => {
  const later = DateTime.distance(firstDay, today)
  return past.flatMap((flight, index) => {
    const fits = fleet.find(({ range }) => flight.distance <= range)
    if (fits === undefined) return []
    return [{
      number: `AN${101 + index}`,
      origin: flight.origin,
      destination: flight.destination,
      aircraftCode: fits.aircraft.code,
      departsAt: DateTime.addDuration(flight.date, later),
      distance: flight.distance,
      fare: fareOf(flight, index),
      seats: fits.aircraft.seats
    }]
  })
}
