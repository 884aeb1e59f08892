/**
 * Finds the rows that the operations on a relation speak of, and says what becomes of each. Nothing is written here.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Invalid } from "../session/OrmError.ts"
import { NotFound, type ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { describeKey } from "../sql/rowKey.ts"
import { keyOf, type Node, type nodeMaker } from "./graph.ts"
import { type Branch, loaded, readRows, textOf, valueFor, withLoads } from "./members.ts"
import { type Given, noSuchField, type Operations, operationsOf, split } from "./operations.ts"
import type { Removal } from "./removal.ts"

/** A row with what its input says of its relations. */
export interface Draft {
  readonly node: Node
  readonly relations: ReadonlyMap<Branch, unknown>
}

/** Where rows of a plan come from and go to. */
export interface Planning {
  readonly session: Session["Service"]
  readonly nodes: ReturnType<typeof nodeMaker>
  readonly removals: Array<Omit<Removal, "tree"> & { readonly key: Row }>
}

/** What one row is told of a relation, and the rows that it leads to. */
interface Asked {
  readonly node: Node
  readonly operations: Operations
  /** The rows that it leads to, where all of them had to be known. */
  readonly own: ReadonlyArray<Row>
}

/** Carries out the operations on one relation of many rows, and gives back the related rows that have relations in turn. */
export const relate = Effect.fnUntraced(function*(
  planning: Planning,
  branch: Branch,
  drafts: ReadonlyArray<Draft>
): Effect.fn.Return<ReadonlyArray<Draft>, ReadError | NotFound | Invalid> {
  const { link, member } = branch
  const { nodes, removals, session } = planning
  const { table } = member
  const asked = yield* askedOf(session, branch, drafts)
  const isMany = link.arity === "many"
  const key = (node: Node, row: Row): Row => isMany ? withOwner(branch, node, keyOf(member, row)) : row
  const named = asked.flatMap(({ node, operations }) => keysIn(operations, isMany).map((row) => key(node, row)))
  const complete = named.filter((row) => textOf(table.primaryKey, row) !== undefined)
  const found = yield* readRows(session, table, table.primaryKey, complete)
  const byKey = new Map(found.map((row) => [textOf(table.primaryKey, row), row]))
  const missing: Array<{ readonly node: Node; readonly row: Row }> = []
  const further: Array<Draft> = []

  for (const { node, operations, own } of asked) {
    const texts = new Set(own.map((row) => textOf(table.primaryKey, row)))
    /** Whether the relation leads to a row: where the row itself says so, its columns tell, and else those that were read. */
    const owns = (row: Row) =>
      link.kind === "hasMany" ? names(branch, node, row) : texts.has(textOf(table.primaryKey, row))
    const stored = (row: Row): Row | undefined => byKey.get(textOf(table.primaryKey, key(node, row)))
    const ownRow = (row: Row): Row | undefined => {
      const one = isMany ? stored(row) : own[0]
      return one !== undefined && owns(one) ? one : undefined
    }
    const all = (rows: ReadonlyArray<Row> | "all", find: (row: Row) => Row | undefined): ReadonlyArray<Row> => {
      if (rows === "all") return own
      return rows.flatMap((row) => {
        const one = find(row)
        if (one === undefined) missing.push({ node, row: key(node, row) })
        return one === undefined ? [] : [one]
      })
    }
    const joined: Array<Node> = []
    const kept = new Set<Node>()

    const put = ({ place, row }: Given, before: Row | undefined) => {
      const { fields, relations, unknown } = split(member, row)
      nodes.refuse(member, place, unknown.map(noSuchField))
      const one = before === undefined
        ? nodes.inserted(member, place, fields)
        : nodes.changed(member, place, before, fields)
      joined.push(one)
      if (before !== undefined) kept.add(one)
      if (relations.size > 0) further.push({ node: one, relations })
    }

    for (const given of operations.create) put(given, undefined)
    for (const given of operations.update) {
      const before = ownRow(given.row)
      if (before !== undefined) put(given, before)
      else missing.push({ node, row: isMany ? key(node, given.row) : ownerFields(branch, node) })
    }
    for (const given of operations.upsert) {
      const before = ownRow(given.row)
      const isNumbered = table.primaryKey.some(({ field, generated }) => generated && given.row[field] !== undefined)
      if (before === undefined && isNumbered) missing.push({ node, row: key(node, given.row) })
      else put(given, before)
    }
    const connected = all(
      [...operations.connect, ...operations.set ?? []],
      (row) => byKey.get(textOf(table.primaryKey, row))
    )
    for (const row of connected) {
      const one = nodes.kept(member, { ...node.place, path: [...node.place.path, link.name, "connect"] }, row)
      joined.push(one)
      if (owns(row)) kept.add(one)
    }
    const staying = new Set(connected.map((row) => textOf(table.primaryKey, row)))
    const freed = [
      ...all(operations.disconnect, ownRow),
      ...operations.set === undefined ? [] : own.filter((row) => !staying.has(textOf(table.primaryKey, row)))
    ]
    const gone = all(operations.delete, ownRow)
    for (const row of gone) {
      removals.push({ member, key: keyOf(member, row), distance: link.kind === "manyToMany" ? 1 : 0 })
    }
    // rows between go before the row that they name
    const unpaired = link.kind === "manyToMany" ? gone : []
    node.joined.set(branch, { nodes: joined, kept, freed: [...freed, ...unpaired] })
  }
  const [first] = missing
  if (first === undefined) return further
  return yield* new NotFound({
    model: table.model.identifier,
    criteria: missing.slice(0, mostNamed).map(({ row }) => describe(branch, row)).join("; "),
    rows: [...new Set(missing.map(({ node }) => node.place.root))]
  })
})

