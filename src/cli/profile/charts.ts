/**
 * The charts of a profile's report, as SVG: bars of time by phases, and how far apart fast and slow calls are.
 *
 * @since 0.1.0
 */
import type { StatementProfile } from "../../session/profile.ts"
import { escaped } from "./escaped.ts"

/** The phases in the order in which a statement goes through them. */
export const phases = ["acquire", "prepare", "execute", "decode"] as const

const width = 920
const left = 320
const right = 90
const row = 30
const across = width - left - right

/** For each statement, its time by phases; what is left is the time between them. */
export const timeChart = (statements: ReadonlyArray<StatementProfile>): string => {
  const most = Math.max(...statements.map(({ total }) => total), Number.MIN_VALUE)
  const scale = (milliseconds: number) => milliseconds / most * across
  const bars = statements.map((statement, index) => {
    const parts = phases.map((phase, place) => {
      const milliseconds = statement.phases[phase]
      const before = phases.slice(0, place).reduce((sum, one) => sum + statement.phases[one], 0)
      const begin = left + scale(before)
      return `<rect class="${phase}" x="${fixed(begin)}" y="${index * row + 6}" width="${
        fixed(scale(milliseconds))
      }" height="18"><title>${phase}: ${time(milliseconds)}</title></rect>`
    })
    return [
      label(statement, index),
      `<rect class="rest" x="${left}" y="${index * row + 6}" width="${fixed(scale(statement.total))}" height="18"/>`,
      ...parts,
      value(time(statement.total), left + scale(statement.total), index)
    ].join("")
  })
  return drawn("Time by statement and phase", statements.length, bars)
}

/** For each statement, a line from its median to its slowest call, with its 95th percentile on it, on a scale of powers of ten. */
export const spreadChart = (statements: ReadonlyArray<StatementProfile>): string => {
  const least = Math.floor(Math.log10(Math.min(...statements.map(({ median }) => Math.max(median, 0.001)), 1)))
  const most = Math.ceil(Math.log10(Math.max(...statements.map(({ max }) => max), 1))) || 1
  const scale = (milliseconds: number) =>
    left + (Math.log10(Math.max(milliseconds, 10 ** least)) - least) / (most - least) * across
  const powers = Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index))
  const height = statements.length * row
  const grid = powers.map((power) =>
    `<line class="grid" x1="${fixed(scale(power))}" x2="${fixed(scale(power))}" y1="0" y2="${height}"/>` +
    `<text class="tick" x="${fixed(scale(power))}" y="${height + 16}">${Number(power.toPrecision(1))} ms</text>`
  )
  const lines = statements.map((statement, index) => {
    const { max, median, p95 } = statement
    const y = index * row + 15
    return [
      label(statement, index),
      `<line class="span" x1="${fixed(scale(median))}" x2="${fixed(scale(max))}" y1="${y}" y2="${y}"/>`,
      `<circle class="median" cx="${fixed(scale(median))}" cy="${y}" r="6"><title>median: ${
        time(median)
      }</title></circle>`,
      `<rect class="p95" x="${fixed(scale(p95) - 5)}" y="${y - 5}" width="10" height="10"><title>95 %: ${
        time(p95)
      }</title></rect>`,
      `<path class="max" d="M${fixed(scale(max))} ${y - 8}v16"><title>slowest: ${time(max)}</title></path>`
    ].join("")
  })
  return drawn("From the median to the slowest call", statements.length, [...grid, ...lines], 24)
}

const drawn = (title: string, rows: number, parts: ReadonlyArray<string>, below = 0): string => {
  const height = rows * row + below
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${parts.join("\n")}</svg>`
}

/** A statement's beginning, and all of it where the pointer rests on it. */
const label = ({ sql }: StatementProfile, index: number): string => {
  const line = sql.replace(/\s+/g, " ")
  const text = line.length > 36 ? `${line.slice(0, 35)}…` : line
  return `<text class="label" x="${left - 10}" y="${index * row + 19}">${escaped(`${index + 1}. ${text}`)}<title>${
    escaped(sql)
  }</title></text>`
}

const value = (text: string, x: number, index: number): string =>
  `<text class="value" x="${fixed(x + 6)}" y="${index * row + 19}">${text}</text>`

/** Milliseconds as they are shown. */
export const time = (milliseconds: number): string => `${milliseconds.toFixed(milliseconds < 100 ? 2 : 0)} ms`

const fixed = (length: number): string => length.toFixed(1)
