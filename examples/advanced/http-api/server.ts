/**
 * The server: the API, its handlers and its middleware, on any free port of this machine. What it lacks is a database.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Session } from "andamios-orm"
import { Layer } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { createServer } from "node:http"
import { Library } from "./api.ts"
import { Handlers } from "./handlers.ts"
import { Author, Book } from "./model.ts"
import { Checked, SignedIn } from "./requests.ts"

const routes = HttpApiBuilder.layer(Library, { openapiPath: "/openapi.json" }).pipe(
  Layer.provide(Handlers),
  Layer.provide([Checked.layer, SignedIn.layer])
)

const tables = Layer.effectDiscard(Session.createTables([Author, Book]))

export const server = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provide(tables),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)
