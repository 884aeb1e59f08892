/**
 * The API as a value: what each endpoint takes and gives, of the JSON variants of the models. The server, its OpenAPI document and a
 * typed client are made of it.
 */
import { DateTime, Effect, Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiError, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Seat } from "../models/aircraft.ts"
import { Airport } from "../models/airport.ts"
import { Booking } from "../models/booking.ts"
import { Change } from "../models/change.ts"
import { Customer } from "../models/customer.ts"
import { Flight } from "../models/flight.ts"
import { Missing, Refused, Unavailable, Unprocessable } from "./problems.ts"
import { DayOfBookings, HourOfDelays, Route, Totals } from "./reports.ts"
import { Checked, SignedIn } from "./requests.ts"

// What any statement can meet; a write meets more.
const read = [Refused, Unavailable, HttpApiError.InternalServerErrorProblem] as const
const write = [...read, Missing, Unprocessable] as const

/** Days that any database can compare. */
const calendar = {
  minimum: DateTime.makeUnsafe("2000-01-01"),
  maximum: DateTime.makeUnsafe("2999-12-31T23:59:59.999Z")
}
const day = Schema.DateTimeUtcFromString.check(
  Schema.makeFilter((at) => DateTime.between(at, calendar) ? undefined : "A day lies in the years 2000 to 2999")
)
const size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))

const timetable = HttpApiGroup.make("timetable").add(
  HttpApiEndpoint.get("airports", "/airports", { success: Schema.Array(Airport.json), error: read }),
  HttpApiEndpoint.get("flights", "/flights", {
    query: {
      from: Airport.fields.iata,
      to: Schema.optionalKey(Airport.fields.iata),
      day,
      after: Schema.optionalKey(Schema.String),
      size: size.pipe(Schema.withDecodingDefaultKey(Effect.succeed(20)))
    },
    success: Schema.Struct({ flights: Schema.Array(Flight.json), next: Schema.NullOr(Schema.String) }),
    error: [...read, HttpApiError.BadRequestProblem]
  }),
  HttpApiEndpoint.get("freeSeats", "/flights/:id/seats", {
    params: { id: Flight.fields.id },
    success: Schema.Array(Seat.json),
    error: [...read, Missing]
  })
)

const bookings = HttpApiGroup.make("bookings").add(
  HttpApiEndpoint.get("mine", "/", {
    success: Schema.Array(Schema.Struct({ ...Booking.json.fields, flight: Flight.json })),
    error: read
  }),
  HttpApiEndpoint.post("book", "/", {
    payload: Schema.Struct({ flightId: Flight.fields.id, seat: Schema.optionalKey(Seat.fields.number) }),
    success: Booking.json.pipe(HttpApiSchema.status(201)),
    error: write
  }),
  HttpApiEndpoint.patch("move", "/:id", {
    params: { id: Booking.fields.id },
    payload: Schema.Struct({ seat: Booking.fields.seat, version: Booking.fields.version }),
    success: Booking.json,
    error: write
  }),
  HttpApiEndpoint.delete("cancel", "/:id", {
    params: { id: Booking.fields.id },
    success: HttpApiSchema.NoContent,
    error: write
  }),
  HttpApiEndpoint.get("changes", "/:id/changes", {
    params: { id: Booking.fields.id },
    success: Schema.Array(Change.json),
    error: read
  })
).prefix("/bookings").middleware(SignedIn)

const customers = HttpApiGroup.make("customers").add(
  HttpApiEndpoint.get("some", "/customers", { success: Schema.Array(Customer.json), error: read })
)

const reports = HttpApiGroup.make("reports").add(
  HttpApiEndpoint.get("totals", "/totals", { success: Totals, error: read }),
  HttpApiEndpoint.get("delays", "/delays", { success: Schema.Array(HourOfDelays), error: read }),
  HttpApiEndpoint.get("routes", "/routes", { success: Schema.Array(Route), error: read }),
  HttpApiEndpoint.get("days", "/days", { success: Schema.Array(DayOfBookings), error: read }),
  // Tells the totals at once, and again after each commit that has written bookings.
  HttpApiEndpoint.get("live", "/live", { success: HttpApiSchema.StreamSse({ data: Totals }) })
).prefix("/reports")

export const FlightsApi = HttpApi.make("flights").add(timetable).add(bookings).add(customers).add(reports)
  .prefix("/api").middleware(Checked)
  .annotate(HttpApi.ParseOptions, { errors: "all" })
  .annotate(OpenApi.Title, "Flights and bookings")
