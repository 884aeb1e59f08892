/**
 * What was done to a booking: by whom, when, and the row before and after. It is written in the transaction of the change itself.
 */
import { Mixin, Model } from "andamios-orm"
import { CustomerId } from "./customer.ts"

export class Change extends Model.Class<Change>("Change")({
  ...Mixin.history(CustomerId)
}, { table: "changes", columns: "snake_case" }) {}
