/**
 * Draws the graph of revisions: as text, the newest first, or as a Mermaid diagram.
 *
 * @since 0.1.0
 */
import * as Graph from "effect/Graph"
import type { Revision } from "../Migration.ts"
import type { Revisions } from "./revisions.ts"

/** How a revision is drawn. */
export interface Drawing {
  /** What stands in the graph for it: a single sign. */
  readonly mark: (revision: Revision<unknown>) => string
  /** What stands beside it. */
  readonly text: (revision: Revision<unknown>) => string
}

/** Lines of a graph of these revisions, each above those that it follows. */
export const drawn = (
  revisions: ReadonlyArray<Revision<unknown>>,
  { mark, text }: Drawing
): ReadonlyArray<string> => {
  const shown = new Set(revisions.map(({ id }) => id))
  const lines: Array<string> = []
  // the revision that each lane leads down to
  const lanes: Array<string | undefined> = []
  const isLane = (lane: number) => lanes[lane] !== undefined

  /** A line from one lane to others on its right. */
  const joining = (from: number, to: ReadonlyArray<number>, inner: string, last: string) => {
    const end = Math.max(...to)
    const cells = lanes.slice(0, Math.max(lanes.length, end + 1)).map((_, lane) => {
      if (lane < from || lane > end) return isLane(lane) ? "│ " : "  "
      if (lane === from) return "├─"
      if (to.includes(lane)) return lane === end ? `${last} ` : `${inner}─`
      return isLane(lane) ? "┼─" : "──"
    })
    lines.push(cells.join("").trimEnd())
  }

  for (const revision of revisions.toReversed()) {
    const waiting = lanes.flatMap((id, lane) => id === revision.id ? [lane] : [])
    const [own = free(lanes, 0), ...others] = waiting
    if (others.length > 0) {
      joining(own, others, "┴", "╯")
      for (const lane of others) lanes[lane] = undefined
    }
    lanes[own] = revision.id
    const cells = lanes.map((_, lane) => lane === own ? `${mark(revision)} ` : isLane(lane) ? "│ " : "  ")
    lines.push(`${cells.join("").trimEnd()} ${text(revision)}`.trimEnd())

    const [first, ...more] = revision.parents.filter((parent) => shown.has(parent))
    lanes[own] = first
    const opened = more.map((parent) => {
      const lane = free(lanes, own + 1)
      lanes[lane] = parent
      return lane
    })
    if (opened.length > 0) joining(own, opened, "┬", "╮")
    while (lanes.length > 0 && lanes.at(-1) === undefined) lanes.pop()
  }
  return lines
}

const free = (lanes: ReadonlyArray<string | undefined>, from: number): number => {
  let lane = from
  while (lanes[lane] !== undefined) lane++
  return lane
}

/** A Mermaid diagram of these revisions. */
export const mermaid = (
  { graph }: Revisions,
  shown: ReadonlySet<string>,
  text: (revision: Revision<unknown>) => string
): string =>
  Graph.toMermaid(Graph.inducedSubgraph(graph, Graph.findNodes(graph, ({ id }) => shown.has(id))), {
    nodeLabel: text,
    edgeLabel: (tie) => tie === "parent" ? "" : "depends on",
    direction: "TD"
  })
