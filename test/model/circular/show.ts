/**
 * A model that needs the schema of `stage.ts`, which imports it.
 */
import { Column, Model } from "andamios-orm"
import * as Schema from "effect/Schema"
// oxlint-disable-next-line import/no-cycle -- what the test is about
import { StageId } from "./stage.ts"

export class Show extends Model.Class<Show>("Show")({
  id: Column.serial(Schema.Int),
  stageId: StageId
}, { table: "shows" }) {}
