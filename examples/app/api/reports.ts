/**
 * What reports look like on the wire. Money travels as a text, so that no cent is lost on the way.
 */
import { Schema } from "effect"
import { Airport } from "../models/airport.ts"

export const Totals = Schema.Struct({
  bookings: Schema.Int,
  revenue: Schema.BigDecimalFromString,
  flights: Schema.Int,
  seatsLeft: Schema.Int
})

export const HourOfDelays = Schema.Struct({ hour: Schema.Int, flights: Schema.Int, delay: Schema.Number })

export const Route = Schema.Struct({
  origin: Airport.fields.iata,
  destination: Airport.fields.iata,
  flights: Schema.Int
})

export const DayOfBookings = Schema.Struct({
  day: Schema.DateTimeUtcFromString,
  bookings: Schema.Int,
  revenue: Schema.BigDecimalFromString
})
