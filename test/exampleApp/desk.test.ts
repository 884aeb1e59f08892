/**
 * The desk of the example application never oversells, refuses with reasons, and writes down all that it does, on either database.
 */
import { assert, layer } from "@effect/vitest"
import { Factory } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import { SqlClient } from "effect/sql"
import { SeatNumber } from "../../examples/app/models/aircraft.ts"
import { Customer } from "../../examples/app/models/customer.ts"
import { Flights } from "../../examples/app/repositories/flights.ts"
import { Desk } from "../../examples/app/services/desk.ts"
import { as, customerIds, databases, desk, emptyFlights, flightNow, untrue } from "./app.ts"

const changesOf = (id: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`SELECT operation, "by", before IS NULL AS "isNew", after IS NULL AS "isGone" FROM changes WHERE key = ${id} ORDER BY id`
  )

const countOf = (flightId: string) =>
  Effect.map(
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql`SELECT seat FROM bookings WHERE flight_id = ${flightId} AND deleted_at IS NULL`
    ),
    (rows) => new Set(rows.map(({ seat }) => seat)).size
  )

for (const [name, database] of Object.entries(databases)) {
  layer(desk(database), { timeout: "120 seconds", excludeTestServices: true })(`${name}: the desk`, (it) => {
    it.effect("books a seat, counts it, and writes it down in the same transaction", () =>
      Effect.gen(function*() {
        const { book } = yield* Desk
        const [flight] = yield* emptyFlights
        const [customer] = yield* customerIds
        assert.deepStrictEqual(yield* untrue, [])

        const booking = yield* book({ flightId: flight.id }).pipe(as(customer))
        assert.deepInclude(booking, { flightId: flight.id, customerId: customer, createdBy: customer, version: 1 })
        assert.strictEqual((yield* flightNow(flight.id)).sold, 1)
        assert.deepStrictEqual(yield* changesOf(booking.id), [
          { operation: "insert", by: customer, isNew: true, isGone: false }
        ])
      }))

    it.effect("sells the last seats once, whoever comes at the same time", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { book } = yield* Desk
        const [, flight] = yield* emptyFlights
        assert.isDefined(flight)
        yield* sql`UPDATE flights SET seats = 3 WHERE id = ${flight.id}`
        const customers = yield* Factory.make(Customer).createMany(50).pipe(Factory.seed(7))

        const answers = yield* Effect.forEach(
          customers,
          ({ id }) => book({ flightId: flight.id }).pipe(as(id), Effect.result),
          { concurrency: "unbounded" }
        )
        const failures = answers.filter(Result.isFailure).map(({ failure }) => failure)
        assert.deepStrictEqual(new Set(failures.map(({ _tag }) => _tag)), new Set(["SoldOut"]))
        assert.strictEqual(failures[0]?.message, `Flight ${flight.number} is sold out. Choose another flight.`)
        assert.lengthOf(answers.filter(Result.isSuccess), 3)
        assert.strictEqual((yield* flightNow(flight.id)).sold, 3)
        assert.strictEqual(yield* countOf(flight.id), 3)
        assert.deepStrictEqual(yield* untrue, [])
      }), 60_000)

    it.effect("refuses with a reason, and changes nothing", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { book } = yield* Desk
        const flights = yield* Flights
        const [, , flight, other, departed] = yield* emptyFlights
        const [ada, bob] = yield* customerIds
        assert.isDefined(flight)
        assert.isDefined(other)
        assert.isDefined(departed)
        assert.isDefined(bob)
        const seat = SeatNumber.make("2A")
        const refusal = (wish: Parameters<typeof book>[0], customer = bob) =>
          book(wish).pipe(as(customer), Effect.flip, Effect.map(({ message }) => message))

        yield* book({ flightId: flight.id, seat }).pipe(as(ada))
        assert.strictEqual(
          yield* refusal({ flightId: flight.id }, ada),
          `You have a seat on flight ${flight.number} already. Cancel it first if you want another one.`
        )
        assert.strictEqual(
          yield* refusal({ flightId: flight.id, seat }),
          `Seat 2A of flight ${flight.number} is taken. Choose another seat.`
        )
        assert.strictEqual(
          yield* refusal({ flightId: flight.id, seat: SeatNumber.make("99A") }),
          `Flight ${flight.number} has no seat 99A. Choose another seat.`
        )
        yield* flights.callOff(other.id)
        assert.strictEqual(
          yield* refusal({ flightId: other.id }),
          `Flight ${other.number} is cancelled. Choose another flight.`
        )
        yield* sql`UPDATE flights SET departs_at = TIMESTAMP '2001-01-01' WHERE id = ${departed.id}`
        assert.strictEqual(
          yield* refusal({ flightId: departed.id }),
          `Flight ${departed.number} has left. Nothing can be changed any more.`
        )
        assert.strictEqual((yield* flightNow(flight.id)).sold, 1)
        assert.strictEqual((yield* flightNow(other.id)).sold, 0)
        assert.deepStrictEqual(yield* untrue, [])
      }))

    it.effect("gives a seat back to others, once, and only its owner's", () =>
      Effect.gen(function*() {
        const { book, cancel } = yield* Desk
        const [, , , , , flight] = yield* emptyFlights
        const [ada, bob] = yield* customerIds
        assert.isDefined(flight)
        assert.isDefined(bob)
        const { id, seat } = yield* book({ flightId: flight.id }).pipe(as(ada))

        assert.strictEqual((yield* cancel(id).pipe(as(bob), Effect.flip))._tag, "NotFound")
        const answers = yield* Effect.all([cancel(id), cancel(id)], { concurrency: 2, mode: "result" }).pipe(as(ada))
        assert.lengthOf(answers.filter(Result.isSuccess), 1)
        assert.deepStrictEqual(answers.filter(Result.isFailure).map(({ failure }) => failure._tag), ["NotFound"])
        assert.strictEqual((yield* flightNow(flight.id)).sold, 0)
        assert.deepStrictEqual(yield* changesOf(id), [
          { operation: "insert", by: ada, isNew: true, isGone: false },
          { operation: "delete", by: ada, isNew: false, isGone: true }
        ])
        assert.strictEqual((yield* book({ flightId: flight.id, seat }).pipe(as(bob))).seat, seat)
        assert.strictEqual((yield* book({ flightId: flight.id }).pipe(as(ada))).flightId, flight.id)
      }))

    it.effect("moves a customer to another seat, of the version that was seen", () =>
      Effect.gen(function*() {
        const { book, move } = yield* Desk
        const [, , , , , , flight] = yield* emptyFlights
        const [ada] = yield* customerIds
        assert.isDefined(flight)
        const { id, version } = yield* book({ flightId: flight.id }).pipe(as(ada))
        const moved = yield* move({ id, version, seat: SeatNumber.make("4A") }).pipe(as(ada))
        assert.deepInclude(moved, { seat: SeatNumber.make("4A"), version: 2 })
        const late = yield* move({ id, version, seat: SeatNumber.make("4F") }).pipe(as(ada), Effect.flip)
        assert.strictEqual(late._tag, "StaleRow")
        assert.strictEqual((yield* flightNow(flight.id)).sold, 1)

        // where one sits already
        assert.strictEqual((yield* move({ id, version: 2, seat: moved.seat }).pipe(as(ada))).version, 2)
        assert.lengthOf(yield* changesOf(id), 2)
      }))

    it.effect("moves nobody on a flight that is cancelled", () =>
      Effect.gen(function*() {
        const { book, move } = yield* Desk
        const flights = yield* Flights
        const [, , , , , , , flight] = yield* emptyFlights
        const [ada] = yield* customerIds
        assert.isDefined(flight)
        const { id, version } = yield* book({ flightId: flight.id }).pipe(as(ada))
        yield* flights.callOff(flight.id)
        const refusal = yield* move({ id, version, seat: SeatNumber.make("4A") }).pipe(as(ada), Effect.flip)
        assert.strictEqual(refusal.message, `Flight ${flight.number} is cancelled. Choose another flight.`)
        assert.lengthOf(yield* changesOf(id), 1)
      }))

    it.effect("keeps its counts and its history whatever many do at the same time", () =>
      Effect.gen(function*() {
        const { book, cancel } = yield* Desk
        const flights = (yield* emptyFlights).slice(8, 12)
        const customers = (yield* customerIds).slice(0, 16)
        const visit = (customer: (typeof customers)[number]) =>
          Effect.gen(function*() {
            const { id: flightId } = yield* Random.choice(flights)
            const { id } = yield* book({ flightId })
            if (yield* Random.nextBoolean) yield* cancel(id)
          }).pipe(as(customer), Effect.result)

        const visits = yield* Effect.forEach([...customers, ...customers], visit, { concurrency: "unbounded" }).pipe(
          Random.withSeed("desk")
        )
        assert.isNotEmpty(visits.filter(Result.isSuccess))
        const failures = visits.filter(Result.isFailure).map(({ failure }) => failure._tag)
        assert.deepStrictEqual(failures.filter((tag) => tag !== "AlreadyBooked"), [])
        assert.deepStrictEqual(yield* untrue, [])
      }), 60_000)
  })
}
