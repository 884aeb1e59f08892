/**
 * What a replica's own url says is never taken from the primary, so that no password goes to where it does not belong.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { type Options, replicaOptions } from "../../src/postgres/options.ts"

const primary: Options = {
  host: "db-1",
  database: "shop",
  username: "shop",
  password: Redacted.make("open sesame"),
  ssl: true,
  applicationName: "shop",
  connectTimeout: "1 second"
}

const given = (url: string) => {
  const { url: _, ...options } = replicaOptions(primary, { url: Redacted.make(url) })
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

const { host: _, ...unplaced } = primary

describe("the options of a replica", () => {
  it("are the primary's, but for what its url says", () => {
    assert.deepStrictEqual(given("postgres://db-2"), unplaced)
    assert.deepStrictEqual(
      given("postgres://reader:secret@db-2/copy?sslmode=disable&application_name=reads&connect_timeout=3"),
      {}
    )
    assert.deepStrictEqual(
      given("postgres://db-2?user=reader&password=secret&dbname=copy&sslrootcert=system"),
      { applicationName: "shop", connectTimeout: "1 second" }
    )
    assert.deepStrictEqual(given("no url"), unplaced)
  })

  it("are the replica's own before all", () => {
    const own = replicaOptions(primary, { url: Redacted.make("postgres://reader@db-2"), username: "other" })
    assert.strictEqual(own.username, "other")
    assert.deepInclude(replicaOptions(primary, { host: "db-2" }), { ...primary, host: "db-2" })
  })
})
