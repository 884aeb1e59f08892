/**
 * Saves aggregates: decides, writes and deletes in one transaction, or in as few as the database can do it in.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import type { Deleting, Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { keyOf, type Node } from "./graph.ts"
import { type Member, readTrees, textOf } from "./members.ts"
import { type Plan, planning } from "./planning.ts"
import type { Deletes } from "./removal.ts"
import { type GraphError, writing } from "./treeWrites.ts"

/** What saves the aggregates of a root. */
export const saving = (session: Session["Service"], root: Member) => {
  const plans = planning(session, root)
  const write = writing(session, root)
  const references = new Set(referencesOf(root))

  const removeAll = (levels: Deletes["levels"]) =>
    Effect.forEach(
      levels.flat(),
      (statement) => statement._tag === "Delete" ? session.run(statement) : session.run(statement),
      { discard: true }
    )

  /**
   * Rows are deleted before others are written, which may take over their unique keys; but those that have given rows to others are
   * deleted after. Where the database doesn't delete a row in the transaction in which those that referred to it are deleted or
   * changed, such rows are deleted once that is committed, each distance by itself: what is left there if the process ends are rows without
   * those that belonged to them.
   */
  const carryOut = Effect.fnUntraced(function*(plan: Effect.Effect<Plan, GraphError>) {
    const deleting = yield* session.deleting
    const { later, roots } = yield* session.transaction(Effect.gen(function*() {
      const { deletes: { awaitWrites, levels }, roots: planned } = yield* plan
      const after = levels.slice(1).flat().find(({ table }) => columnWith(table, "DeletedAt") === undefined)
      if (after !== undefined && deleting._tag === "Refused") return yield* deleting.why(after.table)
      // a delete by itself can also see to rows of tables that are no part of the aggregate
      const isAlone = deleting._tag === "Apart" && planned.length === 0
      const isApart = isAlone || (deleting._tag === "Apart" && after !== undefined)
      const first = isAlone ? 0 : isApart || awaitWrites ? 1 : levels.length
      yield* removeAll(levels.slice(0, first))
      yield* write(planned)
      const rest = levels.slice(first)
      if (!isApart) yield* removeAll(rest)
      if (deleting._tag === "Apart") yield* refuseReferred(deleting, rest)
      return { roots: planned, later: isApart ? rest : [] }
    }))
    yield* removeAll(later)
    return roots
  })

  /** What is deleted once this transaction is committed must not fail then. */
  const refuseReferred = (
    { refuseReferred: refuse }: Extract<Deleting, { readonly _tag: "Apart" }>,
    levels: Deletes["levels"]
  ) =>
    Effect.forEach(
      levels.flat(),
      (statement) =>
        statement._tag === "Delete" || columnWith(statement.table, "DeletedAt") !== undefined
          ? Effect.void
          : refuse(statement, ({ key, table }) => references.has(referenceName(table, key.columns))),
      { discard: true }
    )

  const trees = (keys: ReadonlyArray<Row>) => readTrees(session, root, keys)

  /** The roots as they are stored now: those that were only inserted are known, with all that belongs to them. */
  const saved = Effect.fnUntraced(function*(roots: ReadonlyArray<Node>) {
    if (roots.every(isNew)) return roots.map(treeOf)
    const { primaryKey } = root.table
    const found = yield* trees(roots.map(({ row }) => keyOf(root, row)))
    const byKey = new Map(found.map((tree) => [textOf(primaryKey, tree), tree]))
    return roots.map(({ row }) => byKey.get(textOf(primaryKey, row)) ?? row)
  })

  const storing = (plan: Effect.Effect<Plan, GraphError>) => Effect.flatMap(carryOut(plan), saved)

  return {
    trees,
    create: (inputs: ReadonlyArray<Row>) => storing(plans.create(inputs)),
    update: (changes: ReadonlyArray<Row>) => storing(plans.update(changes)),
    save: (graphs: ReadonlyArray<Row>) => storing(plans.save(graphs)),
    remove: (keys: ReadonlyArray<Row>) => Effect.asVoid(carryOut(plans.remove(keys)))
  }
}

/** The references by which rows belong to others of the aggregate. */
const referencesOf = ({ branches }: Member): ReadonlyArray<string> =>
  branches.flatMap(({ link, member }) => [
    ...link.kind === "belongsTo"
      ? []
      : [referenceName(link.between?.table ?? link.target, link.pairs.map(({ to }) => to))],
    ...referencesOf(member)
  ])

const referenceName = ({ fullName }: Table, columns: ReadonlyArray<TableColumn>): string =>
  JSON.stringify([fullName, ...columns.map(({ name }) => name).toSorted()])

/** Whether a row and all that belongs to it were inserted. */
const isNew = ({ joined, stored }: Node): boolean =>
  stored === undefined && [...joined.values()].every(({ nodes }) => nodes.every(isNew))

/** A row with all that belongs to it, of the row's class. */
const treeOf = ({ joined, member, row }: Node): Row => {
  if (member.branches.length === 0) return row
  const related = member.branches.map((branch) => {
    const nodes = joined.get(branch)?.nodes.map(treeOf) ?? []
    return [branch.link.name, branch.link.arity === "many" ? nodes : nodes[0] ?? null] as const
  })
  return { __proto__: Reflect.getPrototypeOf(row), ...row, ...Object.fromEntries(related) }
}
