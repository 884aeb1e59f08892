/**
 * How connections are secured: what a url asks for in the words of libpq, as options of Node's TLS. What can't be done is refused,
 * and nothing that is asked for is left out.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import type { ConnectionOptions } from "node:tls"
import { ConnectionFailed } from "../session/OrmError.ts"
import type { Options } from "./options.ts"

/** The security of the connections, where the options or their url say something of it. */
export const security = Effect.fnUntraced(function*({ ssl, url }: Options, database: string) {
  const parameters = yield* parametersOf(url, database)
  if (ssl !== undefined) return ssl
  const mode = parameters.get("sslmode")
  if (parameters.get("sslrootcert") === "system" && mode !== undefined && mode !== "verify-full") {
    return yield* new ConnectionFailed({
      database,
      reason:
        `its url has \`sslmode=${mode}\` with \`sslrootcert=system\`, whose authorities vouch for any host's name`,
      hint: "Say `sslmode=verify-full`, or leave `sslmode` out, which means the same here."
    })
  }
  const files = yield* Effect.forEach(fileParameters, ([name, option]) => {
    const path = parameters.get(name)
    return path === undefined || path === "system" ? Effect.succeed(none) : Effect.try({
      try: (): ConnectionOptions => ({ [option]: readFileSync(path) }),
      catch: () =>
        new ConnectionFailed({
          database,
          reason: `the file of \`${name}\` can't be read: ${path}`,
          hint: "Give a path that leads to it from where the program is started, and let its user read it."
        })
    })
  })
  return asked(parameters, files.reduce((all, file) => ({ ...all, ...file }), none))
})

/** What the url says behind its `?`, each once, and nothing that isn't carried out. */
const parametersOf = Effect.fnUntraced(function*(url: Options["url"], database: string) {
  const parameters = new Map<string, string>()
  for (const [name, value] of url === undefined ? [] : new URL(Redacted.value(url)).searchParams) {
    if (!isDone(name, value)) {
      return yield* new ConnectionFailed({
        database,
        reason: `its url has the parameter \`${name}\`, which is not carried out`,
        hint: hintOf(name)
      })
    }
    if (parameters.has(name)) {
      return yield* new ConnectionFailed({
        database,
        reason: `its url has the parameter \`${name}\` more than once`,
        hint: "Leave one of them: which of them counts is not the same everywhere."
      })
    }
    parameters.set(name, value)
  }
  return parameters
})

/** What the driver carries out by itself. */
const ofDriver = new Set(
  ["host", "port", "user", "password", "dbname", "application_name", "options", "connect_timeout", "sslmode"]
)

const none: ConnectionOptions = {}

const fileParameters = [["sslrootcert", "ca"], ["sslcert", "cert"], ["sslkey", "key"]] as const

const ofTls = new Set<string>([...fileParameters.map(([name]) => name), "sslpassword"])

/** What changes nothing with these values. */
const harmless: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["channel_binding", ["disable", "prefer"]],
  ["client_encoding", ["UTF8", "UTF-8", "utf8", "utf-8", "auto"]],
  ["gssencmode", ["disable", "prefer"]],
  ["sslnegotiation", ["postgres"]],
  ["target_session_attrs", ["any"]]
])

const isDone = (name: string, value: string): boolean =>
  ofDriver.has(name) || ofTls.has(name) || harmless.get(name)?.includes(value) === true

const hintOf = (name: string): string => {
  const allowed = harmless.get(name)
  return allowed === undefined
    ? "Take it out of the url: settings of the server go into `options=-c name=value`, those of the pool into the Layer."
    : `Take it out of the url; of its values only ${allowed.join(", ")} can be kept.`
}

/** With a certificate authority or a key, TLS is wanted; who wants none says so by `disable`. */
const asked = (
  parameters: ReadonlyMap<string, string>,
  files: ConnectionOptions
): boolean | ConnectionOptions | undefined => {
  const mode = parameters.get("sslmode")
  const passphrase = parameters.get("sslpassword")
  const options: ConnectionOptions = {
    ...files,
    ...(passphrase === undefined ? {} : { passphrase }),
    // the authority is all that this mode asks for
    ...(mode === "verify-ca" ? { checkServerIdentity: () => undefined } : {})
  }
  if (mode === "disable") return false
  // the authorities of the system are no file, but wanted no less
  return Object.keys(options).length > 0 || parameters.has("sslrootcert") ? options : undefined
}
