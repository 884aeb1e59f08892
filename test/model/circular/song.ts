/**
 * A model that needs the schema of `singer.ts`, which imports it.
 */
import { Column, Model } from "andamios-orm"
import * as Schema from "effect/Schema"
// oxlint-disable-next-line import/no-cycle -- what the test is about
import { Singer, SingerId } from "./singer.ts"

export class Song extends Model.Class<Song>("Song")({
  id: Column.serial(Schema.Int),
  singerId: Column.references(SingerId, () => Singer, "id")
}, { table: "songs" }) {}
