/**
 * The example application for tests: migrated and seeded, on either database, with its real server and a client of it.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { TestDatabase } from "andamios-orm/testing"
import * as Array from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { FetchHttpClient, HttpClient, HttpClientRequest, type HttpMethod, HttpServer } from "effect/http"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { createServer } from "node:http"
import { join } from "node:path"
import { CurrentCustomer, CustomerId } from "../../examples/app/models/customer.ts"
import { Flight } from "../../examples/app/models/flight.ts"
import { Bookings } from "../../examples/app/repositories/bookings.ts"
import { Flights } from "../../examples/app/repositories/flights.ts"
import { seed } from "../../examples/app/seed/seed.ts"
import { small } from "../../examples/app/seed/size.ts"
import { server } from "../../examples/app/server.ts"
import { Desk } from "../../examples/app/services/desk.ts"
import { warehouse } from "../../examples/app/warehouse.ts"
import type { Database } from "../databases.ts"

const migrations = { directory: join(import.meta.dirname, "../../examples/app/migrations") }

/** The databases that the application runs on, as its revisions make them, without rows. */
export const databases: { readonly [name: string]: Database } = {
  DuckDB: TestDatabase.layer({ migrations }),
  PostgreSQL: TestDatabase.layerPostgres({ migrations })
}

/** No flight that can be booked leaves while a test runs: those of the next hour are cancelled. */
const settled = Effect.flatMap(
  Effect.all([SqlClient.SqlClient, DateTime.now]),
  ([sql, now]) => {
    const soon = DateTime.formatIso(DateTime.add(now, { hours: 1 }))
    return sql`UPDATE flights SET status = 'cancelled' WHERE departs_at < CAST(${soon} AS TIMESTAMP)`
  }
)

/** A database with a few flights and bookings, and the warehouse beside it. */
const seeded = (database: Database) =>
  Layer.effectDiscard(Effect.andThen(seed(small), settled)).pipe(
    Layer.provideMerge(Layer.merge(database, warehouse))
  )

/** The desk and its repositories over a seeded database, without a server. */
export const desk = (database: Database) =>
  Desk.layer.pipe(Layer.provideMerge(Layer.merge(Flights.layer, Bookings.layer)), Layer.provideMerge(seeded(database)))

/** The whole application at an address of its own, with a client that knows it. */
export const served = (database: Database) =>
  HttpServer.layerTestClient.pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provideMerge(server),
    Layer.provideMerge(
      NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1", gracefulShutdownTimeout: 100 })
    ),
    Layer.provideMerge(seeded(database))
  )

/** What plain SQL says of flights: what the code under test has no part in. */
const FlightRow = Schema.Struct({
  id: Flight.fields.id,
  number: Schema.String,
  origin: Schema.String,
  destination: Schema.String,
  seats: Schema.Int,
  sold: Schema.Int
})

/** The flights that nobody has booked yet, the last departure first. */
export const emptyFlights = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql`SELECT id, number, origin, destination, seats, sold FROM flights WHERE sold = 0 ORDER BY departs_at DESC, id LIMIT 20`
).pipe(Effect.flatMap(Schema.decodeUnknownEffect(Schema.NonEmptyArray(FlightRow))))

export const flightNow = (id: Flight["id"]) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`SELECT id, number, origin, destination, seats, sold FROM flights WHERE id = ${id}`
  ).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.Tuple([FlightRow]))),
    Effect.map(([flight]) => flight)
  )

/** The day on which a flight leaves, such as `2026-12-01`. */
export const dayOf = (id: Flight["id"]) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`SELECT CAST(CAST(departs_at AS DATE) AS VARCHAR) AS day FROM flights WHERE id = ${id}`
  ).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ day: Schema.String })]))),
    Effect.map(([{ day }]) => day)
  )

/** The customers, and the demonstration's first among them. */
export const customerIds = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM customers ORDER BY name`)
  .pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.NonEmptyArray(Schema.Struct({ id: CustomerId })))),
    Effect.map(Array.map(({ id }) => id))
  )

export const as = (customer: typeof CustomerId.Type) => Effect.provideService(CurrentCustomer, customer)

/** What must hold whatever was done: flights whose count is not that of their bookings, and bookings with a gap in their history. */
export const untrue = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const counts = yield* sql`
    SELECT f.number, f.sold, count(b.id) FROM flights f
    LEFT JOIN bookings b ON b.flight_id = f.id AND b.deleted_at IS NULL
    GROUP BY f.id, f.number, f.sold HAVING count(b.id) <> f.sold`
  const histories = yield* sql`
    SELECT b.id, b.version, count(c.id) FROM bookings b
    LEFT JOIN changes c ON c.model = 'Booking' AND c.key = CAST(b.id AS VARCHAR)
    GROUP BY b.id, b.version HAVING count(c.id) <> b.version`
  return [...counts, ...histories]
})

/** Sends a request as a customer, or as nobody. */
export const send = Effect.fnUntraced(function*(
  method: HttpMethod.HttpMethod,
  path: string,
  { body, customer }: { readonly body?: object; readonly customer?: string } = {}
) {
  const http = yield* HttpClient.HttpClient
  const bare = HttpClientRequest.make(method)(`/api${path}`)
  const signed = customer === undefined ? bare : HttpClientRequest.bearerToken(bare, customer)
  const response = yield* http.execute(body === undefined ? signed : HttpClientRequest.bodyJsonUnsafe(signed, body))
  return { status: response.status, text: yield* response.text }
})
