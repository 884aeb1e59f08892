/**
 * Rows of all kinds that are looked up by their keys.
 */
import { Column, Mixin, Model } from "andamios-orm"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/** Whose slots are seen. */
export class Owner extends Context.Service<Owner, string>()("test/CardOwner") {}

/** Rows that are hidden when they are deleted, with two keys. */
export class Card extends Model.Class<Card>("Card")({
  id: Column.primaryKey(Column.int32),
  code: Column.unique(Schema.String),
  text: Schema.String,
  ...Mixin.softDelete
}, { table: "kept_cards" }) {}

/** The same rows, told by their other key, which a deleted one may share with another. */
export class Coded extends Model.Class<Coded>("Coded")({
  code: Column.primaryKey(Schema.String),
  id: Column.int32,
  text: Schema.String,
  ...Mixin.softDelete
}, { table: "kept_cards" }) {}

/** Rows that belong to somebody, with a key of two parts. */
export class Slot extends Model.Class<Slot>("Slot")({
  shelf: Column.primaryKey(Schema.String),
  place: Column.primaryKey(Column.int16),
  text: Schema.String,
  ...Mixin.tenant(Owner, Schema.String)
}, { table: "kept_slots" }) {}

/** Rows that go with those which they refer to, and whose changes are counted. */
export class Branch extends Model.Class<Branch>("Branch")({
  id: Column.primaryKey(Column.int32),
  parent: Column.references(Schema.NullOr(Column.int32), (): Model.Any => Branch, "id", { onDelete: "cascade" }),
  weight: Column.int32,
  ...Mixin.version
}, { table: "kept_branches" }) {}

/** Rows that lose what they refer to when that is deleted. */
export class Leaf extends Model.Class<Leaf>("Leaf")({
  id: Column.primaryKey(Column.int32),
  branch: Column.references(Schema.NullOr(Column.int32), () => Branch, "id", { onDelete: "setNull" })
}, { table: "kept_leaves" }) {}

/** Rows that the database numbers. */
export class Note extends Model.Class<Note>("Note")({
  id: Column.serial(Schema.Int),
  text: Schema.String
}, { table: "kept_notes" }) {}
