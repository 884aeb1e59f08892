/**
 * The error of a value that can't be bound as it is.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import { toMicroseconds } from "../../model/ColumnType.ts"
import { rethrow } from "../../model/rethrow.ts"
import { instantName } from "../calendar.ts"

/** Why a value can't be bound, and where in the parameter it is. */
export class NotBindable extends Error {
  readonly path: ReadonlyArray<string | number>
  constructor(message: string, path: ReadonlyArray<string | number> = []) {
    super(message)
    this.path = path
  }
}

/** Works on one part of a value, so that what it throws tells the part. */
export const within = <A>(step: string | number, work: () => A): A =>
  rethrow(work, NotBindable, ({ message, path }) => new NotBindable(message, [step, ...path]))

/** The failure of a value that a type does not hold. */
export const refuse = (value: unknown, reason: string): never => {
  throw new NotBindable(`${shown(value)} ${reason}`)
}

/** A value in a few words. */
const shown = (value: unknown): string => {
  switch (typeof value) {
    case "string":
      return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`
    case "number":
      return `the number ${Object.is(value, -0) ? "-0" : value}`
    case "bigint":
      return `the integer ${digits(value)}`
    case "boolean":
      return String(value)
    case "undefined":
      return "undefined"
    case "symbol":
      return "a symbol"
    case "function":
      return "a function"
    case "object":
      return value === null ? "null" : shownObject(value)
  }
}

const digits = (value: bigint): string => {
  const text = String(value)
  return text.length > 50 ? `${text.slice(0, 50)}… of ${text.length} digits` : text
}

const shownObject = (value: object): string => {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "an invalid Date" : `the Date ${value.toISOString()}`
  }
  if (DateTime.isDateTime(value)) return `the DateTime ${instantName(toMicroseconds(DateTime.toUtc(value)), 6)} (UTC)`
  if (isPlain(value)) return "an object"
  const { name } = value.constructor
  if (name === "Object" || name === "") return "an object of a class"
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`
}

/** Whether an object is of no class. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
