/**
 * What stands between a program and its server, and may do harm to the connection that it listens on.
 */
import * as Effect from "effect/Effect"
import * as Net from "node:net"

/** A way that leads to a server, on a port of this machine. */
export const proxy = Effect.fnUntraced(function*(host: string, port: number) {
  const listening = new Set<{ readonly client: Net.Socket; readonly server: Net.Socket }>()
  const all = new Set<Net.Socket>()
  const harm = { isRefusing: false, isMute: false }

  const connected = (client: Net.Socket) => {
    const server = Net.connect(`${host}/.s.PGSQL.${port}`)
    const pair = { client, server }
    for (const [from, to] of [[client, server], [server, client]] as const) {
      all.add(from)
      from.on("error", () => from.destroy())
      from.once("close", () => {
        all.delete(from)
        listening.delete(pair)
        to.destroy()
      })
    }
    client.on("data", (bytes) => {
      if (bytes.includes("LISTEN")) {
        if (harm.isRefusing) return client.destroy()
        listening.add(pair)
      }
      return server.write(bytes)
    })
    server.on("data", (bytes) => {
      // notices come by themselves to whoever has nothing under way, and begin with an A
      if (!(harm.isMute && bytes[0] === 65)) client.write(bytes)
    })
  }

  const door = yield* Effect.acquireRelease(
    Effect.callback<Net.Server>((resume) => {
      const made = Net.createServer(connected)
      made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
    }),
    (made) =>
      Effect.callback<void>((resume) => {
        all.forEach((socket) => socket.destroy())
        made.close(() => resume(Effect.void))
      })
  )
  const address = door.address()
  return {
    port: typeof address === "object" ? address?.port ?? 0 : 0,
    harm,
    /** Ends the connections that somebody listens on. */
    cut: Effect.sync(() => listening.forEach(({ client }) => client.destroy())),
    /** Nothing passes on them any more, and nobody is told. */
    freeze: Effect.sync(() => listening.forEach(({ client, server }) => [client.pause(), server.pause()]))
  }
})
