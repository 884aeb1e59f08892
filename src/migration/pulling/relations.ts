/**
 * The relations that foreign keys make between models, both ways, and good names for them.
 *
 * @since 0.1.0
 */
import { isSamePlace } from "../../sql/Structure.ts"
import { enclosed } from "./layout.ts"
import { camel, take } from "./names.ts"
import type { PulledKey, PulledModel } from "./pulled.ts"
import { comparedAs } from "./schemaText.ts"

/** The relations of each model, as members of what `relations` returns. */
export const relationsOf = (models: ReadonlyArray<PulledModel>): ReadonlyMap<PulledModel, ReadonlyArray<string>> => {
  const members = new Map(models.map((model) => [model, new Array<string>()]))
  const taken = new Map(models.map((model) => [model, new Set(model.fields.map(({ field }) => field))]))
  const add = (model: PulledModel, names: ReadonlyArray<string>, text: string) => {
    const name = take(taken.get(model) ?? new Set(), ...names)
    members.get(model)?.push(`${name}: ${text}`)
  }
  const keys = models.flatMap((model) => model.keys.filter(isComparable).map((key) => ({ model, key })))
  for (const { key, model } of keys) {
    add(model, belongingNames(model, key), `Relation.belongsTo(() => ${key.target.name}, ${by(key.from, key.to)})`)
  }
  for (const { key, model } of keys) {
    const isOne = isUnique(model, key)
    const kind = isOne ? "hasOne" : "hasMany"
    add(key.target, owningNames(model, key, isOne), `Relation.${kind}(() => ${model.name}, ${by(key.to, key.from)})`)
  }
  for (const model of models) {
    const pair = pairOf(model)
    if (pair === undefined) continue
    for (const [one, other] of [pair, [pair[1], pair[0]] as const]) {
      add(
        one.target,
        [camel(other.target.table.name), `${camel(other.target.table.name)}Through`],
        through(model, one, other)
      )
    }
  }
  return members
}

const isComparable = ({ from, target, to }: PulledKey): boolean =>
  from.every((one, index) => {
    const other = to[index]
    return other !== undefined && comparedAs(one.type) === comparedAs(other.type)
  }) && target.fields.length > 0

type Fields = PulledKey["from"]

const namesText = (fields: Fields): string => {
  const [only, ...more] = fields.map(({ field }) => JSON.stringify(field))
  return more.length === 0 ? `${only}` : `[${[only, ...more].join(", ")}]`
}

const by = (from: Fields, to: Fields): string => `{ from: ${namesText(from)}, to: ${namesText(to)} }`

/** `authorId` leads to the author; where the field has no such name, the model that it leads to gives it. */
const belongingNames = (model: PulledModel, { from, target }: PulledKey): ReadonlyArray<string> => {
  const [only = "", ...more] = from.map(({ field }) => field)
  const stem = more.length === 0 ? only.replace(/_?(?:Uuid|Id|Key|Code|No|Ref|Fk)$/, "") : only
  const name = camel(target.name)
  const isOnly = target !== model && model.keys.filter((key) => key.target === target).length === 1
  return [
    ...(stem === "" || stem === only ? [] : [stem]),
    ...(isOnly ? [name] : []),
    only === name ? `${only}Row` : `${only}${target.name}`
  ]
}

/** The rows that refer to one are called as their table is, and told apart by what they call it where there are several ways. */
const owningNames = (model: PulledModel, key: PulledKey, isOne: boolean): ReadonlyArray<string> => {
  const name = isOne ? camel(model.name) : camel(model.table.name)
  const [first = name] = belongingNames(model, key)
  const distinct = `${name}By${first.slice(0, 1).toUpperCase()}${first.slice(1)}`
  const isAmbiguous = model.keys.filter(({ target }) => target === key.target).length > 1 ||
    isSamePlace(model.table, key.target.table)
  return isAmbiguous ? [distinct] : [name, distinct]
}

const isUnique = ({ table }: PulledModel, { from }: PulledKey): boolean => {
  const columns = new Set(from.map(({ column }) => column.name))
  return [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques].some((unique) =>
    unique.columns.length > 0 && unique.columns.every((column) => columns.has(column))
  )
}

/** The two keys of a table that does nothing but pair rows of two others. */
const pairOf = (model: PulledModel): readonly [PulledKey, PulledKey] | undefined => {
  const [one, other, ...more] = model.keys.filter(isComparable)
  if (one === undefined || other === undefined || more.length > 0 || one.target === other.target) return undefined
  const columns = [...one.from, ...other.from].map(({ column }) => column.name)
  const isAll = model.table.primaryKey?.columns.length === columns.length &&
    model.table.primaryKey.columns.every((column) => columns.includes(column))
  return isAll && model.table.columns.length === columns.length ? [one, other] : undefined
}

const through = (model: PulledModel, one: PulledKey, other: PulledKey): string => {
  const parts = [
    `through: () => ${model.name}`,
    `from: ${namesText(one.to)}`,
    `throughFrom: ${namesText(one.from)}`,
    `throughTo: ${namesText(other.from)}`,
    `to: ${namesText(other.to)}`
  ]
  return enclosed(`Relation.manyToMany(() => ${other.target.name}, `, parts, ["{", "}"], ")", 4)
}
