/**
 * Promises as suites of vitest, whose titles a report can be made from.
 */
import { describe } from "vitest"
import type { Database, Facts, Hold, Promises, Refusable } from "./Subject.ts"

/**
 * What is known of the database, and which promises it is held to: all of them where nothing is said.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<Name extends string> extends Facts {
  /** The only promises that it is held to. */
  readonly only?: ReadonlyArray<Name>
  /** Promises that it does not keep, with the reasons. Their tests are skipped, and their titles say why. */
  readonly except?: { readonly [Promise in Name]?: string }
}

/**
 * Holds a database to the promises of one area.
 *
 * @category models
 * @since 0.1.0
 */
export type Area<Name extends string> = (name: string, database: Database, options: Options<Name>) => void

/** The suites of the promises of an area, each under its own name: `queries/rowLocks`, `queries/rowLocks (refused: it has no row locks)`, … */
export const area = <Name extends string>(called: string, promises: Promises<Name>): Area<Name> => (...subject) =>
  hold(called, promises, ...subject)

/** The suites of several areas. */
export const areas = <Called extends Readonly<Record<string, Promises>>>(
  promised: Called
): Area<{ readonly [Each in keyof Called]: keyof Called[Each] & string }[keyof Called]> =>
(...subject) => {
  for (const [called, promises] of Object.entries(promised)) hold(called, promises, ...subject)
}

/** For each test, in milliseconds: many of them draw random rows by the thousand, which takes longer than a runner waits by itself. */
const timeout = 30_000

const hold = (
  called: string,
  promises: Promises,
  name: string,
  database: Database,
  { except = {}, only, ...facts }: Options<string>
): void => {
  for (const [promise, made] of Object.entries(promises)) {
    if (only !== undefined && !only.includes(promise)) continue
    const reason = except[promise]
    const { holds, verdict } = held(made, facts)
    const said = reason === undefined ? verdict : ` (not kept: ${reason})`
    describe(`${called}/${promise}${said}`, { skip: reason !== undefined, timeout }, () => {
      holds(name, database, facts)
    })
  }
}

/** What a database of these facts is held to, and what its suite's title says of that. */
const held = (promise: Hold | Refusable, facts: Facts): { readonly holds: Hold; readonly verdict: string } => {
  if (typeof promise === "function") return { holds: promise, verdict: "" }
  return promise.isMade(facts)
    ? { holds: promise.made, verdict: "" }
    : { holds: promise.refused, verdict: ` (refused: ${promise.because})` }
}
