/**
 * Texts that are the same for the same values, by which an edit is found.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { hash } from "node:crypto"
import type { Revision, Step } from "../Migration.ts"

/** What tells a revision from one that was edited. Its way back may be mended later, and its name and labels changed. */
export const checksumOf = ({ dependsOn, id, parents, source, up }: Revision<unknown>): string =>
  checksum({
    id,
    parents,
    dependsOn,
    up: up.map(told),
    ...(source === undefined ? {} : { source: plainLines(source) })
  })

/** A checksum of a value: SHA-256 of its JSON, in which the order of keys means nothing. */
export const checksum = (value: unknown): string => hash("sha256", JSON.stringify(canonical(value)), "hex")

/** An effect can't be looked into: its name stands for it. */
const told = (step: Step<unknown>) => step._tag === "Run" ? { run: step.name } : step

/** A file is the same whatever ends its lines. */
const plainLines = (text: string): string => text.replaceAll(/\r\n?/g, "\n").trimEnd()

const canonical = (value: unknown): unknown => {
  if (typeof value === "bigint") return { bigint: String(value) }
  if (Array.isArray(value)) return value.map(canonical)
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .toSorted(([one], [other]) => one < other ? -1 : 1)
      .map(([key, held]) => [key, canonical(held)])
  )
}
