/**
 * Writes revisions as the TypeScript that a person would write.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import type { ColumnType, Slot } from "../../model/ColumnType.ts"
import type { Operation } from "../../sql/operation.ts"
import type { ColumnStructure, IndexStructure, Place, TableStructure } from "../../sql/Structure.ts"
import { call, callWith, type Code, laidOut, list, object, plain, text } from "./code.ts"
import { reversed, type Revision } from "../Migration.ts"

/**
 * A revision of plain values, which can be written down; an effect can't.
 *
 * @category models
 * @since 0.1.0
 */
export interface Written extends Omit<Revision, "up" | "down" | "source"> {
  readonly up: ReadonlyArray<Operation>
  readonly down: ReadonlyArray<Operation> | undefined
}

/**
 * The text of a file whose default export is the revision. The way back is left out where it is what undoes the way up.
 *
 * @category conversions
 * @since 0.1.0
 */
export const rendered = (revision: Written): string => {
  const { dependsOn, down, id, labels, name, parents, transaction, up } = revision
  const names = (found: ReadonlyArray<string>) => found.length === 0 ? undefined : plain(found)
  const code = callWith("export default Migration.make", {
    id: text(id),
    name: text(name),
    parents: plain(parents),
    labels: names(labels),
    dependsOn: names(dependsOn),
    up: list(up.map(operationCode)),
    down: wayBack(up, down),
    transaction: transaction ? undefined : "false"
  })
  const lines = laidOut(code)
  const imports = /\bType\./.test(lines) ? "Migration, Type" : "Migration"
  return `import { ${imports} } from "andamios-orm"\n\n${lines}\n`
}

const wayBack = (up: ReadonlyArray<Operation>, down: ReadonlyArray<Operation> | undefined): Code | undefined => {
  if (down === undefined) return text("irreversible")
  return Equal.equals(down, reversed(up)) ? undefined : list(down.map(operationCode))
}

const operationCode = (operation: Operation): Code => {
  const of = (name: string, table: Place, ...parts: ReadonlyArray<Code>) =>
    call(`Migration.${name}`, placeCode(table), ...parts)
  const whole = (name: string, thing: unknown) => call(`Migration.${name}`, plain(thing))
  switch (operation._tag) {
    case "CreateSchema":
      return call("Migration.createSchema", text(operation.schema.name))
    case "DropSchema":
      return call("Migration.dropSchema", text(operation.schema.name))
    case "CreateEnum":
      return whole("createEnum", operation.enum)
    case "DropEnum":
      return whole("dropEnum", operation.enum)
    case "ChangeEnum":
      return call("Migration.changeEnum", plain(operation.from), plain(operation.to))
    case "CreateSequence":
      return whole("createSequence", operation.sequence)
    case "DropSequence":
      return whole("dropSequence", operation.sequence)
    case "CreateTable":
      return tableCode("createTable", operation.table)
    case "DropTable":
      return tableCode("dropTable", operation.table)
    case "RenameTable":
      return of("renameTable", operation.table, text(operation.to))
    case "AddColumn":
      return of("addColumn", operation.table, columnCode(operation.column))
    case "DropColumn":
      return of("dropColumn", operation.table, columnCode(operation.column))
    case "RenameColumn":
      return of("renameColumn", operation.table, text(operation.from), text(operation.to))
    case "ChangeColumn": {
      const { back, from, table, to, using } = operation
      return of(
        "changeColumn",
        table,
        object({ from: columnCode(from), to: columnCode(to), using: maybe(using), back: maybe(back) })
      )
    }
    case "AddPrimaryKey":
      return of("addPrimaryKey", operation.table, plain(operation.key))
    case "DropPrimaryKey":
      return of("dropPrimaryKey", operation.table, plain(operation.key))
    case "AddUnique":
      return of("addUnique", operation.table, plain(operation.key))
    case "DropUnique":
      return of("dropUnique", operation.table, plain(operation.key))
    case "AddCheck":
      return of("addCheck", operation.table, plain(operation.check))
    case "DropCheck":
      return of("dropCheck", operation.table, plain(operation.check))
    case "AddForeignKey":
      return of("addForeignKey", operation.table, plain(operation.key))
    case "DropForeignKey":
      return of("dropForeignKey", operation.table, plain(operation.key))
    case "CreateIndex":
      return of("createIndex", operation.table, ...indexCode(operation.index))
    case "DropIndex":
      return of("dropIndex", operation.table, ...indexCode(operation.index))
    case "Comment": {
      const { column, from, table, to } = operation
      return of("comment", table, plain({ column, from, to }))
    }
    case "Distribute": {
      const { from, table, to } = operation
      return of("distribute", table, plain({ from, to }))
    }
    case "CreateView":
      return whole("createView", operation.view)
    case "DropView":
      return whole("dropView", operation.view)
    case "Execute":
      return call(
        "Migration.execute",
        plain(operation.sql),
        ...(operation.undo === undefined ? [] : [plain(operation.undo)])
      )
  }
}

