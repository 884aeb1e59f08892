/**
 * Values of types that a database has of its own arrive as the same values, however it writes them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Move, Query, Repository } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Database } from "../../databases.ts"

class Host extends Model.Class<Host>("Host")({
  ip: Column.primaryKey(Postgres.inet),
  gateway: Schema.NullOr(Postgres.inet),
  secret: Column.sensitive(Postgres.inet)
}, { table: "move_hosts" }) {}

class Stay extends Model.Class<Stay>("Stay")({
  id: Column.primaryKey(Column.int32),
  during: Postgres.tstzrange,
  local: Postgres.tsrange,
  days: Postgres.daterange,
  prices: Schema.NullOr(Postgres.numrange),
  price: Postgres.numeric
}, { table: "move_stays" }) {}

/** PostgreSQL writes its zone as `+02`, and nothing says that this is the same. */
class Alarm extends Model.Class<Alarm>("Alarm")({
  id: Column.primaryKey(Column.int32),
  at: Column.custom(Schema.String, { as: Schema.String, postgres: "TIMETZ" })
}, { table: "move_alarms" }) {}

const at = DateTime.makeUnsafe
const decimal = BigDecimal.fromStringUnsafe
const instants = Postgres.range(at("2026-06-01T10:00:00.125Z"), at("2026-06-08T10:00:00Z"))
const stays = [
  {
    id: 1,
    during: instants,
    local: instants,
    days: Postgres.range(at("2026-06-01"), at("2026-06-08")),
    prices: Postgres.range(decimal("1.50"), decimal("2")),
    price: decimal("12.3400")
  },
  {
    id: 2,
    during: "empty",
    local: { lower: null, upper: at("1999-12-31T23:59:59Z"), bounds: "[)" },
    days: "empty",
    prices: null,
    price: decimal("-0.5")
  }
] as const

const hosts = [["10.0.0.1", null], ["10.0.0.0/8", "10.0.0.1"], ["2001:db8::1", "9.0.0.2"]] as const

export const customTypes = (label: string, from: Database, to: Database) =>
  describe(`a move from ${label}`, { timeout: 120_000 }, () => {
    const opened = (models: ReadonlyArray<Model.Stored>) =>
      Effect.all({
        from: Layer.build(TestDatabase.layerOn(from, models)),
        to: Layer.build(TestDatabase.layerOn(to, models))
      })

    it.effect("brings values of custom types, and finds them again", () =>
      Effect.gen(function*() {
        const both = yield* opened([Host, Stay])
        yield* Effect.provideContext(
          Effect.gen(function*() {
            const all = yield* Repository.make(Host)
            yield* all.insertMany(hosts.map(([ip, gateway]) => ({ ip, gateway, secret: Redacted.make(ip) })))
            yield* Effect.flatMap(Repository.make(Stay), (found) => found.insertMany(stays))
          }),
          both.from
        )
        yield* Move.run([Host, Stay], { ...both, batchSize: 1 })
        yield* Effect.provideContext(
          Effect.gen(function*() {
            for (const [ip, gateway] of hosts) {
              const [found] = yield* Query.from(Host).where((host) => host.ip.eq(ip)).all
              assert.deepInclude(found, { ip, gateway })
              assert.strictEqual(found && Redacted.value(found.secret), ip)
            }
            for (const stay of stays) {
              const [found] = yield* Query.from(Stay).where((one) =>
                one.id.eq(stay.id).and(one.during.eq(stay.during)).and(one.local.eq(stay.local))
              ).all
              assert.deepInclude(found, stay)
            }
          }),
          both.to
        )
      }))

    it.effect("says of values that are written in another way what their type has to do with it", () =>
      Effect.gen(function*() {
        const both = yield* opened([Alarm])
        yield* Effect.provideContext(
          Effect.flatMap(Repository.make(Alarm), (all) => all.insert({ id: 1, at: "12:00:00+02:00" })),
          both.from
        )
        const exit = yield* Effect.result(Move.run([Alarm], both))
        // what PostgreSQL has written once, it writes again
        if (exit._tag === "Success") return assert.notInclude(label, "DuckDB to PostgreSQL")
        assert.strictEqual(exit.failure._tag, "MoveDiffers")
        assert.match(
          exit.failure.message,
          /custom type each in its own way, in move_alarms\.at: give that column a schema/
        )
      }))
  })
