/**
 * What the endpoints do: a line or two each, over repositories, the desk and the reports. It doesn't know which database holds the
 * bookings.
 */
import { Session } from "andamios-orm"
import { DateTime, Effect, Layer, Option, Stream } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { CurrentCustomer } from "../models/customer.ts"
import { Airports } from "../repositories/airports.ts"
import { Bookings } from "../repositories/bookings.ts"
import { Customers } from "../repositories/customers.ts"
import { Flights } from "../repositories/flights.ts"
import { Desk } from "../services/desk.ts"
import { bookingsByDay, bookingsNow, busiestRoutes, delaysByHour, totals } from "../services/reports.ts"
import { Warehouse } from "../warehouse.ts"
import { FlightsApi } from "./api.ts"
import { answered } from "./problems.ts"

/** To the minute, so that those who ask within it share an answer. */
const minute = Effect.map(DateTime.now, (now) => DateTime.startOf(now, "minute"))

const timetableHandlers = HttpApiBuilder.group(
  FlightsApi,
  "timetable",
  Effect.fnUntraced(function*(handlers) {
    const airports = yield* Airports
    const flights = yield* Flights
    const bookings = yield* Bookings

    return handlers.handleAll({
      airports: () => airports.byCity.all.pipe(answered),
      flights: ({ query }) =>
        Effect.flatMap(minute, (now) => flights.search(query, now)).pipe(
          Effect.map(({ next, rows }) => ({ flights: rows, next: Option.getOrNull(next) })),
          answered
        ),
      freeSeats: ({ params }) => Effect.flatMap(flights.get(params.id), bookings.freeSeats).pipe(answered)
    })
  })
)

const bookingHandlers = HttpApiBuilder.group(
  FlightsApi,
  "bookings",
  Effect.fnUntraced(function*(handlers) {
    const bookings = yield* Bookings
    const desk = yield* Desk

    return handlers.handleAll({
      mine: () =>
        Effect.all([CurrentCustomer, minute]).pipe(
          Effect.flatMap(([customer, now]) => bookings.ahead(customer, now).all),
          answered
        ),
      book: ({ payload }) => desk.book(payload).pipe(answered),
      move: ({ params, payload }) => desk.move({ ...payload, id: params.id }).pipe(answered),
      cancel: ({ params }) => desk.cancel(params.id).pipe(answered),
      changes: ({ params }) =>
        Effect.flatMap(CurrentCustomer, (customer) => bookings.changesOf(params.id, customer).all).pipe(answered)
    })
  })
)

const customerHandlers = HttpApiBuilder.group(
  FlightsApi,
  "customers",
  Effect.fnUntraced(function*(handlers) {
    const customers = yield* Customers
    return handlers.handleAll({ some: () => customers.some.all.pipe(answered) })
  })
)

/** The month that the dashboard tells of, with today. */
const aMonthAgo = (now: DateTime.Utc) => DateTime.subtract(DateTime.startOf(now, "day"), { days: 29 })

const reportHandlers = HttpApiBuilder.group(
  FlightsApi,
  "reports",
  Effect.fnUntraced(function*(handlers) {
    const session = yield* Session.Session
    const totalsNow = Effect.flatMap(minute, totals)
    const live = bookingsNow.changes.pipe(
      Stream.mapEffect(() => totalsNow),
      Stream.provideService(Session.Session, session),
      Stream.orDie
    )

    return handlers.handleAll({
      totals: () => totalsNow.pipe(answered),
      delays: () => Warehouse.run(delaysByHour.all).pipe(answered),
      routes: () => Warehouse.run(busiestRoutes.all).pipe(answered),
      days: () => Effect.flatMap(DateTime.now, (now) => bookingsByDay(aMonthAgo(now)).all).pipe(answered),
      live: () => Effect.succeed(live)
    })
  })
)

export const Handlers = Layer.mergeAll(timetableHandlers, bookingHandlers, customerHandlers, reportHandlers).pipe(
  Layer.provide(Desk.layer),
  Layer.provide([Airports.layer, Bookings.layer, Customers.layer, Flights.layer])
)
