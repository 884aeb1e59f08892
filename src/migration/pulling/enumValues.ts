/**
 * The values of named types, where a database tells a column's type by its name alone.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../../model/ColumnType.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import type { EnumStructure, TableStructure } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"

/** The table, whose columns of named types hold one of their values instead of any text. */
export const withValues =
  (enums: ReadonlyArray<EnumStructure>, dialect: Dialect) => (table: TableStructure): TableStructure => {
    const slot = <S extends Slot>(of: S): S => ({ ...of, type: typed(of.type) })
    const typed = (type: ColumnType): ColumnType => {
      if (type._tag === "List") return { ...type, element: slot(type.element) }
      if (type._tag === "Map") return { ...type, value: slot(type.value) }
      if (type._tag === "Struct") return { ...type, fields: type.fields.map(slot) }
      if (type._tag !== "Custom" || type.base._tag !== "Text") return type
      const named = enums.find((one) => tableName(one, dialect) === type.names[dialect.key])
      return named === undefined ? type : { ...type, base: { _tag: "Enum", values: named.values } }
    }
    return { ...table, columns: table.columns.map(slot) }
  }
