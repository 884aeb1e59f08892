/**
 * A real Redis, which a test starts on a socket of its own.
 */
import { NodeRedis } from "@effect/platform-node"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Redis, RedisError } from "effect/persistence/Redis"
import type * as Scope from "effect/Scope"
import { execFileSync, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { tmpdir } from "node:os"

const program = ((): string | undefined => {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" })
    return "redis-server"
  } catch {
    return undefined
  }
})()

export const isThere = program !== undefined

/** Why tests of it are skipped, for whoever reads the list of tests. */
export const unlessThere = isThere ? "" : " (skipped: there is no redis-server; apt-get install redis-server)"

/** A server: where it listens, and what can happen to it. */
export interface RedisServer {
  readonly socket: string
  /** Ends the server as a power failure does: it forgets everything. */
  readonly stop: Effect.Effect<void>
  readonly start: Effect.Effect<void>
  /** Stops it from answering, and lets it go on. */
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
}

/**
 * The whole life of a server: it ends when the standard input of this shell does, be it that the tests are killed, and then nothing of it
 * is left.
 */
const keep = `
trap "" HUP INT PIPE TERM
exec 3<&0 </dev/null
home=$(mktemp -d "$1/andamios-redis-XXXXXX") || exit 1
start() {
  redis-server --port 0 --unixsocket "$home/socket" --dir "$home" --save "" --appendonly no >"$home/log" 2>&1 3<&- &
  server=$!
  until [ -S "$home/socket" ]; do
    kill -0 $server 2>/dev/null || break
    sleep 0.01
  done
}
start
echo "$home/socket"
while read -r order <&3; do
  case $order in
    stop) kill -KILL $server; wait $server; rm -f "$home/socket" ;;
    start) start ;;
    freeze) kill -STOP $server ;;
    thaw) kill -CONT $server ;;
  esac
  echo "$order"
done 2>/dev/null
kill -KILL $server 2>/dev/null
wait $server 2>/dev/null
rm -rf "$home"
`

/** Starts a server, which ends with the scope. */
export const server: Effect.Effect<RedisServer, never, Scope.Scope> = Effect.gen(function*() {
  const keeper = yield* Effect.acquireRelease(
    Effect.sync(() => spawn("/bin/sh", ["-c", keep, "keeper", tmpdir()], { detached: true })),
    (child) =>
      Effect.callback<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.stdin.destroy()
      })
  )
  const lines = createInterface(keeper.stdout)[Symbol.asyncIterator]()
  const line = Effect.promise(async () => String((await lines.next()).value))
  const order = (text: string) =>
    Effect.andThen(Effect.sync(() => void keeper.stdin.write(`${text}\n`)), Effect.asVoid(line))
  return {
    socket: yield* line,
    stop: order("stop"),
    start: order("start"),
    freeze: order("freeze"),
    thaw: order("thaw")
  }
})

/** A client of a server. It goes by the machine's clock: it looks for idle connections again and again, also while a test lets years pass. */
export const client = ({ socket }: Pick<RedisServer, "socket">): Layer.Layer<Redis, RedisError> =>
  NodeRedis.layer({ socket: { path: socket, tls: false } }).pipe(
    Layer.provide(Layer.sync(Clock.Clock, Clock.Clock.defaultValue))
  )

/** A client of a server of its own. */
export const redis: Layer.Layer<Redis, RedisError> = Layer.unwrap(Effect.map(server, client))
