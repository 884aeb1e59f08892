/**
 * Starts the application: `npm run app`. It brings the database to its newest revision, fills it where it is empty, and serves until it
 * is interrupted.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Migrator } from "andamios-orm"
import { Config, Console, Effect, Layer } from "effect"
import { HttpServer } from "effect/http"
import { createServer } from "node:http"
import { join } from "node:path"
import { database } from "./database.ts"
import { seed } from "./seed/seed.ts"
import { full } from "./seed/size.ts"
import { server } from "./server.ts"
import { warehouse } from "./warehouse.ts"

const migrated = Migrator.layer({ directory: join(import.meta.dirname, "migrations") }).pipe(
  Layer.provideMerge(database)
)

const seeded = Layer.effectDiscard(Effect.gen(function*() {
  if (yield* seed(full)) yield* Console.log("The database was empty: it has airports, flights and bookings now.")
}))

const address = Layer.effectDiscard(
  HttpServer.addressFormattedWith((url) => Console.log(`Flights and bookings are at ${url}`))
)

const http = Layer.unwrap(Effect.gen(function*() {
  const host = yield* Config.String("HOST").pipe(Config.withDefault("127.0.0.1"))
  const port = yield* Config.Port("PORT").pipe(Config.withDefault(3000))
  // a page that is open keeps its live connection: two seconds are waited for it, and no longer
  return NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "2 seconds" })
}))

const app = address.pipe(
  Layer.provide(server),
  Layer.provide(http),
  Layer.provide(seeded),
  Layer.provide([migrated, warehouse])
)

NodeRuntime.runMain(Layer.launch(app))
