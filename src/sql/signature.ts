/**
 * What each function takes and gives, whichever database calls it.
 *
 * @since 0.1.0
 */
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import { arithmeticSlot, float, integer, isNumber, numberSlot, text, truth } from "./slot.ts"

/** The place of a plain value among the arguments, told by that of the first argument. */
type Takes = (first: Slot, value: unknown) => Slot

type Slots = readonly [first: Slot, ...further: ReadonlyArray<Slot>]

/** A function's rules. */
export interface Signature {
  /** What plain values behind the first argument are sent as: the second one, and the others. */
  readonly takes: readonly [second: Takes, others?: Takes]
  readonly gives: (slots: Slots) => ColumnType
  readonly isNullable: (slots: Slots) => boolean
  /** The values of arguments that are left out. */
  readonly defaults: ReadonlyArray<unknown>
  /** What the arguments, or only the first one, are made into: numbers of the type that the result has, or texts. */
  readonly of: "numbers" | "number" | "texts" | "anything"
  /** Why a function has no result of such a type that would be the same on every database. */
  readonly refusal: (type: ColumnType) => string | undefined
  /** Whether the result is one of the arguments as it is, so that a schema's transformation goes for it too. */
  readonly isPick: boolean
}

const rules = (gives: Signature["gives"], more: Partial<Signature> = {}): Signature => ({
  takes: [alike],
  gives,
  isNullable: (slots) => slots.some(({ nullable }) => nullable),
  defaults: [],
  of: "anything",
  refusal: () => undefined,
  isPick: false,
  ...more
})

const slotOf = (type: ColumnType): Slot => ({ type, nullable: false })

const aText: Takes = () => slotOf(text)
const anInteger: Takes = () => slotOf(integer)
const aFloat: Takes = () => slotOf(float)
const aNumber: Takes = numberSlot
const alike: Takes = ({ type }, value) => isNumber(type) ? numberSlot({ type, nullable: false }, value) : slotOf(type)
const anItem: Takes = ({ type }) => type._tag === "List" ? { ...type.element, nullable: false } : slotOf(type)

/** Of lists a list, and of all else a text. */
const joined = ([{ type }]: Slots): ColumnType => type._tag === "List" ? type : text
const aTextOrAlike: Takes = ({ type }) => slotOf(type._tag === "List" ? type : text)

const texts = (...takes: Signature["takes"]) => rules(() => text, { takes, of: "texts" })
const integers = (...takes: Signature["takes"]) => rules(() => integer, { takes })
const truths = (...takes: Signature["takes"]) => rules(() => truth, { takes })
const floats = (...takes: Signature["takes"]) => rules(() => float, { takes, of: "numbers", isNullable: () => true })

const first = ([slot]: Slots): ColumnType => slot.type

/** The type in which several numbers are calculated, or the one that others share. */
const common = ([head, ...others]: Slots): ColumnType =>
  isNumber(head.type) ? others.reduce((left, right) => arithmeticSlot("+", left, right), head).type : head.type

/** Integers in 64 bits, decimals with the most digits. */
const widened = ([slot]: Slots): ColumnType => common([slot, slot])

const instant = ([slot]: Slots): ColumnType =>
  slot.type._tag === "Timestamp" ? slot.type : { _tag: "Timestamp", as: "DateTime" }

const isEveryNull: Signature["isNullable"] = (slots) => slots.every(({ nullable }) => nullable)

/** In a document there are no lists of one type. */
const unlessList: Signature["refusal"] = ({ _tag }) =>
  _tag === "List"
    ? undefined
    : "Ask for an item, with at, or store the list as one: Schema.Array(…) without Column.json."

/** More than a text has; the databases count them with 32 bits. */
const mostCharacters = 2 ** 31 - 1

/** The functions that every database is asked for, by one name each. */
export const signatures = {
  coalesce: rules(common, { takes: [alike], isNullable: isEveryNull, of: "numbers", isPick: true }),
  nullIf: rules(first, { takes: [alike], isNullable: () => true, isPick: true }),
  least: rules(common, { takes: [alike], isNullable: isEveryNull, of: "numbers" }),
  greatest: rules(common, { takes: [alike], isNullable: isEveryNull, of: "numbers" }),
  grouping: rules(() => integer, { isNullable: () => false }),

  lower: texts(alike),
  upper: texts(alike),
  trim: { ...texts(aText), defaults: [" "] },
  trimStart: { ...texts(aText), defaults: [" "] },
  trimEnd: { ...texts(aText), defaults: [" "] },
  length: rules(() => integer, { of: "texts" }),
  substring: { ...texts(anInteger), defaults: [0, mostCharacters] },
  left: texts(anInteger),
  right: texts(anInteger),
  replace: texts(aText),
  concat: rules(joined, { takes: [aTextOrAlike], of: "texts" }),
  split: rules(() => ({ _tag: "List", element: slotOf(text) }), { takes: [aText], of: "texts" }),
  padStart: { ...texts(anInteger, aText), defaults: [0, " "] },
  padEnd: { ...texts(anInteger, aText), defaults: [0, " "] },
  reversed: texts(alike),
  repeat: texts(anInteger),
  indexOf: rules(() => integer, { takes: [aText], of: "texts" }),
  regexReplace: texts(aText),
  regexExtract: rules(() => text, { takes: [aText], of: "texts", isNullable: () => true }),
  equalsIgnoringCase: rules(() => truth, { takes: [aText], of: "texts" }),

  abs: rules(widened, { of: "number" }),
  round: rules(widened, { of: "number" }),
  floor: rules(widened, { of: "number" }),
  ceil: rules(widened, { of: "number" }),
  negate: rules(widened, { of: "number" }),
  sign: integers(alike),
  power: floats(aFloat),
  sqrt: floats(alike),
  ln: floats(alike),
  exp: floats(alike),
  quotient: rules(common, {
    takes: [aNumber],
    of: "numbers",
    isNullable: () => true,
    refusal: ({ _tag }) => _tag === "Double" || _tag === "Decimal" ? "Divide, and round the result." : undefined
  }),
  toText: rules(() => text, {
    refusal: ({ _tag }) => _tag === "Double" ? "Cast it to a decimal first: databases write it differently." : undefined
  }),

  year: integers(alike),
  quarter: integers(alike),
  month: integers(alike),
  week: integers(alike),
  day: integers(alike),
  dayOfWeek: integers(alike),
  dayOfYear: integers(alike),
  hour: integers(alike),
  minute: integers(alike),
  second: integers(alike),
  epoch: rules(() => float),
  truncate: rules(first, { takes: [aText] }),
  addMonths: rules(instant, { takes: [anInteger] }),
  addMicroseconds: rules(instant, { takes: [anInteger] }),
  microsecondsSince: integers(alike),
  toDate: rules(() => ({ _tag: "Date" })),
  toIso: rules(() => text),

  includes: { ...truths(anItem), refusal: unlessList },
  includesAny: { ...truths(alike), refusal: unlessList },
  includesAll: { ...truths(alike), refusal: unlessList },
  append: rules(first, { takes: [anItem], refusal: unlessList }),
  join: rules(() => text, { takes: [aText], refusal: unlessList }),
  sorted: rules(first, { refusal: unlessList }),
  distinct: rules(first, { refusal: unlessList }),
  microseconds: integers(alike)
} as const satisfies Readonly<Record<string, Signature>>
