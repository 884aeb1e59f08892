/**
 * Decides what has to be written for aggregates before anything is: which rows are inserted, changed, related and deleted.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { type Invalid, NotFound, type ReadError } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type { Row } from "../session/validate.ts"
import { describeKey } from "../sql/rowKey.ts"
import { compare, draftOf } from "./comparing.ts"
import { misfits, type Node, nodeMaker } from "./graph.ts"
import { type Branch, type Member, readRows, readTrees, textOf } from "./members.ts"
import { noSuchField, split } from "./operations.ts"
import { type Draft, type Planning, relate } from "./relating.ts"
import { type Deletes, deletesOf, type Removal } from "./removal.ts"

/** What is to be written: the roots with all that is related to them, and the deletes by their distance. */
export interface Plan {
  readonly roots: ReadonlyArray<Node>
  readonly deletes: Deletes
}

type Planned = Effect.Effect<Plan, ReadError | NotFound | Invalid>

/** What says of one relation what becomes of its rows. */
type Step = typeof relate

/** Plans writes of the aggregates of a root. */
export const planning = (session: Session["Service"], root: Member) => {
  const begun = (): Planning => ({ session, nodes: nodeMaker(), removals: [] })

  const descend = (
    plan: Planning,
    step: Step,
    { branches }: Member,
    drafts: ReadonlyArray<Draft>
  ): Effect.Effect<void, ReadError | NotFound | Invalid> =>
    Effect.forEach(
      branches.filter((branch) => drafts.some(({ relations }) => relations.has(branch))),
      (branch: Branch) =>
        Effect.flatMap(step(plan, branch, drafts), (further) => descend(plan, step, branch.member, further)),
      { discard: true }
    )

  const finish = Effect.fnUntraced(function*(plan: Planning, step: Step, drafts: ReadonlyArray<Draft>) {
    yield* descend(plan, step, root, drafts)
    const { nodes: { checked }, removals } = plan
    const problems = yield* checked
    if (problems.length > 0) return yield* misfits(root, problems)
    const roots = drafts.map(({ node }) => node)
    if (removals.length === 0) return { roots, deletes: deletesOf([]) }
    const stays = staying(roots)
    return { roots, deletes: deletesOf(yield* treesOf(removals), (member, row) => stays.has(nameOf(member, row))) }
  })

  /** The rows to delete with what belongs to them; those of a saved tree are known. */
  const treesOf = Effect.fnUntraced(function*(removals: Planning["removals"]) {
    const members = [...new Set(removals.map(({ member }) => member))]
    const trees = yield* Effect.forEach(members, (member) => {
      const own = removals.filter((removal) => removal.member === member)
      const distance = Math.max(...own.map((removal) => removal.distance))
      const made = (tree: Row): Removal => ({ member, tree, distance })
      const isKnown = own.every(({ key }) => member.branches.every(({ link }) => link.name in key))
      return isKnown
        ? Effect.succeed(own.map(({ key }) => made(key)))
        : Effect.map(readTrees(session, member, own.map(({ key }) => key)), (found) => found.map(made))
    })
    return trees.flat()
  })

  const found = Effect.fnUntraced(function*(keys: ReadonlyArray<Row>, read: typeof readTrees) {
    const { model, primaryKey } = root.table
    const complete = keys.filter((key) => textOf(primaryKey, key) !== undefined)
    const rows = new Map((yield* read(session, root, complete)).map((row) => [textOf(primaryKey, row), row]))
    const missing = keys.flatMap((key, place) => rows.has(textOf(primaryKey, key)) ? [] : [{ key, place }])
    return {
      of: (key: Row) => rows.get(textOf(primaryKey, key)),
      refusal: missing.length === 0 ? undefined : new NotFound({
        model: model.identifier,
        criteria: missing.map(({ key }) => describeKey(primaryKey, key)).join("; "),
        rows: missing.map(({ place }) => place)
      })
    }
  })

  /** A root with what its input says of its relations. */
  const drafted = ({ nodes }: Planning, input: Row, index: number, stored?: Row): Draft => {
    const { fields, relations, unknown } = split(root, input)
    const place = { root: index, path: [] }
    nodes.refuse(root, place, unknown.map(noSuchField))
    const node = stored === undefined
      ? nodes.inserted(root, place, fields)
      : nodes.changed(root, place, stored, fields)
    return { node, relations }
  }

  const create = Effect.fnUntraced(function*(inputs: ReadonlyArray<Row>) {
    const plan = begun()
    return yield* finish(plan, relate, inputs.map((input, index) => drafted(plan, input, index)))
  })

  const update = Effect.fnUntraced(function*(inputs: ReadonlyArray<Row>) {
    const plan = begun()
    const { of, refusal } = yield* found(
      inputs,
      (_, { table }, keys) => readRows(session, table, table.primaryKey, keys)
    )
    if (refusal !== undefined) return yield* refusal
    return yield* finish(plan, relate, inputs.map((input, index) => drafted(plan, input, index, of(input))))
  })

  const save = Effect.fnUntraced(function*(graphs: ReadonlyArray<Row>) {
    const plan = begun()
    const { of } = yield* found(graphs, readTrees)
    const drafts = yield* Effect.forEach(
      graphs,
      (graph, index) => draftOf(plan, root, { root: index, path: [] }, graph, of(graph), root.version !== undefined)
    )
    return yield* finish(plan, compare, drafts)
  })

  const remove = Effect.fnUntraced(function*(keys: ReadonlyArray<Row>) {
    const { of, refusal } = yield* found(keys, readTrees)
    if (refusal !== undefined) return yield* refusal
    const removals = keys.map((key) => ({ member: root, tree: of(key) ?? key, distance: 0 }))
    return { roots: [], deletes: deletesOf(removals) }
  })

  return { create, update, save, remove } satisfies Record<string, (given: ReadonlyArray<Row>) => Planned>
}

const nameOf = ({ table }: Member, row: Row): string => JSON.stringify([table.fullName, textOf(table.primaryKey, row)])

/** Every stored row that is still there when roots are written. */
const staying = (roots: ReadonlyArray<Node>, names = new Set<string>()): ReadonlySet<string> => {
  for (const { joined, member, stored } of roots) {
    if (stored !== undefined) names.add(nameOf(member, stored))
    for (const { nodes } of joined.values()) staying(nodes, names)
  }
  return names
}
