/**
 * A profile as a table for people.
 *
 * @since 0.1.0
 */
import type { Profile, StatementProfile } from "./profile.ts"

/** The lined-up table of a profile: a line for each shape of statements, the most expensive first. */
export const profileTable = (profile: Profile): string => {
  const { callsLeftOut, milliseconds, pool, statements, transactions } = profile
  const columns = headings.map(([title, cell]) => {
    const told = [title, ...statements.map(cell)]
    const width = Math.max(...told.map(({ length }) => length))
    return told.map((text) => text.padStart(width))
  })
  const line = (row: number, sql: string) => [...columns.map((column) => column[row]), sql].join("  ")
  const calls = statements.reduce((sum, statement) => sum + statement.calls, 0)
  return [
    `${calls} statements in ${time(milliseconds)} ms since ${profile.began}`,
    "",
    line(0, "statement"),
    ...statements.map(({ sql }, index) => line(index + 1, shortened(sql))),
    "",
    `transactions: ${transactions.committed} committed, ${transactions.rolledBack} rolled back`,
    `connections: asked for ${pool.waits} times, ${time(pool.total)} ms of waiting, ${time(pool.longest)} ms at most`,
    ...callsLeftOut === 0 ? [] : [`${callsLeftOut} calls are of more shapes than are told apart`]
  ].join("\n")
}

const time = (milliseconds: number): string => milliseconds.toFixed(2)

/** The columns of figures, which stand before the text. */
const headings: ReadonlyArray<readonly [title: string, cell: (statement: StatementProfile) => string]> = [
  ["calls", ({ calls }) => String(calls)],
  ["rows", ({ rows }) => String(rows)],
  ["failed", ({ failures }) => String(failures)],
  ["total ms", ({ total }) => time(total)],
  ["median", ({ median }) => time(median)],
  ["p95", ({ p95 }) => time(p95)],
  ["p99", ({ p99 }) => time(p99)],
  ["max", ({ max }) => time(max)],
  ["acquire", ({ phases }) => time(phases.acquire)],
  ["prepare", ({ phases }) => time(phases.prepare)],
  ["execute", ({ phases }) => time(phases.execute)],
  ["decode", ({ phases }) => time(phases.decode)]
]

/** On one line, and not too long for a terminal. */
const shortened = (sql: string): string => {
  const line = sql.replace(/\s+/g, " ")
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
