/**
 * When something goes wrong.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Model from "../../model/Model.ts"
import { tableOf } from "../../model/Table.ts"
import { canStrike, type Fault, type Moment, type Place } from "./faults.ts"

/**
 * Where a rule holds: everywhere that its fault can happen, or only at one place, or only for the statements about one model.
 *
 * @category models
 * @since 0.1.0
 */
export interface Where {
  readonly at?: Place
  /** Of several tables in a statement, the one that it begins with; the beginning and end of a transaction are about none. */
  readonly model?: Model.Any
}

/**
 * What goes wrong, where, and how often.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rule {
  readonly fault: Fault
  readonly where: Where
  readonly when:
    /** Each time with this probability, from 0 to 1. */
    | { readonly _tag: "Chance"; readonly probability: number }
    /** From the first of these times to the last, both of them included and counted from 1. */
    | { readonly _tag: "Times"; readonly first: number; readonly last: number }
}

/** Decides what goes wrong at a moment. */
type Decide = (moment: Moment) => Effect.Effect<ReadonlyArray<Fault>>

/**
 * Counts for each rule how often it was come to, and decides by that alone and by the seed: what other rules do, or other places, makes
 * no difference.
 */
export const deciding = (rules: ReadonlyArray<Rule>, seed: number | string): Decide => {
  const counted = rules.map((rule, index) => ({ rule, index, count: 0 }))
  return (moment) =>
    Effect.map(
      Effect.filter(counted, (one) => {
        const { index, rule: { when } } = one
        if (!isAbout(one.rule, moment)) return Effect.succeed(false)
        one.count += 1
        const { count } = one
        switch (when._tag) {
          case "Chance":
            return Effect.map(
              Random.withSeed(Random.next, `${seed}/${index}/${count}`),
              (drawn) => drawn < when.probability
            )
          case "Times":
            return Effect.succeed(when.first <= count && count <= when.last)
        }
      }),
      (struck) => struck.map(({ rule }) => rule.fault)
    )
}

const isAbout = ({ fault, where }: Rule, moment: Moment): boolean =>
  canStrike(fault, moment) &&
  (where.at === undefined || where.at === moment.place) &&
  (where.model === undefined || tableOf(where.model).fullName === moment.table)
