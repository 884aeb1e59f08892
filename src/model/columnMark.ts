/**
 * What `Column.*` writes on schemas and fields, and how it is found again.
 *
 * A schema is marked with its column type, which goes wherever the schema goes. A field is marked with its part in the table,
 * which stays in its own model: the key of one model is a plain column where another model refers to it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as EffectModel from "effect/schema/Model"
import * as VariantSchema from "effect/schema/VariantSchema"
import * as SchemaAST from "effect/SchemaAST"
import type { ColumnType } from "./ColumnType.ts"
import type * as Model from "./Model.ts"
import type { Role } from "./role.ts"
import { loaded } from "./unloaded.ts"

const key = "andamios/column"

declare module "effect/Schema" {
  namespace Annotations {
    interface Augment {
      readonly "andamios/column"?: ColumnType | undefined
    }
  }
}

/** The schema, stored as this type. */
export const withType = <S extends Schema.Top>(schema: S, type: ColumnType): S =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an annotation changes no type
  schema.annotate({ [key]: type }) as S

/** The type a schema is marked with: by itself, or by a check, to which an annotation made before it moves. */
export const markedType = (ast: SchemaAST.AST): ColumnType | undefined =>
  (ast.checks ?? []).reduce((found, check) => annotated(check.annotations) ?? found, annotated(ast.annotations))

const annotated = (annotations: Schema.Annotations.Annotations | undefined): ColumnType | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is ours, and only `withType` writes it
  annotations?.[key] as ColumnType | undefined

/**
 * A foreign key to a column of another model, named lazily so that models can refer to each other.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reference {
  readonly model: () => Model.Any
  readonly field: string
  readonly onDelete: OnDelete | undefined
}

/**
 * What becomes of a row when the one that it refers to is deleted: it goes too, refers to none from then on, or keeps the other
 * from going, as by default.
 *
 * @category models
 * @since 0.1.0
 */
export type OnDelete = "cascade" | "setNull" | "restrict"

/**
 * A value that the database makes: the instant or the day of the transaction in UTC, or a random uuid.
 *
 * @category models
 * @since 0.1.0
 */
export type DatabaseDefault = "now" | "today" | "uuid"

/**
 * An expression of a database: one text that means the same in every one, or a text for each, by the names `duckdb` and `postgres`.
 *
 * @category models
 * @since 0.1.0
 */
export interface DefaultSql {
  readonly sql: string | Readonly<Record<string, string>>
}

/**
 * What a column holds where an insert leaves it out: a value of the model, which the application fills in too, or one that the
 * database makes, as the application could too or by an expression that it alone knows.
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnDefault =
  | { readonly _tag: "Value"; readonly value: unknown }
  | { readonly _tag: "Made"; readonly kind: DatabaseDefault }
  | ({ readonly _tag: "Sql" } & DefaultSql)

/** Whether the database makes what an insert leaves out, so that it has to be read back. */
export const isMadeByDatabase = ({ default: made }: { readonly default: ColumnDefault | undefined }): boolean =>
  made !== undefined && made._tag !== "Value"

/** A field's part in its table. */
export interface ColumnMark {
  /** The column's name, where it is not made of the field's. */
  readonly name?: string
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly generated?: boolean
  readonly default?: ColumnDefault
  readonly comment?: string
  readonly sensitive?: boolean
  readonly computed?: boolean
  readonly reference?: Reference
  readonly role?: Role
}

/** A schema, or schemas by variant. */
export type AnyField = Schema.Top | VariantSchema.Field<VariantSchema.Field.Config>

/** A field of these variants, with its part in the table. */
export const markedField = <const V extends Variants>(variants: V, mark: ColumnMark): VariantSchema.Field<V> => {
  const schemas = Object.fromEntries(Object.entries(variants).map(([name, schema]) => [name, loaded(schema)]))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Variants` names only variants that there are
  const field = EffectModel.Field(schemas as never) as unknown as VariantSchema.Field<V>
  return Object.assign(field, { [key]: mark })
}

type Variants = { readonly [V in EffectModel.VariantsDatabase | EffectModel.VariantsJson]?: Schema.Top | undefined }

/** The same field with more said about its part in the table. */
export const mark = (field: AnyField, more: ColumnMark): VariantSchema.Field<VariantSchema.Field.Config> =>
  markedField(variantsOf(loaded(field)), { ...columnMark(field), ...more })

const variantsOf = (field: AnyField): Variants =>
  Schema.isSchema(field)
    ? { select: field, insert: field, update: field, json: field, jsonCreate: field, jsonUpdate: field }
    : field.schemas

/** All that is said about a field's part in its table. */
export const columnMark = (field: unknown): ColumnMark =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is ours, and only `markedField` writes it
  isField(field) && key in field ? field[key] as ColumnMark : {}

/** The schema of what is read of a field, where it is read at all. */
export const selectSchema = (field: unknown): Schema.Top | undefined => {
  const schema = isField(field) ? field.schemas["select"] : field
  return Schema.isSchema(schema) ? schema : undefined
}

const isField = (field: unknown): field is VariantSchema.Field<VariantSchema.Field.Config> =>
  VariantSchema.isField(field)

/** What a transformation is stored as: the last of what its values are encoded to. */
export const encodedAst = (encoding: SchemaAST.Encoding): SchemaAST.AST => encoding.reduce((_, last) => last).to

/** The one schema that a `NullOr` makes nullable. */
export const nullableMember = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  if (!SchemaAST.isUnion(ast)) return undefined
  const members = ast.types.filter((type) => !SchemaAST.isNull(type))
  return members.length === 1 && members.length < ast.types.length ? members[0] : undefined
}
