import { Migration, Type } from "andamios-orm"

/** A key among the bookings that are not cancelled: PostgreSQL has partial indexes for that, DuckDB an index over what is null for others. */
const livingKey = (name: string, columns: ReadonlyArray<string>) => {
  const living = columns.map((column) => `(CASE WHEN deleted_at IS NULL THEN ${column} ELSE NULL END)`)
  return Migration.execute({
    duckdb: `CREATE UNIQUE INDEX ${name} ON bookings (${living.join(", ")})`,
    postgres: `CREATE UNIQUE INDEX ${name} ON bookings (${columns.join(", ")}) WHERE deleted_at IS NULL`
  }, `DROP INDEX ${name}`)
}

export default Migration.make({
  id: "1509ea272b8f",
  name: "customers book, and it is written down",
  parents: ["f4c83c81b647"],
  up: [
    Migration.createTable({
      name: "customers",
      columns: [
        Migration.column("id", Type.uuid),
        Migration.column("name", Type.text),
        Migration.column("email", Type.text),
        Migration.column("created_at", Type.timestamp),
        Migration.column("updated_at", Type.timestamp)
      ],
      primaryKey: { columns: ["id"] },
      uniques: [{ columns: ["email"] }],
      checks: [{ name: "customers_name_check", condition: "name <> ''" }]
    }),
    Migration.createTable({
      name: "bookings",
      columns: [
        Migration.column("id", Type.uuid),
        Migration.column("flight_id", Type.uuid),
        Migration.column("customer_id", Type.uuid),
        Migration.column("seat", Type.text),
        Migration.column("price", Type.decimal(8, 2)),
        Migration.column("created_at", Type.timestamp),
        Migration.column("updated_at", Type.timestamp),
        Migration.column("deleted_at", Type.timestamp, { nullable: true }),
        Migration.column("version", Type.int32),
        Migration.column("created_by", Type.uuid),
        Migration.column("updated_by", Type.uuid)
      ],
      primaryKey: { columns: ["id"] },
      checks: [{
        name: "bookings_seat_check",
        condition: {
          duckdb: "regexp_matches(seat, '^[0-9]{1,2}[A-F]$', 's')",
          postgres: "seat ~ '^[0-9]{1,2}[A-F]$'"
        }
      }],
      foreignKeys: [
        { columns: ["flight_id"], references: { name: "flights" }, targets: ["id"] },
        { columns: ["customer_id"], references: { name: "customers" }, targets: ["id"] }
      ]
    }),
    livingKey("bookings_flight_id_seat_living", ["flight_id", "seat"]),
    livingKey("bookings_flight_id_customer_id_living", ["flight_id", "customer_id"]),
    Migration.createTable({
      name: "changes",
      columns: [
        Migration.column("id", Type.uuid),
        Migration.column("model", Type.text),
        Migration.column("key", Type.text),
        Migration.column("operation", Type.oneOf("insert", "update", "delete")),
        Migration.column("at", Type.timestamp),
        Migration.column("by", Type.uuid),
        Migration.column("before", Type.json, { nullable: true }),
        Migration.column("after", Type.json, { nullable: true })
      ],
      primaryKey: { columns: ["id"] },
      checks: [{ name: "changes_operation_check", condition: "operation IN ('insert', 'update', 'delete')" }]
    })
  ]
})
