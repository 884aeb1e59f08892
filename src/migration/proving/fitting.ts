/**
 * Tells what values of one type lose as those of another: nothing, where every one of them fits.
 *
 * @since 0.1.0
 */
import { type ColumnType, integerRange, isInteger } from "../../model/ColumnType.ts"

type Of<Tag extends ColumnType["_tag"]> = Extract<ColumnType, { readonly _tag: Tag }>

/** What values of `from` may lose as values of `to`, in words; undefined where all of them stay what they are. */
export const lostBetween = (from: ColumnType, to: ColumnType): string | undefined => {
  if (from._tag === "Custom" || to._tag === "Custom") return betweenCustom(from, to)
  if (isInteger(from)) return ofInteger(integerRange(from), to)
  switch (from._tag) {
    case "Decimal":
      return ofDecimal(from, to)
    case "Float":
    case "Double":
      return ofFloat(from, to)
    case "Text":
      return ofText(from, to)
    case "Enum":
      return ofEnum(from, to)
    case "Timestamp":
      return ofTimestamp(from, to)
    case "Date":
      return to._tag === "Timestamp" && to.zoned !== true ? undefined : ofOther(from, to, 13)
    case "Boolean":
      return isInteger(to) ? undefined : ofOther(from, to, 5)
    case "Uuid":
      return ofOther(from, to, 36)
    case "Time":
    case "Interval":
    case "Blob":
    case "Json":
      return ofOther(from, to, Number.POSITIVE_INFINITY)
    case "List":
      return ofList(from, to)
    case "Struct":
      return ofStruct(from, to)
    case "Map":
      return to._tag === "Map"
        ? lostBetween(from.key, to.key) ?? lostBetween(from.value.type, to.value.type)
        : ofNested(to)
  }
}

/** Of a type that only its database knows, nobody else can tell what fits. */
const betweenCustom = (from: ColumnType, to: ColumnType): string | undefined => {
  if (from._tag === "Custom" && to._tag === "Custom" && areSame(from.names, to.names)) return undefined
  if (to._tag === "Text" && to.length === undefined) return undefined
  return `what ${phrase(to)} can't hold`
}

const areSame = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys({ ...one, ...other }).every((key) => one[key] === other[key])

/** Text holds every single value as it is written, in at most so many characters. */
const ofOther = (from: ColumnType, to: ColumnType, characters: number): string | undefined => {
  if (from._tag === to._tag) return undefined
  if (to._tag === "Text") return ofLength(characters, to)
  return `what ${phrase(to)} can't hold`
}

const ofLength = (characters: number, { length }: Of<"Text">): string | undefined =>
  length === undefined || characters <= length.most ? undefined : `characters behind the ${nth(length.most)}`

const ofInteger = ([least, greatest]: readonly [bigint, bigint], to: ColumnType): string | undefined => {
  const longest = Math.max(String(least).length, String(greatest).length)
  const digits = String(-least > greatest ? -least : greatest).length
  if (isInteger(to)) {
    const [low, high] = integerRange(to)
    return low <= least && greatest <= high ? undefined : `numbers that are not from ${low} to ${high}`
  }
  if (to._tag === "Decimal") return digits <= to.precision - to.scale ? undefined : tooLong(to)
  if (to._tag === "Float" || to._tag === "Double") {
    return greatest <= exact[to._tag].greatest ? undefined : `digits behind the ${nth(exact[to._tag].digits)}`
  }
  return to._tag === "Text" ? ofLength(longest, to) : `what ${phrase(to)} can't hold`
}

/** The whole numbers, and the digits, that floating point numbers hold exactly. */
const exact = {
  Float: { greatest: 2n ** 24n, digits: 6 },
  Double: { greatest: 2n ** 53n, digits: 15 }
}

const tooLong = ({ precision, scale }: Of<"Decimal">): string =>
  `numbers of more than ${precision - scale} digits before the point`

const ofDecimal = (from: Of<"Decimal">, to: ColumnType): string | undefined => {
  const whole = from.precision - from.scale
  if (isInteger(to)) {
    if (from.scale > 0) return "digits behind the point"
    const [low, high] = integerRange(to)
    const fits = 10n ** BigInt(whole) - 1n <= high && low <= 1n - 10n ** BigInt(whole)
    return fits ? undefined : `numbers that are not from ${low} to ${high}`
  }
  if (to._tag === "Decimal") {
    if (to.scale < from.scale) return to.scale === 0 ? "digits behind the point" : digitsBehind(to.scale)
    return whole <= to.precision - to.scale ? undefined : tooLong(to)
  }
  if (to._tag === "Float" || to._tag === "Double") {
    const { digits } = exact[to._tag]
    return from.precision <= digits ? undefined : `digits behind the ${nth(digits)}`
  }
  return to._tag === "Text" ? ofLength(from.precision + 3, to) : `what ${phrase(to)} can't hold`
}

