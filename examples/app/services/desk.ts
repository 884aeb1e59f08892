/**
 * The desk where seats are sold and given back. Each thing it does is one transaction: the flight's count, the booking, and what is
 * written down about it are stored together or not at all.
 */
import { OrmError, Query, Repository, Session } from "andamios-orm"
import { Context, DateTime, Effect, Layer, Schedule } from "effect"
import { Seat } from "../models/aircraft.ts"
import type { Booking } from "../models/booking.ts"
import { CurrentCustomer } from "../models/customer.ts"
import type { Flight } from "../models/flight.ts"
import { Bookings } from "../repositories/bookings.ts"
import { Flights } from "../repositories/flights.ts"
import { priceOf } from "./fare.ts"
import { AlreadyBooked, FlightCancelled, FlightDeparted, NoSuchSeat, SeatTaken, SoldOut } from "./refusals.ts"

/** A seat that is wanted; any one, if none is named. */
export interface Wish {
  readonly flightId: Flight["id"]
  readonly seat?: Seat["number"]
}

/** Another seat for a booking, of the version that the customer has seen. */
export interface Move {
  readonly id: Booking["id"]
  readonly seat: Seat["number"]
  readonly version: number
}

/** Of two who want the same flight at the same moment one tries again, and finds what the other one left. */
const again = Schedule.spaced("10 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 300 }))

const make = Effect.gen(function*() {
  const flights = yield* Flights
  const bookings = yield* Bookings
  const session = yield* Session.Session

  const together = <A, E, R>(work: Effect.Effect<A, E, R>) =>
    session.transaction(work, { retry: again }).pipe(Effect.provideService(Session.Session, session))

  /** Refuses where the flight has left, since nobody gets on or off any more. */
  const notDeparted = Effect.fnUntraced(function*({ departsAt, number }: Flight) {
    if (DateTime.isLessThan(departsAt, yield* DateTime.now)) return yield* new FlightDeparted({ flight: number })
  })

  /** A free seat of the flight: the one that is named, or the first in economy, and in business where that is full. */
  const freeSeat = Effect.fnUntraced(function*(flight: Flight, wanted: Seat["number"] | undefined) {
    const free = yield* bookings.freeSeats(flight)
    const found = wanted === undefined
      ? free.find(({ cabin }) => cabin === "economy") ?? free[0]
      : free.find(({ number }) => number === wanted)
    if (found !== undefined) return found
    if (wanted === undefined) return yield* new SoldOut({ flight: flight.number })
    const known = yield* Query.from(Seat)
      .where((seat) => seat.aircraftCode.eq(flight.aircraftCode).and(seat.number.eq(wanted)))
      .exists
    return yield* known
      ? new SeatTaken({ flight: flight.number, seat: wanted })
      : new NoSuchSeat({ flight: flight.number, seat: wanted })
  })

  // It begins with the count. Whoever else sells, gives back or calls off the same flight waits for that, or meets a conflict: so what
  // is read afterwards is true until the end. That the count never passes the last seat is a check of the database.
  const book = Effect.fn("Desk.book")(function*({ flightId, seat }: Wish) {
    const customerId = yield* CurrentCustomer
    const { number } = yield* flights.get(flightId)
    const flight = yield* flights.increment(flightId, { sold: 1 }).pipe(
      Effect.catchTag("CheckViolation", () => new SoldOut({ flight: number }))
    )
    if (flight.status === "cancelled") return yield* new FlightCancelled({ flight: number })
    yield* notDeparted(flight)
    const chosen = yield* freeSeat(flight, seat)
    return yield* bookings.insert({ flightId, customerId, seat: chosen.number, price: priceOf(flight, chosen) }).pipe(
      Repository.catchKey("flightId, customerId", () => new AlreadyBooked({ flight: number })),
      Repository.catchKey("flightId, seat", () => new SeatTaken({ flight: number, seat: chosen.number }))
    )
  }, together)

  const gone = (id: Booking["id"]) => new OrmError.NotFound({ model: "Booking", criteria: `id = ${id}` })

  /** The booking, if it is the customer's own. One of somebody else is as good as none. */
  const own = Effect.fnUntraced(function*(id: Booking["id"]) {
    const customerId = yield* CurrentCustomer
    const booking = yield* bookings.get(id)
    if (booking.customerId === customerId) return booking
    return yield* gone(id)
  })

  const cancel = Effect.fn("Desk.cancel")(function*(id: Booking["id"]) {
    const { flightId } = yield* own(id)
    // no seat is left to give back: somebody has cancelled this very booking meanwhile
    const flight = yield* flights.increment(flightId, { sold: -1 }).pipe(
      Effect.catchTag("CheckViolation", () => gone(id))
    )
    yield* notDeparted(flight)
    yield* bookings.delete(id)
  }, together)

  const move = Effect.fn("Desk.move")(function*({ id, seat, version }: Move) {
    const booking = yield* own(id)
    const flight = yield* flights.get(booking.flightId)
    if (flight.status === "cancelled") return yield* new FlightCancelled({ flight: flight.number })
    yield* notDeparted(flight)
    if (booking.seat === seat) return booking
    const chosen = yield* freeSeat(flight, seat)
    return yield* bookings.patch({ id, version, seat, price: priceOf(flight, chosen) }).pipe(
      Repository.catchKey("flightId, seat", () => new SeatTaken({ flight: flight.number, seat }))
    )
  }, together)

  return { book, cancel, move }
})

export class Desk extends Context.Service<Desk>()("flights/Desk", { make }) {
  static readonly layer = Layer.effect(this, make)
}
