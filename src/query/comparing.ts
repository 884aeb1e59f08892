/**
 * Compares whole trees with what is stored, and says what becomes of each row. Nothing is written here.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type { Invalid } from "../session/OrmError.ts"
import { NotFound, type ReadError } from "../session/OrmError.ts"
import type { Row } from "../session/validate.ts"
import { describeKey } from "../sql/rowKey.ts"
import { keyOf, type Node, type Place } from "./graph.ts"
import { type Branch, loaded, type Member, readTrees, textOf } from "./members.ts"
import { type Given, rowsOf, split } from "./operations.ts"
import { type Draft, ownerFields, type Planning } from "./relating.ts"

/** Compares the rows of one relation of many rows with those that it led to, and gives back those that have relations in turn. */
export const compare = Effect.fnUntraced(function*(
  planning: Planning,
  branch: Branch,
  drafts: ReadonlyArray<Draft>
): Effect.fn.Return<ReadonlyArray<Draft>, ReadError | NotFound | Invalid> {
  const { link, member } = branch
  const { nodes, removals, session } = planning
  const { table } = member
  const text = (row: Row) => textOf(table.primaryKey, row)
  const before = new Map(
    drafts.flatMap(({ node, relations }) =>
      relations.has(branch) ? loaded(link, node.stored).map((row) => [text(row), row] as const) : []
    )
  )
  const given = drafts.flatMap(({ node, relations }) =>
    relations.has(branch)
      ? [{
        node,
        rows: rowsOf(branch, node.place, relations.get(branch)).map((one) => ({
          ...one,
          key: keyUnder(branch, node, one.row)
        }))
      }]
      : []
  )
  const isShared = link.kind === "manyToMany" || link.kind === "belongsTo"
  const elsewhere = isShared
    ? yield* readTrees(
      session,
      member,
      given.flatMap(({ rows }) =>
        rows.flatMap(({ key }) => text(key) === undefined || before.has(text(key)) ? [] : [key])
      )
    )
    : []
  const known = new Map([...elsewhere.map((row) => [text(row), row] as const), ...before])
  const merged = new Map<string, Row>()
  for (const { key, place, row } of given.flatMap(({ rows }) => rows)) {
    const name = text(key)
    if (name === undefined) continue
    const other = merged.get(name)
    if (other !== undefined && !(isShared && agree(other, row))) {
      nodes.refuse(member, place, [twice(table.primaryKey.map(({ field }) => field))])
    }
    merged.set(name, { ...row, ...other })
  }
  const made = new Map<string, Node>()
  const further: Array<Draft> = []

  const nodeOf = Effect.fnUntraced(function*({ key, place, row }: Given & { readonly key: Row }) {
    const name = text(key)
    const other = name === undefined ? undefined : made.get(name)
    if (other !== undefined) return other
    const whole = name === undefined ? row : merged.get(name) ?? row
    const draft = yield* draftOf(planning, member, place, whole, known.get(name))
    if (name !== undefined) made.set(name, draft.node)
    if (draft.relations.size > 0) further.push(draft)
    return draft.node
  })

  for (const { node, rows } of given) {
    const own = new Set(loaded(link, node.stored).map(text))
    const joined = yield* Effect.forEach(rows, nodeOf)
    const kept = new Set(joined.filter(({ stored }) => stored !== undefined && own.has(text(stored))))
    const staying = new Set([...kept].map(({ row }) => text(row)))
    const freed = link.kind === "manyToMany" || (link.kind === "belongsTo" && joined.length === 0)
      ? loaded(link, node.stored).filter((row) => !staying.has(text(row)))
      : []
    node.joined.set(branch, { nodes: joined, kept, freed })
  }
  if (!isShared) {
    for (const [name, tree] of before) {
      if (name !== undefined && !made.has(name)) removals.push({ member, key: tree, distance: 0 })
    }
  }
  return further
})

/** The key that a row has where it belongs now; the part of it that names a row without a key is not known yet. */
const keyUnder = (branch: Branch, node: Node, row: Row): Row => {
  const { link: { kind, pairs }, member } = branch
  const key = keyOf(member, row)
  if (kind === "belongsTo" || kind === "manyToMany") return key
  const owner = node.stored === undefined ? {} : ownerFields(branch, node)
  const named = new Set(pairs.map(({ to }) => to.field))
  return Object.fromEntries(
    Object.entries(key).map(([field, value]) => [field, named.has(field) ? owner[field] : value])
  )
}

/** A row of a tree: to be inserted, or to be changed where it is another than the stored one. */
export const draftOf = Effect.fnUntraced(function*(
  { nodes }: Planning,
  member: Member,
  place: Place,
  row: Row,
  stored: Row | undefined,
  always = false
): Effect.fn.Return<Draft, NotFound> {
  const { fields, relations } = split(member, row)
  const { table, version } = member
  if (stored === undefined) {
    const isRead = table.primaryKey.some(({ field, generated }) => generated && row[field] !== undefined) ||
      (version !== undefined && row[version] !== undefined)
    if (!isRead) return { node: nodes.inserted(member, place, fields), relations }
    return yield* new NotFound({
      model: table.model.identifier,
      criteria: describeKey(table.primaryKey, row),
      rows: [place.root]
    })
  }
  const changes = differences(member, stored, fields)
  if (Object.keys(changes).length === 0 && !always) return { node: nodes.kept(member, place, stored), relations }
  const counted = version === undefined || fields[version] === undefined ? {} : { [version]: fields[version] }
  return { node: nodes.changed(member, place, stored, { ...changes, ...counted }), relations }
})

/** The fields that are given and are others than those that are stored; what is set by itself is not compared. */
const differences = ({ table: { model, primaryKey, roles } }: Member, stored: Row, fields: Row): Row => {
  const own = new Set([...primaryKey, ...roles.map(({ column }) => column)].map(({ field }) => field))
  return Object.fromEntries(
    Object.entries(fields).filter(([field, value]) =>
      value !== undefined && !own.has(field) && Object.hasOwn(model.update.fields, field) &&
      model.update.fields[field]?.ast.context?.constructorDefault === undefined && !Equal.equals(stored[field], value)
    )
  )
}

/** Whether two say the same of a row that several lead to, as far as both say something. */
const agree = (one: Row, other: Row): boolean =>
  Object.entries(one).every(([field, value]) => !(field in other) || Equal.equals(value, other[field]))

const twice = (key: ReadonlyArray<string>) => ({ path: key, message: "the tree has another row with the same key" })
