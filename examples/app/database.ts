/**
 * The database of the service: a DuckDB file, or PostgreSQL where `DATABASE_URL` is set. This is the only place that knows which.
 */
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { Config, Effect, Layer, Option } from "effect"

const settings = Config.all({
  url: Config.option(Config.Redacted("DATABASE_URL")),
  file: Config.String("DATABASE_FILE").pipe(Config.withDefault("flights.duckdb"))
})

export const database = Layer.unwrap(
  Effect.map(settings, ({ file, url }) =>
    Option.match(url, {
      onNone: () => DuckDb.layer({ path: file }),
      onSome: (address) => Postgres.layer({ url: address, sharedWrites: true })
    }))
)