const maybe = (value: unknown): Code | undefined => value === undefined ? undefined : plain(value)

const placeCode = (place: Place): Code =>
  place.schema === undefined && place.database === undefined ? text(place.name) : plain(place)

const tableCode = (name: string, table: TableStructure): Code => {
  const { checks, columns, comment, database, distribution, foreignKeys, indexes, name: called } = table
  const { primaryKey, schema, uniques } = table
  const some = (things: ReadonlyArray<unknown>) => things.length === 0 ? undefined : plain(things)
  return callWith(`Migration.${name}`, {
    database: maybe(database),
    schema: maybe(schema),
    name: text(called),
    columns: list(columns.map(columnCode)),
    primaryKey: maybe(primaryKey),
    uniques: some(uniques),
    checks: some(checks),
    foreignKeys: some(foreignKeys),
    indexes: some(indexes),
    distribution: maybe(distribution),
    comment: maybe(comment)
  })
}

const columnCode = ({ name, nullable, type, ...said }: ColumnStructure): Code => {
  const options = { ...(nullable ? { nullable } : {}), ...said }
  const hasOptions = Object.values(options).some((option) => option !== undefined)
  return call("Migration.column", text(name), typeCode(type), ...(hasOptions ? [plain(options)] : []))
}

const indexCode = ({ name, on, unique, where }: IndexStructure): ReadonlyArray<Code> => [
  text(name),
  plain(on),
  ...(unique || where !== undefined ? [plain({ unique: unique ? true : undefined, where })] : [])
]

const typeCode = (type: ColumnType): Code => {
  switch (type._tag) {
    case "Text":
      return type.length === undefined ? "Type.text" : call("Type.textOf", plain(type.length))
    case "Int8":
      return "Type.int8"
    case "Int16":
      return "Type.int16"
    case "Int32":
      return "Type.int32"
    case "Int64":
      return "Type.int64"
    case "Int128":
      return "Type.int128"
    case "UInt8":
      return "Type.uint8"
    case "UInt16":
      return "Type.uint16"
    case "UInt32":
      return "Type.uint32"
    case "UInt64":
      return "Type.uint64"
    case "UInt128":
      return "Type.uint128"
    case "Float":
      return "Type.float"
    case "Double":
      return "Type.double"
    case "Decimal":
      return call("Type.decimal", plain(type.precision), plain(type.scale))
    case "Boolean":
      return "Type.boolean"
    case "Date":
      return "Type.date"
    case "Time":
      return "Type.time"
    case "Timestamp":
      return type.zoned === true ? "Type.timestampZoned" : "Type.timestamp"
    case "Interval":
      return "Type.interval"
    case "Uuid":
      return "Type.uuid"
    case "Blob":
      return "Type.blob"
    case "Json":
      return "Type.json"
    case "Enum":
      return call("Type.oneOf", ...type.values.map(text))
    case "List":
      return call("Type.list", slotCode(type.element), ...(type.size === undefined ? [] : [plain(type.size)]))
    case "Struct":
      return call("Type.struct", ...type.fields.map((field) => list([text(field.name), slotCode(field)])))
    case "Map":
      return call("Type.map", typeCode(type.key), slotCode(type.value))
    case "Custom":
      return call("Type.custom", typeCode(type.base), plain(type.names))
  }
}

const slotCode = ({ nullable, type }: Slot): Code => nullable ? call("Type.nullable", typeCode(type)) : typeCode(type)
