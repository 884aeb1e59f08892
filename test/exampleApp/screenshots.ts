/**
 * Draws the pictures of the example application that the documentation shows: `npm run app:screenshots`.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { TestDatabase } from "andamios-orm/testing"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { HttpServer } from "effect/http"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import { join } from "node:path"
import { seed } from "../../examples/app/seed/seed.ts"
import { full } from "../../examples/app/seed/size.ts"
import { server } from "../../examples/app/server.ts"
import { warehouse } from "../../examples/app/warehouse.ts"
import { opened, unlessThere, type Window } from "./browser.ts"

const images = join(import.meta.dirname, "../../docs/images")

const windows: { readonly [name: string]: Window } = {
  "app-light": { width: 1280, height: 900 },
  "app-dark": { width: 1280, height: 900, colorScheme: "dark" },
  "app-phone": { width: 390, height: 844 }
}

const drawn = Effect.forEach(Object.entries(windows), ([name, window]) =>
  Effect.scoped(Effect.gen(function*() {
    const { page } = yield* HttpServer.addressFormattedWith((address) => opened(address, window))
    const path = join(images, `${name}.png`)
    yield* Effect.promise(() => page.screenshot({ path, fullPage: name !== "app-phone" }))
    yield* Console.log(`drew ${path}`)
  })))

const database = Layer.effectDiscard(seed(full)).pipe(
  Layer.provideMerge(Layer.merge(
    TestDatabase.layer({ migrations: { directory: join(import.meta.dirname, "../../examples/app/migrations") } }),
    warehouse
  ))
)

const app = server.pipe(
  Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1", gracefulShutdownTimeout: 100 })),
  Layer.provide(database)
)

NodeRuntime.runMain(
  unlessThere === "" ? drawn.pipe(Effect.provide(app)) : Console.error(`Nothing is drawn${unlessThere}`)
)
