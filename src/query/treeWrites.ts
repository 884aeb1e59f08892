/**
 * Writes what was decided for aggregates: one statement for all rows of a relation, from those that are named to those that name them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import { type NotFound, type StaleRow, StillReferenced, type UpdateError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import { type Row, validator } from "../session/validate.ts"
import { keyOf, type Node, placed } from "./graph.ts"
import { type Branch, type Member, noValue, textOf, valueFor } from "./members.ts"
import { deleteWhere, ownerOf } from "./removal.ts"

/** What a write of aggregates can fail with. */
export type GraphError = UpdateError | NotFound | StaleRow

/** What writes the rows of a root's aggregates. */
export const writing = (session: Session["Service"], root: Member) => {
  const write: (member: Member, given: ReadonlyArray<Node>) => Effect.Effect<void, GraphError> = Effect.fnUntraced(
    function*(member, given) {
      const nodes = [...new Set(given)]
      for (const branch of member.branches) if (branch.link.kind === "belongsTo") yield* name(branch, nodes)
      yield* insert(member, nodes.filter(({ stored }) => stored === undefined))
      yield* change(member, nodes)
      for (const branch of member.branches) {
        switch (branch.link.kind) {
          case "belongsTo":
            break
          case "hasMany":
          case "hasOne":
            yield* own(branch, nodes)
            break
          case "manyToMany":
            yield* pair(branch, nodes)
            break
        }
      }
    }
  )

  /** Writes the rows that others name, and lets these name them. */
  const name = Effect.fnUntraced(function*(branch: Branch, nodes: ReadonlyArray<Node>) {
    const { link: { pairs }, member } = branch
    yield* write(member, nodes.flatMap((node) => node.joined.get(branch)?.nodes ?? []))
    for (const node of nodes) {
      const joined = node.joined.get(branch)
      const [target] = joined?.nodes ?? []
      const isNone = node.stored === undefined || (joined?.freed.length ?? 0) > 0
      for (const { from, to } of pairs) {
        if (target !== undefined) node.filled[from.field] = valueFor(from, to, target.row[to.field])
        else if (isNone && from.nullable && from.default === undefined) node.filled[from.field] = noValue(from)
      }
    }
  })

  const insert = Effect.fnUntraced(function*({ table }: Member, nodes: ReadonlyArray<Node>) {
    if (nodes.length === 0) return
    const rows = nodes.map(({ filled, values }) => ({ ...values, ...filled }))
    const inserted = yield* session.run<Row>({ _tag: "Insert", table, rows, returning: true }).pipe(placing(nodes))
    nodes.forEach((node, index) => {
      node.row = inserted[index] ?? node.row
    })
  })

  /** Changes the stored rows of which something changes, or that have gone to another row. */
  const change = Effect.fnUntraced(function*(member: Member, nodes: ReadonlyArray<Node>) {
    const { table, version } = member
    const changed = nodes.flatMap((node) => {
      const { filled, stored, values } = node
      if (stored === undefined) return []
      const moved = Object.entries(filled).filter(([field, value]) => !Equal.equals(stored[field], value))
      const fields = { ...values, ...Object.fromEntries(moved) }
      if (Object.keys(fields).length === table.primaryKey.length) return []
      return [{
        node,
        isMoved: moved.length > 0,
        fields: version === undefined ? fields : { [version]: stored[version], ...fields }
      }]
    })
    if (changed.length === 0) return
    const isMoving = changed.some(({ isMoved }) => isMoved)
    const changes = changed.map(({ fields }) => fields)
    const patched = yield* session.run<Row>({ _tag: "Patch", table, changes }).pipe(
      placing(changed.map(({ node }) => node)),
      Effect.mapError((error) => isMoving ? unmovable(error) : error)
    )
    changed.forEach(({ node }, index) => {
      node.row = patched[index] ?? node.row
    })
  })

  /** Writes the rows that name others, which are written; those that name them no longer name none. */
  const own = Effect.fnUntraced(function*(branch: Branch, nodes: ReadonlyArray<Node>) {
    const { link: { pairs }, member } = branch
    const { table, version } = member
    const freed = nodes.flatMap((node) => node.joined.get(branch)?.freed ?? [])
    if (freed.length > 0) {
      const none = Object.fromEntries(
        pairs.flatMap(({ to }) => to.nullable ? [[to.field, noValue(to)] as const] : [])
      )
      const changes = freed.map((row) => ({
        ...keyOf(member, row),
        ...version === undefined ? {} : { [version]: row[version] },
        ...none
      }))
      yield* Effect.mapError(session.run({ _tag: "Patch", table, changes }), unmovable)
    }
    const children = nodes.flatMap((node) => {
      const its = node.joined.get(branch)?.nodes ?? []
      for (const child of its) {
        for (const { from, to } of pairs) child.filled[to.field] = valueFor(to, from, node.row[from.field])
      }
      return its
    })
    yield* write(member, children)
  })

  /** Writes the rows that others are paired with, and the rows between. */
  const pair = Effect.fnUntraced(function*(branch: Branch, nodes: ReadonlyArray<Node>) {
    const { link: { between, pairs }, member } = branch
    if (between === undefined) return
    yield* write(member, nodes.flatMap((node) => node.joined.get(branch)?.nodes ?? []))
    const pairOf = (node: Node, row: Row): Row => ({
      ...ownerOf(branch, node.row),
      ...Object.fromEntries(between.pairs.map(({ from, to }) => [from.field, valueFor(from, to, row[to.field])]))
    })
    const columns = [...pairs.map(({ to }) => to), ...between.pairs.map(({ from }) => from)]
    const freed = nodes.flatMap((node) => node.joined.get(branch)?.freed.map((row) => pairOf(node, row)) ?? [])
    if (freed.length > 0) yield* session.run(deleteWhere(between.table, columns, freed))
    const made = new Map<string | undefined, { readonly row: Row; readonly node: Node }>()
    for (const node of nodes) {
      const joined = node.joined.get(branch)
      for (const target of joined?.nodes ?? []) {
        if (joined?.kept.has(target) === true) continue
        const row = pairOf(node, target.row)
        made.set(textOf(columns, row), { row, node: target })
      }
    }
    if (made.size === 0) return
    const { table } = between
    const targets = [...made.values()]
    yield* validator(table.model)(targets.map(({ row }) => row)).pipe(
      Effect.flatMap((rows) => session.run({ _tag: "Insert", table, rows, returning: false })),
      placing(targets.map(({ node }) => node))
    )
  })

  /** Tells where in the inputs the rows are that a statement refused. */
  const placing = (nodes: ReadonlyArray<Node>) => <A, E>(statement: Effect.Effect<A, E>) =>
    Effect.mapError(statement, (error) => placed(root, nodes, error))

  return (roots: ReadonlyArray<Node>) => write(root, roots)
}

/** Not every database gives a row to another while rows refer to it. */
const unmovable = <E>(error: E | StillReferenced): E | StillReferenced =>
  error instanceof StillReferenced
    ? new StillReferenced({
      table: error.table,
      key: error.key,
      reason:
        `it can't be given to another row as long as rows refer to it (${error.reason}). Create it anew where it belongs, ` +
        "with what belongs to it, and delete this one"
    })
    : error
