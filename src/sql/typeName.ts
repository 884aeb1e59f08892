/**
 * Compares types by the names that databases have for them.
 *
 * @since 0.1.0
 */

/** What of a type tells whether its values fit another's: `NUMERIC(12, 2)` is a `numeric`. */
const baseOf = (name: string): string => {
  const base = name.toLowerCase().replace(/\(.*\)/s, "").replace(/\s+/g, " ").trim()
  return synonyms.get(base) ?? base
}

const synonyms = new Map([
  ["character varying", "text"],
  ["varchar", "text"],
  ["character", "text"],
  ["bpchar", "text"],
  ["name", "text"],
  ["enum", "text"],
  ["double precision", "double"],
  ["float", "real"],
  ["decimal", "numeric"],
  ["timestamp without time zone", "timestamp"],
  ["timestamp with time zone", "timestamp"],
  ["timestamptz", "timestamp"],
  ["time without time zone", "time"]
])

/** How many bits whole numbers have; those without a sign need one more to be read as numbers with one. */
const bits = new Map([
  ["tinyint", 8],
  ["smallint", 16],
  ["integer", 32],
  ["bigint", 64],
  ["hugeint", 128],
  ["utinyint", 8],
  ["usmallint", 16],
  ["uinteger", 32],
  ["ubigint", 64],
  ["uhugeint", 128]
])

const isSigned = (base: string): boolean => !base.startsWith("u")

/** Whether whole numbers of one type are all ones of another. */
const holdsWhole = (wanted: string, given: string): boolean => {
  const [room, needed] = [bits.get(wanted), bits.get(given)]
  if (room === undefined || needed === undefined) return false
  if (isSigned(wanted) === isSigned(given)) return needed <= room
  return isSigned(wanted) && needed < room
}

const isNumber = (base: string): boolean => bits.has(base) || ["numeric", "real", "double"].includes(base)

const isTime = (base: string): boolean => base === "date" || base === "timestamp"

/**
 * Whether values of a type that was found can be read as another's.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fits = (expected: string, found: string): boolean => {
  const items = [expected, found].map(itemOf)
  if (items[0] !== undefined && items[1] !== undefined) return fits(items[0], items[1])
  if (items[0] !== undefined || items[1] !== undefined) return false
  const [wanted, given] = [baseOf(expected), baseOf(found)]
  if (wanted === given || given === "\"null\"") return true
  if (wanted === "double") return isNumber(given)
  if (wanted === "numeric") return bits.has(given)
  // what adds up 64-bit integers is wider than they are, and is read as one where it fits
  return (wanted === "bigint" && given === "hugeint") || holdsWhole(wanted, given)
}

/**
 * Whether values of both types can meet in an expression.
 *
 * @category conversions
 * @since 0.1.0
 */
export const meets = (expected: string, found: string): boolean =>
  fits(expected, found) || [isNumber, isTime].some((isOne) => isOne(baseOf(expected)) && isOne(baseOf(found)))

/** The type of a list's items. */
const itemOf = (name: string): string | undefined => /^(.*)\[\d*\]$/s.exec(name.trim())?.[1]
