/**
 * The HTTP API of the example application answers real requests, and each refusal with its status and a sentence, on either database.
 */
import { assert, layer } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { HttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import * as Latch from "effect/Latch"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import { FlightsApi } from "../../examples/app/api/api.ts"
import { customerIds, databases, dayOf, emptyFlights, send, served, untrue } from "./app.ts"

const Booked = Schema.fromJsonString(
  Schema.Struct({ id: Schema.String, seat: Schema.String, version: Schema.Int, createdBy: Schema.String })
)
const Problem = Schema.fromJsonString(Schema.Struct({ detail: Schema.String, status: Schema.Int }))
const Found = Schema.fromJsonString(
  Schema.Struct({ flights: Schema.Array(Schema.Struct({ number: Schema.String })), next: Schema.NullOr(Schema.String) })
)
const Mine = Schema.fromJsonString(
  Schema.Array(Schema.Struct({ id: Schema.String, flight: Schema.Struct({ number: Schema.String }) }))
)
const Changes = Schema.fromJsonString(Schema.Array(Schema.Struct({ operation: Schema.String, by: Schema.String })))
const Document = Schema.fromJsonString(
  Schema.Struct({ openapi: Schema.String, paths: Schema.Record(Schema.String, Schema.Unknown) })
)

const nobody = "00000000-0000-7000-8000-000000000000"

for (const [name, database] of Object.entries(databases)) {
  layer(served(database), { timeout: "120 seconds", excludeTestServices: true })(`${name}: the API`, (it) => {
    it.effect("books, shows, moves and cancels, and tells what was done", () =>
      Effect.gen(function*() {
        const [flight] = yield* emptyFlights
        const [customer] = yield* customerIds
        const mine = Effect.map(
          Effect.flatMap(send("GET", "/bookings", { customer }), ({ text }) => Schema.decodeEffect(Mine)(text)),
          (bookings) => bookings.map((booked) => booked.flight.number)
        )
        assert.notInclude(yield* mine, flight.number)
        const made = yield* send("POST", "/bookings", { customer, body: { flightId: flight.id, seat: "2A" } })
        assert.strictEqual(made.status, 201)
        const booking = yield* Schema.decodeEffect(Booked)(made.text)
        assert.deepInclude(booking, { seat: "2A", version: 1, createdBy: customer })
        assert.include(yield* mine, flight.number)

        const path = `/bookings/${booking.id}`
        const moved = yield* send("PATCH", path, { customer, body: { seat: "3A", version: 1 } })
        assert.deepInclude(yield* Schema.decodeEffect(Booked)(moved.text), { seat: "3A", version: 2 })
        assert.strictEqual((yield* send("DELETE", path, { customer })).status, 204)
        assert.strictEqual((yield* send("DELETE", path, { customer })).status, 404)
        assert.deepStrictEqual(
          yield* Schema.decodeEffect(Changes)((yield* send("GET", `${path}/changes`, { customer })).text),
          ["insert", "update", "delete"].map((operation) => ({ operation, by: customer }))
        )
        const [, other] = yield* customerIds
        assert.strictEqual((yield* send("GET", `${path}/changes`, { customer: other ?? nobody })).text, "[]")
        assert.deepStrictEqual(yield* untrue, [])
      }))

    it.effect("answers each refusal with its status and a sentence", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const [, flight, full] = yield* emptyFlights
        const [customer, other] = yield* customerIds
        assert.isDefined(flight)
        assert.isDefined(full)
        assert.isDefined(other)
        yield* sql`UPDATE flights SET sold = seats WHERE id = ${full.id}`
        const refusal = Effect.fnUntraced(function*(body: object, asker: string | undefined = customer) {
          const { text } = yield* send("POST", "/bookings", { body, ...(asker === "" ? {} : { customer: asker }) })
          const { detail, status } = yield* Schema.decodeEffect(Problem)(text)
          return `${status} ${detail}`
        })

        yield* send("POST", "/bookings", { customer, body: { flightId: flight.id, seat: "4A" } })
        assert.strictEqual(
          yield* refusal({ flightId: flight.id }),
          `409 You have a seat on flight ${flight.number} already. Cancel it first if you want another one.`
        )
        assert.strictEqual(
          yield* refusal({ flightId: flight.id, seat: "4A" }, other),
          `409 Seat 4A of flight ${flight.number} is taken. Choose another seat.`
        )
        assert.strictEqual(
          yield* refusal({ flightId: full.id }),
          `409 Flight ${full.number} is sold out. Choose another flight.`
        )
        assert.strictEqual(yield* refusal({ flightId: nobody }), "404 There is no such flight.")
        assert.strictEqual(
          yield* refusal({ flightId: flight.id, seat: "window" }),
          "422 This can't be understood: seat: A seat is a row and a letter, such as 12C."
        )
        assert.strictEqual(yield* refusal([]), "422 This can't be understood: Expected object.")
        assert.strictEqual(yield* refusal({ flightId: flight.id }, ""), "401 Say who you are: choose a customer.")
        assert.strictEqual(yield* refusal({ flightId: flight.id }, nobody), "401 Say who you are: choose a customer.")
        yield* sql`UPDATE flights SET sold = 0 WHERE id = ${full.id}`
        assert.deepStrictEqual(yield* untrue, [])
      }))

    it.effect("finds all flights of a day, page by page, and what is booked is seen at once in spite of the cache", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const [, , flight] = yield* emptyFlights
        const [customer] = yield* customerIds
        assert.isDefined(flight)
        const day = yield* dayOf(flight.id)
        const query = `from=${flight.origin}&to=${flight.destination}&day=${day}`
        const page = Effect.fnUntraced(function*(after: string | undefined) {
          const path = `/flights?${query}&size=3${after === undefined ? "" : `&after=${after}`}`
          return yield* Schema.decodeEffect(Found)((yield* send("GET", path)).text)
        })
        const found = yield* Stream.paginate(
          undefined,
          (after: string | undefined) =>
            Effect.map(
              page(after),
              ({ flights, next }) => [flights, next === null ? Option.none() : Option.some(next)] as const
            )
        ).pipe(Stream.runCollect)
        const expected = yield* sql`
          SELECT number FROM flights
          WHERE origin = ${flight.origin} AND destination = ${flight.destination}
            AND CAST(departs_at AS DATE) = (SELECT CAST(departs_at AS DATE) FROM flights WHERE id = ${flight.id})
          ORDER BY departs_at, id`
        assert.deepStrictEqual(found.map(({ number }) => number), expected.map(({ number }) => number))

        const all = `/flights?${query}&size=100`
        const before = yield* send("GET", all)
        assert.strictEqual((yield* send("GET", all)).text, before.text)
        yield* send("POST", "/bookings", { customer, body: { flightId: flight.id } })
        assert.notStrictEqual((yield* send("GET", all)).text, before.text)
        assert.strictEqual((yield* send("GET", "/flights?from=nowhere&day=2026-01-01")).status, 400)
        assert.strictEqual((yield* send("GET", `/flights?${query}&after=elsewhere`)).status, 400)
        assert.strictEqual(
          (yield* send("GET", all.replace(day, `${day}T23:59:59Z`))).text,
          (yield* send("GET", all)).text
        )
      }))

    it.effect("takes no day that lies too far away", () =>
      Effect.gen(function*() {
        const [{ origin }] = yield* emptyFlights
        const on = (day: string) => send("GET", `/flights?from=${origin}&day=${day}`)
        for (const day of ["275760-09-13", "3000-01-01", "1999-12-31", "-271821-04-20"]) {
          const { status, text } = yield* on(day)
          assert.strictEqual(status, 400, day)
          assert.include(text, "This can't be understood: day: A day lies in the years 2000 to 2999.")
        }
        assert.strictEqual((yield* on("2999-12-31")).text, JSON.stringify({ flights: [], next: null }))
      }))

    it.effect("reads once in a minute what nobody writes to", () =>
      Effect.gen(function*() {
        const [{ origin }] = yield* emptyFlights
        const [customer] = yield* customerIds
        const today = DateTime.formatIsoDateUtc(yield* DateTime.now)
        const missed = Effect.map(Metric.snapshot, (metrics) => {
          const counter = metrics.find(({ id }) => id === "db.client.cache.misses")
          return counter?.type === "Counter" ? Number(counter.state.count) : 0
        })
        const reads = Effect.fnUntraced(function*(path: string) {
          const before = yield* missed
          assert.strictEqual((yield* send("GET", path, { customer })).status, 200)
          return (yield* missed) - before
        })
        for (const path of [`/flights?from=${origin}&day=${today}`, "/bookings", "/reports/totals"]) {
          const [first, second, third] = yield* Effect.all([reads(path), reads(path), reads(path)])
          assert.isAbove(first, 0, path)
          // of three in a row two are within a minute
          assert.include([second, third], 0, path)
        }
      }))

    it.effect("tells the totals at once, and again after a booking", () =>
      Effect.gen(function*() {
        const client = yield* HttpApiClient.make(FlightsApi)
        const [, , , flight] = yield* emptyFlights
        const [customer] = yield* customerIds
        assert.isDefined(flight)
        const first = yield* Latch.make()
        const told = yield* Effect.forkChild((yield* client.reports.live()).pipe(
          Stream.tap(() => first.open),
          Stream.take(2),
          Stream.runCollect
        ))
        yield* first.await
        yield* send("POST", "/bookings", { customer, body: { flightId: flight.id } })
        const [before, after] = yield* Fiber.join(told)
        assert.isDefined(after)
        assert.strictEqual(after.bookings, (before?.bookings ?? 0) + 1)
        assert.strictEqual(after.seatsLeft, (before?.seatsLeft ?? 0) - 1)
      }))

    it.effect("is told by a document, and by a page that needs no other server", () =>
      Effect.gen(function*() {
        const http = yield* HttpClient.HttpClient
        const { openapi, paths } = yield* Effect.flatMap(
          (yield* http.get("/openapi.json")).text,
          Schema.decodeEffect(Document)
        )
        assert.match(openapi, /^3\.1/)
        assert.includeMembers(Object.keys(paths), [
          "/api/flights",
          "/api/bookings",
          "/api/bookings/{id}",
          "/api/reports/live"
        ])
        const docs = yield* http.get("/docs")
        assert.strictEqual(docs.status, 200)
        assert.notMatch(yield* docs.text, /(?:src|href)="(?:https?:)?\/\//)
        assert.strictEqual((yield* http.get("/")).status, 200)
      }))
  })
}
