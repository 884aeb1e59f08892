/**
 * A connection is as secure as the options or the url ask for, or there is none.
 */
import { assert, layer } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import { inspect } from "node:util"
import { certificates } from "./certificates.ts"

/** A server that speaks TLS, and the certificates around it. */
class Server extends Context.Service<Server, {
  readonly port: number
  readonly sockets: string
  readonly file: (name: string) => string
  readonly read: (name: string) => string
}>()("test/Server") {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function*() {
      const { file, read } = yield* certificates
      const { host, port } = yield* PostgresServer.start({
        tcp: true,
        settings: {
          ssl: "on",
          ssl_cert_file: file("server.crt"),
          ssl_key_file: file("server.key"),
          ssl_ca_file: file("authority.crt")
        }
      })
      return { port, sockets: host, file, read }
    })
  )
}

const urlOf = (port: number, parameters: string, host = "127.0.0.1") =>
  Redacted.make(`postgres://postgres:open%20sesame@${host}:${port}/postgres${parameters}`)

/** How the server sees the connection. */
const seen = Effect.gen(function*() {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly ssl: boolean; readonly client: string | null }>`
    SELECT ssl, client_dn AS client FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  return row
})

const connected = (options: Postgres.Options) => Effect.provide(seen, Postgres.layer(options), { local: true })

const encode = Schema.encodeSync(Schema.toCodecJson(OrmError.ConnectionFailed))

/** Why there is no connection. Whatever is made of that tells no password. */
const refused = Effect.fnUntraced(function*(options: Postgres.Options) {
  const failure = yield* Effect.flip(Effect.scoped(Layer.build(Postgres.layer(options))))
  assert.instanceOf(failure, OrmError.ConnectionFailed)
  assert.notMatch(
    `${failure.message} ${String(failure)} ${JSON.stringify(encode(failure))} ${inspect(failure, { depth: 20 })}`,
    /sesame/
  )
  return failure
})

layer(Server.layer, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL security", (it) => {
  it.effect("is what the option says", () =>
    Effect.gen(function*() {
      const { port, read } = yield* Server
      const url = urlOf(port, "")
      const ca = read("authority.crt")
      assert.deepStrictEqual(yield* connected({ url, ssl: { ca } }), { ssl: true, client: null })
      assert.deepStrictEqual(yield* connected({ url, ssl: { rejectUnauthorized: false } }), { ssl: true, client: null })
      assert.deepStrictEqual(yield* connected({ url, ssl: false }), { ssl: false, client: null })
      const cert = { cert: read("postgres.crt"), key: read("postgres.key") }
      assert.deepStrictEqual(yield* connected({ url, ssl: { ca, ...cert } }), { ssl: true, client: "/CN=postgres" })
      const wins = urlOf(port, "?sslmode=disable")
      assert.deepStrictEqual(yield* connected({ url: wins, ssl: { ca } }), { ssl: true, client: null })
    }))

  it.effect("is what the url says", () =>
    Effect.gen(function*() {
      const { file, port } = yield* Server
      const authority = `sslrootcert=${encodeURIComponent(file("authority.crt"))}`
      const ssl = (parameters: string, host?: string) =>
        Effect.map(connected({ url: urlOf(port, parameters, host) }), (row) => row?.ssl)
      assert.isFalse(yield* ssl(""))
      assert.isFalse(yield* ssl(`?sslmode=disable&${authority}`))
      for (const mode of ["require", "verify-ca", "verify-full", "prefer"]) {
        assert.isTrue(yield* ssl(`?sslmode=${mode}&${authority}`), mode)
      }
      assert.isTrue(yield* ssl(`?${authority}`))
      assert.isTrue(yield* ssl(`?sslmode=verify-ca&${authority}`, "localhost"))
      const key = (name: string) =>
        `sslcert=${encodeURIComponent(file("postgres.crt"))}&sslkey=${encodeURIComponent(file(name))}`
      for (const client of [key("postgres.key"), `${key("locked.key")}&sslpassword=sesame`]) {
        const row = yield* connected({ url: urlOf(port, `?sslmode=verify-full&${authority}&${client}`) })
        assert.deepStrictEqual(row, { ssl: true, client: "/CN=postgres" })
      }
      assert.isFalse(yield* ssl("?channel_binding=prefer&gssencmode=disable&target_session_attrs=any"))
    }))

  it.effect("fails where the certificate is not trusted, and says what to do", () =>
    Effect.gen(function*() {
      const { file, port, read } = yield* Server
      const unknown = yield* refused({ url: urlOf(port, "?sslmode=require") })
      assert.include(unknown.hint, "sslrootcert")
      const stranger = `?sslmode=verify-ca&sslrootcert=${encodeURIComponent(file("stranger.crt"))}`
      for (
        const options of [{ url: urlOf(port, stranger) }, { url: urlOf(port, ""), ssl: { ca: read("stranger.crt") } }]
      ) {
        const wrong = yield* refused(options)
        assert.match(wrong.reason, /certificate/)
        assert.include(wrong.hint, "isn't trusted")
      }
      const full = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(file("authority.crt"))}`
      const named = yield* refused({ url: urlOf(port, full, "localhost") })
      assert.include(named.hint, "for another name")
    }))

  it.effect("fails where the server has none", () =>
    Effect.gen(function*() {
      const { port, sockets } = yield* Server
      const failure = yield* refused({ host: sockets, port, username: "postgres", ssl: true })
      assert.include(failure.reason, "does not support TLS")
    }))

  it.effect("never leaves out what the url asks for", () =>
    Effect.gen(function*() {
      const { port } = yield* Server
      const missing = yield* refused({ url: urlOf(port, "?sslrootcert=/nowhere/authority.crt") })
      assert.include(missing.reason, "the file of `sslrootcert` can't be read: /nowhere/authority.crt")
      for (
        const parameter of ["sslcrl=/x", "channel_binding=require", "target_session_attrs=read-write", "pgbouncer=true"]
      ) {
        const failure = yield* refused({ url: urlOf(port, `?${parameter}`) })
        assert.include(failure.reason, `the parameter \`${parameter.split("=")[0]}\`, which is not carried out`)
        assert.include(failure.hint, "Take it out of the url")
      }
      assert.include((yield* refused({ url: urlOf(port, "?sslmode=always") })).reason, "sslmode")
      assert.include((yield* refused({ url: Redacted.make("open sesame") })).reason, "its url is not valid")
    }))

  it.effect("is never less with the authorities of the system", () =>
    Effect.gen(function*() {
      const { port } = yield* Server
      for (const parameters of ["?sslrootcert=system", "?sslmode=verify-full&sslrootcert=system"]) {
        const stranger = yield* refused({ url: urlOf(port, parameters) })
        assert.include(stranger.hint, "isn't trusted", parameters)
      }
      for (const mode of ["disable", "allow", "prefer", "require", "verify-ca"]) {
        const weak = yield* refused({ url: urlOf(port, `?sslmode=${mode}&sslrootcert=system`) })
        assert.include(weak.reason, `\`sslmode=${mode}\` with \`sslrootcert=system\``)
      }
    }))

  it.effect("is said once, or refused", () =>
    Effect.gen(function*() {
      const { port } = yield* Server
      for (const parameters of ["?sslmode=verify-full&sslmode=disable", "?host=127.0.0.1&host=127.0.0.2"]) {
        const twice = yield* refused({ url: urlOf(port, parameters) })
        assert.match(twice.reason, /the parameter `(sslmode|host)` more than once/)
      }
    }))

  it.effect("holds for the connections beside the pool, and for what ends statements", () =>
    Effect.gen(function*() {
      const { port, read } = yield* Server
      const program = Effect.gen(function*() {
        const sql = yield* SqlClient
        const sleeping = yield* Effect.forkChild(sql`SELECT pg_sleep(60)`, { startImmediately: true })
        yield* Effect.sleep("100 millis")
        yield* Fiber.interrupt(sleeping)
        return yield* Session.transaction(seen)
      })
      const live = Postgres.layer({ url: urlOf(port, ""), ssl: { ca: read("authority.crt") }, sharedWrites: true })
      assert.deepStrictEqual(yield* Effect.provide(program, live), { ssl: true, client: null })
    }))

  it.effect("comes from the configuration", () =>
    Effect.gen(function*() {
      const { file, port } = yield* Server
      const live = Postgres.layerConfig({ url: Config.Redacted("DATABASE_URL"), prepare: Config.Boolean("PREPARE") })
      const parameters = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(file("authority.crt"))}`
      const values = { DATABASE_URL: Redacted.value(urlOf(port, parameters)), PREPARE: "false" }
      const row = yield* Effect.gen(function*() {
        const sql = yield* SqlClient
        yield* sql`SELECT 1 AS one`
        assert.deepStrictEqual(yield* sql`SELECT name FROM pg_prepared_statements`, [])
        return yield* seen
      }).pipe(Effect.provide(live), Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(values))))
      assert.deepStrictEqual(row, { ssl: true, client: null })
    }))
})
