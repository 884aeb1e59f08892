/**
 * What was measured, as a table and as JSON.
 */
import Table from "cli-table3"

/** Ours beside one peer's, in milliseconds for one operation. */
export interface Comparison {
  readonly name: string
  readonly oursMs: number
  readonly peer: string
  readonly peerMs: number
  /** How many times as long as ours the peer takes: above 1 we are faster. */
  readonly ratio: number
}

/** What stands in a peer's place where ours is held against a number of milliseconds. */
const target = "target: less than"

/** Holds ours against a target: above 1 it is met. */
export const beside = (name: string, oursMs: number, targetMs: number): Comparison =>
  compare(name, oursMs, target, targetMs)

/** Compares. */
export const compare = (name: string, oursMs: number, peer: string, peerMs: number): Comparison => ({
  name,
  oursMs,
  peer,
  peerMs,
  ratio: peerMs / oursMs
})

/** The comparisons as a table. */
export const tableOf = (comparisons: ReadonlyArray<Comparison>): string => {
  const table = new Table({
    head: ["case", "ours, ms", "peer", "peer, ms", "ratio"],
    colAligns: ["left", "right", "left", "right", "right"],
    style: { head: [], border: [], compact: true }
  })
  comparisons.forEach(({ name, oursMs, peer, peerMs, ratio }, index) => {
    const isSame = comparisons[index - 1]?.name === name
    table.push([isSame ? "" : name, isSame ? "" : figure(oursMs), peer, figure(peerMs), `${ratio.toFixed(2)} x`])
  })
  return table.toString()
}

/** The comparisons of each group, which is what stands before the colon in a case's name, with each peer: the geometric mean and the least. */
export const groupsOf = (comparisons: ReadonlyArray<Comparison>): string => {
  const table = new Table({
    head: ["group", "peer", "cases", "geometric mean", "least", "in"],
    colAligns: ["left", "left", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true }
  })
  const grouped = comparisons.filter(({ name }) => name.includes(": "))
  for (const group of Map.groupBy(grouped, ({ name, peer }) => JSON.stringify([name.split(": ")[0], peer])).values()) {
    const [least = group[0]] = group.toSorted((a, b) => a.ratio - b.ratio)
    if (least === undefined) continue
    const [prefix, ...name] = least.name.split(": ")
    const mean = Math.exp(group.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / group.length)
    table.push([
      prefix,
      least.peer,
      group.length,
      `${mean.toFixed(2)} x`,
      `${least.ratio.toFixed(2)} x`,
      name.join(": ")
    ])
  }
  return table.length === 0 ? "" : table.toString()
}

/** Three digits or more. */
const figure = (milliseconds: number): string => {
  if (milliseconds >= 100) return milliseconds.toFixed(0)
  return milliseconds.toPrecision(3)
}

/** The comparisons as JSON. */
export const jsonOf = (comparisons: ReadonlyArray<Comparison>): string =>
  `${JSON.stringify(comparisons, undefined, 2)}\n`
