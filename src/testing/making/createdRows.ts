/**
 * Stores rows that factories make, after the rows that they refer to.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Model from "../../model/Model.ts"
import { type ForeignKey, type Table, tableOf } from "../../model/Table.ts"
import { insert } from "../../query/insert.ts"
import type { InsertError } from "../../session/OrmError.ts"
import type { Session } from "../../session/Session.ts"
import { FactoryFailed } from "./FactoryFailed.ts"
import { keysOf, madeRows, type Values, type WantedRow } from "./madeRows.ts"
import { Recipe, wantedRows } from "./recipe.ts"

/**
 * Whether rows that are created together refer to the same row, or each to one of its own.
 *
 * @category models
 * @since 0.1.0
 */
export type Parents = "shared" | "each"

type Creating = Effect.Effect<ReadonlyArray<Values>, InsertError | FactoryFailed, Session>

/** Creates rows by a recipe. `children` are the models whose rows wait for them. */
export const createdRows = (
  recipe: Recipe,
  count: number,
  parents: Parents,
  children: ReadonlyArray<Model.Any> = []
): Creating =>
  Effect.gen(function*() {
    const { model } = recipe
    const wanted = yield* wantedRows(recipe, count)
    const complete = yield* withParents(model, wanted, parents, [...children, model])
    const rows = yield* madeRows(model, complete)
    return yield* stored(model, rows)
  })

const stored = (model: Model.Stored, rows: ReadonlyArray<Values>): Creating =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows were made field by field of the model's insert schema
  insert(model).values(rows as ReadonlyArray<never>).returning() as unknown as Creating

/** The rows with the keys of those that they refer to. */
const withParents = Effect.fnUntraced(function*(
  model: Model.Any,
  wanted: ReadonlyArray<WantedRow>,
  parents: Parents,
  path: ReadonlyArray<Model.Any>
) {
  const table = tableOf(model)
  const separate = separateKeys(table)
  let rows = wanted
  for (const key of table.foreignKeys) {
    const lacking = rows.filter(({ given }) => lacks(key, given))
    const [first] = lacking
    if (first === undefined) continue
    const recipe = yield* recipeOf(key, first.given, path, model)
    if (recipe === undefined) continue
    const count = parents === "each" || separate.has(key) ? lacking.length : 1
    const created = yield* createdRows(recipe, count, parents, path)
    const parentOf = new Map(lacking.map((row, index) => [row, created[count === 1 ? 0 : index]]))
    rows = rows.map((row) => ({ ...row, given: withKeyOf(key, row.given, parentOf.get(row)) }))
  }
  return rows
})

/** Whether the row that a key refers to has to be made. */
const lacks = ({ columns }: ForeignKey, given: Values): boolean =>
  columns.some(({ field }) => given[field] instanceof Recipe) ||
  columns.every(({ field, nullable }) => !nullable && !Object.hasOwn(given, field))

/** How the row is made that a key refers to. */
const recipeOf = Effect.fnUntraced(function*(
  { columns, model: target }: ForeignKey,
  given: Values,
  path: ReadonlyArray<Model.Any>,
  model: Model.Any
) {
  const said = columns.map(({ field }) => given[field]).find((value) => value instanceof Recipe)
  const parent = target()
  const fields = columns.map(({ field }) => field)
  if (said !== undefined) {
    if (said.model === parent) return said
    const reason = `it refers to ${parent.identifier}, and the factory makes ${said.model.identifier}`
    return yield* new FactoryFailed({ model: model.identifier, fields, reason })
  }
  if (path.includes(parent)) {
    const names = [...path, parent].map(({ identifier }) => identifier).join(" → ")
    return yield* new FactoryFailed({ model: model.identifier, fields, reason: `rows need each other: ${names}` })
  }
  return isStored(parent) ? new Recipe(parent) : undefined
})

const isStored = (model: Model.Any): model is Model.Stored => !tableOf(model).isView

/** What is said of a row, with the key of the one that it refers to. */
const withKeyOf = ({ columns, targets }: ForeignKey, given: Values, parent: Values | undefined): Values => {
  if (parent === undefined) return given
  const keys = Arr.zip(columns, targets).flatMap(([{ field }, target]) => {
    const isSaid = Object.hasOwn(given, field) && !(given[field] instanceof Recipe)
    return isSaid ? [] : [[field, parent[target]] as const]
  })
  return { ...given, ...Object.fromEntries(keys) }
}

/** The foreign keys that alone tell rows apart: each row needs others. */
const separateKeys = (table: Table): ReadonlySet<ForeignKey> => {
  const referring = new Set(table.foreignKeys.flatMap(({ columns }) => columns.map(({ field }) => field)))
  const fields = new Set(keysOf(table).filter((key) => key.every((field) => referring.has(field))).flat())
  return new Set(table.foreignKeys.filter(({ columns }) => columns.some(({ field }) => fields.has(field))))
}
