/**
 * Days, times of day and instants as DuckDB prints them.
 *
 * @since 0.1.0
 */

/** The day that stands for infinity. */
const infiniteDay = 2_147_483_647

/** A day, counted from 1970 on. Years of more than four digits, and those before our era, are as DuckDB prints them. */
export const dayName = (days: number): string => {
  if (Math.abs(days) === infiniteDay) return days > 0 ? "infinity" : "-infinity"
  const { day, month, year } = civilDay(days)
  const [shownYear, era] = year > 0 ? [year, ""] : [1 - year, " (BC)"]
  return `${String(shownYear).padStart(4, "0")}-${two(month)}-${two(day)}${era}`
}

/** The day of such a name, or `undefined` where there is none. */
export const dayOf = (name: string): number | undefined => {
  if (name === "infinity") return infiniteDay
  if (name === "-infinity") return -infiniteDay
  const [, year, month, day, era] = /^(\d{4,7})-(\d\d)-(\d\d)( \(BC\))?$/.exec(name) ?? []
  if (year === undefined) return undefined
  const days = daysOf(era === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day))
  // what is no day, such as February 30, has another name
  return Math.abs(days) < infiniteDay && dayName(days) === name ? days : undefined
}

/** Days of 400 years, after which the calendar repeats, and between the first of March of the year 0 and 1970. */
const cycle = 146_097
const toEpoch = 719_468

/** The calendar of the years that begin in March, so that the leap day comes last. */
const daysOf = (year: number, month: number, day: number): number => {
  const marchYear = month > 2 ? year : year - 1
  const yearOfCycle = marchYear - Math.floor(marchYear / 400) * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear
  return Math.floor(marchYear / 400) * cycle + dayOfCycle - toEpoch
}

const civilDay = (days: number) => {
  const count = days + toEpoch
  const cycles = Math.floor(count / cycle)
  const dayOfCycle = count - cycles * cycle
  const leapDays = Math.floor(dayOfCycle / 1460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096)
  const yearOfCycle = Math.floor((dayOfCycle - leapDays) / 365)
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: yearOfCycle + cycles * 400 + (month > 2 ? 0 : 1),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  }
}

const two = (number: number | bigint): string => String(number).padStart(2, "0")

/** How many decimal places of a second are counted. */
export type Places = 0 | 3 | 6 | 9

const dayTicks = (places: Places): bigint => 86_400n * 10n ** BigInt(places)

/** A time of day, counted from midnight on, with as many places as it needs. */
export const clockName = (ticks: bigint, places: Places): string => {
  const perSecond = 10n ** BigInt(places)
  const seconds = ticks / perSecond
  const rest = places === 0 ? "" : String(ticks % perSecond).padStart(places, "0").replace(/0+$/, "")
  const clock = `${two(seconds / 3600n)}:${two(seconds / 60n % 60n)}:${two(seconds % 60n)}`
  return rest === "" ? clock : `${clock}.${rest}`
}

/** The time of such a name, up to `24:00:00`; `undefined` where there is none or it has more places. */
export const clockOf = (name: string, places: Places): bigint | undefined => {
  const [, hours, minutes, seconds, rest = ""] = /^(\d\d):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?$/.exec(name) ?? []
  const digits = rest.replace(/0+$/, "")
  if (hours === undefined || digits.length > places) return undefined
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  const ticks = BigInt(`${whole}${digits.padEnd(places, "0")}`)
  return ticks <= dayTicks(places) ? ticks : undefined
}

/** Seconds east of Greenwich, as `+HH`, `+HH:MM` or `+HH:MM:SS`. */
export const offsetName = (seconds: number): string => {
  const size = Math.abs(seconds)
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60]
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop()
  return `${seconds < 0 ? "-" : "+"}${parts.map(two).join(":")}`
}

/** The most that an offset can be: a second less than 16 hours. */
const mostOffset = 57_599

/** What stands before an offset, and the offset's seconds; `undefined` where there is none. */
export const splitOffset = (name: string): readonly [rest: string, seconds: number] | undefined => {
  if (name.endsWith("Z")) return [name.slice(0, -1), 0]
  const found = /([+-])(\d\d)(?::([0-5]\d)(?::([0-5]\d))?)?$/.exec(name)
  if (found === null) return undefined
  const [text, sign, hours, minutes = 0, seconds = 0] = found
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return size > mostOffset ? undefined : [name.slice(0, -text.length), sign === "-" ? -size : size]
}

/** The ticks that stand for infinity. */
const infiniteInstant = 2n ** 63n - 1n

/** An instant, counted from 1970 on. */
export const instantName = (ticks: bigint, places: Places): string => {
  if (ticks === infiniteInstant) return "infinity"
  if (ticks === -infiniteInstant) return "-infinity"
  const perDay = dayTicks(places)
  const time = ((ticks % perDay) + perDay) % perDay
  return `${dayName(Number((ticks - time) / perDay))} ${clockName(time, places)}`
}

/** The instant of such a name, or `undefined` where there is none or it has more places. */
export const instantOf = (name: string, places: Places): bigint | undefined => {
  if (name === "infinity") return infiniteInstant
  if (name === "-infinity") return -infiniteInstant
  const [, day = "", clock = ""] = /^(\S+(?: \(BC\))?)[ T](\S+)$/.exec(name) ?? []
  const days = dayOf(day)
  const time = clockOf(clock, places)
  return days === undefined || time === undefined || Math.abs(days) === infiniteDay
    ? undefined
    : BigInt(days) * dayTicks(places) + time
}
