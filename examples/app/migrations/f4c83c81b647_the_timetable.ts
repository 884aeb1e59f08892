import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "f4c83c81b647",
  name: "the timetable",
  parents: ["98757ffeab43"],
  up: [Migration.createTable({
    name: "flights",
    columns: [
      Migration.column("id", Type.uuid),
      Migration.column("number", Type.text),
      Migration.column("origin", Type.text),
      Migration.column("destination", Type.text),
      Migration.column("aircraft_code", Type.text),
      Migration.column("departs_at", Type.timestamp),
      Migration.column("distance", Type.int16),
      Migration.column("fare", Type.decimal(8, 2)),
      Migration.column("seats", Type.int16),
      Migration.column("sold", Type.int16, { default: "0" }),
      Migration.column("status", Type.oneOf("scheduled", "cancelled"), { default: "'scheduled'" }),
      Migration.column("created_at", Type.timestamp),
      Migration.column("updated_at", Type.timestamp)
    ],
    primaryKey: { columns: ["id"] },
    checks: [
      {
        name: "flights_number_check",
        condition: { duckdb: "regexp_matches(number, '^AN[0-9]{1,5}$', 's')", postgres: "number ~ '^AN[0-9]{1,5}$'" }
      },
      {
        name: "flights_origin_check",
        condition: { duckdb: "regexp_matches(origin, '^[A-Z]{3}$', 's')", postgres: "origin ~ '^[A-Z]{3}$'" }
      },
      {
        name: "flights_destination_check",
        condition: { duckdb: "regexp_matches(destination, '^[A-Z]{3}$', 's')", postgres: "destination ~ '^[A-Z]{3}$'" }
      },
      { name: "flights_aircraft_code_check", condition: "aircraft_code <> ''" },
      { name: "flights_distance_check", condition: "distance > 0" },
      { name: "flights_seats_check", condition: "seats > 0" },
      { name: "flights_sold_check", condition: "sold >= 0" },
      { name: "flights_status_check", condition: "status IN ('scheduled', 'cancelled')" },
      { name: "soldAtMostSeats", condition: "sold <= seats" }
    ],
    foreignKeys: [
      { columns: ["origin"], references: { name: "airports" }, targets: ["iata"] },
      { columns: ["destination"], references: { name: "airports" }, targets: ["iata"] },
      { columns: ["aircraft_code"], references: { name: "aircraft" }, targets: ["code"] }
    ],
    indexes: [{ name: "flights_origin_departs_at_index", on: ["origin", "departs_at"], unique: false }]
  })]
})
