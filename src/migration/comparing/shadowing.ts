/**
 * A structure in schemas beside the real ones, where a database can make it without touching what is there, and the way back.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../../model/ColumnType.ts"
import { inTexts, nameIn, withSchemas, withTablesIn, withTypesIn } from "../../sql/namesIn.ts"
import { at, type Place, placeOf, type SqlText, type Structure, type TableStructure } from "../../sql/Structure.ts"

/** The structure in schemas whose names begin like this, and what parts it from all else that a database has. */
export const shadowing = (structure: Structure, start: string) => {
  const schemas = [undefined, ...structure.schemas]
  const beside = new Map(schemas.map((schema, index) => [schema, `${start}_${index}`]))
  const back = new Map(schemas.map((schema, index) => [`${start}_${index}`, schema]))
  const real = (text: string) => withSchemas(text, back)
  const inTypesBeside = (sql: SqlText) =>
    withTypesIn(sql, (place) => at(structure.enums, place) === undefined ? undefined : beside.get(place.schema))
  const isIn = ({ schema }: Place) => schema !== undefined && back.has(schema)
  return {
    structure: moved(structure, {
      place: (place) => moveTo(beside.get(place.schema), place),
      // a query reads what the structure has, and of others what is there
      query: (sql) =>
        inTypesBeside(withTablesIn(sql, (place) => has(structure, place) ? beside.get(place.schema) : undefined)),
      text: inTypesBeside,
      type: (type) => inTypes(type, named(structure, beside)),
      schemas: [...back.keys()]
    }),
    parted: (found: Structure): { readonly live: Structure; readonly shadowed: Structure } => {
      const parted = (isWanted: (place: Place) => boolean): Structure => ({
        schemas: found.schemas.filter((name) => isWanted({ schema: name, name })),
        enums: found.enums.filter(isWanted),
        sequences: found.sequences.filter(isWanted),
        tables: found.tables.filter(isWanted),
        views: found.views.filter(isWanted)
      })
      return {
        live: parted((place) => !isIn(place)),
        shadowed: moved(parted(isIn), {
          place: (place) => isIn(place) ? moveTo(back.get(place.schema ?? ""), place) : place,
          query: (sql) => inTexts(sql, real),
          text: (sql) => inTexts(sql, real),
          type: (type) => inTypes(type, real),
          schemas: structure.schemas
        })
      }
    }
  }
}

/** How the parts of a structure get elsewhere. */
interface Move {
  readonly place: (place: Place) => Place
  readonly query: (sql: SqlText) => SqlText
  readonly text: (sql: SqlText) => SqlText
  readonly type: (type: ColumnType) => ColumnType
  readonly schemas: ReadonlyArray<string>
}

const moveTo = (schema: string | undefined, { name }: Place): Place => placeOf({ schema, name })

const has = ({ tables, views }: Structure, place: Place): boolean =>
  at([...tables, ...views].map(placeOf), place) !== undefined

const moved = (structure: Structure, { place, query, schemas, text, type }: Move): Structure => {
  const thing = <P extends Place>(of: P): Omit<P, "schema"> & Place => {
    const { schema: _, ...rest } = of
    return { ...rest, ...place(of) }
  }
  const table = (of: TableStructure): TableStructure => ({
    ...thing(of),
    columns: of.columns.map((column) => ({
      ...column,
      type: type(column.type),
      ...(column.default === undefined ? {} : { default: text(column.default) }),
      ...(column.generated === undefined ? {} : { generated: text(column.generated) })
    })),
    checks: of.checks.map((check) => ({ ...check, condition: text(check.condition) })),
    foreignKeys: of.foreignKeys.map((key) => ({ ...key, references: place(key.references) })),
    indexes: of.indexes.map(({ where, ...index }) => ({
      ...index,
      on: index.on.map(text),
      ...(where === undefined ? {} : { where: text(where) })
    }))
  })
  return {
    schemas,
    enums: structure.enums.map(thing),
    sequences: structure.sequences.map(thing),
    tables: structure.tables.map(table),
    views: structure.views.map((view) => ({
      ...thing(view),
      sql: query(view.sql),
      ...(view.reads === undefined ? {} : { reads: view.reads.map(place) })
    }))
  }
}

/** The name of an enum that the structure has, with the schema that it is made in. */
const named = ({ enums }: Structure, beside: ReadonlyMap<string | undefined, string>) => (name: string): string => {
  const found = enums.find((one) =>
    name === [...(one.schema === undefined ? [] : [one.schema]), one.name].map(nameIn).join(".")
  )
  return found === undefined ? name : `${nameIn(beside.get(found.schema) ?? "")}.${nameIn(found.name)}`
}

/** The type with other names for the types in it that are a database's own. */
const inTypes = (type: ColumnType, rename: (name: string) => string): ColumnType => {
  const slot = <S extends Slot>(of: S): S => ({ ...of, type: inTypes(of.type, rename) })
  if (type._tag === "List") return { ...type, element: slot(type.element) }
  if (type._tag === "Map") return { ...type, key: inTypes(type.key, rename), value: slot(type.value) }
  if (type._tag === "Struct") return { ...type, fields: type.fields.map(slot) }
  if (type._tag !== "Custom") return type
  const names = Object.entries(type.names).map(([database, name]) => [database, rename(name)] as const)
  return { ...type, names: Object.fromEntries(names) }
}
