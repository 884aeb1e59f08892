/**
 * The server: the API with its document, and the page with what it loads. What it lacks are the two databases, and an address.
 */
import { QueryCache } from "andamios-orm"
import { Layer } from "effect"
import { HttpRouter, HttpStaticServer } from "effect/http"
import { HttpApiBuilder, HttpApiSwagger } from "effect/http-api"
import { join } from "node:path"
import { FlightsApi } from "./api/api.ts"
import { Handlers } from "./api/handlers.ts"
import { Checked, SignedIn } from "./api/requests.ts"
import { Customers } from "./repositories/customers.ts"

const api = HttpApiBuilder.layer(FlightsApi, { openapiPath: "/openapi.json" }).pipe(
  Layer.provide(Handlers),
  Layer.provide([Checked.layer, SignedIn.layer.pipe(Layer.provide(Customers.layer))])
)

// The libraries of the charts come from the folder beside the page that npm has filled, and from no other server.
const page = HttpStaticServer.layer({ root: join(import.meta.dirname, "page") })

/** Answers are kept until what they were read from is written to, ten minutes at most. */
const cache = QueryCache.layerMemory({ capacity: 1_000, timeToLive: "10 minutes" })

export const server = HttpRouter.serve(
  Layer.mergeAll(api, HttpApiSwagger.layer(FlightsApi, { path: "/docs" }), page),
  { disableLogger: true, disableListenLog: true }
).pipe(Layer.provide(cache))
