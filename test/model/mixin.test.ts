/**
 * A mixin is a record of fields, and a table knows what each of its columns is for.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, InvalidModel, Mixin, Model, Table } from "andamios-orm"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import { Field as EffectField } from "effect/schema/Model"

class CurrentUser extends Context.Service<CurrentUser, number>()("model/CurrentUser") {}

class Group extends Model.Class<Group>("Group")({
  id: Column.primaryKey(Schema.Int),
  name: Column.unique(Schema.String),
  ...Mixin.softDelete
}, { table: "groups" }) {}

class Everything extends Model.Class<Everything>("Everything")({
  id: Column.primaryKey(Schema.Int),
  made: Mixin.timestamps.createdAt,
  ...Mixin.tenant(CurrentUser, Column.references(Schema.Int, () => Group, "id")),
  ...Mixin.audit(CurrentUser, Schema.Int),
  ...Mixin.version,
  removed: Mixin.softDelete.deletedAt
}, { table: "everything" }) {}

describe("a mixin", () => {
  it("gives columns their parts, under whatever name", () => {
    const { columns, roles } = Table.tableOf(Everything)
    assert.deepStrictEqual(roles.map(({ column, role }) => [column.name, role._tag]), [
      ["made", "CreatedAt"],
      ["tenantId", "Tenant"],
      ["createdBy", "CreatedBy"],
      ["updatedBy", "UpdatedBy"],
      ["version", "Version"],
      ["removed", "DeletedAt"]
    ])
    assert.deepStrictEqual(columns.filter(({ nullable }) => nullable).map(({ name }) => name), ["removed"])
    assert.strictEqual(Table.columnWith(Table.tableOf(Everything), "Version")?.name, "version")
    assert.isUndefined(Table.columnWith(Table.tableOf(Everything), "UpdatedAt"))
  })

  it("keeps what a field says beside: a tenant may be a foreign key", () => {
    const tenant = Table.columnWith(Table.tableOf(Everything), "Tenant")
    assert.strictEqual(tenant?.reference?.model(), Group)
  })

  it("is handed on to a model that extends another", () => {
    class Special extends Everything.extend<Special>("Special")({ more: Schema.String }) {}
    assert.lengthOf(Table.tableOf(Special).roles, 6)
  })

  it("is refused twice in one model where that makes no sense", () => {
    class Twice extends Model.Class<Twice>("Twice")({
      one: Mixin.softDelete.deletedAt,
      two: Mixin.softDelete.deletedAt
    }, { table: "twice" }) {}
    assert.throws(
      () => Table.tableOf(Twice),
      InvalidModel,
      "Twice.two can't be a column: it has the part of one, which only one column can have"
    )
  })

  it("makes no column of a field that is never read", () => {
    const written = EffectField({ insert: Schema.Int })
    assert.throws(
      () => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a field without what is read has no type for it
        const field = written as unknown as typeof Schema.Int
        return Model.Class<Model.Any>("Unread")({ ...Mixin.tenant(CurrentUser, field) }, { table: "unread" })
      },
      InvalidModel,
      "Unread.tenantId can't be a column"
    )
  })

  it("leaves a unique field free for deleted rows, so no other model can refer to it", () => {
    class Member extends Model.Class<Member>("Member")({
      group: Column.references(Schema.String, () => Group, "name")
    }, { table: "members" }) {}
    assert.throws(
      () => Table.tableOf(Member),
      InvalidModel,
      "Member.group can't be a column: it refers to Group.name, which is unique only among rows that are not deleted"
    )
  })
})
