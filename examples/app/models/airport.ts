/**
 * Where flights begin and end. The real ones, under their codes of three letters.
 */
import { Column, Model } from "andamios-orm"
import { Schema } from "effect"

export const Iata = Schema.String.check(
  Schema.isPattern(/^[A-Z]{3}$/, { message: "An airport's code is three capital letters" })
).pipe(Schema.brand("Iata"))

export class Airport extends Model.Class<Airport>("Airport")({
  iata: Column.primaryKey(Iata),
  name: Schema.NonEmptyString,
  city: Schema.NonEmptyString,
  state: Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/))
}, { table: "airports" }) {
  get place() {
    return `${this.city}, ${this.state}`
  }
}
