import { Migration, Type } from "andamios-orm"

// Written by `andamios generate` on DuckDB. Where PostgreSQL says it in other words, both were said afterwards.
export default Migration.make({
  id: "98757ffeab43",
  name: "airports and aircraft",
  parents: [],
  up: [
    Migration.createTable({
      name: "airports",
      columns: [
        Migration.column("iata", Type.text),
        Migration.column("name", Type.text),
        Migration.column("city", Type.text),
        Migration.column("state", Type.text)
      ],
      primaryKey: { columns: ["iata"] },
      checks: [
        {
          name: "airports_iata_check",
          condition: { duckdb: "regexp_matches(iata, '^[A-Z]{3}$', 's')", postgres: "iata ~ '^[A-Z]{3}$'" }
        },
        { name: "airports_name_check", condition: "name <> ''" },
        { name: "airports_city_check", condition: "city <> ''" },
        {
          name: "airports_state_check",
          condition: { duckdb: "regexp_matches(state, '^[A-Z]{2}$', 's')", postgres: "state ~ '^[A-Z]{2}$'" }
        }
      ]
    }),
    Migration.createTable({
      name: "aircraft",
      columns: [
        Migration.column("code", Type.text),
        Migration.column("name", Type.text),
        Migration.column("seats", Type.int16)
      ],
      primaryKey: { columns: ["code"] },
      checks: [
        { name: "aircraft_code_check", condition: "code <> ''" },
        { name: "aircraft_name_check", condition: "name <> ''" },
        { name: "aircraft_seats_check", condition: "seats > 0" }
      ]
    }),
    Migration.createTable({
      name: "seats",
      columns: [
        Migration.column("aircraft_code", Type.text),
        Migration.column("number", Type.text),
        Migration.column("place", Type.int16),
        Migration.column("cabin", Type.oneOf("business", "economy"))
      ],
      primaryKey: { columns: ["aircraft_code", "number"] },
      checks: [
        { name: "seats_aircraft_code_check", condition: "aircraft_code <> ''" },
        {
          name: "seats_number_check",
          condition: {
            duckdb: "regexp_matches(number, '^[0-9]{1,2}[A-F]$', 's')",
            postgres: "number ~ '^[0-9]{1,2}[A-F]$'"
          }
        },
        { name: "seats_cabin_check", condition: "cabin IN ('business', 'economy')" }
      ],
      foreignKeys: [{ columns: ["aircraft_code"], references: { name: "aircraft" }, targets: ["code"] }]
    })
  ]
})
