/**
 * A model whose file has the schema that the models of the other files need while they are loaded.
 */
import { Column, Model, Relation } from "andamios-orm"
import * as Schema from "effect/Schema"
// oxlint-disable-next-line import/no-cycle -- what the test is about
import { Song } from "./song.ts"

export const SingerId = Schema.String.pipe(Schema.brand("SingerId"))

export class Singer extends Model.Class<Singer>("Singer")({ id: Column.id(SingerId) }, { table: "singers" }) {
  static readonly relations = () => ({ songs: Relation.hasMany(() => Song, { from: "id", to: "singerId" }) })
}
