/**
 * A flight that was flown, of a Parquet file with three million of them. It is read where it lies, and never stored by us.
 */
import { Column, Model } from "andamios-orm"
import { Schema } from "effect"
import { Iata } from "./airport.ts"

export class PastFlight extends Model.Class<PastFlight>("PastFlight")({
  date: Column.timestamp,
  delay: Schema.Int,
  distance: Schema.Int,
  origin: Iata,
  destination: Iata
}, { table: "past_flights" }) {}
