/**
 * A session that speaks to Citus as far as statements are compiled, and models whose rows it spreads.
 */
import { Column, Mixin, Model, Relation, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { sharded } from "../../src/postgres/sharding/dialect.ts"
import { Database } from "../../src/session/Database.ts"

export class Store extends Model.Class<Store>("Store")({
  tenantId: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  regionId: Schema.Int,
  name: Schema.String.check(Schema.isMinLength(2))
}, { table: "stores", distribution: { by: "tenantId" } }) {
  static readonly relations = () => ({
    sales: Relation.hasMany(() => Sale, { from: ["tenantId", "id"], to: ["tenantId", "storeId"] }),
    visits: Relation.hasMany(() => Visit, { from: "id", to: "storeId" })
  })
}

export class Sale extends Model.Class<Sale>("Sale")({
  tenantId: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  storeId: Schema.Int
}, { table: "sales", distribution: { by: "tenantId" } }) {}

export class Visit extends Model.Class<Visit>("Visit")({
  visitor: Column.primaryKey(Schema.Int),
  storeId: Schema.Int
}, { table: "visits", distribution: { by: "visitor" } }) {}

export class Region extends Model.Class<Region>("Region")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String
}, { table: "regions", distribution: "reference" }) {}

export class Offer extends Model.Class<Offer>("Offer")({
  tenantId: Column.primaryKey(Schema.Int),
  id: Column.primaryKey(Schema.Int),
  ...Mixin.softDelete
}, { table: "offers", distribution: { by: "tenantId" } }) {}

/** Its rows are on the first server alone, as it says nothing of them. */
export class Setting extends Model.Class<Setting>("Setting")({
  id: Column.primaryKey(Schema.Int),
  isOn: Schema.Boolean,
  since: Column.timestamp
}, { table: "settings" }) {}

export const dialect = sharded({ strategy: "citus" })

/** Statements are compiled for Citus; nothing answers them. */
export const citus = Session.Session.layer.pipe(
  Layer.provide(Layer.effectContext(
    Effect.map(Database, (database) => Context.make(Database, { ...database, dialect }))
  )),
  Layer.provide(TestDatabase.layer([]))
)
