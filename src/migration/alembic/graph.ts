/**
 * The graph of Alembic's revisions: what a version of the database implies, and what the version of a set of revisions is.
 *
 * @since 0.1.0
 */
import type { AlembicIssue } from "../AlembicError.ts"
import type { AlembicFile } from "./file.ts"

/** The revisions of Alembic by their ids, in the order of their files. What they depend on are ids. */
export type AlembicGraph = ReadonlyMap<string, AlembicFile>

/** The graph that files make, or all that keeps them from making one. */
export const graphOf = (files: ReadonlyArray<AlembicFile>): AlembicGraph | ReadonlyArray<AlembicIssue> => {
  const ids = new Set(files.map(({ id }) => id))
  const labelled = new Map(files.flatMap(({ id, labels }) => labels.map((label) => [label, id])))
  const named = (name: string) => ids.has(name) ? name : labelled.get(name)
  const misfits = files.flatMap((file, index) => {
    const twin = files.slice(0, index).find(({ id }) => id === file.id)
    return [
      ...(twin === undefined ? [] : [`revision ${file.id} is in ${twin.file}, too`]),
      ...file.parents.filter((id) => !ids.has(id)).map((id) => `its down_revision ${id} is in no file`),
      ...file.dependsOn.filter((name) => named(name) === undefined)
        .map((name) => `it depends on ${name}, which is neither a revision nor a label`),
      ...file.labels.filter((label) => ids.has(label) || labelled.get(label) !== file.id)
        .map((label) => `its label ${label} is another revision's id or label`)
    ].map((reason) => ({ file: file.file, reason }))
  })
  if (misfits.length > 0) return misfits
  const graph = new Map(
    files.map((file) => [
      file.id,
      { ...file, dependsOn: file.dependsOn.map(named).filter((id) => id !== undefined) }
    ])
  )
  const circling = files.filter(({ id }) => withAncestors(graph, before(graph, id)).has(id))
  return circling.length === 0
    ? graph
    : circling.map(({ file, id }) => ({
      file,
      reason: `revision ${id} comes before itself: the revisions go in a circle`
    }))
}

/** The revisions that come right before one, by its parents and what it depends on. */
const before = (graph: AlembicGraph, id: string): ReadonlyArray<string> => {
  const { dependsOn = [], parents = [] } = graph.get(id) ?? {}
  return [...parents, ...dependsOn]
}

/** These revisions and all that have to come before them: what the database has at these versions. */
export const withAncestors = (graph: AlembicGraph, versions: Iterable<string>): ReadonlySet<string> => {
  const found = new Set(versions)
  for (const id of found) before(graph, id).forEach((earlier) => found.add(earlier))
  return found
}

/** The revisions of a set that no other of it comes after: the versions that tell it. */
export const versionsOf = (graph: AlembicGraph, applied: ReadonlySet<string>): ReadonlyArray<string> => {
  const implied = new Set([...applied].flatMap((id) => before(graph, id)))
  return [...applied].filter((id) => !implied.has(id))
}

/** The revisions that no other follows as its child, which Alembic calls heads: one that others only depend on is one of them. */
export const headsOf = (graph: AlembicGraph): ReadonlyArray<string> => {
  const parents = new Set([...graph.values()].flatMap((revision) => revision.parents))
  return [...graph.keys()].filter((id) => !parents.has(id))
}

/** What is left of applied revisions without this one and all that come after it. */
export const withoutDescendants = (
  graph: AlembicGraph,
  applied: ReadonlySet<string>,
  id: string
): ReadonlySet<string> => new Set([...applied].filter((other) => !withAncestors(graph, [other]).has(id)))
