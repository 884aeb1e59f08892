/**
 * Who books, and who is asked for by every write that is signed.
 */
import { Column, Mixin, Model } from "andamios-orm"
import { Context, Schema } from "effect"

export const CustomerId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("CustomerId"))

export class Customer extends Model.Class<Customer>("Customer")({
  id: Column.id(CustomerId),
  name: Schema.NonEmptyString,
  // In the table, and in no JSON variant: no endpoint can give it away.
  email: Column.unique(Column.sensitive(Schema.String.check(Schema.isPattern(/^[^@\s]+@[^@\s]+$/)))),
  ...Mixin.timestamps
}, { table: "customers", columns: "snake_case" }) {}

/** Who acts. A booking is signed, so code that writes one without knowing who asks does not compile. */
export class CurrentCustomer extends Context.Service<CurrentCustomer, typeof CustomerId.Type>()(
  "flights/CurrentCustomer"
) {}