/** The most keys that a message names. */
const mostNamed = 10

const askedOf = Effect.fnUntraced(function*(
  session: Session["Service"],
  branch: Branch,
  drafts: ReadonlyArray<Draft>
): Effect.fn.Return<ReadonlyArray<Asked>, ReadError> {
  const asked = drafts.flatMap(({ node, relations }) => {
    const said = relations.get(branch)
    return said === undefined ? [] : [{ node, operations: operationsOf(branch, node.place, said) }]
  })
  const owners = new Map<Node, Row>()
  for (const { node, operations } of asked) {
    if (node.stored !== undefined && needsOwn(branch, operations)) owners.set(node, node.stored)
  }
  const trees = yield* withLoads(session, branch.load, [...owners.values()])
  const own = new Map([...owners.keys()].map((node, index) => [node, loaded(branch.link, trees[index])]))
  return asked.map((one) => ({ ...one, own: own.get(one.node) ?? [] }))
})

/** Whether the rows that a relation leads to have to be known, because their keys don't tell or not all of them are named. */
const needsOwn = ({ link }: Branch, operations: Operations): boolean => {
  if (link.kind === "hasMany") return operations.set !== undefined
  const { connect, create: _, set, ...others } = operations
  return set !== undefined || Object.values(others).some(({ length }) => length > 0) ||
    (link.kind === "manyToMany" && connect.length > 0)
}

/** Every key that operations name. To one row they name none, but that of the one to connect. */
const keysIn = (operations: Operations, isMany: boolean): ReadonlyArray<Row> => {
  const named = [...operations.connect, ...operations.set ?? []]
  if (!isMany) return named
  const some = (rows: ReadonlyArray<Row> | "all") => rows === "all" ? [] : rows
  return [
    ...named,
    ...operations.update.map(({ row }) => row),
    ...operations.upsert.map(({ row }) => row),
    ...some(operations.disconnect),
    ...some(operations.delete)
  ]
}

/** A key, with the part of it that names the row it belongs to. */
const withOwner = (branch: Branch, node: Node, key: Row): Row => {
  if (branch.link.kind !== "hasMany" || node.stored === undefined) return key
  const owner = ownerFields(branch, node)
  return Object.fromEntries(
    Object.entries(key).map(([field, value]) => [field, value === undefined ? owner[field] : value])
  )
}

/** What a related row holds of the row that it belongs to, or is named by. */
export const ownerFields = ({ link }: Branch, { row }: Node): Row =>
  Object.fromEntries(link.pairs.map(({ from, to }) => [to.field, valueFor(to, from, row[from.field])]))

/** Whether a row says itself that it belongs to another. */
const names = ({ link }: Branch, { stored }: Node, row: Row): boolean =>
  stored !== undefined &&
  textOf(link.pairs.map(({ to }) => to), row) === textOf(link.pairs.map(({ from }) => from), stored)

const describe = ({ link, member: { table } }: Branch, row: Row): string => {
  const key = table.primaryKey.filter(({ field }) => row[field] !== undefined)
  return describeKey(key.length > 0 ? key : link.pairs.map(({ to }) => to), row)
}
