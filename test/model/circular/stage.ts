/**
 * A model whose file has the schema that a model of another file takes as it is.
 */
import { Column, Model, Relation } from "andamios-orm"
import * as Schema from "effect/Schema"
// oxlint-disable-next-line import/no-cycle -- what the test is about
import { Show } from "./show.ts"

export const StageId = Schema.String.pipe(Schema.brand("StageId"))

export class Stage extends Model.Class<Stage>("Stage")({ id: Column.id(StageId) }, { table: "stages" }) {
  static readonly relations = () => ({ shows: Relation.hasMany(() => Show, { from: "id", to: "stageId" }) })
}
