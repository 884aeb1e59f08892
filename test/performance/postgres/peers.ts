/**
 * The peers on PostgreSQL, on the same server and with as many connections.
 */
import { loadEach, type PeerModule } from "../peers.ts"
import type { Place } from "./pg.ts"

const modules: ReadonlyArray<PeerModule<Place>> = [
  ["drizzle-orm", () => import("./drizzle.ts")],
  ["kysely", () => import("./kysely.ts")],
  ["pg, unnest", async () => ({ make: (await import("./pg.ts")).unnest })],
  ["pg, COPY", async () => ({ make: (await import("./pg.ts")).copy })]
]

/** Loads them. */
export const load = (place: Place) => loadEach(modules, place)