const digitsBehind = (scale: number): string => `digits behind the ${nth(scale)} after the point`

const ofFloat = (from: Of<"Float" | "Double">, to: ColumnType): string | undefined => {
  if (to._tag === from._tag || to._tag === "Double") return undefined
  if (to._tag === "Float") return `digits behind the ${nth(exact.Float.digits)}`
  if (isInteger(to) || to._tag === "Decimal") return "digits behind the point"
  return ofOther(from, to, 25)
}

const ofText = ({ length }: Of<"Text">, to: ColumnType): string | undefined => {
  if (to._tag === "Text") return ofLength(length?.most ?? Number.POSITIVE_INFINITY, to)
  if (to._tag === "Enum") return `texts other than ${to.values.join(", ")}`
  return `texts that are no ${noun[to._tag]}`
}

const ofEnum = ({ values }: Of<"Enum">, to: ColumnType): string | undefined => {
  if (to._tag !== "Enum") return ofOther({ _tag: "Enum", values }, to, Math.max(...values.map((one) => one.length)))
  const gone = values.filter((value) => !to.values.includes(value))
  return gone.length === 0 ? undefined : `the values ${gone.join(", ")}`
}

const ofTimestamp = (from: Of<"Timestamp">, to: ColumnType): string | undefined => {
  if (to._tag === "Timestamp") {
    return (from.zoned === true) === (to.zoned === true)
      ? undefined
      : "instants that depend on the time zone of the session"
  }
  if (to._tag === "Date") return "the time of the day"
  if (to._tag === "Time") return "the day"
  return ofOther(from, to, 40)
}

const ofList = (from: Of<"List">, to: ColumnType): string | undefined => {
  if (to._tag !== "List") return ofNested(to)
  if (to.size !== undefined && to.size !== from.size) return `lists that are not ${to.size} long`
  return lostBetween(from.element.type, to.element.type)
}

const ofStruct = (from: Of<"Struct">, to: ColumnType): string | undefined => {
  if (to._tag !== "Struct") return ofNested(to)
  const gone = from.fields.filter(({ name }) => !to.fields.some((field) => field.name === name))
  if (gone.length > 0) return `the fields ${gone.map(({ name }) => name).join(", ")}`
  return from.fields.map((field) => {
    const kept = to.fields.find(({ name }) => name === field.name)
    return kept === undefined ? undefined : lostBetween(field.type, kept.type)
  }).find((reason) => reason !== undefined)
}

/** What is nested is written as text or as JSON in more than one way. */
const ofNested = (to: ColumnType): string => `what ${phrase(to)} can't hold`

const nth = (number: number): string => {
  const last = Math.floor(number / 10) % 10 === 1 ? 0 : number % 10
  return `${number}${["th", "st", "nd", "rd"][last] ?? "th"}`
}

const noun: Readonly<Record<ColumnType["_tag"], string>> = {
  Text: "text",
  Int8: "whole number of 8 bits",
  Int16: "whole number of 16 bits",
  Int32: "whole number of 32 bits",
  Int64: "whole number of 64 bits",
  Int128: "whole number of 128 bits",
  UInt8: "whole number of 8 bits without a sign",
  UInt16: "whole number of 16 bits without a sign",
  UInt32: "whole number of 32 bits without a sign",
  UInt64: "whole number of 64 bits without a sign",
  UInt128: "whole number of 128 bits without a sign",
  Float: "floating point number of 32 bits",
  Double: "floating point number of 64 bits",
  Decimal: "decimal",
  Boolean: "boolean",
  Date: "date",
  Time: "time of a day",
  Timestamp: "timestamp",
  Interval: "interval",
  Uuid: "uuid",
  Blob: "blob",
  Json: "JSON document",
  Enum: "enum",
  List: "list",
  Struct: "object",
  Map: "map",
  Custom: "type of the database's own"
}

const phrase = (type: ColumnType): string => `a ${noun[type._tag]}`.replace(/^a (?=[aeio])/, "an ")
