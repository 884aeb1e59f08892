/**
 * Functions made of source text, which holds only our own words, indexes and quoted names.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { getOrInsert } from "../model/getOrInsert.ts"
import { BoundedMap } from "./boundedMap.ts"

/** A function of a text. */
export type Compiled = (...values: ReadonlyArray<unknown>) => unknown

const functions = new BoundedMap<string, Compiled>(2_000)

/** The function of these parameters and this body, whose words tell its parameters; the same body is compiled once. */
export const compiled = (parameters: string, body: string): Compiled =>
  getOrInsert(functions, body, () => compile(parameters, body))

/** Whether text can be compiled; under a content security policy, for instance, it can't. */
export const canCompile = (): boolean => {
  possible ??= Result.isSuccess(Result.try(() => compile("", "")))
  return possible
}

let possible: boolean | undefined

const compile = (parameters: string, body: string): Compiled =>
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- see above
  new Function(parameters, body) as Compiled
