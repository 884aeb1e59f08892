/**
 * The flights of the tour and their airports. A number makes every order total.
 */
import * as Schema from "effect/Schema"
import { Column, Model } from "../../../src/index.ts"

/** An airport of the United States. */
export class Airport extends Model.Class<Airport>("Airport")({
  iata: Column.primaryKey(Schema.String),
  name: Schema.String,
  city: Schema.NullOr(Schema.String),
  state: Schema.NullOr(Schema.String),
  country: Schema.String,
  latitude: Schema.Number,
  longitude: Schema.Number
}, { table: "airports" }) {}

/** One of three million flights in the first half of 2001. */
export class Flight extends Model.Class<Flight>("Flight")({
  id: Column.int32,
  departure: Column.timestamp,
  day: Column.date,
  delay: Column.int16,
  distance: Column.int16,
  origin: Schema.String,
  destination: Schema.String
}, { table: "flights" }) {}
