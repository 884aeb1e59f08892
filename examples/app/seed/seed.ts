/**
 * Fills an empty database: real airports, a timetable of flights that were really flown, and customers who have booked already. It is
 * one transaction, so that a database is either seeded or empty.
 */
import { Repository, Session } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { Factory } from "andamios-orm/testing"
import { DateTime, Effect, Random, Stream } from "effect"
import { join } from "node:path"
import { Aircraft, Seat } from "../models/aircraft.ts"
import { Airport } from "../models/airport.ts"
import { Booking } from "../models/booking.ts"
import { CurrentCustomer, Customer } from "../models/customer.ts"
import { Flight } from "../models/flight.ts"
import { priceOf } from "../services/fare.ts"
import { dataset, Warehouse } from "../warehouse.ts"
import { fleet, seats } from "./fleet.ts"
import { type Sale, sales } from "./sales.ts"
import type { Size } from "./size.ts"
import { busiest, flown, timetable } from "./timetable.ts"

/** The rows of these airports in the file, which knows of many more. */
const airportRows = (codes: ReadonlyArray<string>) =>
  Warehouse.stream(Files.rows(Airport, join(dataset, "airports.csv"), { extraColumns: "ignore" })).pipe(
    Stream.filter(({ iata }) => typeof iata === "string" && codes.includes(iata))
  )

/** How many seats of each flight are sold, by its place. */
const counted = (sold: ReadonlyArray<Sale>): ReadonlyMap<number, number> =>
  sold.reduce((counts, { flight }) => counts.set(flight, (counts.get(flight) ?? 0) + 1), new Map<number, number>())

/** Stores the bookings of one customer, signed by that customer. */
const book = Effect.fnUntraced(
  function*(customer: Customer, sold: ReadonlyArray<Sale>, flights: ReadonlyArray<Flight>) {
    const now = yield* DateTime.now
    const rows = sold.flatMap(({ flight, minutesAgo, seat }) => {
      const booked = flights[flight]
      return booked === undefined ? [] : [{
        flightId: booked.id,
        customerId: customer.id,
        seat: seat.number,
        price: priceOf(booked, seat),
        createdAt: DateTime.subtract(now, { minutes: minutesAgo })
      }]
    })
    const bookings = yield* Repository.make(Booking)
    yield* bookings.insertMany(rows).pipe(Effect.provideService(CurrentCustomer, customer.id))
  }
)

const rows = Effect.fnUntraced(function*(size: Size) {
  // read by DuckDB, whichever database is filled
  const codes = (yield* Warehouse.run(busiest(size.airports))).map(({ origin }) => origin)
  const past = yield* Warehouse.run(flown(size, codes))

  const airports = yield* Repository.make(Airport)
  yield* airports.importFrom(airportRows(codes))
  const aircraft = yield* Repository.make(Aircraft)
  yield* aircraft.insertMany(fleet.map((one) => one.aircraft))
  const seatMap = yield* Repository.make(Seat)
  yield* seatMap.insertMany(seats)

  const planned = timetable(past, DateTime.startOf(yield* DateTime.now, "day"))
  const sold = yield* sales(planned, size.customers, size.bookings)
  const counts = counted(sold)
  const flights = yield* Repository.make(Flight)
  const stored = yield* flights.insertMany(
    planned.map((flight, index) => ({ ...flight, sold: counts.get(index) ?? 0 }))
  )

  const customers = yield* Factory.make(Customer).createMany(size.customers)
  yield* Effect.forEach(
    customers,
    (customer, index) => book(customer, sold.filter((sale) => sale.customer === index), stored)
  )
})

/** Fills the database, unless it has been. */
export const seed = Effect.fn("seed")(function*(size: Size) {
  const flights = yield* Repository.make(Flight)
  if (yield* flights.exists()) return false
  yield* Session.transaction(rows(size)).pipe(Factory.seed(42), Random.withSeed("flights"))
  return true
})
