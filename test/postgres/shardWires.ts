/**
 * A coordinator with two shards, and wires between them on which something can be lost, or which can be cut and mended.
 */
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { chmodSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import * as Net from "node:net"
import { join } from "node:path"

/** What is lost on a wire: a request that holds these words, or the answer to it. */
interface Loss {
  readonly words: string
  readonly isDone: boolean
}

/** A wire to a shard. */
interface Wire {
  readonly directory: string
  /** Loses something, once. */
  readonly lose: (loss: Loss) => Effect.Effect<void>
  /** Ends every connection, and takes no more. */
  readonly cut: Effect.Effect<void>
  readonly mend: Effect.Effect<void>
  /** How many bytes the shard has answered so far. */
  readonly answered: Effect.Effect<number>
}

const wireTo = (path: string) =>
  Effect.gen(function*() {
    const directory = yield* Effect.acquireRelease(
      Effect.promise(() => mkdtemp("/tmp/andamios-wire-")),
      (made) => Effect.promise(() => rm(made, { recursive: true, force: true }))
    )
    chmodSync(directory, 0o755)
    const socket = join(directory, ".s.PGSQL.5432")
    const open = new Set<() => void>()
    let next: Loss | undefined
    let isCut = false
    let answered = 0
    const server = Net.createServer((coordinator) => {
      if (isCut) return void coordinator.destroy()
      const shard = Net.connect({ path })
      let isMute = false
      const end = () => {
        coordinator.destroy()
        shard.destroy()
        open.delete(end)
      }
      open.add(end)
      coordinator.on("error", end).on("close", end)
      shard.on("error", end).on("close", end)
      coordinator.on("data", (bytes) => {
        const loss = next !== undefined && bytes.includes(next.words) ? next : undefined
        if (loss === undefined) return void shard.write(bytes)
        next = undefined
        if (!loss.isDone) return end()
        isMute = true
        shard.write(bytes)
      })
      shard.on("data", (bytes) => {
        answered += bytes.length
        return isMute ? end() : coordinator.write(bytes)
      })
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => {
        server.listen(socket, () => {
          chmodSync(socket, 0o777)
          resume(Effect.void)
        })
      }),
      () =>
        Effect.sync(() => {
          open.forEach((end) => end())
          server.close()
        })
    )
    const wire: Wire = {
      directory,
      lose: (loss) => Effect.sync(() => void (next = loss)),
      cut: Effect.sync(() => {
        isCut = true
        open.forEach((end) => end())
      }),
      mend: Effect.sync(() => void (isCut = false)),
      answered: Effect.sync(() => answered)
    }
    return wire
  })

/** Three servers, and the wires to two of them. */
export class Cluster extends Context.Service<Cluster, {
  readonly coordinator: PostgresServer.PostgresServer
  readonly shards: readonly [PostgresServer.PostgresServer, PostgresServer.PostgresServer]
  readonly wires: readonly [Wire, Wire]
}>()("test/Cluster") {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function*() {
      const start = PostgresServer.start()
      const [coordinator, ...shards] = yield* Effect.all([start, start, start], { concurrency: 3 })
      const wires = [yield* wireTo(socketOf(shards[0])), yield* wireTo(socketOf(shards[1]))] as const
      return Cluster.of({ coordinator, shards, wires })
    })
  )
}

const socketOf = ({ host, port }: PostgresServer.PostgresServer) => join(host, `.s.PGSQL.${port}`)

/** The coordinator's database, whose rows are on the shards. */
export const sharded = (options: Pick<Postgres.Options, "pool" | "sharedWrites"> = {}) =>
  Layer.unwrap(Effect.map(Cluster, ({ coordinator, shards, wires }) =>
    Postgres.layer({
      ...coordinator,
      ...options,
      sharding: {
        strategy: "partitioned",
        shards: shards.map((shard, index) => ({ ...shard, host: wires[index]?.directory ?? shard.host }))
      }
    })))

/** The rows that a shard answers a query with, past the coordinator. */
export const onShard = (shard: 0 | 1, query: string) =>
  Effect.gen(function*() {
    const { shards } = yield* Cluster
    const direct = Layer.fresh(Postgres.layer({ ...shards[shard], pool: { size: 1 } }))
    return yield* Effect.provide(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(query)), direct)
  })

/** A tenant whose rows are on a shard, by the hash that PostgreSQL makes of a `BIGINT`. */
export const tenants = { on0: 1, on1: 3 }
