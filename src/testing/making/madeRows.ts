/**
 * Makes rows of a model whose keys are all different, and that keep its checks.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Model from "../../model/Model.ts"
import { type Table, type TableColumn, tableOf } from "../../model/Table.ts"
import { checksOf } from "../../sql/Check.ts"
import type { Node } from "../../sql/node.ts"
import { current, type Making, takenIn } from "./current.ts"
import { FactoryFailed } from "./FactoryFailed.ts"
import { fieldsIn, isBroken } from "./holding.ts"
import { type MadeField, madeField } from "./madeValue.ts"

/** Values by field. */
export type Values = Readonly<Record<string, unknown>>

/** A row that is wanted: its number among those of its table, and what is said of it. */
export interface WantedRow {
  readonly number: number
  readonly given: Values
}

/** What there is to know of a model to make its rows. */
interface Plan {
  readonly table: Table
  readonly fields: ReadonlyMap<string, MadeField>
  /** The fields of each key, and what the key is called. */
  readonly keys: ReadonlyArray<{ readonly name: string; readonly fields: ReadonlyArray<string> }>
  /** What holds for each row: a name, a condition, and the fields that it is about. */
  readonly checks: ReadonlyArray<readonly [name: string, condition: Node, fields: ReadonlyArray<string>]>
  /** Fields that refer to nothing where nothing is said. */
  readonly references: ReadonlySet<string>
}

const plans = new WeakMap<Model.Any, Plan>()

const planOf = (model: Model.Any): Plan => {
  const known = plans.get(model)
  if (known !== undefined) return known
  const table = tableOf(model)
  const fields = table.columns.flatMap((column) => {
    const insert = model.insert.fields[column.field]
    return insert === undefined || column.generated || column.computed
      ? []
      : [[column.field, madeField(model, column, insert)] as const]
  })
  const made = {
    table,
    fields: new Map(fields),
    keys: keysOf(table).map((key) => ({ name: JSON.stringify([table.fullName, key]), fields: key })),
    checks: checksOf(table).map(([name, condition]) => [name, condition, fieldsIn(condition)] as const),
    references: new Set(
      table.foreignKeys.filter(({ columns }) => columns.some(({ nullable }) => nullable)).flatMap(({ columns }) =>
        columns.flatMap(({ field, nullable }) => nullable ? [field] : [])
      )
    )
  }
  plans.set(model, made)
  return made
}

/** The fields of every key of a table. */
export const keysOf = ({ columns, primaryKey, uniques }: Table): ReadonlyArray<ReadonlyArray<string>> =>
  [
    primaryKey.map(({ field }) => field),
    ...uniques.map((names) => columns.flatMap(({ field, name }) => names.includes(name) ? [field] : []))
  ].filter(({ length }) => length > 0)

/** So often values are made anew before there are none left. */
const mostAttempts = 200

const allTaken = `${mostAttempts} values were tried, and rows have them already, but it is unique`

/** The length of a day in milliseconds. */
const day = 86_400_000

/** The rows that are wanted of a model. */
export const madeRows = Effect.fnUntraced(function*(model: Model.Any, wanted: ReadonlyArray<WantedRow>) {
  const making = yield* current
  const today = Math.floor((yield* Clock.currentTimeMillis) / day) * day
  const plan = planOf(model)
  return yield* Effect.forEach(wanted, (row) => madeRow(plan, making, row, today))
})

const madeRow = Effect.fnUntraced(function*(plan: Plan, making: Making, { given, number }: WantedRow, today: number) {
  const { seed } = making
  const row: Record<string, unknown> = { ...given }
  for (const [name, field] of plan.fields) {
    if (Object.hasOwn(given, name) || field.isLeftOut) continue
    row[name] = plan.references.has(name)
      ? field.nothing
      : yield* field.make({ seed, number, today, attempt: 0, draw: 0 })
  }
  const again = { attempt: 0, draw: 0 }
  let wrong = wrongIn(plan, making, row, given)
  while (wrong !== undefined) {
    again[wrong.mended]++
    if (again[wrong.mended] > mostAttempts || wrong.free.length === 0) {
      return yield* new FactoryFailed({
        model: plan.table.model.identifier,
        fields: wrong.fields,
        reason: wrong.reason
      })
    }
    for (const name of wrong.free) {
      row[name] = yield* plan.fields.get(name)?.make({ seed, number, today, ...again }) ?? Effect.succeed(row[name])
    }
    wrong = wrongIn(plan, making, row, given)
  }
  for (const { name, text } of keyTexts(plan, row)) takenIn(making, name).add(text)
  return row
})

/** What is wrong with a row, and which of its fields may be made anew. */
interface Wrong {
  readonly fields: ReadonlyArray<string>
  readonly free: ReadonlyArray<string>
  /** By what they are mended. */
  readonly mended: "attempt" | "draw"
  readonly reason: string
}

const wrongIn = (plan: Plan, making: Making, row: Values, given: Values): Wrong | undefined =>
  takenKey(plan, making, row, given) ?? brokenCheck(plan, row, given)

/** A check that the row breaks, unless all that it is about was said: that the database refuses. */
const brokenCheck = ({ checks, fields: made, references }: Plan, row: Values, given: Values): Wrong | undefined => {
  const valueIn = ({ computed, default: usual, field, generated, nullable }: TableColumn) => {
    if (Object.hasOwn(row, field)) return row[field]
    if (usual !== undefined) return usual._tag === "Value" ? usual.value : undefined
    return nullable && !generated && !computed && made.get(field)?.isLeftOut !== true ? null : undefined
  }
  for (const [name, condition, fields] of checks) {
    const own = fields.filter((field) => !Object.hasOwn(given, field) && made.has(field))
    if (own.length === 0 || !isBroken(condition, valueIn)) continue
    const free = own.filter((field) => !references.has(field) && made.get(field)?.isLeftOut === false)
    const tried = free.length === 0 ? "what it makes does not meet" : `${mostAttempts} rows were tried, and none meets`
    return { fields: own, free, mended: "draw", reason: `${tried} the check "${name}"` }
  }
  return undefined
}

/** A key of the row that another row has, where one of its fields may have another value. */
const takenKey = (plan: Plan, making: Making, row: Values, given: Values): Wrong | undefined => {
  for (const { fields, name, text } of keyTexts(plan, row)) {
    const free = fields.filter((field) => !Object.hasOwn(given, field) && plan.fields.has(field))
    if (free.length > 0 && takenIn(making, name).has(text)) return { fields, free, mended: "attempt", reason: allTaken }
  }
  return undefined
}

/** The keys of a row as texts, but for those that are null, and that something else makes. */
const keyTexts = ({ fields, keys, table }: Plan, row: Values) =>
  keys.flatMap((key) => {
    const values = key.fields.map((name) => {
      const made = table.columns.find(({ field }) => field === name)?.default
      const value = Object.hasOwn(row, name) || made?._tag !== "Value" ? row[name] : made.value
      const text = value === undefined ? Result.failVoid : Result.try(() => fields.get(name)?.textOf(value) ?? "null")
      return Result.getOrElse(text, () => "null")
    })
    return values.includes("null") ? [] : [{ ...key, text: values.join(" ") }]
  })
