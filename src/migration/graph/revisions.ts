/**
 * The graph of revisions: which follow which, where branches begin and end, and the order in which they are applied.
 *
 * @since 0.1.0
 */
import * as Graph from "effect/Graph"
import * as Result from "effect/Result"
import type { Revision } from "../Migration.ts"
import { RevisionsInvalid } from "../MigrationError.ts"
import { isNamed, type Problem, problemsOf } from "./problems.ts"

/**
 * How a revision comes to be behind another: it follows it, or depends on it.
 *
 * @category models
 * @since 0.1.0
 */
export type Tie = "parent" | "dependency"

/**
 * Revisions that fit together.
 *
 * @category models
 * @since 0.1.0
 */
export interface Revisions<R = unknown> {
  readonly graph: Graph.DirectedGraph<Revision<R>, Tie>
  /** All of them, each behind those that it needs, and otherwise in the order in which they were given. */
  readonly ordered: ReadonlyArray<Revision<R>>
  readonly byId: ReadonlyMap<string, Revision<R>>
  /** Those that no other follows. */
  readonly heads: ReadonlyArray<string>
  /** Those that follow no other. */
  readonly bases: ReadonlyArray<string>
  /** Those that more than one follows. */
  readonly branchPoints: ReadonlyArray<string>
  /** The revisions of each label's branch, in order. */
  readonly branches: ReadonlyMap<string, ReadonlyArray<string>>
  /** Those that follow this one. */
  readonly children: (id: string) => ReadonlyArray<string>
  /** These, and all that they follow or depend on. */
  readonly needsOf: (ids: Iterable<string>) => ReadonlySet<string>
  /** These, and all that follow them or depend on them. */
  readonly neededBy: (ids: Iterable<string>) => ReadonlySet<string>
}

/**
 * The graph of these revisions, or all that is wrong with them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const revisionsOf = <R>(given: ReadonlyArray<Revision<R>>): Result.Result<Revisions<R>, RevisionsInvalid> => {
  const { graph, indexOf } = graphOf(given)
  const issues = [...problemsOf(given), ...circlesIn(graph)]
  if (issues.length > 0) return Result.fail(new RevisionsInvalid({ issues }))

  const starts = (ids: Iterable<string>) =>
    Array.from(ids, (id) => indexOf.get(id)).filter((index) => index !== undefined)
  const reached = (ids: Iterable<string>, direction: Graph.Direction): ReadonlySet<string> =>
    new Set(Array.from(Graph.values(Graph.dfs(graph, { start: starts(ids), direction })), ({ id }) => id))

  // those before a revision come out first; of several that can, the one that was given first
  const ordered = [
    ...Graph.values(Graph.dfsPostOrder(graph, { start: [...indexOf.values()], direction: "incoming" }))
  ]
  const children = new Map(ordered.map(({ id }) => [
    id,
    ordered.filter(({ parents }) => parents.includes(id)).map((child) => child.id)
  ]))
  const childrenOf = (id: string): ReadonlyArray<string> => children.get(id) ?? []
  const ids = ordered.map(({ id }) => id)
  const byId = new Map(ordered.map((revision) => [revision.id, revision]))
  return Result.succeed({
    graph,
    ordered,
    byId,
    heads: ids.filter((id) => childrenOf(id).length === 0),
    bases: ordered.filter(({ parents }) => parents.length === 0).map(({ id }) => id),
    branchPoints: ids.filter((id) => childrenOf(id).length > 1),
    branches: branchesOf(ordered, byId, childrenOf),
    children: childrenOf,
    needsOf: (some) => reached(some, "incoming"),
    neededBy: (some) => reached(some, "outgoing")
  })
}

const graphOf = <R>(given: ReadonlyArray<Revision<R>>) => {
  const indexOf = new Map<string, Graph.NodeIndex>()
  const graph = Graph.directed<Revision<R>, Tie>((mutable) => {
    for (const revision of given) {
      if (!indexOf.has(revision.id)) indexOf.set(revision.id, Graph.addNode(mutable, revision))
    }
    const tie = (from: string | undefined, to: Graph.NodeIndex | undefined, kind: Tie) => {
      const source = from === undefined ? undefined : indexOf.get(from)
      if (source !== undefined && to !== undefined) Graph.addEdge(mutable, source, to, kind)
    }
    for (const { dependsOn, id, parents } of given) {
      for (const parent of parents) tie(parent, indexOf.get(id), "parent")
      for (const name of dependsOn) tie(given.find(isNamed(name))?.id, indexOf.get(id), "dependency")
    }
  })
  return { graph, indexOf }
}

/** What goes round in circles: revisions that need each other, or themselves. */
const circlesIn = <R>(graph: Graph.DirectedGraph<Revision<R>, Tie>): ReadonlyArray<Problem> =>
  Graph.stronglyConnectedComponents(graph).toSorted(byFirst).flatMap((component) => {
    const circle = Graph.inducedSubgraph(graph, component)
    const ids = Array.from(Graph.values(Graph.nodes(circle)), ({ id }) => id)
    const [revision] = ids
    if (revision === undefined || Graph.isAcyclic(circle)) return []
    return [{
      revision,
      reason: ids.length === 1 ? "it needs itself" : `${ids.join(", ")} need each other, so that none can be the first`
    }]
  })

const byFirst = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number =>
  Math.min(...one) - Math.min(...other)

/**
 * A label is one of the revision that bears it, of all that follow, and of those before it up to where its branch begins: the last that
 * has others after it, or that merges some.
 */
const branchesOf = (
  ordered: ReadonlyArray<Revision<unknown>>,
  byId: ReadonlyMap<string, Revision<unknown>>,
  children: (id: string) => ReadonlyArray<string>
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const branch = (bearer: Revision<unknown>): ReadonlyArray<string> => {
    const found = new Set<string>()
    const follow = (id: string): void => {
      if (found.has(id)) return
      found.add(id)
      children(id).forEach(follow)
    }
    follow(bearer.id)
    let parent = soleParent(bearer, byId)
    while (parent !== undefined && parent.parents.length < 2 && children(parent.id).length === 1) {
      found.add(parent.id)
      parent = soleParent(parent, byId)
    }
    return ordered.map(({ id }) => id).filter((id) => found.has(id))
  }
  return new Map(ordered.flatMap((bearer) => bearer.labels.map((label) => [label, branch(bearer)] as const)))
}

const soleParent = (
  { parents: [parent, ...others] }: Revision<unknown>,
  byId: ReadonlyMap<string, Revision<unknown>>
): Revision<unknown> | undefined => parent === undefined || others.length > 0 ? undefined : byId.get(parent)
